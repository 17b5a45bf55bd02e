"""Decision files that cannot be used. engine.bpmn.decisionfiles looks for them."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="decision-file", says="决策文件里的表要读得懂")

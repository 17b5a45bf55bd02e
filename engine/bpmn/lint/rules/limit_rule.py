"""Rules of limits that cannot be counted with. engine.bpmn.limitrules looks for them."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="limit-rule", says="期限怎样计算、由谁中止和延长，照规定的词写")

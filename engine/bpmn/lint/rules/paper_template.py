"""Templates of papers that hold more than text and blanks. engine.bpmn.paperfiles looks for them."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="paper-template", says="文书模板里只有文字和填空，没有宏、域、外部链接和程序")

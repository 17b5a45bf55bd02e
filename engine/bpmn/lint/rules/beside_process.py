"""Definitions that stand beside the process and that nobody would carry out."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.lint.source import called
from engine.bpmn.xmltext import bpmn_children, local

RULE = Rule(name="beside-process", says="过程之外不画编舞、会话和全局任务")

_TITLES = {
    "choreography": "编舞",
    "globalChoreographyTask": "全局编舞任务",
    "globalConversation": "全局会话",
    "globalTask": "全局任务",
    "globalUserTask": "全局用户任务",
    "globalManualTask": "全局手工任务",
    "globalScriptTask": "全局脚本任务",
    "globalBusinessRuleTask": "全局决策任务",
}


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Find what only a call activity or another standard would use."""
    for one in bpmn_children(root, *_TITLES):
        message = f"{_TITLES[local(one)[1]]}{called(one)}在过程之外，谁也不会办它：请在过程里画成任务，或删去"
        yield RULE.at(one, message, file=file)

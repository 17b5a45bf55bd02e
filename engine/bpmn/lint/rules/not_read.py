"""Parts of the standard that nobody here reads, and that would change what is done."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.lint.source import called, elements, owner
from engine.bpmn.lint.written import TIMES
from engine.bpmn.xmltext import local

RULE = Rule(name="not-read", says="只写系统读得到的内容：写了不起作用的，等于没有写")

#: Elements → what people meant by them, and what to draw.
_PARTS = {
    "eventDefinitionRef": "事件的定义写在别处，系统当它没有：请在事件里直接选消息或定时",
    "participantMultiplicity": "池的多重标记不起作用：几家单位各办一份，请在任务上写属性 each",
    "rendering": "任务另带的表单不会显示：请写属性 form",
    "operationRef": "消息指定的操作不会执行：消息只按名称送到，请删去",
}
_EXPRESSIONS = TIMES | {"conditionExpression"}


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Find them; also what is mixed into an expression, of which only the beginning would be read."""
    for one in elements(root, "*"):
        tag = local(one)[1]
        shown = one if one.get("id") and tag not in _EXPRESSIONS else owner(one)
        if tag in _PARTS:
            yield RULE.at(owner(one), f"{called(owner(one))}：{_PARTS[tag]}", file=file)
        elif tag in _EXPRESSIONS and len(one):
            yield RULE.at(
                _drawn(one), f"{called(_drawn(one))}的条件或期限里夹有别的元素，只读得到前一段：请删去", file=file
            )
        elif one.get("eventGatewayType") == "Parallel":
            yield RULE.at(
                shown, f"{called(shown)}要等所有事件都来，不起作用，来一个就走：都要等的请画并行网关", file=file
            )
        elif _is_program(one.get("implementation") or ""):
            yield RULE.at(
                shown, f"{called(shown)}指定的实现（implementation）不会执行：由人办的写属性 form，请删去它", file=file
            )


def _drawn(part: etree._Element) -> etree._Element:
    above = owner(part)
    return owner(above) if local(above)[1].endswith("EventDefinition") else above


def _is_program(implementation: str) -> bool:
    """Whether it names one, and does not only say that there is some."""
    return implementation.lstrip("#").lower() not in {"", "unspecified", "webservice", "other"}

"""Extensions of other tools."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.lint.source import called, owner
from engine.bpmn.xmltext import BPMN, SPIFF, local

RULE = Rule(name="unknown-extension", says="不带别的工具附加的内容：本系统不读，也就不会办")

#: What the reader knows below each holder; the scripts around a task have a rule of their own.
_READ = {
    f"{{{BPMN}}}extensionElements": {"properties", "calledDecisionId", "preScript", "postScript"},
    f"{{{SPIFF}}}properties": {"property"},
}
#: How Signavio keeps colours and labels, at every element of every export; they say nothing of what is done.
_DRAWN = frozenset(f"{{http://www.signavio.com}}{tag}" for tag in ("signavioMetaData", "signavioLabel", "signavioType"))


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Find the extensions that nobody here reads, once for each element that has some."""
    found: dict[etree._Element, list[str]] = {}
    for holder in root.iter(*_READ):
        for one in holder.iterchildren(etree.Element):
            if not _is_read(one, holder):
                found.setdefault(owner(holder), []).append(_name(one))
    for node, names in found.items():
        told = "、".join(dict.fromkeys(names))
        message = f"{called(node)}带有别的工具附加的内容（{told}），本系统不读：请在建模工具里删去"
        yield RULE.at(node, message, file=file)


def _is_read(one: etree._Element, holder: etree._Element) -> bool:
    namespace, tag = local(one)
    if one.tag in _DRAWN:
        return True
    if namespace != SPIFF or tag not in _READ[str(holder.tag)]:
        return False
    return tag != "calledDecisionId" or local(owner(one))[1] == "businessRuleTask"


def _name(one: etree._Element) -> str:
    tag = local(one)[1]
    return f"{one.prefix}:{tag}" if one.prefix else tag

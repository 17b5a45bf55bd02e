"""Expressions in another language."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.lint.source import called, elements, owner

RULE = Rule(name="expression-language", says="条件和期限用 FEEL 书写")

_TEXTS = ("conditionExpression", "timeDuration", "timeDate", "timeCycle")


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Find the texts that say they are something else."""
    for one in elements(root, *_TEXTS):
        language = one.get("language") or ""
        if language and "feel" not in language.lower():
            node = next((above for above in one.iterancestors() if not _is_definition(above)), owner(one))
            message = f"{called(node)}的表达式注明是“{language}”，本系统只读 FEEL：请改写，并去掉注明的语言"
            yield RULE.at(node, message, file=file)


def _is_definition(element: etree._Element) -> bool:
    return etree.QName(element).localname.endswith("EventDefinition")

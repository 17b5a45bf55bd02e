"""Ids that are no ids, or look like others."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from engine.bpmn.diagram import NODES
from engine.bpmn.findings import Finding
from engine.bpmn.lint import characters
from engine.bpmn.lint.rule import Rule
from engine.bpmn.lint.source import elements
from engine.bpmn.xmltext import local

RULE = Rule(name="odd-id", says="编号只用字母、汉字、数字、下划线、点和短横")

MOST = 100
#: What lists, journals and other elements speak of by its id.
_NAMED = NODES | {"process", "lane", "participant"}
_SHAPE = re.compile(r"[^\W\d][\w.-]*\Z")
#: Names that programs keep for themselves.
_TAKEN = re.compile(r"__\w*__\Z|constructor\Z|prototype\Z|hasOwnProperty\Z|toString\Z|valueOf\Z")


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Find the ids that two people would read differently, or a program would take for something else."""
    choosing = {one.get("id") for one in elements(root, "exclusiveGateway", "inclusiveGateway")}
    for one in elements(root, "*"):
        key = one.get("id")
        # A flow without an id would pass for the default of a gateway that has none.
        if key is None and local(one)[1] not in _NAMED and one.get("sourceRef") not in choosing:
            continue
        if reason := _reason(key or ""):
            yield RULE.at(one, f"{reason}：请改为如 visit_home 的编号，引用它的地方也一起改", file=file)


def _reason(key: str) -> str:
    """Return what is wrong with an id, the gravest first; "" where nothing is."""
    hidden = [*characters.unseen(key), *characters.pictures(key)]
    strange = characters.foreign_letters(key)
    reasons = (
        (not key.strip(), "元素没有编号"),
        (hidden, f"编号里有看不见或不该有的字符{characters.shown(hidden)}"),
        (characters.is_folded(key), f"编号“{key}”里有全角或变体的字符，看上去和别的编号一样"),
        (strange, f"编号“{key}”里的字母{characters.shown(strange)}看上去像别的字母"),
        (len(key) > MOST, f"编号“{key[:20]}…”超过{MOST}个字"),
        (_TAKEN.match(key), f"编号“{key}”是程序自己用的名称"),
        (not _SHAPE.match(key), f"编号“{key}”里有空格或不能用的符号，或以数字、符号开头"),
    )
    return next((said for holds, said in reasons if holds), "")

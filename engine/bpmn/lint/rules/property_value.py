"""Properties that take one of a few words."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn import properties as props
from engine.bpmn.diagram import NODES
from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.lint.source import called, elements

RULE = Rule(name="property-value", says="只能选几个值的属性要选其中之一")

_YES_OR_NO = frozenset({"true", "false"})
_VALUES = {
    "clock": frozenset({"round"}),
    "subject": frozenset({"child"}),
    "area": frozenset({"reporter", "place"}),
    **dict.fromkeys(("many", "joins", "holds", "restart_on_move"), _YES_OR_NO),
}
#: Properties of two parts → an example.
_OF_REGISTER = frozenset({"listed", "exited"})
_WITH_FIELD = {"moves": "P02: target", "merges": 'open_case: merge_action = "并入"'}


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Find the words that would be read as if nothing stood there."""
    for node in elements(root, "process", *NODES):
        for name, value in props.read_properties(node).items():
            if value not in _VALUES.get(name, {value}):
                known = "、".join(sorted(_VALUES[name]))
                message = f"{called(node)}的属性“{name}”写成“{value}”，等于没有写：可写的是 {known}"
                yield RULE.at(node, message, file=file)
            elif name == "register" and {one.name for one in props.named_list(value)} - _OF_REGISTER:
                message = f"{called(node)}的属性“register”写成“{value}”：可写的是 exited、listed，后面可加冒号和条件"
                yield RULE.at(node, message, file=file)
            elif name in _WITH_FIELD and not value.partition(":")[2].strip():
                message = f"{called(node)}的属性“{name}”写成“{value}”，没有说按哪个字段：请写作 {_WITH_FIELD[name]}"
                yield RULE.at(node, message, file=file)

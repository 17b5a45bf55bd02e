"""References to what is not in the file."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.lint.source import called, elements, owner
from engine.bpmn.pools import referred
from engine.bpmn.xmltext import DI, bpmn_children, line_of, local

RULE = Rule(name="dangling-reference", says="引用的元素都要在文件里")

#: Attributes that name another element; those of flows, messages and boundary events have rules of their own.
_NAMING = ("processRef", "categoryValueRef", "dataObjectRef", "dataStoreRef", "errorRef", "escalationRef", "signalRef")


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Find the references that lead nowhere; those that only the drawing has are reminders."""
    known = {one.get("id") for one in root.iter(etree.Element) if one.get("id")}
    for one, name, reference in _references(root):
        if not reference or reference in known:
            continue
        shown = one if one.get("id") else owner(one)
        message = f"{called(shown)}的“{name}”指向“{reference}”，文件里没有它：请改正，或删去"
        grave = "" if name == "processRef" else "warning"
        yield RULE.at_file(file, message, element=shown.get("id") or "", line=line_of(one), severity=grave)


def _references(root: etree._Element) -> Iterator[tuple[etree._Element, str, str]]:
    for one in elements(root, "*"):
        for name in _NAMING:
            yield one, name, referred(one.get(name))
        if local(one)[1] == "association":
            yield from ((one, name, referred(one.get(name))) for name in ("sourceRef", "targetRef"))
        for ref in bpmn_children(one, "incoming", "outgoing"):
            yield one, local(ref)[1], referred(ref.text)
    for shape in root.iter(f"{{{DI}}}BPMNShape", f"{{{DI}}}BPMNEdge", f"{{{DI}}}BPMNPlane"):
        yield shape, "bpmnElement", referred(shape.get("bpmnElement"))

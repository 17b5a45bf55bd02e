"""The texts that stand in the XML of a diagram, each with the element that people see. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from engine.bpmn import properties as props
from engine.bpmn.xmltext import BPMN, SPIFF, local

#: Timer texts by the tag that holds them.
TIMES = frozenset({"timeDuration", "timeDate", "timeCycle"})
#: Everything that says when something is due: timers, and these properties.
DUE = TIMES | {"limit", "watch", "from"}
_CONDITION = "conditionExpression"
#: What holds a text of an element, and is no element of its own to people.
_INNER = frozenset({"documentation", _CONDITION, "text", "extensionElements", "properties", "property", *TIMES})
_READ = frozenset({"documentation", "text"})
#: Properties that hold nothing to be worked out.
_PLAIN = frozenset(
    {
        *("code", "form", "clauses", "clock", "subject", "joins", "area", "many", "holds", "restart_on_move"),
        "about",
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """One text. ``place`` is the tag, the property's name, or ``name``; ``worked_out``: it is FEEL."""

    owner: etree._Element
    place: str
    text: str
    worked_out: bool


def texts(root: etree._Element) -> Iterator[Written]:
    """Yield names, documentation, annotations, properties, conditions and timers, in the order of the file."""
    for element in root.iter(f"{{{BPMN}}}*", f"{{{SPIFF}}}property"):
        tag = local(element)[1]
        if tag == "property":
            name = element.get("name") or ""
            yield Written(
                owner=_owner(element), place=name, text=element.get("value") or "", worked_out=name not in _PLAIN
            )
        elif element.get("name"):
            yield Written(owner=element, place="name", text=element.get("name") or "", worked_out=False)
        if tag in TIMES or tag == _CONDITION or tag in _READ:
            said = "".join(str(part) for part in element.itertext())
            yield Written(owner=_owner(element), place=tag, text=said.strip(), worked_out=tag not in _READ)


def times(root: etree._Element) -> Iterator[Written]:
    """Yield the texts that say when something is due: timers, limits, starts of limits, watched limits."""
    for one in texts(root):
        if one.place in TIMES:
            yield one
        elif one.place in DUE:
            parts = [one.text] if one.place == "from" else [n.feel or n.name for n in props.named_list(one.text)]
            yield from (Written(owner=one.owner, place=one.place, text=text, worked_out=True) for text in parts)


def _owner(element: etree._Element) -> etree._Element:
    """Return the element of the drawing that a text belongs to."""
    while True:
        namespace, tag = local(element)
        parent = element.getparent()
        if parent is None or (namespace == BPMN and tag not in _INNER and not tag.endswith("EventDefinition")):
            return element
        element = parent

"""Walks the XML of a diagram for the rules that look at it. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.diagram import EVENTS, definitions, kind_of
from engine.bpmn.xmltext import BPMN, local


def elements(root: etree._Element, *tags: str) -> Iterator[etree._Element]:
    """Yield the BPMN elements with one of the tags, at any depth, in the order of the file."""
    return root.iter(*(f"{{{BPMN}}}{tag}" for tag in tags))


def events(root: etree._Element) -> Iterator[tuple[etree._Element, list[str]]]:
    """Yield every event that a token can come to, with the kinds of its definitions.

    What stands in an event subprocess is left out: that is refused as a whole.
    """
    for event in elements(root, *EVENTS):
        if not in_event_subprocess(event):
            yield event, [kind_of(one) for one in definitions(event)]


def in_event_subprocess(element: etree._Element) -> bool:
    """Whether some level around an element is an event subprocess."""
    return any(one.get("triggeredByEvent") in {"true", "1"} for one in element.iterancestors())


def is_inner(element: etree._Element) -> bool:
    """Whether an element stands in a level below its process."""
    above = element.getparent()
    return above is not None and local(above)[1] != "process"


def owner(part: etree._Element) -> etree._Element:
    """Return the nearest element around a part that has an id, which is what people see in the diagram."""
    return next((one for one in part.iterancestors() if one.get("id")), part)


def called(element: etree._Element) -> str:
    """Return the name of an element in quotation marks; its id, where it has none."""
    name = element.get("name") or element.get("id") or local(element)[1]
    return f"“{' '.join(name.split())}”"

"""Reads the properties of an element: names, lists, and the ``NAME: FEEL`` form."""

from __future__ import annotations

import re

from lxml import etree

from engine.bpmn.model import Named
from engine.bpmn.xmltext import BPMN, SPIFF

#: An ISO 8601 duration where a FEEL text is expected.
ISO_DURATION = re.compile(r"-?P(?=[\dT])[\dYMWDTHS.]+\Z")
_NAME = re.compile(r"[^\W\d]\w*\Z")
_WEEKS = re.compile(r"P(\d{1,4})W\Z")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_DATE_TIME = re.compile(r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})(:\d{2})?(\S{0,60})\Z")
_OPENING, _CLOSING = "([{", ")]}"

#: Which properties an element may carry, by what it is.
KNOWN: dict[str, frozenset[str]] = {
    "process": frozenset({"clock", "subject", "clauses", "area", "many"}),
    "startEvent": frozenset({"starters", "joins", "clauses"}),
    "userTask": frozenset(
        {
            *("code", "form", "role", "each", "limit", "from", "watch", "restart_on_move"),
            *("clauses", "documents", "notify", "moves", "merges", "sets", "holds", "area"),
            *("about", "register", "tells"),
            *("overdue_documents", "overdue_notify"),
        }
    ),
    "timer": frozenset({"name", "from", "clauses"}),
    "intermediateThrowEvent": frozenset({"notify", "clauses"}),
    "endEvent": frozenset({"notify", "clauses"}),
    "": frozenset({"clauses"}),
}


def read_properties(element: etree._Element) -> dict[str, str]:
    """Return the ``spiffworkflow:property`` values of an element."""
    found: dict[str, str] = {}
    for prop in element.iterfind(f"{{{BPMN}}}extensionElements/{{{SPIFF}}}properties/{{{SPIFF}}}property"):
        found[prop.get("name", "")] = (prop.get("value") or "").strip()
    return found


def extension(element: etree._Element, tag: str) -> str | None:
    """Return the text of one Spiff extension of an element, if it is there."""
    found = element.find(f"{{{BPMN}}}extensionElements/{{{SPIFF}}}{tag}")
    return None if found is None else (found.text or "").strip()


def timed(text: str) -> str:
    """Return the FEEL for a time as editors write it: ``2026-05-01``, ``"P6M"``, ``P2W``; any other text as it is."""
    bare = text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text
    if _DATE.match(bare):
        return f'date("{bare}")'
    if moment := _DATE_TIME.match(bare):
        return f'date and time("{moment[1]}{moment[2] or ":00"}{moment[3]}")'
    if weeks := _WEEKS.match(bare):
        return f"P{int(weeks[1]) * 7}D"
    return bare if ISO_DURATION.match(bare) else text


def is_name(text: str) -> bool:
    """Whether a FEEL text is one name, such as that of a parameter."""
    return bool(_NAME.match(text)) and not ISO_DURATION.match(text)


def names(text: str | None) -> tuple[str, ...]:
    """Split a comma-separated list."""
    return tuple(part.strip() for part in (text or "").split(",") if part.strip())


def named(text: str | None) -> Named | None:
    """Read ``NAME`` or ``NAME: FEEL``; None where there is nothing."""
    if not text or not text.strip():
        return None
    name, colon, feel = text.partition(":")
    return Named(name=name.strip(), feel=feel.strip() or None if colon else None)


def named_list(text: str | None) -> tuple[Named, ...]:
    """Read a list of ``NAME`` or ``NAME: FEEL``, separated by semicolons outside FEEL strings."""
    found = (named(part) for part in split_outside(text or "", ";"))
    return tuple(one for one in found if one is not None)


def split_outside(text: str, separator: str) -> list[str]:
    """Split at a separator that is in no string and no bracket."""
    parts, start, depth, quoted = [], 0, 0, False
    for index, char in enumerate(text):
        if char == '"' and (index == 0 or text[index - 1] != "\\"):
            quoted = not quoted
        elif quoted:
            continue
        elif char in _OPENING:
            depth += 1
        elif char in _CLOSING:
            depth -= 1
        elif char == separator and depth == 0:
            parts.append(text[start:index])
            start = index + 1
    parts.append(text[start:])
    return parts


def alternatives(role: str) -> tuple[str, ...]:
    """Return the roles of which any may claim the one item."""
    return tuple(part.strip() for part in role.replace("/", ",").split(",") if part.strip())

"""Who says and who hears a message in all procedures together. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.model import Node, ProcedureModel
from engine.bpmn.parts import Parts


def heard(parts: Parts) -> set[str]:
    """Return the messages that some procedure takes: by a door, or while it runs."""
    doors = {door.message for model in parts.models.values() for door in model.doors if door.message}
    return doors | {name for model in parts.models.values() for name in model.catches} | set(parts.elsewhere)


def said(parts: Parts) -> set[str]:
    """Return the messages that some procedure sends, somebody may say or the clock says once a period."""
    sent = {name for model in parts.models.values() for name in model.throws}
    return sent | {*parts.events, *parts.elsewhere} | {one.message for one in parts.jurisdiction.cadences}


def messages(parts: Parts) -> Iterator[tuple[ProcedureModel, Node]]:
    """Yield every node that sends or takes a message."""
    for model in parts.models.values():
        yield from ((model, node) for node in model.nodes.values() if node.message)

"""The form that asks what an event asks."""

from __future__ import annotations

from typing import Any

from engine.bpmn.directory import Event, EventField
from engine.service.forms import Form, form_of


def event_form(said: Event) -> Form:
    """Return the form that asks what an event asks."""
    properties = {one.key: _property(one) for one in said.fields}
    required = [one.key for one in said.fields if one.required]
    return form_of(said.name, {"title": said.label, "type": "object", "properties": properties, "required": required})


def _property(one: EventField) -> dict[str, Any]:
    kinds: dict[str, dict[str, Any]] = {
        "bool": {"type": "boolean"},
        "int": {"type": "integer"},
        "number": {"type": "number"},
        "date": {"type": "string", "format": "date"},
        "datetime": {"type": "string", "format": "date-time"},
        "enum": {"type": "string", "enum": list(one.options)},
        "multi": {"type": "array", "items": {"enum": list(one.options)}},
    }
    return {**kinds.get(one.kind, {"type": "string"}), "title": one.title, "x-ui": {"kind": one.kind}}

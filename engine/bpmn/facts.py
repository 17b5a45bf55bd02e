"""What is known of the values that expressions meet: from forms, events, parameters and tables. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from engine.bpmn.formfiles import deciding, kind_of
from engine.bpmn.model import ProcedureModel
from engine.core.deadlines import AT_ONCE
from engine.feel import values
from engine.feel.checks import ANY, Fact

_KINDS = {
    "text": "string",
    "int": "number",
    "number": "number",
    "bool": "boolean",
    "date": "date",
    "datetime": "date and time",
    "enum": "string",
    "multi": "list",
    "ref": "string",
    "table": "list",
    "file": "list",
    "area": "string",
}
_AMBIENT = {
    "now": Fact(kind="date and time", nullable=False),
    "started": Fact(kind="date and time", nullable=False),
    "opened": Fact(kind="date and time", nullable=False),
    "started_by": Fact(kind="string"),
    "period": Fact(kind="string"),
    "period_start": Fact(kind="date"),
    "period_end": Fact(kind="date"),
    "unit": Fact(kind="string", nullable=False),
    "case": Fact(kind="context", nullable=False),
    "completed": Fact(kind="context", nullable=False),
    "rounds": Fact(kind="context", nullable=False),
    "open": Fact(kind="context", nullable=False),
    "case.running": Fact(kind="list", nullable=False),
}


def of_fields(schema: Mapping[str, Any], keys: Collection[str] | None = None) -> dict[str, Fact]:
    """Return what a form says of its fields, or of those named."""
    properties = schema.get("properties", {})
    return {key: _of_field(prop) for key, prop in properties.items() if keys is None or key in keys}


def _of_field(prop: Mapping[str, Any]) -> Fact:
    items = prop.get("items")
    options = prop.get("enum") or (items.get("enum") if isinstance(items, Mapping) else None) or ()
    return Fact(kind=_KINDS.get(kind_of(prop), ANY), options=frozenset(one for one in options if isinstance(one, str)))


def both(one: Fact, other: Fact) -> Fact:
    """Return what is known of a value that comes from either of two places."""
    if one.kind != other.kind:
        return Fact()
    options = one.options | other.options if one.options and other.options else frozenset[str]()
    return Fact(kind=one.kind, options=options, nullable=one.nullable or other.nullable)


def of_process(model: ProcedureModel, forms: Mapping[str, Mapping[str, Any]]) -> dict[str, Fact]:
    """Return what is known of the process data that the forms of one procedure decide."""
    used = [forms[task.form] for task in model.tasks.values() if task.form in forms]
    found = _merged((key, fact) for form in used for key, fact in of_fields(form, deciding(form)).items())
    return found | {one.name: Fact() for task in model.tasks.values() for one in task.sets}


def of_case(models: Collection[ProcedureModel], forms: Mapping[str, Mapping[str, Any]]) -> dict[str, Fact]:
    """Return what is known of the facts of a case, which every procedure may decide."""
    return _merged(pair for model in models for pair in of_process(model, forms).items())


def _merged(pairs: Iterator[tuple[str, Fact]]) -> dict[str, Fact]:
    found: dict[str, Fact] = {}
    for key, fact in pairs:
        found[key] = both(found[key], fact) if key in found else fact
    return found


def of_event(kind: str, options: Collection[str]) -> Fact:
    """Return what is known of something that an event asks."""
    return Fact(kind=_KINDS.get(kind, ANY), options=frozenset(options))


def of_parameter(value: Any) -> Fact:
    """Return what is known of a parameter: its kind here, and that it has a value."""
    if value is None or value == AT_ONCE:
        return Fact()
    return Fact(kind=values.kind_of(values.to_feel(value)), nullable=False)


def around(model: ProcedureModel, case: Mapping[str, Fact], parameters: Mapping[str, Any]) -> dict[str, Fact]:
    """Return what every expression of a procedure can see beside its process data."""
    found = _AMBIENT | {key: of_parameter(value) for key, value in parameters.items()}
    for element in model.tasks:
        found[f"completed.{element}"] = Fact(kind="date and time")
        found[f"rounds.{element}"] = found[f"open.{element}"] = Fact(kind="number", nullable=False)
    return found | {f"case.{key}": replace(fact, nullable=True) for key, fact in case.items()}

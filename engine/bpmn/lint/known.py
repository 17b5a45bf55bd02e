"""What is known around the expressions and tables of a release: kinds, options, what is certainly filled in. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from engine.bpmn import facts
from engine.bpmn.model import ProcedureModel
from engine.bpmn.parts import Parts
from engine.feel.checks import Fact


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What is known around the expressions of one procedure; ``titles`` are what people call its fields."""

    facts: Mapping[str, Fact]
    process: Mapping[str, Fact]
    titles: Mapping[str, str]
    forms: Mapping[str, Mapping[str, Any]]

    @property
    def all(self) -> dict[str, Fact]:
        """Everything known, by name or path."""
        return {**self.facts, **self.process}


@lru_cache(maxsize=4)
def around(parts: Parts) -> Mapping[str, Surroundings]:
    """Return what is known around each procedure, by its key."""
    return {model.key: _surroundings(parts, model) for model in parts.models.values()}


@lru_cache(maxsize=4)
def around_forms(parts: Parts) -> Mapping[str, Mapping[str, Fact]]:
    """Return what the expressions of each form can see, by its file; without a procedure, its own fields."""
    found: dict[str, Mapping[str, Fact]] = {}
    for form in parts.forms.values():
        users = (one for one in parts.models.values() if any(t.form == form.code for t in one.tasks.values()))
        model = next(users, None)
        seen = facts.around(model, of_case(parts), parts.values) if model else {}
        found[form.file] = seen | facts.of_fields(form.schema)
    return found


@lru_cache(maxsize=4)
def of_case(parts: Parts) -> Mapping[str, Fact]:
    """Return what is known of the facts of a case, which procedures and events may give."""
    case = facts.of_case(list(parts.models.values()), _schemas(parts))
    for event in parts.events.values():
        for asked in event.fields:
            fact = facts.of_event(asked.kind, asked.options)
            case[asked.key] = facts.both(case[asked.key], fact) if asked.key in case else fact
    return case


def callers(parts: Parts, decision: str) -> list[ProcedureModel]:
    """Return the procedures, one for each place at which they take a decision."""
    return [model for model in parts.models.values() for node in model.nodes.values() if node.decision == decision]


def _schemas(parts: Parts) -> dict[str, Mapping[str, Any]]:
    return {code: one.schema for code, one in parts.forms.items()}


def _surroundings(parts: Parts, model: ProcedureModel) -> Surroundings:
    forms = _schemas(parts)
    process = facts.of_process(model, forms)
    for node in model.nodes.values():
        process |= dict.fromkeys(parts.decisions.get(node.decision, ()), Fact())
    titles = {
        key: str(prop.get("title", key))
        for task in model.tasks.values()
        if task.form in forms
        for key, prop in forms[task.form]["properties"].items()
    }
    seen = facts.around(model, of_case(parts), parts.values)
    return Surroundings(facts=seen, process=process, titles=titles, forms=forms)

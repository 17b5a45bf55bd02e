"""Gathers what is known around each expression and table of a release, and has them checked with it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from engine import feel
from engine.bpmn import certain, facts, meaning, tablechecks
from engine.bpmn.decisionfiles import DecisionFile
from engine.bpmn.findings import Finding
from engine.bpmn.model import ProcedureModel
from engine.bpmn.parts import Parts
from engine.feel import nodes
from engine.feel.checks import Fact, path_of

_WORDS = re.compile(r"[^\W\d]\w*")
#: What expressions may name beside parameters and process data, at one place or another.
_AMBIENT = frozenset({"case", "now", "started", "started_by", "completed", "rounds", "open", "opened", "unit"})


def check_sense(parts: Parts) -> Iterator[Finding]:
    """Yield what expressions, gateways and tables say that cannot be meant."""
    forms = {code: one.schema for code, one in parts.forms.items()}
    case = _case(parts, forms)
    called: dict[str, list[tuple[ProcedureModel, meaning.Surroundings]]] = {}
    for model in parts.models.values():
        around = _surroundings(parts, model, case, forms)
        names = parts.process_names(model) | _AMBIENT | frozenset(parts.parameters)
        yield from meaning.check_procedure(model, around, names)
        for node in model.nodes.values():
            if node.decision in parts.tables:
                called.setdefault(node.decision, []).append((model, around))
    yield from _forms(parts, case)
    for key, (file, table) in parts.tables.items():
        callers = called.get(key, [])
        yield from _table(key, file, table, callers)
        for model, _ in callers:
            yield from tablechecks.check_names(table, file, parts.process_names(model) | _AMBIENT | {*parts.parameters})


def _case(parts: Parts, forms: Mapping[str, Mapping[str, Any]]) -> dict[str, Fact]:
    case = facts.of_case(list(parts.models.values()), forms)
    for event in parts.events.values():
        for asked in event.fields:
            fact = facts.of_event(asked.kind, asked.options)
            case[asked.key] = facts.both(case[asked.key], fact) if asked.key in case else fact
    return case


def _surroundings(
    parts: Parts, model: ProcedureModel, case: Mapping[str, Fact], forms: Mapping[str, Mapping[str, Any]]
) -> meaning.Surroundings:
    process = facts.of_process(model, forms)
    for node in model.nodes.values():
        process |= dict.fromkeys(parts.decisions.get(node.decision, ()), Fact())
    titles = {
        key: str(prop.get("title", key))
        for task in model.tasks.values()
        if task.form in forms
        for key, prop in forms[task.form]["properties"].items()
    }
    around = facts.around(model, case, parts.values)
    return meaning.Surroundings(facts=around, process=process, titles=titles, forms=forms)


def _forms(parts: Parts, case: Mapping[str, Fact]) -> Iterator[Finding]:
    for form in parts.forms.values():
        model = next(one for one in parts.models.values() if any(t.form == form.code for t in one.tasks.values()))
        known = facts.around(model, case, parts.values) | facts.of_fields(form.schema)
        names = {*form.schema["properties"], *parts.parameters, "case", "now"}
        yield from meaning.check_form(form, known, names)


def _table(
    key: str, file: str, table: DecisionFile, callers: list[tuple[ProcedureModel, meaning.Surroundings]]
) -> Iterator[Finding]:
    inputs: dict[str, Fact] = {}
    handled: set[str] = set()
    for model, around in callers:
        sure = certain.filled(model, around.forms)
        here = [sure[node.element] for node in model.nodes.values() if node.decision == key]
        process = {
            name: replace(fact, nullable=not all(name in one for one in here)) for name, fact in around.process.items()
        }
        for name, fact in {**around.facts, **process}.items():
            inputs[name] = facts.both(inputs[name], fact) if name in inputs else fact
        handled |= _asked_for_null(model)
    yield from tablechecks.check_table(table, file=file, facts=inputs, handled=handled)


def _asked_for_null(model: ProcedureModel) -> set[str]:
    """Return the names that some expression of a diagram compares with null."""
    found: set[str] = set()
    for one in model.expressions:
        try:
            part = feel.compile(one.text, frozenset(_WORDS.findall(one.text))).node
        except feel.FeelError:
            continue
        for inner in part.walk():
            if isinstance(inner, nodes.Compare):
                for side, other in ((inner.left, inner.right), (inner.right, inner.left)):
                    if isinstance(other, nodes.Literal) and other.value is None and (path := path_of(side)):
                        found.add(path.removeprefix("case."))
    return found

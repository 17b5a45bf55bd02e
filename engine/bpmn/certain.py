"""Which tasks have certainly been done when a token comes to a node, and what is filled in then. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.bpmn.formfiles import deciding
from engine.bpmn.model import ProcedureModel


def filled(model: ProcedureModel, forms: Mapping[str, Mapping[str, Any]]) -> dict[str, frozenset[str]]:
    """Return for every node the fields that hold a value whenever a token comes there."""
    always: dict[str, set[str]] = {}
    optional: set[str] = set()
    for element, task in model.tasks.items():
        form = forms.get(task.form, {})
        given = set(deciding(form))
        sure = {
            key for key in given if key in form.get("required", ()) and "x-visible-when" not in form["properties"][key]
        }
        always[element] = sure
        optional |= given - sure
    done = _done_before(model)
    return {
        node: frozenset(key for task in tasks for key in always.get(task, ()) if key not in optional)
        for node, tasks in done.items()
    }


def _done_before(model: ProcedureModel) -> dict[str, frozenset[str]]:
    """Return for every node the tasks that are done on every way to it.

    Where ways merge, what is common to them holds; a parallel join waits for all, so all of it holds.
    """
    before = _preceding(model)
    every = frozenset(model.tasks)
    done = {element: every if before[element] else frozenset[str]() for element in model.nodes}
    changed = True
    while changed:
        changed = False
        for element, node in model.nodes.items():
            ways = [
                done[origin] | ({origin} if completed and origin in every else set())
                for origin, completed in before[element]
            ]
            if not ways:
                continue
            joined = frozenset.union(*ways) if node.kind == "parallelGateway" else frozenset.intersection(*ways)
            if joined != done[element]:
                done[element], changed = joined, True
    return done


def _preceding(model: ProcedureModel) -> dict[str, list[tuple[str, bool]]]:
    """Return where a token at a node can come from, and whether that node was completed."""
    before: dict[str, list[tuple[str, bool]]] = {element: [] for element in model.nodes}
    ends: dict[str, list[str]] = {}
    for node in model.nodes.values():
        if node.kind == "endEvent" and node.scope:
            ends.setdefault(node.scope, []).append(node.element)
        if node.kind == "startEvent" and node.scope in before:
            before[node.element].append((node.scope, False))
        if node.kind == "boundaryEvent" and node.host in before:
            before[node.element].append((node.host, False))
    for flow in model.flows:
        if flow.target in before and flow.source in before:
            origins = ends.get(flow.source) or [flow.source]
            before[flow.target] += [(origin, True) for origin in origins]
    return before

"""Gateways, timers and tables that look at a field which nobody can have recorded yet."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from engine.bpmn.findings import Finding
from engine.bpmn.formfiles import deciding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.model import Flow, Node, ProcedureModel
from engine.bpmn.parts import Parts
from engine.bpmn.tokens import Ways

RULE = Rule(name="unrecorded-field", says="网关、定时和决策要看的字段，要在前面的表单里记过")

_PATHS = re.compile(r'"(?:[^"\\]|\\.)*"|([^\W\d][\w.]*)')


@dataclass(frozen=True, kw_only=True)
class _Look:
    """Something that looks at process data: where it stands, and the names that it takes to be filled."""

    node: Node
    names: frozenset[str]
    flow: Flow | None = None


def check_parts(parts: Parts) -> Iterator[Finding]:
    """Find fields that are always empty where they are looked at: what records them comes after, and never before."""
    for model in parts.models.values():
        givers = _givers(parts, model)
        ways = Ways(model)
        for look in _looks(parts, model):
            for name in sorted(look.names & givers.keys()):
                if not _may_be_filled(ways, givers[name], look.node.element):
                    yield _finding(parts, model, ways, look, name, min(givers[name]))


def _givers(parts: Parts, model: ProcedureModel) -> dict[str, set[str]]:
    """Return the nodes that give each name of the process data."""
    found: dict[str, set[str]] = {}
    for element, task in model.tasks.items():
        form = parts.forms.get(task.form)
        for name in (*(deciding(form.schema) if form else ()), *(one.name for one in task.sets)):
            found.setdefault(name, set()).add(element)
    for node in model.nodes.values():
        for name in parts.decisions.get(node.decision, ()):
            found.setdefault(name, set()).add(node.element)
    return found


def _looks(parts: Parts, model: ProcedureModel) -> Iterator[_Look]:
    for node in model.nodes.values():
        for flow in model.leaving(node.element):
            if flow.condition and node.kind in {"exclusiveGateway", "inclusiveGateway"}:
                yield _Look(node=node, names=_named(flow.condition), flow=flow)
        if node.element in model.timers:
            yield _Look(node=node, names=_named(model.timers[node.element].text))
        if node.decision in parts.tables:
            root = parts.tables[node.decision][1].model.root
            if not any("null" in (one.text or "") for one in root.iter("{*}text")):
                names = frozenset(one.get("name") or "" for one in root.iter("{*}inputData"))
                yield _Look(node=node, names=names)


def _named(text: str) -> frozenset[str]:
    """Return the names that a text uses, but for those that it compares with null."""
    names = {match[1] for match in _PATHS.finditer(text) if match[1] and "." not in match[1]}
    return frozenset(one for one in names if not re.search(rf"\b{one}\s*!?=\s*null\b", text))


def _may_be_filled(ways: Ways, givers: Collection[str], element: str) -> bool:
    """Return whether one of the nodes can have been done when a token is at the element."""
    if element in givers:
        return True
    beside = ways.after(ways.doors, without=element)
    return any(giver in beside or element in ways.after([giver]) for giver in givers)


def _finding(parts: Parts, model: ProcedureModel, ways: Ways, look: _Look, name: str, giver: str) -> Finding:
    where = look.node.name or look.node.element
    told = f"“{where}”要看“{_title(parts, model, name)}”（{name}），但走到这里时还没有表单记过它，它总是空的"
    recorded = f"它要到“{model.nodes[giver].name or giver}”才记"
    before = [one for one in model.tasks.values() if look.node.element in ways.after([one.element])]
    ask = (
        f"请在“{before[-1].name}”的表单（{before[-1].form}）里问，或把网关移到后面" if before else "请先画记录它的任务"
    )
    return RULE.at_node(model, look.node, f"{told}：{recorded}；{ask}")


def _title(parts: Parts, model: ProcedureModel, name: str) -> str:
    forms = (parts.forms[task.form].schema for task in model.tasks.values() if task.form in parts.forms)
    found = (form["properties"][name].get("title") for form in forms if name in form["properties"])
    return str(next(found, name))

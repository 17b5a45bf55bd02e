"""The ways that a token can take, subprocesses and boundary events included, and what lies on all of them. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

from engine.bpmn.model import Flow, ProcedureModel


@dataclass(frozen=True, slots=True)
class Step:
    """From one node to the next; ``completed``: the first was done, not left by a boundary event."""

    source: str
    target: str
    completed: bool
    flow: Flow | None = None


@dataclass(frozen=True)
class Ways:
    """All steps of one diagram. A subprocess leads to its start, and its ends lead out of it."""

    model: ProcedureModel

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        model, nodes = self.model, self.model.nodes
        ends: dict[str, list[str]] = {}
        found: list[Step] = []
        for node in nodes.values():
            if node.kind == "endEvent" and node.scope:
                ends.setdefault(node.scope, []).append(node.element)
            if node.kind == "startEvent" and node.scope in nodes:
                found.append(Step(node.scope, node.element, completed=False))
            if node.kind == "boundaryEvent" and node.host in nodes:
                found.append(Step(node.host, node.element, completed=False))
        for flow in model.flows:
            if flow.source in nodes and flow.target in nodes:
                origins = ends.get(flow.source) or [flow.source]
                found += [Step(origin, flow.target, completed=True, flow=flow) for origin in origins]
        return tuple(found)

    @cached_property
    def doors(self) -> tuple[str, ...]:
        return tuple(n.element for n in self.model.nodes.values() if n.kind == "startEvent" and not n.scope)

    @cached_property
    def _following(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for step in self.steps:
            found.setdefault(step.source, []).append(step.target)
        return found

    def after(self, starts: Iterable[str], *, without: str = "") -> frozenset[str]:
        """Return the nodes to which some way leads, whatever else has to happen; never past ``without``."""
        came: set[str] = set()
        agenda = [one for one in starts if one != without]
        while agenda:
            for element in self._following.get(agenda.pop(), ()):
                if element not in came and element != without:
                    came.add(element)
                    agenda.append(element)
        return frozenset(came)

    def reached(
        self, starts: Iterable[str], *, without: Collection[str] = (), done: Collection[str] = ()
    ) -> frozenset[str]:
        """Return the nodes that a token can come to.

        It enters no node of ``without``, and leaves none of ``done`` but by a boundary event. It takes
        no flow whose condition says that one of ``done`` was done before.
        A parallel join is passed only where a token can come by each of its flows.
        """
        came = {one for one in starts if one not in without}
        open_steps = [
            step
            for step in self.steps
            if step.target not in without
            and not (step.completed and step.source in done)
            and (step.flow is None or not _says_done(step.flow, done))
        ]
        changed = True
        while changed:
            changed = False
            for step in open_steps:
                if step.source in came and step.target not in came and self._joined(step.target, came, open_steps):
                    came.add(step.target)
                    changed = True
        return frozenset(came)

    def _joined(self, element: str, came: set[str], steps: list[Step]) -> bool:
        if self.model.nodes[element].kind != "parallelGateway":
            return True
        wanted = sum(1 for flow in self.model.flows if flow.target == element)
        return len({step.flow for step in steps if step.target == element and step.source in came}) >= wanted

    def sure_to_open(self, elements: Collection[str]) -> frozenset[str]:
        """Return the nodes from which a token cannot but come to one of the elements, or open one on its way."""
        sure = set(elements)
        changed = True
        while changed:
            changed = False
            for element, node in self.model.nodes.items():
                targets = [step.target in sure for step in self.steps if step.source == element]
                if element in sure or not targets:
                    continue
                if any(targets) if node.kind == "parallelGateway" else all(targets):
                    sure.add(element)
                    changed = True
        return frozenset(sure)


def _says_done(flow: Flow, elements: Collection[str]) -> bool:
    """Return whether a condition holds only after one of the elements was done: ``rounds.X > 0``."""
    parts = [part.strip(" ()") for part in (flow.condition or "").split(" and ")]
    if " or " in (flow.condition or ""):
        return False
    return any(part in {f"rounds.{one} > 0", f"completed.{one} != null"} for part in parts for one in elements)

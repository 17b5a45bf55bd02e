"""The ways that a token can take, subprocesses and boundary events included, and what lies on all of them. Pure."""

from __future__ import annotations

from collections import Counter
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
    def _leaving(self) -> dict[str, list[Step]]:
        found: dict[str, list[Step]] = {}
        for step in self.steps:
            found.setdefault(step.source, []).append(step)
        return found

    @cached_property
    def _coming(self) -> dict[str, list[Step]]:
        found: dict[str, list[Step]] = {}
        for step in self.steps:
            found.setdefault(step.target, []).append(step)
        return found

    @cached_property
    def _entering(self) -> Counter[str]:
        """How many flows enter each node."""
        return Counter(flow.target for flow in self.model.flows)

    def after(self, starts: Iterable[str], *, without: str = "") -> frozenset[str]:
        """Return the nodes to which some way leads, whatever else has to happen; never past ``without``."""
        came: set[str] = set()
        agenda = [one for one in starts if one != without]
        while agenda:
            for step in self._leaving.get(agenda.pop(), ()):
                if step.target not in came and step.target != without:
                    came.add(step.target)
                    agenda.append(step.target)
        return frozenset(came)

    def reached(
        self, starts: Iterable[str], *, without: Collection[str] = (), done: Collection[str] = ()
    ) -> frozenset[str]:
        """Return the nodes that a token can come to.

        It enters no node of ``without``, and leaves none of ``done`` but by a boundary event. It takes
        no flow whose condition says that one of ``done`` was done before.
        A parallel join is passed only where a token can come by each of its flows.
        """
        came: set[str] = set()
        arrived: dict[str, set[Flow]] = {}
        agenda = [one for one in starts if one not in without]
        while agenda:
            element = agenda.pop()
            if element in came:
                continue
            came.add(element)
            for step in self._leaving.get(element, ()):
                left_out = step.target in without or (step.completed and element in done)
                if left_out or (step.flow is not None and done and _says_done(step.flow, done)):
                    continue
                if step.flow is not None and self._waits_for_all(step.target):
                    arrived.setdefault(step.target, set()).add(step.flow)
                    if len(arrived[step.target]) < self._entering[step.target]:
                        continue
                agenda.append(step.target)
        return frozenset(came)

    def _waits_for_all(self, element: str) -> bool:
        return self.model.nodes[element].kind == "parallelGateway"

    def sure_to_open(self, elements: Collection[str]) -> frozenset[str]:
        """Return the nodes from which a token cannot but come to one of the elements, or open one on its way."""
        sure: set[str] = set()
        left = {element: len(steps) for element, steps in self._leaving.items()}
        agenda = list(elements)
        while agenda:
            element = agenda.pop()
            if element in sure:
                continue
            sure.add(element)
            for step in self._coming.get(element, ()):
                left[step.source] -= 1
                if left[step.source] == 0 or self._waits_for_all(step.source):
                    agenda.append(step.source)
        return frozenset(sure)


def _says_done(flow: Flow, elements: Collection[str]) -> bool:
    """Return whether a condition holds only after one of the elements was done: ``rounds.X > 0``."""
    parts = [part.strip(" ()") for part in (flow.condition or "").split(" and ")]
    if " or " in (flow.condition or ""):
        return False
    return any(part in {f"rounds.{one} > 0", f"completed.{one} != null"} for part in parts for one in elements)

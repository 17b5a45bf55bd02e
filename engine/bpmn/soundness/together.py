"""Checks procedures together: which messages are sent at all, and who waits for whom in a circle. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from engine.bpmn.findings import Finding
from engine.bpmn.graph import following, reachable
from engine.bpmn.lint.rules import circular_wait
from engine.bpmn.model import Node, ProcedureModel
from engine.bpmn.soundness.told import title
from engine.bpmn.soundness.verdicts import check_soundness

_THROWING = frozenset({"intermediateThrowEvent", "sendTask", "endEvent"})


def sendable(models: Mapping[str, ProcedureModel], events: Collection[str]) -> set[str]:
    """Return the messages that can be sent at all: by people, or by a procedure that comes so far.

    The least set: what procedures could only send after each other's messages is not in it.
    """
    sent = set(events)
    while True:
        more = {message for model in models.values() for message in _sent_by(model, sent)} - sent
        if not more:
            return sent
        sent |= more


def check_together(models: Mapping[str, ProcedureModel], heard_from_people: Collection[str]) -> list[Finding]:
    """Check every procedure among the others that are published with it."""
    sent = sendable(models, heard_from_people)
    findings: list[Finding] = []
    for key, model in models.items():
        others = {m for other, one in models.items() if other != key for m in one.throws}
        heard = (sent & others) | set(heard_from_people)
        findings += _check_once(model, frozenset(heard & {node.message for node in model.nodes.values()}))
    circles = list(_Circles(models, sent).findings())
    told = {(one.file, one.element) for one in circles}
    return [*(one for one in findings if (one.file, one.element) not in told), *circles]


@lru_cache(maxsize=128)
def _check_once(model: ProcedureModel, heard: frozenset[str]) -> list[Finding]:
    """Check a procedure once for all jurisdictions that share its file and send it the same messages."""
    return check_soundness(model, heard=heard)


def _sent_by(model: ProcedureModel, sent: Collection[str]) -> Iterator[str]:
    reached = _reached(model, sent)
    for node in model.nodes.values():
        if node.element in reached and node.kind in _THROWING and node.message:
            yield node.message


def _reached(model: ProcedureModel, sent: Collection[str]) -> set[str]:
    """Return the nodes that tokens come to when only these messages are sent; a join takes all its ways."""
    sources: dict[str, set[str]] = {element: set() for element in model.nodes}
    for flow in model.flows:
        if flow.target in sources and flow.source in sources:
            sources[flow.target].add(flow.source)
    left: set[str] = set()  # nodes that a token comes to and goes on from
    come: set[str] = set()
    while True:
        now = {
            element
            for element, node in model.nodes.items()
            if _comes_to(model, node, sources[element], come, left, sent)
        }
        gone = {element for element in now if _goes_on(model, model.nodes[element], now, sent)}
        if now == come and gone == left:
            return come
        come, left = now, gone


def _comes_to(
    model: ProcedureModel, node: Node, sources: set[str], come: set[str], left: set[str], sent: Collection[str]
) -> bool:
    if node.kind == "startEvent":
        return node.scope in come if node.scope else not node.message or node.message in sent
    if node.kind == "boundaryEvent":
        return node.host in come and (node.event == "timer" or node.message in sent)
    if node.kind == "parallelGateway":
        return bool(sources) and sources <= left
    return not sources.isdisjoint(left)


def _goes_on(model: ProcedureModel, node: Node, come: set[str], sent: Collection[str]) -> bool:
    if node.kind in {"intermediateCatchEvent", "receiveTask"}:
        return node.event == "timer" or node.message in sent
    if node.kind == "subProcess":
        return any(
            one.element in come for one in model.nodes.values() if one.scope == node.element and one.kind == "endEvent"
        )
    return True


# -- circles -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Wait:
    """An event that waits for a message which some procedure has an event for, yet never sends."""

    procedure: str
    element: str
    message: str


@dataclass(slots=True)
class _Circles:
    models: Mapping[str, ProcedureModel]
    sent: Collection[str]
    waits: list[_Wait] = field(init=False)

    def __post_init__(self) -> None:
        thrown = {message for model in self.models.values() for message in model.throws} - set(self.sent)
        self.waits = [
            _Wait(key, node.element, node.message)
            for key, model in self.models.items()
            for node in model.nodes.values()
            if node.message in thrown and node.kind not in _THROWING
        ]

    def findings(self) -> Iterator[Finding]:
        """Yield a finding for every event that is part of a circle and has no way round it."""
        for wait in self.waits:
            circle = self._circle(wait)
            if circle and not self._has_another_way(wait):
                model = self.models[wait.procedure]
                yield circular_wait.RULE.at_node(model, model.nodes[wait.element], self._words(circle))

    def _circle(self, wait: _Wait) -> list[_Wait]:
        """Return the shortest row of waits that leads back to this one."""
        rows = [[wait]]
        seen = {wait}
        for row in rows:
            for after in self._held_up_by(row[-1]):
                if after == wait:
                    return row
                if after not in seen:
                    seen.add(after)
                    rows.append([*row, after])
        return []

    def _held_up_by(self, wait: _Wait) -> Iterator[_Wait]:
        """Yield the waits behind which the events stand that would send the message."""
        for after in self.waits:
            model = self.models[after.procedure]
            senders = {n.element for n in model.nodes.values() if n.kind in _THROWING and n.message == wait.message}
            if senders & reachable(_inward(model), after.element):
                yield after

    def _has_another_way(self, wait: _Wait) -> bool:
        """Whether a token passes by the event, or another start event, without the message."""
        model = self.models[wait.procedure]
        node = model.nodes[wait.element]
        if node.kind == "startEvent":
            return any(door.message is None or door.message in self.sent for door in model.doors if not door.joins)
        raced = any(model.nodes[flow.source].kind == "eventBasedGateway" for flow in model.entering(node.element))
        return raced or node.kind == "boundaryEvent"

    def _words(self, circle: list[_Wait]) -> str:
        closed = [*circle, circle[0]]
        row = "；".join(
            f"{self._called(one)}等消息 {one.message}，要等{self._called(other)}之后才发"
            if one != other
            else f"{self._called(one)}等消息 {one.message}，而它自己之后才发"
            for one, other in pairwise(closed)
        )
        return f"互相等待，谁也等不到：{row}。请让其中一个不等消息就能走下去，例如另画一条到期的路"

    def _called(self, wait: _Wait) -> str:
        model = self.models[wait.procedure]
        return f"{model.key}{model.name}的{title(model.nodes[wait.element])}"


def _inward(model: ProcedureModel) -> defaultdict[str, list[str]]:
    """Return where tokens can go next, into and out of subprocesses too."""
    ways = following(model)
    for node in model.nodes.values():
        if node.kind == "startEvent" and node.scope:
            ways[node.scope].append(node.element)
        if node.kind == "endEvent" and node.scope:
            ways[node.element].extend(flow.target for flow in model.leaving(node.scope))
    return ways

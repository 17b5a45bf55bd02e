"""One level of a diagram as numbered places and ways: the procedure itself, or one embedded subprocess. Pure.

A level is looked at by itself: a subprocess in it is a task that can be done, and its own level another one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import combinations

from engine.bpmn.graph import following, reachable
from engine.bpmn.model import Node, ProcedureModel
from engine.bpmn.soundness.guards import Guard, exclude_each_other, read_guard


class Kind(Enum):
    """What a token does at a place."""

    PASS = auto()  # goes on at once: starts, merges, throws, tables, events that have happened
    WORK = auto()  # stays until somebody is done: user tasks, subprocesses
    CATCH = auto()  # stays until its message or instant comes
    RACE = auto()  # stays until the first of its events comes
    CHOICE = auto()
    FORK = auto()
    SOME = auto()  # an inclusive gateway
    END = auto()
    TERMINATE = auto()


@dataclass(frozen=True, slots=True)
class Way:
    """A flow that leaves a place; ``default`` is taken where no condition holds."""

    target: int
    guard: Guard | None
    default: bool
    condition: str = ""


@dataclass(slots=True)
class Place:
    """A node of the level."""

    node: Node
    kind: Kind
    ways: list[Way] = field(default_factory=list)
    #: The nodes that lead here, in the order of the file; a join counts tokens by them.
    sources: list[int] = field(default_factory=list)
    #: Boundary events of a task or subprocess, in the order of the file.
    watched_by: list[int] = field(default_factory=list)
    message: str = ""
    timed: bool = False
    throws: str = ""
    holds: bool = True
    interrupts: bool = True
    #: Of an inclusive split: the targets that are never taken together.
    apart: set[tuple[int, int]] = field(default_factory=set)
    #: Whether tokens wait for each other here.
    joins: bool = False
    #: Bit in the memory of tasks that were done, where a condition asks for it.
    done_bit: int = 0
    #: For an inclusive join: which of its ways in a token at each place can still take, as bits.
    awaits: list[int] = field(default_factory=list)

    @property
    def is_door(self) -> bool:
        """Whether tokens come in here; one that stands here is somebody who may yet enter, or never does."""
        return self.node.kind == "startEvent"

    @property
    def stays(self) -> bool:
        """Whether a token can stand here between two steps."""
        return self.kind in {Kind.WORK, Kind.CATCH, Kind.RACE} or self.joins


@dataclass(slots=True)
class Net:
    """A level. ``heard`` are the messages that can come from outside it; None: every one."""

    model: ProcedureModel
    scope: str
    heard: frozenset[str] | None
    places: list[Place]
    number: dict[str, int]
    doors: list[int]
    #: Tasks that conditions ask for, by path: ``open.visit`` → the number of the place here, else -1.
    asked: dict[str, int] = field(default_factory=dict)

    def element(self, place: int) -> str:
        """Return the id of a place."""
        return self.places[place].node.element

    def enters(self, door: int) -> bool:
        """Whether somebody can enter by a start event; what the procedure itself sends may enter it too."""
        message = self.places[door].message
        return not message or self.comes(message) or message in self.model.throws

    def comes(self, message: str) -> bool:
        """Whether a message can come from outside the level."""
        return self.heard is None or message in self.heard


#: So many conditions of one split are compared with each other.
_MOST_WAYS = 24
_KINDS = {
    "userTask": Kind.WORK,
    "subProcess": Kind.WORK,
    "intermediateCatchEvent": Kind.CATCH,
    "receiveTask": Kind.CATCH,
    "eventBasedGateway": Kind.RACE,
    "exclusiveGateway": Kind.CHOICE,
    "parallelGateway": Kind.FORK,
    "inclusiveGateway": Kind.SOME,
}
_THROWING = frozenset({"intermediateThrowEvent", "sendTask", "endEvent"})


def levels_of(model: ProcedureModel) -> list[str]:
    """Return the scopes of a diagram, the procedure first."""
    return ["", *(node.element for node in model.nodes.values() if node.kind == "subProcess")]


def read_level(model: ProcedureModel, scope: str, heard: Collection[str] | None) -> Net:
    """Number the nodes of a level; ``heard`` are the messages that somebody outside the procedure sends."""
    nodes = [node for node in model.nodes.values() if node.scope == scope]
    net = Net(
        model=model,
        scope=scope,
        heard=None if heard is None else _from_outside(model, scope, heard),
        places=[_place(model, node) for node in nodes],
        number={node.element: number for number, node in enumerate(nodes)},
        doors=[number for number, node in enumerate(nodes) if node.kind == "startEvent"],
    )
    _connect(net)
    _ask(net)
    return net


def _from_outside(model: ProcedureModel, scope: str, heard: Collection[str]) -> frozenset[str]:
    """Return the messages that may come although no token of the same entry in this level sends them."""
    several = len(model.doors) > 1
    sending = (node for node in model.nodes.values() if node.kind in _THROWING and node.message)
    return frozenset(heard) | {node.message for node in sending if several or node.scope != scope}


def _place(model: ProcedureModel, node: Node) -> Place:
    if node.kind == "endEvent":
        kind = Kind.TERMINATE if node.event == "terminate" else Kind.END
    else:
        kind = _KINDS.get(node.kind, Kind.PASS)
    task = model.tasks.get(node.element)
    throws = node.message if node.kind in _THROWING else ""
    return Place(
        node=node,
        kind=kind,
        message="" if throws else node.message,
        timed=node.event == "timer",
        throws=throws,
        holds=task is None or task.holds,
        interrupts=node.interrupting,
    )


def _connect(net: Net) -> None:
    for flow in net.model.flows:
        source, target = net.number.get(flow.source), net.number.get(flow.target)
        if source is None or target is None:
            continue
        place = net.places[source]
        default = flow.condition is None or flow.element == place.node.default
        place.ways.append(Way(target, None if default else read_guard(flow.condition), default, flow.condition or ""))
        arrived = net.places[target]
        if source not in arrived.sources:
            arrived.sources.append(source)
        arrived.joins = arrived.kind in {Kind.FORK, Kind.SOME} and len(arrived.sources) > 1
    for number, place in enumerate(net.places):
        host = net.number.get(place.node.host) if place.node.kind == "boundaryEvent" else None
        if host is not None:
            net.places[host].watched_by.append(number)
    joins = [place for place in net.places if place.kind is Kind.SOME and place.joins]
    ways = following(net.model) if joins else None
    for join in joins:
        join.awaits = [
            sum(
                1 << index
                for index, source in enumerate(join.sources)
                if ways is not None
                and net.element(source) in reachable(ways, element, without=join.node.element) | {element}
            )
            for element in net.number
        ]


def part_ways(net: Net, goals: Collection[int]) -> bool:
    """Note which ways of inclusive splits that lead to these places exclude each other; return whether any do."""
    wanted = {net.element(goal) for goal in goals}
    onward = following(net.model)
    for place in net.places:
        if place.kind is not Kind.SOME or not wanted:
            continue
        ways = [way for way in place.ways if not way.default and wanted & _from(onward, net.element(way.target))]
        for one, other in combinations(ways[:_MOST_WAYS], 2):
            if exclude_each_other(one.condition, other.condition):
                place.apart |= {(one.target, other.target), (other.target, one.target)}
    return any(place.apart for place in net.places)


def _from(ways: defaultdict[str, list[str]], element: str) -> set[str]:
    return {element} | reachable(ways, element)


def _ask(net: Net) -> None:
    """Note which tasks conditions ask for; of those elsewhere nothing is known."""
    bit = 1
    for place in net.places:
        for way in place.ways:
            for path in sorted(way.guard.paths) if way.guard else ():
                word, _, element = path.partition(".")
                number = net.number.get(element, -1)
                net.asked[path] = number
                if word == "rounds" and number >= 0 and not net.places[number].done_bit:
                    net.places[number].done_bit = bit
                    bit <<= 1

"""What a diagram says, as plain data; nothing here runs anything.

The words are those of docs/reference/model-language.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """``NAME`` or ``NAME: FEEL`` of a property; ``feel`` is None for the name alone."""

    name: str
    feel: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskModel:
    """A user task with its properties; ``role`` is the property, else the lane."""

    element: str
    name: str
    code: str
    form: str
    role: str
    lane: str
    limit: Named | None = None
    start: str | None = None
    watch: tuple[Named, ...] = ()
    each: str | None = None
    clauses: tuple[str, ...] = ()
    documents: tuple[Named, ...] = ()
    notify: tuple[Named, ...] = ()
    overdue_documents: tuple[Named, ...] = ()
    overdue_notify: tuple[Named, ...] = ()
    moves: Named | None = None
    merges: Named | None = None
    sets: tuple[Named, ...] = ()
    about: str | None = None
    register: tuple[Named, ...] = ()
    tells: tuple[Named, ...] = ()
    holds: bool = True
    restart_on_move: bool = False
    line: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Door:
    """A start event: by hand where ``message`` is None, else by that message."""

    element: str
    name: str
    message: str | None
    joins: bool = False
    starters: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class TimerModel:
    """A timer event; ``text`` is FEEL or an ISO duration, ``start`` the property ``from``.

    ``cycle``: it comes again after each ``text``, so many ``times``; None: as long as its host is open.
    """

    element: str
    name: str
    text: str
    start: str | None = None
    cycle: bool = False
    times: int | None = None
    line: int = 0

    @property
    def limits(self) -> tuple[str, str]:
        """The names under which a rule for its days may stand; the first that has one counts."""
        return self.text, self.name


@dataclass(frozen=True, kw_only=True, slots=True)
class Node:
    """A flow node. ``kind`` is its BPMN tag; ``scope`` the embedded subprocess it lies in, or "".

    ``event`` is ``message``, ``timer``, ``terminate`` or "" for an event without definition.
    ``foreign``: drawn in a way that the language does not have. A rule of its own refuses it;
    no other speaks of it or of what leads there. ``notify`` is that of an event; a task has its own.
    """

    element: str
    kind: str
    name: str
    clauses: tuple[str, ...] = ()
    line: int = 0
    scope: str = ""
    lane: str = ""
    event: str = ""
    message: str = ""
    host: str = ""
    interrupting: bool = True
    default: str = ""
    decision: str = ""
    notify: tuple[Named, ...] = ()
    foreign: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Flow:
    """A sequence flow, with its condition where it leaves a gateway."""

    element: str
    name: str
    source: str
    target: str
    condition: str | None = None
    line: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class ExpressionAt:
    """A FEEL text and where it stands; ``opened`` may be used in it where ``knows_opened``."""

    element: str
    place: str
    text: str
    line: int = 0
    knows_opened: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class ProcedureModel:
    """One procedure. All mappings keep the order of the file. Two readings of a file are two models."""

    key: str
    name: str
    file: str
    around_the_clock: bool
    subject: str
    lanes: Mapping[str, str]
    nodes: Mapping[str, Node]
    flows: tuple[Flow, ...]
    tasks: Mapping[str, TaskModel]
    doors: tuple[Door, ...]
    timers: Mapping[str, TimerModel]
    expressions: tuple[ExpressionAt, ...]
    throws: tuple[str, ...]
    catches: tuple[str, ...]
    properties: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))
    lane_lines: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    line: int = 0

    def door(self, message: str | None) -> Door | None:
        """Return the door that a message (None: somebody, by hand) enters by."""
        return next((door for door in self.doors if door.message == message), None)

    def leaving(self, element: str) -> list[Flow]:
        """Return the flows that leave a node, in the order of the file."""
        return self._by_source.get(element, [])

    def entering(self, element: str) -> list[Flow]:
        """Return the flows that enter a node, in the order of the file."""
        return self._by_target.get(element, [])

    @cached_property
    def _by_source(self) -> dict[str, list[Flow]]:
        found: dict[str, list[Flow]] = {}
        for flow in self.flows:
            found.setdefault(flow.source, []).append(flow)
        return found

    @cached_property
    def _by_target(self) -> dict[str, list[Flow]]:
        found: dict[str, list[Flow]] = {}
        for flow in self.flows:
            found.setdefault(flow.target, []).append(flow)
        return found

"""What an instance remembers, and what its expressions see of it.

All of it is one flat mapping, the data of the top workflow: the fields by their keys, and
our own bookkeeping under keys that begin with ``@``, which no field can have.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID

from engine.core.calendars import EMPTY, Calendar
from engine.core.deadlines import Rule

COMPLETED, ROUNDS = "@completed", "@rounds"
STARTED, STARTED_BY = "@started", "@started_by"
DONE, CANCELLED = "@done", "@cancelled"

#: The names every expression may use beside fields and parameters.
OURS = frozenset(
    {
        *("case", "completed", "rounds", "open", "started", "started_by", "now"),
        *("period", "period_start", "period_end"),
    }
)

#: Which period a cycle is of, as people name it, its first and last day; null where no cadence began the instance.
PERIOD, PERIOD_START, PERIOD_END = "period", "period_start", "period_end"


class ItemLimit(NamedTuple):
    """The limit of an open item that somebody suspended or extended; ``due`` is None while it stands still."""

    name: str
    due: datetime | None


@dataclass(kw_only=True, slots=True)
class Surroundings:
    """What a step sees of the world: parameters, the case's facts, and the instant (UTC).

    ``rules`` says by a parameter's name how its days are counted, ``calendar`` which are worked;
    ``limits`` holds by its token what was done to the limit of a user task.
    """

    parameters: Mapping[str, Any]
    case: Mapping[str, Any]
    now: datetime
    calendar: Calendar = EMPTY
    rules: Mapping[str, Rule] = field(default_factory=lambda: MappingProxyType({}))
    limits: Mapping[UUID, ItemLimit] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(slots=True)
class Memory:
    """The data of one instance during one step; ``tasks`` are the elements of its user tasks."""

    data: dict[str, Any]
    around: Surroundings
    tasks: Iterable[str]
    open: dict[str, int] = field(init=False)
    _context: dict[str, Any] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.open = dict.fromkeys(self.tasks, 0)

    @property
    def now(self) -> datetime:
        """The instant of the step."""
        return self.around.now

    def begin(self, started_by: str | None) -> None:
        """Start remembering."""
        self.data |= {
            STARTED: self.now,
            STARTED_BY: started_by,
            COMPLETED: {},
            ROUNDS: {},
            DONE: [],
            CANCELLED: [],
        }

    def entered_by(self, role: str) -> None:
        """Remember who entered last by hand; when the instance started stays as it was."""
        self.data[STARTED_BY] = role

    def keep(self, values: Mapping[str, Any]) -> None:
        """Keep the latest values of fields."""
        self.data.update(values)
        self._context = None

    def done(self, task: str) -> None:
        """Remember that a user task was completed now."""
        self.data[COMPLETED][task] = self.now
        self.data[ROUNDS][task] = self.data[ROUNDS].get(task, 0) + 1
        self._context = None

    def passed(self, element: str) -> None:
        """Remember that a token passed a node, for the coloured diagram."""
        _move(element, self.data[CANCELLED], self.data[DONE])

    def cancelled(self, element: str) -> None:
        """Remember that a token was taken away from a node."""
        _move(element, self.data[DONE], self.data[CANCELLED])

    def context(self) -> Mapping[str, Any]:
        """Return what an expression sees now; a field hides a parameter of the same name."""
        if self._context is None:
            data = self.data
            self._context = {
                **self.around.parameters,
                PERIOD: None,
                PERIOD_START: None,
                PERIOD_END: None,
                **{name: value for name, value in data.items() if name[0] != "@"},
                "case": self.around.case,
                "now": self.now,
                "started": data[STARTED],
                "started_by": data[STARTED_BY],
                "completed": dict.fromkeys(self.tasks) | data[COMPLETED],
                "rounds": dict.fromkeys(self.tasks, 0) | data[ROUNDS],
                "open": self.open,  # the same object: it changes while the step goes on
            }
        return self._context

    def trail(self, open_now: Iterable[str]) -> dict[str, str]:
        """Return ``done``, ``cancelled`` or ``now`` for each node a token has met."""
        trail = dict.fromkeys(self.data[DONE], "done")
        trail |= dict.fromkeys(self.data[CANCELLED], "cancelled")
        return trail | dict.fromkeys(open_now, "now")


def _move(element: str, away: list[str], into: list[str]) -> None:
    if element in away:
        away.remove(element)
    if element not in into:
        into.append(element)

"""Time that a limit does not count, and the days that this takes out of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from engine.core.civil import day_of, instant_of
from engine.core.errors import Invalid


@dataclass(frozen=True, slots=True)
class Pause:
    """From when to when a limit stood still (aware instants); ``end`` is None until it is resumed."""

    begin: datetime
    end: datetime | None = None

    def __post_init__(self) -> None:
        if self.end is not None and instant_of(self.end) < instant_of(self.begin):
            raise Invalid({"": "恢复计算的时间不能早于中止的时间，请重新填写"})


DayHalt: TypeAlias = tuple[date, date | None]


def merged(pauses: Iterable[Pause]) -> tuple[Pause, ...]:
    """Return the pauses in UTC, in order, those that meet or overlap as one; empty ones are left out."""
    found: list[Pause] = []
    for begin, end in sorted(map(_in_utc, pauses), key=lambda one: one[0]):
        if begin == end:
            continue
        if found and (found[-1].end is None or begin <= found[-1].end):
            found[-1] = Pause(found[-1].begin, _later(found[-1].end, end))
        else:
            found.append(Pause(begin, end))
    return tuple(found)


def days_of(halts: Sequence[Pause]) -> tuple[DayHalt, ...]:
    """Return the days that pauses take out whole: the day of the pause, up to the day of resumption.

    The day on which counting resumes counts again, so a pause within one day takes out none.
    """
    days = [(day_of(one.begin), None if one.end is None else day_of(one.end)) for one in halts]
    return tuple((begin, end) for begin, end in days if begin != end)


def _in_utc(pause: Pause) -> tuple[datetime, datetime | None]:
    return instant_of(pause.begin), None if pause.end is None else instant_of(pause.end)


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return None if one is None or other is None else max(one, other)

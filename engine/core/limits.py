"""What a limit is counted by, what may be added to it, and what came of counting it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from engine.core.civil import Length, MonthsDuration
from engine.core.errors import Invalid


class Days(StrEnum):
    """Which days a limit counts."""

    NATURAL = "natural"
    WORKING = "working"


class FirstDay(StrEnum):
    """Whether the day on which a limit begins is counted."""

    NEXT = "next"
    SAME = "same"


class Roll(StrEnum):
    """Where the last day goes when nobody works on it."""

    NONE = "none"
    NEXT_WORKING = "next_working"
    PREVIOUS_WORKING = "previous_working"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """How the days of one limit are counted; it says nothing of hours and minutes."""

    days: Days = Days.NATURAL
    first_day: FirstDay = FirstDay.NEXT
    roll: Roll = Roll.NONE


class Kind(StrEnum):
    """What was counted: seconds, days, working days, calendar months, or nothing since the end was given."""

    EXACT = "exact"
    NATURAL = "natural"
    WORKING = "working"
    MONTHS = "months"
    GIVEN = "given"


class BadLength(Invalid):
    """A length that no limit can have."""

    def __init__(self, sentence: str) -> None:
        super().__init__({"": sentence})


@dataclass(frozen=True, kw_only=True, slots=True)
class Extension:
    """A length that is added from the last day of what was before, or from its instant."""

    length: Length
    rule: Rule = field(default_factory=Rule)

    def __post_init__(self) -> None:
        if not is_positive(self.length):
            raise BadLength("延长的时间要大于零，请重新填写")


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """When a limit ends, and all that says why.

    ``at`` is None while an open pause stops the clock. ``first_day`` and ``last_day`` are None where
    instants count. ``skipped`` are the days in between that are not worked, where working days
    count. ``suspended`` is what pauses left out: whole days, or the exact time where instants
    count. ``rolled_from`` is the last day before it was rolled. ``provisional``: a day that mattered
    is in one of the years ``unpublished``. ``before`` is what was due before the last extension;
    ``kind`` and ``rolled_from`` then speak of the extension, all else of the whole.
    """

    at: datetime | None
    kind: Kind
    start: datetime
    first_day: date | None = None
    last_day: date | None = None
    rolled_from: date | None = None
    skipped: tuple[date, ...] = ()
    suspended: timedelta = timedelta(0)
    unpublished: tuple[int, ...] = ()
    before: Due | None = None

    @property
    def provisional(self) -> bool:
        """Whether it may move when the plan of a year is published."""
        return bool(self.unpublished)

    @property
    def suspended_days(self) -> int:
        """The whole days that pauses left out."""
        return self.suspended.days


def is_positive(length: Length) -> bool:
    """Whether a length is more than nothing."""
    return length.months > 0 if isinstance(length, MonthsDuration) else length.total_seconds > 0

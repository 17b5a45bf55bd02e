"""The State Council's plans of holidays, year by year, and which days are worked by them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType

_SATURDAY, _DECEMBER = 5, 12
#: A plan makes no more holidays than this; a file that has more is about something else.
MOST_OFF = 60


class Fault(StrEnum):
    """What can be wrong with a day of a plan."""

    OTHER_YEAR = "other_year"
    BOTH = "both"
    NOT_A_WEEKEND = "not_a_weekend"
    TOO_MANY = "too_many"


@dataclass(frozen=True, kw_only=True, slots=True)
class Year:
    """The plan of one year.

    ``off`` are the days on which nobody works by this plan, weekend days among them or not;
    ``work`` are weekend days that are worked (调休). Both may reach into the December before, as
    the plans of 2008 and 2019 do for New Year's Day. ``names`` says which holiday a day of either
    belongs to; ``source`` where the plan is published.
    """

    year: int
    off: frozenset[date]
    work: frozenset[date]
    source: str
    title: str = ""
    names: Mapping[date, str] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        """Refuse what no plan can say; readers ask :func:`faults` first, and say it in a sentence."""
        for day, fault in faults(self.year, off=self.off, work=self.work):
            raise ValueError(f"Expected a plan of {self.year}, but {day or 'it'} is {fault}")


def faults(year: int, *, off: frozenset[date], work: frozenset[date]) -> Iterator[tuple[date | None, Fault]]:
    """Yield what is wrong with the days of a plan, in the order of the days; None is the plan as a whole."""
    for day in sorted(off | work):
        if day.year != year and (day.year, day.month) != (year - 1, _DECEMBER):
            yield day, Fault.OTHER_YEAR
        elif day in off and day in work:
            yield day, Fault.BOTH
        elif day in work and not is_weekend(day):
            yield day, Fault.NOT_A_WEEKEND
    if len(off) > MOST_OFF:
        yield None, Fault.TOO_MANY


@dataclass(frozen=True, slots=True)
class Calendar:
    """The plans that are known, by year.

    Where no plan is known, weekends are taken to be free and all else to be worked; what rests
    on that is provisional.
    """

    years: Mapping[int, Year] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def published_until(self) -> date | None:
        """The last day of the last year in an unbroken row from the first; None without any plan."""
        if not self.years:
            return None
        year = min(self.years)
        while year + 1 in self.years:
            year += 1
        return date(year, 12, 31)

    def knows(self, day: date) -> bool:
        """Whether the plan of the day's year is known."""
        return day.year in self.years

    def is_working(self, day: date) -> bool:
        """Whether the day is worked, or would be by its weekday where no plan is known."""
        for plan in self._plans(day):
            if day in plan.off:
                return False
            if day in plan.work:
                return True
        return not is_weekend(day)

    def name(self, day: date) -> str:
        """Return the holiday that made the day free or worked; nothing on ordinary days."""
        return next((plan.names[day] for plan in self._plans(day) if day in plan.names), "")

    def _plans(self, day: date) -> Iterator[Year]:
        """Yield the plans that may speak of a day, the later first: it was made with the earlier known."""
        if day.month == _DECEMBER and day.year + 1 in self.years:
            yield self.years[day.year + 1]
        if day.year in self.years:
            yield self.years[day.year]


#: No plan at all: every limit that asks for working days is provisional.
EMPTY = Calendar()


def is_weekend(day: date) -> bool:
    """Whether it is a Saturday or Sunday."""
    return day.weekday() >= _SATURDAY

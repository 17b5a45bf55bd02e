"""A year's plan as the page shows it: twelve months of weeks, and the free days in a row. Pure."""

from __future__ import annotations

import calendar
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

WEEKDAYS = "一二三四五六日"
SATURDAY = 5
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One day of a month; ``kind`` is rest (休), shift (班), free (an ordinary weekend) or nothing."""

    number: int
    kind: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Month:
    """A month with its weeks from Monday; a day of another month is None."""

    title: str
    weeks: list[list[Cell | None]]


def months(year: int, off: Collection[date], work: Collection[date]) -> list[Month]:
    """Return the twelve months of a year."""
    weeks_of = calendar.Calendar(calendar.MONDAY).monthdatescalendar
    return [
        Month(
            title=f"{month}月",
            weeks=[
                [_cell(day, off, work) if day.month == month else None for day in week]
                for week in weeks_of(year, month)
            ],
        )
        for month in range(1, 13)
    ]


def rests(
    year: int, off: Collection[date], work: Collection[date], names: Mapping[date, str] = MappingProxyType({})
) -> list[str]:
    """Return the free days of a plan in words, each row with the weekends that join it: 10月1日至8日，8天.

    A plan may reach into the December before: 上年12月31日至1月2日. ``names`` are those of the holidays.
    """
    found: list[list[date]] = []
    for day in sorted(off):
        if found and day <= found[-1][1]:
            continue
        found.append([_edge(day, -ONE_DAY, off, work), _edge(day, ONE_DAY, off, work)])
    return [_name(first, last, names) + _row(year, first, last) for first, last in found]


def days(year: int, some: Iterable[date]) -> list[str]:
    """Return single days in words, with their weekday."""
    return [_single(year, day) for day in sorted(some)]


def _spoken(year: int, day: date) -> str:
    return f"{'' if day.year == year else '上年'}{day.month}月{day.day}日"


def _single(year: int, day: date) -> str:
    return f"{_spoken(year, day)}（周{WEEKDAYS[day.weekday()]}）"


def _cell(day: date, off: Collection[date], work: Collection[date]) -> Cell:
    kind = "free" if day.weekday() >= SATURDAY else ""
    if day in off:
        kind = "rest"
    if day in work:
        kind = "shift"
    return Cell(number=day.day, kind=kind)


def _edge(day: date, step: timedelta, off: Collection[date], work: Collection[date]) -> date:
    """Go on in one direction as long as nobody works."""
    after = day + step
    while after not in work and (after in off or after.weekday() >= SATURDAY):
        day, after = after, after + step
    return day


def _name(first: date, last: date, names: Mapping[date, str]) -> str:
    """Return the holidays of a row of free days, before its days."""
    found = dict.fromkeys(name for day, name in sorted(names.items()) if first <= day <= last and name)
    return f"{'、'.join(found)} " if found else ""


def _row(year: int, first: date, last: date) -> str:
    if first == last:
        return f"{_single(year, first)}，1天"
    until = f"{last.day}日" if last.month == first.month else _spoken(year, last)
    return f"{_spoken(year, first)}至{until}，{(last - first).days + 1}天"

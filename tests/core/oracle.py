"""Limits as somebody else would count them: day by day, by other people's calendars.

``chinesecalendar`` knows which days are worked, ``dateutil`` counts months; nothing of ours is
imported but the words of a case.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import chinese_calendar
from dateutil.relativedelta import relativedelta

BEIJING = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)
#: Starts are given in these zones, as different machines would.
ZONES = ("UTC", "Asia/Shanghai", "America/New_York", "Pacific/Kiritimati", "Asia/Kolkata", "Pacific/Pago_Pago")
FIRST, LAST = datetime(2004, 2, 1, tzinfo=UTC), datetime(2025, 6, 30, tzinfo=UTC)
KINDS = ("hours", "days", "working", "months")


@cache
def is_worked(day: date) -> bool:
    """Whether a day is worked."""
    return bool(chinese_calendar.is_workday(day))


@dataclass(frozen=True, kw_only=True)
class Case:
    """One limit: so many of a kind, from a start, with pauses; ``round``: days and months end at the instant."""

    kind: str
    amount: int
    start: datetime
    round: bool = False
    same_day: bool = False
    roll: str = "none"
    pauses: tuple[tuple[datetime, datetime], ...] = ()


def a_case(draw: random.Random, *, pauses: bool = False) -> Case:
    """Draw a case; half of the starts lie within a minute of a midnight somewhere, or at a month's end."""
    kind = draw.choice(KINDS)
    most = {"hours": 500, "days": 90, "working": 60, "months": 15}[kind]
    start = _a_start(draw)
    stops: list[tuple[datetime, datetime]] = []
    for _ in range(draw.randint(1, 3) if pauses else 0):
        begin = start + timedelta(seconds=draw.randint(-5 * 86400, 60 * 86400))
        stops.append((begin, begin + timedelta(seconds=draw.randint(0, 20 * 86400))))
    exact = kind == "hours" or (kind != "working" and draw.random() < 0.2)
    return Case(
        kind=kind,
        amount=draw.randint(1, most),
        start=start,
        round=exact and kind != "hours",
        same_day=not exact and draw.random() < 0.3,
        roll="none" if exact or kind == "working" else draw.choice(["none", "next_working", "previous_working"]),
        pauses=tuple(stops),
    )


def _a_start(draw: random.Random) -> datetime:
    zone = ZoneInfo(draw.choice(ZONES))
    moment = FIRST + timedelta(seconds=draw.randint(0, int((LAST - FIRST).total_seconds())))
    local = moment.astimezone(zone)
    if draw.random() < 0.5:
        local = local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(seconds=draw.randint(-60, 60))
    if draw.random() < 0.2:
        local = local.replace(day=1) - timedelta(days=draw.choice([1, 1, 2, 0]))
    return local


def due_of(case: Case) -> datetime:
    """Return when a case is due."""
    if case.kind == "hours" or case.round:
        return _count_seconds(case)
    first = case.start.astimezone(BEIJING).date()
    first += timedelta(days=0 if case.same_day else 1)
    last = _last_day(case, first)
    if case.roll != "none" and not is_worked(last):
        last = _rolled(case, last, first)
    return datetime(last.year, last.month, last.day, tzinfo=BEIJING) + DAY


def _last_day(case: Case, first: date) -> date:
    left = (_months_later(case, first) - first).days + 1 if case.kind == "months" else case.amount
    day = first - DAY
    while left > 0:
        day += DAY
        if not _stands_still(case, day):
            left -= case.kind != "working" or is_worked(day)
    return day


def _months_later(case: Case, first: date) -> date:
    begin = first if case.same_day else first - DAY
    later: date = begin + relativedelta(months=case.amount)
    return later - DAY if case.same_day and later.day == first.day else later


def _rolled(case: Case, last: date, first: date) -> date:
    step = DAY if case.roll == "next_working" else -DAY
    day = last + step
    while not is_worked(day) or _stands_still(case, day):
        if step < timedelta(0) and (day < first or _stands_still(case, day)):
            return last
        day += step
    return last if day < first else day


def _stands_still(case: Case, day: date) -> bool:
    """Whether the end of a day lies in a pause: it is taken out whole, and the day of resumption counts."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=BEIJING) + DAY - timedelta(microseconds=1)
    return any(begin <= midnight < end for begin, end in case.pauses)


def _span(case: Case) -> timedelta:
    if case.kind == "months":
        local = case.start.astimezone(BEIJING).replace(tzinfo=None)
        span: timedelta = local + relativedelta(months=case.amount) - local
        return span
    return timedelta(hours=case.amount) if case.kind == "hours" else timedelta(days=case.amount)


def _count_seconds(case: Case) -> datetime:
    """Walk from one start or end of a pause to the next, and count what lies between while nothing stands still."""
    left, now = _span(case), case.start.astimezone(UTC)
    marks = sorted(one.astimezone(UTC) for pause in case.pauses for one in pause)
    for mark in [*(one for one in marks if one > now), datetime.max.replace(tzinfo=UTC)]:
        if not any(begin <= now < end for begin, end in case.pauses):
            if mark - now >= left:
                return now + left
            left -= mark - now
        now = mark
    raise AssertionError("the last mark is never reached")

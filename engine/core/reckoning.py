"""When a limit ends: what is counted, from which day, by which calendar, and what is left out.

Pure. Every rule has its article and an example in docs/reference/time.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from engine.core.calendars import EMPTY, Calendar
from engine.core.civil import (
    DaysDuration,
    Length,
    Moment,
    MonthsDuration,
    add_months,
    day_of,
    end_of,
    instant_of,
    months_on,
)
from engine.core.limits import BadLength, Days, Due, Extension, FirstDay, Kind, Roll, Rule
from engine.core.suspension import DayHalt, Pause, days_of, merged

_DAY = timedelta(days=1)
#: A longer limit is a slip of the pen, and would be counted day by day.
_MOST_MONTHS, _MOST_DAYS = 1200, 36525


def reckon(
    value: Length | Moment,
    start: Moment,
    *,
    around_the_clock: bool,
    rule: Rule | None = None,
    calendar: Calendar = EMPTY,
    pauses: Iterable[Pause] = (),
    extensions: Iterable[Extension] = (),
) -> Due:
    """Return when a limit of ``value`` that begins at ``start`` ends.

    ``value`` is a length, the last day itself, or the instant; ``start`` an instant, or a day of
    Asia/Shanghai. Round the clock, a limit under the plain rule ends at the instant in days and
    months too; any other rule counts whole days all the same.

    Raises:
        BadLength: it is negative, longer than a century, or ends beyond the calendar.
    """
    _refuse(value)
    begin = instant_of(start)
    counter = _Counter(begin, calendar, merged(pauses), around_the_clock=around_the_clock)
    anchor = _Anchor(day=day_of(start), at=begin, whole=not isinstance(start, datetime))
    try:
        due = counter.count(value, anchor, rule or Rule())
        for one in extensions:
            due = counter.extend(due, one)
    except (OverflowError, ValueError) as error:
        raise BadLength("期限超出了日历的范围，请检查起点和长度") from error
    return due


def _refuse(value: Length | Moment) -> None:
    if isinstance(value, date):
        return
    if isinstance(value, MonthsDuration):
        share = value.months / _MOST_MONTHS
    else:
        share = float(value.total_seconds) / _DAY.total_seconds() / _MOST_DAYS
    if share < 0:
        raise BadLength("期限不能是负数，请检查参数或表达式")
    if share > 1:
        raise BadLength("期限不能超过一百年，请检查参数或表达式")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Anchor:
    """Where counting begins: after a day, and at an instant. ``whole``: only the day is known."""

    day: date
    at: datetime
    whole: bool


class _Counter:
    """Counts one limit and its extensions; remembers which years it had to guess."""

    def __init__(self, start: datetime, calendar: Calendar, halts: Sequence[Pause], *, around_the_clock: bool) -> None:
        self._start = start
        self._calendar = calendar
        self._halts = halts
        self._days = days_of(halts)
        self._round = around_the_clock
        self._guessed: set[int] = set()

    def count(self, value: Length | Moment, anchor: _Anchor, rule: Rule) -> Due:
        """Count from an anchor, as if nothing had been before it."""
        return replace(self._count(value, anchor, rule), unpublished=tuple(sorted(self._guessed)))

    def extend(self, before: Due, extension: Extension) -> Due:
        """Add to what was due; nothing is added to what has no end yet."""
        if before.at is None:
            return before
        day = before.last_day or day_of(before.at)
        anchor = _Anchor(day=day, at=before.at, whole=before.last_day is not None)
        added = self.count(extension.length, anchor, replace(extension.rule, first_day=FirstDay.NEXT))
        return replace(
            added,
            first_day=before.first_day or added.first_day,
            skipped=before.skipped + added.skipped,
            suspended=before.suspended + added.suspended,
            before=before,
        )

    def _count(self, value: Length | Moment, anchor: _Anchor, rule: Rule) -> Due:
        end = self._instant(value, anchor, rule)
        if end is not None:
            return self._count_time(end, anchor, Kind.GIVEN if isinstance(value, date) else Kind.EXACT)
        first = anchor.day if rule.first_day is FirstDay.SAME else anchor.day + _DAY
        if isinstance(value, DaysDuration) and rule.days is Days.WORKING:
            return self._count_working(value.days, first)
        last, kind = _last_day(value, first, rule)
        return self._count_natural(last, first, kind, rule.roll)

    def _instant(self, value: Length | Moment, anchor: _Anchor, rule: Rule) -> datetime | None:
        """Return the instant at which it ends if nothing stops it, or None where whole days count."""
        if isinstance(value, datetime):
            return instant_of(value)
        if isinstance(value, date):
            return None
        to_the_instant = self._round and rule == Rule()
        if isinstance(value, DaysDuration):
            return anchor.at + _span(value) if value.is_exact or to_the_instant else None
        return months_on(anchor.at, value.months) if to_the_instant and not anchor.whole else None

    def _count_time(self, end: datetime, anchor: _Anchor, kind: Kind) -> Due:
        due = Due(at=None, kind=kind, start=self._start)
        stopped = timedelta(0)
        for halt in self._halts:
            if halt.begin >= end + stopped:
                break
            if halt.end is None:
                return replace(due, suspended=stopped)
            stopped += max(halt.end - max(halt.begin, anchor.at), timedelta(0))
        return replace(due, at=end + stopped, suspended=stopped)

    def _count_natural(self, last: date, first: date, kind: Kind, roll: Roll) -> Due:
        due = Due(at=None, kind=kind, start=self._start, first_day=first)
        stopped = timedelta(0)
        for begin, end in self._days:
            if begin > last + stopped:
                break
            if end is None:
                return replace(due, suspended=stopped)
            stopped += max(end - max(begin, first), timedelta(0))
        counted = last + stopped
        rolled = self._rolled(counted, first, roll)
        if rolled is None:
            return replace(due, suspended=stopped)
        moved = counted if rolled != counted else None
        return replace(due, at=end_of(rolled), last_day=rolled, rolled_from=moved, suspended=stopped)

    def _count_working(self, wanted: int, first: date) -> Due:
        due = Due(at=None, kind=Kind.WORKING, start=self._start, first_day=first)
        skipped: list[date] = []
        stopped = timedelta(0)
        day, counted = first - _DAY, 0
        while counted < wanted:
            day += _DAY
            halt = self._halt(day)
            if halt is None:
                works = self._is_working(day)
                counted += works
                skipped += [] if works else [day]
            elif halt[1] is None:
                return replace(due, skipped=tuple(skipped), suspended=stopped)
            else:
                stopped += halt[1] - day
                day = halt[1] - _DAY
        return replace(due, at=end_of(day), last_day=day, skipped=tuple(skipped), suspended=stopped)

    def _rolled(self, last: date, first: date, roll: Roll) -> date | None:
        """Return the last day after rolling; None while an open pause keeps it from coming."""
        if roll is Roll.NONE or self._is_working(last):
            return last
        step = _DAY if roll is Roll.NEXT_WORKING else -_DAY
        day = last
        while True:
            day += step
            halt = self._halt(day)
            if roll is Roll.PREVIOUS_WORKING and (day < first or halt is not None):
                return last  # a limit cannot end before it runs, nor while it stands still
            if halt is not None and halt[1] is None:
                return None
            if halt is None and self._is_working(day):
                return day

    def _halt(self, day: date) -> DayHalt | None:
        """Return the pause that a day lies in."""
        return next((one for one in self._days if one[0] <= day and (one[1] is None or day < one[1])), None)

    def _is_working(self, day: date) -> bool:
        if not self._calendar.knows(day):
            self._guessed.add(day.year)
        return self._calendar.is_working(day)


def _last_day(value: Length | date, first: date, rule: Rule) -> tuple[date, Kind]:
    """Return the last day of natural days, of months, or as it was given."""
    if isinstance(value, date):
        return value, Kind.GIVEN
    if isinstance(value, DaysDuration):
        return first + timedelta(days=value.days - 1), Kind.NATURAL
    if rule.first_day is FirstDay.NEXT:
        return add_months(first - _DAY, value.months), Kind.MONTHS
    last = add_months(first, value.months)
    return (last - _DAY if last.day == first.day else last), Kind.MONTHS


def _span(value: DaysDuration) -> timedelta:
    return timedelta(days=value.days, microseconds=int(value.seconds * 1_000_000))

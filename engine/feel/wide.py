"""Dates outside the years 1 to 9999, and instants finer than a microsecond: FEEL has them, Python's calendar has not.

The Gregorian calendar repeats every 400 years, weekdays included, so such a date is kept as one of
the years 2000 to 2399 and the number of cycles that lie between. They never leave an expression.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal

from engine.core.civil import DaysDuration, MonthsDuration

_CYCLE = 400
_CYCLE_DAYS = 146_097
_FIRST = 2000
_LARGEST_YEAR = 999_999_999
_NANOS = Decimal(1_000_000_000)
_DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True, eq=False)
class Wide:
    """A date, or a date and time; ``nanos`` are those below its microseconds."""

    cycles: int
    base: date
    nanos: int = 0

    @property
    def year(self) -> int:
        """The year, 0 being the one before the year 1."""
        return self.base.year + _CYCLE * self.cycles

    @property
    def is_moment(self) -> bool:
        return isinstance(self.base, datetime)

    @property
    def tzinfo(self) -> tzinfo | None:
        return self.base.tzinfo if isinstance(self.base, datetime) else None

    def date_part(self) -> date | Wide:
        """Return the day."""
        return narrow(Wide(self.cycles, date(self.base.year, self.base.month, self.base.day)))

    def at(self, clock: time) -> datetime | Wide:
        """Return the moment of this day at which the clock shows a time."""
        day = date(self.base.year, self.base.month, self.base.day)
        return narrow(Wide(self.cycles, datetime.combine(day, clock)))  # type: ignore[return-value]


def make(year: int, month: int, day: int) -> date | Wide | None:
    """Return the date of any year; None if there is no such day, or it is too far."""
    if abs(year) > _LARGEST_YEAR:
        return None
    cycles, rest = divmod(year - _FIRST, _CYCLE)
    try:
        return narrow(Wide(cycles, date(_FIRST + rest, month, day)))
    except ValueError:
        return None


def widen(value: date | Wide) -> Wide:
    """Return the value in cycles."""
    if isinstance(value, Wide):
        return value
    cycles, rest = divmod(value.year - _FIRST, _CYCLE)
    return Wide(cycles, value.replace(year=_FIRST + rest))


def narrow(value: Wide) -> date | Wide:
    """Return an ordinary date wherever there is one.

    Raises:
        OverflowError: the year is too far.
    """
    if abs(value.year) > _LARGEST_YEAR:
        raise OverflowError
    if value.nanos == 0 and 1 <= value.year <= 9999:  # noqa: PLR2004 - the years that Python knows
        return value.base.replace(year=value.year)
    return value


def _seconds(value: Wide) -> tuple[int, Decimal]:
    """Return days and seconds since a fixed point, in UTC where the value has a zone."""
    base = value.base
    if isinstance(base, datetime):
        local = base.astimezone(UTC).replace(tzinfo=None) if base.tzinfo else base
        clock = Decimal(local.hour * 3600 + local.minute * 60 + local.second)
        fraction = (Decimal(local.microsecond) * 1000 + value.nanos) / _NANOS
        return value.cycles * _CYCLE_DAYS + local.toordinal(), clock + fraction
    return value.cycles * _CYCLE_DAYS + base.toordinal(), Decimal(0)


def difference(a: date | Wide, b: date | Wide) -> DaysDuration | None:
    """Return ``a - b``; None where only one has a zone."""
    one, other = widen(a), widen(b)
    if one.is_moment != other.is_moment:
        one, other = _moment(one), _moment(other)
    if (one.tzinfo is None) != (other.tzinfo is None):
        return None
    first, second = _seconds(one), _seconds(other)
    days = first[0] - second[0]
    if not one.is_moment:
        return DaysDuration(days)
    return DaysDuration(0, days * _DAY_SECONDS + first[1] - second[1])


def _moment(value: Wide) -> Wide:
    if value.is_moment:
        return value
    return replace(value, base=datetime.combine(value.base, time(), UTC))


def compare(a: date | Wide, b: date | Wide) -> int | None:
    """Return -1, 0 or 1; None where the two have no order."""
    if isinstance(widen(a).base, datetime) != isinstance(widen(b).base, datetime):
        return None
    span = difference(a, b)
    if span is None:
        return None
    return (span.total_seconds > 0) - (span.total_seconds < 0)


def shift(value: date | Wide, span: MonthsDuration | DaysDuration) -> date | Wide | None:
    """Return the value so much later; a day that the month lacks becomes its last."""
    start = widen(value)
    if isinstance(span, MonthsDuration):
        count = start.base.year * 12 + start.base.month - 1 + span.months
        cycles, rest = divmod(count - _FIRST * 12, _CYCLE * 12)
        year, month = _FIRST + rest // 12, rest % 12 + 1
        last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
        base = start.base.replace(year=year, month=month, day=min(start.base.day, last))
        return narrow(Wide(start.cycles + cycles, base, start.nanos))
    return _shift_days(start, span)


def _shift_days(start: Wide, span: DaysDuration) -> date | Wide | None:
    whole = int(span.total_seconds // _DAY_SECONDS)
    cycles, days = divmod(whole, _CYCLE_DAYS)
    rest = timedelta(days=days, microseconds=int(span.total_seconds % _DAY_SECONDS * 1_000_000))
    base = start.base
    if isinstance(base, datetime):
        later: date = (base.astimezone(UTC) + rest).astimezone(base.tzinfo) if base.tzinfo else base + rest
    else:
        later = (datetime.combine(base, time()) + rest).date()
    more, year = divmod(later.year - _FIRST, _CYCLE)
    return narrow(Wide(start.cycles + cycles + more, later.replace(year=_FIRST + year), start.nanos))

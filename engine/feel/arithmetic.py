"""``+ - * / **`` and the minus sign over numbers, texts, dates and durations; anything else is null."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, DecimalException

from engine.core.civil import DaysDuration, MonthsDuration
from engine.feel import wide
from engine.feel.digits import NUMBERS
from engine.feel.runtime import Run, Value
from engine.feel.wide import Wide

_LONGEST = 10**12
_NEAR = 100_000
_DAY = 86400


def add(a: Value, b: Value, run: Run) -> Value:  # noqa: PLR0911
    """Return ``a + b``."""
    if type(a) is Decimal and type(b) is Decimal:
        return NUMBERS.add(a, b)
    if type(a) is str and type(b) is str:
        return run.text(a + b)
    if type(a) is MonthsDuration and type(b) is MonthsDuration:
        return _months(a.months + b.months)
    if type(a) is DaysDuration and type(b) is DaysDuration:
        return _days(a.days + b.days, a.seconds + b.seconds)
    if type(b) in _DURATIONS and isinstance(a, date | time | Wide):
        return _shift(a, b)
    if type(a) in _DURATIONS and isinstance(b, date | time | Wide):
        return _shift(b, a)
    return None


def subtract(a: Value, b: Value, run: Run) -> Value:
    """Return ``a - b``."""
    if type(a) is Decimal and type(b) is Decimal:
        return NUMBERS.subtract(a, b)
    if type(b) in _DURATIONS:
        return add(a, negate(b), run) if type(a) is type(b) or isinstance(a, date | time | Wide) else None
    if isinstance(a, date | Wide) and isinstance(b, date | Wide):
        return wide.difference(a, b)
    if isinstance(a, time) and isinstance(b, time):
        return _between_times(a, b)
    return None


def multiply(a: Value, b: Value, _run: Run) -> Value:
    """Return ``a * b``."""
    if type(a) is Decimal and type(b) is Decimal:
        return NUMBERS.multiply(a, b)
    if type(a) is Decimal:
        a, b = b, a
    if type(b) is not Decimal:
        return None
    if type(a) is MonthsDuration:
        return _months(NUMBERS.multiply(Decimal(a.months), b))
    if type(a) is DaysDuration:
        return _scale(a, b)
    return None


def divide(a: Value, b: Value, _run: Run) -> Value:
    """Return ``a / b``; null where ``b`` is nothing."""
    if type(a) is Decimal and type(b) is Decimal:
        return NUMBERS.divide(a, b)
    if type(a) is MonthsDuration and type(b) is Decimal:
        return _months(NUMBERS.divide(Decimal(a.months), b))
    if type(a) is DaysDuration and type(b) is Decimal:
        return _scale(a, b, down=True)
    if type(a) is MonthsDuration and type(b) is MonthsDuration:
        return NUMBERS.divide(Decimal(a.months), Decimal(b.months))
    if type(a) is DaysDuration and type(b) is DaysDuration:
        return NUMBERS.divide(a.total_seconds, b.total_seconds)
    return None


def power(a: Value, b: Value, run: Run) -> Value:
    """Return ``a ** b``; the result has 34 digits at most, so it cannot grow."""
    if type(a) is Decimal and type(b) is Decimal:
        run.spend(5 if b == b.to_integral_value() else 80)
        return NUMBERS.power(a, b)
    return None


def negate(value: Value) -> Value:
    """Return ``-value``."""
    match value:
        case Decimal():
            return NUMBERS.minus(value)
        case MonthsDuration():
            return MonthsDuration(-value.months)
        case DaysDuration():
            return DaysDuration(-value.days, -value.seconds)
        case _:
            return None


def _months(count: Decimal | int) -> MonthsDuration:
    """Return a duration of whole months.

    Raises:
        OverflowError: it is longer than any calendar.
    """
    if not -_LONGEST <= count <= _LONGEST:
        raise OverflowError
    return MonthsDuration(int(count))


def _days(days: int, seconds: Decimal) -> DaysDuration:
    """Return a duration of days and seconds.

    Raises:
        OverflowError: it is longer than any calendar.
    """
    if abs(days) > _LONGEST or abs(seconds) > _LONGEST * _DAY:
        raise OverflowError
    return DaysDuration(days, seconds)


def _scale(span: DaysDuration, by: Decimal, *, down: bool = False) -> DaysDuration:
    """Return a span times ``by``: whole days stay days, what is left becomes seconds."""
    work = NUMBERS.divide if down else NUMBERS.multiply
    days, seconds = work(Decimal(span.days), by), work(span.seconds, by)
    if abs(days) > _LONGEST:
        raise OverflowError
    whole = int(days)
    return _days(whole, NUMBERS.add(seconds, NUMBERS.multiply(days - whole, Decimal(_DAY))))


def _shift(start: date | time | Wide, span: MonthsDuration | DaysDuration) -> Value:
    if type(start) is datetime and type(span) is DaysDuration and abs(span.days) < _NEAR:
        return _soon(start, span)
    if not isinstance(start, time):
        return wide.shift(start, span)
    if isinstance(span, MonthsDuration):
        return None
    delta = timedelta(microseconds=int(span.total_seconds % _DAY * 1_000_000))
    return (datetime.combine(date(2000, 1, 1), start) + delta).timetz()


def _soon(start: datetime, span: DaysDuration) -> Value:
    """Return the instant so much later, without the detour by cycles of years."""
    try:
        delta = timedelta(days=span.days, microseconds=int(span.seconds * 1_000_000))
        if start.tzinfo is None or start.tzinfo is UTC:
            return start + delta
        return (start.astimezone(UTC) + delta).astimezone(start.tzinfo)
    except OverflowError:
        return wide.shift(start, span)


def _between_times(a: time, b: time) -> DaysDuration | None:
    if (a.tzinfo is None) != (b.tzinfo is None):
        return None
    day = date(2000, 1, 1)
    return wide.difference(datetime.combine(day, a), datetime.combine(day, b))


_DURATIONS = frozenset({MonthsDuration, DaysDuration})
OPERATORS: dict[str, Callable[[Value, Value, Run], Value]] = {
    "+": add, "-": subtract, "*": multiply, "/": divide, "**": power,
}  # fmt: skip


def guarded(work: Callable[[Value, Value, Run], Value], a: Value, b: Value, run: Run) -> Value:
    """Do the sum; what has no result (a division by nothing, a date past the year 9999) is null."""
    try:
        return work(a, b, run)
    except (DecimalException, OverflowError, ValueError):
        run.note("算不出结果：除数为零或结果超出范围")
        return None

"""Dates, times and durations: read, written, compared, and taken apart. No clock is read here."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from engine.core.civil import DaysDuration, MonthsDuration
from engine.feel import wide
from engine.feel.wide import Wide

_DATE = r"(-?(?:[1-9]\d{4,8}|\d{4}))-(\d{2})-(\d{2})"
_TIME = r"(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,20}))?(Z|[+-]\d{2}:\d{2}(?::\d{2})?|@[A-Za-z0-9_+\-/]{1,60})?"
_DATE_ONLY = re.compile(_DATE, re.ASCII)
_TIME_ONLY = re.compile("T?" + _TIME, re.ASCII)
_DATE_TIME = re.compile(_DATE + "T" + _TIME, re.ASCII)
_MONTHS = re.compile(r"(-)?P(?=\d)(?:(\d{1,10})Y)?(?:(\d{1,10})M)?", re.ASCII)
_DAYS = re.compile(
    r"(-)?P(?=\d|T\d)(?:(\d{1,12})D)?(?:T(?=\d)(?:(\d{1,12})H)?(?:(\d{1,12})M)?(?:(\d{1,12}(?:\.\d{0,20})?)S)?)?",
    re.ASCII,
)
MIDNIGHT = time(0, 0)
Temporal = Wide | date | datetime | time | MonthsDuration | DaysDuration


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones()) - {"localtime", "posixrules", "Factory"}


def parse_zone(text: str | None) -> tzinfo | None:
    """Read ``Z``, an offset or ``@Area/City``; None where there is none.

    Raises:
        ValueError: there is no such zone.
    """
    if not text:
        return None
    if text in {"Z", "@Z"}:
        return UTC
    if text.startswith("@"):
        if text[1:] not in _zones():
            raise ValueError(text)
        return ZoneInfo(text[1:])
    hours, minutes, seconds = (int(part) for part in (text[1:] + ":00").split(":")[:3])
    if hours > 14 or minutes > 59 or seconds > 59:  # noqa: PLR2004
        raise ValueError(text)
    offset = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return timezone(-offset if text[0] == "-" else offset) if offset else UTC


def parse_date(text: str) -> date | Wide | None:
    """Read ``2024-02-29``; None if it is no date."""
    match = _DATE_ONLY.fullmatch(text)
    if match is None:
        return None
    return make_date(int(match[1]), int(match[2]), int(match[3]))


make_date = wide.make


def _clock(groups: tuple[Any, ...]) -> time:
    hour, minute, second, fraction, zone = groups
    micro = int(((fraction or "") + "000000")[:6])
    return time(int(hour), int(minute), int(second), micro, parse_zone(zone))


def parse_time(text: str) -> time | None:
    """Read ``08:30:00``, with an offset or a zone."""
    match = _TIME_ONLY.fullmatch(text)
    if match is None:
        return None
    try:
        return _clock(match.groups())
    except ValueError:
        return None


def parse_date_time(text: str) -> datetime | Wide | None:
    """Read ``2024-02-29T08:30:00+08:00``; a date alone is its midnight."""
    match = _DATE_TIME.fullmatch(text)
    if match is None:
        day = parse_date(text)
        return None if day is None else wide.widen(day).at(MIDNIGHT)
    groups = match.groups()
    day = make_date(int(groups[0]), int(groups[1]), int(groups[2]))
    if day is None:
        return None
    try:
        if groups[3:6] == ("24", "00", "00"):
            following = wide.shift(day, DaysDuration(1))
            return None if following is None else wide.widen(following).at(_clock(("00", *groups[4:])))
        moment = wide.widen(day).at(_clock(groups[3:]))
        nanos = int(((groups[6] or "") + "000000000")[6:9])
        return wide.Wide(wide.widen(moment).cycles, wide.widen(moment).base, nanos) if nanos else moment
    except (ValueError, OverflowError):
        return None


def parse_duration(text: str) -> MonthsDuration | DaysDuration | None:
    """Read an ISO 8601 duration of years and months, or of days and time; None for another text."""
    if match := _MONTHS.fullmatch(text):
        months = int(match[2] or 0) * 12 + int(match[3] or 0)
        return MonthsDuration(-months if match[1] else months)
    if match := _DAYS.fullmatch(text):
        seconds = int(match[3] or 0) * 3600 + int(match[4] or 0) * 60 + Decimal(match[5] or 0)
        days = int(match[2] or 0)
        return DaysDuration(-days, -seconds) if match[1] else DaysDuration(days, seconds)
    return None


def parse_any(text: str) -> Temporal | None:
    """Read what stands after ``@``."""
    if text.startswith(("P", "-P")):
        return parse_duration(text)
    if _DATE_ONLY.fullmatch(text):
        return parse_date(text)
    return parse_time(text) or (parse_date_time(text) if "T" in text else None)


def offset_of(value: datetime | time, day: date | None = None) -> timedelta | None:
    """Return the offset from UTC; a time in a named zone takes the zone's offset of ``day``."""
    if value.tzinfo is None:
        return None
    if isinstance(value, datetime):
        return value.utcoffset()
    return value.utcoffset() or datetime.combine(day or date(2000, 1, 1), value).utcoffset()


def _seconds_of(value: time) -> Decimal:
    offset = offset_of(value)
    base = Decimal(value.hour * 3600 + value.minute * 60 + value.second) + Decimal(value.microsecond) / 1_000_000
    return base - seconds_of(offset) if offset is not None else base


def seconds_of(span: timedelta) -> Decimal:
    """Return a span as exact seconds."""
    return span.days * 86400 + span.seconds + Decimal(span.microseconds) / 1_000_000


def _comparable(a: datetime | time, b: datetime | time) -> bool:
    return (a.tzinfo is None) == (b.tzinfo is None)


def equal(a: datetime | time, b: datetime | time) -> bool | None:
    """Return whether two instants or two times are the same; one with and one without a zone never are."""
    if not _comparable(a, b):
        return False
    if isinstance(a, datetime) and isinstance(b, datetime):
        return _whole(a) == _whole(b) if a.tzinfo is None else _whole(a.astimezone(UTC)) == _whole(b.astimezone(UTC))
    return int(_seconds_of(a) * 1000) == int(_seconds_of(b) * 1000)  # type: ignore[arg-type]


def _whole(value: datetime) -> datetime:
    """Return the instant in whole milliseconds, the precision of equality."""
    return value.replace(microsecond=value.microsecond // 1000 * 1000)


def less(a: datetime | time, b: datetime | time) -> bool | None:
    """Return whether ``a`` is earlier; None where only one has a zone."""
    if not _comparable(a, b):
        return None
    if isinstance(a, datetime) and isinstance(b, datetime):
        return a < b if a.tzinfo is None else a.astimezone(UTC) < b.astimezone(UTC)
    return _seconds_of(a) < _seconds_of(b)  # type: ignore[arg-type]


def write(value: Temporal) -> str:
    """Return the text that reads as this value."""
    match value:
        case MonthsDuration():
            return _write_months(value.months)
        case DaysDuration():
            return _write_days(value.total_seconds)
        case Wide():
            return _write_wide(value)
        case datetime():
            return f"{_write_date(value)}T{_write_time(value)}"
        case date():
            return _write_date(value)
        case _:
            return _write_time(value)


def _write_date(value: date) -> str:
    return f"{value.year:04}-{value.month:02}-{value.day:02}"


def _write_wide(value: Wide) -> str:
    year = f"{'-' if value.year < 0 else ''}{abs(value.year):04}"
    text = f"{year}-{value.base.month:02}-{value.base.day:02}"
    if not isinstance(value.base, datetime):
        return text
    clock = _write_time(value.base)
    if value.nanos:
        fraction = f".{value.base.microsecond:06}{value.nanos:03}".rstrip("0")
        clock = clock[:8] + fraction + write_zone(value.base.tzinfo)
    return f"{text}T{clock}"


def _write_time(value: time | datetime) -> str:
    text = f"{value.hour:02}:{value.minute:02}:{value.second:02}"
    if value.microsecond:
        text += f".{value.microsecond:06}".rstrip("0")
    return text + write_zone(value.tzinfo)


def write_zone(zone: tzinfo | None) -> str:
    """Return the zone as it stands at the end of a time."""
    if zone is None:
        return ""
    if isinstance(zone, ZoneInfo):
        return "Z" if zone.key == "UTC" else f"@{zone.key}"
    offset = zone.utcoffset(None) or timedelta()
    if not offset:
        return "Z"
    seconds = abs(int(offset.total_seconds()))
    text = f"{'-' if offset < timedelta() else '+'}{seconds // 3600:02}:{seconds // 60 % 60:02}"
    return text + (f":{seconds % 60:02}" if seconds % 60 else "")


def _write_months(months: int) -> str:
    years, rest = divmod(abs(months), 12)
    text = (f"{years}Y" if years else "") + (f"{rest}M" if rest else "")
    return ("-" if months < 0 else "") + "P" + (text or "0M")


def _write_days(total: Decimal) -> str:
    whole, fraction = divmod(abs(total), 1)
    minutes, seconds = divmod(int(whole), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    exact = Decimal(seconds) + fraction
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    if exact:
        clock += f"{exact.normalize():f}S"
    text = (f"{days}D" if days else "") + (f"T{clock}" if clock else "")
    return ("-" if total < 0 else "") + "P" + (text or "T0S")

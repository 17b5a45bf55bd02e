"""Functions that make one type of value from another, and ``not``."""

# ruff: noqa: C901 - each declared function counts as a branch
from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal

from engine.core.civil import DaysDuration, MonthsDuration
from engine.feel import temporal, values
from engine.feel.library.numbers import whole
from engine.feel.library.registry import Shelf
from engine.feel.runtime import Run, Value
from engine.feel.wide import Wide, widen

_NUMBER = re.compile(r"-?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d{1,4})?", re.ASCII)


def register(shelf: Shelf) -> None:
    """Put the functions on the shelf."""
    _dates(shelf)
    _times(shelf)

    @shelf.add("not(negand: any?)")
    def _not(_run: Run, negand: Value) -> Value:
        return not negand if isinstance(negand, bool) else None

    @shelf.add("string(from: any?)")
    def _string(run: Run, value: Value) -> Value:
        return None if value is None else run.text(values.write(value, run))

    @shelf.add("number(from: string, [grouping separator: string?], [decimal separator: string?])")
    def _number(_run: Run, text: str, grouping: str | None = None, point: str | None = None) -> Value:
        if grouping not in {None, " ", ",", "."} or point not in {None, ",", "."} or (point and grouping == point):
            return None
        if grouping:
            text = text.replace(grouping, "")
        if point:
            text = text.replace(point, ".")
        return Decimal(text) if len(text) < 400 and _NUMBER.fullmatch(text) else None  # noqa: PLR2004

    @shelf.add("number(from: number)")
    def _same_number(_run: Run, number: Decimal) -> Value:
        return number

    @shelf.add("duration(from: string)")
    def _duration(_run: Run, text: str) -> Value:
        return temporal.parse_duration(text)

    @shelf.add("duration(from: duration)")
    def _same_duration(_run: Run, span: Value) -> Value:
        return span

    @shelf.add("years and months duration(from: date|wide, to: date|wide)")
    def _months(_run: Run, start: date | Wide, end: date | Wide) -> Value:
        first, last = _parts(start), _parts(end)
        sign = 1
        if last < first:
            sign, first, last = -1, last, first
        months = (last[0] - first[0]) * 12 + last[1] - first[1]
        return MonthsDuration(sign * (months - (last[2] < first[2])))


def _parts(value: date | Wide) -> tuple[int, int, int]:
    base = value.base if isinstance(value, Wide) else value
    return value.year, base.month, base.day


def _day(value: date | Wide) -> date | Wide:
    if isinstance(value, Wide):
        return value.date_part()
    return value.date() if isinstance(value, datetime) else value


def _dates(shelf: Shelf) -> None:
    @shelf.add("date(from: string)")
    def _read(_run: Run, text: str) -> Value:
        return temporal.parse_date(text)

    @shelf.add("date(from: date|wide)")
    def _date(_run: Run, value: date | Wide) -> Value:
        return _day(value)

    @shelf.add("date(year: number, month: number, day: number)")
    def _make(_run: Run, year: Decimal, month: Decimal, day: Decimal) -> Value:
        parts = [whole(part) for part in (year, month, day)]
        return None if None in parts else temporal.make_date(*parts)  # type: ignore[arg-type]

    @shelf.add("date and time(from: string)")
    def _read_both(_run: Run, text: str) -> Value:
        return temporal.parse_date_time(text)

    @shelf.add("date and time(from: date|wide)")
    def _both(_run: Run, value: date | Wide) -> Value:
        moment = isinstance(value, datetime) or (isinstance(value, Wide) and value.is_moment)
        return value if moment else widen(value).at(temporal.MIDNIGHT)

    @shelf.add("date and time(date: date|wide, time: time)")
    def _combine(_run: Run, day: date | Wide, clock: time) -> Value:
        return widen(day).at(clock)

    @shelf.add("date and time(date: date, timezone: string)")
    def _in_zone(_run: Run, moment: date, zone: str) -> Value:
        there = temporal.parse_zone(zone if zone[:1] in {"Z", "+", "-", "@"} else "@" + zone)
        both = moment if isinstance(moment, datetime) else datetime.combine(moment, temporal.MIDNIGHT)
        return both.astimezone(there) if both.tzinfo else both.replace(tzinfo=there)


def _times(shelf: Shelf) -> None:
    @shelf.add("time(from: string)")
    def _read(_run: Run, text: str) -> Value:
        return temporal.parse_time(text)

    @shelf.add("time(from: temporal|wide)")
    def _time(_run: Run, value: date | time | Wide) -> Value:
        if isinstance(value, Wide):
            value = value.base
        if isinstance(value, datetime):
            return value.timetz()
        return value if isinstance(value, time) else time(0, 0, tzinfo=temporal.parse_zone("Z"))

    @shelf.add("time(hour: number, minute: number, second: number, [offset: days?])")
    def _make(_run: Run, hour: Decimal, minute: Decimal, second: Decimal, offset: DaysDuration | None = None) -> Value:
        zone = None
        if offset is not None:
            zone = timezone(timedelta(seconds=int(offset.total_seconds)))
        hours, minutes = whole(hour), whole(minute)
        if hours is None or minutes is None or not 0 <= second < 60:  # noqa: PLR2004
            return None
        return time(hours, minutes, int(second), int(second % 1 * 1_000_000), zone)

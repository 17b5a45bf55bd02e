"""How points and ranges lie to one another (DMN 1.5, table 78), and ``range``."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, time
from decimal import Decimal

from engine.feel import temporal, values
from engine.feel.library.registry import Shelf
from engine.feel.runtime import Run, Value
from engine.feel.values import Range

_RANGE = re.compile(r"\s*([\[\]()])\s*(.*?)\s*\.\.\s*(.*?)\s*([\[\]()])\s*", re.DOTALL)
_NUMBER = re.compile(r"-?(?:[0-9]{1,30}(?:\.[0-9]{1,30})?|\.[0-9]{1,30})")
_CALL = re.compile(r'(date and time|date|time|duration)\s*\(\s*"([^"]*)"\s*\)')
_POINT = "number|string|temporal|duration"


class _Unknown(Exception):
    """Two ends have no order."""


def _less(a: Value, b: Value) -> bool:
    answer = values.less(a, b)
    if answer is None:
        raise _Unknown
    return answer


def _before(low: Value, high: Value, *, touch: bool) -> bool:
    """Return whether one end comes before the other; ends at the same point only if ``touch``."""
    if low is None or high is None:
        return False
    return _less(low, high) or (touch and not _less(high, low))


def _same(a: Value, b: Value) -> bool:
    if a is None or b is None:
        return a is b
    return not _less(a, b) and not _less(b, a)


def _starts_no_later(a: Range, b: Range) -> bool:
    """Return whether ``a`` begins where ``b`` begins, or before."""
    if a.low is None or b.low is None:
        return a.low is None
    return _less(a.low, b.low) or (_same(a.low, b.low) and (a.low_closed or not b.low_closed))


def _ends_no_earlier(a: Range, b: Range) -> bool:
    if a.high is None or b.high is None:
        return a.high is None
    return _less(b.high, a.high) or (_same(a.high, b.high) and (a.high_closed or not b.high_closed))


def _apart(a: Range, b: Range) -> bool:
    """Return whether all of ``a`` lies before ``b``."""
    return _before(a.high, b.low, touch=not (a.high_closed and b.low_closed))


def _holds(a: Range, point: Value) -> bool:
    low = a.low is None or _before(a.low, point, touch=a.low_closed)
    return low and (a.high is None or _before(point, a.high, touch=a.high_closed))


def _same_start(a: Range, b: Range) -> bool:
    return _same(a.low, b.low) and a.low_closed == b.low_closed


def _same_end(a: Range, b: Range) -> bool:
    return _same(a.high, b.high) and a.high_closed == b.high_closed


def _meets(a: Range, b: Range) -> bool:
    return a.high is not None and b.low is not None and a.high_closed and b.low_closed and _same(a.high, b.low)


def _overlaps(a: Range, b: Range) -> bool:
    return not _apart(a, b) and not _apart(b, a)


def _overlaps_before(a: Range, b: Range) -> bool:
    return (
        _overlaps(a, b) and _starts_no_later(a, b) and not _starts_no_later(b, a)
        and _ends_no_earlier(b, a)
    )  # fmt: skip


def _overlaps_after(a: Range, b: Range) -> bool:
    return (
        _overlaps(a, b) and _ends_no_earlier(a, b) and not _ends_no_earlier(b, a)
        and _starts_no_later(b, a)
    )  # fmt: skip


def _includes(a: Range, b: Range) -> bool:
    return _starts_no_later(a, b) and _ends_no_earlier(a, b)


def _finishes(a: Range, b: Range) -> bool:
    return _same_end(a, b) and _starts_no_later(b, a)


def _starts(a: Range, b: Range) -> bool:
    return _same_start(a, b) and _ends_no_earlier(b, a)


def _coincides(a: Range, b: Range) -> bool:
    return _same_start(a, b) and _same_end(a, b)


def _swap(work: Callable[[Range, Range], bool]) -> Callable[[Range, Range], bool]:
    return lambda a, b: work(b, a)


def _guard(work: Callable[..., bool]) -> Callable[..., Value]:
    def guarded(_run: Run, a: Value, b: Value) -> Value:
        try:
            return work(a, b)
        except _Unknown:
            return None

    return guarded


def register(shelf: Shelf) -> None:
    """Put the functions on the shelf."""
    both = {
        "before": _apart, "after": _swap(_apart), "meets": _meets, "met by": _swap(_meets), "overlaps": _overlaps,
        "overlaps before": _overlaps_before, "overlaps after": _overlaps_after, "finishes": _finishes,
        "finished by": _swap(_finishes), "includes": _includes, "during": _swap(_includes), "starts": _starts,
        "started by": _swap(_starts), "coincides": _coincides,
    }  # fmt: skip
    for name, work in both.items():
        shelf.add(f"{name}(range1: range, range2: range)")(_guard(work))
    _points(shelf)

    @shelf.add("is(value1: any?, value2: any?)")
    def _is(run: Run, a: Value, b: Value) -> Value:
        if isinstance(a, datetime | time) and isinstance(b, datetime | time):
            same_zone = temporal.offset_of(a) == temporal.offset_of(b)
            return type(a) is type(b) and same_zone and temporal.equal(a, b) is True
        return type(a) is type(b) and values.equal(a, b, run) is True

    @shelf.add("range(from: string)")
    def _range(_run: Run, text: str) -> Value:
        return read_range(text)


def _points(shelf: Shelf) -> None:
    def point_first(name: str, work: Callable[..., bool]) -> None:
        shelf.add(f"{name}(point: {_POINT}, range: range)")(_guard(work))

    def range_first(name: str, work: Callable[..., bool]) -> None:
        shelf.add(f"{name}(range: range, point: {_POINT})")(_guard(work))

    for name, work in (("before", _less), ("after", lambda a, b: _less(b, a)), ("coincides", _same)):
        shelf.add(f"{name}(point1: {_POINT}, point2: {_POINT})")(_guard(work))
    point_first("before", lambda point, one: _before(point, one.low, touch=not one.low_closed))
    range_first("before", lambda one, point: _before(one.high, point, touch=not one.high_closed))
    point_first("after", lambda point, one: _before(one.high, point, touch=not one.high_closed))
    range_first("after", lambda one, point: _before(point, one.low, touch=not one.low_closed))
    range_first("includes", _holds)
    point_first("during", lambda point, one: _holds(one, point))
    point_first("finishes", lambda point, one: one.high_closed and _same(one.high, point))
    range_first("finished by", lambda one, point: one.high_closed and _same(one.high, point))
    point_first("starts", lambda point, one: one.low_closed and _same(one.low, point))
    range_first("started by", lambda one, point: one.low_closed and _same(one.low, point))


def read_range(text: str) -> Range | None:
    """Read a range of plain ends: ``[1..10]``, ``("a".."z")``, ``[@"2024-01-01"..)``; None if it is none."""
    match = _RANGE.fullmatch(text)
    if match is None:
        return None
    left, low_text, high_text, right = match.groups()
    low, high = _end(low_text), _end(high_text)
    if low is _WRONG or high is _WRONG or (low is None and high is None):
        return None
    closed = left == "[", right == "]"
    if left == ")" or right == "(" or (low is None and closed[0]) or (high is None and closed[1]):
        return None
    if low is not None and high is not None and values.less(high, low) is not False:
        return None
    return Range(low, high, low_closed=closed[0], high_closed=closed[1])


_WRONG = object()


def _end(text: str) -> Value:
    """Read one end: nothing is an open end; what is no plain value is ``_WRONG``."""
    if text == "":
        return None
    if _NUMBER.fullmatch(text):
        return Decimal(text)
    if len(text) > 1 and text[0] == text[-1] == '"' and '"' not in text[1:-1]:
        return text[1:-1]
    if text.startswith('@"') and text.endswith('"'):
        return temporal.parse_any(text[2:-1]) or _WRONG
    if call := _CALL.fullmatch(text):
        readers: dict[str, Callable[[str], Value]] = {
            "date": temporal.parse_date, "time": temporal.parse_time,
            "date and time": temporal.parse_date_time, "duration": temporal.parse_duration,
        }  # fmt: skip
        return readers[call[1]](call[2]) or _WRONG
    return _WRONG

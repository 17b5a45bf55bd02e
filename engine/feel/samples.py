"""Samples that stand for all values: one for each piece within which no comparison changes its answer."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from engine.core.civil import DaysDuration, MonthsDuration
from engine.feel import nodes, temporal
from engine.feel.nodes import Node
from engine.feel.runtime import Value

OTHER = "（其他）"
"""The sample for every text that is not named."""


class NoSamples(Exception):
    """The values cannot be cut into pieces; says why, in Chinese."""


_READERS: dict[str, Callable[[str], Value]] = {
    "date": temporal.parse_date,
    "time": temporal.parse_time,
    "date and time": temporal.parse_date_time,
    "duration": temporal.parse_duration,
}


def constant(node: Node) -> Value:
    """Return the value of a part that is always the same.

    Raises:
        NoSamples: it is not.
    """
    match node:
        case nodes.Literal(value=value):
            return value
        case nodes.Negate(operand=nodes.Literal(value=Decimal() as value)):
            return -value
        case nodes.Call(function=nodes.Name(name=name), arguments=(nodes.Literal(value=str() as text),)) if (
            name in _READERS
        ):
            return _READERS[name](text)
        case _:
            raise NoSamples("里有计算")


def samples(constants: Sequence[Value]) -> list[Value]:
    """Return a sample for each piece between and beside the constants; null if it is one of them.

    Raises:
        NoSamples: the constants are of several kinds, or of one without steps.
    """
    known = [value for value in constants if value is not None]
    kinds = {type(value) for value in known}
    if len(kinds) > 1:
        raise NoSamples("里有不同种类的值")
    unknown: list[Value] = [None] if len(known) < len(constants) else []
    if not known:
        return [*unknown, OTHER]
    kind = kinds.pop()
    if kind is bool:
        return [True, False, *unknown]
    if kind is str:
        return [*dict.fromkeys(known), OTHER, *unknown]
    return [*_points(sorted(set(known)), kind), *unknown]


def _points(ends: list[Any], kind: type) -> list[Value]:
    """Return each end, a point outside on both sides, and one between each two.

    Between whole numbers only whole numbers count, since ages and numbers of times have no others.
    """
    step: Any = {
        Decimal: Decimal(1), date: timedelta(days=1), datetime: timedelta(seconds=1), MonthsDuration: MonthsDuration(1),
        DaysDuration: DaysDuration(0, Decimal(1)),
    }.get(kind)  # fmt: skip
    if step is None:
        raise NoSamples("里的时间或范围没有步长")
    made: list[Value] = [_shifted(ends[0], step, -1)]
    for low, high in itertools.pairwise([*ends, None]):
        made.append(low)
        after = _shifted(low, step, 1)
        whole = kind is not Decimal or all(end is None or end == end.to_integral_value() for end in (low, high))
        if high is None or (whole and after < high):
            made.append(after)
        elif not whole:
            made.append((low + high) / 2)
    return made


def _shifted(value: Any, step: Any, way: int) -> Value:
    if isinstance(value, MonthsDuration):
        return MonthsDuration(value.months + way)
    if isinstance(value, DaysDuration):
        return DaysDuration(value.days, value.seconds + way)
    return value + step if way > 0 else value - step

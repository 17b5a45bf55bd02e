"""What a condition says for certain when only the open tasks and the tasks done are known. Pure.

Everything else in a condition is free: it may hold or not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import inf

from engine import feel
from engine.feel import nodes
from engine.feel.checks import path_of
from engine.feel.exhaustive import CannotAnalyse, answers
from engine.feel.nodes import Node

_WORDS = re.compile(r"[^\W\d]\w*")
_COUNTED = ("open.", "rounds.")
_MOST_PATHS = 8


@dataclass(frozen=True, slots=True)
class Between:
    """A number of which only the bounds are known."""

    low: float
    high: float


Known = bool | Between | None
#: The bounds of ``open.TASK`` and ``rounds.TASK``, by that path.
Counts = Mapping[str, Between]


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition that speaks of open or finished tasks; ``paths`` are those it names."""

    node: Node
    paths: frozenset[str]

    def verdict(self, counts: Counts) -> bool | None:
        """Return whether the condition holds; None: it may or may not."""
        value = _value(self.node, counts)
        return value if isinstance(value, bool) else None


def read_guard(text: str | None) -> Guard | None:
    """Return a condition as far as it speaks of tasks; None: it is free."""
    if not text or not any(word in text for word in _COUNTED):
        return None
    try:
        node = feel.compile(text, frozenset(_WORDS.findall(text))).node
    except feel.FeelError:
        return None
    paths = (path_of(part) for part in node.walk())
    found = frozenset(path for path in paths if path and path.startswith(_COUNTED))
    guard = Guard(node, found)
    return guard if found and len(found) <= _MOST_PATHS and _decides(guard) else None


def _decides(guard: Guard) -> bool:
    """Whether some count of tasks settles the condition, whatever else it asks for."""
    each = [[(path, bounds) for bounds in (Between(0, 0), Between(1, inf))] for path in sorted(guard.paths)]
    return any(guard.verdict(dict(counts)) is not None for counts in product(*each))


@lru_cache(maxsize=4096)
def exclude_each_other(one: str, other: str) -> bool:
    """Whether two conditions of one gateway, asked of the same data, can never hold both."""
    words = frozenset(_WORDS.findall(one)) | frozenset(_WORDS.findall(other))
    try:
        left, right = feel.compile(one, words), feel.compile(other, words)
        if left.paths.isdisjoint(right.paths):
            return False
        return True not in answers(nodes.Logic(0, "and", left.node, right.node), {})
    except (feel.FeelError, CannotAnalyse):
        return False


def _value(node: Node, counts: Counts) -> Known:
    match node:
        case nodes.Literal(value=value):
            return value if isinstance(value, bool) else _number(value)
        case nodes.Logic(operator=operator, left=left, right=right):
            return _logic(operator, _value(left, counts), _value(right, counts))
        case nodes.Call(function=nodes.Name(name="not"), arguments=(inner,)):
            value = _value(inner, counts)
            return _not(value) if isinstance(value, bool) else None
        case nodes.Compare(operator=operator, left=left, right=right):
            return _compare(operator, _value(left, counts), _value(right, counts))
        case nodes.Arithmetic(operator="+", left=left, right=right):
            return _plus(_value(left, counts), _value(right, counts))
        case _:
            return counts.get(path_of(node) or "")


def _number(value: object) -> Between | None:
    try:
        number = float(value)  # type: ignore[arg-type]  # whatever is no number is not known
    except (TypeError, ValueError):
        return None
    return Between(number, number)


def _logic(operator: str, left: Known, right: Known) -> bool | None:
    decisive = operator == "or"
    if decisive in (left, right):
        return decisive
    return None if None in (left, right) else not decisive


def _plus(left: Known, right: Known) -> Between | None:
    if isinstance(left, Between) and isinstance(right, Between):
        return Between(left.low + right.low, left.high + right.high)
    return None


def _compare(operator: str, left: Known, right: Known) -> bool | None:
    if not (isinstance(left, Between) and isinstance(right, Between)):
        return None
    below, above, same = _below(left, right), _below(right, left), _same(left, right)
    verdicts = {"<": below, ">": above, ">=": _not(below), "<=": _not(above), "=": same, "!=": _not(same)}
    return verdicts.get(operator)


def _below(left: Between, right: Between) -> bool | None:
    if left.high < right.low:
        return True
    return False if left.low >= right.high else None


def _same(left: Between, right: Between) -> bool | None:
    if left.high < right.low or right.high < left.low:
        return False
    return True if left.low == left.high == right.low == right.high else None


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


UNKNOWN = Between(0, inf)

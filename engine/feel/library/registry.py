"""How a function of the library is declared, called and given its arguments.

A function may have several signatures; the first that the arguments fit is called. Arguments
are coerced as DMN says: a list of one is its item where one value is wanted, one value is a
list of one where a list is wanted. Arguments that fit no signature give null.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal, DecimalException
from typing import Any

from engine.core.civil import DaysDuration, MonthsDuration
from engine.feel import values
from engine.feel.runtime import Function, Run, Value
from engine.feel.wide import Wide

_TYPES: dict[str, tuple[type, ...]] = {
    "number": (Decimal,), "string": (str,), "boolean": (bool,), "list": (list,), "context": (dict,),
    "date": (date, datetime), "datetime": (datetime,), "time": (time,), "temporal": (date, datetime, time),
    "months": (MonthsDuration,), "days": (DaysDuration,), "duration": (MonthsDuration, DaysDuration),
    "wide": (Wide,), "range": (values.Range,), "function": (Function,), "day": (date,),
}  # fmt: skip
_WRONG = object()


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument: ``null`` says that null is accepted, ``optional`` that it may be left out."""

    name: str
    types: tuple[type, ...] | None
    null: bool
    optional: bool

    @property
    def is_list(self) -> bool:
        return self.types == (list,)

    def take(self, value: Value) -> Any:  # noqa: PLR0911
        """Return the value as this argument wants it, or ``_WRONG``."""
        if self.types is None:
            return value if value is not None or self.null else _WRONG
        if type(value) in self.types:
            return value
        if value is None:
            return None if self.null else _WRONG
        if self.is_list:
            return [value]
        if type(value) is list and len(value) == 1:
            return self.take(value[0]) if type(value[0]) is not list else _WRONG
        if date in self.types and datetime not in self.types and type(value) is datetime:
            return value.date()
        return _WRONG


@dataclass(frozen=True, slots=True)
class Signature:
    """Parameters and what to do with them."""

    parameters: tuple[Parameter, ...]
    rest: bool  # the last parameter takes all that follow, as one list
    work: Callable[..., Value]
    least: int = 0

    def positional(self, run: Run, given: Sequence[Value]) -> Any:
        """Call with arguments by place, or return ``_WRONG``."""
        count = len(self.parameters)
        if len(given) < self.least or (len(given) > count and not self.rest):
            return _WRONG
        taken = []
        for parameter, value in zip(self.parameters, given, strict=False):
            one = parameter.take(value)
            if one is _WRONG:
                return _WRONG
            taken.append(one)
        if self.rest:
            last = self.parameters[-1]
            more = [last.take(value) for value in given[count:]]
            if any(one is _WRONG for one in more):
                return _WRONG
            return self.work(run, *taken[: count - 1], [*taken[count - 1 :], *more])
        return self.work(run, *taken)

    def named(self, run: Run, given: dict[str, Value]) -> Any:
        """Call with arguments by name, or return ``_WRONG``."""
        known = {parameter.name for parameter in self.parameters}
        if not given.keys() <= known:
            return _WRONG
        line: list[Value] = []
        for parameter in self.parameters:
            if parameter.name in given:
                line.append(given[parameter.name])
            elif parameter.optional:
                line.append(None)
            else:
                return _WRONG
        while line and self.parameters[len(line) - 1].name not in given:
            line.pop()
        return self.positional(run, line)


@dataclass(slots=True)
class Builtin:
    """A function of the library."""

    name: str
    signatures: list[Signature] = field(default_factory=list)

    def call(self, run: Run, arguments: Sequence[Value], names: tuple[str, ...] | None) -> Value:
        """Call the first signature that the arguments fit; null if none does or the work has no result."""
        run.spend(3)
        named = dict(zip(names, arguments, strict=True)) if names is not None else None
        try:
            for signature in self.signatures:
                result = signature.positional(run, arguments) if named is None else signature.named(run, named)
                if result is not _WRONG:
                    return result
        except (DecimalException, OverflowError, ValueError):
            pass
        run.note(f"{self.name}() 不能用这样的参数")
        return None


def _parse(text: str) -> tuple[str, tuple[Parameter, ...], bool]:
    match = re.fullmatch(r"([^(]+)\((.*)\)", text)
    if match is None:
        raise ValueError(text)
    parameters = []
    for part in filter(None, (piece.strip() for piece in match[2].split(","))):
        optional = part.startswith("[")
        name, _, kind = part.strip("[]").partition(":")
        kind = kind.strip().removesuffix("...")
        null = kind.endswith("?")
        kinds = kind.rstrip("?").split("|")
        types = None if kinds == ["any"] else tuple(t for one in kinds for t in _TYPES[one])
        parameters.append(Parameter(name.strip(), types, null, optional))
    return match[1], tuple(parameters), "..." in match[2]


class Shelf:
    """Collects the functions while the library is loaded."""

    def __init__(self) -> None:
        self.functions: dict[str, Builtin] = {}

    def add(self, signature: str) -> Callable[[Callable[..., Value]], Callable[..., Value]]:
        """Declare a function: ``substring(string: string, start position: number, [length: number])``.

        ``?`` after a type lets null in, ``[…]`` marks an argument that may be missing, ``...`` one
        that takes all that follow.
        """
        name, parameters, rest = _parse(signature)
        least = sum(not parameter.optional for parameter in parameters) - rest
        least = max(least, 1) if rest else least

        def keep(work: Callable[..., Value]) -> Callable[..., Value]:
            builtin = self.functions.setdefault(name, Builtin(name))
            builtin.signatures.append(Signature(parameters, rest, work, least))
            return work

        return keep

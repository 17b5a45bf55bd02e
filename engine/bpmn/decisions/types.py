"""Item definitions: the types of a DMN model, and how a value is made to fit one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from engine import feel
from engine.bpmn.decisions.source import Element, Problem, child, children, line_of, text
from engine.feel import members, temporal
from engine.feel.nodes import Type
from engine.feel.runtime import Function, Run, Value

WRONG: Any = object()
"""What ``Types.fit`` gives for a value that is not of the type."""

_BUILT_IN = {
    "number", "string", "boolean", "date", "time", "date and time", "dateTime", "days and time duration",
    "dayTimeDuration", "years and months duration", "yearMonthDuration", "context", "list", "function", "range",
}  # fmt: skip
_MAX_DEPTH = 30


@dataclass(slots=True)
class ItemType:
    """One item definition or component of one."""

    name: str
    base: str | None
    many: bool
    parts: dict[str, ItemType] = field(default_factory=dict)
    allowed: feel.Expression | None = None
    constraint: feel.Expression | None = None
    function: bool = False
    home: Types = field(kw_only=True)
    """The types of the file that defines it, in which its own words are meant."""


class Types:
    """The types of one model by name; those of imported models stand under ``import.name``."""

    def __init__(self) -> None:
        self.items: dict[str, ItemType] = {}
        self.problems: list[Problem] = []

    def read(self, root: Element) -> None:
        """Add the item definitions of a file."""
        for definition in children(root, "itemDefinition"):
            item = self._read(definition)
            self.items[item.name] = item

    def _read(self, element: Element) -> ItemType:
        item = ItemType(
            name=" ".join((element.get("name") or "").split()),
            base=strip(text(element, "typeRef")),
            many=element.get("isCollection") == "true",
            function=child(element, "functionItem") is not None,
            home=self,
        )
        item.allowed = self._test(child(element, "allowedValues"))
        item.constraint = self._test(child(element, "typeConstraint"))
        for component in children(element, "itemComponent"):
            part = self._read(component)
            item.parts[part.name] = part
        return item

    def _test(self, element: Element | None) -> feel.Expression | None:
        words = text(element)
        if element is None or not words:
            return None
        try:
            return feel.compile_test(words, ())
        except feel.FeelError as error:
            self.problems.append(Problem(element="allowedValues", line=line_of(element), sentence=error.sentence))
            return None

    def words(self) -> frozenset[str]:
        """Return the names of all members, for the lexer."""
        found: set[str] = set()
        waiting = list(self.items.values())
        while waiting:
            item = waiting.pop()
            found |= item.parts.keys()
            waiting.extend(item.parts.values())
        return frozenset(found)

    def fit(self, value: Value, name: str | None, run: Run, depth: int = 0) -> Any:
        """Return the value as the named type has it, or ``WRONG``."""
        name = strip(name)
        if value is None or name is None or name == "Any" or depth > _MAX_DEPTH:
            return value
        item = self.items.get(name)
        if item is not None:
            return item.home._fit_item(value, item, run, depth + 1)  # noqa: SLF001 - types too
        if name not in _BUILT_IN:
            return value
        return _fit_plain(value, name)

    def _fit_item(self, value: Value, item: ItemType, run: Run, depth: int) -> Any:
        run.spend(1)
        if value is None:
            return None
        if item.many:
            value = value if type(value) is list else [value]
            fitted = [self._fit_one(one, item, run, depth) for one in value]
            value = WRONG if any(one is WRONG for one in fitted) else fitted
        else:
            if type(value) is list and len(value) == 1 and item.base != "list" and not self._is_many(item.base):
                value = value[0]
            value = self._fit_one(value, item, run, depth)
        if value is not WRONG and item.constraint and item.constraint.run({"?": value}, run) is not True:
            return WRONG
        return value

    def _is_many(self, base: str | None) -> bool:
        for _ in range(_MAX_DEPTH):
            item = self.items.get(base or "")
            if item is None:
                return False
            if item.many:
                return True
            base = item.base
        return False

    def _fit_one(self, value: Value, item: ItemType, run: Run, depth: int) -> Any:
        if item.function:
            return value if type(value) is Function else WRONG
        value = self._fit_parts(value, item, run, depth) if item.parts else self.fit(value, item.base, run, depth)
        if value is WRONG or item.allowed is None:
            return value
        if value is None or type(value) is list:
            whole = item.allowed.run({"?": value}, run) is True
            each = type(value) is list and all(item.allowed.run({"?": one}, run) is True for one in value)
            return value if whole or each or value is None else WRONG
        return value if item.allowed.run({"?": value}, run) is True else WRONG

    def _fit_parts(self, value: Value, item: ItemType, run: Run, depth: int) -> Any:
        if value is None:
            return None
        if type(value) is not dict or not item.parts.keys() <= value.keys():
            return WRONG
        made = dict(value)
        for name, part in item.parts.items():
            fitted = self._fit_item(value[name], part, run, depth + 1)
            if fitted is WRONG:
                return WRONG
            made[name] = fitted
        return made

    def is_instance(self, value: Value, type_: Type) -> bool | None:
        """Say whether a value is of a type of this model; None where the model has no such type."""
        item = self.items.get(type_.name)
        if item is None:
            return None
        if value is None:
            return False
        if type(value) is list and not item.many and not self._is_many(type_.name):
            return False
        if item.many and type(value) is not list:
            return False
        return item.home._fit_item(value, item, Run(), 0) is not WRONG  # noqa: SLF001 - types too


def strip(name: str | None) -> str | None:
    """Return the type's name without the prefix of FEEL's namespace."""
    if name is None:
        return None
    name = " ".join(name.split())
    return name.removeprefix("feel:") or None


def _fit_plain(value: Value, name: str) -> Any:
    type_ = Type(name)
    if members.is_instance(value, type_):
        return value
    if type(value) is list and len(value) == 1:
        return _fit_plain(value[0], name) if type(value[0]) is not list else WRONG
    if name == "list":
        return [value]
    if name in {"date and time", "dateTime"} and type(value) is date:
        return datetime.combine(value, temporal.MIDNIGHT, temporal.parse_zone("Z"))
    if type(value) is int:
        return _fit_plain(Decimal(value), name)
    return WRONG

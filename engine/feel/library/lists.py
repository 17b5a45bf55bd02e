"""Functions over lists."""

# ruff: noqa: C901 - each declared function counts as a branch
from __future__ import annotations

import functools
from collections.abc import Callable
from decimal import ROUND_DOWN, Decimal

from engine.core.civil import DaysDuration, MonthsDuration
from engine.feel import values
from engine.feel.arithmetic import add
from engine.feel.digits import NUMBERS
from engine.feel.library.numbers import whole
from engine.feel.library.registry import Shelf
from engine.feel.runtime import Function, Run, Value


def has(run: Run, items: list[Value], wanted: Value) -> bool:
    """Return whether an item equals the wanted value."""
    run.spend(len(items))
    return any(values.equal(item, wanted, run) is True for item in items)


def _place(items: list[Value], position: Decimal, *, end: int = 0) -> int | None:
    """Return the index of a position that counts from 1, or from the end if negative."""
    number = whole(position.to_integral_value(ROUND_DOWN))
    if not number or abs(number) > len(items) + end:
        return None
    return number - 1 if number > 0 else len(items) + end + number


def distinct(run: Run, items: list[Value]) -> list[Value]:
    """Return the items without repetitions."""
    kept: list[Value] = []
    for item in items:
        if not has(run, kept, item):
            kept.append(item)
    return kept


def flat(run: Run, items: list[Value]) -> list[Value]:
    """Return the items of all nested lists."""
    found: list[Value] = []
    for item in items:
        run.spend(1)
        found.extend(flat(run, item) if isinstance(item, list) else [item])
    return run.items(found)


def _extreme(items: list[Value], *, least: bool) -> Value:
    best: Value = None
    for place, item in enumerate(items):
        if item is None:
            return None
        if place == 0:
            if values.less(item, item) is None:
                return None
            best = item
            continue
        before = values.less(item, best)
        if before is None:
            return None
        if before if least else values.less(best, item):
            best = item
    return best


def register(shelf: Shelf) -> None:
    """Put the functions on the shelf."""
    _asking(shelf)
    _changing(shelf)
    _logic(shelf)
    _sums(shelf)

    @shelf.add("sort(list: list, [precedes: function?])")
    def _sort(run: Run, items: list[Value], precedes: Function | None = None) -> Value:
        def compare(a: Value, b: Value) -> int:
            run.spend(1)
            if precedes is None:
                before, after = values.less(a, b), values.less(b, a)
            else:
                before, after = precedes.body(run, [a, b]), precedes.body(run, [b, a])
            return -1 if before is True else 1 if after is True else 0

        if precedes is None and any(values.less(items[0], item) is None for item in items):
            return None
        return sorted(items, key=functools.cmp_to_key(compare))


def _asking(shelf: Shelf) -> None:
    @shelf.add("list contains(list: list?, element: any?)")
    def _contains(run: Run, items: list[Value] | None, element: Value) -> Value:
        return None if items is None else has(run, items, element)

    @shelf.add("count(list: list)")
    def _count(_run: Run, items: list[Value]) -> Value:
        return Decimal(len(items))

    @shelf.add("min(c: any?...)")
    @shelf.add("min(list: list)")
    def _min(run: Run, items: list[Value]) -> Value:
        run.spend(len(items))
        return _extreme(items, least=True)

    @shelf.add("max(c: any?...)")
    @shelf.add("max(list: list)")
    def _max(run: Run, items: list[Value]) -> Value:
        run.spend(len(items))
        return _extreme(items, least=False)

    @shelf.add("index of(list: list, match: any?)")
    def _index(run: Run, items: list[Value], match: Value) -> Value:
        run.spend(len(items))
        return [Decimal(n) for n, item in enumerate(items, 1) if values.equal(item, match, run) is True]


def _changing(shelf: Shelf) -> None:
    @shelf.add("sublist(list: list, start position: number, [length: number?])")
    def _sublist(run: Run, items: list[Value], start: Decimal, length: Decimal | None = None) -> Value:
        begin = _place(items, start)
        if begin is None:
            return None
        if length is None:
            return run.items(items[begin:])
        count = whole(length)
        return (
            run.items(items[begin : begin + count]) if count is not None and 1 <= count <= len(items) - begin else None
        )

    @shelf.add("append(list: list?, item: any?...)")
    def _append(run: Run, items: list[Value] | None, more: list[Value]) -> Value:
        return run.items([*(items or []), *more])

    @shelf.add("concatenate(list: list...)")
    def _concatenate(run: Run, lists: list[list[Value]]) -> Value:
        return run.items([item for one in lists for item in one])

    @shelf.add("insert before(list: list, position: number, newItem: any?)")
    def _insert(run: Run, items: list[Value], position: Decimal, item: Value) -> Value:
        place = _place(items, position)
        return None if place is None else run.items([*items[:place], item, *items[place:]])

    @shelf.add("remove(list: list, position: number)")
    def _remove(run: Run, items: list[Value], position: Decimal) -> Value:
        place = _place(items, position)
        return None if place is None else run.items([*items[:place], *items[place + 1 :]])

    @shelf.add("list replace(list: list, position: number, newItem: any?)")
    def _replace(run: Run, items: list[Value], position: Decimal, item: Value) -> Value:
        place = _place(items, position)
        return None if place is None else run.items([*items[:place], item, *items[place + 1 :]])

    @shelf.add("list replace(list: list, match: function, newItem: any?)")
    def _replace_where(run: Run, items: list[Value], match: Function, item: Value) -> Value:
        answers = [match.body(run, [one, item]) for one in items]
        if not all(isinstance(answer, bool) for answer in answers):
            return None
        return [item if answer else one for one, answer in zip(items, answers, strict=True)]

    @shelf.add("reverse(list: list)")
    def _reverse(run: Run, items: list[Value]) -> Value:
        return run.items(items[::-1])

    @shelf.add("union(list: list...)")
    def _union(run: Run, lists: list[list[Value]]) -> Value:
        return distinct(run, [item for one in lists for item in one])

    @shelf.add("distinct values(list: list)")
    def _distinct(run: Run, items: list[Value]) -> Value:
        return distinct(run, items)

    @shelf.add("flatten(list: list)")
    def _flatten(run: Run, items: list[Value]) -> Value:
        return flat(run, items)


def _logic(shelf: Shelf) -> None:
    def any_of(_run: Run, items: list[Value]) -> Value:
        if any(item is True for item in items):
            return True
        return None if any(item is not False for item in items) else False

    def all_of(_run: Run, items: list[Value]) -> Value:
        if any(item is False for item in items):
            return False
        return None if any(item is not True for item in items) else True

    for name, work in (("any", any_of), ("or", any_of), ("all", all_of), ("and", all_of)):
        shelf.add(f"{name}(list: list)")(work)
        shelf.add(f"{name}(b: any?...)")(work)


def _numbers(work: Callable[[Run, list[Decimal]], Value]) -> Callable[[Run, list[Value]], Value]:
    def guarded(run: Run, items: list[Value]) -> Value:
        run.spend(len(items))
        if not all(type(item) is Decimal for item in items):
            return None
        return work(run, items)

    return guarded


def _mean(items: list[Decimal]) -> Decimal:
    return NUMBERS.divide(functools.reduce(NUMBERS.add, items), Decimal(len(items)))


def _sums(shelf: Shelf) -> None:
    def numeric(name: str, work: Callable[[Run, list[Decimal]], Value]) -> None:
        shelf.add(f"{name}(list: list)")(_numbers(work))
        shelf.add(f"{name}(n: any?...)")(_numbers(work))

    def total(run: Run, items: list[Value]) -> Value:
        run.spend(len(items))
        kinds = {type(item) for item in items}
        if len(kinds) != 1 or not kinds <= {Decimal, MonthsDuration, DaysDuration}:
            return None
        return functools.reduce(lambda a, b: add(a, b, run), items)

    shelf.add("sum(list: list)")(total)
    shelf.add("sum(n: any?...)")(total)
    numeric("mean", lambda _run, items: _mean(items) if items else None)
    numeric("product", lambda _run, items: functools.reduce(NUMBERS.multiply, items) if items else None)
    numeric("median", lambda _run, items: _median(sorted(items)) if items else None)
    numeric("stddev", lambda _run, items: _deviation(items) if len(items) > 1 else None)
    numeric("mode", lambda _run, items: _mode(items))


def _median(items: list[Decimal]) -> Decimal:
    half = len(items) // 2
    return items[half] if len(items) % 2 else _mean(items[half - 1 : half + 1])


def _deviation(items: list[Decimal]) -> Decimal:
    mean = _mean(items)
    squares = [NUMBERS.power(NUMBERS.subtract(item, mean), 2) for item in items]
    return NUMBERS.sqrt(NUMBERS.divide(functools.reduce(NUMBERS.add, squares), Decimal(len(items) - 1)))


def _mode(items: list[Decimal]) -> list[Decimal]:
    counts: dict[Decimal, int] = {}
    for item in items:
        counts[item] = counts.get(item, 0) + 1
    most = max(counts.values(), default=0)
    return sorted(item for item, count in counts.items() if count == most)

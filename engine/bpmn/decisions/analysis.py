"""Finds what is wrong with a decision table by looking at all of it: gaps, overlaps, rules that never decide.

Each column is cut into pieces within which no rule changes its answer, and one sample stands for
each piece; so the answers are exact. A cell that speaks of other names or computes cannot be cut,
and then that is said instead.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from engine import feel
from engine.bpmn.decisions.model import Model
from engine.bpmn.decisions.source import Element, child, children, line_of, text
from engine.feel import nodes, values
from engine.feel.checks import Fact
from engine.feel.nodes import Node
from engine.feel.runtime import Run, Value
from engine.feel.samples import OTHER, NoSamples, constant, samples

MAX_BOXES = 100_000
_MANY = frozenset({"COLLECT", "RULE ORDER", "OUTPUT ORDER"})
MAX_PAIRS = 50
"""Overlaps that one table is told of."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TableRemark:
    """Something about a table: ``gap``, ``overlap``, ``dead``, ``subsumed``, ``same`` or ``unknown``.

    ``example`` is a row of inputs that shows it; ``rules`` count from 1.
    """

    kind: str
    table: str
    line: int
    sentence: str
    rules: tuple[int, ...] = ()
    example: Mapping[str, str] = field(default_factory=dict)


_NOTHING: Mapping[str, Fact] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known beside the table itself."""

    facts: Mapping[str, Fact]
    named_only: bool


class _Unclear(Exception):
    """A cell cannot be analysed."""


class _TooLarge(Exception):
    """There are too many combinations to look at."""


@dataclass(slots=True)
class _Column:
    """One input: its samples, and for each the set of rules that it satisfies, as bits."""

    label: str
    samples: list[Value]
    passing: list[int]


def analyse(model: Model, facts: Mapping[str, Fact] = _NOTHING, *, named_only: bool = False) -> list[TableRemark]:
    """Return the remarks on every table of a model.

    ``facts`` say which values an input may have; ``named_only`` tries, where they say nothing, no other
    texts than those that the rules name.
    """
    known = _Known(facts, named_only)
    return [remark for element in model.root.iter("{*}decisionTable") for remark in _table(element, known)]


def _table(element: Element, known: _Known) -> Iterator[TableRemark]:
    holder = element.getparent()
    name = (holder.get("name") if holder is not None else None) or element.get("id") or "决策表"
    line = line_of(element)
    policy = (element.get("hitPolicy") or "UNIQUE").upper()
    rows = list(children(element, "rule"))
    rules = [[_cell(cell) for cell in children(row, "inputEntry")] for row in rows]
    results = [tuple(_cell(cell) for cell in children(row, "outputEntry")) for row in rows]
    inputs = list(children(element, "input"))
    if not rules or any(len(rule) != len(inputs) for rule in rules):
        return
    try:
        columns = [_column(one, [rule[place] for rule in rules], known) for place, one in enumerate(inputs)]
        for kind, found, example, sentence in _remarks(columns, policy, results, len(rules), element):
            yield TableRemark(
                kind=kind, table=name, line=line, sentence=f"「{name}」{sentence}", rules=found, example=example
            )
    except _Unclear as error:
        yield TableRemark(kind="unknown", table=name, line=line, sentence=f"「{name}」不能自动分析：{error}")
    except _TooLarge:
        yield TableRemark(kind="unknown", table=name, line=line, sentence=f"「{name}」不能自动分析：组合太多")


def _cell(element: Element) -> str:
    return (text(element) or "").strip()


# --- columns


def _column(element: Element, cells: Sequence[str], known: _Known) -> _Column:
    source = child(element, "inputExpression")
    words = (text(source) or "").strip()
    label = element.get("label") or words
    tests = [_test(cell, label) for cell in cells]
    constants = [value for test in tests for value in _constants(test.node, label)]
    allowed = (text(child(element, "inputValues")) or "").strip()
    samples = _allowed(allowed, label) if allowed else None
    kind = (source.get("typeRef") if source is not None else None) or ""
    if samples is None:
        samples = _possible(known.facts.get(words), kind, constants, label)
        if known.named_only and words not in known.facts and any(one is not None for one in constants):
            samples = [one for one in samples if one is not OTHER]
    passing = []
    for sample in samples:
        bits = 0
        for number, test in enumerate(tests):
            if test.run({"?": sample}, Run()) is True:
                bits |= 1 << number
        passing.append(bits)
    return _Column(label, samples, passing)


def _possible(fact: Fact | None, kind: str, constants: Sequence[Value], label: str) -> list[Value]:
    """Return samples of every value that an input may have."""
    unknown: list[Value] = [None] if None in constants or (fact is not None and fact.nullable) else []
    if fact is not None and fact.options and fact.kind == "string":
        return [*sorted(fact.options), *unknown]
    if kind == "boolean" or (fact is not None and fact.kind == "boolean"):
        return [True, False, *unknown]
    return _samples([*constants, *unknown], label)


def _test(cell: str, label: str) -> feel.Expression:
    try:
        return feel.compile_test(cell, ())
    except feel.FeelError as error:
        raise _Unclear(f"「{label}」一列的「{cell}」用到了别的名称或写错了") from error


def _constants(node: Node, label: str) -> Iterator[Value]:
    """Yield the values at which the answer of a test may change."""
    match node:
        case nodes.Literal(value=value):
            yield value
        case nodes.UnaryTests(tests=parts) | nodes.ListOf(items=parts):
            for part in parts:
                yield from _constants(part, label)
        case nodes.UnaryComparison(operand=operand):
            yield from _constants(operand, label)
        case nodes.Interval(low=low, high=high):
            yield from _constants(low, label)
            yield from _constants(high, label)
        case (
            nodes.Negate(operand=nodes.Literal())
            | nodes.Call(
                function=nodes.Name(name="date" | "time" | "date and time" | "duration"), arguments=(nodes.Literal(),)
            )
        ):
            yield constant(node)
        case _:
            raise _Unclear(f"「{label}」一列的格子里有计算")


def _allowed(words: str, label: str) -> list[Value] | None:
    """Return the values that the head of a column allows, if it lists them."""
    try:
        tests = feel.compile_test(words, ()).node
    except feel.FeelError as error:
        raise _Unclear(f"「{label}」表头允许的值写错了") from error
    found = tests.tests if isinstance(tests, nodes.UnaryTests) else ()
    listed = [one.value for one in found if isinstance(one, nodes.Literal)]
    return listed if listed and len(listed) == len(found) else None


def _samples(constants: Sequence[Value], label: str) -> list[Value]:
    try:
        return samples(constants)
    except NoSamples as error:
        raise _Unclear(f"「{label}」一列{error}") from error


# --- the whole table


def _remarks(
    columns: list[_Column], policy: str, results: list[tuple[str, ...]], count: int, element: Element
) -> Iterator[tuple[str, tuple[int, ...], dict[str, str], str]]:
    every = (1 << count) - 1
    has_default = any(child(output, "defaultOutputEntry") is not None for output in children(element, "output"))
    if policy not in _MANY and not has_default:
        gap = _uncovered(columns, every)
        if gap is not None:
            yield "gap", (), gap, f"有遗漏：{_words(gap)} 时没有规则"
    if policy in {"UNIQUE", "ANY"}:
        yield from _overlaps(columns, policy, results, count)
    if policy == "FIRST":
        yield from _dead(columns, count)
    for number in range(count):
        if not all(any(bits >> number & 1 for bits in column.passing) for column in columns):
            yield "dead", (number + 1,), {}, f"第 {number + 1} 条规则永远不会命中"


def _words(example: Mapping[str, str]) -> str:
    return "，".join(f"{label} = {value}" for label, value in example.items()) or "任何情况"


def _show(value: Value) -> str:
    return values.write(value, Run(), inside=True)


def _uncovered(columns: list[_Column], rules: int, within: int | None = None) -> dict[str, str] | None:
    """Return a row that none of the rules takes; ``within``: a row that this rule takes."""
    budget = [MAX_BOXES]
    known: set[tuple[int, int]] = set()

    def search(place: int, left: int) -> list[Value] | None:
        if left == 0 and within is None:
            return [column.samples[0] for column in columns[place:]]
        if place == len(columns):
            return [] if left == 0 else None
        if (place, left) in known:
            return None
        known.add((place, left))
        column = columns[place]
        for sample, passing in zip(column.samples, column.passing, strict=True):
            budget[0] -= 1
            if budget[0] < 0:
                raise _TooLarge
            if within is not None and not passing >> within & 1:
                continue
            rest = search(place + 1, left & passing)
            if rest is not None:
                return [sample, *rest]
        return None

    row = search(0, rules)
    if row is None:
        return None
    return {column.label: _show(value) for column, value in zip(columns, row, strict=True)}


def _overlaps(
    columns: list[_Column], policy: str, results: list[tuple[str, ...]], count: int
) -> Iterator[tuple[str, tuple[int, ...], dict[str, str], str]]:
    meeting = [_meeting(columns, number) for number in range(count)]
    pairs = (pair for pair in itertools.combinations(range(count), 2) if meeting[pair[0]] >> pair[1] & 1)
    differing = (pair for pair in pairs if policy != "ANY" or results[pair[0]] != results[pair[1]])
    for one, other in itertools.islice(differing, MAX_PAIRS):
        row = _common(columns, 1 << one | 1 << other)
        if row is None:
            continue
        pair = (one + 1, other + 1)
        for inner, outer in ((one, other), (other, one)):
            if all(passing >> outer & 1 for column in columns for passing in column.passing if passing >> inner & 1):
                yield "subsumed", pair, row, f"第 {inner + 1} 条规则整个包含在第 {outer + 1} 条里，例如 {_words(row)}"
                break
        else:
            yield "overlap", pair, row, f"第 {pair[0]}、{pair[1]} 条规则重叠：{_words(row)} 时都命中"


def _meeting(columns: list[_Column], number: int) -> int:
    """Return, as bits, the rules that share a sample with this one in every column."""
    shared = -1
    for column in columns:
        here = 0
        for bits in column.passing:
            if bits >> number & 1:
                here |= bits
        shared &= here
    return shared


def _common(columns: list[_Column], both: int) -> dict[str, str] | None:
    row: dict[str, str] = {}
    for column in columns:
        sample = next((s for s, bits in zip(column.samples, column.passing, strict=True) if bits & both == both), _NONE)
        if sample is _NONE:
            return None
        row[column.label] = _show(sample)
    return row


_NONE: Any = object()


def _dead(columns: list[_Column], count: int) -> Iterator[tuple[str, tuple[int, ...], dict[str, str], str]]:
    """Yield the rules that earlier rules always forestall."""
    for number in range(1, count):
        reachable = all(any(bits >> number & 1 for bits in column.passing) for column in columns)
        if reachable and _uncovered(columns, (1 << number) - 1, within=number) is None:
            row = _common(columns, 1 << number) or {}
            yield "dead", (number + 1,), row, f"第 {number + 1} 条规则总被前面的规则抢先，例如 {_words(row)}"

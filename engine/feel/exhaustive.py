"""Whether the conditions of a gateway leave no case out: for every case at least one of them is true.

A condition is taken apart at ``and``, ``or`` and ``not``. What remains compares a name with
constants, and is tried with samples; or it is something else, and may be true or false on its own.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.feel import nodes, values
from engine.feel.checks import Fact, path_of
from engine.feel.compiler import Compiler
from engine.feel.nodes import Node
from engine.feel.runtime import Code, Run, Scope, Value
from engine.feel.samples import OTHER, NoSamples, constant, samples

MAX_CASES = 20_000


class CannotAnalyse(Exception):
    """It cannot be said; says why, in Chinese."""


@dataclass(slots=True)
class _Atoms:
    """The undivided conditions: their code, and what their names are compared with."""

    codes: dict[int, Code] = field(default_factory=dict)
    opaque: dict[int, str] = field(default_factory=dict)
    held: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Of those of no constants: the list and the option that it is asked for."""
    constants: dict[str, list[Value]] = field(default_factory=dict)


def missing_case(conditions: Sequence[Node], facts: Mapping[str, Fact]) -> dict[str, str] | None:
    """Return a case in which none of the conditions is true; None if there is none.

    Raises:
        CannotAnalyse: a condition holds more than comparisons with constants, or there are too many cases.
    """
    atoms = _Atoms()
    for case, scope in _cases(conditions, facts, atoms):
        if not any(_holds(node, case, atoms, scope) is True for node in conditions):
            unclear = sorted(set(atoms.opaque.values()) - _free(atoms, facts))
            if unclear:
                raise CannotAnalyse(f"条件里有不能逐一检查的部分：{'、'.join(unclear)}")
            return {str(key): values.write(value, Run(), inside=True) for key, value in case.items()}
    return None


def answers(condition: Node, facts: Mapping[str, Fact]) -> frozenset[bool | None]:
    """Return every answer that a condition may give; perhaps more than it ever gives, never fewer.

    Raises:
        CannotAnalyse: there are too many cases, or constants that cannot be cut into pieces.
    """
    atoms = _Atoms()
    found: set[bool | None] = set()
    for case, scope in _cases([condition], facts, atoms):
        found.add(_holds(condition, case, atoms, scope))
        if len(found) > 1 and True in found:
            break
    return frozenset(found)


def _cases(
    conditions: Sequence[Node], facts: Mapping[str, Fact], atoms: _Atoms
) -> Iterator[tuple[dict[Any, Value], Scope]]:
    names = {part.name for node in conditions for part in node.walk() if isinstance(part, nodes.Name)}
    compiler = Compiler(names, lambda _value, _type: None)
    for node in conditions:
        _gather(node, atoms, compiler)
    axes = _axes(atoms, facts)
    total = 1
    for _, choices in axes:
        total *= len(choices)
    if total > MAX_CASES:
        raise CannotAnalyse("情况太多，不能逐一检查")
    for row in itertools.product(*(choices for _, choices in axes)):
        case = dict(zip((key for key, _ in axes), row, strict=True))
        yield case, Scope(_context(case), None, Run())


def _axes(atoms: _Atoms, facts: Mapping[str, Fact]) -> list[tuple[str | int, list[Value]]]:
    """Return what may vary, each with the values to try."""
    axes: list[tuple[str | int, list[Value]]] = []
    for path, constants in atoms.constants.items():
        fact = facts.get(path, Fact())
        try:
            choices = [*fact.options] if fact.options else samples([*constants, *([None] if fact.nullable else [])])
        except NoSamples as error:
            raise CannotAnalyse(f"「{path}」比较的值{error}") from error
        if fact.options and fact.nullable:
            choices.append(None)
        if not fact.nullable:
            choices = [one for one in choices if one is not None] or [OTHER]
        axes.append((path, choices))
    seen: set[str] = set()
    for place, text in atoms.opaque.items():
        if text not in seen:
            seen.add(text)
            axes.append((text, [True, False]))
        atoms.opaque[place] = text
    return axes


def _parts(node: Node) -> Iterator[Node]:
    """Yield the conditions below an ``and``, ``or`` or ``not``."""
    if isinstance(node, nodes.Logic):
        yield from (node.left, node.right)
    elif _is_not(node):
        yield from node.arguments  # type: ignore[attr-defined]


def _is_not(node: Node) -> bool:
    return (
        isinstance(node, nodes.Call)
        and isinstance(node.function, nodes.Name)
        and node.function.name == "not"
        and len(node.arguments) == 1
    )


def _gather(node: Node, atoms: _Atoms, compiler: Compiler) -> None:
    parts = list(_parts(node))
    if parts:
        for part in parts:
            _gather(part, atoms, compiler)
        return
    try:
        compared = list(_compared(node))
    except NoSamples:
        held = _held(node)
        title = f"{held[0]} 含“{held[1]}”" if held else _title(node)
        atoms.opaque[id(node)] = title
        if held:
            atoms.held[title] = held
        return
    for path, value in compared:
        atoms.constants.setdefault(path, []).append(value)
    atoms.codes[id(node)] = compiler.compile(node)


def _held(node: Node) -> tuple[str, str] | None:
    """Return the list and the option of ``list contains(situations, "S1")``."""
    match node:
        case nodes.Call(
            function=nodes.Name(name="list contains"), arguments=(source, nodes.Literal(value=str() as option))
        ) if path := path_of(source):
            return path, option
        case _:
            return None


def _free(atoms: _Atoms, facts: Mapping[str, Fact]) -> set[str]:
    """Return the questions about lists that may each be answered either way, since another option is left."""
    asked: dict[str, set[str]] = {}
    for path, option in atoms.held.values():
        asked.setdefault(path, set()).add(option)
    return {title for title, (path, _) in atoms.held.items() if facts.get(path, Fact()).options - asked[path]}


def _title(node: Node) -> str:
    """Return a text that is the same for the same condition, wherever it stands."""
    names = [path for part in node.walk() if (path := path_of(part))]
    constants = [str(part.value) for part in node.walk() if isinstance(part, nodes.Literal)]
    longest = sorted({name for name in names if not any(other.startswith(name + ".") for other in names)})
    sign = getattr(node, "operator", type(node).__name__)
    return f"{sign}({', '.join([*longest, *constants])})"


def _compared(node: Node) -> Iterator[tuple[str, Value]]:
    """Yield the name and the constants that an undivided condition compares.

    Raises:
        NoSamples: it is no comparison of one name with constants.
    """
    match node:
        case nodes.Literal():
            return
        case nodes.Name() | nodes.Path():
            yield _path(node), True
        case nodes.Compare(left=left, right=right):
            yield (_path(left), constant(right)) if path_of(left) else (_path(right), constant(left))
        case nodes.Between(value=value, low=low, high=high):
            yield from ((_path(value), constant(end)) for end in (low, high))
        case nodes.In(value=value, tests=tests):
            for test in tests:
                yield from ((_path(value), one) for one in _tested(test))
        case _:
            raise NoSamples("里有计算")


def _tested(test: Node) -> Iterator[Value]:
    match test:
        case nodes.ListOf(items=items):
            for item in items:
                yield from _tested(item)
        case nodes.UnaryComparison(operand=operand):
            yield constant(operand)
        case nodes.Interval(low=low, high=high):
            yield from (constant(low), constant(high))
        case _:
            yield constant(test)


def _path(node: Node) -> str:
    path = path_of(node)
    if path is None:
        raise NoSamples("里有计算")
    return path


def _context(case: Mapping[Any, Value]) -> dict[str, Any]:
    """Return the case as values of names, ``a.b`` being a value inside ``a``."""
    made: dict[str, Any] = {}
    for key, value in case.items():
        *outer, last = str(key).split(".")
        inner = made
        for name in outer:
            below = inner.setdefault(name, {})
            inner = below if isinstance(below, dict) else {}
        inner[last] = value
    return made


def _holds(node: Node, case: Mapping[Any, Value], atoms: _Atoms, scope: Scope) -> bool | None:
    """Return what a condition says in a case."""
    if isinstance(node, nodes.Logic):
        one, other = (_holds(part, case, atoms, scope) for part in (node.left, node.right))
        decisive = node.operator == "or"
        if one is decisive or other is decisive:
            return decisive
        return None if None in {one, other} else not decisive
    if _is_not(node):
        inner = _holds(next(_parts(node)), case, atoms, scope)
        return None if inner is None else not inner
    if id(node) in atoms.opaque:
        return bool(case[atoms.opaque[id(node)]])
    answer = atoms.codes[id(node)](scope)
    return answer if isinstance(answer, bool) else None

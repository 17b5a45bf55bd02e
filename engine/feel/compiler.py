"""Parts to closures: each part becomes a Python function of the scope, made once."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from typing import Any

from engine.feel import arithmetic, members, nodes, values
from engine.feel.errors import FeelError
from engine.feel.iteration import IterationMixin
from engine.feel.library import FUNCTIONS
from engine.feel.nodes import Node
from engine.feel.runtime import Code, Run, Scope, Value

_NATIVE = frozenset({str, bool, Decimal, type(None)})


class Compiler(IterationMixin):
    """Turns the parts of one expression into code, and gathers the names that it uses."""

    def __init__(self, names: Collection[str], is_instance: Callable[[Value, nodes.Type], bool | None]) -> None:
        self.known = frozenset(names)
        self.is_instance = is_instance
        self.used: set[str] = set()
        self.paths: set[str] = set()
        self.local: list[frozenset[str]] = []
        self.open = 0  # how many scopes around have members that only the values know

    def compile(self, node: Node) -> Code:
        """Return the code of a part."""
        work: Callable[[Any], Code] = getattr(self, "_" + type(node).__name__.lower())
        return work(node)

    def _inside(self, names: Collection[str], node: Node) -> Code:
        self.local.append(frozenset(names))
        try:
            return self.compile(node)
        finally:
            self.local.pop()

    # --- values and names

    def _literal(self, node: nodes.Literal) -> Code:
        value = node.value
        return lambda _scope: value

    def _is_local(self, name: str) -> bool:
        return any(name in names for names in self.local)

    def _name(self, node: nodes.Name) -> Code:
        name = node.name
        if not self._is_local(name) and name not in self.known:
            if name in FUNCTIONS:
                return _library_value(name)
            if not self.open:
                raise FeelError(f"不认识的名称「{name}」{self._near(name)}", node.at)
        if not self._is_local(name):
            self.used.add(name)
            self.paths.add(name)
        return _find(name) if self.local else _top(name)

    def _near(self, name: str) -> str:
        close = difflib.get_close_matches(name, sorted(self.known), n=1)
        return f"；是不是「{close[0]}」？" if close else ""

    def _path(self, node: nodes.Path) -> Code:
        name = node.name
        before = set(self.paths)
        source = self.compile(node.source)
        self._note_path(node, before)

        def path(scope: Scope) -> Value:
            value = source(scope)
            if type(value) is dict:
                return value.get(name)
            return members.member(value, name, scope.run)

        top = node.source
        if isinstance(top, nodes.Name) and not self.local and top.name in self.known:
            return _top_path(top.name, name, path)
        return path

    def _note_path(self, node: nodes.Path, before: set[str]) -> None:
        """Note the whole path instead of its beginning."""
        parts = [node.name]
        below = node.source
        while isinstance(below, nodes.Path):
            parts.append(below.name)
            below = below.source
        if isinstance(below, nodes.Name) and not self._is_local(below.name):
            whole = [below.name, *reversed(parts)]
            self.paths -= {".".join(whole[:-1])} - before
            self.paths.add(".".join(whole))

    # --- logic

    def _logic(self, node: nodes.Logic) -> Code:
        left, right = self.compile(node.left), self.compile(node.right)
        decisive = node.operator == "or"

        def logic(scope: Scope) -> Value:
            one = left(scope)
            if one is decisive:
                return decisive
            other = right(scope)
            if other is decisive:
                return decisive
            return not decisive if one is (not decisive) and other is (not decisive) else None

        return logic

    def _if(self, node: nodes.If) -> Code:
        condition, yes, no = self.compile(node.condition), self.compile(node.yes), self.compile(node.no)
        return lambda scope: yes(scope) if condition(scope) is True else no(scope)

    def _compare(self, node: nodes.Compare) -> Code:
        return _comparison(node.operator, self.compile(node.left), self.compile(node.right))

    def _between(self, node: nodes.Between) -> Code:
        value, low, high = (self.compile(part) for part in (node.value, node.low, node.high))

        def between(scope: Scope) -> Value:
            middle, run = value(scope), scope.run
            above = values.less_or_equal(low(scope), middle, run)
            below = values.less_or_equal(middle, high(scope), run)
            return None if above is None or below is None else above and below

        return between

    def _in(self, node: nodes.In) -> Code:
        value = self.compile(node.value)
        self.local.append(frozenset({"?"}))
        tests = self._tests(node.tests)
        self.local.pop()

        def in_(scope: Scope) -> Value:
            given = value(scope)
            inner = Scope({"?": given}, scope, scope.run)
            return _any_passes(given, tests, inner)

        return in_

    def _unarycomparison(self, node: nodes.UnaryComparison) -> Code:
        operand, sign = self.compile(node.operand), node.operator

        def test(scope: Scope) -> Value:
            end = operand(scope)
            match sign:
                case "=" | "!=":
                    return values.Sameness(end, sign == "=")
                case "<" | "<=":
                    return values.Range(None, end, low_closed=False, high_closed=sign == "<=")
                case _:
                    return values.Range(end, None, low_closed=sign == ">=", high_closed=False)

        def safe(scope: Scope) -> Value:
            made = test(scope)
            return made if sign in {"=", "!="} or operand(scope) is not None else values.NOTHING

        return safe

    def _unarytests(self, node: nodes.UnaryTests) -> Code:
        tests = self._tests(node.tests)
        negated = node.negated
        if not tests:
            return lambda _scope: True
        given = _find("?")

        def unary(scope: Scope) -> Value:
            answer = _any_passes(given(scope), tests, scope)
            return (None if answer is None else not answer) if negated else answer

        return unary

    def _interval(self, node: nodes.Interval) -> Code:
        low, high = self.compile(node.low), self.compile(node.high)

        def interval(scope: Scope) -> Value:
            start, end = low(scope), high(scope)
            if start is None or end is None:
                return None
            if values.less(start, end) is None:
                return None
            return values.Range(start, end, low_closed=node.low_closed, high_closed=node.high_closed)

        return interval

    def _tests(self, tests: tuple[Node, ...]) -> list[tuple[Code, bool, bool]]:
        return [(self.compile(test), mentions_input(test), isinstance(test, nodes.Interval)) for test in tests]

    def _instanceof(self, node: nodes.InstanceOf) -> Code:
        value, type_ = self.compile(node.value), node.type
        own = self.is_instance

        def instance_of(scope: Scope) -> Value:
            given = value(scope)
            answer = own(given, type_)
            return members.is_instance(given, type_) if answer is None else answer

        return instance_of

    # --- sums

    def _arithmetic(self, node: nodes.Arithmetic) -> Code:
        left, right = self.compile(node.left), self.compile(node.right)
        work = arithmetic.OPERATORS[node.operator]

        def sum_(scope: Scope) -> Value:
            return arithmetic.guarded(work, left(scope), right(scope), scope.run)

        return sum_

    def _negate(self, node: nodes.Negate) -> Code:
        operand = self.compile(node.operand)
        return lambda scope: arithmetic.negate(operand(scope))


def mentions_input(test: Node) -> bool:
    """Return whether a test speaks of its input as ``?`` and so answers for itself."""
    return any(isinstance(part, nodes.Name) and part.name == "?" for part in test.walk())


def _any_passes(given: Value, tests: list[tuple[Code, bool, bool]], scope: Scope) -> bool | None:
    """Return whether the input passes one of the tests; None if that cannot be said."""
    answer: bool | None = False
    for code, asks, interval in tests:
        test = code(scope)
        one = None if test is None and interval else passes(given, test, scope.run, asks=asks)
        if one is True:
            return True
        answer = None if one is None else answer
    return answer


def passes(given: Value, test: Value, run: Run, *, asks: bool) -> bool | None:
    """Return whether the input passes the value of a test."""
    if asks and (test is None or isinstance(test, bool)):
        return test
    return values.matches(given, test, run)


def _top(name: str) -> Code:
    def top(scope: Scope) -> Value:
        value = scope.vars.get(name)
        return value if type(value) in _NATIVE else values.to_feel(value, scope.run)

    return top


def _top_path(root: str, name: str, other: Code) -> Code:
    """Read ``root.name`` without turning all of ``root`` into FEEL values."""

    def path(scope: Scope) -> Value:
        value = scope.vars.get(root)
        if isinstance(value, Mapping):
            found = value.get(name)
            return found if type(found) in _NATIVE else values.to_feel(found, scope.run)
        return other(scope)

    return path


def _find(name: str) -> Code:
    def find(scope: Scope) -> Value:
        at: Scope | None = scope
        while at is not None:
            if name in at.vars:
                value = at.vars[name]
                return value if at.parent is not None else values.to_feel(value, scope.run)
            at = at.parent
        return None

    return find


def _library_value(name: str) -> Code:
    builtin = FUNCTIONS[name]
    made = members.library_function(builtin)
    return lambda _scope: made


def _comparison(sign: str, left: Code, right: Code) -> Code:
    def same(scope: Scope) -> Value:
        return values.equal(left(scope), right(scope), scope.run)

    def differ(scope: Scope) -> Value:
        answer = values.equal(left(scope), right(scope), scope.run)
        return None if answer is None else not answer

    def below(scope: Scope) -> Value:
        return values.less(left(scope), right(scope))

    def above(scope: Scope) -> Value:
        return values.less(right(scope), left(scope))

    def at_most(scope: Scope) -> Value:
        return values.less_or_equal(left(scope), right(scope), scope.run)

    def at_least(scope: Scope) -> Value:
        one, other = left(scope), right(scope)
        return values.less_or_equal(other, one, scope.run)

    return {"=": same, "!=": differ, "<": below, ">": above, "<=": at_most, ">=": at_least}[sign]

"""The compiler's parts that open a scope: lists, contexts, filters, loops, functions and calls."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from decimal import Decimal

from engine.feel import limits, members, nodes
from engine.feel.errors import FeelError, TooMuch
from engine.feel.library import FUNCTIONS
from engine.feel.nodes import Node
from engine.feel.runtime import Code, Function, Run, Scope, Value


class IterationMixin:
    """Adds to the compiler what binds names."""

    known: frozenset[str]
    local: list[frozenset[str]]
    open: int
    compile: Callable[[Node], Code]
    _inside: Callable[[Collection[str], Node], Code]
    _is_local: Callable[[str], bool]

    def _listof(self, node: nodes.ListOf) -> Code:
        items = [self.compile(item) for item in node.items]
        return lambda scope: [item(scope) for item in items]

    def _contextof(self, node: nodes.ContextOf) -> Code:
        entries: list[tuple[str, Code]] = []
        before: list[str] = []
        for key, value in node.entries:
            entries.append((key, self._inside(before, value)))
            before.append(key)

        def context(scope: Scope) -> Value:
            made: dict[str, Value] = {}
            inner = Scope(made, scope, scope.run)
            for key, code in entries:
                made[key] = code(inner)
            return made

        return context

    def _filter(self, node: nodes.Filter) -> Code:
        source, weight = self.compile(node.source), weigh(node.condition)
        self.open += 1
        try:
            condition = self._inside({"item"}, node.condition)
        finally:
            self.open -= 1
        fixed = isinstance(node.condition, nodes.Literal) or (
            isinstance(node.condition, nodes.Negate) and isinstance(node.condition.operand, nodes.Literal)
        )

        def filter_(scope: Scope) -> Value:
            value = source(scope)
            items = value if type(value) is list else [] if value is None else [value]
            if fixed:
                first = condition(scope)
                if type(first) is Decimal:
                    return _nth(items, first)
            return _select(items, condition, scope, weight)

        return filter_

    def _for(self, node: nodes.For) -> Code:
        loops, names = self._loops(node.iterators)
        body, weight = self._inside({*names, "partial"}, node.body), weigh(node.body)
        uses_partial = any(isinstance(part, nodes.Name) and part.name == "partial" for part in node.body.walk())

        def for_(scope: Scope) -> Value:
            made: list[Value] = []
            for inner in _turns(loops, scope):
                scope.run.spend(weight)
                if uses_partial:
                    scope.run.spend(len(made) >> 3)
                    inner = Scope({**inner.vars, "partial": list(made)}, inner.parent, inner.run)  # noqa: PLW2901
                made.append(body(inner))
                if len(made) > limits.MAX_LIST:
                    raise TooMuch(f"循环太长：最多 {limits.MAX_LIST} 次")
            return made

        def whole(scope: Scope) -> Value:
            try:
                return for_(scope)
            except _NotIterable:
                return None

        return whole

    def _quantified(self, node: nodes.Quantified) -> Code:
        loops, names = self._loops(node.iterators)
        condition, weight = self._inside(names, node.condition), weigh(node.condition)
        decisive = not node.every

        def quantified(scope: Scope) -> Value:
            unknown = False
            try:
                for inner in _turns(loops, scope):
                    scope.run.spend(weight)
                    answer = condition(inner)
                    if answer is decisive:
                        return decisive
                    unknown = unknown or answer is not (not decisive)
            except _NotIterable:
                return None
            return None if unknown else not decisive

        return quantified

    def _loops(self, iterators: Sequence[nodes.Loop]) -> tuple[list[tuple[str, Code]], list[str]]:
        names: list[str] = []
        loops: list[tuple[str, Code]] = []
        for loop in iterators:
            low = self._inside(names, loop.low)
            high = None if loop.high is None else self._inside(names, loop.high)
            loops.append((loop.name, _domain(low, high)))
            names.append(loop.name)
        return loops, names

    def _functionof(self, node: nodes.FunctionOf) -> Code:
        names = tuple(name for name, _ in node.parameters)
        types = tuple(type_ for _, type_ in node.parameters)
        if node.external:
            return lambda _scope: Function(names, lambda _run, _args: None, types=types)
        body, weight = self._inside(names, node.body), weigh(node.body)

        def function(scope: Scope) -> Value:
            def call(run: Run, arguments: list[Value]) -> Value:
                if len(arguments) != len(names):
                    return None
                run.spend(weight)
                return entered(run, lambda: body(Scope(dict(zip(names, arguments, strict=True)), scope, run)))

            return Function(names, call, types=types)

        return function

    def _call(self, node: nodes.Call) -> Code:
        arguments = [self.compile(argument) for argument in node.arguments]
        function = node.function
        if isinstance(function, nodes.Name) and function.name in FUNCTIONS and not self._is_local(function.name):
            builtin, names = FUNCTIONS[function.name], node.names
            return lambda scope: builtin.call(scope.run, [code(scope) for code in arguments], names)
        if isinstance(function, nodes.Name) and not self._is_local(function.name) and function.name not in self.known:
            raise FeelError(f"没有名为「{function.name}」的函数", function.at)
        callee = self.compile(function)

        def call(scope: Scope) -> Value:
            return members.call(callee(scope), [code(scope) for code in arguments], node.names, scope.run)

        return call


def weigh(node: Node) -> int:
    """Return the steps that one turn over a part takes, whatever the parts in it charge for themselves."""
    return 1 + sum(1 for _ in node.walk()) // 2


def entered(run: Run, work: Callable[[], Value]) -> Value:
    """Run the body of a function one level deeper."""
    run.spend(2)
    run.calls += 1
    if run.calls > limits.MAX_CALLS:
        raise TooMuch(f"函数互相调用太深：最多 {limits.MAX_CALLS} 层")
    try:
        return work()
    finally:
        run.calls -= 1


def _nth(items: list[Value], position: Decimal) -> Value:
    if position != position.to_integral_value() or position == 0 or abs(position) > len(items):
        return None
    number = int(position)
    return items[number - 1] if number > 0 else items[number]


def _select(items: list[Value], condition: Code, scope: Scope, weight: int) -> Value:
    kept: list[Value] = []
    run = scope.run
    for place, item in enumerate(items):
        run.spend(weight)
        names = {"item": item, **item} if type(item) is dict else {"item": item}
        answer = condition(Scope(names, scope, run))
        if place == 0 and type(answer) is Decimal:
            return _nth(items, answer)
        if answer is True:
            kept.append(item)
    return kept


class _NotIterable(Exception):
    """A loop was given something that is neither a list nor a range."""


def _domain(low: Code, high: Code | None) -> Code:
    def domain(scope: Scope) -> Value:
        start = low(scope)
        if high is None:
            return members.iterable(start)
        return members.steps(start, high(scope))

    return domain


def _turns(loops: list[tuple[str, Code]], scope: Scope) -> Iterator[Scope]:
    """Yield a scope for each combination, the last loop turning fastest."""
    yield from _turn(loops, 0, Scope({}, scope, scope.run))


def _turn(loops: list[tuple[str, Code]], depth: int, scope: Scope) -> Iterator[Scope]:
    name, domain = loops[depth]
    items = domain(scope)
    if items is None:
        raise _NotIterable
    for item in items:
        scope.run.spend(1)
        inner = Scope({**scope.vars, name: item}, scope.parent, scope.run)
        if depth + 1 == len(loops):
            yield inner
        else:
            yield from _turn(loops, depth + 1, inner)

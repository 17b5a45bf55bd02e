"""Boxed expressions: literal, context, list, relation, invocation, function, conditional, filter, loops."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from engine import feel
from engine.bpmn.decisions import tables
from engine.bpmn.decisions.source import Element, Problem, child, children, line_of, local, name_of, text
from engine.bpmn.decisions.types import WRONG, Types
from engine.feel import members
from engine.feel.iteration import entered
from engine.feel.nodes import Type
from engine.feel.runtime import Function, Run, Value

Values = dict[str, Value]


@dataclass(slots=True)
class Session:
    """One evaluation: its budget and the rules that matched on the way."""

    run: Run = field(default_factory=Run)
    hits: list[tables.Hit] = field(default_factory=list)


Box = Callable[[Values, Session], Value]

_EXPRESSIONS = (
    "literalExpression", "decisionTable", "context", "list", "relation", "invocation", "functionDefinition",
    "conditional", "filter", "for", "some", "every",
)  # fmt: skip
_NOTHING: Box = lambda _values, _session: None  # noqa: E731


class Boxes:
    """Compiles the boxed expressions of one model; what is wrong is gathered in ``problems``."""

    def __init__(self, types: Types, words: frozenset[str]) -> None:
        self.types = types
        self.vocabulary = feel.Vocabulary(words, types.is_instance)
        self.problems: list[Problem] = []

    def within(self, holder: Element | None, names: Iterable[str]) -> Box | None:
        """Return the expression that stands directly below an element; None where there is none."""
        element = child(holder, *_EXPRESSIONS)
        return None if element is None else self.box(element, frozenset(names))

    def box(self, element: Element, names: frozenset[str]) -> Box:
        """Return one boxed expression, its result made to fit the type it declares."""
        work: Callable[[Element, frozenset[str]], Box] = getattr(self, "_" + local(element).lower())
        return self.typed(work(element, names), element.get("typeRef"))

    def typed(self, box: Box, type_name: str | None) -> Box:
        """Return a box whose value fits the type, or is null."""
        if not type_name:
            return box

        def fitted(values: Values, session: Session) -> Value:
            value = self.types.fit(box(values, session), type_name, session.run)
            if value is WRONG:
                session.run.note(f"结果不是声明的类型「{type_name}」")
                return None
            return value

        return fitted

    def expression(self, words: str | None, names: frozenset[str], element: Element, *, test: bool = False) -> Box:
        """Return FEEL text as a box; a text that is no FEEL is a problem, and null."""
        if words is None:
            return _NOTHING
        try:
            compiled = (feel.compile_test if test else feel.compile)(words.strip(), names, self.vocabulary)
        except feel.FeelError as error:
            sentence = f"{error.sentence}（表达式：{words.strip()[:60]}）"
            self.problems.append(Problem(element=_place(element), line=line_of(element), sentence=sentence))
            return _NOTHING
        return lambda values, session: compiled.run(values, session.run)

    def _literalexpression(self, element: Element, names: frozenset[str]) -> Box:
        return self.expression(text(element), names, element)

    def _context(self, element: Element, names: frozenset[str]) -> Box:
        entries: list[tuple[str | None, Box]] = []
        for entry in children(element, "contextEntry"):
            variable = child(entry, "variable")
            key = name_of(entry) if variable is not None else None
            box = self.within(entry, names) or _NOTHING
            entries.append((key, self.typed(box, variable.get("typeRef") if variable is not None else None)))
            names |= {key} if key else set()

        def context(values: Values, session: Session) -> Value:
            made: Values = {}
            inner = dict(values)
            for key, box in entries:
                value = box(inner, session)
                if key is None:
                    return value
                made[key] = inner[key] = value
            return made

        return context

    def _list(self, element: Element, names: frozenset[str]) -> Box:
        boxes = [self.box(item, names) for item in children(element, *_EXPRESSIONS)]
        return lambda values, session: [box(values, session) for box in boxes]

    def _relation(self, element: Element, names: frozenset[str]) -> Box:
        columns = [" ".join((column.get("name") or "").split()) for column in children(element, "column")]
        rows = [[self.box(cell, names) for cell in children(row, *_EXPRESSIONS)] for row in children(element, "row")]

        def relation(values: Values, session: Session) -> Value:
            return [{name: cell(values, session) for name, cell in zip(columns, row, strict=False)} for row in rows]

        return relation

    def _invocation(self, element: Element, names: frozenset[str]) -> Box:
        callee = self.within(element, names) or _NOTHING
        bindings: list[tuple[str, Box]] = []
        for binding in children(element, "binding"):
            parameter = child(binding, "parameter")
            name = " ".join(((parameter.get("name") if parameter is not None else "") or "").split())
            box = self.within(binding, names) or _NOTHING
            bindings.append((name, self.typed(box, parameter.get("typeRef") if parameter is not None else None)))

        def invocation(values: Values, session: Session) -> Value:
            given = {name: box(values, session) for name, box in bindings}
            return members.call(callee(values, session), list(given.values()), tuple(given), session.run)

        return invocation

    def _functiondefinition(self, element: Element, names: frozenset[str]) -> Box:
        return self.function(element, names)

    def function(self, element: Element, names: frozenset[str], result: str | None = None) -> Box:
        """Return a function definition; its value is a function over the values around it."""
        parameters = [
            (" ".join((one.get("name") or "").split()), one.get("typeRef"))
            for one in children(element, "formalParameter")
        ]
        if element.get("kind") not in {None, "FEEL"}:
            self.problems.append(
                Problem(
                    element=_place(element), line=line_of(element), sentence="函数只能用 FEEL 写，不能调用 Java 或 PMML"
                )
            )
            return _NOTHING
        body = self.typed(self.within(element, names | {name for name, _ in parameters}) or _NOTHING, result)
        return lambda values, session: self._made(parameters, body, values, session)

    def _made(self, parameters: list[tuple[str, str | None]], body: Box, values: Values, session: Session) -> Value:
        def call(run: Run, arguments: list[Value]) -> Value:
            if len(arguments) != len(parameters):
                return None
            inner = dict(values)
            for (name, type_name), argument in zip(parameters, arguments, strict=True):
                inner[name] = self.types.fit(argument, type_name, run)
                if inner[name] is WRONG:
                    run.note(f"参数「{name}」不是声明的类型「{type_name}」")
                    return None
            return entered(run, lambda: body(inner, session))

        types = tuple[Type | None, ...]()
        return Function(tuple(name for name, _ in parameters), call, types=types)

    def _conditional(self, element: Element, names: frozenset[str]) -> Box:
        if_, then, else_ = (self.within(child(element, part), names) or _NOTHING for part in ("if", "then", "else"))
        return lambda values, session: (then if if_(values, session) is True else else_)(values, session)

    def _filter(self, element: Element, names: frozenset[str]) -> Box:
        source = self.within(child(element, "in"), names) or _NOTHING
        known = names | {"item"} | self.vocabulary.words
        match = self.within(child(element, "match"), known) or _NOTHING

        def filter_(values: Values, session: Session) -> Value:
            items = source(values, session)
            kept = []
            for item in items if type(items) is list else [] if items is None else [items]:
                session.run.spend(1)
                more = item if type(item) is dict else {}
                answer = match({**values, "item": item, **more}, session)
                if not isinstance(answer, bool):
                    return None
                if answer:
                    kept.append(item)
            return kept

        return filter_

    def _loop(self, element: Element, names: frozenset[str], part: str) -> tuple[str, Box, Box]:
        name = " ".join((element.get("iteratorVariable") or "").split())
        source = self.within(child(element, "in"), names) or _NOTHING
        return name, source, self.within(child(element, part), names | {name, "partial"}) or _NOTHING

    def _for(self, element: Element, names: frozenset[str]) -> Box:
        name, source, body = self._loop(element, names, "return")

        def for_(values: Values, session: Session) -> Value:
            items = members.iterable(source(values, session))
            if items is None:
                return None
            made: list[Value] = []
            for item in items:
                session.run.spend(1)
                made.append(body({**values, name: item, "partial": list(made)}, session))
            return session.run.items(made)

        return for_

    def _some(self, element: Element, names: frozenset[str]) -> Box:
        return self._quantified(element, names, decisive=True)

    def _every(self, element: Element, names: frozenset[str]) -> Box:
        return self._quantified(element, names, decisive=False)

    def _quantified(self, element: Element, names: frozenset[str], *, decisive: bool) -> Box:
        name, source, condition = self._loop(element, names, "satisfies")

        def quantified(values: Values, session: Session) -> Value:
            items = members.iterable(source(values, session))
            if items is None:
                return None
            unknown = False
            for item in items:
                session.run.spend(1)
                answer = condition({**values, name: item}, session)
                if answer is decisive:
                    return decisive
                unknown = unknown or answer is not (not decisive)
            return None if unknown else not decisive

        return quantified

    def _decisiontable(self, element: Element, names: frozenset[str]) -> Box:
        return tables.Table(element, names, self).evaluate


def _place(element: Element) -> str:
    """Return the nearest id or name, for a person who looks for the element."""
    at: Element | None = element
    while at is not None:
        name = at.get("id") or at.get("name")
        if name:
            return name
        at = at.getparent()
    return local(element)

"""Decision tables: every hit policy and aggregation, and which rules matched and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.bpmn.decisions.source import Element, Problem, child, children, line_of, text
from engine.bpmn.decisions.types import WRONG
from engine.feel import values as feel_values
from engine.feel.library import FUNCTIONS
from engine.feel.runtime import Value

if TYPE_CHECKING:
    from engine.bpmn.decisions.boxes import Box, Boxes, Session, Values

_POLICIES = {
    "UNIQUE", "ANY", "PRIORITY", "FIRST", "COLLECT", "RULE ORDER", "OUTPUT ORDER",
}  # fmt: skip
_AGGREGATES = {"SUM": "sum", "MIN": "min", "MAX": "max"}


@dataclass(frozen=True, slots=True)
class Hit:
    """The rules of one table that matched, counted from 1, with a sentence on each."""

    holder: str
    rules: tuple[int, ...]
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Input:
    """A column of conditions."""

    label: str
    box: Box
    allowed: Box | None


@dataclass(frozen=True, slots=True)
class Output:
    """A column of results; ``order`` lists its values, the most important first."""

    name: str
    order: Box | None
    default: Box | None
    type_name: str | None


@dataclass(frozen=True, slots=True)
class Rule:
    """A row; ``tests`` are those of its cells that ask for something, each with its column."""

    number: int
    tests: tuple[tuple[int, Box], ...]
    cells: tuple[str, ...]
    results: tuple[Box, ...]


class Table:
    """A compiled decision table."""

    def __init__(self, element: Element, names: frozenset[str], boxes: Boxes) -> None:
        self._boxes = boxes
        self._names = names
        self.name = _label(element)
        holder = element.getparent()
        self.holder = (holder.get("id") if holder is not None else None) or ""
        self.policy = (element.get("hitPolicy") or "UNIQUE").upper()
        self.aggregation = (element.get("aggregation") or "").upper()
        if self.policy not in _POLICIES:
            self._problem(element, f"没有「{self.policy}」这种命中策略")
        self.inputs = [self._input(one) for one in children(element, "input")]
        self.outputs = [self._output(one) for one in children(element, "output")]
        self.rules = [self._rule(number, one) for number, one in enumerate(children(element, "rule"), 1)]

    def _problem(self, element: Element, sentence: str) -> None:
        place = element.get("id") or self.name
        self._boxes.problems.append(Problem(element=place, line=line_of(element), sentence=sentence))

    def _input(self, element: Element) -> Input:
        source = child(element, "inputExpression")
        words = text(source)
        box = self._boxes.expression(words, self._names, element)
        box = self._boxes.typed(box, source.get("typeRef") if source is not None else None)
        allowed = text(child(element, "inputValues"))
        test = self._boxes.expression(allowed, self._names, element, test=True) if allowed and allowed.strip() else None
        return Input(element.get("label") or (words or "").strip(), box, test)

    def _output(self, element: Element) -> Output:
        order = text(child(element, "outputValues"))
        default = text(child(element, "defaultOutputEntry"))
        return Output(
            name=" ".join((element.get("name") or "").split()),
            order=self._boxes.expression(f"[{order}]", self._names, element) if order and order.strip() else None,
            default=self._boxes.expression(default, self._names, element) if default and default.strip() else None,
            type_name=element.get("typeRef"),
        )

    def _rule(self, number: int, element: Element) -> Rule:
        names = self._names | {"?"}
        cells = [text(entry) or "" for entry in children(element, "inputEntry")]
        results = list(children(element, "outputEntry"))
        if len(cells) != len(self.inputs) or len(results) != len(self.outputs):
            self._problem(element, f"第 {number} 条规则的格数和表头不一致")
        return Rule(
            number,
            tuple(
                (column, self._boxes.expression(cell, names, element, test=True))
                for column, cell in enumerate(cells[: len(self.inputs)])
                if cell.strip() not in {"", "-"}
            ),
            tuple(" ".join(cell.split()) for cell in cells),
            tuple(self._boxes.expression(text(entry), self._names, entry) for entry in results),
        )

    # --- evaluation

    def evaluate(self, values: Values, session: Session) -> Value:
        """Return the table's result; the rules that matched go to the session."""
        given = [one.box(values, session) for one in self.inputs]
        for column, value in zip(self.inputs, given, strict=True):
            if value is not None and column.allowed and column.allowed({**values, "?": value}, session) is not True:
                session.run.note(f"输入「{column.label}」不在表头允许的值里")
                return None
        matched = self._matching(given, values, session)
        if not matched:
            return self._default(values, session)
        chosen = self._choose(matched, values, session)
        if chosen is None:
            return None
        rules, value = chosen
        session.hits.append(
            Hit(self.holder, tuple(r.number for r in rules), tuple(self._why(r, given, session) for r in rules))
        )
        return value

    def _matching(self, given: list[Value], values: Values, session: Session) -> list[Rule]:
        matched = []
        inners = [{**values, "?": value} for value in given]
        for rule in self.rules:
            session.run.spend(1)
            if all(test(inners[column], session) is True for column, test in rule.tests):
                matched.append(rule)
                if self.policy == "FIRST":
                    break
        return matched

    def _why(self, rule: Rule, given: list[Value], session: Session) -> str:
        parts = [
            f"{column.label} {feel_values.write(value, session.run, inside=True)[:80]} 符合 {cell}"
            for column, value, cell in zip(self.inputs, given, rule.cells, strict=False)
            if cell not in {"", "-"}
        ]
        return f"第 {rule.number} 条规则：" + ("；".join(parts) if parts else "无条件")

    def _default(self, values: Values, session: Session) -> Value:
        if any(output.default for output in self.outputs):
            cells = [output.default(values, session) if output.default else None for output in self.outputs]
            value = self._result(cells, session)
            return [value] if self._is_many and not self.aggregation else value
        if self.policy == "COLLECT" and self.aggregation == "COUNT":
            return Decimal(0)
        return [] if self._is_many and not self.aggregation else None

    @property
    def _is_many(self) -> bool:
        return self.policy in {"COLLECT", "RULE ORDER", "OUTPUT ORDER"}

    def _result(self, cells: list[Value], session: Session) -> Value:
        fitted = []
        for output, cell in zip(self.outputs, cells, strict=False):
            value = self._boxes.types.fit(cell, output.type_name, session.run)
            fitted.append(None if value is WRONG else value)
        if len(self.outputs) == 1:
            return fitted[0] if fitted else None
        return {output.name: value for output, value in zip(self.outputs, fitted, strict=False)}

    def _choose(self, matched: list[Rule], values: Values, session: Session) -> tuple[list[Rule], Value] | None:  # noqa: PLR0911
        """Apply the hit policy; None where it is broken."""
        results = [self._result([cell(values, session) for cell in rule.results], session) for rule in matched]
        pairs = list(zip(matched, results, strict=True))
        match self.policy:
            case "UNIQUE":
                if len(pairs) > 1:
                    numbers = "、".join(str(rule.number) for rule in matched)
                    session.run.note(f"「{self.name}」只许一条规则命中，但第 {numbers} 条都命中了")
                    return None
                return matched, results[0]
            case "FIRST":
                return matched[:1], results[0]
            case "ANY":
                if any(feel_values.equal(results[0], other, session.run) is not True for other in results[1:]):
                    session.run.note(f"「{self.name}」命中的规则结果不一致")
                    return None
                return matched, results[0]
            case "PRIORITY" | "OUTPUT ORDER":
                pairs.sort(key=self._rank(values, session))
                if self.policy == "PRIORITY":
                    return [pairs[0][0]], pairs[0][1]
                return [rule for rule, _ in pairs], [result for _, result in pairs]
            case _:
                return matched, self._collect(results, session)

    def _rank(self, values: Values, session: Session) -> Callable[[tuple[Rule, Value]], Any]:
        orders = [output.order(values, session) if output.order else [] for output in self.outputs]

        def rank(pair: tuple[Rule, Value]) -> list[int]:
            cells = [pair[1]] if len(self.outputs) == 1 else list(pair[1].values())
            return [_position(order, cell, session) for order, cell in zip(orders, cells, strict=True)]

        return rank

    def _collect(self, results: list[Value], session: Session) -> Value:
        if self.aggregation == "COUNT":
            return Decimal(len(results))
        function = _AGGREGATES.get(self.aggregation)
        if function is None:
            return results
        if len(self.outputs) == 1:
            return FUNCTIONS[function].call(session.run, [results], None)
        return {
            output.name: FUNCTIONS[function].call(session.run, [[row[output.name] for row in results]], None)
            for output in self.outputs
        }


def _position(order: Value, cell: Value, session: Session) -> int:
    if not isinstance(order, list):
        return 0
    for place, value in enumerate(order):
        if feel_values.equal(value, cell, session.run) is True:
            return place
    return len(order)


def _label(element: Element) -> str:
    holder = element.getparent()
    name = holder.get("name") if holder is not None else None
    return element.get("outputLabel") or name or element.get("id") or "决策表"

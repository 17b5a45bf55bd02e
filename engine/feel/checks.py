"""What can be seen to be wrong with an expression before it is ever evaluated.

Types come from outside: a fact says of a name or path what kind of value it has and, for a
choice, which values there are. What is not known is ``Any`` and never wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.feel import nodes, temporal, values
from engine.feel.nodes import Node

ANY = "Any"
_TITLES = {
    "number": "数", "string": "文字", "boolean": "是非", "list": "列表", "context": "一组值", "date": "日期",
    "date and time": "日期时间", "time": "时间", "days and time duration": "日时时长",
    "years and months duration": "年月时长", "range": "范围", "function": "函数",
}  # fmt: skip
_RESULTS = {
    "number": "count;sum;mean;median;product;stddev;abs;floor;ceiling;decimal;modulo;sqrt;log;exp;number;string length;"
    "round up;round down;round half up;round half down;day of year;week of year;age at;last day of month",
    "string": "string;substring;replace;upper case;lower case;substring before;substring after;string join;day of week;"
    "month of year",
    "boolean": "not;contains;matches;all;any;before;after;meets;overlaps;includes;during;starts;finishes;even;odd;"
    "list contains;starts with;ends with",
    "list": "append;concatenate;reverse;union;flatten;sort;sublist;split;remove;mode;distinct values;index of",
    "date": "date;today;working days after;next working day",
    "date and time": "now;date and time",
    "time": "time",
    "years and months duration": "years and months duration",
}
RESULT_OF = {name: kind for kind, names in _RESULTS.items() for name in names.split(";")}
_MEMBER = dict.fromkeys(
    [
        "year",
        "month",
        "day",
        "weekday",
        "hour",
        "minute",
        "second",
        "years",
        "months",
        "days",
        "hours",
        "minutes",
        "seconds",
    ],
    "number",
)
_SPANS = frozenset({"days and time duration", "years and months duration"})
_MOMENTS = frozenset({"date", "date and time", "time"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """What is known of a name or path: the kind of its values, whether it may be null, and, of a choice, all values."""

    kind: str = ANY
    options: frozenset[str] = frozenset()
    nullable: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Remark:
    """Something that is wrong; ``position`` counts characters from 0."""

    rule: str
    sentence: str
    position: int


def check(node: Node, facts: Mapping[str, Fact], *, condition: bool = False) -> list[Remark]:
    """Return what is wrong with an expression, or with a condition, which must be true or false."""
    checker = _Checker(facts)
    kind = checker.kind(node)
    if condition:
        if kind not in {ANY, "boolean", "Null"}:
            checker.remark("condition", f"条件应当是“是”或“否”，这里是{_title(kind)}", node)
        if not isinstance(node, nodes.Literal) and not any(_names(node)):
            checker.remark("constant", "这个条件与任何情况无关，结果总是一样", node)
    return checker.remarks


def _names(node: Node) -> Iterator[str]:
    return (part.name for part in node.walk() if isinstance(part, nodes.Name))


def path_of(node: Node) -> str | None:
    """Return ``case.child_state`` for a path of names; None for anything else."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Path):
        before = path_of(node.source)
        return None if before is None else f"{before}.{node.name}"
    return None


def called(node: Node) -> frozenset[str]:
    """Return the names that an expression calls as functions, or calls something of: ``os`` in ``os.getpid()``."""
    calls = (path_of(part.function) for part in node.walk() if isinstance(part, nodes.Call))
    return frozenset(path.partition(".")[0] for path in calls if path)


def _title(kind: str) -> str:
    return _TITLES.get(kind, kind)


class _Checker:
    """Walks one expression from the leaves up."""

    def __init__(self, facts: Mapping[str, Fact]) -> None:
        self.facts = facts
        self.remarks: list[Remark] = []

    def remark(self, rule: str, sentence: str, node: Node) -> None:
        self.remarks.append(Remark(rule=rule, sentence=sentence, position=node.at))

    def fact(self, node: Node) -> Fact:
        path = path_of(node)
        return self.facts.get(path, Fact()) if path else Fact()

    def kind(self, node: Node) -> str:  # noqa: C901, PLR0911
        """Return the kind of a part, having remarked on what is wrong in it."""
        match node:
            case nodes.Literal(value=value):
                return values.kind_of(value)
            case nodes.Name():
                return self.fact(node).kind
            case nodes.Path():
                return self._path(node)
            case nodes.Logic():
                return self._logic(node)
            case nodes.Compare():
                self._compare(node, node.left, node.right, same=node.operator in {"=", "!="})
                return "boolean"
            case nodes.Between():
                self._compare(node, node.value, node.low, same=False)
                self._compare(node, node.value, node.high, same=False)
                return "boolean"
            case nodes.In():
                return self._in(node)
            case nodes.Arithmetic():
                return self._arithmetic(node)
            case nodes.If():
                return self._if(node)
            case nodes.Call():
                return self._call(node)
            case _:
                return self._other(node)

    def _other(self, node: Node) -> str:
        if isinstance(node, nodes.Filter | nodes.For | nodes.Quantified | nodes.FunctionOf | nodes.ContextOf):
            # Names inside may be bound there: nothing is known of them.
            return {"Filter": ANY, "For": "list", "Quantified": "boolean", "FunctionOf": "function"}.get(
                type(node).__name__, "context"
            )
        kinds = [self.kind(child) for child in node.children()]
        if isinstance(node, nodes.Negate):
            return kinds[0]
        return {"ListOf": "list", "Interval": "range", "InstanceOf": "boolean"}.get(type(node).__name__, ANY)

    def _path(self, node: nodes.Path) -> str:
        known = self.fact(node).kind
        if known != ANY:
            return known
        source = self.kind(node.source)
        if source in {"string", "number", "boolean"}:
            self.remark("member", f"{_title(source)}没有「.{node.name}」", node)
        return _MEMBER.get(node.name, ANY) if source in _MOMENTS | _SPANS else ANY

    def _logic(self, node: nodes.Logic) -> str:
        for side in (node.left, node.right):
            kind = self.kind(side)
            if kind not in {ANY, "boolean", "Null"}:
                self.remark("type", f"{node.operator} 的两边应当是“是”或“否”，这里是{_title(kind)}", side)
        return "boolean"

    def _compare(self, node: Node, left: Node, right: Node, *, same: bool) -> None:
        one, other = self.kind(left), self.kind(right)
        if {one, other} & {ANY, "Null"}:
            return
        if one != other:
            outcome = "永远不相等" if same else "不能比大小"
            self.remark("type", f"{_title(one)}和{_title(other)}{outcome}", node)
        elif not same and one in {"boolean", "list", "context", "function"}:
            self.remark("type", f"{_title(one)}不能比大小", node)
        else:
            self._options(left, right)
            self._options(right, left)

    def _options(self, choice: Node, literal: Node) -> None:
        options = self.fact(choice).options
        if options and isinstance(literal, nodes.Literal) and isinstance(literal.value, str):
            if literal.value in options:
                return
            known = "、".join(sorted(options)[:12])
            self.remark("option", f"「{path_of(choice)}」没有「{literal.value}」这个选项；有的是：{known}", literal)

    def _in(self, node: nodes.In) -> str:
        kind = self.kind(node.value)
        for test in node.tests:
            items = test.items if isinstance(test, nodes.ListOf) else (test,)
            for item in items:
                found = self.kind(item)
                plain = isinstance(item, nodes.Literal) and not {kind, found} & {ANY, "Null", "list"}
                if plain and found != kind:
                    self.remark("type", f"{_title(kind)}里不会有{_title(found)}", item)
                self._options(node.value, item)
        return "boolean"

    def _arithmetic(self, node: nodes.Arithmetic) -> str:
        one, other = self.kind(node.left), self.kind(node.right)
        if ANY in {one, other} or "Null" in {one, other}:
            return one if one == other else ANY
        result = _result(node.operator, one, other)
        if result is None:
            self.remark("type", f"{_title(one)}和{_title(other)}不能用 {node.operator} 计算", node)
        return result or ANY

    def _if(self, node: nodes.If) -> str:
        kind = self.kind(node.condition)
        if kind not in {ANY, "boolean", "Null"}:
            self.remark("type", f"if 后面应当是“是”或“否”，这里是{_title(kind)}", node.condition)
        yes, no = self.kind(node.yes), self.kind(node.no)
        return yes if yes == no or no == "Null" else no if yes == "Null" else ANY  # noqa: PLR1714

    def _call(self, node: nodes.Call) -> str:
        for argument in node.arguments:
            self.kind(argument)
        if not isinstance(node.function, nodes.Name):
            return ANY
        name = node.function.name
        if name == "list contains" and node.names is None and len(node.arguments) > 1:
            self._options(node.arguments[0], node.arguments[1])
        if name == "duration" and node.arguments and isinstance(node.arguments[0], nodes.Literal):
            return self._duration(node, node.arguments[0])
        return RESULT_OF.get(name, ANY)

    def _duration(self, node: nodes.Call, literal: nodes.Literal) -> str:
        span = temporal.parse_duration(literal.value) if isinstance(literal.value, str) else None
        if span is None:
            self.remark("type", f"「{literal.value}」不是时长：时长写作 P3D、PT2H 或 P6M", literal)
        return values.kind_of(span) if span is not None else ANY


def _result(operator: str, one: str, other: str) -> str | None:  # noqa: PLR0911
    """Return the kind of a sum of two kinds; None where there is none."""
    if one == other and one in {"number", *_SPANS}:
        number = one == "number" or operator == "/"
        return None if operator in {"*", "**"} and one != "number" else "number" if number else one
    if one == other == "string":
        return "string" if operator == "+" else None
    pair = {one, other}
    if operator in {"+", "-"} and one in _MOMENTS and other in _SPANS:
        return one
    if operator == "+" and one in _SPANS and other in _MOMENTS:
        return other
    if operator == "-" and pair <= {"date", "date and time"}:
        return "days and time duration"
    if operator == "-" and pair == {"time"}:
        return "days and time duration"
    if operator in {"*", "/"} and "number" in pair and pair & _SPANS:
        return one if one in _SPANS else other if operator == "*" else None
    return None

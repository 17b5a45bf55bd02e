"""Text to parts: Lark's LALR parser over the tokens of lexer.py."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from importlib import resources
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedInput, v_args
from lark.exceptions import UnexpectedToken

from engine.feel import limits, nodes, temporal
from engine.feel.digits import NUMBERS
from engine.feel.errors import FeelError, TooMuch
from engine.feel.lexer import NameLexer, cut
from engine.feel.nodes import Node, Type

_CLOSED = {"LBRACK", "RBRACK"}
_WORDS = {
    "RPAR": ")", "RBRACK": "]", "RBRACE": "}", "THEN": "then", "ELSE": "else", "IN": "in", "RETURN": "return",
    "SATISFIES": "satisfies", "COLON": ":", "AND": "and", "DOTDOT": "..", "STRING": "一段文字", "LPAR": "(",
}  # fmt: skip


@v_args(inline=True)
class _Build(Transformer[Token, Any]):
    """Make the parts while the parser runs, so that no tree is walked twice."""

    def expression(self, expr: Node) -> Node:
        return expr

    def tests(self, *tests: Any) -> tuple[Node, ...]:
        return tuple(test for test in tests if isinstance(test, Node))

    def tests_plain(self, tests: tuple[Node, ...]) -> Node:
        return nodes.UnaryTests(tests[0].at, tests, negated=False)

    def tests_negated(self, word: Token, _open: Token, tests: tuple[Node, ...], _close: Token) -> Node:
        return nodes.UnaryTests(_at(word), tests, negated=True)

    def unary_comparison(self, sign: Token, operand: Node) -> Node:
        return nodes.UnaryComparison(_at(sign), str(sign), operand)

    def if_(self, word: Token, condition: Node, _then: Token, yes: Node, _else: Token, no: Node) -> Node:
        return nodes.If(_at(word), condition, yes, no)

    def for_(self, word: Token, iterators: tuple[nodes.Loop, ...], _return: Token, body: Node) -> Node:
        return nodes.For(_at(word), iterators, body)

    def some(self, word: Token, iterators: tuple[nodes.Loop, ...], _word: Token, condition: Node) -> Node:
        return nodes.Quantified(_at(word), every=False, iterators=iterators, condition=condition)

    def every(self, word: Token, iterators: tuple[nodes.Loop, ...], _word: Token, condition: Node) -> Node:
        return nodes.Quantified(_at(word), every=True, iterators=iterators, condition=condition)

    def iterators(self, *parts: Any) -> tuple[nodes.Loop, ...]:
        return tuple(part for part in parts if isinstance(part, nodes.Loop))

    def iterator(
        self, name: Token, _in: Token, low: Node, _dots: Token | None = None, high: Node | None = None
    ) -> Node:
        return nodes.Loop(_at(name), str(name), low, high)

    def function(self, word: Token, _open: Token, parameters: Any, _close: Token, body: Node) -> Node:
        return nodes.FunctionOf(_at(word), parameters or (), body)

    def external(self, word: Token, _open: Token, parameters: Any, _c: Token, _e: Token, body: Node) -> Node:
        return nodes.FunctionOf(_at(word), parameters or (), body, external=True)

    def parameters(self, *parts: Any) -> tuple[Any, ...]:
        return tuple(part for part in parts if not isinstance(part, Token))

    def parameter(self, name: Token, _colon: Token | None = None, type_: Type | None = None) -> tuple[str, Type | None]:
        return str(name), type_

    def or_(self, left: Node, word: Token, right: Node) -> Node:
        return nodes.Logic(_at(word), "or", left, right)

    def and_(self, left: Node, word: Token, right: Node) -> Node:
        return nodes.Logic(_at(word), "and", left, right)

    def compare(self, left: Node, sign: Token, right: Node) -> Node:
        return nodes.Compare(_at(sign), str(sign), left, right)

    def between(self, value: Node, word: Token, low: Node, _and: Token, high: Node) -> Node:
        return nodes.Between(_at(word), value, low, high)

    def in_one(self, value: Node, word: Token, test: Node) -> Node:
        return nodes.In(_at(word), value, (test,))

    def in_many(self, value: Node, word: Token, _o: Token, first: Node, _c: Token, rest: Any, _r: Token) -> Node:
        return nodes.In(_at(word), value, (first, *rest))

    def instance_of(self, value: Node, word: Token, type_: Type) -> Node:
        return nodes.InstanceOf(_at(word), value, type_)

    def arithmetic(self, left: Node, sign: Token, right: Node) -> Node:
        return nodes.Arithmetic(_at(sign), str(sign), left, right)

    def negate(self, sign: Token, operand: Node) -> Node:
        return nodes.Negate(_at(sign), operand)

    def path(self, source: Node, dot: Token, name: Token) -> Node:
        return nodes.Path(_at(name), source, str(name))

    def filter(self, source: Node, bracket: Token, condition: Node, _close: Token) -> Node:
        return nodes.Filter(_at(bracket), source, condition)

    def call(self, function: Node, bracket: Token, *rest: Any) -> Node:
        arguments = rest[0] if isinstance(rest[0], tuple) else ()
        return nodes.Call(function.at, function, arguments)

    def arguments(self, *parts: Any) -> tuple[Node, ...]:
        return tuple(part for part in parts if isinstance(part, Node))

    def named_arguments(self, *parts: Any) -> tuple[tuple[str, ...], tuple[Node, ...]]:
        names = tuple(str(part) for part in parts if isinstance(part, Token) and part.type == "PARAM")
        return names, tuple(part for part in parts if isinstance(part, Node))

    def call_named(self, function: Node, _open: Token, named: Any, _close: Token) -> Node:
        names, arguments = named
        if len(set(names)) < len(names):
            raise FeelError("同一个参数写了两次", function.at)
        return nodes.Call(function.at, function, arguments, names)

    def number(self, token: Token) -> Node:
        value = NUMBERS.create_decimal(str(token))
        if not value.is_zero() and abs(value.adjusted()) > 6000:  # noqa: PLR2004
            raise FeelError("这个数太大或太小", _at(token))
        return nodes.Literal(_at(token), value)

    def string(self, token: Token) -> Node:
        return nodes.Literal(_at(token), token.value)

    def true(self, token: Token) -> Node:
        return nodes.Literal(_at(token), value=True)

    def false(self, token: Token) -> Node:
        return nodes.Literal(_at(token), value=False)

    def null(self, token: Token) -> Node:
        return nodes.Literal(_at(token), None)

    def name(self, token: Token) -> Node:
        return nodes.Name(_at(token), str(token))

    def at(self, sign: Token, text: Token) -> Node:
        value = temporal.parse_any(text.value)
        if value is None:
            raise FeelError(f"@ 后面的「{text.value}」不是日期、时间或时长", _at(sign))
        return nodes.Literal(_at(sign), value)

    def paren(self, _open: Token, inner: Node, _close: Token) -> Node:
        return inner

    def interval(self, left: Token, low: Node, _dots: Token, high: Node, right: Token) -> Node:
        return nodes.Interval(_at(left), low, high, left.type in _CLOSED, right.type in _CLOSED)

    def list(self, bracket: Token, *rest: Any) -> Node:
        return nodes.ListOf(_at(bracket), rest[0] if isinstance(rest[0], tuple) else ())

    def context(self, bracket: Token, *parts: Any) -> Node:
        entries = tuple(part for part in parts if not isinstance(part, Token))
        if len({key for key, _ in entries}) < len(entries):
            return nodes.Literal(_at(bracket), None)
        return nodes.ContextOf(_at(bracket), entries)

    def entry(self, key: Token, _colon: Token, value: Node) -> tuple[str, Node]:
        return str(key), value

    def type_plain(self, name: Token) -> Type:
        return Type(str(name))

    def type_of(self, name: Token, _lt: Token, types: tuple[Type, ...], _gt: Token) -> Type:
        return Type(str(name), parts=types)

    def type_members(self, name: Token, _lt: Token, members: Any, _gt: Token) -> Type:
        return Type(str(name), members=members)

    def type_function(self, name: Token, _lt: Token, types: Any, _gt: Token, _arrow: Token, result: Type) -> Type:
        return Type(str(name), parts=types or (), result=result)

    def types(self, *parts: Any) -> tuple[Type, ...]:
        return tuple(part for part in parts if isinstance(part, Type))

    def members(self, *parts: Any) -> tuple[tuple[str, Type], ...]:
        names = [str(part) for part in parts if isinstance(part, Token) and part.type == "NAME"]
        return tuple(zip(names, (part for part in parts if isinstance(part, Type)), strict=True))


def _at(token: Token) -> int:
    return token.start_pos or 0


@lru_cache(maxsize=1)
def _lark() -> Lark:
    grammar = resources.files("engine.feel").joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(
        grammar,
        parser="lalr",
        lexer=NameLexer,
        transformer=_Build(),
        start=["expression", "unary_tests"],
        maybe_placeholders=True,
        keep_all_tokens=True,
    )


def parse(text: str, names: Collection[str], *, unary: bool = False) -> Node:
    """Return the parts of an expression, or of the tests in a cell of a table.

    Raises:
        FeelError: the text is not FEEL, or is longer or deeper than allowed.
    """
    if len(text) > limits.MAX_TEXT:
        raise TooMuch(f"表达式太长：最多 {limits.MAX_TEXT} 个字", limits.MAX_TEXT)
    if unary and text.strip() in {"", "-"}:
        return nodes.UnaryTests(0, (), negated=False)
    tokens = cut(text, names, unary=unary)
    if not tokens:
        raise FeelError("表达式是空的", 0)
    try:
        tree: Node = _lark().parse(tokens, start="unary_tests" if unary else "expression")  # type: ignore[assignment]
    except UnexpectedInput as error:
        raise _unexpected(error, text) from error
    _check_depth(tree)
    return tree


def _check_depth(tree: Node) -> None:
    level = [tree]
    for _ in range(limits.MAX_DEPTH):
        level = [child for node in level for child in node.children()]
        if not level:
            return
    raise TooMuch(f"表达式套得太深：最多 {limits.MAX_DEPTH} 层", level[0].at)


def _unexpected(error: UnexpectedInput, text: str) -> FeelError:
    token = error.token if isinstance(error, UnexpectedToken) else None
    wanted = {_WORDS[name] for name in getattr(error, "accepts", None) or () if name in _WORDS}
    hint = "；这里可以写 " + " 或 ".join(sorted(wanted)) if 0 < len(wanted) <= 4 else ""  # noqa: PLR2004
    if token is None or token.type == "$END":
        return FeelError(f"表达式没有写完{hint}", len(text))
    return FeelError(f"这里看不懂「{token.value}」{hint}", token.start_pos)

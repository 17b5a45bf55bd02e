"""FEEL, the one expression language: compiled once, run often, with no way to anything but its values."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from engine.core.civil import DaysDuration, MonthsDuration
from engine.feel import members, temporal
from engine.feel.compiler import Compiler
from engine.feel.errors import FeelError, TooMuch
from engine.feel.nodes import Node
from engine.feel.parser import parse
from engine.feel.runtime import Code, Function, Run, Scope, Value
from engine.feel.values import Range, to_feel
from engine.feel.wide import Wide
from engine.feel.words import LANGUAGE_NAMES, Vocabulary

__all__ = [
    "Expression",
    "FeelError",
    "Function",
    "Range",
    "TooMuch",
    "Vocabulary",
    "compile",
    "compile_test",
    "parse_duration",
]


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """A text that has been read and found sound; may be used by many threads at once."""

    text: str
    names: frozenset[str]
    """The names of the surroundings that it uses."""
    paths: frozenset[str]
    """The same with what follows the dot: ``case.child_state``."""
    node: Node
    _code: Code

    def evaluate(self, context: Mapping[str, Any], *, notes: list[str] | None = None) -> Any:
        """Return the value in these surroundings; a name that they lack is null.

        What cannot be computed is null, as DMN has it; ``notes`` receives the reasons, in Chinese.

        Raises:
            TooMuch: it takes more steps, depth or memory than one expression may.
        """
        value = self.run(context, Run(), notes=notes)
        return members.without_wide(value) if type(value) in _MAY_HOLD_WIDE else value

    def run(self, context: Mapping[str, Any], run: Run, *, notes: list[str] | None = None) -> Any:
        """Evaluate within a budget that several expressions share."""
        try:
            if run.now is None:
                now = context.get("now")
                run.now = now if isinstance(now, datetime) else None
            value = self._code(Scope(context, None, run))
            members.check_result(value, run)
        except RecursionError as error:
            raise TooMuch("表达式或数据套得太深") from error
        if notes is not None:
            notes.extend(run.notes)
        return value


_MAY_HOLD_WIDE = frozenset({list, dict, Wide})


def compile(  # noqa: A001 - the word for it
    text: str,
    names: Collection[str],
    vocabulary: Vocabulary = Vocabulary(),  # noqa: B008 - frozen
) -> Expression:
    """Return the expression; the same text with the same names is read once.

    Raises:
        FeelError: with a sentence and a position: not FEEL, too long, or an unknown name.
    """
    return _compile(text, frozenset(names), vocabulary, False)


def compile_test(
    text: str,
    names: Collection[str],
    vocabulary: Vocabulary = Vocabulary(),  # noqa: B008 - frozen
) -> Expression:
    """Return the tests of a decision table's cell; evaluated with the input as ``?``, it says whether they pass.

    Raises:
        FeelError: as ``compile``.
    """
    return _compile(text, frozenset({*names, "?"}), vocabulary, True)


@lru_cache(maxsize=4096)
def _compile(text: str, names: frozenset[str], vocabulary: Vocabulary, unary: bool) -> Expression:
    node = parse(text, names | LANGUAGE_NAMES | vocabulary.words, unary=unary)
    compiler = Compiler(names, vocabulary.is_instance)
    code = compiler.compile(node)
    return Expression(text, frozenset(compiler.used), frozenset(compiler.paths), node, code)


def parse_duration(text: str) -> MonthsDuration | DaysDuration:
    """Read an ISO 8601 duration of FEEL's two kinds: ``P6M``, ``P3DT12H``.

    Raises:
        FeelError: it is none.
    """
    span = temporal.parse_duration(text.strip())
    if span is None:
        raise FeelError(f"「{text}」不是时长：时长写作 P3D、PT2H 或 P6M", 0)
    return span


def evaluate(text: str, context: Mapping[str, Any]) -> Value:
    """Compile and evaluate at once, with the context's keys as names."""
    return compile(text, context.keys()).evaluate(to_feel(context))

"""Makes expressions at random from a seed: most are FEEL, some nearly so, some are meant to break out."""

from __future__ import annotations

import random

_NAMES = ["case", "x", "y", "names", "days", "now", "姓名", "nothing", "loans", "case.child_state", "unknown"]
_MEMBERS = ["child_state", "a", "year", "start", "days", "credit score", "__class__", "__init__", "keys", "months"]
_FUNCTIONS = [
    "not", "count", "sum", "min", "max", "string", "number", "date", "time", "date and time", "duration", "substring",
    "string length", "upper case", "contains", "matches", "replace", "split", "list contains", "append", "flatten",
    "concatenate", "index of", "sort", "distinct values", "get value", "get entries", "context put", "context merge",
    "string join", "decimal", "floor", "abs", "modulo", "sqrt", "log", "exp", "even", "all", "any", "mean", "median",
    "stddev", "mode", "product", "before", "meets", "includes", "range", "is", "now", "today", "day of week", "age at",
    "working days after", "years and months duration", "eval", "__import__", "open", "getattr", "list replace",
]  # fmt: skip
_ATOMS = [
    "1", "0", "-3.5", "1e6000", "99999999999999999999999999999999999999", "0.1", '"S1"', '""', '"(a+)+$"',
    '"aaaaaaaaaaaaaaaaaaaaaa"', '"2024-02-29"', '"P1Y"', '"__class__"', "true", "false", "null", '@"2024-02-29"',
    '@"PT15M"', '@"P99999999999Y"', '@"2024-01-01T00:00:00@Asia/Shanghai"', '@"10:00:00Z"', "[]", "{}", "[1, 2, 3]",
    '{a: 1, "b c": 2}', "[1..5]", "(1..10000)", '"\\u4e2d"',
]  # fmt: skip
_OPERATORS = ["+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "and", "or", "in", "instance of", "between"]
_JUNK = [
    ";",
    "import os",
    "lambda",
    "__",
    "`",
    "$",
    "’",
    "，",
    "\\",
    "%s",
    "{{",
    "}}",
    "'",
    "#",
    "\x00",
    "😀",
    "..",
    "][",
]


class Maker:
    """Makes one expression after another from one seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - a test wants the same ones again

    def make(self) -> str:
        """Return the next expression; one in ten is damaged."""
        text = self._expression(self._random.randint(1, 5))
        return self._damaged(text) if self._random.random() < 0.1 else text

    def _damaged(self, text: str) -> str:
        place = self._random.randint(0, len(text))
        if self._random.random() < 0.5:
            return text[:place] + self._random.choice(_JUNK) + text[place:]
        return text[:place] + text[place + self._random.randint(1, 4) :]

    def _expression(self, depth: int) -> str:  # noqa: C901, PLR0911, PLR0912
        pick = self._random.choice
        if depth <= 0:
            return pick(_NAMES) if self._random.random() < 0.4 else pick(_ATOMS)
        one, two, three = (self._expression(depth - self._random.randint(1, 3)) for _ in range(3))
        shape = self._random.randint(0, 15)
        match shape:
            case 0 | 1 | 2:
                return f"({one} {pick(_OPERATORS)} {two})"
            case 3 | 4 | 5:
                arguments = [one, two, three][: self._random.randint(0, 3)]
                return f"{pick(_FUNCTIONS)}({', '.join(arguments)})"
            case 6:
                return f"if {one} then {two} else {three}"
            case 7:
                return f"for x in {one} return {two}"
            case 8:
                return f"{pick(['some', 'every'])} x in {one} satisfies {two}"
            case 9:
                return f"{one}[{two}]"
            case 10:
                return f"{one}.{pick(_MEMBERS)}"
            case 11:
                return f"[{one}, {two}, {three}]"
            case 12:
                return f"{{a: {one}, credit score: {two}}}"
            case 13:
                return f"(function(x, y) {one})({two}, {three})"
            case 14:
                return f"{one} in ({pick(['<', '>=', '=', ''])} {two}, [{three}..{two}])"
            case _:
                return f"-({one}) between {two} and {three}"

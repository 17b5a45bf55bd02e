"""The syntax of regular expressions in XPath 3.1 (``fn:matches``), made into a program of steps."""

from __future__ import annotations

import re

from engine.feel.characters import CharTest, PatternError, by_property, escape_class, single_escape
from engine.feel.patternprogram import Instruction, Part, Program, either, reads, repeat

__all__ = ["PatternError", "read_pattern"]

MAX_NESTING = 40
MAX_PATTERN = 1_000
_QUANTITY = re.compile(r"\{([0-9]{1,4})(,([0-9]{1,4})?)?\}")


class _Reader:
    """Reads one pattern from left to right."""

    def __init__(self, pattern: str, flags: str) -> None:
        self.text = pattern
        self.flags = frozenset(flags)
        self.at = 0
        self.groups = 0
        self.closed: set[int] = set()
        self.loops = 0
        self.refers_back = False
        self.nesting = 0

    # --- walking

    def _peek(self) -> str:
        return self.text[self.at] if self.at < len(self.text) else ""

    def _take(self) -> str:
        char = self._peek()
        self.at += 1
        return char

    # --- syntax

    def branches(self) -> Part:
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise PatternError
        parts = [self._branch()]
        while self._peek() == "|":
            self._take()
            parts.append(self._branch())
        self.nesting -= 1
        return parts[0] if len(parts) == 1 else lambda code: either(code, parts)

    def _branch(self) -> Part:
        pieces: list[Part] = []
        while self._peek() not in {"", "|", ")"}:
            pieces.append(self._piece())

        def branch(code: list[Instruction]) -> None:
            for piece in pieces:
                piece(code)

        return branch

    def _piece(self) -> Part:
        atom = self._atom()
        least, most = self._quantity()
        if (least, most) == (1, 1):
            return atom
        lazy = self._peek() == "?"
        if lazy:
            self._take()
        if self._peek() in {"*", "+", "?", "{"} and self._peek():
            raise PatternError
        self.loops += 1
        number = self.loops
        return lambda code: repeat(code, atom, least, most, lazy=lazy, number=number)

    def _quantity(self) -> tuple[int, int | None]:
        match self._peek():
            case "?":
                self._take()
                return 0, 1
            case "*":
                self._take()
                return 0, None
            case "+":
                self._take()
                return 1, None
            case "{":
                return self._braces()
            case _:
                return 1, 1

    def _braces(self) -> tuple[int, int | None]:
        match = _QUANTITY.match(self.text, self.at)
        if match is None:
            raise PatternError
        self.at = match.end()
        least = int(match[1])
        most = least if match[2] is None else int(match[3]) if match[3] else None
        if most is not None and most < least:
            raise PatternError
        return (least, most) if (least, most) != (1, 1) else (1, 1)

    def _atom(self) -> Part:
        char = self._take()
        match char:
            case "(":
                return self._group()
            case "[":
                return reads(self._class())
            case "\\":
                return self._escape()
            case ".":
                return reads((lambda _char: True) if "s" in self.flags else (lambda one: one not in "\n\r"))
            case "^" | "$":
                kind, lines = ("begin" if char == "^" else "end"), int("m" in self.flags)
                return lambda code: code.append(Instruction(kind, lines))
            case "*" | "+" | "?" | "{" | "}" | "]" | ")" | "":
                raise PatternError
            case _:
                return reads(self._insensitive(lambda one: one == char))

    def _group(self) -> Part:
        number = 0
        if self._peek() == "?":
            if self.text[self.at : self.at + 2] != "?:":
                raise PatternError
            self.at += 2
        else:
            self.groups += 1
            number = self.groups
        inner = self.branches()
        if self._take() != ")":
            raise PatternError
        if not number:
            return inner
        self.closed.add(number)

        def group(code: list[Instruction]) -> None:
            code.append(Instruction("save", 2 * number))
            inner(code)
            code.append(Instruction("save", 2 * number + 1))

        return group

    def _escape(self) -> Part:
        char = self.text[self.at : self.at + 1]
        if char.isascii() and char.isdigit() and char != "0":
            return self._reference()
        return reads(self._escaped())

    def _reference(self) -> Part:
        end = self.at + 1
        while self.text[end : end + 1].isdigit() and int(self.text[self.at : end + 1]) <= self.groups:
            end += 1
        number = int(self.text[self.at : end])
        self.at = end
        if number not in self.closed:
            raise PatternError
        self.refers_back = True
        blind = int("i" in self.flags)
        return lambda code: code.append(Instruction("back", number, blind))

    def _escaped(self) -> CharTest:
        """Read what follows a backslash."""
        char = self.text[self.at : self.at + 1]
        self.at += 1
        if char in {"p", "P"} and char:
            end = self.text.find("}", self.at)
            if self.text[self.at : self.at + 1] != "{" or end < 0:
                raise PatternError
            name = self.text[self.at + 1 : end]
            self.at = end + 1
            return by_property(name, negated=char == "P")
        found = escape_class(char)
        if found is not None:
            return found
        plain = single_escape(char)
        return lambda one: one == plain

    # --- character classes

    def _class(self) -> CharTest:
        negated = self.text[self.at : self.at + 1] == "^"
        self.at += negated
        tests: list[CharTest] = []
        minus: CharTest | None = None
        start = self.at
        while True:
            char = self.text[self.at : self.at + 1]
            if not char:
                raise PatternError
            if char == "]":
                self.at += 1
                break
            if char == "-" and self.text[self.at + 1 : self.at + 2] == "[" and tests:
                self.at += 2
                minus = self._class()
                if self.text[self.at : self.at + 1] != "]":
                    raise PatternError
                self.at += 1
                break
            tests.append(self._member(first=self.at == start))
        if not tests:
            raise PatternError
        return _union(tests, minus, negated=negated)

    def _member(self, *, first: bool) -> CharTest:
        """Read one character, range or escape inside a class."""
        char = self.text[self.at]
        low: str | None
        if char == "\\":
            self.at += 1
            following = self.text[self.at : self.at + 1]
            if following in {"p", "P"} or escape_class(following) is not None:
                return self._escaped()
            low = single_escape(following)
            self.at += 1
        else:
            if char == "[" or (char == "-" and not first and self.text[self.at + 1 : self.at + 2] != "]"):
                raise PatternError
            low = char
            self.at += 1
        following = self.text[self.at + 1 : self.at + 2]
        if self.text[self.at : self.at + 1] != "-" or following in {"]", "["} or not following:
            return self._insensitive(lambda one: one == low)
        self.at += 1
        high = self._range_end()
        if low > high:
            raise PatternError
        return self._range(low, high)

    def _range_end(self) -> str:
        char = self.text[self.at]
        self.at += 1
        if char == "\\":
            char = single_escape(self.text[self.at : self.at + 1])
            self.at += 1
        return char

    def _range(self, low: str, high: str) -> CharTest:
        return self._insensitive(lambda one: low <= one <= high)

    def _insensitive(self, test: CharTest) -> CharTest:
        if "i" not in self.flags:
            return test
        return lambda one: test(one) or test(one.lower()) or test(one.upper())


def _union(tests: list[CharTest], minus: CharTest | None, *, negated: bool) -> CharTest:
    def member(one: str) -> bool:
        return any(test(one) for test in tests) is not negated and not (minus is not None and minus(one))

    return member


def read_pattern(pattern: str, flags: str) -> Program:
    """Return the program of a pattern.

    Raises:
        PatternError: the pattern is not one of XPath's, or too large.
    """
    if len(pattern) > MAX_PATTERN:
        raise PatternError
    reader = _Reader(_without_blanks(pattern) if "x" in flags and "q" not in flags else pattern, flags)
    code: list[Instruction] = []
    if "q" in flags:
        for char in pattern:
            reads(_literal(char, blind="i" in flags))(code)
    else:
        part = reader.branches()
        if reader.at < len(reader.text):
            raise PatternError
        part(code)
    code.append(Instruction("match"))
    slots = 2 * (reader.groups + 1) + reader.loops
    return Program(code, reader.groups, slots, reader.refers_back)


def _without_blanks(pattern: str) -> str:
    """Return the pattern without the blanks that stand outside character classes."""
    kept: list[str] = []
    depth = 0
    for char in pattern:
        escaped = kept[-1:] == ["\\"] and kept[-2:] != ["\\", "\\"]
        if char in "[]" and not escaped:
            depth += 1 if char == "[" else -1
        if depth > 0 or char not in " \t\n\r":
            kept.append(char)
    return "".join(kept)


def _literal(char: str, *, blind: bool) -> CharTest:
    if blind:
        return lambda one: one.lower() == char.lower()
    return lambda one: one == char

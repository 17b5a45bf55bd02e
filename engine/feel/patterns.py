"""Regular expressions that cannot hang: XPath's syntax, matched by a machine that counts its steps.

Without back-references each place of the pattern meets each place of the text once, so the work
is at most their product; with them, the budget of the evaluation is the bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from engine.feel.patternprogram import Instruction, Program
from engine.feel.patternsyntax import PatternError, read_pattern
from engine.feel.runtime import Run, Value

_FLAGS = frozenset("smixq")


@dataclass(frozen=True, slots=True)
class Found:
    """A match: where it begins and ends, and its groups."""

    start: int
    end: int
    slots: tuple[int, ...]

    def group(self, text: str, number: int) -> str:
        """Return what a group matched; nothing if it took no part."""
        start, end = self.slots[2 * number], self.slots[2 * number + 1]
        return text[start:end] if start >= 0 and end >= 0 else ""


@lru_cache(maxsize=512)
def _program(pattern: str, flags: str) -> Program | None:
    if not set(flags) <= _FLAGS:
        return None
    try:
        return read_pattern(pattern, flags)
    except PatternError:
        return None


class _Machine:
    """Runs one program over one text."""

    def __init__(self, program: Program, text: str, run: Run) -> None:
        self.program = program
        self.text = text
        self.run = run

    def find(self, begin: int) -> Found | None:
        """Return the first match from a place on."""
        self.run.spend(3)
        seen: set[int] | None = None if self.program.refers_back else set()
        for start in range(begin, len(self.text) + 1):
            found = self._at(start, seen)
            if found is not None:
                return found
        return None

    def _at(self, start: int, seen: set[int] | None) -> Found | None:  # noqa: C901, PLR0912
        """Try to match at one place; ``seen`` are the states that are known to fail."""
        code, width = self.program.code, len(self.text) + 1
        slots = [-1] * self.program.slots
        stack: list[tuple[int, int, list[int]]] = [(0, start, slots)]
        count = 0
        while stack:
            place, at, slots = stack.pop()
            while True:
                count += 1
                if not count & 63:
                    self.run.spend(60)
                if seen is not None:
                    key = place * width + at
                    if key in seen:
                        break
                    seen.add(key)
                step = code[place]
                match step.kind:
                    case "set":
                        if at >= len(self.text) or not step.test(self.text[at]):
                            break
                        at += 1
                        place += 1
                    case "split":
                        stack.append((step.other, at, slots))
                        place = step.first
                    case "jump":
                        place = step.first
                    case "save":
                        slots = [*slots]
                        slots[step.first] = at
                        place += 1
                    case "moved":  # a loop must not turn without having read anything
                        if slots[step.first] == at:
                            break
                        place += 1
                    case "match":
                        self.run.spend(count & 63)
                        return Found(start, at, (start, at, *slots[2:]))
                    case _:
                        after = self._special(step, at, slots)
                        if after is None:
                            break
                        at = after
                        place += 1
        self.run.spend(count & 63)
        return None

    def _special(self, step: Instruction, at: int, slots: list[int]) -> int | None:
        """Match an anchor or a reference to a group; return the place after it."""
        text = self.text
        if step.kind == "begin":
            return at if at == 0 or (step.first and text[at - 1] == "\n") else None
        if step.kind == "end":
            return at if at == len(text) or (step.first and text[at] == "\n") else None
        start, end = slots[2 * step.first], slots[2 * step.first + 1]
        if start < 0 or end < 0:
            return at
        wanted = text[start:end]
        self.run.spend(len(wanted) >> 4)
        given = text[at : at + len(wanted)]
        same = given.lower() == wanted.lower() if step.other else given == wanted
        return at + len(wanted) if same else None


def search(run: Run, text: str, pattern: str, flags: str) -> Value:
    """Return whether the pattern is found anywhere; null for a pattern that is none."""
    program = _program(pattern, flags)
    return None if program is None else _Machine(program, text, run).find(0) is not None


def _all(run: Run, text: str, program: Program) -> list[Found] | None:
    """Return all matches one after the other; None if the pattern matches nothing at all."""
    if _Machine(program, "", run).find(0) is not None:
        return None
    machine = _Machine(program, text, run)
    found: list[Found] = []
    at = 0
    while (one := machine.find(at)) is not None:
        found.append(one)
        at = max(one.end, one.start + 1)
    return found


def replace(run: Run, text: str, pattern: str, replacement: str, flags: str) -> Value:
    """Return the text with every match replaced; ``$1`` stands for a group, ``$0`` for the match."""
    program = _program(pattern, flags)
    parts = [replacement] if "q" in flags else _template(replacement, program.groups if program else 0)
    matches = None if program is None or parts is None else _all(run, text, program)
    if matches is None or parts is None:
        return None
    made: list[str] = []
    length = at = 0
    for one in matches:
        new = "".join(part if isinstance(part, str) else one.group(text, part) for part in parts)
        made += [text[at : one.start], new]
        length += len(new)
        run.spend(1 + (len(new) >> 6))
        at = one.end
    return run.text("".join(made) + text[at:])


def _template(replacement: str, groups: int) -> list[str | int] | None:
    """Take a replacement apart; None where ``$`` or ``\\`` stands alone."""
    parts: list[str | int] = []
    at = 0
    while at < len(replacement):
        char = replacement[at]
        following = replacement[at + 1 : at + 2]
        if char == "\\":
            if following not in {"\\", "$"} or not following:
                return None
            parts.append(following)
            at += 2
        elif char == "$":
            if not following.isascii() or not following.isdigit():
                return None
            end = at + 2
            while (
                end < len(replacement)
                and replacement[end] in "0123456789"
                and int(replacement[at + 1 : end + 1]) <= groups
            ):
                end += 1
            number = int(replacement[at + 1 : end])
            parts.append(number if number <= groups else "")
            at = end
        else:
            parts.append(char)
            at += 1
    return parts


def split(run: Run, text: str, pattern: str) -> Value:
    """Return the pieces between the matches."""
    program = _program(pattern, "")
    matches = None if program is None else _all(run, text, program)
    if matches is None:
        return None
    edges = [0, *(edge for one in matches for edge in (one.start, one.end)), len(text)]
    return run.items([text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)])

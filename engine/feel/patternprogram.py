"""The steps into which a regular expression is made, and how loops and branches are laid out in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from engine.feel.characters import CharTest, PatternError

MAX_PROGRAM = 4_000


@dataclass(slots=True)
class Instruction:
    """One step: read a character, branch, remember a place, or match."""

    kind: str
    first: int = 0
    other: int = 0
    test: CharTest = field(default=lambda _char: False)


@dataclass(frozen=True, slots=True)
class Program:
    """A pattern ready to run."""

    code: list[Instruction]
    groups: int
    slots: int
    refers_back: bool


Part = Callable[[list[Instruction]], None]
"""A part of a pattern writes its steps into the list it is given."""


def reads(test: CharTest) -> Part:
    """Return the part that reads one character."""

    def part(code: list[Instruction]) -> None:
        code.append(Instruction("set", test=test))
        _bounded(code)

    return part


def either(code: list[Instruction], parts: list[Part]) -> None:
    """Write the parts as alternatives, the first tried first."""
    jumps = []
    for part in parts[:-1]:
        split = len(code)
        code.append(Instruction("split", split + 1))
        part(code)
        jumps.append(len(code))
        code.append(Instruction("jump"))
        code[split].other = len(code)
    parts[-1](code)
    for place in jumps:
        code[place].first = len(code)


def repeat(code: list[Instruction], atom: Part, least: int, most: int | None, *, lazy: bool, number: int) -> None:
    """Write a part so many times; ``number`` is the loop's own, for the place where it last began."""
    for _ in range(least):
        before = len(code)
        atom(code)
        if len(code) == before:  # it reads nothing, however often
            return
        _bounded(code)
    if most is None:
        _loop(code, atom, lazy=lazy, number=number)
        return
    splits = []
    for _ in range(most - least):
        splits.append(len(code))
        code.append(Instruction("split"))
        atom(code)
        _bounded(code)
    for place in splits:
        code[place].first, code[place].other = (len(code), place + 1) if lazy else (place + 1, len(code))


def _loop(code: list[Instruction], atom: Part, *, lazy: bool, number: int) -> None:
    top = len(code)
    code.append(Instruction("split"))
    slot = -number
    code.append(Instruction("save", slot))
    atom(code)
    code.append(Instruction("moved", slot))
    code.append(Instruction("jump", top))
    body, end = top + 1, len(code)
    code[top].first, code[top].other = (end, body) if lazy else (body, end)
    _bounded(code)


def _bounded(code: list[Instruction]) -> None:
    if len(code) > MAX_PROGRAM:
        raise PatternError

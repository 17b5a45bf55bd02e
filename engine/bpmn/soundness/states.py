"""Where the tokens of a level stand, as small numbers, and what a step does to them. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

#: A token is the number of its place and, above these bits, what it carries: the boundary events that wait beside it,
#: or the ways by which tokens have come to a join.
WIDTH = 16
PLACE = (1 << WIDTH) - 1
#: Of an inclusive split with more ways than this, not every combination is tried.
MOST_WAYS = 5
#: Of one with more ways than this, not every two either.
MOST_PAIRED_WAYS = 50


class State(NamedTuple):
    """Where the tokens of a level stand; one at a start event is somebody who may yet enter.

    ``known`` has a bit for every task done that some condition asks for.
    """

    known: int
    tokens: tuple[int, ...]


class Act(NamedTuple):
    """What somebody or something does at a place: ``start``, ``done``, ``due``, ``message`` or ``stay away``."""

    what: str
    place: int
    message: str = ""


class Outcome(NamedTuple):
    """Where a step may lead, and the places that were passed in it."""

    state: State
    passed: tuple[int, ...]


def place_of(token: int) -> int:
    """Return the place of a token."""
    return token & PLACE


def came_by(token: int, way: int) -> bool:
    """Whether a join has got a token by a way in."""
    return bool(token >> WIDTH >> way & 1)


def subsets(free: list[int], *, pairs_do: bool) -> Iterator[tuple[int, ...]]:
    """Yield combinations: all of few; of many, none, each one, each two, all but one and all."""
    count = len(free)
    sizes: Iterator[int] | list[int] = [0, 1, 2] if pairs_do else list(range(count + 1))
    if count > MOST_PAIRED_WAYS:
        sizes = [0, 1, count]
    elif not pairs_do and count > MOST_WAYS:
        sizes = [0, 1, 2, count - 1, count]
    for size in sizes:
        if size <= count:
            yield from combinations(free, size)


def with_token(tokens: tuple[int, ...], token: int) -> tuple[int, ...]:
    """Return the tokens and one more."""
    return tuple(sorted((*tokens, token)))


def without_token(tokens: tuple[int, ...], token: int) -> tuple[int, ...]:
    """Return the tokens but one of this kind."""
    index = tokens.index(token)
    return tokens[:index] + tokens[index + 1 :]

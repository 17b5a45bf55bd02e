"""Names of several words that the language itself has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.feel.library import FUNCTIONS
from engine.feel.nodes import Type
from engine.feel.runtime import Value

LANGUAGE_NAMES = frozenset(FUNCTIONS) | {
    "time offset",
    "start included",
    "end included",
    "days and time duration",
    "years and months duration",
    "date and time",
}


def _no_types(_value: Value, _type: Type) -> bool | None:
    return None


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a DMN model adds: names of members with blanks in them, and types of its own."""

    words: frozenset[str] = frozenset()
    is_instance: Callable[[Value, Type], bool | None] = _no_types

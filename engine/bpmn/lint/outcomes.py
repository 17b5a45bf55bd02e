"""The answers that a condition can have. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from engine.feel import exhaustive
from engine.feel.checks import Fact
from engine.feel.nodes import Node as Part


def logical(part: Part, facts: Mapping[str, Fact]) -> set[Any]:
    """Return the answers that it can have whatever the forms offer; nothing where that cannot be analysed."""
    return here(part, {key: replace(fact, options=frozenset(), nullable=True) for key, fact in facts.items()})


def here(part: Part, facts: Mapping[str, Fact]) -> set[Any]:
    """Return the answers that it can have with what the forms offer; nothing where that cannot be analysed."""
    try:
        return set(exhaustive.answers(part, facts))
    except exhaustive.CannotAnalyse:
        return set()

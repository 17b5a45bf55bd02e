"""What the FEEL texts of a release say that cannot be meant. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from engine.bpmn.lint import known, texts
from engine.bpmn.lint.rule import Remark
from engine.bpmn.parts import Parts
from engine.feel import checks
from engine.feel.checks import Fact
from engine.feel.nodes import Node as Part

#: What the checks of an expression call it, and what the rules do.
_KINDS = {"type": "type", "member": "type", "condition": "type", "option": "option"}


@lru_cache(maxsize=4)
def remarks(parts: Parts) -> tuple[Remark, ...]:
    """Return what cannot be meant.

    Kinds are ``type`` for things that do not fit, ``option`` for what nobody offers, and
    ``constant`` for what never changes.
    """
    return tuple(one for text, part, facts in _read(parts) for one in _of_text(text, part, facts))


@lru_cache(maxsize=4)
def conditions(parts: Parts) -> tuple[tuple[texts.Text, Part, Mapping[str, Fact]], ...]:
    """Return the conditions of flows with which nothing else is wrong, and what is known around each."""
    return tuple(
        (text, part, facts)
        for text, part, facts in _read(parts)
        if text.place == "condition" and not any(True for _ in _of_text(text, part, facts))
    )


def _read(parts: Parts) -> Iterator[tuple[texts.Text, Part, Mapping[str, Fact]]]:
    all_of = {key: one.all for key, one in known.around(parts).items()}
    for text in (*texts.of_diagrams(parts), *texts.of_forms(parts)):
        part = text.read()
        if part is not None:
            yield text, part, all_of[text.model] if text.model else known.around_forms(parts)[text.file]


def _of_text(text: texts.Text, part: Part, facts: Mapping[str, Fact]) -> Iterator[Remark]:
    for one in checks.check(part, facts, condition=text.decides):
        yield text.remark(_KINDS.get(one.rule, one.rule), one.sentence)

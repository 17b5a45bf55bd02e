"""The short texts in which a diagram says what belongs to a task: ``NAME``, or ``NAME: FEEL``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrase:
    """A name, and the expression that qualifies it, if there is one."""

    name: str
    expression: str | None


def phrase(text: str) -> Phrase:
    """Read one phrase; the first colon parts the name from its expression."""
    name, colon, expression = text.partition(":")
    return Phrase(name.strip(), expression.strip() if colon else None)


def phrases(text: str | None) -> tuple[Phrase, ...]:
    """Read phrases that stand one after the other, parted by semicolons outside quotes."""
    return tuple(phrase(part) for part in _parts(text or "") if part.strip())


def _parts(text: str) -> Iterator[str]:
    start, quoted, escaped = 0, False, False
    for index, char in enumerate(text):
        if escaped:
            escaped = False
        elif char == "\\" and quoted:
            escaped = True
        elif char == '"':
            quoted = not quoted
        elif char == ";" and not quoted:
            yield text[start:index]
            start = index + 1
    yield text[start:]

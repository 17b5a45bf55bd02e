"""What can be wrong with an expression, said in Chinese with the place."""

from __future__ import annotations

from engine.core.errors import ShouhuError


class FeelError(ShouhuError):
    """The text is not an expression that can be used.

    ``position`` counts characters from 0; None where the whole text is meant.
    """

    def __init__(self, sentence: str, position: int | None = None) -> None:
        super().__init__(sentence)
        self.position = position


class TooMuch(FeelError):
    """The expression asks for more steps, depth or memory than one may use."""

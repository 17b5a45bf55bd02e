"""The three families of errors; every message is a Chinese sentence that names no child."""

from __future__ import annotations

from collections.abc import Mapping


class ShouhuError(Exception):
    """An error with a sentence for the person who met it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotFound(ShouhuError):
    """There is no such thing, or it is not theirs to see: the two look the same (404)."""


class Refused(ShouhuError):
    """The act does not fit what is there now (409): expected … but …, and what to do next."""


class Invalid(ShouhuError):
    """What was given cannot be accepted (422).

    ``problems`` maps a field's key to its sentence; the empty key is the form as a whole.
    """

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("；".join(problems.values()))
        self.problems = dict(problems)

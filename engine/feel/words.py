"""Names of several words that the language itself has."""

from __future__ import annotations

from engine.feel.library import FUNCTIONS

LANGUAGE_NAMES = frozenset(FUNCTIONS) | {
    "time offset",
    "start included",
    "end included",
    "days and time duration",
    "years and months duration",
    "date and time",
}

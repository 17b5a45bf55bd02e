"""How large and how long an expression and its values may be.

Every bound counts work, never time, so that a replay gives what the first run gave.
A step is about a microsecond.
"""

from __future__ import annotations

MAX_TEXT = 4_000
"""Characters of one expression."""
MAX_NAMES = 100
"""Names of several words that one text may bind itself."""
MAX_DEPTH = 100
"""Nesting of one expression."""
MAX_CALLS = 40
"""Functions that call one another."""
MAX_STEPS = 50_000
"""Work in one evaluation: loop turns, calls, list items and characters looked at."""
MAX_STRING = 100_000
"""Characters of one text."""
MAX_LIST = 10_000
"""Items of one list."""
MAX_VALUE_DEPTH = 40
"""Nesting of a result."""

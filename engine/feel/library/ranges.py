"""How points and ranges lie to one another (DMN 1.5, table 78), and ``range``."""

from __future__ import annotations

from engine.feel.library.registry import Shelf
from engine.feel.runtime import Run, Value


def register(shelf: Shelf) -> None:
    """Put the functions on the shelf."""

    @shelf.add("is(value1: any?, value2: any?)")
    def _is(_run: Run, a: Value, b: Value) -> Value:
        return type(a) is type(b) and a == b

"""Regular expressions that cannot hang (XPath's syntax); filled in by the next slice."""

from __future__ import annotations

from engine.feel.runtime import Run, Value


def search(_run: Run, _text: str, _pattern: str, _flags: str) -> Value:
    return None


def replace(_run: Run, _text: str, _pattern: str, _replacement: str, _flags: str) -> Value:
    return None


def split(_run: Run, _text: str, _delimiter: str) -> Value:
    return None

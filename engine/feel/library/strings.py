"""Functions over texts. Positions count from 1; negative ones from the end."""

# ruff: noqa: C901 - each declared function counts as a branch
from __future__ import annotations

from decimal import Decimal

from engine.feel import limits, patterns
from engine.feel.errors import TooMuch
from engine.feel.library.registry import Shelf
from engine.feel.runtime import Run, Value


def register(shelf: Shelf) -> None:
    """Put the functions on the shelf."""

    @shelf.add("substring(string: string, start position: number, [length: number?])")
    def _substring(run: Run, string: str, start: Decimal, length: Decimal | None = None) -> Value:
        first = int(start) if abs(start) < 10**9 else 0
        if first == 0 or abs(first) > len(string):
            return None if first == 0 else "" if first > 0 else string[: int(length)] if length is not None else string
        begin = first - 1 if first > 0 else len(string) + first
        if length is None:
            return run.text(string[begin:])
        return run.text(string[begin : begin + int(min(length, Decimal(len(string))))]) if length >= 1 else None

    @shelf.add("string length(string: string)")
    def _length(_run: Run, string: str) -> Value:
        return Decimal(len(string))

    @shelf.add("upper case(string: string)")
    def _upper(run: Run, string: str) -> Value:
        return run.text(string.upper())

    @shelf.add("lower case(string: string)")
    def _lower(run: Run, string: str) -> Value:
        return run.text(string.lower())

    @shelf.add("substring before(string: string, match: string)")
    def _before(run: Run, string: str, match: str) -> Value:
        place = string.find(match)
        return run.text(string[:place]) if place > 0 else ""

    @shelf.add("substring after(string: string, match: string)")
    def _after(run: Run, string: str, match: str) -> Value:
        place = string.find(match)
        return run.text(string[place + len(match) :]) if place >= 0 else ""

    @shelf.add("contains(string: string, match: string)")
    def _contains(run: Run, string: str, match: str) -> Value:
        run.spend(len(string) >> 8)
        return match in string

    @shelf.add("starts with(string: string, match: string)")
    def _starts(_run: Run, string: str, match: str) -> Value:
        return string.startswith(match)

    @shelf.add("ends with(string: string, match: string)")
    def _ends(_run: Run, string: str, match: str) -> Value:
        return string.endswith(match)

    @shelf.add("string join(list: list, [delimiter: string?])")
    def _join(run: Run, items: list[Value], delimiter: str | None = None) -> Value:
        texts = [item for item in items if item is not None]
        if not all(isinstance(item, str) for item in texts):
            return None
        run.spend(len(texts))
        if sum(map(len, texts)) > limits.MAX_STRING:
            raise TooMuch(f"文字太长：最多 {limits.MAX_STRING} 个字")
        return run.text((delimiter or "").join(texts))

    _patterns(shelf)


def _patterns(shelf: Shelf) -> None:
    @shelf.add("matches(input: string, pattern: string, [flags: string?])")
    def _matches(run: Run, text: str, pattern: str, flags: str | None = None) -> Value:
        return patterns.search(run, text, pattern, flags or "")

    @shelf.add("replace(input: string, pattern: string, replacement: string, [flags: string?])")
    def _replace(run: Run, text: str, pattern: str, replacement: str, flags: str | None = None) -> Value:
        return patterns.replace(run, text, pattern, replacement, flags or "")

    @shelf.add("split(string: string, delimiter: string)")
    def _split(run: Run, text: str, delimiter: str) -> Value:
        return patterns.split(run, text, delimiter)

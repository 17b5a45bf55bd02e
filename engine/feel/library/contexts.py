"""Functions over contexts."""

# ruff: noqa: C901 - each declared function counts as a branch
from __future__ import annotations

from typing import Any

from engine.feel.library.registry import Shelf
from engine.feel.runtime import Run, Value


def _put(run: Run, context: dict[str, Value], keys: list[Value], value: Value) -> Value:
    if not keys or not isinstance(keys[0], str):
        return None
    run.spend(len(context) + 1)
    if len(keys) == 1:
        return {**context, keys[0]: value}
    below = context.get(keys[0])
    changed = _put(run, below, keys[1:], value) if isinstance(below, dict) else None
    return None if changed is None else {**context, keys[0]: changed}


def _entry(item: Value) -> tuple[str, Value] | None:
    if not isinstance(item, dict) or not isinstance(item.get("key"), str) or "value" not in item:
        return None
    return item["key"], item["value"]


def register(shelf: Shelf) -> None:
    """Put the functions on the shelf."""

    @shelf.add("get value(m: context, key: string)")
    def _get(_run: Run, m: dict[str, Value], key: str) -> Value:
        return m.get(key)

    @shelf.add("get entries(m: context)")
    def _entries(run: Run, m: dict[str, Value]) -> Value:
        run.spend(len(m))
        return [{"key": key, "value": value} for key, value in m.items()]

    @shelf.add("context put(context: context, key: string, value: any?)")
    def _put_key(run: Run, context: dict[str, Value], key: str, value: Value) -> Value:
        return _put(run, context, [key], value)

    @shelf.add("context put(context: context, keys: list, value: any?)")
    def _put_keys(run: Run, context: dict[str, Value], keys: list[Value], value: Value) -> Value:
        return _put(run, context, keys, value) if len(keys) <= 40 else None  # noqa: PLR2004

    @shelf.add("context merge(contexts: list)")
    def _merge(run: Run, contexts: list[Value]) -> Value:
        merged: dict[str, Any] = {}
        for one in contexts:
            if not isinstance(one, dict):
                return None
            run.spend(len(one) + 1)
            merged.update(one)
        return merged

    @shelf.add("context(entries: list)")
    def _context(run: Run, entries: list[Value]) -> Value:
        made: dict[str, Any] = {}
        for item in run.items(entries):
            entry = _entry(item)
            if entry is None or entry[0] in made:
                return None
            made[entry[0]] = entry[1]
        return made

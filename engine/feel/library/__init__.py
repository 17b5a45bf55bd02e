"""The functions that expressions may call: these and no others."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from engine.feel.library import calendar, contexts, conversions, lists, numbers, ranges, strings
from engine.feel.library.registry import Builtin, Shelf

_shelf = Shelf()
for _part in (conversions, numbers, strings, lists, contexts, ranges, calendar):
    _part.register(_shelf)

FUNCTIONS: Mapping[str, Builtin] = MappingProxyType(_shelf.functions)

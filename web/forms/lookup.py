"""Finds areas and units for a form's fields, by way of the services."""

from __future__ import annotations

from typing import Any

from web.forms.page import Lookup
from web.forms.typed import FieldLike
from web.services import Services

MOST = 20
#: Blocks of fields that several forms share, and what a page calls them.
BLOCKS = {"B-CHILD": "儿童信息", "B-GUARD": "监护人信息"}


def lookup_in(services: Services, jurisdiction: str) -> Lookup:
    """Return what finds areas and units of this jurisdiction."""

    def find(field: FieldLike, text: str) -> list[tuple[str, str, str]]:
        if field.kind == "area":
            found: Any = services.directory.areas(jurisdiction, text)
        else:
            found = services.directory.units(jurisdiction, text, getattr(field, "refs", ()))
        return [(one.key, one.name, one.sub) for one in found[:MOST]]

    def words(field: FieldLike, key: str) -> str:
        return str(services.directory.name_of(jurisdiction, key) or key)

    return Lookup(find=find, words=words)


def parts_of(services: Services, jurisdiction: str, form: Any) -> tuple[tuple[str, frozenset[str]], ...]:
    """Return the shared blocks that a form carries, for its page to set apart."""
    keys = frozenset(field.key for field in form.fields)
    blocks = ((title, services.directory.block_keys(jurisdiction, code) & keys) for code, title in BLOCKS.items())
    found = tuple((title, mine) for title, mine in blocks if mine)
    return () if keys == frozenset().union(*(mine for _, mine in found)) else found

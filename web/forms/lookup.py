"""Finds areas and units for a form's fields, by way of the services."""

from __future__ import annotations

from typing import Any

from web.forms.page import Lookup
from web.forms.typed import FieldLike
from web.services import Services

MOST = 20


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

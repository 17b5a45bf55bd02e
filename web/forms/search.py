"""The page that finds an area or a unit and comes back with everything typed."""

from __future__ import annotations

from flask import render_template, request

from web.forms.page import FormPage
from web.forms.typed import name


def search_page(page: FormPage, key: str, *, action: str, hidden: list[tuple[str, str]]) -> str | None:
    """Return the search page of a field; None where the form has no such field.

    ``hidden`` are the names and texts beside the form's own that come back too.
    """
    field = next((one for one in page.form.fields if one.key == key), None)
    if field is None:
        return None
    text = request.form.get("find", page.given.get(f"{name(key)}.text", "")).strip()
    found = page.lookup.find(field, text)
    return render_template("forms/find.html", page=page, f=field, text=text, found=found, action=action, hidden=hidden)

"""Files that come with a form are stored at once, so that a refused form loses none of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO

from flask import request

from engine.core.errors import Invalid, Refused
from web.forms.page import FormPage
from web.forms.typed import name

#: (field, file name, media type, stream) → attachment id
Attach = Callable[[str, str, str, IO[bytes]], object]
#: B-SIG's files, on every task beside the fields of the form
EXTRA = "files"


def take_uploads(page: FormPage, attach: Attach) -> None:
    """Store the files of this request and note their ids in the form; a refused one is named at its field."""
    keys = [field.key for field in page.form.fields if field.kind == "file"]
    if EXTRA not in keys:
        keys.append(EXTRA)
    for key in keys:
        at = name(key)
        for upload in request.files.getlist(at):
            if not upload.filename:
                continue
            try:
                stored = attach(key, upload.filename, upload.mimetype, upload.stream)
            except (Invalid, Refused) as error:
                page.problems[key] = f"“{upload.filename}”未收：{error.sentence}"
            else:
                page.given.add(f"{at}.id", str(stored))
                page.given.add(f"{at}.name", upload.filename)

"""Hands out files: each as an attachment, in a sandbox of its own, whatever a browser would make of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote

from flask import Response

from engine.adapters.sheets import MEDIA_TYPE
from web.words import local

#: What came from outside goes out under its own type only where it is one of these.
HARMLESS = frozenset({"image/jpeg", "image/png", "application/pdf"})


def file_response(content: bytes, media_type: str, name: str, *, made_here: bool = False) -> Response:
    """Answer with a file; what was ``made_here`` keeps its type."""
    known = made_here or media_type in HARMLESS
    response = Response(content, mimetype=media_type if known else "application/octet-stream")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def sheet_response(sheet: Any, now: datetime) -> Response:
    """Answer with a list under a name of codes and a day; ``sheet`` is an ``engine.service.exporting.Sheet``."""
    return file_response(sheet.content(), MEDIA_TYPE, f"{sheet.title}-{local(now):%Y%m%d}.xlsx", made_here=True)

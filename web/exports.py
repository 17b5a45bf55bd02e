"""Hands out a list as a spreadsheet, under a name of codes and a day."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote

from flask import Response

from engine.adapters.sheets import MEDIA_TYPE
from web.words import local


def sheet_response(sheet: Any, now: datetime) -> Response:
    """Answer with a list; ``sheet`` is an ``engine.service.exporting.Sheet``."""
    response = Response(sheet.content(), mimetype=MEDIA_TYPE)
    name = quote(f"{sheet.title}-{local(now):%Y%m%d}.xlsx", safe="")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response

"""暂存: what is typed into a task is kept on the server, by a small script while one types, or by a button.

The page says which version of the draft it has seen; where another device has saved since, nothing is written
over: the answer says so, with when and where, and the person decides.
"""

from __future__ import annotations

from typing import Any

from flask import g, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from engine.core.errors import Refused, ShouhuError
from engine.service.drafts import NewerDraft
from web import words
from web.errors import on_answer
from web.services import Services

SAVE, BEGIN_ANEW = "save", "anew"
#: The field that says which version of the draft the page has seen.
SEEN = "draft"
CONFLICT = 409


class DraftPages:
    """Keeps what is typed into tasks."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def save(self, item_id: int) -> ResponseReturnValue:
        """Keep what the script sends, and answer in a line for the page."""
        on_answer(_refused)
        saved = self.keep(item_id, request.form, request.form.get(SEEN, 0, type=int))
        return jsonify(said=f"已保存 {words.local(saved.at):%H:%M}", version=saved.version)

    def keep(self, item_id: int, given: MultiDict[str, str], seen: int) -> Any:
        """Keep what is typed on this page over the version that it has seen."""
        return self._services.drafts.save(g.acting, item_id, typed(given), seen=seen, where=_device())


def typed(form: MultiDict[str, str]) -> list[tuple[str, str]]:
    """Return the texts of a form's fields; tokens and buttons are none."""
    return [(name, text) for name, text in form.items(multi=True) if name.startswith("f.")]


def _refused(error: ShouhuError, status: int) -> ResponseReturnValue:
    newer = error.draft.version if isinstance(error, NewerDraft) else None
    return jsonify(said=f"{error.sentence}。", version=newer), CONFLICT if isinstance(error, Refused) else status


def _device() -> str:
    """Return what kind of device asks, in a word: enough to know which of one's own it was."""
    return "手机" if "Mobi" in request.headers.get("User-Agent", "") else "电脑"

"""跟进日期: a day of one's own on which an item stands on top of the list; it changes no limit."""

from __future__ import annotations

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from engine.core.errors import Invalid, ShouhuError
from web import words
from web.errors import on_refusal
from web.forms.typed import Unreadable, day_of_text
from web.inbox.task import TaskPages
from web.services import Services


class FollowUpPages:
    """Sets and drops the day from the task page."""

    def __init__(self, services: Services, tasks: TaskPages) -> None:
        self._services = services
        self._tasks = tasks

    def set(self, item_id: int) -> ResponseReturnValue:
        on_refusal(lambda error: self._again(item_id, error))
        text, note = request.form.get("on_day", "").strip(), request.form.get("note", "").strip()
        if not text:
            self._services.follow_ups.drop(g.acting, item_id)
            flash("跟进日期已取消。", "good")
            return redirect(url_for("inbox.item", item_id=item_id))
        try:
            on_day = day_of_text(text)
        except Unreadable as unreadable:
            raise Invalid({"on_day": str(unreadable)}) from unreadable
        self._services.follow_ups.set(g.acting, item_id, on_day, note)
        flash(f"{words.week_date(on_day, self._services.clock())}跟进，届时列在待办最前；时限不变。", "good")
        return redirect(url_for("inbox.item", item_id=item_id))

    def _again(self, item_id: int, error: ShouhuError) -> str:
        """Show the item again with the day and the note as they were typed."""
        problems = error.problems if isinstance(error, Invalid) else {"on_day": error.sentence}
        typed = {name: request.form.get(name, "") for name in ("on_day", "note")}
        return self._tasks.page(item_id, follow={**typed, "problem": "，".join(problems.values())})

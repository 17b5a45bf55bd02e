"""The calendar of working days, for policy officers: what is published, a year, and loading the next one.

Loading has two steps, and nothing is kept on the server between them: the file is read and told what it
would change; the page carries it, signed, to the confirmation, where the service reads it again.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.core.errors import Invalid, NotFound, ShouhuError
from engine.service.exporting import Sheet
from web import draft, once
from web.calendars.months import days, months, rests
from web.errors import on_refusal
from web.exports import sheet_response
from web.services import Services

#: Who looks after the calendars; the service says the same again.
DUTIES = frozenset({"policy_officer", "administrator"})
PURPOSE = "calendar"
FILE, DRAFT, SEEN = "file", "draft", "seen"
CONFIRM, PREVIEW = "confirm", "preview"


def make_blueprint(services: Services) -> Blueprint:
    """Build /calendars."""
    bp = Blueprint("calendars", __name__, template_folder="templates")
    pages = CalendarPages(services)
    bp.add_url_rule("/calendars", "index", pages.index)
    bp.add_url_rule("/calendars", "load", pages.load, methods=["POST"])
    bp.add_url_rule("/calendars/<int:year>", "year", pages.year)
    bp.add_url_rule("/calendars/<int:year>/sheet", "sheet", pages.sheet)
    bp.before_request(_theirs)
    return bp


def _theirs() -> None:
    """Answer anybody else as if there were no such page."""
    if not g.acting.duties & DUTIES:
        raise NotFound("没有这一页")


class CalendarPages:
    """The years with their source; what a file would change; the change."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def index(self) -> ResponseReturnValue:
        return self._index()

    def sheet(self, year: int) -> ResponseReturnValue:
        view = self._services.calendars.year(g.acting, year)
        kinds = (("放假", view.off), ("周末上班", view.work))
        cells = sorted((day, kind, words) for kind, days in kinds for day, words in days)
        sheet = Sheet(title=f"工作日历 {year}", columns=("日期", "安排", "说明"), rows=cells)
        return sheet_response(sheet, self._services.clock())

    def year(self, year: int) -> ResponseReturnValue:
        view = self._services.calendars.year(g.acting, year)
        off, work = dict(view.off), dict(view.work)
        return render_template(
            "calendars/year.html",
            view=view,
            months=months(year, off, work),
            rests=rests(year, off, work, off),
            shifts=days(year, work),
        )

    def load(self) -> ResponseReturnValue:
        """Show what a file would change, or do what was shown."""
        if (target := once.led_to()) is not None:
            return redirect(target)
        on_refusal(self._again)
        name, content = _given()
        if request.form.get("do") != CONFIRM:
            return _preview(self._services.calendars.preview(g.acting, content, name), name, content)
        seen = request.form.get(SEEN, 0, type=int)
        done = self._services.calendars.load(g.acting, content, name, seen=seen)
        flash(said(done), "good")
        return redirect(once.remember(url_for("calendars.year", year=done.year)))

    def _again(self, error: ShouhuError) -> str:
        upload = request.files.get(FILE)
        problems = error.problems if isinstance(error, Invalid) else {"": error.sentence}
        return self._index(problem="；".join(problems.values()), name=upload.filename if upload else "")

    def _index(self, *, problem: str = "", name: str | None = "") -> str:
        shown = self._services.calendars.years(g.acting)
        return render_template("calendars/index.html", shown=shown, problem=problem, name=name, once=once.new_token())


def _given() -> tuple[str, bytes]:
    """Return name and content of the chosen file, or of the one that the preview carried."""
    upload = request.files.get(FILE)
    if upload is not None and upload.filename:
        content = upload.stream.read(draft.LARGEST + 1)
        if len(content) > draft.LARGEST:
            raise Invalid({FILE: "文件超过 64 千字节，不像是一年的放假安排，请核对是不是选错了文件"})
        return upload.filename, content
    if request.form.get(DRAFT):
        return draft.opened(str(current_app.secret_key), PURPOSE, request.form[DRAFT])
    raise Invalid({FILE: "还没有选择文件，请先选择再预览"})


def _preview(preview: Any, name: str, content: bytes) -> str:
    return render_template(
        "calendars/preview.html",
        preview=preview,
        moves=sorted(preview.moves, key=_soonest),
        moved=sum(one.old != one.new for one in preview.moves),
        made_final=sum(one.was_provisional and not one.is_provisional for one in preview.moves),
        name=name,
        changes=_changes(preview),
        draft=draft.sealed(str(current_app.secret_key), PURPOSE, name, content),
        once=once.new_token(),
    )


def _soonest(move: Any) -> tuple[bool, datetime, str]:
    at = move.new or move.old
    return at is None, at or datetime.max.replace(tzinfo=UTC), move.case_number


def _changes(preview: Any) -> list[tuple[str, list[str]]]:
    """Return what changes in the year; of a year that is new, how it is planned."""
    year, new = preview.year, "新增" if preview.replaces else ""
    free = days(year, preview.added_off) if new else rests(year, preview.added_off, preview.added_work, preview.names)
    plan = [
        (f"{new}放假", free),
        (f"{new}周末上班", days(year, preview.added_work)),
        ("不再放假", days(year, preview.removed_off)),
        ("不再周末上班", days(year, preview.removed_work)),
    ]
    return [(title, listed) for title, listed in plan if listed]


def said(done: Any) -> str:
    """Return what loading a year has done, in a sentence."""
    if done.same and not done.cases and not done.failed:
        return f"{done.year}年的放假安排与现行的相同，没有变化。"
    parts = [f"{done.year}年放假安排已生效"]
    if done.cases:
        parts.append(
            f"{done.cases}个个案的时限已重新推算：{done.moved}件到期时间有变，{done.made_final}件由暂定转为确定"
        )
    else:
        parts.append("没有在办事项的时限因此变动")
    failed = f"有{done.failed}个个案没有推算成功，已列为异常，请通知管理员处理。" if done.failed else ""
    return "，".join(parts) + "。" + failed

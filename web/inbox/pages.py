"""The lists of 待办, claiming and releasing; the task page is in `task.py`, reporting in `report.py`."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web import words
from web.cases.pages import together
from web.inbox.limits import LimitPages
from web.inbox.report import ReportPages
from web.inbox.task import TaskPages
from web.services import Services

VIEWS = {"mine": "我的待办", "unit": "本单位待签收", "working": "本单位在办", "done": "已办"}
SORTS = {"due": "先到期在前", "new": "新到在前"}
GROUPS = {
    "over": ("已超期", "请优先办理"),
    "near": ("临期", "已用去时限的八成，或者须立即办理"),
    "ok": ("时限内", ""),
    "hold": ("已中止计时", "恢复前不计入时限"),
    "none": ("无时限", "等待外部，或者文件未规定时限"),
}
PAGE = 50
#: Nobody turns as many pages; what an address asks for beyond is not counted off in the database.
LAST_PAGE = 1_000


def make_blueprint(services: Services) -> Blueprint:
    """Build 待办, the task page, 报告情况 and the notices."""
    bp = Blueprint("inbox", __name__, template_folder="templates")
    lists, tasks, reports = InboxPages(services), TaskPages(services), ReportPages(services)
    limits = LimitPages(services)
    bp.add_url_rule("/", "home", lists.home)
    bp.add_url_rule("/inbox", "show", lists.show)
    bp.add_url_rule("/notices", "notices", lists.notices)
    bp.add_url_rule("/notices/read", "read_notices", lists.read_notices, methods=["POST"])
    bp.add_url_rule("/items/<int:item_id>", "item", tasks.show)
    bp.add_url_rule("/items/<int:item_id>", "work", tasks.work, methods=["POST"])
    bp.add_url_rule("/items/<int:item_id>/claim", "claim", tasks.claim, methods=["POST"])
    bp.add_url_rule("/items/<int:item_id>/release", "release", tasks.release, methods=["POST"])
    bp.add_url_rule("/items/<int:item_id>/limit/<verb>", "limit", limits.show)
    bp.add_url_rule("/items/<int:item_id>/limit/<verb>", "change_limit", limits.change, methods=["POST"])
    bp.add_url_rule("/report", "report", reports.show)
    bp.add_url_rule("/report", "hand_in", reports.hand_in, methods=["POST"])
    return bp


class InboxPages:
    """What waits for whom."""

    def __init__(self, services: Services) -> None:
        self._inbox = services.inbox
        self._clock = services.clock

    def home(self) -> ResponseReturnValue:
        return redirect(url_for("inbox.show"))

    def show(self) -> ResponseReturnValue:
        view = _one_of(VIEWS, "view")
        sort = _one_of(SORTS, "sort")
        only = request.args.get("limit")
        procedure = request.args.get("procedure") or None
        number = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
        rows = self._inbox.items(g.acting, view=view, procedure=procedure, sort=sort, page=number)
        limits = [(row, words.limit_of(row, self._clock())) for row in rows]
        return render_template(
            "inbox/list.html",
            views=VIEWS,
            sorts=SORTS,
            view=view,
            sort=sort,
            procedure=procedure,
            procedures=self._inbox.procedures(g.acting),
            counts=self._inbox.counts(g.acting),
            groups=grouped(limits, only=only, flat=view == "done" or sort != "due"),
            only=only if only in GROUPS else None,
            page=number,
            more=len(rows) >= PAGE,
        )

    def notices(self) -> ResponseReturnValue:
        groups = together(self._inbox.notices(g.acting), lambda one: (one.case_id, one.work_item_id or one.id))
        return render_template(
            "inbox/notices.html",
            unread=[group for group in groups if any(one.read_at is None for one in group)],
            read=[group for group in groups if all(one.read_at for one in group)],
        )

    def read_notices(self) -> ResponseReturnValue:
        self._inbox.read_notices(g.acting)
        flash("通知已全部标为已阅。", "good")
        return redirect(url_for("inbox.notices"))


def _one_of(known: dict[str, str], name: str) -> str:
    """Return what the address asks for, or the first of what there is."""
    asked = request.args.get(name, "")
    return asked if asked in known else next(iter(known))


def grouped(limits: list[tuple[Any, words.Limit]], *, only: str | None, flat: bool) -> list[dict[str, Any]]:
    """Put the rows under 已超期, 临期, 时限内, 已中止计时 and 无时限; one list where they are not by due time."""
    placed = [one for one in limits if only not in GROUPS or one[1].group == only]
    if flat:
        return [{"title": "", "note": "", "rows": placed}] if placed else []
    return [
        {"title": title, "note": note, "rows": inside}
        for key, (title, note) in GROUPS.items()
        if (inside := [one for one in placed if one[1].group == key])
    ]

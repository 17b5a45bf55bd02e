"""The addresses of 待办, claiming and the notices: `lists.py` shows lists, `task.py` one item, `report.py` 报告情况."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from web.cases.pages import together
from web.exports import sheet_response
from web.inbox.acts import ActPages
from web.inbox.bulk import BulkPages
from web.inbox.correcting import CorrectionPages
from web.inbox.drafts import DraftPages
from web.inbox.followups import FollowUpPages
from web.inbox.limits import LimitPages
from web.inbox.lists import ListPages
from web.inbox.report import ReportPages
from web.inbox.task import TaskPages
from web.services import Services


def make_blueprint(services: Services) -> Blueprint:
    """Build 待办, the task page, 报告情况 and the notices."""
    bp = Blueprint("inbox", __name__, template_folder="templates")
    drafts = DraftPages(services)
    lists, tasks, reports = ListPages(services), TaskPages(services, drafts), ReportPages(services)
    limits, notices, follow_ups = LimitPages(services), NoticePages(services), FollowUpPages(services, tasks)
    bp.add_url_rule("/", "home", lists.home)
    bp.add_url_rule("/inbox", "show", lists.show)
    bp.add_url_rule("/inbox/sheet", "sheet", lists.sheet)
    bp.add_url_rule("/notices/sheet", "notices_sheet", notices.sheet)
    bp.add_url_rule("/inbox/find", "find", lists.find, methods=["POST"])
    bp.add_url_rule("/inbox/filters", "keep_filter", lists.keep, methods=["POST"])
    bp.add_url_rule("/inbox/filters/<int:filter_id>/drop", "drop_filter", lists.drop, methods=["POST"])
    bp.add_url_rule("/inbox/filters/<int:filter_id>/default", "open_with", lists.open_with, methods=["POST"])
    bp.add_url_rule("/items/<int:item_id>/draft", "save_draft", drafts.save, methods=["POST"])
    bp.add_url_rule("/items/<int:item_id>/follow-up", "follow_up", follow_ups.set, methods=["POST"])
    bp.add_url_rule("/notices", "notices", notices.show)
    bp.add_url_rule("/notices/read", "read_notices", notices.read, methods=["POST"])
    bp.add_url_rule("/items/<int:item_id>", "item", tasks.show)
    bp.add_url_rule("/items/<int:item_id>", "work", tasks.work, methods=["POST"])
    bp.add_url_rule("/items/<int:item_id>/claim", "claim", tasks.claim, methods=["POST"])
    bp.add_url_rule("/items/<int:item_id>/release", "release", tasks.release, methods=["POST"])
    bp.add_url_rule("/items/<int:item_id>/limit/<verb>", "limit", limits.show)
    bp.add_url_rule("/items/<int:item_id>/limit/<verb>", "change_limit", limits.change, methods=["POST"])
    _add_acts(bp, services)
    bp.add_url_rule("/report", "report", reports.show)
    bp.add_url_rule("/report", "hand_in", reports.hand_in, methods=["POST"])
    return bp


def _add_acts(bp: Blueprint, services: Services) -> None:
    """Add the pages of what is done with items beside doing them."""
    acts, bulk, corrections = ActPages(services), BulkPages(services), CorrectionPages(services)
    bp.add_url_rule("/desk", "desk", acts.desk)
    bp.add_url_rule("/items/<int:item_id>/act/<verb>", "act", acts.show)
    bp.add_url_rule("/items/<int:item_id>/act/<verb>", "do_act", acts.do, methods=["POST"])
    bp.add_url_rule("/acts/<int:act_id>", "answer", acts.show_answer)
    bp.add_url_rule("/acts/<int:act_id>", "do_answer", acts.answer, methods=["POST"])
    bp.add_url_rule("/items/<int:item_id>/correct", "correction", corrections.show)
    bp.add_url_rule("/items/<int:item_id>/correct", "correct", corrections.correct, methods=["POST"])
    bp.add_url_rule("/inbox/bulk", "do_bulk", bulk.do, methods=["POST"])


class NoticePages:
    """What the units were told."""

    def __init__(self, services: Services) -> None:
        self._inbox = services.inbox
        self._notices = services.notices
        self._clock = services.clock

    def show(self) -> ResponseReturnValue:
        groups = together(self._inbox.notices(g.acting), lambda one: (one.case_id, one.work_item_id or one.id))
        return render_template(
            "inbox/notices.html",
            unread=[group for group in groups if any(one.read_at is None for one in group)],
            read=[group for group in groups if all(one.read_at for one in group)],
            mornings=self._notices.mornings(g.acting),
        )

    def sheet(self) -> ResponseReturnValue:
        return sheet_response(self._inbox.notices_sheet(g.acting), self._clock())

    def read(self) -> ResponseReturnValue:
        self._notices.opened_all(g.acting)
        self._inbox.read_notices(g.acting)
        flash("通知已全部标为已阅。", "good")
        return redirect(url_for("inbox.notices"))

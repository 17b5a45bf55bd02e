"""文书: the papers of a unit, one paper with what was done with it, its print view and its file."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.core import papers as rules
from engine.core.errors import Invalid, NotFound, ShouhuError
from web.errors import on_refusal
from web.exports import file_response
from web.forms.typed import Unreadable, instant_of_text
from web.services import Services

STATES = {
    rules.MADE: "待打印",
    rules.PRINTED: "已打印",
    rules.SIGNED: "已签",
    rules.SERVED: "已送达",
    rules.FILED: "已归档",
}
#: What the list is asked for: what waits in each state, and what comes next.
WAITING = {
    rules.MADE: "待打印",
    rules.PRINTED: "待签名",
    rules.SIGNED: "待送达",
    rules.SERVED: "待归档",
    rules.FILED: "已归档",
}
MARKS = {
    rules.MADE: "st-wait",
    rules.PRINTED: "st-near",
    rules.SIGNED: "st-near",
    rules.SERVED: "st-ok",
    rules.FILED: "st-done",
}
ACTS = {
    rules.ISSUE: "出具",
    rules.SIGN: "登记签名件",
    rules.SERVE: "登记送达",
    rules.FILE: "归档",
    rules.MOVE: "移存原件",
}
DONE = {
    rules.SIGN: "签名件已收存。",
    rules.SERVE: "送达情况已登记。",
    rules.FILE: "已归档。",
    rules.MOVE: "原件存放处已更新。",
}
#: What a button says that does something; anything else shows the page again, filled.
DO = "do_it"
FIELDS = ("receiver", "relation", "way", "received_at", "witness", "place", "reason", "note")


def make_blueprint(services: Services) -> Blueprint:
    """Build /papers."""
    bp = Blueprint("papers", __name__, template_folder="templates")
    pages = PaperPages(services)
    bp.add_url_rule("/papers", "index", pages.index)
    bp.add_url_rule("/papers/<int:paper_id>", "show", pages.show)
    bp.add_url_rule("/papers/<int:paper_id>/issue", "issue", pages.issue, methods=["POST"])
    bp.add_url_rule("/papers/<int:paper_id>/<act>", "act", pages.act, methods=["POST"])
    bp.add_url_rule("/papers/<int:paper_id>/print/<int:version>", "sheet", pages.sheet)
    bp.add_url_rule("/papers/<int:paper_id>/docx/<int:version>", "docx", pages.docx)
    bp.add_url_rule("/papers/<int:paper_id>/scans/<int:attachment_id>", "scan", pages.scan)
    return bp


class PaperPages:
    """Papers, as the unit that made them deals with them and others read them."""

    def __init__(self, services: Services) -> None:
        self._papers = services.papers
        self._clock = services.clock

    def index(self) -> ResponseReturnValue:
        asked = request.args.get("state", "")
        state = asked if asked in WAITING else rules.MADE
        return render_template(
            "papers/list.html",
            state=state,
            steps=WAITING,
            counts=self._papers.counts(g.acting),
            lines=self._papers.lines(g.acting, state),
        )

    def show(self, paper_id: int) -> ResponseReturnValue:
        return self._render(paper_id)

    def issue(self, paper_id: int) -> ResponseReturnValue:
        on_refusal(lambda error: self._again(paper_id, rules.ISSUE, error))
        if request.form.get("do") != DO:
            return self._render(paper_id, act=rules.ISSUE)
        version = self._papers.issue(g.acting, paper_id, seen=_seen(), reason=_typed("reason"))
        flash(f"已出具第{version}版。请打印，交有关人员签名或者盖章。", "good")
        return redirect(url_for("papers.show", paper_id=paper_id))

    def act(self, paper_id: int, act: str) -> ResponseReturnValue:
        if act not in DONE:
            raise NotFound("没有这一页")
        on_refusal(lambda error: self._again(paper_id, act, error))
        if request.form.get("do") != DO:
            return self._render(paper_id, act=act)
        details = {key: _typed(key) for key in FIELDS}
        if details["received_at"]:
            details["received_at"] = _instant(details["received_at"])
        upload = request.files.get("scan")
        scan = (upload.filename, upload.stream) if upload is not None and upload.filename else None
        self._papers.act(g.acting, paper_id, act, details, seen=_seen(), scan=scan)
        flash(DONE[act], "good")
        return redirect(url_for("papers.show", paper_id=paper_id))

    def sheet(self, paper_id: int, version: int) -> ResponseReturnValue:
        name, blocks = self._papers.sheet(g.acting, paper_id, version)
        return render_template("papers/print.html", name=name, blocks=blocks, paper_id=paper_id, version=version)

    def docx(self, paper_id: int, version: int) -> ResponseReturnValue:
        paper = self._papers.content(g.acting, paper_id, version)
        return file_response(paper.content, paper.media_type, paper.name, made_here=True)

    def scan(self, paper_id: int, attachment_id: int) -> ResponseReturnValue:
        scan = self._papers.scan(g.acting, paper_id, attachment_id)
        return file_response(scan.content, scan.media_type, scan.name)

    def _again(self, paper_id: int, act: str, error: ShouhuError) -> str:
        problems = error.problems if isinstance(error, Invalid) else {}
        return self._render(paper_id, act=act, problems=problems, refusal="" if problems else error.sentence)

    def _render(self, paper_id: int, **tried: Any) -> str:
        given = {"act": "", "problems": {}, "refusal": "", **tried}
        return render_template(
            "papers/paper.html",
            view=self._papers.paper(g.acting, paper_id),
            states=STATES,
            marks=MARKS,
            acts=ACTS,
            typed={key: request.form.get(key, "") for key in FIELDS},
            **given,
        )


def _instant(text: str) -> str:
    try:
        return instant_of_text(text).isoformat()
    except Unreadable as unreadable:
        raise Invalid({"received_at": str(unreadable)}) from unreadable


def _typed(name: str) -> str:
    return request.form.get(name, "").strip()


def _seen() -> int:
    return request.form.get("seen", -1, type=int)

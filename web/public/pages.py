"""The public report and its receipt. Nobody signs in, nothing about a case is ever shown."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter
from werkzeug.datastructures import MultiDict

from engine.core.errors import Invalid, NotFound, Refused, ShouhuError
from web import once
from web.errors import on_refusal
from web.forms.lookup import lookup_in
from web.forms.page import FormPage
from web.services import Services

PROCEDURE, CODE = "P01", "P01-T2c"
#: What the citizen is not asked: it came by the page, and the unit of the place receives it.
CHANNEL, RECEIVER, PLACE, STORY = "channel", "received_by", "place", "narrative"
OTHER_CHANNEL = "其他"
STEPS = ("已收到", "已受理", "已处置")


def make_blueprint(services: Services, limiter: Limiter) -> Blueprint:
    """Build /public."""
    pages = PublicPages(services)
    bp = Blueprint("public", __name__, template_folder="templates", url_prefix="/public")
    hand_in = limiter.limit("10 per minute; 100 per hour")(pages.hand_in)
    look_up = limiter.limit("20 per minute; 200 per hour")(pages.look_up)
    bp.add_url_rule("/", "home", pages.home)
    bp.add_url_rule("/<jurisdiction>/report", "report", pages.show)
    bp.add_url_rule("/<jurisdiction>/report", "hand_in", hand_in, methods=["POST"])
    bp.add_url_rule("/receipt", "receipt", pages.receipt)
    bp.add_url_rule("/receipt", "look_up", look_up, methods=["POST"])
    return bp


class PublicPages:
    """What anybody may do: report, and ask whether the report was dealt with."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._directory = services.directory

    def home(self) -> ResponseReturnValue:
        return render_template("public/home.html", jurisdictions=self._directory.jurisdictions())

    def show(self, jurisdiction: str) -> ResponseReturnValue:
        return self._render(jurisdiction, self._page(jurisdiction, MultiDict()))

    def hand_in(self, jurisdiction: str) -> ResponseReturnValue:
        if (target := once.led_to()) is not None:
            return redirect(target)
        page = self._page(jurisdiction, MultiDict(request.form.items(multi=True)))
        if request.form.get("do", "update") != "complete":
            return self._render(jurisdiction, page)

        def again(error: ShouhuError) -> str:
            page.take(error)
            return self._render(jurisdiction, page, error.sentence if isinstance(error, Refused) else "")

        on_refusal(again)
        answers = self._answers(jurisdiction, page)
        now = self._services.clock()
        problems = page.faults(answers, now)
        if problems:
            raise Invalid(problems)
        code = self._services.reports.report_public(jurisdiction, PROCEDURE, answers, {}, press=once.token())
        once.remember(url_for("public.receipt", again=1))
        return render_template("public/receipt.html", code=spaced(code), state=STEPS[0], steps=STEPS, at=now)

    def receipt(self) -> ResponseReturnValue:
        return render_template("public/look_up.html", again="again" in request.args)

    def look_up(self) -> ResponseReturnValue:
        typed = request.form.get("code", "")

        def again(_error: ShouhuError) -> str:
            problem = "没有这个回执号。回执号是八组、每组四位的数字和字母（a 至 f），请核对；遗失的可以再次报告"
            return render_template("public/look_up.html", typed=typed, problem=problem)

        on_refusal(again)
        state = self._services.receipts.look_up(re.sub(r"[\s\-]", "", typed).lower())
        return render_template("public/receipt.html", code=None, state=str(state), steps=STEPS, at=None)

    def _page(self, jurisdiction: str, given: MultiDict[str, str]) -> FormPage:
        if jurisdiction not in dict(self._directory.jurisdictions()):
            raise NotFound("没有这个地区的报告页面")
        return FormPage(
            form=self._directory.form(jurisdiction, CODE),
            context=self._directory.context(jurisdiction),
            lookup=lookup_in(self._services, jurisdiction),
            given=given,
        )

    def _answers(self, jurisdiction: str, page: FormPage) -> dict[str, Any]:
        """Read the answers, add what the citizen is not asked, and put the place's detail before the story."""
        answers = page.answers()
        keys = {field.key: field for field in page.form.fields}
        detail, story = request.form.get("detail", "").strip(), answers.get(STORY)
        if detail and story:
            answers[STORY] = f"地点：{detail}。{story}"
        if CHANNEL in keys:
            answers.setdefault(CHANNEL, OTHER_CHANNEL)
        if RECEIVER in keys:
            receiver = self._directory.serving(jurisdiction, keys[RECEIVER].refs, answers.get(PLACE))
            answers |= {RECEIVER: receiver} if receiver else {}
        return answers

    def _render(self, jurisdiction: str, page: FormPage, refusal: str = "") -> str:
        return render_template(
            "public/report.html",
            jurisdiction=jurisdiction,
            page=page,
            refusal=refusal,
            fields={field.key: field for field in page.form.fields},
            places=self._directory.places(jurisdiction),
            detail=request.form.get("detail", ""),
            once=once.new_token(),
        )


def spaced(code: str) -> str:
    """Write a receipt code in groups of four, easy to copy by hand."""
    plain = re.sub(r"[^0-9A-Za-z]", "", code).upper()
    return " ".join(plain[at : at + 4] for at in range(0, len(plain), 4))

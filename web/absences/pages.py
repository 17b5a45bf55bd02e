"""请假与代办: one page to record an absence, see those that run or come, and end one early."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.core.errors import Invalid, ShouhuError
from web import once
from web.errors import on_refusal
from web.forms.typed import Unreadable, day_of_text
from web.services import Services

DO = "do_it"
TYPED = ("person", "substitute", "first", "last")
LONGEST = 18


def make_blueprint(services: Services) -> Blueprint:
    """Build /absences."""
    bp = Blueprint("absences", __name__, template_folder="templates")
    pages = AbsencePages(services)
    bp.add_url_rule("/absences", "index", pages.index)
    bp.add_url_rule("/absences", "record", pages.record, methods=["POST"])
    bp.add_url_rule("/absences/<int:absence_id>/end", "end", pages.end, methods=["POST"])
    return bp


class AbsencePages:
    """Who is away."""

    def __init__(self, services: Services) -> None:
        self._absences = services.absences

    def index(self) -> ResponseReturnValue:
        return self._render()

    def record(self) -> ResponseReturnValue:
        """Record it; what is risky is shown first and done when it is confirmed."""
        if (target := once.led_to()) is not None:
            return redirect(target)
        on_refusal(lambda error: self._render(error=error))
        if request.form.get("do") != DO:
            return self._render()
        first, last = _days()
        warned = self._absences.record(
            g.acting,
            _number("person") or g.acting.person_id,
            _number("substitute") or None,
            first=first,
            last=last,
            procedures=request.form.getlist("procedure"),
            confirmed="confirmed" in request.form,
        )
        if warned:
            return self._render(warned=warned)
        flash("请假已登记，到期自动结束。", "good")
        return redirect(once.remember(url_for("absences.index")))

    def end(self, absence_id: int) -> ResponseReturnValue:
        self._absences.end(g.acting, absence_id)
        flash("请假已提前结束，代办随之停止。", "good")
        return redirect(url_for("absences.index"))

    def _render(self, *, warned: list[str] | None = None, error: ShouhuError | None = None) -> str:
        problems = error.problems if isinstance(error, Invalid) else {}
        return render_template(
            "absences/index.html",
            all=self._absences.arrangements(g.acting),
            typed={name: request.form.get(name, "") for name in TYPED},
            chosen=set(request.form.getlist("procedure")),
            warned=warned or [],
            problems=problems,
            refusal=error.sentence if error is not None and not problems else "",
            once=once.new_token(),
        )


def _days() -> tuple[date, date]:
    """Return the first and the last day.

    Raises:
        Invalid: by field.
    """
    problems: dict[str, str] = {}
    days: dict[str, Any] = {}
    for name, label in (("first", "开始日期"), ("last", "结束日期")):
        text = request.form.get(name, "").strip()
        try:
            days[name] = day_of_text(text) if text else None
        except Unreadable as unreadable:
            problems[name] = str(unreadable)
        if not text:
            problems[name] = f"请填写{label}"
    if problems:
        raise Invalid(problems)
    return days["first"], days["last"]


def _number(name: str) -> int:
    text = request.form.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST else 0

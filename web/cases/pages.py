"""Pages of a case: what happened, what runs, papers and files, the child's file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from web import words
from web.cases.diagrams import diagrams
from web.cases.events import EventPages
from web.errors import on_refusal
from web.exports import file_response, sheet_response
from web.headers import allow_diagram
from web.papers.pages import STATES
from web.services import Services

#: How much of the story is told at once; the rest unfolds.
FIRST = 15
#: A line that tells one unit something; those of the same moment differ in the unit alone.
TOLD = re.compile(r"(.*，(?:通知|提醒|报告|告知))([^，]+)")
#: What looks like the number of an identity card or a passport, and not like ours.
CARD = re.compile(r"[0-9A-Za-z]{8,20}")


def make_blueprint(services: Services) -> Blueprint:
    """Build /cases, /children and /files."""
    bp = Blueprint("cases", __name__, template_folder="templates")
    pages, events = CasePages(services), EventPages(services)
    bp.add_url_rule("/cases", "index", pages.index, methods=["GET", "POST"])
    bp.add_url_rule("/cases/sheet", "sheet", pages.sheet, methods=["POST"])
    bp.add_url_rule("/cases/<int:case_id>/timeline/sheet", "timeline_sheet", pages.timeline_sheet)
    bp.add_url_rule("/cases/<int:case_id>", "show", pages.show)
    bp.add_url_rule("/cases/<int:case_id>/answers", "answers", pages.answers)
    bp.add_url_rule("/cases/<int:case_id>/events/<event>", "event", events.show)
    bp.add_url_rule("/cases/<int:case_id>/events/<event>", "say", events.say, methods=["POST"])
    bp.add_url_rule("/children/<int:child_id>", "child", pages.child)
    bp.add_url_rule("/files/<int:attachment_id>", "file", pages.file)
    return bp


class CasePages:
    """What is known of a case and a child."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def index(self) -> ResponseReturnValue:
        text = request.values.get("q", "").strip()
        if request.method == "GET" and CARD.fullmatch(text):
            text = ""  # the number of a card comes by the form alone: addresses are kept in too many places
        on_refusal(lambda error: render_template("cases/index.html", text=text, found=[], refusal=error.sentence))
        # By a name one searches by the form alone, for the same reason.
        children = self._services.finding.find(g.acting, text) if request.method == "POST" and text else None
        found = self._services.cases.search(g.acting, text)
        return render_template("cases/index.html", text=text, found=found, children=children)

    def sheet(self) -> ResponseReturnValue:
        """Hand out the list of a search; what was looked for comes by the form, as it did for the page."""
        text = request.form.get("q", "").strip()
        return sheet_response(self._services.cases.sheet(g.acting, text), self._services.clock())

    def timeline_sheet(self, case_id: int) -> ResponseReturnValue:
        return sheet_response(self._services.cases.timeline_sheet(g.acting, case_id), self._services.clock())

    def show(self, case_id: int) -> ResponseReturnValue:
        allow_diagram()
        view = self._services.cases.case(g.acting, case_id)
        now = self._services.clock()
        told = latest_first(told_once(view.timeline))
        return render_template(
            "cases/case.html",
            view=view,
            paper_states=STATES,
            limits=self._services.limits.of_case(g.acting, case_id),
            acts=self._services.acts.of_case(g.acting, case_id),
            days=by_day(told[:FIRST], now),
            earlier=by_day(told[FIRST:], now),
            count=len(told),
            first=FIRST,
            diagrams=diagrams(view, now),
            soonest=min((row for row in view.items if row.due_at), key=lambda row: row.due_at, default=None),
            items=sorted(view.items, key=lambda row: (row.due_at is None, row.due_at or row.opened_at)),
            my_units={unit.name for unit in g.acting.units},
            mine=[row for row in view.items if row.holder_id == g.acting.person_id],
            opened=self._services.notices.readings(g.acting, case_id),
            notices=together(view.notices, lambda one: (one.sentence, one.at)),
            readers=together(view.readers, lambda one: (one.name, one.unit, one.what, words.day(one.at, now))),
        )

    def answers(self, case_id: int) -> ResponseReturnValue:
        number, submitted = self._services.submissions.of_case(g.acting, case_id)
        return render_template("cases/answers.html", case_id=case_id, number=number, submitted=submitted)

    def child(self, child_id: int) -> ResponseReturnValue:
        return render_template("cases/child.html", view=self._services.file_views.view(g.acting, child_id))

    def file(self, attachment_id: int) -> ResponseReturnValue:
        stored = self._services.files.open(g.acting, attachment_id)
        return file_response(stored.content, stored.media_type, stored.name)


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """One line of the story; as the services tell it, or several notices of one moment in one."""

    at: datetime
    kind: str
    words: str
    sub: str


def told_once(timeline: Iterable[Any]) -> list[Told]:
    """Join the lines that tell several units the same at the same moment into one."""
    lines: list[Told] = []
    open_at: dict[tuple[Any, ...], int] = {}
    for one in timeline:
        found = TOLD.fullmatch(one.words)
        key = (one.at, one.kind, one.sub, found[1] if found else len(lines))
        if found and key in open_at:
            before = lines[open_at[key]]
            lines[open_at[key]] = Told(at=one.at, kind=one.kind, words=f"{before.words}、{found[2]}", sub=one.sub)
            continue
        open_at[key] = len(lines)
        lines.append(Told(at=one.at, kind=one.kind, words=one.words, sub=one.sub))
    return lines


def together(rows: Iterable[Any], key: Callable[[Any], Any]) -> list[list[Any]]:
    """Group rows of the same key, in the order in which the first of each stands."""
    groups: dict[Any, list[Any]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return list(groups.values())


def latest_first(timeline: Iterable[Any]) -> list[Any]:
    """Return what happened, the latest first; of the same moment, what was recorded last."""
    told = list(timeline)[::-1]
    told.sort(key=lambda one: one.at, reverse=True)
    return told


def by_day(told: Iterable[Any], now: datetime) -> list[tuple[str, list[Any]]]:
    """Group what happened under its day."""
    days: list[tuple[str, list[Any]]] = []
    for entry in told:
        title = words.day(entry.at, now) + (" 今日" if words.moment(entry.at, now).startswith("今日") else "")
        if not days or days[-1][0] != title:
            days.append((title, []))
        days[-1][1].append(entry)
    return days

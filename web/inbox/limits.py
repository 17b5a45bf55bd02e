"""延期, 中止计时, 恢复计时: one small page each, for those whom the limit's parameter gives the authority.

Whoever may not gets the answer of a page that does not exist. What was typed stays on the page, also where
the limit has meanwhile been changed by somebody else.
"""

from __future__ import annotations

from datetime import date, datetime

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.core.errors import Invalid, NotFound, Refused, ShouhuError
from web import once, words
from web.errors import on_refusal
from web.forms.typed import Unreadable, day_of_text
from web.services import Asked, Services

#: Verb → what its page is called.
VERBS = {"extend": "延期", "suspend": "中止计时", "resume": "恢复计时"}
TYPED = ("length", "until", "reason")
DO = "do_it"


class LimitPages:
    """What somebody with authority does to a limit."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def show(self, item_id: int, verb: str) -> ResponseReturnValue:
        return _render(verb, self._asked(item_id, verb))

    def change(self, item_id: int, verb: str) -> ResponseReturnValue:
        """Do it; `do=update` only shows the page again with what was typed."""
        if (target := once.led_to()) is not None:
            return redirect(target)
        on_refusal(lambda error: self._again(item_id, verb, error))
        asked = self._asked(item_id, verb)
        if request.form.get("do") != DO:
            return _render(verb, asked)
        flash(self._done(verb, asked), "good")
        return redirect(once.remember(_back(asked)))

    def _asked(self, item_id: int, verb: str) -> Asked:
        if verb not in VERBS:
            raise NotFound("没有这一页")
        asked: Asked = self._services.limits.asked(g.acting, item_id)
        if verb not in asked.may.verbs:
            raise Refused(_not_now(verb, asked))
        return asked

    def _done(self, verb: str, asked: Asked) -> str:
        reason, seen = _typed("reason"), request.form.get("version", 0, type=int)
        if verb == "suspend":
            _require_reason(reason)
            self._services.limits.suspend(g.acting, asked.item_id, reason=reason, seen=seen)
            return f"“{asked.name}”已中止计时，恢复前不计入时限，不催办。中止的原因消除后，请及时恢复计时。"
        if verb == "resume":
            _require_reason(reason)
            due = self._services.limits.resume(g.acting, asked.item_id, reason=reason, seen=seen)
            return f"“{asked.name}”已恢复计时{self._until(due)}。"
        length, until = _longer(reason)
        due = self._services.limits.extend(
            g.acting, asked.item_id, length=length, until=until, reason=reason, seen=seen
        )
        return f"“{asked.name}”已延期{self._until(due)}。"

    def _until(self, due: datetime | None) -> str:
        return f"，应于 {words.due(due, self._services.clock())} 前办结" if due else ""

    def _again(self, item_id: int, verb: str, error: ShouhuError) -> str:
        """Show the page again, filled; where the person can do nothing any more, what was typed and why."""
        problems = error.problems if isinstance(error, Invalid) else {}
        try:
            asked = self._asked(item_id, verb)
        except ShouhuError as nothing:
            return _render(verb, None, refusal=nothing.sentence)
        return _render(verb, asked, refusal="" if problems else error.sentence, problems=problems)


def _longer(reason: str) -> tuple[str, date | None]:
    """Return how much longer, or until which day; exactly one of them, with the reason."""
    problems, length, until = {}, _typed("length"), None
    try:
        until = day_of_text(_typed("until")) if _typed("until") else None
    except Unreadable as unreadable:
        problems["until"] = str(unreadable)
    if length and _typed("until"):
        problems["length"] = "延长多久、延至哪一日，只填一项"
    if not length and not _typed("until"):
        problems["length"] = "请填写延长多久，或者延至哪一日"
    _require_reason(reason, problems)
    return length, until


def _require_reason(reason: str, problems: dict[str, str] | None = None) -> None:
    found = dict(problems or {})
    if not reason:
        found["reason"] = "请写明理由，事后核查以此为据"
    if found:
        raise Invalid(found)


def _not_now(verb: str, asked: Asked) -> str:
    if verb == "resume":
        return f"“{asked.name}”没有中止计时，不用恢复"
    if asked.suspended_since is not None:
        return f"“{asked.name}”已中止计时，请先恢复计时，再{VERBS[verb] if verb != 'suspend' else '另行中止'}"
    return f"“{asked.name}”的时限现在不能由您{VERBS[verb]}"


def _typed(name: str) -> str:
    return request.form.get(name, "").strip()


def _back(asked: Asked) -> str:
    """Return where one came from: the case's page where its link was followed, else the item's."""
    if request.values.get("from") == "case":
        return url_for("cases.show", case_id=asked.case_id)
    return url_for("inbox.item", item_id=asked.item_id)


def _render(verb: str, asked: Asked | None, *, refusal: str = "", problems: dict[str, str] | None = None) -> str:
    return render_template(
        "inbox/limit.html",
        verb=verb,
        title=VERBS.get(verb, ""),
        asked=asked,
        typed={name: request.form.get(name, "") for name in TYPED},
        refusal=refusal,
        problems=problems or {},
        came_from="case" if request.values.get("from") == "case" else "",
        back=_back(asked) if asked else url_for("inbox.show"),
        once=once.new_token(),
    )

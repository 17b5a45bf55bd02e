"""登记新情况: the small form page of an event, with its reason."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from engine.core.errors import Invalid, Refused, ShouhuError
from web import once
from web.errors import on_refusal
from web.forms.lookup import lookup_in
from web.forms.page import FormPage, ordinal
from web.forms.search import search_page
from web.services import Services

REASON = "reason"


class EventPages:
    """What happened outside any task, said by a unit that may say it."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def show(self, case_id: int, event: str) -> ResponseReturnValue:
        said = self._services.cases.event(g.acting, case_id, event)
        return _render(said, self._page(said, MultiDict()))

    def say(self, case_id: int, event: str) -> ResponseReturnValue:
        if (target := once.led_to()) is not None:
            return redirect(target)
        said = self._services.cases.event(g.acting, case_id, event)
        page = self._page(said, MultiDict(request.form.items(multi=True)))
        button = request.form.get("do", "update")
        if button == "complete":
            return self._record(case_id, event, said, page)
        if button.startswith("find:"):
            hidden = [(REASON, _reason()), (once.NAME, request.form.get(once.NAME, ""))]
            return search_page(page, button.removeprefix("find:"), action=request.path, hidden=hidden) or _render(
                said, page
            )
        page.press(button)
        return _render(said, page)

    def _record(self, case_id: int, event: str, said: Any, page: FormPage) -> ResponseReturnValue:
        def again(error: ShouhuError) -> str:
            page.take(error)
            return _render(said, page, error.sentence if isinstance(error, Refused) else "")

        on_refusal(again)
        answers = page.answers()
        problems = page.faults(answers, self._services.clock())
        if not _reason():
            problems[REASON] = "请写明理由：怎么知道的，何时发生"
        if problems:
            raise Invalid(problems)
        self._services.casework.happened(g.acting, case_id, event, answers, reason=_reason())
        flash(f"已登记：{said.label}。", "good")
        return redirect(once.remember(url_for("cases.show", case_id=case_id)))

    def _page(self, said: Any, given: MultiDict[str, str]) -> FormPage:
        lookup = lookup_in(self._services, said.jurisdiction)
        return FormPage(form=said.form, context=said.context, lookup=lookup, given=given)


def _reason() -> str:
    return request.form.get(REASON, "").strip()


def _render(said: Any, page: FormPage, refusal: str = "") -> str:
    return render_template(
        "cases/event.html",
        said=said,
        page=page,
        reason=_reason(),
        refusal=refusal,
        once=once.new_token(),
        ordinal=ordinal,
    )

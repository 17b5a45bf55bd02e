"""更正: the form of a completed item once more, with what was handed in, and the reason for setting it right."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from engine.core.errors import Invalid, Refused, ShouhuError
from web import once
from web.errors import on_refusal
from web.forms.lookup import lookup_in, parts_of
from web.forms.page import FormPage, ordinal
from web.forms.search import search_page
from web.services import Services, ToCorrect

COMPLETE, REASON = "complete", "reason"


class CorrectionPages:
    """Setting right what was handed in."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def show(self, item_id: int) -> ResponseReturnValue:
        asked = self._services.correcting.asked(g.acting, item_id)
        lookup = lookup_in(self._services, asked.jurisdiction)
        page = FormPage.of_values(asked.form, asked.context, lookup, asked.values)
        page.parts = parts_of(self._services, asked.jurisdiction, asked.form)
        return _render(asked, page)

    def correct(self, item_id: int) -> ResponseReturnValue:
        """Take what was typed: correct it, or do what a button within the form says."""
        if (target := once.led_to()) is not None:
            return redirect(target)
        asked = self._services.correcting.asked(g.acting, item_id)
        page = self._typed(asked)
        button = request.form.get("do", "update")
        if button == COMPLETE:
            return self._do(asked, page)
        if button.startswith("find:"):
            hidden = [(REASON, _reason()), ("version", str(_seen())), (once.NAME, once.token())]
            return search_page(page, button.removeprefix("find:"), action=request.path, hidden=hidden) or _render(
                asked, page
            )
        page.press(button)
        return _render(asked, page)

    def _do(self, asked: ToCorrect, page: FormPage) -> ResponseReturnValue:
        def again(error: ShouhuError) -> str:
            page.take(error)
            return _render(asked, page, error.sentence if isinstance(error, Refused) else "")

        on_refusal(again)
        answers = page.answers()
        if page.problems:
            raise Invalid(page.problems)
        titles = self._services.correcting.correct(g.acting, asked.item_id, answers, reason=_reason(), seen=_seen())
        flash(f"“{asked.name}”已更正：{'、'.join(titles)}。原内容一并保留。", "good")
        return redirect(once.remember(url_for("cases.answers", case_id=asked.case_id)))

    def _typed(self, asked: ToCorrect) -> FormPage:
        return FormPage(
            form=asked.form,
            context=asked.context,
            lookup=lookup_in(self._services, asked.jurisdiction),
            given=MultiDict(request.form.items(multi=True)),
            parts=parts_of(self._services, asked.jurisdiction, asked.form),
        )


def _reason() -> str:
    return request.form.get(REASON, "").strip()


def _seen() -> int:
    return request.form.get("version", 0, type=int)


def _render(asked: ToCorrect, page: FormPage, refusal: str = "") -> str:
    return render_template(
        "inbox/correct.html",
        asked=asked,
        page=page,
        reason=_reason(),
        version=_seen() if request.method == "POST" else asked.seen,
        refusal=refusal,
        once=once.new_token(),
        ordinal=ordinal,
    )

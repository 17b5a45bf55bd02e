"""报告情况 for the signed-in: opens P01 for a child in the name of one's unit and hands in P01-T2."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from engine.core.errors import Invalid, Refused, ShouhuError
from engine.core.model import Acting, ActingUnit
from web import once
from web.errors import on_refusal
from web.forms.lookup import BLOCKS, lookup_in, parts_of
from web.forms.page import FormPage, ordinal
from web.forms.search import search_page
from web.forms.typed import NUMBER, name
from web.services import Services

PROCEDURE, CODE = "P01", "P01-T2"
#: Which file is of the same child; anything but a number: none of them.
SAME = "same"
#: Role of the unit → what the form calls its kind.
KINDS = {
    "school": "学校",
    "kindergarten": "幼儿园",
    "medical_institution": "医疗机构",
    "village_committee": "村居委",
    "welfare_supervisor": "村居委",
    "social_work_org": "社工机构",
    "rescue_station": "救助管理机构",
    "welfare_institution": "福利机构",
}


class ReportPages:
    """A report by somebody who is signed in."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def show(self) -> ResponseReturnValue:
        unit = _chosen_unit()
        return _render(unit, self._page(unit, _known_of(unit)))

    def hand_in(self) -> ResponseReturnValue:
        if (target := once.led_to()) is not None:
            return redirect(target)
        unit = _chosen_unit()
        page = self._page(unit, MultiDict(request.form.items(multi=True)))
        button = request.form.get("do", "update")
        if button == "complete":
            return self._submit(unit, page)
        if button.startswith("find:"):
            hidden = [("unit", unit.key), (once.NAME, request.form.get(once.NAME, ""))]
            action = url_for("inbox.report")
            return search_page(page, button.removeprefix("find:"), action=action, hidden=hidden) or _render(unit, page)
        page.press(button)
        return _render(unit, page)

    def _submit(self, unit: ActingUnit, page: FormPage) -> ResponseReturnValue:
        def again(error: ShouhuError) -> str:
            page.take(error)
            return _render(unit, page, error.sentence if isinstance(error, Refused) else "")

        on_refusal(again)
        answers = page.answers()
        problems = page.faults(answers, self._services.clock())
        if problems:
            raise Invalid(problems)
        if not request.form.get(SAME) and (doubles := self._doubles(unit, answers)):
            return _render(unit, page, doubles=doubles)
        case = hand_over(self._services, g.acting, unit, answers)
        flash(f"报告已提交，个案 {case.number}。公安机关会立即受理；情况有变化请随时再报。", "good")
        return redirect(once.remember(url_for("cases.show", case_id=case.case_id)))

    def _doubles(self, unit: ActingUnit, answers: Mapping[str, Any]) -> list[Any]:
        """Return the files that may be of this child; one with the same ID number is taken without asking."""
        found = self._services.finding.doubles(g.acting, unit.jurisdiction, answers)
        return [] if any(one.why == "证件号码相同" for one in found) else found

    def _page(self, unit: ActingUnit, given: MultiDict[str, str]) -> FormPage:
        directory = self._services.directory
        form = directory.form(unit.jurisdiction, CODE)
        return FormPage(
            form=form,
            parts=parts_of(self._services, unit.jurisdiction, form),
            context=directory.context(unit.jurisdiction),
            lookup=lookup_in(self._services, unit.jurisdiction),
            given=given,
        )


def hand_over(services: Services, acting: Acting, unit: ActingUnit, answers: Mapping[str, Any]) -> Any:
    """Start the report's procedure for the child and submit the report itself; return the case."""
    about_child = services.directory.block_keys(unit.jurisdiction, *BLOCKS)
    child = {key: value for key, value in answers.items() if key in about_child}
    form = services.directory.form(unit.jurisdiction, CODE)
    known = {field.key: answers[field.key] for field in form.fields if field.decides and field.key in answers}
    chosen = request.form.get(SAME, "")
    return services.reports.report(
        acting,
        unit.key,
        PROCEDURE,
        CODE,
        answers=answers,
        child=child,
        known=known,
        press=once.token(),
        same=int(chosen) if NUMBER.fullmatch(chosen) else None,
    )


def _known_of(unit: ActingUnit) -> MultiDict[str, str]:
    """Return what need not be asked of somebody who is signed in: the name, and the kind of unit."""
    kind = next((words for role, words in KINDS.items() if role in unit.roles), "其他")
    return MultiDict({name("reporter_name"): g.acting.name, name("reporter_type"): kind})


def _chosen_unit() -> ActingUnit:
    """Return the unit in whose name one reports."""
    unit: ActingUnit | None = g.acting.unit(request.values.get("unit", "")) or next(iter(g.acting.units), None)
    if unit is None:
        raise Refused("您的账号没有所在单位，不能以单位名义报告；请联系管理员，紧急情况请拨打 110")
    return unit


def _render(unit: ActingUnit, page: FormPage, refusal: str = "", doubles: Sequence[Any] = ()) -> str:
    return render_template(
        "inbox/report.html",
        unit=unit,
        page=page,
        refusal=refusal,
        doubles=doubles,
        once=once.new_token(),
        ordinal=ordinal,
    )

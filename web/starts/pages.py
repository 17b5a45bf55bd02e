"""发起办理: choose the child, then what is started. The verb decides who may; the pages offer what passes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from engine.core.errors import Invalid, Refused, ShouhuError
from engine.service.finding import SAME_ID
from web import once, words
from web.errors import on_refusal
from web.forms.lookup import lookup_in
from web.forms.page import FormPage
from web.forms.search import search_page
from web.services import Services

#: Names of the form beside the fields: what is started, whose, and which file is of the same child.
UNIT, PROCEDURE, JURISDICTION, SAME = "unit", "procedure", "jurisdiction", "same"
NEW = "new"


def make_blueprint(services: Services) -> Blueprint:
    """Build /start and /children/…/start."""
    bp = Blueprint("starts", __name__, template_folder="templates")
    pages = StartPages(services)
    bp.add_url_rule("/start", "index", pages.index, methods=["GET", "POST"])
    bp.add_url_rule("/start/new", "new", pages.new)
    bp.add_url_rule("/start/new", "open", pages.open, methods=["POST"])
    bp.add_url_rule("/start/cycle", "cycle", pages.cycle, methods=["POST"])
    bp.add_url_rule("/children/<int:child_id>/start", "child", pages.child)
    bp.add_url_rule("/children/<int:child_id>/start", "start", pages.start, methods=["POST"])
    return bp


class StartPages:
    """What a person starts by hand."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def index(self) -> ResponseReturnValue:
        """Look for the child, and list this period's work; a name is looked for by the form alone."""
        text = request.form.get("q", "").strip()
        on_refusal(lambda error: self._index(text, refusal=error.sentence))
        found = self._services.finding.find(g.acting, text) if text else None
        return self._index(text, found)

    def cycle(self) -> ResponseReturnValue:
        if (target := once.led_to()) is not None:
            return redirect(target)
        on_refusal(lambda error: self._index("", refusal=error.sentence))
        started = self._services.casework.start_cycle(g.acting, _given(UNIT), _given(PROCEDURE))
        return self._lead(started, url_for("starts.index"))

    def child(self, child_id: int) -> ResponseReturnValue:
        return self._child(child_id)

    def start(self, child_id: int) -> ResponseReturnValue:
        """Start what was pressed for a child on file."""
        if (target := once.led_to()) is not None:
            return redirect(target)
        view = self._services.starts.for_child(g.acting, child_id)
        given = MultiDict(request.form.items(multi=True))
        chosen = _chosen(view.offers)
        page = None if chosen is None else self._page(chosen.form, view.jurisdiction, given)
        on_refusal(lambda error: self._child(child_id, page, error))
        fields = {} if page is None else self._answers(page)
        started = self._services.casework.start(
            g.acting, _given(UNIT), _given(PROCEDURE), child=child_id, fields=fields, press=once.token()
        )
        return self._lead(started, url_for("cases.child", child_id=child_id))

    def new(self) -> ResponseReturnValue:
        view = self._services.starts.for_new_child(g.acting, request.args.get(JURISDICTION, ""))
        return self._new(view, self._page(view.form, view.jurisdiction, MultiDict()))

    def open(self) -> ResponseReturnValue:
        """Open a file for a child who has none and start what was chosen."""
        if (target := once.led_to()) is not None:
            return redirect(target)
        view = self._services.starts.for_new_child(g.acting, _given(JURISDICTION))
        page = self._page(view.form, view.jurisdiction, MultiDict(request.form.items(multi=True)))
        button = request.form.get("do", "update")
        if button.startswith("find:"):
            names = (once.NAME, JURISDICTION, "what")
            hidden = [(one, request.form.get(one, "")) for one in names]
            action = url_for("starts.open")
            return search_page(page, button.removeprefix("find:"), action=action, hidden=hidden) or self._new(
                view, page
            )
        if button != "complete":
            page.press(button)
            return self._new(view, page)
        return self._open(view, page)

    def _open(self, view: Any, page: FormPage) -> ResponseReturnValue:
        on_refusal(lambda error: self._new(view, page, error))
        unit_key, _, procedure = request.form.get("what", "").rpartition(" ")
        child = self._answers(page, {} if procedure else {"what": "请选择发起哪一项办理"})
        doubles = self._services.finding.doubles(g.acting, view.jurisdiction, child)
        if doubles and (_given(SAME) != NEW or any(one.why == SAME_ID for one in doubles)):
            return self._same(view, page, doubles)
        started = self._services.casework.start(
            g.acting, unit_key, procedure, child=child, fields={}, press=once.token()
        )
        return self._lead(started, url_for("starts.index"))

    def _same(self, view: Any, page: FormPage, doubles: list[Any]) -> ResponseReturnValue:
        """Go to the file that was said to be of the same child, or ask which one it is."""
        same = next((one for one in doubles if str(one.child_id) == _given(SAME)), None)
        if same is None:
            error = Refused("证件号码相同的是同一名儿童，请选定已有的档案") if _given(SAME) == NEW else None
            return self._new(view, page, error, doubles)
        if same.code:
            return redirect(url_for("starts.child", child_id=same.child_id))
        raise Refused(f"这名儿童已有档案，由{same.keeper or '民政部门'}管理，不在您的查阅范围，请与该单位联系")

    def _answers(self, page: FormPage, more: Mapping[str, str] = MappingProxyType({})) -> dict[str, Any]:
        answers = page.answers()
        problems = page.faults(answers, self._services.clock()) | dict(more)
        if problems:
            raise Invalid(problems)
        return answers

    def _page(self, form: Any, jurisdiction: str, given: MultiDict[str, str]) -> FormPage:
        return FormPage(
            form=form,
            context=self._services.directory.context(jurisdiction),
            lookup=lookup_in(self._services, jurisdiction),
            given=given,
        )

    def _lead(self, started: Any, elsewhere: str) -> ResponseReturnValue:
        """Say what has come of it, and go to its item, else to its case, else to where one came from."""
        begun = self._services.starts.begun(g.acting, started)
        flash(_told(begun, self._services.clock()), "good")
        if begun.item_id is not None:
            return redirect(once.remember(url_for("inbox.item", item_id=begun.item_id)))
        if begun.case_id is not None:
            return redirect(once.remember(url_for("cases.show", case_id=begun.case_id)))
        return redirect(once.remember(elsewhere))

    def _index(self, text: str, found: Any = None, refusal: str = "") -> str:
        return render_template(
            "starts/index.html",
            text=text,
            found=found,
            refusal=refusal,
            cycles=self._services.starts.cycles(g.acting),
            once=once.new_token(),
        )

    def _child(self, child_id: int, page: FormPage | None = None, error: ShouhuError | None = None) -> str:
        view = self._services.starts.for_child(g.acting, child_id)
        if page is not None and error is not None:
            page.take(error)
        pages = {
            (one.unit_key, one.procedure): page
            if page is not None and (one.unit_key, one.procedure) == (_given(UNIT), _given(PROCEDURE))
            else self._page(one.form, view.jurisdiction, MultiDict())
            for one in view.offers
        }
        refusal = error.sentence if isinstance(error, Refused) else ""
        return render_template("starts/child.html", view=view, pages=pages, refusal=refusal, once=once.new_token())

    def _new(self, view: Any, page: FormPage, error: ShouhuError | None = None, doubles: Any = ()) -> str:
        if error is not None:
            page.take(error)
        return render_template(
            "starts/new.html",
            view=view,
            page=page,
            refusal=error.sentence if isinstance(error, Refused) else "",
            doubles=doubles,
            chosen=request.form.get("what", ""),
            once=once.new_token(),
        )


def _given(key: str) -> str:
    return request.form.get(key, "")


def _chosen(offers: Any) -> Any:
    """Return the offer that was pressed, among those that there are."""
    return next((one for one in offers if (one.unit_key, one.procedure) == (_given(UNIT), _given(PROCEDURE))), None)


def _told(begun: Any, now: Any) -> str:
    """Return one sentence: what was started, what is to be done, by whom and by when."""
    how = f"“{begun.name}”此前已在办，没有另开，本次发起已记入个案" if begun.attached else f"“{begun.name}”已发起"
    if not begun.item_name:
        return f"{how}。"
    until = f"，应于 {words.due(begun.due_at, now)} 前办结" if begun.due_at else ""
    whose = "请办理" if begun.item_id is not None else f"已送{begun.unit_name}："
    return f"{how}。{whose}“{begun.item_name}”{until}。"

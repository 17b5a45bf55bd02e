"""Pages that change a child's file: a section, a relative, two files that become one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from engine.core.errors import Invalid, Refused, ShouhuError
from web import once
from web.errors import on_refusal
from web.forms.lookup import lookup_in
from web.forms.page import FormPage, ordinal
from web.forms.search import search_page
from web.services import Services

VERSION = "version"


def add_pages(bp: Blueprint, services: Services) -> None:
    """Add /children/…/edit, relatives and join to the blueprint."""
    pages = FilePages(services)
    at = "/children/<int:child_id>"
    bp.add_url_rule(f"{at}/edit/<section>", "edit", pages.edit)
    bp.add_url_rule(f"{at}/edit/<section>", "change", pages.change, methods=["POST"])
    bp.add_url_rule(f"{at}/relatives", "relate", pages.relate, methods=["POST"])
    bp.add_url_rule(f"{at}/join", "join", pages.join)
    bp.add_url_rule(f"{at}/join", "join_now", pages.join_now, methods=["POST"])
    bp.add_url_rule(f"{at}/part", "part", pages.part, methods=["POST"])


class FilePages:
    """Corrections of a file by those who keep the register."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def edit(self, child_id: int, section: str) -> ResponseReturnValue:
        view = self._services.file_changes.editing(g.acting, child_id, section)
        page = self._page(view, None)
        return _edit(view, page)

    def change(self, child_id: int, section: str) -> ResponseReturnValue:
        if (target := once.led_to()) is not None:
            return redirect(target)
        view = self._services.file_changes.editing(g.acting, child_id, section)
        page = self._page(view, MultiDict(request.form.items(multi=True)))
        button = request.form.get("do", "update")
        if button == "complete":
            return self._save(view, page)
        if button.startswith("find:"):
            hidden = [(VERSION, request.form.get(VERSION, "")), (once.NAME, request.form.get(once.NAME, ""))]
            return search_page(page, button.removeprefix("find:"), action=request.path, hidden=hidden) or _edit(
                view, page
            )
        page.press(button)
        return _edit(view, page)

    def _save(self, view: Any, page: FormPage) -> ResponseReturnValue:
        def again(error: ShouhuError) -> str:
            page.take(error)
            return _edit(view, page, error.sentence if isinstance(error, Refused) else "")

        on_refusal(again)
        answers = page.answers()
        problems = page.faults(answers, self._services.clock())
        if problems:
            raise Invalid(problems)
        seen = request.form.get(VERSION, 0, type=int)
        keys = self._services.file_changes.edit(g.acting, view.id, view.section, answers, seen=seen)
        flash(f"已更正 {len(keys)} 项，更正前后的内容都有记录。" if keys else "内容没有变化，未作更正。", "good")
        return redirect(once.remember(url_for("cases.child", child_id=view.id)))

    def relate(self, child_id: int) -> ResponseReturnValue:
        """Add a relative, or take one out."""
        gone = request.form.get("gone", 0, type=int)
        reason = request.form.get("reason", "")
        view = self._services.file_views.view(g.acting, child_id)
        on_refusal(lambda error: render_template("cases/child.html", view=view, problem=_problems(error)))
        if gone:
            self._services.file_changes.end_relation(g.acting, child_id, gone, reason=reason)
            flash("亲属记录已移除，原内容留在变更记录里。", "good")
        else:
            told = {key: request.form.get(key, "") for key in ("name", "phone", "address", "note")}
            self._services.file_changes.relate(
                g.acting,
                child_id,
                request.form.get("kind", ""),
                told,
                code=request.form.get("code", ""),
                reason=reason,
            )
            flash("亲属已登记。", "good")
        return redirect(url_for("cases.child", child_id=child_id))

    def join(self, child_id: int) -> ResponseReturnValue:
        return self._join(child_id)

    def join_now(self, child_id: int) -> ResponseReturnValue:
        """Compare two files, or join them."""
        code = request.form.get("code", "").strip()
        on_refusal(lambda error: self._join(child_id, code, _problems(error)))
        if request.form.get("do") != "join":
            return self._join(child_id, code)
        taken = [
            key.removeprefix("t.") for key, value in request.form.items() if key.startswith("t.") and value == "gone"
        ]
        seen = (request.form.get("kept", 0, type=int), request.form.get("gone", 0, type=int))
        self._services.joining.join(
            g.acting, child_id, code, taken=taken, reason=request.form.get("reason", ""), seen=seen
        )
        flash(f"{code} 已并入本档案，两个代码都保留。", "good")
        return redirect(url_for("cases.child", child_id=child_id))

    def part(self, child_id: int) -> ResponseReturnValue:
        view = self._services.file_views.view(g.acting, child_id)
        on_refusal(lambda error: render_template("cases/child.html", view=view, problem=_problems(error)))
        gone = request.form.get("gone", 0, type=int)
        self._services.joining.part(g.acting, gone, reason=request.form.get("reason", ""))
        flash("合并已撤销，两份档案分开。", "good")
        return redirect(url_for("cases.child", child_id=gone))

    def _join(self, child_id: int, code: str = "", problem: str = "") -> str:
        joining = self._services.joining
        doubles = joining.doubles(g.acting, child_id)
        try:
            compared = joining.compare(g.acting, child_id, code) if code else None
        except Invalid as error:
            compared, problem = None, problem or _problems(error)
        return render_template(
            "register/join.html", child_id=child_id, code=code, doubles=doubles, compared=compared, problem=problem
        )

    def _page(self, view: Any, given: MultiDict[str, str] | None) -> FormPage:
        context = self._services.directory.context(view.jurisdiction)
        lookup = lookup_in(self._services, view.jurisdiction)
        if given is None:
            return FormPage.of_values(view.form, context, lookup, view.values)
        return FormPage(form=view.form, context=context, lookup=lookup, given=given)


def _edit(view: Any, page: FormPage, refusal: str = "") -> str:
    return render_template(
        "register/edit.html", view=view, page=page, refusal=refusal, once=once.new_token(), ordinal=ordinal
    )


def _problems(error: ShouhuError) -> str:
    return "；".join(error.problems.values()) if isinstance(error, Invalid) else error.sentence

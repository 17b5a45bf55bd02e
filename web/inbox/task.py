"""The task page: the form of one work item, what was typed always kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from engine.core.errors import Invalid, Refused, ShouhuError
from engine.service.casework import Done
from engine.service.drafts import NewerDraft
from web import once
from web.errors import on_refusal
from web.forms.lookup import lookup_in, parts_of
from web.forms.page import FormPage, ordinal
from web.forms.search import search_page
from web.forms.typed import NUMBER, ids, name
from web.forms.uploads import EXTRA, take_uploads
from web.inbox.drafts import BEGIN_ANEW, SAVE, SEEN, DraftPages
from web.services import ItemView, Services

COMPLETE = "complete"


class TaskPages:
    """One work item: look, claim, release, do."""

    def __init__(self, services: Services, drafts: DraftPages) -> None:
        self._services = services
        self._drafts = drafts

    def show(self, item_id: int) -> ResponseReturnValue:
        return self.page(item_id)

    def page(self, item_id: int, *, follow: Mapping[str, str] | None = None) -> str:
        """Return the page of an item; ``follow`` is what was typed of a day to look again, and refused."""
        view = self._services.inbox.item(g.acting, item_id)
        lookup = lookup_in(self._services, view.jurisdiction)
        page = FormPage.of_values(view.form, view.context, lookup, view.values)
        page.parts = parts_of(self._services, view.jurisdiction, view.form)
        draft = self._services.drafts.of(g.acting, item_id) if view.may_complete else None
        if draft is not None:
            page.given = MultiDict(draft.texts)
        return self._render(view, page, follow=follow, draft=draft)

    def claim(self, item_id: int) -> ResponseReturnValue:
        self._services.casework.claim(g.acting, item_id, request.form.get("version", 0, type=int))
        flash("已签收，由您办理。", "good")
        return redirect(url_for("inbox.item", item_id=item_id))

    def release(self, item_id: int) -> ResponseReturnValue:
        self._services.casework.release(g.acting, item_id, request.form.get("version", 0, type=int))
        flash("已退还本单位，等待他人签收；时限不变。", "good")
        return redirect(url_for("inbox.show", view="unit"))

    def work(self, item_id: int) -> ResponseReturnValue:
        """Take what was typed: complete the item, or do what a button within the form says."""
        if (target := once.led_to()) is not None:
            return redirect(target)
        view = self._services.inbox.item(g.acting, item_id)
        page = self._typed(view)
        take_uploads(page, lambda *file: self._services.files.attach(g.acting, item_id, *file))
        button = request.form.get("do", "update")
        if button == COMPLETE:
            return self._complete(view, page)
        if button.partition(":")[0] == SAVE:
            return self._save(view, page, button.partition(":")[2])
        if button == BEGIN_ANEW:
            self._services.drafts.drop(g.acting, item_id)
            flash("草稿已删除，重新填写。", "good")
            return redirect(url_for("inbox.item", item_id=item_id))
        seen = request.form.get("version", 0, type=int)
        return _within(page, button, item_id, seen) or self._render(view, page, version=seen)

    def _save(self, view: ItemView, page: FormPage, over: str) -> ResponseReturnValue:
        """Keep what is typed, and show it again; where another device was faster, both are offered.

        ``over``: the newer draft that the person has been told of and gives up for this page.
        """
        item_id, seen = view.row.id, request.form.get("version", 0, type=int)

        def again(error: ShouhuError) -> str:
            newer = error.draft if isinstance(error, NewerDraft) else None
            fresh = self._services.inbox.item(g.acting, item_id)
            return self._render(fresh, page, version=seen, newer=newer, not_kept="" if newer else error.sentence)

        on_refusal(again)
        known = int(over) if NUMBER.fullmatch(over) else request.form.get(SEEN, 0, type=int)
        saved = self._drafts.keep(item_id, page.given, known)
        return self._render(view, page, version=seen, kept=saved)

    def _complete(self, view: ItemView, page: FormPage) -> ResponseReturnValue:
        item_id = view.row.id

        def again(error: ShouhuError) -> str:
            page.take(error)
            fresh = self._services.inbox.item(g.acting, item_id)
            return self._render(fresh, page, refusal=error.sentence if isinstance(error, Refused) else "")

        on_refusal(again)
        not_stored = dict(page.problems)
        answers = page.answers()
        if not_stored or page.problems:
            raise Invalid(page.faults(answers, self._services.clock()) | not_stored)
        attachments = ids(page.given.getlist(f"{name(EXTRA)}.id"))
        seen = request.form.get("version", 0, type=int)
        done = self._services.casework.complete(g.acting, item_id, answers, seen, attachments)
        self._services.drafts.drop(g.acting, item_id)
        flash(f"“{view.row.name}”已办结。{_goes_on(done)}", "good")
        return redirect(once.remember(url_for("inbox.show")))

    def _typed(self, view: ItemView) -> FormPage:
        return FormPage(
            form=view.form,
            context=view.context,
            lookup=lookup_in(self._services, view.jurisdiction),
            given=MultiDict(request.form.items(multi=True)),
            parts=parts_of(self._services, view.jurisdiction, view.form),
        )

    def _render(
        self,
        view: ItemView,
        page: FormPage,
        *,
        refusal: str = "",
        version: int | None = None,
        follow: Mapping[str, str] | None = None,
        draft: Any = None,
        kept: Any = None,
        newer: Any = None,
        not_kept: str = "",
    ) -> str:
        """Return the page; of drafts: one that was taken up, was kept now, was found newer, or why none was kept."""
        known = kept or draft

        return render_template(
            "inbox/task.html",
            view=view,
            row=view.row,
            page=page,
            refusal=refusal,
            version=view.version if version is None else version,
            once=once.new_token(),
            draft=draft,
            kept=kept,
            newer=newer,
            not_kept=not_kept,
            seen=known.version if known else request.form.get(SEEN, "0"),
            follow=follow or self._services.follow_ups.of(g.acting, view.row.id),
            ordinal=ordinal,
        )


def _within(page: FormPage, button: str, item_id: int, seen: int) -> str | None:
    """Answer a button within the form; the search page where one looks something up."""
    if not button.startswith("find:"):
        page.press(button)
        return None
    hidden = [
        ("version", str(seen)),
        (SEEN, request.form.get(SEEN, "0")),
        (once.NAME, request.form.get(once.NAME, "")),
    ]
    action = url_for("inbox.item", item_id=item_id)
    return search_page(page, button.removeprefix("find:"), action=action, hidden=hidden)


def _goes_on(done: Done) -> str:
    """Say which of the items that were opened wait at the person's own units."""
    own = {one.name for one in g.acting.units}
    names = dict.fromkeys(f"“{one.name}”" for one in done.items if one.unit_name in own)
    return f"接着办理{'、'.join(names)}，在“待签收”中。" if names else ""

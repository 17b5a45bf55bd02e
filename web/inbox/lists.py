"""待办: one page of a list under what narrows it; finding by a number; filters kept by name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.core.errors import Invalid, Refused, ShouhuError
from engine.core.listing import COUNTED, LAST_PAGE, LimitState, Sort, View, Wanted
from web import once, words
from web.errors import on_refusal
from web.exports import sheet_response
from web.inbox.asked import address_of, filter_of, page_of, wanted_of
from web.services import Services

VIEWS = {
    View.MINE: "我的待办",
    View.UNIT: "本单位待签收",
    View.WORKING: "本单位在办",
    View.URGED: "催办",
    View.HANDED: "已交办",
    View.DONE: "已办",
}
SORTS = {Sort.DUE: "先到期在前", Sort.RISK: "风险高在前", Sort.NEW: "新到在前"}
RISKS = {3: "高风险", 2: "中风险", 1: "低风险"}
GROUPS = {
    LimitState.OVER: ("已超期", "请优先办理"),
    LimitState.NEAR: ("临期", "已用去时限的八成，或者须立即办理"),
    LimitState.OK: ("时限内", ""),
    LimitState.HOLD: ("已中止计时", "恢复前不计入时限"),
    LimitState.NONE: ("无时限", "等待外部，或者文件未规定时限"),
}
#: What is said where a list is empty.
EMPTY = {
    View.MINE: "您手上没有待办",
    View.UNIT: "本单位没有待签收的事项",
    View.WORKING: "本单位没有在办的事项",
    View.URGED: "没有催办您的事项",
    View.HANDED: "没有由本单位办理后转到其他单位、尚未办结的事项",
    View.DONE: "还没有办结的事项",
}


class ListPages:
    """What waits for whom."""

    def __init__(self, services: Services) -> None:
        self._inbox = services.inbox
        self._filters = services.filters
        self._acts = services.acts
        self._clock = services.clock

    def home(self) -> ResponseReturnValue:
        return redirect(url_for("inbox.show"))

    def show(self) -> ResponseReturnValue:
        wanted = wanted_of(request.args)
        if wanted is None and page_of(request.args) > 1:
            wanted = Wanted(page=page_of(request.args))
        return self._render(wanted, filter_of(request.args))

    def sheet(self) -> ResponseReturnValue:
        """Hand out the whole list that the address asks for."""
        found = self._inbox.sheet(g.acting, wanted_of(request.args), filter_id=filter_of(request.args))
        return sheet_response(found, self._clock())

    def find(self) -> ResponseReturnValue:
        """Look for a number; what was typed stands in no address."""
        wanted = wanted_of(request.form) or Wanted()
        on_refusal(lambda error: self._render(wanted, None, error=error))
        found = self._inbox.find(g.acting, request.form.get("q", ""))
        case = ".".join(map(str, found))
        return redirect(url_for("inbox.show", **{**address_of(wanted), "case": case}))

    def keep(self) -> ResponseReturnValue:
        """Keep what the list is narrowed to, by name; or let a kept filter look for this from now on."""
        wanted = wanted_of(request.form) or Wanted()
        on_refusal(lambda error: self._render(wanted, None, error=error))
        number = filter_of(request.form)
        if number is not None:
            self._filters.change(g.acting, number, wanted)
        else:
            number = self._filters.keep(
                g.acting,
                request.form.get("name", ""),
                wanted,
                unit_key=request.form.get("unit") or None,
                default="default" in request.form,
            )
        flash("筛选已保存。", "good")
        return redirect(url_for("inbox.show", filter=number))

    def drop(self, filter_id: int) -> ResponseReturnValue:
        on_refusal(lambda error: self._render(None, filter_id, error=error))
        self._filters.drop(g.acting, filter_id)
        flash("筛选已删除。", "good")
        return redirect(url_for("inbox.show", view=View.MINE.value))

    def open_with(self, filter_id: int) -> ResponseReturnValue:
        """Let the list open with this filter, or no longer with it."""
        on = request.form.get("on") == "1"
        self._filters.open_with(g.acting, filter_id if on else None)
        flash("以后打开待办先显示这个筛选。" if on else "以后打开待办先显示我的待办。", "good")
        return redirect(url_for("inbox.show", filter=filter_id))

    def _render(self, wanted: Wanted | None, filter_id: int | None, error: ShouhuError | None = None) -> str:
        listing = self._inbox.listing(g.acting, wanted, filter_id=filter_id)
        g.waiting, g.place_name = listing.counts["mine"], listing.place
        asked: Wanted = listing.wanted
        now = self._clock()
        return render_template(
            "inbox/list.html",
            views=VIEWS,
            sorts=SORTS,
            risks=RISKS,
            limits={state: title for state, (title, _) in GROUPS.items()},
            empty=EMPTY[asked.view],
            listing=listing,
            wanted=asked,
            view=asked.view,
            parts=address_of(asked),
            pages={"filter": listing.by.id} if listing.by else address_of(asked),
            number=number,
            asked_of_us=self._acts.waiting_count(g.acting),
            heads=any(unit.head for unit in g.acting.units),
            bulk_token=once.new_token(),
            groups=grouped(listing.rows, now, flat=asked.view is View.DONE or asked.sort is not Sort.DUE),
            today=[(row, words.limit_of(row, now)) for row in listing.today],
            last_page=LAST_PAGE,
            typed={name: request.form.get(name, "") for name in ("q", "name")},
            problems=error.problems if isinstance(error, Invalid) else {},
            refusal=error.sentence if isinstance(error, Refused) else "",
        )


def number(count: int) -> str:
    """Return a count as it is shown: nobody counts further than 999."""
    return f"{COUNTED - 1}+" if count >= COUNTED else str(count)


def grouped(rows: Iterable[Any], now: Any, *, flat: bool) -> list[dict[str, Any]]:
    """Put the rows under 已超期, 临期, 时限内, 已中止计时 and 无时限; one list where they are not by due time."""
    placed = [(row, words.limit_of(row, now)) for row in rows]
    if flat:
        return [{"title": "", "note": "", "rows": placed}] if placed else []
    return [
        {"title": title, "note": note, "rows": inside}
        for key, (title, note) in GROUPS.items()
        if (inside := [one for one in placed if one[1].group == key.value])
    ]

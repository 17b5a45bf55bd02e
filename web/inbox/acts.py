"""转办 委派 退回 撤回 加签 催办 督办: one small page each; and 协办与督办, where others' questions are answered.

Whoever may not gets the answer of a page that does not exist. What was typed stays on the page, also where
the item has meanwhile been changed by somebody else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.core.errors import Invalid, NotFound, ShouhuError
from web import once
from web.errors import on_refusal
from web.services import ActAsked, Choice, Services

DO = "do_it"
#: So many units are shown at once; more are found by their name.
SHOWN = 30
#: Digits of an id that a database can hold.
LONGEST = 18
#: What a verb asks to be written.
ASKS = {
    "transfer": ("理由", "为什么由该单位办理；对方能看到"),
    "delegate": ("理由", "为什么由该同事办理，有什么要求"),
    "return": ("理由", "为什么不能办理，还缺什么"),
    "withdraw": ("理由", "为什么收回"),
    "consult": ("征求什么意见", "写清要对方回答的问题"),
    "cancel": ("理由", "为什么不再需要这份意见"),
    "urge": ("催办内容", "为什么急，最好什么时候办完"),
    "press": ("督办要求", "做什么、何时反馈；对方须答复"),
    "opinion": ("意见", "同意、不同意或者其他意见，写明理由"),
    "answer": ("落实情况", "做了什么，还要多久"),
}
#: What a verb means for the item, said before it is done.
NOTES = {
    "transfer": "转办后由对方单位签收办理，时限不变；本单位仍可查看个案，对方签收以前可以撤回。",
    "delegate": "委派后列入该同事的“我的待办”，时限不变；您可以随时撤回。",
    "return": "只能退回转办、委派此件的单位或者负责人，时限不变。程序已走过的环节不能退回。",
    "withdraw": "撤回后由本单位重新签收办理，时限不变。",
    "consult": "此件仍由您办理，标为“等待加签”；选一个是加签，选几个是会签，收齐意见才能提交。"
    "被征求的单位可以查看个案。",
    "cancel": "撤销后对方不用再答复。",
    "urge": "对方单位收到通知，列表上标明“催办”。同一事项每人四小时内只能催办一次。",
    "press": "对方单位须书面答复，答复以前一直标明“督办”。",
    "opinion": "意见密封保存，此件的办理单位和个案各单位可以看到是谁、什么时候提出的。",
    "answer": "答复送达督办单位。",
}


class ActPages:
    """What is done with an item beside doing it."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def desk(self) -> ResponseReturnValue:
        return render_template("inbox/desk.html", desk=self._services.acts.desk(g.acting))

    def show(self, item_id: int, verb: str) -> ResponseReturnValue:
        return _render(self._services.acts.asked(g.acting, item_id, verb))

    def do(self, item_id: int, verb: str) -> ResponseReturnValue:
        """Do it; `do=update` only shows the page again with what was typed, and the units that were looked for."""
        if (target := once.led_to()) is not None:
            return redirect(target)
        on_refusal(lambda error: self._again(lambda: self._services.acts.asked(g.acting, item_id, verb), error))
        asked = self._services.acts.asked(g.acting, item_id, verb)
        if request.form.get("do") != DO:
            return _render(asked)
        said, target = self._done(asked)
        flash(said, "good")
        return redirect(once.remember(target))

    def show_answer(self, act_id: int) -> ResponseReturnValue:
        return _render(self._services.acts.to_answer(g.acting, act_id))

    def answer(self, act_id: int) -> ResponseReturnValue:
        """Give an opinion, or answer an instruction."""
        if (target := once.led_to()) is not None:
            return redirect(target)
        on_refusal(lambda error: self._again(lambda: self._services.acts.to_answer(g.acting, act_id), error))
        asked = self._services.acts.to_answer(g.acting, act_id)
        if request.form.get("do") != DO:
            return _render(asked)
        if asked.verb == "opinion":
            self._services.consulting.opinion(g.acting, act_id, words=_typed("reason"))
            flash(f"对“{asked.name}”的意见已提交。", "good")
        else:
            self._services.pressing.answer(g.acting, act_id, words=_typed("reason"))
            flash(f"“{asked.name}”的督办已答复。", "good")
        return redirect(once.remember(url_for("inbox.desk")))

    def _done(self, asked: ActAsked) -> tuple[str, str]:
        """Do what the page asks; return what to say and where to go."""
        doing: Mapping[str, Callable[[ActAsked, str, int], tuple[str, str]]] = {
            "transfer": self._transfer,
            "delegate": self._delegate,
            "return": self._send_back,
            "withdraw": self._withdraw,
            "consult": self._consult,
            "cancel": self._cancel,
            "urge": self._urge,
            "press": self._press,
        }
        return doing[asked.verb](asked, _typed("reason"), request.form.get("version", 0, type=int))

    def _transfer(self, asked: ActAsked, reason: str, seen: int) -> tuple[str, str]:
        to = self._services.handing.transfer(g.acting, asked.item_id, _typed("unit"), reason=reason, seen=seen)
        return f"“{asked.name}”已转交{to}办理，时限不变。", url_for("inbox.desk")

    def _delegate(self, asked: ActAsked, reason: str, seen: int) -> tuple[str, str]:
        to = self._services.handing.delegate(g.acting, asked.item_id, _number("person"), reason=reason, seen=seen)
        return f"“{asked.name}”已委派{to}办理，时限不变。", _item(asked)

    def _send_back(self, asked: ActAsked, reason: str, seen: int) -> tuple[str, str]:
        to = self._services.handing.send_back(g.acting, asked.item_id, reason=reason, seen=seen)
        return f"“{asked.name}”已退回{to}。", url_for("inbox.show")

    def _withdraw(self, asked: ActAsked, reason: str, seen: int) -> tuple[str, str]:
        self._services.handing.withdraw(g.acting, asked.item_id, reason=reason, seen=seen)
        return f"“{asked.name}”已撤回，由本单位签收办理。", _item(asked)

    def _consult(self, asked: ActAsked, reason: str, seen: int) -> tuple[str, str]:
        units, people = request.form.getlist("unit"), [int(one) for one in _numbers("person")]
        count = self._services.consulting.consult(
            g.acting, asked.item_id, units=units, people=people, question=reason, seen=seen
        )
        return f"“{asked.name}”已征求 {count} 份意见，收齐后才能提交。", _item(asked)

    def _cancel(self, asked: ActAsked, reason: str, _seen: int) -> tuple[str, str]:
        self._services.consulting.cancel(g.acting, asked.item_id, _number("question"), reason=reason)
        return f"“{asked.name}”的加签已撤销。", _item(asked)

    def _urge(self, asked: ActAsked, reason: str, _seen: int) -> tuple[str, str]:
        self._services.pressing.urge(g.acting, asked.item_id, reason=reason)
        return f"已催办“{asked.name}”，{asked.unit_name}会收到通知。", _back(asked)

    def _press(self, asked: ActAsked, reason: str, _seen: int) -> tuple[str, str]:
        self._services.pressing.press(g.acting, asked.item_id, instruction=reason)
        return f"已督办“{asked.name}”，{asked.unit_name}须书面答复。", _back(asked)

    @staticmethod
    def _again(asked_again: Any, error: ShouhuError) -> str:
        """Show the page again, filled; where the person can do nothing any more, what was typed and why."""
        problems = error.problems if isinstance(error, Invalid) else {}
        try:
            asked = asked_again()
        except NotFound:
            return _render(None, refusal=error.sentence)
        except ShouhuError as nothing:
            return _render(None, refusal=nothing.sentence)
        return _render(asked, refusal="" if problems else error.sentence, problems=problems)


def _typed(name: str) -> str:
    return request.form.get(name, "").strip()


def _item(asked: ActAsked) -> str:
    return url_for("inbox.item", item_id=asked.item_id)


def _numbers(name: str) -> list[str]:
    return [one for one in request.form.getlist(name) if one.isdecimal() and len(one) <= LONGEST]


def _number(name: str) -> int:
    return int(next(iter(_numbers(name)), "0"))


def _found(units: Sequence[Choice]) -> list[Choice]:
    """Return the units to choose from: those chosen already, and those that are looked for or nearest at hand."""
    chosen, text = set(request.form.getlist("unit")), _typed("q")
    kept = [one for one in units if one.value in chosen]
    if text:
        more = [one for one in units if text in one.name]
    elif len(units) <= SHOWN:
        more = list(units)
    else:
        more = [one for one in units if not one.sub] or list(units)
    return kept + [one for one in more if one not in kept][:SHOWN]


def _back(asked: ActAsked) -> str:
    """Return where one came from: the item's page where it is theirs, else the case's."""
    if asked.theirs and asked.verb not in ("opinion", "answer") and request.values.get("from") != "case":
        return url_for("inbox.item", item_id=asked.item_id)
    if asked.verb in ("opinion", "answer"):
        return url_for("inbox.desk")
    return url_for("cases.show", case_id=asked.case_id)


def _render(asked: ActAsked | None, *, refusal: str = "", problems: dict[str, str] | None = None) -> str:
    label, hint = ASKS[asked.verb] if asked else ("理由", "")
    return render_template(
        "inbox/act.html",
        asked=asked,
        label=label,
        hint=hint,
        meant=NOTES[asked.verb] if asked else "",
        found=_found(asked.units) if asked else [],
        searched=bool(asked and len(asked.units) > SHOWN),
        several=bool(asked and asked.verb == "consult"),
        chosen=set(request.form.getlist("unit")) | set(request.form.getlist("person")),
        typed={"reason": request.form.get("reason", ""), "q": request.form.get("q", "")},
        refusal=refusal,
        problems=problems or {},
        came_from="case" if request.values.get("from") == "case" else "",
        back=_back(asked) if asked else url_for("inbox.show"),
        once=once.new_token(),
    )

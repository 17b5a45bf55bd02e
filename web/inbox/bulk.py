"""签收, 委派, 催办 and 退还 over the ticked rows of a list; the answer is a sentence for each row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.core.errors import Invalid, NotFound, ShouhuError
from web import once
from web.errors import on_refusal
from web.services import Services

DO = "do_it"
VERBS = {"claim": "签收", "release": "退还", "delegate": "委派", "urge": "催办"}
#: Verbs that ask for a reason, and what its field is called.
ASKS = {"delegate": "理由", "urge": "催办内容"}
#: Digits of an id or a version that a database can hold.
LONGEST = 9


class BulkPages:
    """One verb on many items."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def do(self) -> ResponseReturnValue:
        """Do it row by row; what asks for a reason, and `do=update`, shows the page that asks first."""
        if (target := once.led_to()) is not None:
            return redirect(target)
        verb = request.form.get("verb", "")
        if verb not in VERBS:
            raise NotFound("没有这一页")
        items = ticked(request.form.getlist("item"))
        asks = verb in ASKS and "reason" not in request.form
        if request.form.get("do") != DO or (asks and items):
            return self._ask(verb, items)
        on_refusal(lambda error: self._ask(verb, items, error))
        outcomes = self._done(verb, items)
        once.remember(url_for("inbox.show", view="mine" if verb == "claim" else "unit"))
        return render_template("inbox/bulk_done.html", title=VERBS[verb], outcomes=outcomes)

    def _done(self, verb: str, items: Sequence[tuple[int, int]]) -> Any:
        bulk, reason = self._services.bulk, request.form.get("reason", "").strip()
        if verb == "claim":
            return bulk.claim(g.acting, items)
        if verb == "release":
            return bulk.release(g.acting, items)
        if not reason:
            raise Invalid({"reason": "请写明理由，将记入每件的个案日志"})
        if verb == "urge":
            return bulk.urge(g.acting, items, reason=reason)
        person = request.form.get("person", "")
        if not person.isdecimal() or len(person) > LONGEST:
            raise Invalid({"person": "请选择委派给哪位同事"})
        return bulk.delegate(g.acting, items, int(person), reason=reason)

    def _ask(self, verb: str, items: Sequence[tuple[int, int]], error: ShouhuError | None = None) -> str:
        problems = error.problems if isinstance(error, Invalid) else {}
        return render_template(
            "inbox/bulk_ask.html",
            verb=verb,
            title=VERBS[verb],
            label=ASKS.get(verb, ""),
            items=items,
            labels=self._services.bulk.labels(g.acting, items),
            members=self._services.bulk.members(g.acting) if verb == "delegate" else [],
            typed={name: request.form.get(name, "") for name in ("reason", "person")},
            problems=problems,
            refusal=error.sentence if error is not None and not problems else "",
            once=once.new_token(),
        )


def ticked(values: Sequence[str]) -> list[tuple[int, int]]:
    """Return item and version of each ticked row; anything else was never on our page."""
    found: dict[int, int] = {}
    for value in values:
        item, _, version = value.partition(":")
        if all(part.isascii() and part.isdecimal() and len(part) <= LONGEST for part in (item, version)):
            found[int(item)] = int(version)
    return list(found.items())

"""Pages of rosters. A file goes to the service as it came; what it holds is never in an address."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.core.errors import Invalid, ShouhuError
from web import once
from web.errors import on_refusal
from web.exports import sheet_response
from web.forms.typed import NUMBER
from web.register import files
from web.services import Services

FILE, LARGEST = "file", 10 * 1024 * 1024
FILTERS = ("area", "school_state", "flags", "risk", "scope", "absent")
#: What comes out of a comparison, as the page calls it; the first that has rows is shown first.
OUTCOMES = {"changed": "变更", "new": "新增", "missing": "缺失", "bad": "有误", "same": "相同"}
STATES = {
    "mapping": ("near", "待核对列"),
    "queued": ("wait", "排队中"),
    "reading": ("hold", "正在读取"),
    "ready": ("near", "待决定"),
    "applying": ("hold", "正在执行"),
    "done": ("done", "已办完"),
    "failed": ("bad", "没有读成"),
}


def make_blueprint(services: Services) -> Blueprint:
    """Build /register and /rosters."""
    bp = Blueprint("register", __name__, template_folder="templates")
    pages = RosterPages(services)
    bp.add_url_rule("/register", "ledger", pages.ledger)
    bp.add_url_rule("/register/sheet", "sheet", pages.sheet, methods=["POST"])
    bp.add_url_rule("/rosters", "rosters", pages.index)
    bp.add_url_rule("/rosters", "bring", pages.bring, methods=["POST"])
    bp.add_url_rule("/rosters/<int:roster_id>", "roster", pages.show)
    bp.add_url_rule("/rosters/<int:roster_id>/columns", "columns", pages.columns, methods=["POST"])
    bp.add_url_rule("/rosters/<int:roster_id>/decisions", "decide", pages.decide, methods=["POST"])
    files.add_pages(bp, services)
    return bp


class RosterPages:
    """A person's rosters."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def ledger(self) -> ResponseReturnValue:
        """Show the children in the registers of one's units."""
        wanted = {key: request.args[key] for key in FILTERS if request.args.get(key)}
        page = self._services.ledger.page(g.acting, wanted, request.args.get("after", 0, type=int))
        units = self._services.rosters.units_of(g.acting)
        return render_template("register/ledger.html", page=page, wanted=wanted, units=units)

    def sheet(self) -> ResponseReturnValue:
        """Hand out the list as it is filtered."""
        wanted = {key: request.form[key] for key in FILTERS if request.form.get(key)}
        return sheet_response(self._services.ledger.sheet(g.acting, wanted), self._services.clock())

    def index(self) -> ResponseReturnValue:
        return self._index()

    def bring(self) -> ResponseReturnValue:
        if (target := once.led_to()) is not None:
            return redirect(target)
        upload = request.files.get(FILE)
        name = upload.filename or "" if upload else ""
        on_refusal(lambda error: self._index(problem=_sentence(error), name=name))
        if upload is None or not name:
            raise Invalid({FILE: "还没有选择文件，请先选择再导入"})
        content = upload.stream.read(LARGEST + 1)
        roster_id = self._services.rosters.receive(g.acting, request.form.get("unit", ""), name, content)
        return redirect(once.remember(url_for("register.roster", roster_id=roster_id)))

    def show(self, roster_id: int) -> ResponseReturnValue:
        return self._show(roster_id)

    def columns(self, roster_id: int) -> ResponseReturnValue:
        on_refusal(lambda error: self._show(roster_id, problem=_sentence(error)))
        given = {
            int(key.removeprefix("c.")): value
            for key, value in request.form.items()
            if key.startswith("c.") and NUMBER.fullmatch(key[2:]) and value
        }
        self._services.rosters.map_columns(g.acting, roster_id, given, seen=_seen())
        return redirect(url_for("register.roster", roster_id=roster_id))

    def decide(self, roster_id: int) -> ResponseReturnValue:
        """Accept or reject rows, or let what is accepted be applied."""
        on_refusal(lambda error: self._show(roster_id, problem=_sentence(error)))
        verb, _, rest = request.form.get("do", "").partition(":")
        outcome, after = request.form.get("outcome", ""), request.form.get("after", 0, type=int)
        if verb == "apply":
            count = self._services.rosters.apply(g.acting, roster_id, seen=_seen())
            flash(f"{count} 行已交系统执行，不必等在这一页。", "good")
            return redirect(url_for("register.roster", roster_id=roster_id))
        if rest:
            seqs = [int(rest)] if NUMBER.fullmatch(rest) else []
            self._services.rosters.decide(g.acting, roster_id, verb, seqs=seqs)
        else:
            count = self._services.rosters.decide(g.acting, roster_id, verb, outcome=outcome)
            left = "；需要逐行核对的没有动" if count else ""
            flash(f"{OUTCOMES.get(outcome, '')} {count} 行已{'接受' if verb == 'accept' else '不接受'}{left}。", "good")
        target = url_for("register.roster", roster_id=roster_id, outcome=outcome, after=after or None)
        return redirect(f"{target}#rows")

    def _index(self, problem: str = "", name: str = "") -> str:
        rosters = self._services.rosters
        return render_template(
            "register/rosters.html",
            rosters=rosters.listed(g.acting),
            units=rosters.units_of(g.acting),
            states=STATES,
            problem=problem,
            name=name,
            once=once.new_token(),
        )

    def _show(self, roster_id: int, problem: str = "") -> str:
        view = self._services.rosters.view(g.acting, roster_id)
        wanted = request.values.get("outcome", "")
        first = next((one for one in OUTCOMES if view.many(one)), "same")
        outcome = wanted if wanted in OUTCOMES else first
        decidable = view.state in {"ready", "done"}
        after = request.values.get("after", 0, type=int)
        rows, following = (
            self._services.rosters.differences(g.acting, roster_id, outcome, after) if decidable else ([], 0)
        )
        return render_template(
            "register/roster.html",
            view=view,
            states=STATES,
            outcomes=OUTCOMES,
            outcome=outcome,
            rows=rows,
            after=after,
            following=following,
            problem=problem,
            accepted=sum(view.many(one, "accept") for one in OUTCOMES),
            chosen=_chosen(view),
        )


def _chosen(view: Any) -> dict[int, str]:
    """Return what each column is taken for: as it was sent last, else as it is kept."""
    return {one.index: request.form.get(f"c.{one.index}", one.key) for one in view.columns}


def _seen() -> int:
    return request.form.get("version", 0, type=int)


def _sentence(error: ShouhuError) -> str:
    return "；".join(error.problems.values()) if isinstance(error, Invalid) else error.sentence

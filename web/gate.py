"""The sign-in gate: every route is closed unless `OPEN_TO_ALL` says why it is open."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import unquote

from flask import Flask, abort, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from engine.core.errors import NotFound
from engine.core.model import Acting
from web.asked import LARGEST_UNSIGNED, LARGEST_UPLOAD
from web.services import Services

#: endpoint → why nobody has to sign in for it
OPEN_TO_ALL = {
    "static": "style sheets, scripts and fonts hold no data",
    "identity.sign_in": "one signs in here",
    "identity.check": "one signs in here",
    "identity.text_size": "sets a display cookie only",
    "public.report": "anybody may report a child in danger, unnamed (procedures P01-T2c)",
    "public.hand_in": "anybody may report a child in danger, unnamed (procedures P01-T2c)",
    "public.receipt": "who holds a receipt code may learn 已收到, 已受理, 已处置 and nothing else",
    "public.look_up": "who holds a receipt code may learn 已收到, 已受理, 已处置 and nothing else",
    "public.home": "lists the jurisdictions of the public form",
    "system.healthz": "tells that the process answers, nothing else",
    "system.readyz": "tells that the database answers, nothing else",
}
#: pages that do not even look at who asks
UNASKED = frozenset({"static", "system.healthz", "system.readyz"})
#: what a person who must change the password may still do
WHILE_CHANGING = frozenset({"identity.account", "identity.change_password", "identity.sign_out"})
#: forms whose typed text is worth keeping; their `do=update` shows them again and does nothing
FORMS = frozenset(
    {"inbox.work", "inbox.hand_in", "inbox.change_limit", "cases.say", "calendars.load", "public.hand_in"}
    | {"papers.act", "papers.issue", "register.change"}
    | {"inbox.do_act", "inbox.do_answer", "inbox.do_bulk", "inbox.correct", "absences.record", "starts.open"}
)
#: forms with which files come
WITH_FILES = frozenset({"inbox.work", "papers.act", "register.bring"})
#: asked by scripts alone, which say in their own words that one must sign in again
SCRIPTED = frozenset({"inbox.save_draft"})
LOCAL = re.compile(r"/(?!/)[^\x00-\x20\x7f\\]*")
NOT_KEPT = frozenset({"csrf_token", "do", "password", "old", "new", "again"})


def keep(form: MultiDict[str, str]) -> str:
    """Write what was typed as text for one hidden field; passwords and buttons are left out."""
    return json.dumps([[name, value] for name, value in form.items(multi=True) if name not in NOT_KEPT])


def kept(text: str) -> list[tuple[str, str]]:
    """Read back what `keep` wrote; anything else is as if nothing was kept."""
    try:
        return [(str(name), str(value)) for name, value in json.loads(text)]
    except (ValueError, TypeError, RecursionError):
        return []


def local_path(target: str | None) -> str:
    """Return the target if it is a path of this site, else the inbox.

    Browsers leave out tabs and line ends of an address and take a backslash for a slash, so one that has
    any is none of ours: our own addresses have them encoded.
    """
    if target and LOCAL.fullmatch(target):
        return target
    return url_for("inbox.show")


def who(services: Services) -> Acting | None:
    """Return who is signed in, with today's units; an old epoch or an ended person is nobody."""
    person_id = session.get("person")
    if person_id is None:
        return None
    try:
        signed_in: Any = services.people.session(person_id)
    except NotFound:
        return None
    if signed_in.epoch != session.get("epoch"):
        return None
    g.must_change = signed_in.must_change
    acting: Acting = signed_in.acting
    return acting


def add_gate(app: Flask, services: Services) -> None:
    """Put the gate before every request. `g.acting` is the person, or None on an open page."""

    @app.before_request
    def gate() -> ResponseReturnValue | None:
        g.acting = None
        if request.endpoint in UNASKED:
            return None
        if "\0" in request.full_path + unquote(request.query_string.decode("latin-1")):
            abort(400)
        g.acting = who(services)
        if request.endpoint in WITH_FILES:
            request.max_content_length = LARGEST_UPLOAD if g.acting else LARGEST_UNSIGNED
        if g.acting is not None:
            must = g.must_change and request.endpoint not in WHILE_CHANGING | OPEN_TO_ALL.keys()
            return redirect(url_for("identity.account")) if must else None
        return None if request.endpoint in OPEN_TO_ALL else _to_sign_in()


def _to_sign_in() -> ResponseReturnValue:
    """Send to the sign-in page; what was typed goes along and comes back."""
    expired = session.pop("person", None) is not None
    if request.endpoint in SCRIPTED:
        return "", 401
    if request.endpoint in FORMS and request.method == "POST":
        page = render_template("identity/sign_in.html", expired=True, next=request.path, kept=keep(request.form))
        return page, 401
    wanted = request.method == "GET" and request.path != "/"
    target = request.full_path.rstrip("?") if wanted else None
    return redirect(url_for("identity.sign_in", next=target, expired=1 if expired else None))

"""Once is enough: a form sent twice (a double press, a reload) is done once and answered the same.

The form carries a token; the session remembers where the last tokens led. What two simultaneous
requests do is decided by the verb itself: a report takes the token along, so that the second
finds the case of the first; a task is refused the second time by the item's version.
"""

from __future__ import annotations

from secrets import token_urlsafe

from flask import request, session

KEPT = 12
NAME = "once"


def new_token() -> str:
    """Return a token for a form that is shown."""
    return token_urlsafe(12)


def token() -> str:
    """Return the token of the form that was sent, or nothing where it carries none."""
    return request.form.get(NAME, "")[:40]


def led_to() -> str | None:
    """Return where this request's form led when it was sent before."""
    done: dict[str, str] = session.get("done", {})
    return done.get(request.form.get(NAME, ""))


def remember(target: str) -> str:
    """Note where this request's form leads, and return it."""
    if token():
        done: dict[str, str] = dict(list(session.get("done", {}).items())[-KEPT:])
        done[token()] = target
        session["done"] = done
    return target

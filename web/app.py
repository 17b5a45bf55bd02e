"""The web application: gate, headers, errors and blueprints, in one short list."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask, g, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from web import absences, calendars, cases, deliveries, identity, inbox, papers, public, register, starts, system, words
from web.asked import Asked, Id
from web.assets import add_assets
from web.errors import add_errors
from web.gate import add_gate
from web.headers import add_headers
from web.services import Services

IDLE = timedelta(minutes=30)
PLATFORM = "儿童关爱保护工作平台"
SIGN_IN_LIMIT = "10 per minute; 60 per hour"
LARGEST_POST = 4 * 1024 * 1024


def create_app(services: Services, settings: Any) -> Flask:
    """Build the application over these services.

    ``settings`` has ``secret_key``; ``cookie_secure``, ``behind_proxy`` and ``demonstration`` may be left out.
    """
    app = Flask(__name__, static_folder=str(Path(__file__).parent / "static"), static_url_path="/static")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="shouhu",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=getattr(settings, "cookie_secure", False),
        PERMANENT_SESSION_LIFETIME=IDLE,
        SESSION_REFRESH_EACH_REQUEST=True,
        MAX_CONTENT_LENGTH=LARGEST_POST,
        MAX_FORM_MEMORY_SIZE=4 * 1024 * 1024,
        MAX_FORM_PARTS=4000,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        RATELIMIT_STORAGE_URI="memory://",
        RATELIMIT_HEADERS_ENABLED=False,
        DEMONSTRATION=getattr(settings, "demonstration", False),
    )
    if getattr(settings, "behind_proxy", False):
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]

    app.url_map.converters["int"] = Id
    app.request_class = Asked
    add_gate(app, services)
    CSRFProtect(app)
    limiter = Limiter(get_remote_address, app=app)
    add_headers(app)
    add_errors(app)
    add_assets(app)
    _add_words(app, services)

    app.register_blueprint(system.make_blueprint(services))
    app.register_blueprint(
        identity.make_blueprint(services, limiter, getattr(settings, "sign_in_limit", SIGN_IN_LIMIT))
    )
    app.register_blueprint(inbox.make_blueprint(services))
    app.register_blueprint(cases.make_blueprint(services))
    app.register_blueprint(deliveries.make_blueprint(services))
    app.register_blueprint(papers.make_blueprint(services))
    app.register_blueprint(calendars.make_blueprint(services))
    app.register_blueprint(absences.make_blueprint(services))
    app.register_blueprint(register.make_blueprint(services))
    app.register_blueprint(starts.make_blueprint(services))
    app.register_blueprint(public.make_blueprint(services, limiter))
    return app


def _add_words(app: Flask, services: Services) -> None:
    """Give every template the words for times, and who is signed in."""

    @app.context_processor
    def shared() -> dict[str, Any]:
        now: datetime = services.clock()
        return {
            "now": now,
            "big": request.cookies.get("big") == "1",
            "demonstration": app.config["DEMONSTRATION"],
            "moment": lambda at: words.moment(at, now),
            "day": lambda at: words.day(at, now),
            "due": lambda at: words.due(at, now),
            "asked": words.asked,
            "limit_of": lambda row: words.limit_of(row, now),
            "week_date": lambda when: words.week_date(when, now),
            **_who_and_where(services),
        }

    app.jinja_env.filters.update(
        size=words.size,
        full_day=words.full_day,
        full_date=words.full_date,
        clock=lambda at: f"{words.local(at):%H:%M}",
    )


def _who_and_where(services: Services) -> dict[str, Any]:
    """Return who is signed in, where, and what waits; a page about a failure asks the database nothing."""
    if g.get("offline"):
        return {
            "acting": None,
            "place_name": PLATFORM,
            "waiting": 0,
            "keeps_outbox": False,
            "keeps_calendars": False,
            "keeps_register": False,
        }
    acting = g.get("acting")
    code = acting.units[0].jurisdiction if acting and acting.units else (request.view_args or {}).get("jurisdiction")
    # A list has asked for both already.
    place, waiting = g.get("place_name"), g.get("waiting")
    return {
        "acting": acting,
        "place_name": place or (services.directory.place_name(code) if code else None) or PLATFORM,
        "waiting": waiting if waiting is not None else services.inbox.waiting(acting) if acting else 0,
        "keeps_register": bool(acting and services.rosters.keeps_register(acting)),
        "keeps_outbox": bool(acting and deliveries.DUTY in acting.duties),
        "keeps_calendars": bool(acting and acting.duties & calendars.DUTIES),
    }

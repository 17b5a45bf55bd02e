"""Whether the process answers, and whether it can work."""

from __future__ import annotations

import logging

from flask import Blueprint
from flask.typing import ResponseReturnValue

from web.services import Services

logger = logging.getLogger(__name__)


def make_blueprint(services: Services) -> Blueprint:
    """Build /healthz and /readyz."""
    bp = Blueprint("system", __name__)

    @bp.get("/healthz")
    def healthz() -> ResponseReturnValue:
        return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}

    @bp.get("/readyz")
    def readyz() -> ResponseReturnValue:
        plain = {"Content-Type": "text/plain; charset=utf-8"}
        try:
            services.ready()
        except Exception:  # whatever is wrong with the database, the answer is the same: not ready
            logger.exception("Not ready")
            return "not ready\n", 503, plain
        return "ready\n", 200, plain

    return bp

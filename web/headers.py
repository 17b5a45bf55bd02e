"""The headers of every answer: nothing inline, nothing from elsewhere, nothing kept by a cache."""

from __future__ import annotations

from flask import Flask, Response, g, request

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'{attributes}; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
#: bpmn.io's mark carries style attributes, and its licence forbids to change it; only pages with a diagram allow them.
DIAGRAM = "; style-src-attr 'unsafe-inline'"


def allow_diagram() -> None:
    """Let this answer carry style attributes, for a drawn diagram."""
    g.diagram = True


def add_headers(app: Flask) -> None:
    """Set the headers on every answer of the application."""

    @app.after_request
    def secure(response: Response) -> Response:
        attributes = DIAGRAM if g.get("diagram") else ""
        response.headers.setdefault("Content-Security-Policy", POLICY.format(attributes=attributes))
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["X-Frame-Options"] = "DENY"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        if request.endpoint == "static":
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        else:
            response.headers["Cache-Control"] = "no-store"
        if request.is_secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        return response

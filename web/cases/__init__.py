"""The case page, the child's file, events and downloads."""

from web.cases.pages import make_blueprint

__all__ = ["make_blueprint"]

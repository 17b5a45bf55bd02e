"""Pages of papers: what is to be printed, signed, served and filed."""

from web.papers.pages import make_blueprint

__all__ = ["make_blueprint"]

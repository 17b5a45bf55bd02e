"""Rosters of children: a spreadsheet is taken in, its columns are said, its differences are decided."""

from web.register.pages import make_blueprint

__all__ = ["make_blueprint"]

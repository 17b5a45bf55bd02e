"""发起办理: procedures that people start by hand, for a child or for the work of their area."""

from web.starts.pages import make_blueprint

__all__ = ["make_blueprint"]

"""The pages for everybody: report a child in danger, look up a receipt."""

from web.public.pages import make_blueprint

__all__ = ["make_blueprint"]

"""Who one is: sign-in, sign-out, the account page and the size of the text."""

from web.identity.pages import make_blueprint

__all__ = ["make_blueprint"]

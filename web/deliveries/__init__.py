"""Deliveries outside: the administrator's outbox, one's own mail address, notices that are opened."""

from web.deliveries.pages import DUTY, make_blueprint

__all__ = ["DUTY", "make_blueprint"]

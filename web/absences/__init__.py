"""请假与代办: who is away, and who stands in."""

from web.absences.pages import make_blueprint

__all__ = ["make_blueprint"]

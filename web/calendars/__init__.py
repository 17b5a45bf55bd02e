"""The working-day calendars: the years, a year at a glance, loading the next one."""

from web.calendars.pages import DUTIES, make_blueprint

__all__ = ["DUTIES", "make_blueprint"]

"""Process data as JSON and back, so that a date stays a date and a number exact."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from engine.core.civil import DaysDuration, MonthsDuration


def to_json(value: object) -> Any:  # noqa: PLR0911 -- one line a type
    """Return the value in JSON's types; what JSON lacks becomes an object with one ``@`` key."""
    match value:
        case None | bool() | str():
            return value
        case int():
            return {"@number": str(value)}
        case Decimal():
            return {"@number": str(value)}
        case datetime():
            return {"@instant": value.isoformat()}
        case date():
            return {"@date": value.isoformat()}
        case MonthsDuration():
            return {"@months": value.months}
        case DaysDuration():
            return {"@days": value.days, "@seconds": str(value.seconds)}
        case list() | tuple():
            return [to_json(item) for item in value]
        case Mapping():
            return {str(key): to_json(item) for key, item in value.items()}
        case _:
            raise TypeError(f"Expected a value that process data may hold, but got {type(value).__name__}")


def from_json(value: Any) -> Any:  # noqa: PLR0911 -- one line a type
    """Return what :func:`to_json` was given."""
    match value:
        case {"@number": str(text)}:
            return Decimal(text)
        case {"@instant": str(text)}:
            return datetime.fromisoformat(text)
        case {"@date": str(text)}:
            return date.fromisoformat(text)
        case {"@months": int(months)}:
            return MonthsDuration(months)
        case {"@days": int(days), "@seconds": str(seconds)}:
            return DaysDuration(days, Decimal(seconds))
        case list():
            return [from_json(item) for item in value]
        case dict():
            return {key: from_json(item) for key, item in value.items()}
        case _:
            return value

"""What was typed ↔ values: text of inputs to answers of a form and back. Checks only that text can be read.

An input's name is ``f.KEY``; a table's cell ``f.KEY.ROW.COLUMN``; the words of an area or a unit
``f.KEY.text`` beside its key in ``f.KEY``; a stored file ``f.KEY.id`` with its name in ``f.KEY.name``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, Protocol

from werkzeug.datastructures import MultiDict

from web.words import SHANGHAI, local

Given = MultiDict[str, str]
DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
TIME = re.compile(r"(\d{1,2})[:：](\d{2})(?:[:：](\d{2}))?")
LOOKED_UP = frozenset({"area", "ref"})
MOST_ROWS = 200
#: A number that the database can hold.
NUMBER = re.compile(r"[0-9]{1,18}")
#: Years that a form can mean; beyond them no time can be worked out.
FIRST_YEAR, LAST_YEAR = 1900, 2199


class FieldLike(Protocol):
    """The part of a form's field that reading needs."""

    @property
    def key(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def columns(self) -> Iterable[FieldLike]: ...


#: (field, text) → key or free text; raises Unreadable where the text fits nothing or too much
Resolve = Callable[[FieldLike, str], str]


class Unreadable(Exception):
    """A text that is not what its field asks for, with a sentence for the field."""


def name(key: str) -> str:
    """Return the name of a field's input."""
    return f"f.{key}"


def read(fields: Iterable[FieldLike], given: Given, resolve: Resolve) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the answers and, for what cannot be read, a sentence by field; empty answers are left out."""
    answers: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for field in fields:
        try:
            value = _value(field, given, name(field.key), resolve)
        except Unreadable as unreadable:
            problems[field.key] = str(unreadable)
            value = given.get(name(field.key), "")
        if value not in (None, "", [], {}):
            answers[field.key] = value
    return answers, problems


def rows(given: Given, at: str) -> int:
    """Return how many rows a table has on the page."""
    text = given.get(f"{at}.rows", "")
    return min(int(text), MOST_ROWS) if NUMBER.fullmatch(text) else 0


def ids(texts: Iterable[str]) -> list[int]:
    """Return the numbers of stored files; what cannot be one is left out."""
    return [int(one) for one in texts if NUMBER.fullmatch(one)]


def _value(field: FieldLike, given: Given, at: str, resolve: Resolve) -> Any:
    match field.kind:
        case "multi":
            return [one for one in given.getlist(at) if one]
        case "file":
            return ids(given.getlist(f"{at}.id"))
        case "table":
            return _table(field, given, at, resolve)
        case "area" | "ref":
            return _looked_up(field, given, at, resolve)
        case kind:
            return _scalar(kind, given.get(at, "").strip())


def _table(field: FieldLike, given: Given, at: str, resolve: Resolve) -> list[dict[str, Any]]:
    table = []
    for index in range(rows(given, at)):
        row = {column.key: _value(column, given, f"{at}.{index}.{column.key}", resolve) for column in field.columns}
        filled = {key: value for key, value in row.items() if value not in (None, "", [])}
        if filled:
            table.append(filled)
    return table


def _looked_up(field: FieldLike, given: Given, at: str, resolve: Resolve) -> str:
    text = given.get(f"{at}.text", "").strip()
    key = given.get(at, "").strip()
    if not text:
        return "" if f"{at}.text" in given else key
    if key and text == given.get(f"{at}.was", ""):
        return key
    return resolve(field, text)


def _scalar(kind: str, text: str) -> Any:
    reader = READERS.get(kind, str)
    return reader(text) if text else None


def _number(text: str, *, whole: bool) -> int | float:
    plain = text.translate(str.maketrans("０１２３４５６７８９．，－", "0123456789.,-")).replace(",", "")
    if re.fullmatch(r"-?\d{1,15}", plain):
        return int(plain)
    if whole or not re.fullmatch(r"-?\d{1,15}\.\d{1,6}", plain):
        raise Unreadable("请填写整数" if whole else "请填写数字")
    return float(plain)


def instant_of_text(text: str) -> datetime:
    """Return the instant that a text means, in Shanghai time.

    Raises:
        Unreadable: it is none.
    """
    return _datetime(text)


def day_of_text(text: str) -> date:
    """Return the day that a text means, as it is written by a calendar or by hand."""
    found = DATE.match(text)
    try:
        if found and FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
            return date(*(int(part) for part in found.groups()))
    except ValueError:
        pass
    raise Unreadable("日期请写成 2026-11-19 这样")


def _datetime(text: str) -> datetime:
    found = TIME.search(text)
    try:
        day = day_of_text(text)
        if found:
            hour, minute, second = (int(part or 0) for part in found.groups())
            return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=SHANGHAI)
    except (Unreadable, ValueError):
        pass
    raise Unreadable("时间请写成 2026-11-19 10:20 这样")


READERS: Mapping[str, Callable[[str], Any]] = {
    "bool": {"true": True, "false": False}.get,
    "int": lambda text: _number(text, whole=True),
    "number": lambda text: _number(text, whole=False),
    "date": lambda text: day_of_text(text).isoformat(),
    "datetime": lambda text: _datetime(text).isoformat(),
}


def spread(fields: Iterable[FieldLike], values: Mapping[str, Any], words: Callable[[FieldLike, str], str]) -> Given:
    """Return the texts of the inputs that show these values; ``words`` names an area or a unit."""
    given: Given = MultiDict()
    for field in fields:
        value = values.get(field.key)
        if value is not None:
            _spread(given, field, name(field.key), value, words)
    return given


def _spread(given: Given, field: FieldLike, at: str, value: Any, words: Callable[[FieldLike, str], str]) -> None:
    match field.kind:
        case "multi":
            given.setlist(at, [str(one) for one in value])
        case "file":
            given.setlist(f"{at}.id", [str(one) for one in value])
        case "table":
            given[f"{at}.rows"] = str(len(value))
            for index, row in enumerate(value):
                for column in field.columns:
                    if row.get(column.key) is not None:
                        _spread(given, column, f"{at}.{index}.{column.key}", row[column.key], words)
        case "area" | "ref":
            given[at] = str(value)
            given[f"{at}.text"] = given[f"{at}.was"] = words(field, str(value))
        case "bool":
            given[at] = "true" if value else "false"
        case "datetime":
            when = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
            given[at] = f"{local(when):%Y-%m-%dT%H:%M}"
        case _:
            given[at] = str(value)

"""Whether one answer fits its field, and the sentence for the person where it does not. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from jsonschema import Draft202012Validator

if TYPE_CHECKING:
    from engine.service.forms import Field

MAX_TEXT = 10_000
MAX_ROWS = 200
#: Years that an answer can mean.
FIRST_YEAR, LAST_YEAR = 1900, 2199

_VERBS = {
    **dict.fromkeys(("enum", "multi", "bool", "area"), "请选择"),
    **dict.fromkeys(("text", "int", "number", "date", "datetime", "ref"), "请填写"),
    "file": "请上传",
    "table": "请至少添加一行",
}
_WRONG = {
    "text": "要是文字",
    "int": "要是整数",
    "number": "要是数字",
    "bool": "要选“是”或“否”",
    "date": "要是日期，例如 2018-03-12",
    "datetime": "要是日期和时间，并带时区，例如 2018-03-12T08:30:00+08:00",
    "enum": "没有这个选项",
    "multi": "里有不存在的选项",
    "ref": "要是单位或姓名",
    "area": "要是地区",
    "table": "要是一张表",
    "file": "要是附件",
}


#: What is said of an answer beyond a limit of its schema, by the limit's keyword.
_LIMITS = {
    "minimum": "“{title}”不能小于 {limit}",
    "maximum": "“{title}”不能大于 {limit}",
    "minItems": "“{title}”至少要选 {limit} 项",
    "maxItems": "“{title}”最多选 {limit} 项",
    "uniqueItems": "“{title}”里有重复的选项",
    "pattern": "“{title}”的写法不对",
    "minLength": "“{title}”至少要有 {limit} 个字",
}


Day = TypeVar("Day", bound=date)


class Rejected(Exception):
    """An answer that does not fit; its text is the sentence."""


def missing_sentence(one: Field) -> str:
    """Return what is said where nothing was answered."""
    return f"{_VERBS.get(one.kind, '请填写')}“{one.title}”"


def accepted(one: Field, value: Any) -> Any:
    """Return the answer as it is kept: text without space around it, rows without empty cells.

    Raises:
        Rejected: with the sentence.
    """
    reader = _READERS.get(one.kind)
    if reader is not None:
        return reader(one, value)
    if isinstance(value, str):
        value = value.strip()
        if len(value) > one.schema.get("maxLength", MAX_TEXT):
            raise Rejected(f"“{one.title}”不能超过 {one.schema.get('maxLength', MAX_TEXT)} 个字")
    return _by_schema(one, value)


def _by_schema(one: Field, value: Any) -> Any:
    error = next(iter(Draft202012Validator(one.schema).iter_errors(value)), None)
    if error is None:
        return value
    sentence = _LIMITS.get(error.validator)
    if sentence is not None:
        raise Rejected(sentence.format(title=one.title, limit=error.validator_value))
    raise _wrong(one)


def _rows(one: Field, value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(row, Mapping) for row in value):
        raise _wrong(one)
    if len(value) > MAX_ROWS:
        raise Rejected(f"“{one.title}”最多 {MAX_ROWS} 行")
    if len(value) < one.schema.get("minItems", 0):
        raise Rejected(f"“{one.title}”至少要有 {one.schema['minItems']} 行")
    return [_row(one, number, row) for number, row in enumerate(value, 1)]


def _row(one: Field, number: int, row: Mapping[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for key in row:
        if key not in {column.key for column in one.columns}:
            raise Rejected(f"“{one.title}”第 {number} 行没有“{key}”这一列")
    for column in one.columns:
        cell = row.get(column.key)
        if cell is None or cell == "":
            if column.required:
                raise Rejected(f"“{one.title}”第 {number} 行：{missing_sentence(column)}")
            continue
        try:
            kept[column.key] = accepted(column, cell)
        except Rejected as rejected:
            raise Rejected(f"“{one.title}”第 {number} 行：{rejected}") from rejected
    return kept


def _files(one: Field, value: Any) -> list[Any]:
    if not isinstance(value, list) or not all(isinstance(v, int | str) for v in value):
        raise _wrong(one)
    if len(value) > one.schema.get("maxItems", MAX_ROWS):
        raise Rejected(f"“{one.title}”最多 {one.schema.get('maxItems', MAX_ROWS)} 个附件")
    return list(dict.fromkeys(value))


def _date(one: Field, value: Any) -> str:
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise _wrong(one) from error
    return _thinkable(one, day).isoformat()


def _instant(one: Field, value: Any) -> str:
    try:
        instant = datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise _wrong(one) from error
    if instant.tzinfo is None:
        raise _wrong(one)
    return _thinkable(one, instant).isoformat()


def _thinkable(one: Field, day: Day) -> Day:
    """Return the day, if limits can be worked out from it: calendars end somewhere, and so do lives."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Rejected(f"“{one.title}”的年份要在 {FIRST_YEAR} 到 {LAST_YEAR} 之间")
    return day


def _wrong(one: Field) -> Rejected:
    return Rejected(f"“{one.title}”{_WRONG[one.kind]}")


_READERS: Mapping[str, Callable[[Field, Any], Any]] = {
    "table": _rows,
    "file": _files,
    "date": _date,
    "datetime": _instant,
}

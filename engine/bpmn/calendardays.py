"""Reads days as an officer writes them: ``2027-10-01 至 2027-10-07``, ``10月1日至7日、10月10日``. Pure."""

from __future__ import annotations

import re
from datetime import date, timedelta

_DAY = re.compile(r"(?:(\d{4})\s*[-/.年]\s*)?(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_ONLY_DAY = re.compile(r"(\d{1,2})\s*日")
_UNTIL = re.compile(r"\s*(?:至|到|~|～|—+|–|\.\.)\s*")
_BETWEEN = re.compile(r"[,，、;；\s]+")
#: A weekday in brackets after a day, as the notices have it.
_WEEKDAY = re.compile(r"[（(](?:周|星期)[一二三四五六日][）)]")
#: No holiday is longer.
MOST = 31
#: How much of what was written is repeated in a sentence.
LONGEST_QUOTE = 40


class BadDays(ValueError):
    """What is written names no day; the message is the sentence for whoever wrote it."""


def read_days(text: str, *, year: int | None) -> list[date]:
    """Return the days of a text, in its order; ``year`` is that of days that name none.

    Raises:
        BadDays: something in it is no day, or a range runs backwards.
    """
    spaced = " ".join(text.split())  # else a page of spaces is searched again from each of them
    plain = _UNTIL.sub("至", _WEEKDAY.sub("", spaced))
    found: list[date] = []
    for part in filter(None, _BETWEEN.split(plain)):
        first, until, last = part.partition("至")
        begin = _day(first, year, None)
        found += _row(begin, _day(last, begin.year, begin.month), part) if until else [begin]
    if not found:
        raise BadDays("没有写日子：请写成 2027-10-01，或 2027-10-01 至 2027-10-07")
    return found


def _day(text: str, year: int | None, month: int | None) -> date:
    match, only = _DAY.fullmatch(text), _ONLY_DAY.fullmatch(text)
    if match and (match[1] or year):
        parts = (int(match[1] or year or 0), int(match[2]), int(match[3]))
    elif only and year and month:
        parts = (year, month, int(only[1]))
    else:
        raise BadDays(f"“{text[:LONGEST_QUOTE]}”不是日子：请写成 2027-10-01，或 2027-10-01 至 2027-10-07")
    try:
        return date(*parts)
    except ValueError as error:
        raise BadDays(f"没有“{text}”这一天：请核对月份和日子") from error


def _row(begin: date, end: date, text: str) -> list[date]:
    length = (end - begin).days + 1
    if not 1 <= length <= MOST:
        raise BadDays(f"“{text[:LONGEST_QUOTE]}”前后颠倒，或者太长：请核对起止的日子")
    return [begin + timedelta(days=number) for number in range(length)]

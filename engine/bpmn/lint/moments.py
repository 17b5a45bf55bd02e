"""Says what is wrong with a time as somebody wrote it: a duration, a date, a repetition. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from engine import feel
from engine.bpmn.properties import ISO_DURATION, timed
from engine.core.civil import DaysDuration, MonthsDuration
from engine.feel import temporal

#: No limit of this work is longer: a child is grown by then.
MOST_YEARS = 20
MOST_REPETITIONS = 1_000
LEAST_PERIOD = 60
FIRST_YEAR, LAST_YEAR = 2000, 2100
_DAYS_A_YEAR, _MONTHS_A_YEAR = 366, 12
#: Begins like a duration; the code of a task (``P07-T1``) does not.
_LENGTH_LIKE = re.compile(r"-?\s*P(?:T?\Z|\s*-?(?=[\dT])[^-+,;()\"]*[YMWDHS][^-+,;()\"]*\Z)", re.IGNORECASE)
#: A word that is no name of a parameter.
_WORD = re.compile(r"(?=.*[^\x00-\x7f])\w+\Z")
_DATE_LIKE = re.compile(r"[-+]?\d{1,9}-\d{1,2}-\d{1,2}(?:[T ]\S*)?\Z|\d{4}-?W\d\S*\Z")
_CYCLE_LIKE = re.compile(r"R[^/\s]*\s*/|R\d*\Z", re.IGNORECASE)
_CYCLE = re.compile(r"R(\d*)/([^/]+)\Z")
_CALL = re.compile(r'\b(date and time|date|time|duration)\s*\(\s*"((?:[^"\\]|\\.)*)"\s*\)|@"((?:[^"\\]|\\.)*)"')
_HOW_LONG = "请写作 P6M（六个月）、P10D（十日）、PT24H（二十四小时）"
_HOW_OFTEN = "请写作 R3/P1M（每月一次，共三次）、R/P1W（每周一次，不限次数）或 R/参数名"
_HOW_DATE = '请写作 date("2026-05-01")，或 date and time("2026-05-01T08:00:00+08:00")'


@dataclass(frozen=True, slots=True)
class Remark:
    """What is wrong; ``void``: it can be read, and is no time at all (zero, or before its beginning)."""

    sentence: str
    void: bool = False


def of_text(text: str, *, literal: bool = True) -> Remark | None:
    """Return what is wrong with the text of a timer or a limit, be it a literal or FEEL.

    ``literal``: ISO 8601 may stand there as it is; a limit wants FEEL.
    """
    said, text = text.strip(), timed(text.strip())
    if not literal and (said != text or ISO_DURATION.match(text)):
        feel_text = f'duration("{text}")' if ISO_DURATION.match(text) else text
        return of_text(text) or Remark(f"“{said}”在这里要写成 FEEL：{feel_text}")
    if _CYCLE_LIKE.match(text):
        return _of_cycle(text)
    if _LENGTH_LIKE.match(text):
        return of_length(text)
    if _DATE_LIKE.match(text):
        return _of_date(text)
    if _WORD.match(text):
        return Remark(f"“{text}”不是能读懂的时间；{_HOW_LONG}")
    return of_feel(text, due=True) or _of_constant(text)


def of_form(text: str, *, repeats: bool) -> Remark | None:
    """Return what is wrong where a repetition is no repetition, or a single time is one; ``repeats``: it must be."""
    like = bool(_CYCLE_LIKE.match(text.strip()))
    if like == repeats or not text.strip():
        return None
    if repeats:
        return Remark(f"“{text}”没有写成重复：{_HOW_OFTEN}")
    return Remark(f"“{text}”是重复的定时，不是一个时间：请写在不中断的边界事件上，类型选“循环”（timeCycle）")


def of_feel(text: str, *, due: bool) -> Remark | None:
    """Return what is wrong with the times that a FEEL text spells out; ``due``: the text says when."""
    found = list(_CALL.finditer(text))
    whole = len(found) == 1 and found[0].group() == text.strip()
    for call in found:
        literal = call[2] if call[1] else call[3]
        remark = _of_call(call[1] or "@", literal, due=due, whole=whole)
        if remark is not None:
            return remark
    return None


def of_length(text: str) -> Remark | None:
    """Return what is wrong with an ISO 8601 duration."""
    value = temporal.parse_duration(text)
    if value is None:
        mixed = "：年、月不能和日、时写在一起" if ISO_DURATION.match(text) and re.search(r"[YM].*[DT]", text) else ""
        return Remark(f"“{text}”不是能读懂的时长{mixed}；{_HOW_LONG}")
    return of_span(value, text)


def of_span(value: MonthsDuration | DaysDuration, text: str) -> Remark | None:
    """Return what is wrong with a duration that could be read."""
    if _size(value) <= 0:
        how = "立即办理请用值为 at_once 的参数"
        return Remark(f"“{text}”不是一段时间：期限要大于零；{how}", void=True)
    if _size(value) > MOST_YEARS * _DAYS_A_YEAR * 86_400:
        return Remark(f"“{text}”超过{MOST_YEARS}年，儿童早已成年：请核对单位（Y 年、M 月、D 日、H 时）")
    return None


def _of_constant(text: str) -> Remark | None:
    """Return what is wrong with FEEL that depends on nothing, and so is always the same."""
    try:
        value = feel.compile(text, ()).evaluate({})
    except feel.TooMuch:
        return Remark(f"“{text[:60]}”算不完；{_HOW_LONG}")
    except feel.FeelError:
        return None
    if isinstance(value, (MonthsDuration, DaysDuration)):
        return of_span(value, text)
    if value is None or isinstance(value, (Decimal, str, bool, list)):
        return Remark(f"“{text}”不是时长，也不是日期；{_HOW_LONG}；日期{_HOW_DATE}")
    return None


def _size(value: MonthsDuration | DaysDuration) -> Decimal:
    """Return the least number of seconds that a duration can take."""
    if isinstance(value, MonthsDuration):
        years, months = divmod(abs(value.months), _MONTHS_A_YEAR)
        days = years * (_DAYS_A_YEAR - 1) + months * 28
        return Decimal(days * 86_400 * (1 if value.months >= 0 else -1))
    return value.total_seconds


def _of_cycle(text: str) -> Remark | None:
    match = _CYCLE.match(text)
    if match is None:
        return Remark(f"“{text}”不是能读懂的重复；{_HOW_OFTEN}")
    times, period = match[1], match[2].strip()
    if times and (len(times) > len(str(MOST_REPETITIONS)) or int(times) > MOST_REPETITIONS):
        return Remark(f"“{text}”要重复的次数超过{MOST_REPETITIONS}次：请减少次数，或不限次数（R/P1W）并画出何时停止")
    if times and int(times) == 0:
        return Remark(f"“{text}”一次也不重复：请写明次数", void=True)
    if not _LENGTH_LIKE.match(period):
        return of_feel(period, due=True)
    period = timed(period)
    wrong = of_length(period)
    value = temporal.parse_duration(period)
    if wrong is None and value is not None and _size(value) < LEAST_PERIOD:
        return Remark(f"“{text}”每次的间隔不到一分钟：没有人能这样办理，请写得长一些")
    return wrong


def _of_date(text: str) -> Remark | None:
    said = "date and time" if "T" in text else "date"
    return _of_call(said, text.replace(" ", "T"), due=True, whole=True)


def _of_call(function: str, literal: str, *, due: bool, whole: bool) -> Remark | None:
    if function == "duration" or (function == "@" and literal.startswith(("P", "-P"))):
        if temporal.parse_duration(literal) is None:
            return of_length(literal)
        return of_length(literal) if due and whole else None
    if function == "time":
        return None
    return _of_day(literal, due=due)


def _of_day(literal: str, *, due: bool) -> Remark | None:
    value: Any = temporal.parse_date_time(literal)
    if value is None:
        if temporal.parse_time(literal) is not None:
            return None
        return Remark(f"没有“{literal}”这个日期或时间；{_HOW_DATE}")
    if due and not (isinstance(value, date) and FIRST_YEAR <= value.year <= LAST_YEAR):
        return Remark(f"“{literal}”不在{FIRST_YEAR}年至{LAST_YEAR}年之间：请核对年份")
    if isinstance(value, datetime) and "T" in literal and value.tzinfo is None:
        return Remark(f'“{literal}”没有写明时区：请写作 date and time("{literal}+08:00")')
    return None

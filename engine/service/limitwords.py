"""Limits in words: how long, by which rule, which days were not counted, and why it is due when it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from engine.core.calendars import Calendar, is_weekend
from engine.core.civil import DaysDuration, MonthsDuration
from engine.core.deadlines import Days, Due, FirstDay, Kind, Roll, Rule, day_of
from engine.service.limitviews import Change, LimitView
from engine.service.telling import shown

WEEKDAYS = "一二三四五六日"
#: How many runs of days that were not counted are named; a limit of a year has fifty weekends.
MOST_RUNS = 8
_DONE = {"extend": "延期", "suspend": "中止计时", "resume": "恢复计时"}


def length_words(value: Any, *, working: bool = False) -> str:
    """Return a duration in words: 6个月, 10天, 10个工作日, 1小时30分钟; nothing for what is none."""
    if isinstance(value, MonthsDuration):
        years, months = divmod(value.months, 12)
        return (f"{years}年" if years else "") + (f"{months}个月" if months else "")
    if not isinstance(value, DaysDuration):
        return ""
    if not value.is_exact:
        return f"{value.days}个工作日" if working else f"{value.days}天"
    minutes = int(value.total_seconds) // 60
    hours, minutes = divmod(minutes, 60)
    return (f"{hours}小时" if hours else "") + (f"{minutes}分钟" if minutes else "")


def is_working(rule: Rule) -> bool:
    return rule.days is Days.WORKING


def days_left(due: datetime, now: datetime, calendar: Calendar) -> int:
    """Count the working days from tomorrow to the last day; none on the last day and after it."""
    today, last = day_of(now), day_of(due - timedelta(microseconds=1))
    return sum(calendar.is_working(today + timedelta(days=one)) for one in range(1, (last - today).days + 1))


def rule_words(rule: Rule, due: Due | None) -> tuple[str, ...]:
    """Return how days are counted, a clause each; nothing is said of what ends at an instant."""
    if due is None or due.kind is Kind.EXACT or (due.kind is Kind.GIVEN and due.last_day is None):
        return ()
    first = {FirstDay.NEXT: "次日起算", FirstDay.SAME: "当日起算"}[rule.first_day]
    if due.kind is Kind.WORKING:
        return (first, "只计工作日，调休上班日计入")
    roll = {
        Roll.NONE: "最后一日遇休息日不顺延",
        Roll.NEXT_WORKING: "遇休息日顺延至下一工作日",
        Roll.PREVIOUS_WORKING: "遇休息日提前至上一工作日",
    }[rule.roll]
    return (roll,) if due.kind is Kind.GIVEN else (first, roll)


def day_words(day: date) -> str:
    return f"{day.month}月{day.day}日"


def off_words(day: date, calendar: Calendar) -> str:
    """Return why nobody works on a day: the holiday, else the day of the week."""
    if name := calendar.name(day):
        return name
    return f"周{WEEKDAYS[day.weekday()]}" if is_weekend(day) else "放假"


def until_words(limit: LimitView) -> str:
    """Return why a limit ends when it does: a sentence, and below it what a reader may check."""
    first = f"自 {shown(limit.start, at=limit.due_at)} 起算" + (f" {limit.length}" if limit.length else "")
    rule = "".join(f"，{words}" for words in limit.rule)
    below = [*_counted(limit), *(change_words(one) for one in limit.changes), limit.clause]
    head = f"{first}{rule}。" if limit.length else "应即时办理。"
    return "\n".join([head, "".join(one for one in below if one)])


def _counted(limit: LimitView) -> Iterator[str]:
    if limit.first_day and limit.last_day:
        yield f"第一天是{day_words(limit.first_day)}，最后一天是{day_words(limit.last_day)}。"
    if limit.skipped:
        yield f"其间{len(limit.skipped)}天不计：{skipped_words(limit.skipped)}。"
    for last, rolled in limit.rolls:
        yield f"本应于{day_words(last)}届满，当日休息，{'顺延' if last < rolled else '提前'}至{day_words(rolled)}。"
    if limit.suspended:
        yield f"中止计时共{limit.suspended}，不计入。"
    for source in limit.calendars:
        yield f"放假安排依据：{source}。"
    if limit.provisional:
        years = "、".join(f"{year}年" for year in limit.guessed_years)
        yield f"{years}放假安排尚未公布，暂按周末推算；公布后自动重新推算。"


def skipped_words(days: Sequence[tuple[date, str]]) -> str:
    """Return days in short: 9月22日至24日（周六、周日、中秋节）; what follows on one another is one run."""
    runs = list(_runs(days))
    words = [_run_words(one) for one in runs[:MOST_RUNS]]
    return "，".join(words) + (f" 等{len(runs)}段" if len(runs) > MOST_RUNS else "")


def _runs(days: Iterable[tuple[date, str]]) -> Iterator[list[tuple[date, str]]]:
    run: list[tuple[date, str]] = []
    for one in days:
        if run and one[0] - run[-1][0] != timedelta(days=1):
            yield run
            run = []
        run.append(one)
    if run:
        yield run


def _run_words(run: Sequence[tuple[date, str]]) -> str:
    first, last = run[0][0], run[-1][0]
    whats = "、".join(dict.fromkeys(what for _, what in run))
    if first == last:
        return f"{day_words(first)}（{whats}）"
    end = f"{last.day}日" if first.month == last.month else day_words(last)
    return f"{day_words(first)}至{end}（{whats}）"


def change_words(one: Change) -> str:
    """Return what was done to a limit: when, by whom, how, and why."""
    how = one.length or (f"至{day_words(one.until)}" if one.until else "")
    reason = f"，理由：{one.reason}" if one.reason else ""
    return f"{shown(one.at)} {one.unit_name}{one.by}{_DONE[one.kind]}{how}{reason}。"

"""Times, limits and sizes in the words of the pages, in Shanghai time. Pure: `now` is passed in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
WEEKDAYS = "一二三四五六日"
NEAR = 0.8
PLURAL_UNITS = ((1024 * 1024, "兆"), (1024, "千字节"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Limit:
    """How a due time stands now: a word, a shape (by class), and the used part in per cents."""

    group: str  # over near ok none hold
    words: str
    css: str
    row_css: str
    due: str
    used: int
    provisional: bool = False
    since: str = ""  # since when nothing is counted


def local(at: datetime) -> datetime:
    """Return the instant in Shanghai time."""
    return at.astimezone(SHANGHAI)


def span(length: timedelta) -> str:
    """Return a length as 4天13小时, 13小时36分 or 36分; seconds are left off."""
    minutes = int(abs(length).total_seconds() // 60)
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    if days:
        return f"{days}天{hours}小时" if hours else f"{days}天"
    if hours:
        return f"{hours}小时{rest}分" if rest else f"{hours}小时"
    return f"{rest}分" if rest else "不到1分"


def day(at: datetime, now: datetime) -> str:
    """Return 11月18日, with the year where it is another one."""
    when, today = local(at), local(now)
    year = "" if when.year == today.year else f"{when.year}年"
    return f"{year}{when.month}月{when.day}日"


def moment(at: datetime | None, now: datetime) -> str:
    """Return 今日 10:21 or 11月19日 10:24."""
    if at is None:
        return "无"
    when = local(at)
    date = "今日" if when.date() == local(now).date() else day(at, now)
    return f"{date} {when:%H:%M}"


def due(at: datetime, now: datetime) -> str:
    """Return a due time; midnight is written as 24:00 of the day that ends."""
    when = local(at)
    if (when.hour, when.minute, when.second) == (0, 0, 0):
        return f"{day(at - timedelta(seconds=1), now)} 24:00"
    return f"{day(at, now)} {when:%H:%M}"


def full_date(when: date) -> str:
    """Return 2026年12月31日."""
    return f"{when.year}年{when.month}月{when.day}日"


def week_date(when: date, now: datetime) -> str:
    """Return 11月20日（周五）, with the year where it is another one."""
    year = "" if when.year == local(now).year else f"{when.year}年"
    return f"{year}{when.month}月{when.day}日（周{WEEKDAYS[when.weekday()]}）"


def full_day(at: datetime) -> str:
    """Return 2026年11月19日 星期四."""
    when = local(at)
    return f"{when.year}年{when.month}月{when.day}日 星期{WEEKDAYS[when.weekday()]}"


def limit(opened_at: datetime, due_at: datetime | None, now: datetime) -> Limit:
    """Say how a limit stands: 超期, 临期 (80 % used), 剩余, 立即办理 or 无时限."""
    if due_at is None:
        return Limit(group="none", words="无时限", css="st-wait", row_css="", due="", used=0)
    if due_at == opened_at:
        return Limit(group="near", words="立即办理", css="st-near", row_css="is-near", due=due(due_at, now), used=100)
    left = span(due_at - now)
    if now > due_at:
        return Limit(
            group="over", words=f"超期 {left}", css="st-over", row_css="is-over", due=due(due_at, now), used=100
        )
    used = (now - opened_at) / max(due_at - opened_at, timedelta(seconds=1))
    part = round(100 * min(max(used, 0), 1))
    if used >= NEAR:
        return Limit(
            group="near", words=f"临期 剩余 {left}", css="st-near", row_css="is-near", due=due(due_at, now), used=part
        )
    return Limit(group="ok", words=f"剩余 {left}", css="st-ok", row_css="", due=due(due_at, now), used=part)


def limit_of(row: Any, now: datetime) -> Limit:
    """Say how the limit of a list's row stands; a suspended one does not run, a provisional one says so."""
    if row.suspended_since is not None:
        since = moment(row.suspended_since, now)
        return Limit(group="hold", words="已中止计时", css="st-hold", row_css="", due="", used=0, since=since)
    found = limit(row.opened_at, row.due_at, now)
    if found.group in ("near", "ok") and row.working_days_left:
        left = f"剩余 {row.working_days_left} 个工作日"
        found = replace(found, words=f"临期 {left}" if found.group == "near" else left)
    return replace(found, provisional=row.provisional)


#: What is not known of a child → what to ask for.
ASK = {"姓名不详": "姓名", "出生日期不详": "出生日期（问不到的写估计日期）", "父母电话不详": "父母或者其他监护人的电话"}


def asked(flags: Iterable[str]) -> str:
    """Return what is to be asked for, where something is not known of a child."""
    return "、".join(ASK.get(one, one.removesuffix("不详")) for one in flags)


def size(count: int) -> str:
    """Return a file's size as 412 千字节 or 1.2 兆."""
    for unit, name in PLURAL_UNITS:
        if count >= unit:
            return f"{count / unit:.1f} {name}".replace(".0 ", " ")
    return f"{count} 字节"

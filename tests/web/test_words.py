"""Times and limits in the words of the pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from web import words

NOW = datetime(2026, 11, 19, 2, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (timedelta(days=4, hours=13, minutes=40), "4天13小时"),
        (timedelta(days=2), "2天"),
        (timedelta(hours=13, minutes=36), "13小时36分"),
        (timedelta(hours=6), "6小时"),
        (timedelta(minutes=36, seconds=59), "36分"),
        (timedelta(seconds=30), "不到1分"),
        (-timedelta(hours=10, minutes=24), "10小时24分"),
    ],
)
def test_lengths_are_told_in_the_two_largest_units(length: timedelta, expected: str) -> None:
    assert words.span(length) == expected


def test_midnight_is_the_end_of_the_day_before() -> None:
    assert words.due(datetime(2026, 11, 18, 16, tzinfo=UTC), NOW) == "11月18日 24:00"
    assert words.due(datetime(2026, 12, 31, 16, tzinfo=UTC), NOW) == "12月31日 24:00"
    assert words.due(datetime(2027, 1, 31, 16, tzinfo=UTC), NOW) == "2027年1月31日 24:00"


def test_any_other_hour_is_told_as_it_is() -> None:
    assert words.due(NOW, NOW) == "11月19日 10:24"


@pytest.mark.parametrize(
    ("opened", "due", "group", "text"),
    [
        (timedelta(days=-3), timedelta(hours=-10, minutes=-24), "over", "超期 10小时24分"),
        (timedelta(days=-8), timedelta(days=1, hours=13), "near", "临期 剩余 1天13小时"),
        (timedelta(days=-1), timedelta(days=4, hours=13), "ok", "剩余 4天13小时"),
        (timedelta(minutes=-1), timedelta(minutes=-1), "near", "立即办理"),
        (timedelta(minutes=-1), timedelta(hours=-2), "over", "超期 2小时"),  # found long before it was reported
        (timedelta(days=-8), None, "none", "无时限"),
    ],
)
def test_a_limit_says_how_it_stands(opened: timedelta, due: timedelta | None, group: str, text: str) -> None:
    limit = words.limit(NOW + opened, None if due is None else NOW + due, NOW)

    assert (limit.group, limit.words) == (group, text)


def test_eighty_per_cent_is_the_edge_of_near() -> None:
    opened = NOW - timedelta(hours=8)

    assert words.limit(opened, NOW + timedelta(hours=2), NOW).group == "near"
    assert words.limit(opened, NOW + timedelta(hours=2, minutes=1), NOW).group == "ok"


def test_sizes_are_told_in_chinese() -> None:
    assert [words.size(n) for n in (500, 412 * 1024, 1258291)] == ["500 字节", "412 千字节", "1.2 兆"]

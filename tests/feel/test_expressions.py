"""What an expression says, and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from engine import feel
from engine.core.civil import DaysDuration, MonthsDuration

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
SURROUNDINGS: dict[str, Any] = {
    "case": {"child_state": "S1", "n": 3},
    "completed": {"accept_report": NOW},
    "now": NOW,
    "limit": DaysDuration(1),
    "unknown": None,
    "姓名": "甲",
    "loans": [{"amount": 10, "credit score": 600}, {"amount": 20, "credit score": 700}],
}


def value_of(text: str, **more: Any) -> Any:
    context = SURROUNDINGS | more
    return feel.compile(text, context.keys()).evaluate(context)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3 ** 2", 27),
        ('case.child_state = "S1" and case.n > 2', True),
        ('case.child_state in ("S1", "S2")', True),
        ('list contains(["S1"], case.child_state)', True),
        ("case.n between 1 and 3", True),
        ("case.n in ]1..3[", False),
        ("case.n in (< 2, >= 3)", True),
        ("if case.n > 5 then 1 else 2", 2),
        ("for i in 3..1, j in [1, 2] return i * j", [3, 6, 2, 4, 1, 2]),
        ("some x in [1, 2] satisfies x > 1", True),
        ("every x in [1, 2] satisfies x > 1", False),
        ("loans[credit score > 650].amount", [20]),
        ("loans[-1].credit score", 700),
        ('姓名 + "乙"', "甲乙"),
        ("{a b: 1, c: a b + 1}.c", 2),
        ("(function(x, y) x - y)(y: 1, x: 3)", 2),
        ("max(1, 5, 3) - min([4, 2])", 3),
        ("string length(姓名)", 1),
        ('substring("foobar", -3)', "bar"),
        ("now.year", 2026),
        ('@"P1Y2M" instance of years and months duration', True),
    ],
)
def test_an_expression_gives_its_value(text: str, expected: Any) -> None:
    assert value_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("unknown and false", False),
        ("unknown and true", None),
        ("unknown or true", True),
        ("unknown or false", None),
        ("not(unknown)", None),
        ("unknown = null", True),
        ("unknown.anything.more", None),
        ("unknown > 1", None),
        ('1 = "1"', None),
        ("1 / 0", None),
        ("9.99 ** 99999999", None),
    ],
)
def test_the_unknown_stays_unknown(text: str, expected: Any) -> None:
    assert value_of(text) is expected


def test_days_stay_days_in_sums_of_durations() -> None:
    assert value_of("limit * 2").days == 2
    assert value_of("limit * 2").is_exact is False
    assert value_of('limit + duration("PT1H")').is_exact is True


def test_months_end_with_the_month() -> None:
    assert value_of('date("2024-01-31") + duration("P1M")') == date(2024, 2, 29)
    assert value_of('duration("P18M")') == MonthsDuration(18)


def test_an_aware_instant_keeps_its_zone() -> None:
    assert value_of("completed.accept_report + limit") == datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    assert value_of("now - completed.accept_report") == DaysDuration()


def test_the_names_and_paths_used_are_told() -> None:
    expression = feel.compile("case.child_state = 姓名 and (for x in loans return x.amount)[1] > 1", SURROUNDINGS)

    assert expression.names == {"case", "姓名", "loans"}
    assert expression.paths == {"case.child_state", "姓名", "loans"}


@pytest.mark.parametrize(
    ("text", "sentence", "position"),
    [
        ("case.n > limt", "不认识的名称「limt」；是不是「limit」？", 9),
        ("1 +", "表达式没有写完", 3),
        ("“甲”", "文字要用英文双引号", 0),
        ("foo(1)", "没有名为「foo」的函数", 0),
        ('"甲', "文字少了收尾的双引号", 0),
        ("", "表达式是空的", 0),
        ("case.n == 3", "这里看不懂「=」", 8),
    ],
)
def test_a_mistake_is_explained_at_its_place(text: str, sentence: str, position: int) -> None:
    with pytest.raises(feel.FeelError) as caught:
        feel.compile(text, SURROUNDINGS.keys())

    assert sentence in caught.value.sentence
    assert caught.value.position == position


def test_a_cell_of_a_table_is_a_list_of_tests() -> None:
    cell = feel.compile_test("[1..5], > 9", ())

    assert [cell.evaluate({"?": n}) for n in (3, 7, 10)] == [True, False, True]
    assert feel.compile_test('not("a", "b")', ()).evaluate({"?": "a"}) is False
    assert feel.compile_test("-", ()).evaluate({"?": None}) is True


def test_whole_numbers_from_outside_are_exact() -> None:
    third = value_of("n / 3 * 3", n=1)

    assert third == Decimal("0." + "9" * 34)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('string(date("-2021-01-31") + @"P1M")', "-2021-02-28"),
        ('string(date("9999-12-31") + @"P1D")', "10000-01-01"),
        ('date("10000-01-01") - date("9999-12-31")', DaysDuration(1)),
        ('date("999999999-12-31").year', 999999999),
        ('date("-0001-01-01") < date("0001-01-01")', True),
        ('string(@"2024-01-01T00:00:00.123456789Z")', "2024-01-01T00:00:00.123456789Z"),
        ('date("9999-12-31") + @"P1D"', None),
        ('[date("9999-12-31") + @"P1D"]', [None]),
    ],
)
def test_dates_that_only_feel_knows_stay_inside_expressions(text: str, expected: Any) -> None:
    assert value_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('next working day(@"2024-02-10", rest)', date(2024, 2, 18)),
        ('working days after(@"2024-02-08", 2, rest)', date(2024, 2, 19)),
        ('working days after(@"2024-02-08", 2)', date(2024, 2, 12)),
        ('age at(@"2012-02-29", @"2024-02-28")', 11),
        ("today()", date(2026, 3, 1)),
        ("now() = now", True),
    ],
)
def test_days_follow_the_calendar_that_is_given(text: str, expected: Any) -> None:
    rest = {"holidays": [date(2024, 2, day) for day in range(9, 18)], "workdays": [date(2024, 2, 18)]}

    assert value_of(text, rest=rest) == expected

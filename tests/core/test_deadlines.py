"""When limits end, one rule of the law at a time; docs/reference/time.md tells the same examples."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from engine.core.calendars import EMPTY, Calendar
from engine.core.civil import DaysDuration, MonthsDuration
from engine.core.deadlines import (
    BadLength,
    Days,
    FirstDay,
    Kind,
    Pause,
    Rule,
    due_at,
    ladder,
)
from tests.core.counting import ROLLED, ROLLED_BACK, WORKING, count, day, last_day, local
from tests.core.test_calendars import the_calendar

# -- hours, days, months ------------------------------------------------------------------------


def test_hours_end_at_the_instant() -> None:
    due = count(DaysDuration(0, Decimal(24 * 3600)), "2026-09-30T23:30")

    assert (due.at, due.kind, due.last_day) == (local("2026-10-01T23:30"), Kind.EXACT, None)


def test_natural_days_leave_out_the_day_on_which_they_begin() -> None:
    assert (
        last_day(DaysDuration(3), "2026-03-02T00:00") == last_day(DaysDuration(3), "2026-03-02T23:59") == "2026-03-05"
    )


def test_a_rule_may_count_the_day_on_which_a_limit_begins() -> None:
    same = Rule(first_day=FirstDay.SAME)

    assert last_day(DaysDuration(3), "2026-03-02T10:00", same) == "2026-03-04"
    assert last_day(MonthsDuration(1), "2026-03-01T10:00", same) == "2026-03-31"
    assert last_day(MonthsDuration(6), "2026-08-31T10:00", same) == "2027-02-28"
    assert (
        last_day(DaysDuration(1), "2026-03-07T10:00", Rule(days=Days.WORKING, first_day=FirstDay.SAME)) == "2026-03-09"
    )


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        ("2026-08-31T12:00", 6, "2027-02-28"),
        ("2027-08-31T12:00", 6, "2028-02-29"),
        ("2028-02-29T12:00", 12, "2029-02-28"),
        ("2028-02-29T12:00", 48, "2032-02-29"),
        ("2026-01-31T12:00", 1, "2026-02-28"),
        ("2026-01-31T12:00", 2, "2026-03-31"),
        ("2026-02-28T12:00", 1, "2026-03-28"),
        ("2025-12-31T12:00", 2, "2026-02-28"),
    ],
)
def test_months_end_on_the_day_of_the_same_number_or_the_last_of_the_month(start: str, months: int, last: str) -> None:
    assert last_day(MonthsDuration(months), start) == last


@pytest.mark.parametrize(
    ("start", "last"),
    [
        ("2026-08-31T23:59:59+08:00", "2027-02-28"),
        ("2026-09-01T00:00:00+08:00", "2027-03-01"),
        ("2026-08-31T15:59:59+00:00", "2027-02-28"),  # still August in Shanghai, and in New York
        ("2026-08-31T16:00:00+00:00", "2027-03-01"),  # September in Shanghai, August in New York
        ("2026-08-31T12:00:00-04:00", "2027-03-01"),
        ("2026-09-01T05:30:00+14:00", "2027-02-28"),
    ],
)
def test_a_limit_begins_on_the_day_of_shanghai_wherever_the_clock_stands(start: str, last: str) -> None:
    assert last_day(MonthsDuration(6), datetime.fromisoformat(start)) == last


def test_a_time_without_zone_is_that_of_shanghai() -> None:
    assert count(DaysDuration(1), datetime(2026, 3, 2, 0, 30)).last_day == day("2026-03-03")  # noqa: DTZ001


def test_round_the_clock_days_and_months_end_at_the_instant() -> None:
    assert count(DaysDuration(3), "2026-03-02T10:30", around_the_clock=True).at == local("2026-03-05T10:30")
    assert count(MonthsDuration(6), "2026-08-31T10:30", around_the_clock=True).at == local("2027-02-28T10:30")


def test_round_the_clock_a_rule_of_the_limit_still_counts_whole_days() -> None:
    assert last_day(DaysDuration(3), "2026-03-06T10:30", WORKING, around_the_clock=True) == "2026-03-11"
    assert last_day(DaysDuration(1), "2026-03-06T10:30", ROLLED, around_the_clock=True) == "2026-03-09"


# -- working days -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "days", "last"),
    [
        ("2026-02-13T10:00", 1, "2026-02-14"),  # the Saturday before 春节 is worked
        ("2026-02-13T10:00", 2, "2026-02-24"),
        ("2026-02-13T10:00", 6, "2026-02-28"),  # and so is the Saturday after it
        ("2026-09-30T10:00", 1, "2026-10-08"),
        ("2026-09-30T10:00", 3, "2026-10-10"),  # the Saturday after 国庆
        ("2026-10-03T10:00", 1, "2026-10-08"),
        ("2020-01-23T10:00", 1, "2020-02-03"),  # the holiday that was lengthened
        ("2018-12-28T10:00", 1, "2018-12-29"),  # by the plan of the year after
        ("2018-12-28T10:00", 2, "2019-01-02"),
        ("2015-09-02T10:00", 1, "2015-09-06"),  # the Sunday after the day of victory
    ],
)
def test_working_days_go_by_the_plan_of_the_year(start: str, days: int, last: str) -> None:
    assert last_day(DaysDuration(days), start, WORKING) == last


def test_the_days_that_were_not_counted_can_be_told() -> None:
    due = count(DaysDuration(2), "2026-09-29T10:00", WORKING)

    assert due.first_day == day("2026-09-30")
    assert due.skipped == tuple(day(f"2026-10-0{number}") for number in range(1, 8))
    assert due.last_day == day("2026-10-08")


# -- the last day -------------------------------------------------------------------------------


def test_a_last_day_on_which_nobody_works_goes_on_to_the_next_that_is_worked() -> None:
    due = count(DaysDuration(5), "2026-09-27T10:00", ROLLED)

    assert (due.rolled_from, due.last_day) == (day("2026-10-02"), day("2026-10-08"))


def test_a_saturday_that_is_worked_is_no_reason_to_roll() -> None:
    due = count(DaysDuration(1), "2026-10-09T10:00", ROLLED)

    assert (due.rolled_from, due.last_day) == (None, day("2026-10-10"))


def test_a_month_rolls_too_and_hours_never_do() -> None:
    assert last_day(MonthsDuration(1), "2026-09-05T10:00", ROLLED) == "2026-10-08"
    assert count(DaysDuration(0, Decimal(3600)), "2026-10-03T10:00", ROLLED).at == local("2026-10-03T11:00")


def test_a_day_that_is_given_rolls_where_its_limit_says_so() -> None:
    assert last_day(day("2026-10-04"), "2026-09-05T10:00") == "2026-10-04"
    assert last_day(day("2026-10-04"), "2026-09-05T10:00", ROLLED) == "2026-10-08"


def test_a_last_day_goes_back_but_never_before_the_limit_runs() -> None:
    assert last_day(DaysDuration(5), "2026-09-27T10:00", ROLLED_BACK) == "2026-09-30"
    assert last_day(DaysDuration(1), "2026-09-30T10:00", ROLLED_BACK) == "2026-10-01"


# -- what no plan says yet ----------------------------------------------------------------------


def test_what_reaches_past_the_last_plan_is_provisional() -> None:
    due = count(DaysDuration(10), "2026-12-28T10:00", WORKING)

    assert due.provisional
    assert due.unpublished == (2027,)
    assert not count(DaysDuration(3), "2026-12-28T10:00", WORKING).provisional


def test_a_last_day_past_the_last_plan_is_provisional_even_on_a_wednesday() -> None:
    assert count(MonthsDuration(6), "2026-10-13T10:00", ROLLED).provisional
    assert not count(MonthsDuration(6), "2026-10-13T10:00").provisional
    assert not count(DaysDuration(0, Decimal(10**8)), "2026-12-30T10:00", WORKING).provisional


def test_without_any_plan_weekends_are_taken_to_be_free() -> None:
    due = count(DaysDuration(1), "2026-09-30T10:00", WORKING, calendar=EMPTY)

    assert (due.last_day, due.provisional) == (day("2026-10-01"), True)


def test_a_gap_between_plans_is_guessed_and_what_lies_behind_it_is_not() -> None:
    years = the_calendar().years
    calendar = Calendar({2024: years[2024], 2026: years[2026]})

    assert count(DaysDuration(1), "2025-09-30T10:00", WORKING, calendar=calendar).provisional
    assert not count(DaysDuration(1), "2026-09-30T10:00", WORKING, calendar=calendar).provisional


# -- what is no limit ---------------------------------------------------------------------------


@pytest.mark.parametrize("value", [DaysDuration(-1), MonthsDuration(-6), DaysDuration(0, Decimal(-1))])
def test_a_negative_limit_is_refused(value: Any) -> None:
    with pytest.raises(BadLength, match="负数"):
        count(value, "2026-03-02T10:00")


@pytest.mark.parametrize("value", [DaysDuration(10**6), MonthsDuration(12 * 101), DaysDuration(0, Decimal(10**11))])
def test_a_limit_of_more_than_a_century_is_refused(value: Any) -> None:
    with pytest.raises(BadLength, match="一百年"):
        count(value, "2026-03-02T10:00", WORKING)


def test_a_limit_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(BadLength, match="日历"):
        count(DaysDuration(30), datetime(9999, 12, 20, tzinfo=UTC))
    with pytest.raises(BadLength, match="日历"):
        count(date.max, "2026-03-02T10:00")


def test_a_limit_of_nothing_is_due_when_it_begins() -> None:
    assert due_at(DaysDuration(), local("2026-03-02T10:00"), around_the_clock=False) == local("2026-03-02T10:00")


def test_a_given_instant_is_due_then_and_moves_with_a_suspension() -> None:
    instant = datetime(2026, 3, 9, 9, tzinfo=timezone(timedelta(hours=-5)))
    pause = Pause(local("2026-03-04T09:00"), local("2026-03-05T09:00"))

    assert count(instant, "2026-03-02T10:00").at == instant
    assert count(instant, "2026-03-02T10:00", pauses=[pause]).at == instant + timedelta(days=1)


def test_the_ladder_has_no_rung_for_what_was_due_when_it_opened() -> None:
    opened = local("2026-03-02T10:00")

    assert ladder(opened, opened) == ()
    assert [step.at - opened for step in ladder(opened, opened + timedelta(days=10))] == [
        timedelta(days=8),
        timedelta(days=10),
        timedelta(days=20),
    ]

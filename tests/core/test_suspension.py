"""What stops a limit, and what makes it longer."""

from __future__ import annotations

from datetime import UTC, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from engine.core.civil import DaysDuration, MonthsDuration
from engine.core.deadlines import BadLength, Extension, Pause
from engine.core.errors import Invalid
from tests.core.counting import ROLLED, WEEK, WORKING, count, day, last_day, local

# -- suspension ---------------------------------------------------------------------------------


def test_hours_stand_still_to_the_second() -> None:
    pause = Pause(local("2026-03-02T12:00"), local("2026-03-03T12:00:30"))
    due = count(DaysDuration(0, Decimal(24 * 3600)), "2026-03-02T10:00", pauses=[pause])

    assert due.at == local("2026-03-04T10:00:30")
    assert due.suspended == timedelta(days=1, seconds=30)


def test_days_that_are_suspended_are_taken_out_whole_and_the_day_of_resumption_counts() -> None:
    pause = Pause(local("2026-03-04T17:00"), local("2026-03-09T09:00"))
    due = count(WEEK, "2026-03-02T10:00", pauses=[pause])

    assert (due.last_day, due.suspended_days) == (day("2026-03-14"), 5)  # 3 March, and 9 to 14 March


def test_what_remains_in_working_days_goes_on_in_working_days() -> None:
    pause = Pause(local("2026-09-29T09:00"), local("2026-10-09T09:00"))
    due = count(DaysDuration(5), "2026-09-25T10:00", WORKING, pauses=[pause])

    # 28 September is the first; 9 October, the worked Saturday 10 October and 12 and 13 October remain.
    assert due.last_day == day("2026-10-13")
    assert due.skipped == (day("2026-09-26"), day("2026-09-27"), day("2026-10-11"))


def test_months_end_so_many_days_later_as_were_suspended() -> None:
    pause = Pause(local("2026-04-01T09:00"), local("2026-04-11T09:00"))

    assert last_day(MonthsDuration(6), "2026-01-31T10:00", pauses=[pause]) == "2026-08-10"


def test_pauses_that_overlap_count_once_in_whatever_order_they_come() -> None:
    pauses = [
        Pause(local("2026-03-08T09:00"), local("2026-03-12T09:00")),
        Pause(local("2026-03-04T09:00"), local("2026-03-10T09:00")),
        Pause(local("2026-03-05T09:00"), local("2026-03-06T09:00")),
    ]

    assert last_day(WEEK, "2026-03-02T10:00", pauses=pauses) == last_day(WEEK, "2026-03-02T10:00", pauses=pauses[::-1])
    assert last_day(WEEK, "2026-03-02T10:00", pauses=pauses) == "2026-03-17"


def test_a_pause_before_the_limit_after_it_or_within_a_day_changes_nothing() -> None:
    pauses = [
        Pause(local("2026-02-01T09:00"), local("2026-02-20T09:00")),
        Pause(local("2026-03-04T09:00"), local("2026-03-04T19:00")),
        Pause(local("2026-03-10T00:00"), local("2026-03-20T09:00")),
    ]

    assert last_day(WEEK, "2026-03-02T10:00", pauses=pauses) == "2026-03-09"


def test_a_pause_that_is_still_open_leaves_no_due_time() -> None:
    open_pause = Pause(local("2026-03-04T09:00"))

    for value, rule in (
        (WEEK, None),
        (WEEK, WORKING),
        (MonthsDuration(1), ROLLED),
        (DaysDuration(0, Decimal(10**6)), None),
    ):
        due = count(value, "2026-03-02T10:00", rule, pauses=[open_pause])
        assert (due.at, due.last_day) == (None, None)
    assert count(WEEK, "2026-02-02T10:00", pauses=[open_pause]).last_day == day("2026-02-09")


def test_a_limit_that_waits_for_a_working_day_can_still_be_suspended() -> None:
    pause = Pause(local("2026-10-03T09:00"), local("2026-10-20T09:00"))

    assert last_day(DaysDuration(5), "2026-09-27T10:00", ROLLED, pauses=[pause]) == "2026-10-20"
    assert count(DaysDuration(5), "2026-09-27T10:00", ROLLED, pauses=[Pause(pause.begin)]).at is None


def test_a_pause_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(Invalid, match="不能早于中止"):
        Pause(local("2026-03-05T09:00"), local("2026-03-04T09:00"))


def test_a_pause_may_be_given_in_any_zone() -> None:
    new_york = ZoneInfo("America/New_York")
    pause = Pause(local("2026-03-04T09:00").astimezone(new_york), local("2026-03-09T09:00").astimezone(UTC))

    assert last_day(WEEK, "2026-03-02T10:00", pauses=[pause]) == "2026-03-14"


# -- extension ----------------------------------------------------------------------------------


def test_an_extension_is_counted_from_the_last_day_of_what_was_before() -> None:
    due = count(
        DaysDuration(10), "2026-03-02T10:00", WORKING, extensions=[Extension(length=DaysDuration(5), rule=WORKING)]
    )

    assert due.before is not None
    assert (due.before.last_day, due.last_day) == (day("2026-03-16"), day("2026-03-23"))
    assert due.first_day == day("2026-03-03")
    assert len(due.skipped) == 6


def test_an_extension_after_a_suspension_begins_where_the_suspended_limit_ends() -> None:
    pause = Pause(local("2026-03-04T09:00"), local("2026-03-09T09:00"))
    due = count(WEEK, "2026-03-02T10:00", pauses=[pause], extensions=[Extension(length=DaysDuration(3))])

    assert (due.last_day, due.suspended_days) == (day("2026-03-17"), 5)


def test_a_suspension_of_the_extended_time_moves_it_too() -> None:
    pause = Pause(local("2026-03-11T09:00"), local("2026-03-21T09:00"))
    due = count(WEEK, "2026-03-02T10:00", pauses=[pause], extensions=[Extension(length=DaysDuration(3))])

    assert (due.last_day, due.suspended_days) == (day("2026-03-22"), 10)
    assert count(WEEK, "2026-03-02T10:00", pauses=[pause]).last_day == day("2026-03-09")


def test_extensions_follow_one_another_and_each_rolls_by_its_own_rule() -> None:
    both = [Extension(length=MonthsDuration(1)), Extension(length=DaysDuration(3), rule=ROLLED)]
    due = count(DaysDuration(28), "2026-07-31T10:00", extensions=both)

    assert due.before is not None
    assert due.before.last_day == day("2026-09-28")
    assert (due.rolled_from, due.last_day) == (day("2026-10-01"), day("2026-10-08"))


def test_an_extension_of_hours_is_added_to_the_instant() -> None:
    two_hours = [Extension(length=DaysDuration(0, Decimal(7200)))]

    assert count(DaysDuration(0, Decimal(3600)), "2026-03-02T10:00", extensions=two_hours).at == local(
        "2026-03-02T13:00"
    )
    assert count(DaysDuration(1), "2026-03-02T10:00", extensions=two_hours).at == local("2026-03-04T02:00")


def test_an_extension_in_days_of_a_limit_in_hours_ends_with_its_last_day() -> None:
    due = count(DaysDuration(0, Decimal(3600)), "2026-03-02T10:00", extensions=[Extension(length=DaysDuration(2))])

    assert due.last_day == day("2026-03-04")


def test_what_stands_still_is_not_extended_yet() -> None:
    due = count(
        WEEK, "2026-03-02T10:00", pauses=[Pause(local("2026-03-03T09:00"))], extensions=[Extension(length=WEEK)]
    )

    assert (due.at, due.before) == (None, None)


@pytest.mark.parametrize("length", [DaysDuration(), DaysDuration(-1), MonthsDuration(0), DaysDuration(0, Decimal(-1))])
def test_an_extension_by_nothing_is_refused(length: Any) -> None:
    with pytest.raises(BadLength, match="大于零"):
        Extension(length=length)

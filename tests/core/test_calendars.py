"""The plans of the years: every day as it was, and what a plan cannot say."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from pathlib import Path

import chinese_calendar
import pytest

from engine.bpmn.calendarfiles import read_calendar, write_calendar
from engine.core.calendars import EMPTY, Calendar, Fault, Year, faults

FOLDER = Path(__file__).resolve().parents[2] / "processes/calendars"


@cache
def the_calendar() -> Calendar:
    """All plans that ship."""
    plans = [read_calendar(path.read_bytes(), path.name) for path in sorted(FOLDER.glob("*.yaml"))]
    return Calendar({one.year: one for one in plans})


def a_plan(year: int = 2027, *, off: tuple[date, ...] = (), work: tuple[date, ...] = ()) -> Year:
    return Year(year=year, off=frozenset(off), work=frozenset(work), source="通知")


def test_every_day_since_2004_is_worked_or_free_as_an_independent_calendar_has_it() -> None:
    calendar, day = the_calendar(), date(2004, 1, 1)

    while day <= date(2026, 12, 31):
        assert calendar.is_working(day) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


def test_every_holiday_has_its_name_and_every_plan_its_notice() -> None:
    calendar = the_calendar()

    assert calendar.name(date(2026, 2, 16)) == calendar.name(date(2026, 2, 28)) == "春节"
    assert calendar.name(date(2026, 3, 16)) == ""
    for year, plan in calendar.years.items():
        assert set(plan.names) == plan.off | plan.work
        assert f"{year}年部分节假日安排的通知" in plan.source


def test_the_plan_of_a_year_may_speak_of_the_december_before() -> None:
    calendar = the_calendar()

    assert date(2018, 12, 31) in calendar.years[2019].off
    assert not calendar.is_working(date(2018, 12, 31))
    assert calendar.is_working(date(2018, 12, 29))  # a Saturday


def test_the_row_of_plans_ends_before_the_first_gap() -> None:
    assert the_calendar().published_until == date(2026, 12, 31)
    assert Calendar({year: a_plan(year) for year in (2024, 2025, 2027)}).published_until == date(2025, 12, 31)
    assert EMPTY.published_until is None


def test_without_a_plan_weekends_are_free_and_nothing_is_known() -> None:
    assert [EMPTY.is_working(date(2027, 10, day)) for day in (1, 2, 3, 4)] == [True, False, False, True]
    assert not EMPTY.knows(date(2027, 10, 1))
    assert the_calendar().knows(date(2004, 1, 1))


@pytest.mark.parametrize(
    ("off", "work", "fault"),
    [
        ((date(2028, 1, 1),), (), Fault.OTHER_YEAR),
        ((date(2026, 11, 30),), (), Fault.OTHER_YEAR),
        ((date(2027, 10, 2),), (date(2027, 10, 2),), Fault.BOTH),
        ((), (date(2027, 10, 8),), Fault.NOT_A_WEEKEND),
        (tuple(date(2027, 3, 1) + timedelta(days=number) for number in range(61)), (), Fault.TOO_MANY),
    ],
)
def test_a_plan_that_cannot_be_is_refused(off: tuple[date, ...], work: tuple[date, ...], fault: Fault) -> None:
    assert [one[1] for one in faults(2027, off=frozenset(off), work=frozenset(work))] == [fault]
    with pytest.raises(ValueError, match=fault.value):
        a_plan(off=off, work=work)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_plan_is_written_as_it_is_read(path: Path) -> None:
    assert write_calendar(read_calendar(path.read_bytes(), path.name)) == path.read_text(encoding="utf-8")

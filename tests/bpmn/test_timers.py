"""Timers end by the civil calendar, follow their expressions, and fire at the instant."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from engine.bpmn.adapter import ItemLimit
from engine.bpmn.findings import CannotGoOn
from engine.core.calendars import Calendar, Year
from engine.core.civil import DaysDuration, MonthsDuration
from engine.core.deadlines import SHANGHAI, Days, Roll, Rule
from tests.bpmn.builder import NOON, Play, a_play, boundary, catch, end, flow, gate, message, start, timer, user

HALF_A_YEAR = {"refusal_threshold": MonthsDuration(6)}


def waiting_for(definition: str, clock: str | None = None, parameters: Any = None, **given: str) -> Play:
    """A task, then a timer, then a task."""
    return a_play(
        *(start(), user("before"), catch("wait", definition, **given), user("after"), end()),
        flow("start", "before", "wait", "after", "end"),
        parameters=parameters,
        clock=clock,
    )


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def test_months_end_with_the_last_day_of_a_shorter_month() -> None:
    """The library says 3 March, and counts on the UTC date."""
    for opened, ends in (
        ("2026-08-31T12:00", "2027-03-01T00:00"),  # 24:00 of 28 February
        ("2026-09-01T00:30", "2027-03-02T00:00"),
        ("2027-08-31T23:59", "2028-03-01T00:00"),  # 24:00 of 29 February
    ):
        play = waiting_for(timer("refusal_threshold"), parameters=HALF_A_YEAR)
        play.now = local(opened).astimezone(UTC)
        play.start()

        (armed,) = play.done("before").timers

        assert armed.due_at == local(ends)
        assert armed.name == "refusal_threshold"


def test_a_literal_duration_needs_no_quotes() -> None:
    play = waiting_for(timer("PT72H"))
    play.start()

    assert play.done("before").timers[0].due_at == NOON + timedelta(hours=72)
    assert play.at.timers[0].name == "wait"


def test_days_end_at_the_instant_where_the_procedure_runs_round_the_clock() -> None:
    for clock, due in (("round", NOON + timedelta(days=1)), (None, local("2026-03-04T00:00"))):
        play = waiting_for(timer("P1D"), clock=clock)
        play.start()
        assert play.done("before").timers[0].due_at == due


def test_a_date_ends_at_its_24_hours() -> None:
    play = waiting_for(timer('date("2026-10-31")', "timeDate"), name="census_done")
    play.start()

    (armed,) = play.done("before").timers

    assert armed.due_at == local("2026-11-01T00:00")
    assert armed.name == "census_done"


def test_a_timer_fires_at_its_instant_and_not_a_second_before() -> None:
    play = waiting_for(timer("PT72H"))
    play.start()
    play.done("before")

    play.passes(timedelta(hours=72) - timedelta(seconds=1))
    assert play.open == []

    at = play.passes(timedelta(seconds=1))
    assert play.open == ["after"]
    assert at.timers == ()


def test_firing_opens_what_comes_after_in_the_same_step() -> None:
    """The library refreshes timers last, so the way out would open a step too late."""
    play = a_play(
        *(start(), catch("one", timer("PT1H")), catch("two", timer("PT0S")), user("after"), end()),
        flow("start", "one", "two", "after", "end"),
        gated=False,
    )
    play.start()

    play.passes(timedelta(hours=1))

    assert play.open == ["after"]


def test_only_firing_fires() -> None:
    play = waiting_for(timer("PT1H"))
    play.start()
    play.done("before")
    play.now += timedelta(hours=2)

    assert play.procedure.look(play.at.state, play.around).items == ()


def test_the_earliest_timer_fires_first() -> None:
    play = a_play(
        *(start(), user("work"), user("late"), user("early"), end("e1"), end("e2"), end("e3")),
        boundary("b_late", "work", timer("PT2H"), interrupting=False),
        boundary("b_early", "work", timer("PT1H"), interrupting=False),
        *(flow("start", "work", "e1"), flow("b_late", "late", "e2"), flow("b_early", "early", "e3")),
    )
    play.start()

    at = play.passes(timedelta(hours=3))

    assert at.passed == ("b_early", "b_late")
    assert sorted(play.open) == ["early", "late", "work"]


def test_a_timer_follows_the_field_it_starts_from() -> None:
    play = a_play(
        *(start(), gate("parallel", "split"), user("find"), catch("wait", timer("P3D"), from_="found_at")),
        *(user("after"), end("e1"), end("e2")),
        *(flow("start", "split", "find", "e1"), flow("split", "wait", "after", "e2")),
        clock="round",
    )
    assert play.start().timers == ()
    assert not play.at.stuck

    found = NOON - timedelta(days=1)
    (armed,) = play.done("find", found_at=found).timers
    assert armed.due_at == found + timedelta(days=3)


def test_a_due_instant_moves_when_a_fact_of_the_case_does() -> None:
    play = waiting_for(timer("if case.urgent then duration(&quot;PT1H&quot;) else duration(&quot;PT5H&quot;)"))
    play.start()
    assert play.done("before").timers[0].due_at == NOON + timedelta(hours=5)

    play.case = {"urgent": True}
    looked = play.procedure.look(play.at.state, play.around)

    assert looked.timers[0].due_at == NOON + timedelta(hours=1)


def test_a_timer_starts_on_a_day_that_a_field_names() -> None:
    play = waiting_for(timer("P5D"), from_="day")
    play.start(day=date(2026, 3, 1))

    assert play.done("before").timers[0].due_at == local("2026-03-07T00:00")


def test_at_once_is_due_when_it_is_armed() -> None:
    play = waiting_for(timer("t_now"), parameters={"t_now": "at_once"})
    play.start()
    assert play.done("before").timers[0].due_at == NOON


def test_a_limit_that_is_no_time_stops_the_step() -> None:
    play = waiting_for(timer("t_bad"), parameters={"t_bad": 5})
    play.start()

    with pytest.raises(CannotGoOn, match="wait"):
        play.done("before")


def test_the_instant_survives_storing_and_a_draft_of_nothing_restarts_it() -> None:
    play = waiting_for(timer("t"), parameters={"t": DaysDuration(0, 3600)})  # type: ignore[arg-type]
    play.start()
    play.done("before")
    play.now += timedelta(minutes=30)

    assert play.procedure.look(play.at.state, play.around).timers[0].due_at == NOON + timedelta(hours=1)


def test_each_timer_of_an_event_gateway_has_its_own_instant() -> None:
    """The library keeps one value for both, so the second never fires."""
    play = a_play(
        *(start(), gate("eventBased", "which"), catch("short", timer("PT1H")), catch("long", timer("PT2H"))),
        *(catch("complied", message("parents_complied")), user("a"), user("b"), user("c"), end()),
        *(flow("start", "which", "short", "a", "end"), flow("which", "long", "b", "end")),
        flow("which", "complied", "c", "end"),
        messages=("parents_complied",),
        gated=False,
    )
    play.start()
    assert [armed.due_at - NOON for armed in play.at.timers] == [timedelta(hours=1), timedelta(hours=2)]

    at = play.passes(timedelta(hours=1))

    assert play.open == ["a"]
    assert at.timers == ()
    assert at.waits == ()


def test_timers_that_arm_each_other_for_ever_are_stopped() -> None:
    play = a_play(
        *(start(), gate("exclusive", "m"), catch("wait", timer("PT0S")), gate("exclusive", "x", default="out"), end()),
        *(flow("start", "m", "wait", "x"), flow("x", "m", when="now = now"), flow("x", "end", id_="out")),
        gated=False,
    )
    play.start()

    with pytest.raises(CannotGoOn, match="不停"):
        play.passes(timedelta(0))


# -- how the days of a parameter are counted ----------------------------------------------------


def a_calendar(*off: date, work: tuple[date, ...] = ()) -> Calendar:
    plan = Year(year=2026, off=frozenset(off), work=frozenset(work), source="通知")
    return Calendar({2026: plan})


def test_a_timer_counts_as_the_rule_of_its_parameter_says() -> None:
    play = waiting_for(timer("t_notice"), parameters={"t_notice": DaysDuration(3)})
    play.rules = {"t_notice": Rule(days=Days.WORKING)}
    play.calendar = a_calendar(date(2026, 3, 4), work=(date(2026, 3, 7),))
    play.start()

    # Tuesday and Thursday are worked, Wednesday is free by the plan, Friday is the third.
    assert play.done("before").timers[0].due_at == local("2026-03-07T00:00")


def test_a_timer_that_an_expression_gives_counts_as_the_rule_of_its_name_says() -> None:
    play = waiting_for(timer("t + t"), parameters={"t": DaysDuration(3)}, name="both")
    play.rules = {"t": Rule(days=Days.WORKING), "both": Rule(roll=Roll.NEXT_WORKING)}
    play.start()

    assert play.done("before").timers[0].due_at == local("2026-03-10T00:00")  # 8 March is a Sunday


def test_a_timer_moves_when_the_plan_of_the_year_arrives() -> None:
    play = waiting_for(timer("t"), parameters={"t": DaysDuration(1)})
    play.rules = {"t": Rule(days=Days.WORKING)}
    play.start()
    assert play.done("before").timers[0].due_at == local("2026-03-04T00:00")

    play.calendar = a_calendar(date(2026, 3, 3))
    looked = play.procedure.look(play.at.state, play.around)

    assert looked.timers[0].due_at == local("2026-03-05T00:00")


def test_a_negative_limit_stops_the_step() -> None:
    play = waiting_for(timer("t_bad"), parameters={"t_bad": DaysDuration(-1)})
    play.start()

    with pytest.raises(CannotGoOn, match="负数"):
        play.done("before")


# -- timers that name the limit of the task they are attached to -------------------------------


def shared(name: str = "t", **given: Any) -> Play:
    """A task whose limit is also the timer on it."""
    return a_play(
        *(start(), user("work", limit="t"), user("chase"), end("e1"), end("e2")),
        boundary("late", "work", timer(name), **given),
        *(flow("start", "work", "e1"), flow("late", "chase", "e2")),
        parameters={"t": DaysDuration(5), "other": DaysDuration(5)},
    )


def moved(play: Play, due: datetime | None) -> list[datetime]:
    play.limits = {play.at.items[0].token: ItemLimit("t", due)}
    play.at = play.procedure.look(play.at.state, play.around)
    return [armed.due_at for armed in play.at.timers]


def test_a_timer_on_a_task_stands_still_and_is_extended_with_its_limit() -> None:
    play = shared()
    play.start()

    assert moved(play, None) == []
    assert play.procedure.fire(play.at.state, play.around).passed == ()

    later = NOON + timedelta(days=9)
    assert moved(play, later) == [later]


def test_a_timer_of_another_limit_or_of_its_own_start_goes_on() -> None:
    for play in (shared("other"), shared(from_="started")):
        play.start()
        assert moved(play, None) == [local("2026-03-08T00:00")]

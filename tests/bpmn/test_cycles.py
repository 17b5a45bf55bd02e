"""Timers that repeat: each turn comes by the calendar, once, in order, and by the rule of its limit."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine.bpmn.findings import CannotGoOn
from engine.core.civil import DaysDuration, MonthsDuration
from engine.core.deadlines import SHANGHAI, Days, Roll, Rule
from tests.bpmn.builder import NOON, Play, a_play, boundary, end, flow, start, sub, timer, user


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def visiting(text: str, parameters: Any = None, **given: Any) -> Play:
    """A child in care, visited again and again while the care goes on."""
    clock = given.pop("clock", None)
    return a_play(
        *(start(), user("care"), user("visit"), end("e1"), end("e2")),
        boundary("again", "care", timer(text, "timeCycle"), interrupting=False, **given),
        *(flow("start", "care", "e1"), flow("again", "visit", "e2")),
        parameters=parameters,
        clock=clock,
    )


def turns(play: Play, span: timedelta) -> list[datetime]:
    """Let time pass from turn to turn, each stored in between; return when each was due."""
    found, until = [], play.now + span
    while play.at.timers and play.at.timers[0].due_at <= until:
        play.now = play.at.timers[0].due_at
        found.append(play.now)
        play.at = play.procedure.fire(play.at.state, play.around)
    play.now = until
    return found


def test_a_monthly_turn_comes_on_the_last_day_of_short_months() -> None:
    """The library repeats after 30 days: 2 March, 1 April, 1 May."""
    play = visiting("R3/P1M")
    play.now = local("2026-01-31T10:00").astimezone(UTC)
    play.start()

    found = turns(play, timedelta(days=365))

    ends = ("2026-03-01", "2026-04-01", "2026-05-01")  # 24:00 of 28 February, 31 March, 30 April
    assert found == [local(f"{day}T00:00") for day in ends]
    assert play.open.count("visit") == 3


def test_a_turn_without_number_comes_as_long_as_the_task_is_open() -> None:
    play = visiting("R/P1D", clock="round")
    play.start()

    assert turns(play, timedelta(days=40)) == [NOON + timedelta(days=number) for number in range(1, 41)]
    assert play.done("care").timers == ()


def test_weeks_are_seven_days_of_the_calendar() -> None:
    play = visiting("R2/P1W")
    play.start()

    assert turns(play, timedelta(days=90)) == [local("2026-03-10T00:00"), local("2026-03-17T00:00")]


def test_turns_that_were_missed_come_late_but_each_comes_once_and_in_order() -> None:
    play = visiting("R/t_visit", parameters={"t_visit": MonthsDuration(1)})
    play.now = local("2026-01-31T10:00").astimezone(UTC)
    play.start()
    play.now = local("2026-05-02T09:00").astimezone(UTC)

    at = play.procedure.fire(play.at.state, play.around)

    assert at.passed.count("again") == 3
    assert [armed.due_at for armed in at.timers] == [local("2026-06-01T00:00")]


def test_a_step_makes_up_for_so_many_missed_turns_and_leaves_the_rest_due() -> None:
    play = visiting("R/PT1H")
    play.start()

    at = play.passes(timedelta(hours=150))
    assert at.passed.count("again") == 100
    assert at.timers[0].due_at == NOON + timedelta(hours=101)

    at = play.passes(timedelta(0))
    assert at.passed.count("again") == 50
    assert at.timers[0].due_at == NOON + timedelta(hours=151)


def test_a_shorter_period_moves_what_is_still_ahead() -> None:
    play = visiting('R/if case.key then duration("P1M") else duration("P3M")')
    play.now = local("2026-01-31T10:00").astimezone(UTC)
    play.start()
    assert turns(play, timedelta(days=100)) == [local("2026-05-01T00:00")]

    play.case = {"key": True}
    play.at = play.procedure.look(play.at.state, play.around)

    assert turns(play, timedelta(days=60)) == [local("2026-06-01T00:00"), local("2026-07-01T00:00")]


def test_turns_are_counted_from_what_a_field_says_and_follow_it() -> None:
    play = visiting("R/P1M", from_="day")
    assert play.start().timers == ()

    play.at = play.procedure.start(None, play.around, fields={"day": date(2026, 3, 31)})

    assert turns(play, timedelta(days=92)) == [local("2026-05-01T00:00"), local("2026-06-01T00:00")]


def test_turns_of_a_limit_in_working_days_are_on_working_days() -> None:
    play = visiting("R3/t_visit", parameters={"t_visit": DaysDuration(5)})
    play.rules = {"t_visit": Rule(days=Days.WORKING)}
    play.start()

    found = turns(play, timedelta(days=60))

    assert [one.astimezone(SHANGHAI).date() for one in found] == [date(2026, 3, day) for day in (10, 17, 24)]


def test_turns_that_roll_onto_one_day_are_one() -> None:
    play = visiting("R/t_look", parameters={"t_look": DaysDuration(1)})
    play.rules = {"t_look": Rule(roll=Roll.NEXT_WORKING)}
    play.start()

    found = turns(play, timedelta(days=9))

    last_days = [(one.astimezone(SHANGHAI) - timedelta(days=1)).day for one in found]
    assert last_days == [3, 4, 5, 6, 9, 10]


@pytest.mark.parametrize("period", [DaysDuration(), DaysDuration(-1), MonthsDuration(0), DaysDuration(0, Decimal(59))])
def test_a_period_that_is_no_time_stops_the_step(period: Any) -> None:
    play = visiting("R/t_bad", parameters={"t_bad": period})

    with pytest.raises(CannotGoOn, match="不到一分钟"):
        play.start()


def test_a_period_that_is_a_day_of_the_calendar_stops_the_step() -> None:
    play = visiting("R/t_bad", parameters={"t_bad": date(2026, 4, 1)})

    with pytest.raises(CannotGoOn, match="不是时长"):
        play.start()


def test_turns_come_while_an_embedded_subprocess_is_open() -> None:
    play = a_play(
        *(start(), sub("care", start("in"), user("look_after"), end("out"), flow("in", "look_after", "out"))),
        *(user("visit"), end("e1"), end("e2")),
        boundary("again", "care", timer("R/P1M", "timeCycle"), interrupting=False),
        *(flow("start", "care", "e1"), flow("again", "visit", "e2")),
    )
    play.start()

    assert len(turns(play, timedelta(days=93))) == 3
    assert play.open.count("visit") == 3
    assert play.done("look_after").timers == ()
    assert [play.done("visit").ended for _ in range(3)] == [False, False, True]


def test_a_model_tells_how_often_and_how_long_apart() -> None:
    for text, times, period in (("R3/P1M", 3, "P1M"), ("R/P2W", None, "P14D"), (" R12/t_visit ", 12, "t_visit")):
        model = visiting(text, parameters={"t_visit": MonthsDuration(1)}).procedure.model
        read = model.timers["again"]
        assert (read.cycle, read.times, read.text) == (True, times, period)

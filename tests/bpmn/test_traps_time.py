"""Traps of timers (the table is in test_traps.py)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import sleep
from zoneinfo import ZoneInfo

import pytest
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition

from engine.bpmn.catalog import ModelError
from tests.bpmn.builder import a_play, catch, end, flow, gate, message, start, timer, user
from tests.bpmn.stock import stock, stock_open

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("opened", "span", "theirs", "ours"),
    [
        ("2026-08-31T12:00", "P6M", "2027-03-03T12:00", "2027-02-28T12:00"),
        ("2026-03-31T12:00", "P6M", "2026-10-01T12:00", "2026-09-30T12:00"),
        ("2028-02-29T12:00", "P1Y", "2029-03-01T12:00", "2029-02-28T12:00"),
        ("2026-09-01T00:30", "P6M", "2027-03-04T00:30", "2027-03-01T00:30"),
    ],
)
def test_trap_6_months_overflow_and_are_counted_on_the_utc_date(opened: str, span: str, theirs: str, ours: str) -> None:
    begun = datetime.fromisoformat(opened).replace(tzinfo=SHANGHAI).astimezone(UTC)
    duration = TimerEventDefinition.parse_iso_duration(span)
    stock_due = begun + TimerEventDefinition.get_timedelta_from_start(duration, begun)
    assert stock_due.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M") == theirs

    play = a_play(start(), catch("wait", timer(span)), end(), flow("start", "wait", "end"), clock="round")
    play.now = begun
    due = play.start().timers[0].due_at

    assert due is not None
    assert due.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M") == ours


def race(*definitions: str) -> tuple[str, ...]:
    """An event gateway with a task behind each of its two events."""
    first, second = definitions
    return (
        *(start(), gate("eventBased", "g"), catch("c1", first), catch("c2", second), user("a"), user("b"), end()),
        *(flow("start", "g", "c1", "a", "end"), flow("g", "c2", "b", "end")),
    )


def test_trap_11_of_two_timers_behind_an_event_gateway_one_never_fires_on_time() -> None:
    workflow = stock(*race(timer('"PT1H"'), timer('"PT0S"')))
    for _ in range(3):
        workflow.refresh_timers()
        workflow.do_engine_steps()
    assert stock_open(workflow) == []

    with pytest.raises(ModelError, match="two-timers"):
        a_play(*race(timer("PT1H"), timer("PT2H")))

    play = a_play(*race(message("told"), timer("PT2H")), messages=("told",))
    play.start()
    play.passes(timedelta(hours=2))

    assert play.open == ["b"]


def test_trap_12_timers_are_looked_at_last() -> None:
    parts = (start(), user("visit"), user("help"), end(), flow("start", "visit", "end"), flow("late", "help", "end"))
    workflow = stock(*parts, boundary_of('"PT0.05S"'))
    sleep(0.06)
    opened = []
    for _ in range(2):
        workflow.do_engine_steps()
        opened.append(stock_open(workflow))
    assert opened == [["visit", "late"], ["help"]]

    play = a_play(*parts, boundary_of("PT1H"))
    play.start()
    play.passes(timedelta(hours=1))

    assert play.open == ["help"]


def boundary_of(text: str) -> str:
    return f'<boundaryEvent id="late" attachedToRef="visit">{timer(text)}</boundaryEvent>'

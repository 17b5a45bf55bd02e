"""Timers of a diagram in running cases: they follow limits and calendars, and repeat by the calendar."""

from __future__ import annotations

import pytest

from engine.core.errors import Refused
from engine.service.unit import Database
from tests.conftest import Clock
from tests.service.mini import P02
from tests.service.timed import AUTUMN, Stage, a_stage, last

#: The timer on the visit is for the limit of the visit.
SHARED = P02.replace(b">t_wait<", b">t_visit<")
#: Each month of an open visit the court is asked.
MONTHLY = (
    P02.replace(b"<timeDuration>t_wait</timeDuration>", b"<timeCycle>R3/P1M</timeCycle>")
    .replace(b'<endEvent id="slow" name="\xe5\x88\xb0slow"></endEvent>', b"")
    .replace(b'targetRef="slow"', b'targetRef="ask"')
)
COURT = {"court_asked: {value: false": "court_asked: {value: true"}


def test_a_drawn_timer_stands_still_with_the_limit_of_its_task_and_runs_on_with_it(db: Database, clock: Clock) -> None:
    stage = a_stage(db, clock, "2018-09-26 10:00", P02=SHARED)
    stage.load(AUTUMN)
    item = stage.visit()
    assert stage.drawn("t_wait") == item.due_at == last("2018-10-08")
    view = stage.town.inbox.item(stage.clerk, item.id)
    assert view.limit is not None
    [said] = view.limit.beside
    assert said.startswith("5个工作日，10月8日 24:00 到时，届时仍未办结的，程序转到“")

    stage.town.limits.suspend(stage.office, item.id, reason="父母在外省", seen=0)
    assert stage.drawn("t_wait") is None
    stage.move("2018-10-16 10:00")
    due = stage.town.limits.resume(stage.office, item.id, reason="已到家", seen=1)

    assert stage.drawn("t_wait") == due == last("2018-10-22")
    assert "timer_fired" not in stage.kinds(item.case_id)
    stage.town.limits.extend(stage.office, item.id, length="P2D", reason="路途远", seen=2)
    assert stage.drawn("t_wait") == last("2018-10-24")


def test_a_drawn_timer_of_a_limit_in_working_days_moves_when_the_plan_arrives(db: Database, clock: Clock) -> None:
    stage = a_stage(db, clock, "2018-09-26 10:00", P02=SHARED)
    stage.visit()
    assert stage.drawn("t_wait") == last("2018-10-03")

    stage.load(AUTUMN)

    assert stage.drawn("t_wait") == last("2018-10-08")


def test_turns_come_by_the_calendar_each_with_its_item_also_when_the_clock_stood(db: Database, clock: Clock) -> None:
    stage = a_stage(db, clock, "2018-01-31 10:00", also=COURT, P02=MONTHLY)
    item = stage.visit()
    assert stage.drawn("t_wait") == last("2018-02-28")
    assert court_items(stage, item.case_id) == 1

    stage.move("2018-03-01 00:00")
    assert stage.drawn("t_wait") == last("2018-03-31")
    assert court_items(stage, item.case_id) == 2

    stage.move("2018-07-15 09:00")
    assert stage.drawn("t_wait") is None
    assert court_items(stage, item.case_id) == 4
    assert stage.differences(item.case_id) == []


def test_a_limit_whose_timer_has_a_start_of_its_own_cannot_be_stopped_alone(db: Database, clock: Clock) -> None:
    own = b'name="name" value="t_wait"/><spiffworkflow:property name="from" value="started"/>'
    stage = a_stage(db, clock, "2018-09-26 10:00", P02=SHARED.replace(b'name="name" value="t_wait"/>', own))
    item = stage.visit()

    with pytest.raises(Refused, match="另有定时事件计算"):
        stage.town.limits.suspend(stage.office, item.id, reason="父母在外省", seen=0)


def court_items(stage: Stage, case_id: int) -> int:
    return stage.kinds(case_id).count("item_opened") - 3

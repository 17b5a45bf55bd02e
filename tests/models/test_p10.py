"""Visits keep their promises in all five jurisdictions."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.models.timed import EVERYWHERE, Timed, at

VISITS = ("P01", "P05", "P06", "P10", "P11")
WELL: dict[str, Any] = {
    "child_seen": True,
    "guard_state": "良好",
    "health_state": "良好",
    "life_state": "正常",
    "school_state": "在学",
    "risks": ["无"],
}
ELSEWHERE = pytest.mark.parametrize("place", ["fh", "yz", "jl", "qz"])


def due_visit(
    place: str = "fh", *, by: str = "village_committee", now: str = "2018-04-12 09:00", **facts: Any
) -> Timed:
    return Timed(place, VISITS, now=at(now), facts=facts).start("P10", by)


def assigned(place: str = "fh", *, until: date = date(2018, 12, 31), **facts: Any) -> Timed:
    return due_visit(place, **facts).done("P10-T1", visitor="非单位", due=until)


def visited(place: str = "fh", *, facts: dict[str, Any] | None = None, **found: Any) -> Timed:
    return assigned(place, **(facts or {})).done("P10-T2", **(WELL | found))


@ELSEWHERE
def test_a_child_is_visited_within_a_quarter_of_the_assignment(place: str) -> None:
    assert due_visit(place).due("P10-T1") == at("2018-07-13 00:00")
    assert assigned(place).due("P10-T2") == at("2018-07-13 00:00")


@ELSEWHERE
@pytest.mark.parametrize("facts", [{"flags": ["残疾"]}, {"entrusted_care": True}])
def test_key_children_and_entrusted_ones_are_visited_within_a_month(place: str, facts: dict[str, Any]) -> None:
    assert assigned(place, **facts).due("P10-T2") == at("2018-05-13 00:00")


def test_a_plight_class_of_qinzhou_makes_a_child_a_key_subject() -> None:
    assert assigned("qz", plight_class=["qz_class1"]).due("P10-T2") == at("2018-05-13 00:00")


def test_in_dalian_the_calendar_month_ends_every_visit_however_late_it_is_assigned() -> None:
    case = due_visit("dl")
    assert case.due("P10-T1") == at("2018-05-01 00:00")
    case.until("2018-05-04 09:00").done("P10-T1", visitor="非单位", due=date(2018, 5, 31))
    assert case.due("P10-T2") == at("2018-05-01 00:00")


@EVERYWHERE
def test_an_earlier_day_of_the_assignment_counts(place: str) -> None:
    assert assigned(place, until=date(2018, 4, 20)).due("P10-T2") == at("2018-04-21 00:00")


@EVERYWHERE
def test_a_visit_that_is_open_takes_in_whatever_else_begins_one(place: str) -> None:
    case = assigned(place).start("P10", "township")
    assert case.running["P10"][-1].ends == ("并入在办走访",)
    assert case.open == ["P10-T2"]


@EVERYWHERE
@pytest.mark.parametrize("message", ["visit_due", "visit_needed"])
def test_the_clock_and_other_procedures_ask_for_visits(place: str, message: str) -> None:
    case = Timed(place, VISITS, now=at("2018-04-12 09:00")).said(message)
    assert case.open == ["P10-T1"]


@ELSEWHERE
def test_a_follow_up_brings_the_open_visit_forward_and_never_back(place: str) -> None:
    late = assigned(place).said("visit_needed")
    assert late.due("P10-T2") == at("2018-05-11 00:00")
    early = assigned(place, until=date(2018, 4, 20)).said("visit_needed")
    assert early.due("P10-T2") == at("2018-04-21 00:00")


@EVERYWHERE
@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2018-07-10 09:00", "2018-09-01 00:00"),
        ("2018-02-10 09:00", "2018-03-01 00:00"),
        ("2018-04-12 09:00", "2018-05-13 00:00"),
    ],
)
def test_a_school_visits_before_the_holiday_ends(place: str, now: str, due: str) -> None:
    assert due_visit(place, by="school", now=now).due("P10-T1") == at(due)


@EVERYWHERE
def test_a_school_and_a_village_visit_beside_one_another(place: str) -> None:
    case = assigned(place).said("school_visit_due")
    assert case.open == ["P10-T1", "P10-T2"]


@EVERYWHERE
def test_a_child_who_is_well_is_reported_to_the_township_and_left_in_peace(place: str) -> None:
    case = visited(place)
    assert case.open == ["P10-T3"]
    assert case.thrown == []
    assert case.done("P10-T3").ended("P10") == "走访完成"


@EVERYWHERE
def test_a_child_not_seen_is_visited_again_and_reported_when_missed_again(place: str) -> None:
    case = visited(place, child_seen=False, whereabouts=True, risks=None)
    assert case.open == ["P10-T2"]
    assert case.due("P10-T2") == at("2018-04-16 00:00")
    case.done("P10-T2", child_seen=False, whereabouts=True)
    assert case.thrown == ["situation_found"]
    assert "P10-T2" not in case.open


@EVERYWHERE
def test_a_child_whose_whereabouts_nobody_knows_is_reported_at_once(place: str) -> None:
    case = visited(place, child_seen=False, whereabouts=False, risks=None)
    assert case.thrown == ["situation_found"]
    assert case.open == ["P01-T1", "P01-T2", "P10-T3"]
    assert case.done("P10-T3").ended("P10") == "转办"


@EVERYWHERE
@pytest.mark.parametrize(
    ("found", "message"),
    [
        ({"risks": ["独居"]}, "situation_found"),
        ({"risks": ["监护人丧失监护能力或不履责"]}, "situation_found"),
        ({"guard_state": "缺失"}, "guardian_refused"),
        ({"guard_state": "不足"}, "assessment_needed"),
        ({"health_state": "需治疗"}, "assessment_needed"),
        ({"risks": ["疾病残疾"]}, "assessment_needed"),
        ({"life_state": "困难"}, "benefits_needed"),
        ({"risks": ["贫困"]}, "benefits_needed"),
        ({"risks": ["辍学"]}, "dropout_found"),
        ({"school_state": "未入学"}, "dropout_found"),
    ],
)
def test_what_a_visit_finds_goes_to_the_procedure_for_it(place: str, found: dict[str, Any], message: str) -> None:
    case = visited(place, **found)
    assert case.thrown == [message]
    assert case.done("P10-T3").ended("P10") == "转办"


@EVERYWHERE
def test_harm_is_reported_and_the_guardian_dealt_with(place: str) -> None:
    assert sorted(visited(place, guard_state="侵害").thrown) == ["guardian_harmed", "situation_found"]


@EVERYWHERE
def test_a_guardian_without_capacity_is_no_wrongdoer(place: str) -> None:
    kin = visited(place, facts={"capacity": "丧失", "carer_relation": "祖父母"}, guard_state="缺失")
    alone = visited(place, facts={"capacity": "丧失", "carer_relation": "无"}, guard_state="缺失")
    assert kin.thrown == ["entrustment_needed"]
    assert alone.thrown == ["placement_needed"]


@EVERYWHERE
def test_an_entrusted_carer_who_falls_short_is_examined_again(place: str) -> None:
    assert visited(place, facts={"entrusted_care": True}, guard_state="不足").thrown == ["entrustment_needed"]


@pytest.mark.parametrize(("place", "told"), [("dl", ("civil_affairs",)), ("fh", ()), ("jl", ())])
def test_a_missed_visit_is_on_record_and_in_dalian_before_civil_affairs(place: str, told: tuple[str, ...]) -> None:
    case = assigned(place)
    procedure, _, position, element = case._open_item("P10-T2")
    terms = case._terms(procedure, position)
    task = terms.model.tasks[element]
    assert terms.that_hold(task.overdue_documents) == ("逾期记录",)
    assert terms.that_hold(task.overdue_notify) == told

"""Entrusted care keeps its promises in all five jurisdictions, and Qinzhou's detained guardians theirs."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.models.timed import EVERYWHERE, Timed, at

CARE = ("P05", "P10", "P11")
DETAINED = ("P04", "P05", "P11", "P11b")
WRITTEN = pytest.mark.parametrize("place", ["fh", "qz"])
ADVISED = pytest.mark.parametrize("place", ["yz", "jl", "dl"])


def begun(place: str = "fh", **fields: Any) -> Timed:
    return Timed(place, CARE, now=at("2018-03-12 10:00")).start("P11", "village_committee", **fields)


def examined(place: str = "fh", **found: Any) -> Timed:
    return begun(place).until("2018-03-13 14:00").done("P11-T2", **({"capacity": "有"} | found))


@EVERYWHERE
@pytest.mark.parametrize("message", ["guardian_entrusted", "entrustment_needed", "guardian_named"])
def test_whoever_names_a_carer_has_the_carer_examined_within_a_week_of_the_finding(place: str, message: str) -> None:
    case = Timed(place, CARE, now=at("2018-03-12 10:00")).said(message)
    assert case.open == ["P11-T2"]
    assert case.due("P11-T2") == at("2018-03-20 00:00")
    assert case.said(message).open == ["P11-T2"]


@EVERYWHERE
def test_a_day_of_leaving_ends_the_time_to_tell(place: str) -> None:
    case = begun(place, leave_on=date(2018, 3, 20))
    assert case.open == ["P11-T1", "P11-T2"]
    assert case.due("P11-T1") == at("2018-03-20 00:00")
    assert set(case.told_by("P11-T1")) == {"village_committee", "school"}


@pytest.mark.parametrize(("place", "asked"), [("yz", True), ("fh", False), ("jl", False), ("qz", False), ("dl", False)])
def test_telling_before_leaving_is_a_duty_in_yinzhou_alone(place: str, asked: bool) -> None:
    assert ("P11-T1" in begun(place).open) is asked


@WRITTEN
def test_an_agreement_is_due_a_fortnight_after_the_finding(place: str) -> None:
    case = examined(place)
    assert case.due("P11-T3") == at("2018-03-28 00:00")
    assert case.done("P11-T3", signed_all=False).due("P11-T3") == at("2018-03-28 00:00")
    case.done("P11-T3", signed_all=True)
    assert case.ended("P11") == "协议生效"
    assert case.thrown == ["visit_needed"]


@ADVISED
def test_an_agreement_that_is_advice_is_never_overdue_and_holds_nothing_up(place: str) -> None:
    case = examined(place)
    if place == "yz":
        case.done("P11-T1")
    assert case.due("P11-T3") is None
    case.until("2018-03-28 00:00")
    assert case.ended("P11") == "照料落实·未签协议"


@ADVISED
def test_an_agreement_that_is_advice_may_be_signed(place: str) -> None:
    case = examined(place).done("P11-T3", signed_all=True)
    assert ("P11", "协议生效") in case.ends


@EVERYWHERE
@pytest.mark.parametrize("found", [{"capacity": "无"}, {"bad_record": True}])
def test_an_unfit_carer_signs_nothing_and_the_family_is_assessed(place: str, found: dict[str, Any]) -> None:
    case = examined(place, **found, interim_care="有人照料")
    assert ("P11", "不合格另选") in case.ends
    assert case.thrown == ["assessment_needed"]
    assert "P11-T3" not in case.open


@EVERYWHERE
def test_a_child_whom_nobody_cares_for_waits_for_no_other_carer(place: str) -> None:
    case = examined(place, capacity="无", interim_care="无人照料")
    assert case.thrown == ["placement_needed", "assessment_needed"]


@EVERYWHERE
def test_a_carer_who_fails_while_signing_ends_the_signing(place: str) -> None:
    case = examined(place).said("entrusted_carer_unfit")
    assert "P11-T5" in case.open
    assert "P11-T3" not in case.open
    assert case.done("P11-T5", end_reason="受托人不履责", interim_care="有人照料").ends[-1] == ("P11", "终止")


@EVERYWHERE
def test_another_carer_is_examined_anew_and_the_time_runs_anew(place: str) -> None:
    case = examined(place).said("entrusted_carer_unfit").until("2018-03-15 09:00").done("P11-T5", end_reason="另行委托")
    assert case.due("P11-T2") == at("2018-03-23 00:00")


@EVERYWHERE
def test_parents_who_come_back_end_all_of_it(place: str) -> None:
    case = begun(place).said("entrusted_carer_unfit").done("P11-T5", end_reason="父母返回")
    assert case.ended("P11") == "终止"


@EVERYWHERE
def test_an_agreement_may_end_long_after_it_began(place: str) -> None:
    case = Timed(place, CARE, now=at("2018-03-12 10:00")).said("entrusted_carer_unfit")
    assert case.open == ["P11-T5"]
    case.done("P11-T5", end_reason="受托人丧失监护能力", interim_care="无人照料")
    assert case.thrown == ["placement_needed"]


@EVERYWHERE
def test_what_is_known_of_the_guardian_is_not_overwritten_by_the_carer(place: str) -> None:
    case = Timed(place, CARE, now=at("2018-03-12 10:00"), facts={"capacity": "丧失"})
    case.start("P11", "village_committee").done("P11-T2", capacity="有")
    assert case.known("P11")["carer_fit"] is True


def detained(kind: str = "行政拘留", **found: Any) -> Timed:
    case = Timed("qz", DETAINED, now=at("2018-05-08 14:00")).said("guardian_detained")
    return case.done("P11b-T1", **({"has_minor_child": True, "need_entrust": True, "measure_kind": kind} | found))


def test_the_question_comes_first_whatever_the_measure() -> None:
    assert Timed("qz", DETAINED, now=at("2018-05-08 14:00")).said("guardian_detained").open == ["P11b-T1"]


@pytest.mark.parametrize(("kind", "code"), [("刑事拘留", "P11b-T2"), ("服刑", "P11b-T4"), ("强制隔离戒毒", "P11b-T4")])
def test_the_enforcing_body_helps_where_it_holds_the_guardian(kind: str, code: str) -> None:
    case = detained(kind)
    assert case.open == ["P02-T10", code]
    assert case.due("P02-T10") == at("2018-05-09 14:00")


@pytest.mark.parametrize("found", [{"has_minor_child": False}, {"need_entrust": False}])
def test_nothing_is_arranged_where_nothing_is_needed(found: dict[str, Any]) -> None:
    assert detained(**found).ended("P11b") == "无须安排照料"


@pytest.mark.parametrize(
    ("arranged", "message", "end"),
    [
        ("亲属", "guardian_entrusted", "亲属/他人照料"),
        ("其他成年人", "guardian_entrusted", "亲属/他人照料"),
        ("救助保护机构", "placement_needed", "机构监护"),
        ("儿童福利机构", "placement_needed", "机构监护"),
        ("未落实", "placement_needed", "转临时监护照料"),
    ],
)
def test_each_arrangement_is_carried_out_at_once(arranged: str, message: str, end: str) -> None:
    case = detained().done("P11b-T2", arranged=arranged)
    assert case.thrown == [message]
    assert case.done("P02-T10").ended("P11b") == end
    assert case.thrown[-1] == "notice_sent"


@pytest.mark.parametrize("kind", ["行政拘留", "服刑"])
def test_a_child_is_placed_when_nobody_answers_and_the_search_goes_on(kind: str) -> None:
    case = detained(kind).until("2018-05-08 15:59")
    assert case.thrown == []
    case.until("2018-05-08 16:00")
    assert case.thrown == ["placement_needed"]
    assert "P04-T2" in case.open
    assert {"P11b-T2", "P11b-T4"} & set(case.open)

"""Temporary placement keeps its promises in all five jurisdictions."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.bpmn.catalog import read_procedure
from engine.bpmn.soundness import check_soundness
from tests.models.timed import ALL, EVERYWHERE, START, Timed, a_case, at, placed


@EVERYWHERE
def test_the_place_is_chosen_and_the_child_asked_side_by_side(place: str) -> None:
    case = a_case(place, "placement_needed")
    assert case.open == ["P04-T1", "P04-T2"]
    assert case.due("P04-T2") == START


@EVERYWHERE
def test_a_second_need_opens_no_second_placement(place: str) -> None:
    case = placed(place).said("placement_needed")
    assert "P04-T2" not in case.open
    assert len(case.running["P04"]) == 1


@EVERYWHERE
def test_handover_is_due_twelve_hours_after_arrival_and_reception_is_by_the_place(place: str) -> None:
    case = placed(place)
    assert case.due("P04-T4") == at("2018-05-11 08:40")
    assert case.role("P04-T5") == "@place_ref/police"


def test_parents_are_contacted_daily_for_a_week_then_weekly() -> None:
    case = placed()
    for day in range(1, 9):
        tomorrow = at("2018-05-10 20:40") + timedelta(days=day)
        assert case.due("P04-T6") == tomorrow
        case.now = tomorrow
        case.done("P04-T6", contact_result="未联系上")
    assert case.due("P04-T6") == at("2018-05-25 20:40")


def test_the_carer_is_told_weekly_and_at_once_when_parents_are_reached() -> None:
    case = placed()
    assert case.due("P04-T7") == at("2018-05-17 20:40")

    case.until("2018-05-14 11:00").done("P04-T6", contact_result="已联系")

    assert case.due("P04-T7") == at("2018-05-14 11:00")
    assert "P04-T7" not in case.done("P04-T7").open


@pytest.mark.parametrize(
    ("place", "contact", "update"),
    [("fh", True, False), ("dl", True, True), ("yz", False, False), ("jl", False, False), ("qz", False, False)],
)
def test_contact_and_updates_are_tasks_where_the_text_writes_them(place: str, contact: bool, update: bool) -> None:
    case = placed(place)
    assert ("P04-T6" in case.open, "P04-T7" in case.open) == (contact, update)


@EVERYWHERE
def test_a_placement_is_reviewed_after_a_week_then_monthly_and_long_ones_are_watched(place: str) -> None:
    case = placed(place).done("P04-T5")
    assert case.due("P04-T8") == at("2018-05-17 20:40")
    assert case.watched("P04-T8") == {"t_place_max": at("2019-05-10 20:40")}

    case.until("2018-05-16 09:00").done("P04-T8", next_plan="继续安置")

    assert case.due("P04-T8") == at("2018-06-15 09:00")


@EVERYWHERE
@pytest.mark.parametrize("event", ["parents_contacted", "guardian_found", "parent_returned", "guardian_named"])
def test_parents_who_are_found_open_the_return_at_once_and_only_once(place: str, event: str) -> None:
    case = placed(place).said(event).said("parent_returned")
    assert case.open.count("P04-T9") == 1


@EVERYWHERE
def test_events_start_no_placement(place: str) -> None:
    assert a_case(place, "parents_contacted", "guardian_named").open == []


@EVERYWHERE
@pytest.mark.parametrize(
    ("plan", "end"), [("返回父母", "返回父母"), ("委托亲属", "移交亲属"), ("长期安置", "转长期安置")]
)
def test_a_placement_ends_by_the_last_plan_and_support_follows(place: str, plan: str, end: str) -> None:
    case = placed(place).done("P04-T5").done("P04-T8", next_plan=plan)
    case.done("P04-T9", id_checked=True, fit_willing=True)
    assert case.ended("P04") == end
    assert "P05-T1" in case.open


@EVERYWHERE
@pytest.mark.parametrize(("kind", "end"), [("近亲属", "返回父母"), ("民政部门", "转P07"), ("其他人员", "转P07")])
def test_a_child_handed_to_the_guardian_the_court_named_ends_so(place: str, kind: str, end: str) -> None:
    case = placed(place).said("guardian_named")
    case.facts["new_guardian_type"] = kind
    assert case.done("P04-T9", id_checked=True, fit_willing=True).ended("P04") == end


@EVERYWHERE
@pytest.mark.parametrize("answers", [(True, False), (False, True), (None, True)])
def test_a_child_is_not_handed_to_somebody_unfit_or_unknown(place: str, answers: tuple[Any, Any]) -> None:
    checked, fit = answers
    case = placed(place).done("P04-T5").said("parent_returned")

    case.done("P04-T9", id_checked=checked, fit_willing=fit)

    assert case.ended("P04") is None
    assert "P06-T1" in case.open
    assert case.open.count("P04-T8") == 1


@EVERYWHERE
def test_after_a_failed_return_that_the_review_had_decided_the_placement_is_reviewed_again(place: str) -> None:
    case = placed(place).done("P04-T5").done("P04-T8", next_plan="返回父母")
    assert "P04-T8" not in case.open
    assert "P04-T8" in case.done("P04-T9", id_checked=True, fit_willing=False).open


@EVERYWHERE
def test_a_review_can_ask_for_revocation_while_the_placement_goes_on(place: str) -> None:
    case = placed(place).done("P04-T5").done("P04-T8", next_plan="申请撤销")
    assert {"P07-T1", "P04-T8"} <= set(case.open)


def test_a_guardian_is_redetermined_by_agreement_or_by_the_court() -> None:
    case = placed("fh").done("P04-T5").done("P04-T8", next_plan="重新确定监护人")
    by_court = placed("fh").done("P04-T5").done("P04-T8", next_plan="重新确定监护人")

    assert "P04-T9" in case.done("P04-T10", way="协商").open
    assert {"P07-T1", "P04-T8"} <= set(by_court.done("P04-T10", way="法院指定").open)


def test_parents_who_refuse_on_the_phone_are_dealt_with_and_contacted_further() -> None:
    case = placed().done("P04-T6", contact_result="拒绝")
    assert {"P06-T1", "P06-T2", "P04-T6"} <= set(case.open)


@EVERYWHERE
def test_a_placement_ends_at_eighteen(place: str) -> None:
    assert placed(place).said("eighteenth_birthday").ended("P04") == "儿童满18岁"


def test_news_of_the_parents_reaches_the_disposal_and_the_placement_alike() -> None:
    case = Timed("dl", ("P01", "P02", "P03", *ALL), now=START).said("report_accepted").done("P02-T1")
    case.done("P02-T2", confirmed_situations=["S2"], child_state="安全", parents_reachable=False, criminal=False)
    assert {"P02", "P04"} <= set(case.running)
    assert "parents_contacted" in case.running["P02"][0].waits

    case.said("parents_contacted")

    assert "P04-T9" in case.open
    assert "parents_contacted" not in case.running["P02"][0].waits


def test_no_step_of_a_placement_can_be_open_twice() -> None:
    """Two reviews, or two redeterminations of the guardian, could be open after two refused hand-overs."""
    file = Path(__file__).resolve().parents[2] / "processes/base/P04.bpmn"

    assert check_soundness(read_procedure(file.read_bytes(), file=file.name), heard=None) == []

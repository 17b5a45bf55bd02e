"""Pairing keeps one teacher with each child, month after month, for years."""

from __future__ import annotations

from typing import Any

import pytest

from tests.models.timed import Timed, at

RUNNING = ("P01", "P05", "P14")
PUBLISHED = pytest.mark.parametrize("place", ["fh", "yz", "dl"])


def listed(place: str = "fh") -> Timed:
    return Timed(place, RUNNING, now=at("2018-09-05 09:00")).start("P14", "school")


def paired(place: str = "fh") -> Timed:
    return listed(place).until("2018-09-10 09:00").done("P14-T1")


def met(case: Timed, **found: Any) -> Timed:
    """One month: the teacher meets the child and, where the text asks for it, reports."""
    case.done("P14-T2", **found)
    if "P14-T3" in case.open:
        case.done("P14-T3", follow=False)
    return case


@PUBLISHED
def test_a_child_on_the_list_gets_a_teacher_within_ten_days(place: str) -> None:
    assert listed(place).due("P14-T1") == at("2018-09-16 00:00")
    case = Timed(place, RUNNING, now=at("2018-09-05 09:00")).said("pairing_due")
    assert case.role("P14-T1") == "school"


@PUBLISHED
def test_a_child_has_one_pairing_at_a_time(place: str) -> None:
    case = paired(place).said("pairing_due")
    assert case.open == ["P14-T2"]
    assert len(case.running["P14"]) == 1
    assert listed(place).said("pairing_due").open == ["P14-T1"]


@PUBLISHED
def test_the_teacher_meets_the_child_each_month(place: str) -> None:
    case = paired(place)
    assert case.due("P14-T2") == at("2018-10-11 00:00")
    met(case.until("2018-09-20 09:00"))
    assert case.open == []
    assert met(case.until("2018-10-11 00:00")).open == []
    assert case.until("2018-11-11 00:00").due("P14-T2") == at("2018-12-11 00:00")


@PUBLISHED
def test_a_missed_month_is_overdue_and_the_next_counts_from_then(place: str) -> None:
    case = paired(place).until("2019-01-20 09:00")
    assert case.due("P14-T2") == at("2018-10-11 00:00")
    assert met(case).open == []
    assert case.until("2019-01-21 00:00").due("P14-T2") == at("2019-02-21 00:00")


@pytest.mark.parametrize(("place", "fed_back"), [("fh", True), ("yz", True), ("dl", False)])
def test_class_teacher_and_partner_report_back_where_the_text_says_so(place: str, fed_back: bool) -> None:
    case = paired(place).until("2018-09-20 09:00").done("P14-T2")
    assert ("P14-T3" in case.open) is fed_back
    if fed_back:
        assert case.due("P14-T3") == at("2018-10-11 00:00")


@PUBLISHED
@pytest.mark.parametrize(
    ("finding", "message", "opens"),
    [("险情报告", "situation_found", "P01-T2"), ("评估帮扶", "assessment_needed", "P05-T1")],
)
def test_what_a_teacher_finds_goes_on_at_once_and_the_pairing_goes_on(
    place: str, finding: str, message: str, opens: str
) -> None:
    case = paired(place).done("P14-T2", pair_finding=finding)
    assert case.thrown == [message]
    assert opens in case.open
    if place != "dl":
        case.done("P14-T3", follow=False)
    assert case.thrown == [message]
    assert "P14-T2" in case.until("2018-10-11 00:00").open


@pytest.mark.parametrize(
    ("follow", "finding", "told"),
    [
        (True, None, ["assessment_needed"]),
        (True, "评估帮扶", ["assessment_needed"]),
        (True, "险情报告", ["situation_found"]),
        (False, None, []),
    ],
)
def test_a_report_that_asks_for_more_goes_on(follow: bool, finding: str | None, told: list[str]) -> None:
    case = paired().done("P14-T2").done("P14-T3", follow=follow, pair_finding=finding)
    assert case.thrown == told


@PUBLISHED
def test_a_teacher_who_leaves_is_replaced_within_five_days(place: str) -> None:
    case = paired(place).until("2018-09-20 09:00").said("teacher_left")
    assert case.open == ["P14-T1"]
    assert case.due("P14-T1") == at("2018-09-26 00:00")
    assert case.role("P14-T1") == "@pair_school/school"

    assert case.done("P14-T1").due("P14-T2") == at("2018-10-21 00:00")


@PUBLISHED
def test_a_teacher_may_leave_between_two_meetings(place: str) -> None:
    case = met(paired(place)).said("teacher_left")
    assert case.open == ["P14-T1"]
    assert case.timers() == {}


@PUBLISHED
@pytest.mark.parametrize("event", ["pairing_ended", "eighteenth_birthday"])
@pytest.mark.parametrize("where", [listed, paired, lambda place: met(paired(place))])
def test_a_pairing_ends_when_the_child_leaves_or_is_grown(place: str, event: str, where: Any) -> None:
    case = where(place).said(event)
    assert case.ended("P14") == "结业/离开/返乡"
    assert case.open == []


@PUBLISHED
def test_the_last_meeting_may_say_that_the_pairing_ends(place: str) -> None:
    case = paired(place).done("P14-T2", pair_end="结业")
    assert case.ended("P14") == "结业/离开/返乡"
    assert case.open == []


def test_one_instance_lasts_all_of_school() -> None:
    case = paired()
    for month in range(12 * 9):
        met(case)
        year, rest = divmod(9 + month, 12)
        case.until(f"{2018 + year}-{rest + 1:02d}-11 00:00")
    assert case.open == ["P14-T2"]
    assert len(case.running["P14"]) == 1

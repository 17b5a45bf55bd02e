"""Intervention with guardians keeps its promises in all five jurisdictions."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.models.timed import CLOCKED, EVERYWHERE, Timed, a_case, at

THRESHOLD = at("2018-07-16 00:00")


def refused(place: str, **facts: Any) -> Timed:
    """A guardian refused on 15 January and was admonished in vain; the refusal is on record."""
    case = a_case(place, "guardian_refused", **facts).done("P06-T1", response="拒绝")
    return case.done("P06-T2", refusal_start=date(2018, 1, 15), no_livelihood="待查")


@CLOCKED
def test_a_refusal_opens_admonition_and_register_once(place: str) -> None:
    case = a_case(place, "guardian_refused", "guardian_refused")
    assert case.open == ["P06-T1", "P06-T2"]
    assert case.due("P06-T1") == at("2018-01-19 00:00")


@EVERYWHERE
def test_police_open_with_education_and_others_with_admonition(place: str) -> None:
    assert a_case(place).start("P06", "police").open == ["P06-T3"]
    assert "P06-T1" in a_case(place).start("P06", "village_committee").open


def test_where_the_text_says_so_police_do_not_admonish() -> None:
    assert "police" not in a_case("qz", "guardian_refused").role("P06-T1")
    assert "police_station" in a_case("fh", "guardian_refused").role("P06-T1")


@CLOCKED
def test_the_refusal_clock_runs_six_months_to_the_end_of_the_day(place: str) -> None:
    assert refused(place).clock() == THRESHOLD


def test_the_month_end_is_clamped() -> None:
    case = a_case("fh", "guardian_refused", now=at("2017-08-31 10:00"))
    assert case.done("P06-T2", refusal_start=date(2017, 8, 31)).clock() == at("2018-03-01 00:00")


def test_one_jurisdiction_has_no_refusal_clock() -> None:
    case = a_case("jl", "guardian_refused")
    assert case.open == ["P06-T1"]
    assert case.done("P06-T1").later(days=400).open == ["P06-T8"]
    assert case.clock() is None


@CLOCKED
def test_the_gate_is_closed_one_minute_before(place: str) -> None:
    case = refused(place).until("2018-07-15 23:59")
    assert "P06-T10" not in case.open
    assert "P06-T10" in case.until("2018-07-16 00:00").open


@CLOCKED
def test_the_threshold_alone_is_no_ground(place: str) -> None:
    case = refused(place).until("2018-07-16 00:00")
    assert "P07" not in case.running
    assert case.due("P06-T10") == at("2018-07-22 00:00")

    case.until("2018-07-16 10:00").done("P06-T10", livelihood_check="有着")

    assert "P07" not in case.running
    assert case.known("P06")["refusal_clock"] == "期满·未符合"
    assert case.ended("P06") is None


@CLOCKED
def test_a_new_fact_has_the_livelihood_verified_again(place: str) -> None:
    case = refused(place).until("2018-07-16 10:00").done("P06-T10", livelihood_check="有着")
    assert "P06-T10" in case.done("P06-T8", reformed="未改").open


@CLOCKED
def test_a_full_refusal_with_no_livelihood_is_a_ground(place: str) -> None:
    case = refused(place).until("2018-07-16 10:00").done("P06-T10", livelihood_check="无着")
    assert "P07-T1" in case.open
    assert case.due("P07-T1") == at("2018-07-22 00:00")


@CLOCKED
def test_the_clock_gates_one_ground_and_nothing_else(place: str) -> None:
    case = refused(place, child_state="危险").done("P06-T8", reformed="未改")
    assert "P07-T1" in case.open
    assert case.clock() == THRESHOLD


@CLOCKED
@pytest.mark.parametrize("answer", ["未改", "反复"])
def test_without_danger_reform_is_checked_again(place: str, answer: str) -> None:
    case = refused(place).until("2018-02-15 10:00").done("P06-T8", reformed=answer)
    assert case.due("P06-T8") == at("2018-03-18 00:00")
    assert "P07" not in case.running


@CLOCKED
def test_a_confirmed_resumption_cancels_the_clock(place: str) -> None:
    case = refused(place).until("2018-03-01 10:00").said("guardian_resumed")
    assert case.due("P06-T9") == at("2018-04-01 00:00")
    assert case.clock() == THRESHOLD

    case.done("P06-T9", observe_result="恢复")

    assert case.clock() is None
    assert case.ended("P06") == "已改正·观察期满"
    assert case.thrown == []


@CLOCKED
def test_a_relapse_inside_the_observation_leaves_the_clock_as_it_was(place: str) -> None:
    said = refused(place).said("guardian_resumed").said("guardian_refuses_again")
    recorded = refused(place).said("guardian_resumed").done("P06-T9", observe_result="反复")
    for case in (said, recorded):
        assert case.clock() == THRESHOLD
        assert "P06-T9" not in case.open
        assert case.open.count("P06-T8") == 1
        assert "P06-T2" not in case.open


@CLOCKED
def test_a_threshold_inside_the_observation_is_held_and_fires_at_the_relapse(place: str) -> None:
    case = refused(place).until("2018-07-10 10:00").said("guardian_resumed").until("2018-07-20 10:00")
    assert "P06-T10" not in case.open
    assert "P06-T10" in case.done("P06-T9", observe_result="反复").open


@CLOCKED
def test_a_threshold_inside_the_observation_is_forgotten_when_duty_is_resumed(place: str) -> None:
    case = refused(place).until("2018-07-10 10:00").said("guardian_resumed").until("2018-07-20 10:00")
    case.done("P06-T9", observe_result="恢复")
    assert case.ended("P06") == "已改正·观察期满"
    assert "P06-T10" not in case.open


@CLOCKED
def test_a_refusal_after_a_confirmed_resumption_starts_a_new_clock(place: str) -> None:
    case = refused(place).said("crime_suspected").said("guardian_resumed").done("P06-T9", observe_result="恢复")
    assert case.clock() is None

    case.said("guardian_refuses_again").done("P06-T2", refusal_start=date(2018, 5, 1))

    assert case.clock() == at("2018-11-02 00:00")


@CLOCKED
def test_a_corrected_start_moves_the_one_clock(place: str) -> None:
    case = refused(place).said("guardian_refuses_again").done("P06-T2", refusal_start=date(2018, 1, 10))
    assert case.clock() == at("2018-07-11 00:00")
    case.until("2018-07-16 00:00")
    assert case.open.count("P06-T10") == 1


@EVERYWHERE
def test_harm_opens_education_once_for_the_same_facts(place: str) -> None:
    case = a_case(place, "guardian_harmed", "guardian_harmed", confirmed_situations=["S4"])
    assert case.open == ["P06-T3"]
    assert case.due("P06-T3") == at("2018-01-17 00:00")
    assert case.said("crime_suspected").open == ["P06-T3", "P06-T5"]


@EVERYWHERE
@pytest.mark.parametrize(("step", "opened"), [("批评教育", []), ("治安管理处罚", ["P06-T4"]), ("立案侦查", ["P06-T5"])])
def test_the_measure_is_the_one_that_was_chosen(place: str, step: str, opened: list[str]) -> None:
    case = a_case(place, "guardian_harmed").done("P06-T3", measure_step=step, edu_count=1)
    assert case.open == sorted([*opened, "P06-T8"])


@EVERYWHERE
def test_a_case_is_filed_once(place: str) -> None:
    case = a_case(place, "guardian_harmed", "crime_suspected", "crime_suspected")
    assert case.done("P06-T3", measure_step="立案侦查", edu_count=1).open == ["P06-T5", "P06-T8"]


@EVERYWHERE
def test_the_criminal_track_opens_at_once_and_goes_its_own_way(place: str) -> None:
    case = a_case(place, "crime_suspected").done("P06-T5").done("P06-T6", proc_decision="批捕")
    assert case.open == ["P06-T6"]
    case.done("P06-T6", proc_decision="起诉").done("P06-T7")
    assert case.ended("P06") == "刑事移送"


@EVERYWHERE
def test_a_resumption_ends_no_criminal_track(place: str) -> None:
    case = a_case(place, "guardian_harmed", "crime_suspected").done("P06-T3", measure_step="批评教育", edu_count=1)
    case.done("P06-T5").said("guardian_resumed").done("P06-T9", observe_result="恢复")
    assert case.open == ["P06-T6"]


@EVERYWHERE
def test_a_punishment_ends_with_guardianship_going_on(place: str) -> None:
    case = a_case(place, "guardian_harmed").done("P06-T3", measure_step="治安管理处罚", edu_count=1)
    assert ("P06", "处罚完毕·继续监护") in case.done("P06-T4").ends


@EVERYWHERE
def test_a_reformed_guardian_is_observed_before_the_end(place: str) -> None:
    case = a_case(place, "guardian_harmed").done("P06-T3", measure_step="批评教育", edu_count=1)
    assert case.done("P06-T8", reformed="已改").open == ["P06-T9"]
    assert case.done("P06-T9", observe_result="恢复").ended("P06") == "已改正·观察期满"
    assert case.thrown == []


def test_repeated_education_is_needed_where_the_text_says_repeatedly() -> None:
    case = a_case("jl", "guardian_harmed", child_state="危险").done("P06-T3", measure_step="批评教育", edu_count=1)
    assert case.done("P06-T8", reformed="未改").open == ["P06-T3"]
    case.done("P06-T3", measure_step="批评教育", edu_count=2).done("P06-T8", reformed="未改")
    assert "P07-T1" in case.open


def test_an_unreformed_parents_child_is_placed_where_the_text_says_so() -> None:
    assert "P04-T2" in refused("qz").done("P06-T8", reformed="未改").open
    assert "P04" not in refused("fh").done("P06-T8", reformed="未改").running


ABANDONED = ["S7"]


@pytest.mark.parametrize(
    ("alone", "degree", "opened"),
    [
        (False, "特别轻微", "P06-T3"),
        (False, "一般", "P06-T4"),
        (False, "恶劣涉罪", "P06-T5"),
        (True, "特别轻微", "P06-T3"),
        (True, "一般", "P06-T3"),
        (True, "恶劣涉罪", "P06-T5"),
    ],
)
def test_abandonment_is_measured_by_its_degree(alone: bool, degree: str, opened: str) -> None:
    case = a_case("dl", "guardian_harmed", confirmed_situations=ABANDONED)
    assert case.open == ["P06-G2"]
    assert case.done("P06-G2", can_live_independently=alone, degree=degree).open == [opened]


def test_the_village_hears_of_the_mildest_abandonment_alone() -> None:
    case = a_case("dl", "guardian_harmed", confirmed_situations=ABANDONED)
    assert "village_committee" in case.told_by("P06-G2", degree="特别轻微")
    assert "village_committee" not in case.told_by("P06-G2", degree="一般")


@pytest.mark.parametrize("place", ["fh", "yz", "jl", "qz"])
def test_degrees_of_abandonment_are_one_jurisdictions_own(place: str) -> None:
    assert a_case(place, "guardian_harmed", confirmed_situations=ABANDONED).open == ["P06-T3"]


@EVERYWHERE
def test_intervention_ends_at_eighteen(place: str) -> None:
    case = a_case(place, "guardian_refused", "guardian_harmed").said("eighteenth_birthday")
    assert case.ended("P06") == "儿童年满十八"

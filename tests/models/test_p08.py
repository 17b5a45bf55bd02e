"""Keeping children in school keeps its promises wherever it runs, and where it is switched on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from engine.bpmn.gate import admit
from engine.bpmn.release import Release, compile_release
from engine.service.modelfiles import load_bundle
from tests.models.timed import Timed, at

ROOT = Path(__file__).resolve().parents[2]

RUNNING = ("P01", "P05", "P08")
PUBLISHED = pytest.mark.parametrize("place", ["fh", "yz", "qz", "dl"])
EVERYWHERE = pytest.mark.parametrize("place", ["fh", "yz", "jl", "qz", "dl"])
TAUGHT_AT_HOME = {"cannot_attend": True, "guard_risk": False}
ATTENDS = {"cannot_attend": False, "guard_risk": False}


def absent(place: str = "fh") -> Timed:
    return Timed(place, RUNNING, now=at("2018-09-10 16:00")).start("P08", "school")


def registered(place: str = "fh", **found: Any) -> Timed:
    return absent(place).until("2018-09-11 09:00").done("P08-T1", **(ATTENDS | found))


def persuading(place: str = "fh") -> Timed:
    return registered(place).until("2018-09-11 15:00").done("P08-T2")


def persuaded(case: Timed, *days: str, returned: bool = False) -> Timed:
    for day in days:
        case.until(f"{day} 15:00").done("P08-T3", persuade_log=[{"date": day}], returned=returned)
    return case


def reported(place: str = "fh") -> Timed:
    case = persuaded(persuading(place), "2018-09-12", "2018-09-15", "2018-09-19")
    return case.until("2018-09-20 10:00").done("P08-T5")


def unreturned(place: str = "fh", **more: Any) -> Timed:
    """No measure has brought the child back."""
    case = reported(place)
    while "P08-T6" in case.open:
        case.done("P08-T6", measures=["上门劝返", "批评教育"], result="未返校", **more)
    return case


@EVERYWHERE
def test_a_school_registers_reminds_and_persuades_within_its_limits(place: str) -> None:
    assert absent(place).due("P08-T1") == at("2018-09-12 00:00")
    assert registered(place).due("P08-T2") == at("2018-09-13 00:00")
    assert persuading(place).due("P08-T3") == at("2018-09-22 00:00")


@PUBLISHED
def test_each_attempt_is_a_submission_and_the_period_is_one(place: str) -> None:
    case = persuaded(persuading(place), "2018-09-12", "2018-09-15")
    assert case.due("P08-T3") == at("2018-09-22 00:00")
    assert "P08-T5" not in case.open

    assert "P08-T5" in persuaded(case, "2018-09-19").open


@PUBLISHED
def test_attempts_are_counted_by_their_rows(place: str) -> None:
    rows = [{"date": "2018-09-12"}, {"date": "2018-09-13"}, {"date": "2018-09-14"}]
    case = persuading(place).done("P08-T3", persuade_log=rows, returned=False)
    assert "P08-T5" in case.open


@PUBLISHED
def test_a_period_that_runs_out_ends_persuasion_and_the_report_is_due(place: str) -> None:
    case = persuaded(persuading(place), "2018-09-12").until("2018-09-22 00:00")
    assert "P08-T3" not in case.open
    assert case.due("P08-T5") == at("2018-09-26 00:00")


@pytest.mark.parametrize(("place", "marks"), [("fh", True), ("qz", True), ("yz", False), ("dl", False)])
def test_the_student_record_is_marked_where_the_text_says_so_and_holds_nothing_up(place: str, marks: bool) -> None:
    case = persuaded(persuading(place), "2018-09-12", "2018-09-15", "2018-09-19")
    assert ("P08-T4" in case.open) is marks
    assert "P08-T6" in case.done("P08-T5").open


@pytest.mark.parametrize(
    ("place", "takes"), [("fh", ["township"]), ("yz", BOTH := ["education", "township"]), ("qz", BOTH), ("dl", BOTH)]
)
def test_measures_are_taken_by_whom_the_text_or_the_configuration_names(place: str, takes: list[str]) -> None:
    case = reported(place)
    assert sorted(roles(case, "P08-T6")) == takes
    assert case.due("P08-T6") == at("2018-10-06 00:00")


def roles(case: Timed, code: str) -> list[str]:
    tasks = case.release.procedures["P08"].model.tasks
    return [tasks[element].role for *_, element, found in case._items() if found == code]


@PUBLISHED
def test_one_success_is_enough_and_a_visit_is_asked_for(place: str) -> None:
    case = reported(place).done("P08-T6", measures=["上门劝返"], result="返校")
    assert case.ended("P08") == "复学"
    assert case.open == []
    assert case.thrown == ["visit_needed"]


@pytest.mark.parametrize("place", ["yz", "qz", "dl"])
def test_one_failure_waits_for_the_other_department(place: str) -> None:
    case = reported(place).done("P08-T6", measures=["上门劝返"], result="未返校")
    assert "P08-T6" in case.open
    assert "P08-T12" not in case.open


@PUBLISHED
def test_a_child_out_of_school_is_checked_every_thirty_days_and_never_closed(place: str) -> None:
    case = unreturned(place, **({"need_others": False} if place == "qz" else {}))
    assert case.due("P08-T12") == at("2018-10-21 00:00")
    for _ in range(30):
        case.later(days=30).done("P08-T12", check_result="仍未返校")
        assert case.due("P08-T12") == at(f"{case.now + timedelta(days=31, hours=8):%Y-%m-%d} 00:00")

    assert case.done("P08-T12", check_result="返校").ended("P08") == "复学"
    assert case.thrown == ["visit_needed"]


@PUBLISHED
@pytest.mark.parametrize("gone", ["毕业", "转出", "年满"])
def test_a_child_past_the_age_is_let_go(place: str, gone: str) -> None:
    assert unreturned(place).done("P08-T12", check_result=gone).ended("P08") == "年满/毕业/转出"


@PUBLISHED
def test_a_child_that_turns_eighteen_is_let_go(place: str) -> None:
    assert unreturned(place).said("eighteenth_birthday").ended("P08") == "年满/毕业/转出"


@PUBLISHED
def test_a_check_may_find_that_the_child_is_to_be_taught_at_home(place: str) -> None:
    case = unreturned(place).done("P08-T12", check_result="已安排送教")
    assert case.due("P08-T10") == at("2018-10-06 00:00")
    assert "P08-T12" not in case.open


@pytest.mark.parametrize(("place", "handled"), [("fh", True), ("yz", True), ("dl", False)])
def test_a_refusal_is_handled_where_the_text_says_so_beside_the_check(place: str, handled: bool) -> None:
    case = unreturned(place)
    assert ("P08-T9" in case.open) is handled
    assert "P08-T12" in case.open
    if handled:
        case.done("P08-T9")
        assert case.ended("P08") is None


def test_only_failed_education_leads_to_a_guardian_s_liability_in_the_three_part_test() -> None:
    case = reported("qz")
    case.done("P08-T6", measures=["上门劝返"], result="未返校", need_others=False)
    assert "P08-T9" not in case.done("P08-T6", measures=["告知法律责任"], result="未返校", need_others=False).open
    assert "P08-T9" in unreturned("qz", need_others=False).open


def test_the_county_coordinates_where_others_are_needed_and_the_check_goes_on() -> None:
    case = unreturned("qz", need_others=True)
    assert case.due("P08-T7") == at("2018-09-24 00:00")
    case.done("P08-T7", need_depts=["police", "civil_affairs"])
    assert case.role("P08-T8") == "county_gov"
    assert case.due("P08-T8") == at("2018-10-06 00:00")
    assert set(case.told_by("P08-T8")) == {"education", "township", "police", "civil_affairs"}

    case.done("P08-T8")
    assert case.ended("P08") is None
    assert "P08-T12" in case.open


def test_the_county_is_asked_again_when_a_check_finds_the_need_and_only_once_at_a_time() -> None:
    case = unreturned("qz", need_others=False)
    assert "P08-T7" not in case.open
    case.done("P08-T12", check_result="仍未返校", need_others=True)
    case.done("P08-T12", check_result="仍未返校", need_others=True)
    assert case.open.count("P08-T7") == 1


@EVERYWHERE
def test_a_child_who_cannot_attend_is_taught_at_home_and_not_persuaded(place: str) -> None:
    case = registered(place, **TAUGHT_AT_HOME)
    assert case.due("P08-T10") == at("2018-09-27 00:00")
    assert not {"P08-T2", "P08-T3", "P08-T5"} & set(case.open)
    case.done("P08-T10")
    if place == "yz":
        assert case.ended("P08") is None
        case.done("P08-T11")
    assert case.ended("P08") == "送教在案"


def test_home_teaching_waits_for_rehabilitation_whichever_is_first() -> None:
    case = registered("yz", **TAUGHT_AT_HOME)
    assert case.due("P08-T11") == at("2018-10-12 00:00")
    assert case.done("P08-T11").ended("P08") is None
    assert case.done("P08-T10").ended("P08") == "送教在案"


@EVERYWHERE
def test_a_risk_of_the_guardian_is_reported_and_persuasion_goes_on(place: str) -> None:
    case = registered(place, guard_risk=True)
    assert case.thrown == ["situation_found"]
    assert ("P08", "监护问题转P01") in case.ends
    assert {"P01-T2", "P08-T2"} <= set(case.open)


@EVERYWHERE
@pytest.mark.parametrize(("stage", "end"), [("学龄前", "未到义务教育年龄"), ("已完成义务教育", "年满/毕业/转出")])
def test_only_children_of_compulsory_age_are_persuaded(place: str, stage: str, end: str) -> None:
    assert registered(place, school_stage=stage).done("P08-T2").ended("P08") == end
    known = Timed(place, RUNNING, facts={"school_state": stage}).start("P08", "school")
    assert known.done("P08-T1", **ATTENDS).done("P08-T2").ended("P08") == end


def test_what_the_school_says_now_counts_more_than_what_was_recorded_years_ago() -> None:
    case = Timed("fh", RUNNING, facts={"school_state": "学龄前"}).start("P08", "school")
    assert "P08-T3" in case.done("P08-T1", **ATTENDS, school_stage="义务教育阶段").done("P08-T2").open


@EVERYWHERE
@pytest.mark.parametrize("where", [absent, registered, persuading, reported, unreturned])
def test_a_child_who_is_back_ends_it_at_any_point(place: str, where: Any) -> None:
    case = where(place).said("back_at_school")
    assert case.ended("P08") == "复学"
    assert case.open == []
    assert case.thrown == ["visit_needed"]


@EVERYWHERE
def test_a_second_report_of_the_same_episode_is_attached_and_a_new_episode_counted(place: str) -> None:
    case = persuading(place)
    open_before = case.open
    assert case.said("dropout_found").open == open_before
    persuaded(case, "2018-09-12", returned=True)
    assert case.ended("P08") == "复学"

    again = case.said("dropout_found")
    assert len(again.running["P08"]) == 2
    assert again.done("P08-T1", **ATTENDS).known("P08")["drop_episode"] == 2


@PUBLISHED
def test_an_assessment_that_finds_a_dropout_starts_it_at_the_school(place: str) -> None:
    case = Timed(place, RUNNING).start("P05", "township").done("P05-T1")
    case.done("P05-T2", safety="安全", guard="良好", health_state="良好", poor=False, school_state="辍学")
    assert case.role("P08-T1") == "school"


def test_the_finder_registers_and_the_same_school_goes_on() -> None:
    case = absent()
    assert case.role("P08-T1") == "@starter"
    assert registered().role("P08-T2") == "@school_unit/school"


def test_poverty_is_told_to_those_who_relieve_it() -> None:
    poor = Timed("dl", RUNNING, facts={"poor": True}).start("P08", "school")
    assert poor.told_by("P08-T1") == ("civil_affairs",)
    assert absent("dl").told_by("P08-T1") == ()


def test_town_cadres_start_it_only_where_the_text_names_them() -> None:
    def starters(place: str) -> str:
        properties = absent(place).release.procedures["P08"].model.properties
        return str(properties["notice_absence"]["starters"])

    assert starters("qz") == "school,township"
    assert starters("fh") == "school"
    case = Timed("qz", RUNNING).start("P08", "township")
    assert case.role("P08-T1") == "school"


def settled(place: str, find: str, instead: str) -> dict[str, bytes]:
    """Return the files of a jurisdiction with one line of its own file settled otherwise."""
    bundle = dict(load_bundle(ROOT, place))
    key = f"processes/{place}/jurisdiction.yaml"
    text, count = re.subn(rf"(?m)^{find}", instead, bundle[key].decode())
    assert count == 1
    return {**bundle, key: text.encode()}


@cache
def by_education_alone() -> Release:
    measured = "  drop_measures_by: {value: [education], default: true}"
    return compile_release("yz", settled("yz", "  drop_measures_by:.*$", measured))


@dataclass
class ByEducationAlone(Timed):
    """A case where the bureau alone takes the measures."""

    @property
    def release(self) -> Release:
        return by_education_alone()


def test_who_takes_measures_is_settled_in_the_jurisdiction_s_file() -> None:
    case = ByEducationAlone("yz", RUNNING, now=at("2018-09-10 16:00")).start("P08", "school").done("P08-T1", **ATTENDS)
    rows = [{"date": f"2018-09-1{day}"} for day in range(3)]
    case.done("P08-T2").done("P08-T3", persuade_log=rows, returned=False).done("P08-T5")
    assert roles(case, "P08-T6") == ["education"]
    assert "P08-T12" in case.done("P08-T6", measures=["其他"], result="未返校").open


def test_a_place_whose_text_is_silent_can_switch_it_on() -> None:
    assert "P08" not in admit("jl", load_bundle(ROOT, "jl")).procedures
    release = admit("jl", settled("jl", r"procedures: \[P01, ", "procedures: [P08, P14, P01, "))
    assert {"P08", "P14"} <= set(release.procedures)

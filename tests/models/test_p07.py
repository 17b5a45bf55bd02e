"""Revocation of guardianship keeps its promises in all five jurisdictions."""

from __future__ import annotations

from datetime import date

import pytest

from tests.models.timed import CLOCKED, EVERYWHERE, Timed, a_case, at, placed

THRESHOLD = at("2018-07-16 00:00")
DANGER = {"g1_unattended": True, "g1_danger": True, "g1_unreformed": True}


def grounded(place: str = "fh", now: str = "2018-07-17 10:00") -> Timed:
    answers = {"ground": ["G1"], **DANGER} | ({"edu_count": 2} if place == "jl" else {})
    return a_case(place, "ground_established", now=at(now)).done("P07-T1", **answers)


def filed(place: str = "fh") -> Timed:
    return grounded(place).done("P07-T2", applicant=f"{place}.civil_affairs").done("P07-T3")


@EVERYWHERE
def test_a_ground_opens_one_finding(place: str) -> None:
    case = a_case(place, "ground_established", "ground_established")
    assert case.open == ["P07-T1"]


@EVERYWHERE
def test_the_coordinator_finds_the_ground_and_a_listed_applicant_files_directly(place: str) -> None:
    assert a_case(place).start("P07", "civil_affairs").open == ["P07-T1"]
    direct = a_case(place).start("P07", "village_committee")
    assert direct.open == ["P07-T3"]
    assert direct.role("P07-T3") == "@starter"
    assert direct.done("P07-T3").open == ["P07-T6"]


@pytest.mark.parametrize(("place", "opened"), [("qz", "P07-T1"), ("dl", "P07-T1"), ("jl", "P07-T3")])
def test_police_coordinate_or_apply_as_the_text_has_it(place: str, opened: str) -> None:
    assert a_case(place).start("P07", "police").open == [opened]


@EVERYWHERE
def test_the_limits_of_a_revocation_run_from_the_finding(place: str) -> None:
    case = grounded(place)
    assert case.due("P07-T2") == at("2018-07-21 00:00")

    case.until("2018-07-18 10:00").done("P07-T2", applicant=f"{place}.civil_affairs")

    assert case.due("P07-T3") == at("2018-08-02 00:00")
    assert case.role("P07-T3") == "@applicant/civil_affairs"
    case.done("P07-T3")
    assert case.due("P07-T6") is None


@EVERYWHERE
@pytest.mark.parametrize("missing", list(DANGER))
def test_every_element_of_a_ground_is_needed(place: str, missing: str) -> None:
    answers = {"ground": ["G1"], **DANGER, missing: False} | ({"edu_count": 2} if place == "jl" else {})
    case = a_case(place, "ground_established").done("P07-T1", **answers)
    assert case.ended("P07") == "情形不成立"


@CLOCKED
@pytest.mark.parametrize(
    ("day", "livelihood", "holds"),
    [("2018-07-15 23:59", True, False), ("2018-07-16 00:00", True, True), ("2018-07-16 00:00", False, False)],
)
def test_refusal_is_a_ground_when_it_is_complete_and_nothing_to_live_on(
    place: str, day: str, livelihood: bool, holds: bool
) -> None:
    case = a_case(place, "ground_established", now=at(day))
    case.done("P07-T1", ground=["G2"], g2_refusal_start=date(2018, 1, 15), g2_no_livelihood=livelihood)
    assert case.known("P07")["g2_complete_at"] == THRESHOLD
    assert ("P07-T2" in case.open) is holds


@CLOCKED
def test_severe_harm_is_a_ground_of_its_own(place: str) -> None:
    case = a_case(place, "ground_established").done("P07-T1", ground=["G3"], g3_act="遗弃", g3_severe=True)
    assert case.open == ["P07-T2"]


@pytest.mark.parametrize(("count", "opened"), [(1, []), (2, ["P07-T2"])])
def test_one_education_is_not_repeated_education(count: int, opened: list[str]) -> None:
    case = a_case("jl", "ground_established").done("P07-T1", ground=["G1"], edu_count=count, **DANGER)
    assert case.open == opened


@EVERYWHERE
@pytest.mark.parametrize(("outcome", "end"), [("驳回", "驳回"), ("撤回", "撤回")])
def test_a_petition_that_fails_ends_the_procedure(place: str, outcome: str, end: str) -> None:
    assert filed(place).done("P07-T6", outcome=outcome).ended("P07") == end


@EVERYWHERE
def test_the_court_names_a_guardian_and_the_register_follows(place: str) -> None:
    case = filed(place).done("P07-T6", outcome="撤销").done("P07-T7", new_guardian_type="近亲属")
    assert case.open == ["P07-T9"]
    assert case.due("P07-T9") == at("2018-07-21 00:00")
    assert case.done("P07-T9").ended("P07") == "撤销并指定新监护人"
    assert case.thrown == []


def test_the_institution_raises_a_child_whose_guardian_is_civil_affairs_where_the_text_says_so() -> None:
    case = filed("qz").done("P07-T6", outcome="撤销").done("P07-T7", new_guardian_type="民政部门")
    assert case.open == ["P07-T8"]
    assert case.done("P07-T8").done("P07-T9").ended("P07") == "民政监护·机构抚养"
    other = filed("fh").done("P07-T6", outcome="撤销").done("P07-T7", new_guardian_type="民政部门")
    assert other.open == ["P07-T9"]


@EVERYWHERE
def test_placement_and_intervention_hear_of_the_ruling(place: str) -> None:
    case = placed(place).done("P04-T5").said("guardian_harmed")
    case.done("P06-T3", measure_step="批评教育", edu_count=1).said("ground_established")
    answers = {"ground": ["G1"], **DANGER} | ({"edu_count": 2} if place == "jl" else {})
    case.done("P07-T1", **answers).done("P07-T2", applicant=f"{place}.civil_affairs").done("P07-T3")

    case.done("P07-T6", outcome="撤销").done("P07-T7", new_guardian_type="近亲属")

    assert "P04-T9" in case.open
    assert "P06-T8" not in case.open
    assert case.ended("P06") == "转P07"


@pytest.mark.parametrize("place", ["fh", "yz", "jl"])
def test_the_procuratorate_has_no_task_where_no_text_gives_it_one(place: str) -> None:
    case = grounded(place).said("urging_requested").later(days=90)
    assert case.open == ["P07-T2"]


@pytest.mark.parametrize(("place", "task"), [("dl", "P07-T4"), ("qz", "P07-T5")])
def test_the_procuratorate_comes_in_when_nobody_files(place: str, task: str) -> None:
    case = grounded(place).done("P07-T2", applicant="祖母")
    assert task not in case.until("2018-08-16 23:59").open
    assert task in case.until("2018-08-17 00:00").open
    assert "P07-T3" in case.open


@pytest.mark.parametrize(("place", "task"), [("dl", "P07-T4"), ("qz", "P07-T5")])
def test_anybody_may_ask_for_urging_once_a_ground_is_found(place: str, task: str) -> None:
    assert a_case(place, "urging_requested").open == []
    assert a_case(place, "ground_established", "urging_requested").open == ["P07-T1"]
    case = grounded(place).said("urging_requested").said("urging_requested")
    assert case.open.count(task) == 1


def test_urging_waits_again_and_then_tells_the_office() -> None:
    case = grounded("dl").said("urging_requested")
    assert case.due("P07-T4") == at("2018-07-28 00:00")
    case.done("P07-T4", should_have_filed=True)
    assert case.until("2018-08-02 00:00").thrown == ["deadlock_reported"]


def test_urging_is_silent_once_somebody_has_filed() -> None:
    case = grounded("dl").said("urging_requested").done("P07-T4", should_have_filed=True)
    case.done("P07-T2", applicant="dl.civil_affairs").done("P07-T3")
    assert case.until("2018-08-02 00:00").thrown == []


def test_the_first_petition_is_enough_where_the_procuratorate_files_too() -> None:
    by_others = grounded("qz").said("urging_requested").done("P07-T2", applicant="qz.civil_affairs").done("P07-T3")
    assert by_others.open == ["P07-T6"]
    by_procuratorate = grounded("qz").said("urging_requested").done("P07-T5")
    assert by_procuratorate.open == ["P07-T6"]


@EVERYWHERE
def test_a_revocation_ends_at_eighteen(place: str) -> None:
    assert grounded(place).said("eighteenth_birthday").ended("P07") == "儿童年满十八"

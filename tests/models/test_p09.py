"""The register and its cycles keep their promises in all five jurisdictions."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.service.registering import judge
from tests.models.telling import release
from tests.models.timed import EVERYWHERE, Timed, at

CENSUS = pytest.mark.parametrize("place", ["fh", "yz", "qz", "dl"])
TODAY = date(2018, 3, 12)
LEFT = {"birth_date": "2008-05-01", "parent_status": "both_away", "hukou_area": "a", "residence": "a", "rural": True}


def told(place: str, **facts: Any) -> Timed:
    return Timed(place, ("P09",), now=at("2018-09-03 10:00"), facts=facts)


def entered(place: str, *, in_scope: bool = True) -> Timed:
    """A child has been entered, and the scope rule has spoken."""
    case = told(place, in_scope=in_scope).start("P09", "township")
    return case.done("P09-T2", school_state="在学", economy="一般")


def census(place: str) -> Timed:
    return told(place).said("census_due")


@EVERYWHERE
def test_a_child_in_scope_is_kept_in_the_register_until_something_changes(place: str) -> None:
    case = entered(place)
    assert case.open == []
    assert case.ended("P09") is None


@EVERYWHERE
def test_a_child_out_of_scope_is_looked_at_and_not_kept(place: str) -> None:
    assert entered(place, in_scope=False).ended("P09") == "不在台账范围"


@pytest.mark.parametrize("place", ["fh", "qz"])
def test_where_the_document_says_so_township_and_village_make_the_file_together(place: str) -> None:
    assert told(place).start("P09", "township").role("P09-T2") == "township+village_committee"


@pytest.mark.parametrize("place", ["yz", "jl", "dl"])
def test_elsewhere_the_township_or_the_supervisor_makes_the_file(place: str) -> None:
    assert told(place).start("P09", "township").role("P09-T2") == "township/welfare_supervisor"


@EVERYWHERE
@pytest.mark.parametrize("event", ["child_departed", "parent_returned", "child_died", "eighteenth_birthday"])
def test_what_ends_being_left_behind_asks_for_the_exit(place: str, event: str) -> None:
    case = entered(place).said(event)
    assert case.open == ["P09-T9"]
    assert case.done("P09-T9", exit_reason="其他").ended("P09") == "退出台账"


@EVERYWHERE
def test_the_sixteenth_birthday_asks_for_the_exit_where_the_rule_no_longer_holds(place: str) -> None:
    case = entered(place)
    case.facts["in_scope"] = False
    assert case.said("sixteenth_birthday").open == ["P09-T9"]


@EVERYWHERE
def test_a_child_still_in_scope_stays_at_sixteen_and_can_leave_later(place: str) -> None:
    case = entered(place).said("sixteenth_birthday")
    assert case.open == []
    assert case.said("child_departed").open == ["P09-T9"]


@EVERYWHERE
def test_a_child_that_moves_is_entered_anew_and_waits_once(place: str) -> None:
    case = entered(place).said("child_arrived").done("P09-T2", school_state="在学", economy="困难")
    assert case.open == []
    assert case.said("child_departed").open == ["P09-T9"]


@EVERYWHERE
def test_a_file_that_is_being_made_is_not_asked_for_twice(place: str) -> None:
    case = told(place).start("P09", "township").said("child_arrived")
    assert case.open == ["P09-T2"]


@EVERYWHERE
def test_a_listed_child_found_out_of_scope_is_taken_out(place: str) -> None:
    case = entered(place)
    case.facts["in_scope"] = False
    case.said("child_arrived").done("P09-T2", school_state="在学", economy="一般")
    assert case.open == ["P09-T9"]
    assert case.done("P09-T9", exit_reason="其他").ended("P09") == "退出台账"


@pytest.mark.parametrize(
    ("place", "rosters"), [("fh", ["P09-T1", "P09-T1"]), ("yz", ["P09-T1", "P09-T1"]), ("qz", []), ("dl", [])]
)
def test_a_census_asks_for_rosters_where_the_document_names_who_gives_them(place: str, rosters: list[str]) -> None:
    assert census(place).open == [*rosters, "P09-T3"]


@CENSUS
def test_hazards_are_taken_up_one_after_the_other_until_there_are_no_more(place: str) -> None:
    case = census(place).done("P09-T3", verify="变更")
    case.done("P09-T4", hazard="监护", forwarded_to=["P05", "P11"], more_hazards=True)
    assert case.thrown == ["assessment_needed", "entrustment_needed"]
    case.done("P09-T4", hazard="贫困", forwarded_to=["P13"], more_hazards=True)
    case.done("P09-T4", hazard="其他", forwarded_to=["P01", "P08", "P10"], more_hazards=False)
    assert sorted(case.thrown[2:]) == ["benefits_needed", "dropout_found", "situation_found", "visit_needed"]
    assert "P09-T5" in case.open
    assert "P09-T4" not in case.open


def test_a_child_without_hukou_goes_to_registration_where_there_is_such_a_procedure() -> None:
    case = census("dl").done("P09-T3", verify="新增")
    case.done("P09-T4", hazard="无户籍", forwarded_to=["P12"], more_hazards=False)
    assert case.thrown == ["registration_needed"]


@CENSUS
def test_a_consistent_census_is_submitted_and_the_cycle_closes(place: str) -> None:
    case = census(place).done("P09-T3", verify="一致").done("P09-T4", hazard="无", more_hazards=False).done("P09-T5")
    if place != "qz":
        case.done("P09-T6", fed_to=["公安"])
    assert ("P09", "本期关闭·已计数") in case.ends
    assert case.thrown == []


def test_a_roster_that_never_came_does_not_hold_the_cycle_open() -> None:
    case = census("yz").done("P09-T3", verify="一致").done("P09-T4", hazard="无", more_hazards=False)
    case.done("P09-T5").done("P09-T6", fed_to=["教育"])
    assert case.ended("P09") == "本期关闭·已计数"


def test_in_jilin_the_county_reports_on_what_its_townships_report() -> None:
    case = census("jl")
    assert case.open == ["P09-T5"]
    assert case.role("P09-T5") == "township"
    assert case.done("P09-T5").role("P09-T5") == "civil_affairs"
    assert case.done("P09-T5").ended("P09") == "本期关闭·已计数"


@EVERYWHERE
def test_a_villages_report_and_a_schools_archive_are_cycles_of_their_own(place: str) -> None:
    case = told(place).said("village_report_due")
    assert case.open == ["P09-T7"]
    assert case.role("P09-T7") == "@starter"
    whom = ("township", "police_station") if place == "jl" else ("township",)
    assert case.told_by("P09-T7") == whom
    assert told(place).said("archive_due").done("P09-T8").ended("P09") == "档案已更新"


@pytest.mark.parametrize("place", ["fh", "yz", "jl", "qz", "dl"])
@pytest.mark.parametrize(
    ("changed", "inside"),
    [
        ({}, ("fh", "yz", "jl", "qz", "dl")),
        ({"parent_status": "one_away_other_incapable"}, ("fh", "yz", "jl", "qz", "dl")),
        ({"parent_status": "one_away_other_not_performing"}, ("fh", "yz")),
        ({"parent_status": "other"}, ()),
        ({"rural": False}, ("fh", "yz", "qz")),
        ({"hukou_area": "b"}, ("jl", "qz", "dl")),
        ({"birth_date": "2002-03-12"}, ()),
        ({"birth_date": "2002-03-13"}, ("fh", "yz", "jl", "qz", "dl")),
        ({"birth_date": None}, ()),
        ({"parent_status": "other", "plight_class": ["qz_class1"]}, ("qz",)),
        ({"birth_date": "2001-01-01", "plight_class": ["qz_class3"]}, ("qz",)),
        ({"birth_date": "2000-03-12", "plight_class": ["qz_class3"]}, ()),
    ],
)
def test_the_scope_rule_of_each_place_says_who_belongs_in_the_register(
    place: str, changed: dict[str, Any], inside: tuple[str, ...]
) -> None:
    known = {key: value for key, value in (LEFT | changed).items() if value is not None}

    judged = judge(release(place, ("P09",)), known, TODAY)

    assert judged.in_scope == (place in inside)


def test_the_reason_is_a_sentence_without_a_place_or_a_name() -> None:
    known = LEFT | {"child_name": "小试", "residence": "fh.溪口镇.上坪村", "hukou_area": "fh.溪口镇.上坪村"}

    inside = judge(release("fh", ("P09",)), known, TODAY)
    outside = judge(release("fh", ("P09",)), known | {"parent_status": "other"}, TODAY)

    assert inside.why.startswith("属于留守儿童：9周岁（范围为不满16周岁）")
    assert outside.why.startswith("不属于留守儿童：9周岁")
    assert "父母状态" in outside.why
    assert "FH-6-b" in inside.why
    assert not any(word in inside.why for word in ("小试", "溪口", "上坪"))

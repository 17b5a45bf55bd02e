"""Relief and benefits keep their promises: no emergency waits for papers, and the first class that fits is found."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.models.timed import EVERYWHERE, Timed, at

OTHERS = pytest.mark.parametrize("place", ["fh", "yz", "jl", "dl"])


def asked(place: str = "fh", *needs: str, **facts: Any) -> Timed:
    """The family was told of what it may ask for."""
    case = Timed(place, ("P13",), now=at("2018-08-07 09:00"), facts=facts).start("P13", "village_committee")
    return case.done("P13-T1", needs=list(needs) or ["基本生活"])


def reviewed(place: str = "fh", *needs: str, child_age: int | None = 8, **answers: Any) -> Timed:
    case = asked(place, *needs, child_age=child_age, **answers.pop("facts", {})).until("2018-08-15 09:00")
    return case.done("P13-T2", **({"pre_result": "符合"} | answers))


def found(case: Timed) -> Any:
    return case.known("P13")["benefit_class"], case.known("P13")["supplements"]


def ends(case: Timed) -> list[str]:
    return [name for _, name in case.ends]


@EVERYWHERE
def test_a_family_is_told_within_three_days_and_reviewed_within_ten(place: str) -> None:
    case = Timed(place, ("P13",), now=at("2018-08-07 09:00")).said("benefits_needed")
    assert case.due("P13-T1") == at("2018-08-11 00:00")
    assert case.done("P13-T1", needs=["基本生活"]).due("P13-T2") == at("2018-08-18 00:00")


@EVERYWHERE
def test_a_second_hardship_joins_the_application_under_way(place: str) -> None:
    case = Timed(place, ("P13",)).said("benefits_needed").said("benefits_needed")
    assert case.open == ["P13-T1"]
    assert ends(case) == ["并入在办申请"]


@EVERYWHERE
@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"supporter": "无"}, "孤儿保障"),
        ({"supporter": "查找不到", "dibao_met": True, "sudden": True}, "孤儿保障"),
        ({"supporter": "无能力", "no_labour_income": True, "sudden": True}, "特困供养"),
        ({"supporter": "有能力但困难", "dibao_met": True, "sudden": True}, "低保"),
        ({"supporter": "有能力但困难", "dibao_met": False, "sudden": True}, "临时救助"),
        ({"supporter": "有能力", "dibao_met": False, "sudden": False}, None),
    ],
)
def test_the_class_is_the_first_that_fits(place: str, answers: dict[str, Any], expected: str | None) -> None:
    assert found(reviewed(place, **answers))[0] == expected


@pytest.mark.parametrize(("age", "expected"), [(15, "特困供养"), (None, "特困供养"), (16, None)])
def test_support_of_extreme_hardship_ends_at_sixteen_in_qinzhou(age: int | None, expected: str | None) -> None:
    case = reviewed("qz", child_age=age, supporter="无能力", no_labour_income=True)
    assert found(case)[0] == expected
    assert case.open == ["P13-T3"]


@pytest.mark.parametrize(
    ("needs", "facts", "answers", "expected"),
    [
        (["康复"], {}, {"supporter": "有能力"}, ["康复救助"]),
        (["康复"], {"child_age": 7}, {"supporter": "有能力"}, []),
        (["医疗", "康复"], {}, {"supporter": "无"}, ["医疗救助", "康复救助", "明天计划", "12年免费教育"]),
        (["教育", "医疗"], {}, {"supporter": "有能力"}, ["医疗救助", "教育资助"]),
        (["基本生活"], {}, {"supporter": "无能力"}, ["参保全额资助"]),
        (
            ["基本生活"],
            {"plight_class": ["qz_class3"], "economy": "低保"},
            {"supporter": "有能力但困难"},
            ["参保缴费补贴", "12年免费教育"],
        ),
    ],
)
def test_qinzhou_adds_every_supplement_that_fits(
    needs: list[str], facts: dict[str, Any], answers: dict[str, Any], expected: list[str]
) -> None:
    assert found(reviewed("qz", *needs, child_age=facts.pop("child_age", 5), facts=facts, **answers))[1] == expected


@pytest.mark.parametrize(("place", "programme"), [("fh", "添翼计划"), ("yz", "添翼计划"), ("dl", "康复救助")])
def test_rehabilitation_goes_by_the_programme_of_the_place(place: str, programme: str) -> None:
    assert found(reviewed(place, "康复", supporter="有能力"))[1] == [programme]
    assert "明天计划" in found(reviewed("fh", "康复", supporter="无"))[1]


@EVERYWHERE
@pytest.mark.parametrize(
    ("economy", "needs", "expected"),
    [("低保", "其他", "低保"), ("一般", "临时困难", "临时救助"), ("一般", "其他", None)],
)
def test_what_was_not_answered_follows_from_the_needs_and_the_register(
    place: str, economy: str, needs: str, expected: str | None
) -> None:
    assert found(reviewed(place, needs, supporter="有能力但困难", facts={"economy": economy}))[0] == expected


@EVERYWHERE
def test_relief_in_an_emergency_is_decided_in_48_hours_beside_the_rest(place: str) -> None:
    case = reviewed(place, "基本生活", supporter="有能力但困难", dibao_met=True, sudden=True)
    assert case.open == ["P13-T3", "P13-T3"]
    dues = {case.due("P13-T3")}
    dues.add(case.done("P13-T3", decision="批准").due("P13-T3"))
    assert dues == {at("2018-08-17 09:00"), at("2018-09-05 00:00")}
    case.done("P13-T3", decision="批准")
    assert case.open == ["P13-T4", "P13-T4"]


@EVERYWHERE
def test_an_emergency_alone_opens_one_decision(place: str) -> None:
    case = reviewed(place, "临时困难", supporter="有能力但困难", sudden=True)
    assert case.open == ["P13-T3"]
    assert case.due("P13-T3") == at("2018-08-17 09:00")


@EVERYWHERE
def test_relief_in_an_emergency_does_not_wait_for_papers(place: str) -> None:
    case = reviewed(place, "基本生活", supporter="有能力但困难", dibao_met=True, sudden=True, pre_result="补件")
    assert case.open == ["P13-T2", "P13-T3"]
    case.done("P13-T3", decision="补件")
    assert case.open == ["P13-T2", "P13-T3"]
    again = {"supporter": "有能力但困难", "dibao_met": True, "sudden": True}
    case.done("P13-T3", decision="批准").done("P13-T2", pre_result="符合", **again)
    assert case.open == ["P13-T3", "P13-T4"]


@EVERYWHERE
def test_papers_that_do_not_come_leave_the_decision_to_what_is_there(place: str) -> None:
    case = reviewed(place, supporter="有能力但困难", dibao_met=True, pre_result="补件")
    assert case.due("P13-T2") == at("2018-08-31 00:00")
    assert case.until("2018-08-31 00:01").open == ["P13-T3"]


@EVERYWHERE
def test_civil_affairs_may_ask_for_papers_too(place: str) -> None:
    case = reviewed(place, supporter="无").done("P13-T3", decision="补件")
    assert case.open == ["P13-T2"]
    assert case.done("P13-T2", supporter="无", pre_result="符合").open == ["P13-T3"]


@EVERYWHERE
def test_a_refusal_is_told_to_the_village_and_ends(place: str) -> None:
    case = reviewed(place, supporter="有能力")
    assert "village_committee" in case.told_by("P13-T3")
    assert case.done("P13-T3", decision="不批").ended("P13") == "不符合·告知"
    assert reviewed(place, supporter="有能力", pre_result="不符合").ended("P13") == "不符合·告知"


@EVERYWHERE
def test_what_is_paid_is_reviewed_on_the_day_that_was_set(place: str) -> None:
    case = reviewed(place, supporter="无").done("P13-T3", decision="批准")
    assert case.due("P13-T4") == at("2018-09-16 00:00")
    case.done("P13-T4", next_review=date(2018, 9, 15))
    assert case.due("P13-T4") == at("2018-09-16 00:00")
    case.until("2018-09-15 09:00").done("P13-T4", next_review=date(2018, 10, 15))
    assert case.due("P13-T4") == at("2018-10-16 00:00")
    assert case.done("P13-T4", next_review=date(2018, 9, 15)).ended("P13") == "已纳入"


@EVERYWHERE
def test_what_other_departments_do_is_handed_to_them_at_once(place: str) -> None:
    case = Timed(place, ("P13",)).said("benefits_needed")
    assert "education" in case.told_by("P13-T1", needs=["教育"])
    assert "education" not in case.told_by("P13-T1", needs=["医疗"])
    assert case.done("P13-T1", needs=["教育", "住房"]).ended("P13") == "转其他部门"
    assert asked(place, "教育", "医疗").open == ["P13-T2"]


@pytest.mark.parametrize(("place", "hears"), [("fh", False), ("yz", True), ("jl", True), ("dl", True)])
def test_the_housing_body_hears_of_need_where_the_text_has_one(place: str, hears: bool) -> None:
    case = Timed(place, ("P13",)).said("benefits_needed")
    assert ("housing" in case.told_by("P13-T1", needs=["住房"])) is hears

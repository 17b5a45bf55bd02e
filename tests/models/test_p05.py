"""Assessment and support keep their promises in all five jurisdictions."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.models.timed import EVERYWHERE, Timed, a_case, at

FINE = {"safety": "安全", "guard": "良好", "health_state": "良好", "poor": False, "school_state": "在学"}


def noticed(place: str = "fh", **facts: Any) -> Timed:
    return a_case(place, "notice_sent", now=at("2018-03-12 19:00"), **facts)


def assessed(place: str = "fh", **findings: Any) -> Timed:
    return noticed(place).done("P05-T1").done("P05-T2", **(FINE | findings))


def planned(place: str = "fh", **findings: Any) -> Timed:
    case = (
        noticed(place).until("2018-03-13 09:00").done("P05-T1").done("P05-T2", **(FINE | {"guard": "不足"} | findings))
    )
    return case.until("2018-03-13 15:00").done("P05-T4", service_unit=f"{place}.township", due=date(2018, 4, 1))


@EVERYWHERE
def test_an_assessment_starts_on_the_notice_and_its_limits_run_from_it(place: str) -> None:
    case = noticed(place)
    assert case.due("P05-T1") == at("2018-03-14 00:00")
    assert case.watched("P05-T1") == {"t_assess_start": at("2018-03-16 00:00")}

    case.until("2018-03-13 09:00").done("P05-T1")

    assert case.due("P05-T2") == at("2018-03-23 00:00")


@EVERYWHERE
def test_the_assessment_of_a_child_in_danger_starts_within_a_day(place: str) -> None:
    assert noticed(place, child_state="危险").watched("P05-T1") == {"t_assess_start": at("2018-03-13 19:00")}


@EVERYWHERE
def test_a_second_notice_opens_no_second_assessment(place: str) -> None:
    case = noticed(place).said("notice_sent")
    assert case.open == ["P05-T1"]
    assert case.done("P05-T1").said("notice_sent").open == ["P05-T2", "P05-T3"]


@EVERYWHERE
def test_a_family_that_needs_nothing_is_filed_and_left_in_peace(place: str) -> None:
    case = assessed(place)
    assert case.open == ["P05-T3", "P05-T5"]
    case.done("P05-T5")
    assert case.ended("P05") == "无需帮扶"
    assert case.open == []
    assert case.thrown == []


@EVERYWHERE
@pytest.mark.parametrize(
    ("findings", "message"),
    [
        ({"safety": "危险"}, "report_accepted"),
        ({"guard": "侵害"}, "guardian_harmed"),
        ({"guard": "缺失"}, "guardian_refused"),
        ({"poor": True}, "benefits_needed"),
        ({"school_state": "辍学"}, "dropout_found"),
        ({"entrust_signed": False}, "entrustment_needed"),
    ],
)
def test_what_an_assessment_finds_goes_to_the_procedure_for_it_and_support_goes_on(
    place: str, findings: dict[str, Any], message: str
) -> None:
    case = assessed(place, **findings)
    assert case.thrown == [message]
    assert {"P05-T4", "P05-T5"} <= set(case.open)


@EVERYWHERE
def test_one_assessment_may_find_several_things(place: str) -> None:
    case = assessed(place, safety="危险", guard="侵害", poor=True)
    assert sorted(case.thrown) == ["benefits_needed", "guardian_harmed", "report_accepted"]


@EVERYWHERE
def test_a_guardian_without_capacity_is_no_wrongdoer(place: str) -> None:
    case = (
        noticed(place, capacity="丧失", carer_relation="祖父母")
        .done("P05-T1")
        .done("P05-T2", **(FINE | {"guard": "缺失"}))
    )
    alone = (
        noticed(place, capacity="丧失", carer_relation="无").done("P05-T1").done("P05-T2", **(FINE | {"guard": "缺失"}))
    )
    assert case.thrown == ["entrustment_needed"]
    assert alone.thrown == ["placement_needed"]


@pytest.mark.parametrize(("place", "told"), [("dl", ["registration_needed"]), ("fh", []), ("qz", [])])
def test_a_child_without_registration_is_reported_where_the_text_says_so(place: str, told: list[str]) -> None:
    case = noticed(place, has_hukou=False).done("P05-T1").done("P05-T2", **FINE)
    assert case.thrown == told


@EVERYWHERE
def test_three_follow_ups_run_from_the_plan_and_close_the_support(place: str) -> None:
    case = planned(place).done("P05-T5").done("P05-T6")
    for due in ("2018-04-13 00:00", "2018-05-13 00:00", "2018-06-12 00:00"):
        assert case.due("P05-T7") == at(due)
        case.now = at(due) - timedelta(hours=14)
        case.done("P05-T7", close=False)
    assert case.ended("P05") == "帮扶完成·结案"


@EVERYWHERE
def test_a_follow_up_may_close_the_support_early(place: str) -> None:
    assert planned(place).done("P05-T7", close=True).ended("P05") == "帮扶完成·结案"


@EVERYWHERE
def test_support_that_is_closed_while_intervention_runs_says_so(place: str) -> None:
    case = planned(place).said("guardian_refused")
    assert case.done("P05-T7", close=True).ended("P05") == "转P06/P07"


def test_each_responsible_unit_gives_its_service_once() -> None:
    case = noticed().done("P05-T1").done("P05-T2", **(FINE | {"poor": True}))
    rows = [{"service": "监护指导", "unit": "fh.township.a"}, {"service": "心理疏导", "unit": "fh.school.b"}]
    case.done("P05-T4", service_unit="fh.township.a", due=date(2018, 4, 1), assignments=rows)

    assert case.units("P05-T6") == ("fh.township.a", "fh.school.b")
    assert case.due("P05-T6") == at("2018-04-02 00:00")


@pytest.mark.parametrize(("place", "told"), [("dl", "political_legal"), ("qz", "education")])
def test_the_bodies_that_the_text_names_are_invited_to_the_assessment(place: str, told: str) -> None:
    assert told in noticed(place).told_by("P05-T1")
    assert told not in noticed("fh").told_by("P05-T1")


@EVERYWHERE
def test_a_child_that_comes_back_is_visited_by_the_support_under_way(place: str) -> None:
    case = planned(place).said("child_returned")
    assert len(case.running["P05"]) == 1
    assert "P05-T1" not in case.open

"""What the forms of placement, intervention and revocation refuse, and say why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from engine.core.errors import Invalid
from engine.service.forms import Form, form_of
from tests.models.telling import release
from tests.models.timed import ALL, CLOCKED, EVERYWHERE, at

NOON = at("2018-07-17 12:00")


def a_form(place: str, code: str) -> Form:
    bundle = release(place, ALL)
    return form_of(code, bundle.forms[code], bundle.parameters)


def problems(place: str, code: str, answers: dict[str, Any], *, now: datetime = NOON, **case: Any) -> dict[str, str]:
    """The sentences by field that a form answers these with; empty where it takes them."""
    known = {key: value for key, value in release(place, ALL).parameters.items() if key.isidentifier()}
    try:
        a_form(place, code).check(answers, {**known, "case": case}, now)
    except Invalid as invalid:
        return invalid.problems
    return {}


def a_place(place: str, kind: str, **case: Any) -> dict[str, str]:
    return problems(place, "P04-T2", {"place_type": kind, "place_ref": "某处"}, **case)


@EVERYWHERE
def test_no_child_is_taken_to_the_parents_household(place: str) -> None:
    assert "地点类型" in a_place(place, "父母", confirmed_situations=["S4"])["place_type"]


@pytest.mark.parametrize(
    ("place", "situations", "kind", "taken"),
    [
        ("fh", ["S2"], "其他近亲属", True),
        ("fh", ["S2"], "临时庇护场所", False),
        ("fh", ["S4"], "临时庇护场所", True),
        ("fh", ["S4"], "其他近亲属", False),
        ("dl", ["S6"], "村居", False),
        ("dl", ["S1"], "村居", True),
        ("yz", ["S4"], "未成年人保护中心", True),
        ("jl", ["S4"], "救助管理机构", True),
        ("qz", ["S6"], "未成年人救助保护机构", True),
        ("qz", ["S6"], "救助管理机构", False),
        ("qz", ["S2"], "救助管理机构", True),
        ("qz", ["S2"], "亲属", False),
        ("qz", ["S4"], "临时庇护场所", True),
        ("qz", ["S2", "S6"], "亲属", True),
    ],
)
def test_places_are_those_of_the_text_and_the_situation(
    place: str, situations: list[str], kind: str, taken: bool
) -> None:
    assert (a_place(place, kind, confirmed_situations=situations) == {}) is taken


def test_the_child_of_an_unreformed_parent_goes_to_the_protection_body() -> None:
    assert a_place("qz", "未成年人救助保护机构", reformed="未改") == {}
    assert a_place("qz", "村居", reformed="未改") != {}


def test_a_child_whose_guardian_is_detained_may_go_to_the_protection_body() -> None:
    assert a_place("qz", "未成年人救助保护机构") == {}


@EVERYWHERE
def test_no_measure_is_chosen_by_itself(place: str) -> None:
    answers = {"edu_content": "—", "circumstance": "—", "basis_ref": "—", "edu_count": 1}
    assert "处理层级" in problems(place, "P06-T3", answers)["measure_step"]


def test_a_child_able_to_live_alone_is_no_case_of_the_abandonment_penalty() -> None:
    answers = {"edu_content": "—", "circumstance": "—", "measure_step": "治安管理处罚", "edu_count": 1}
    by_abandonment = answers | {"basis_ref": "DL-3.4-1a"}
    assert "measure_step" in problems("dl", "P06-T3", by_abandonment, can_live_independently=True)
    assert problems("dl", "P06-T3", by_abandonment, can_live_independently=False) == {}
    assert problems("dl", "P06-T3", answers | {"basis_ref": "DL-3.4-b"}, can_live_independently=True) == {}


def a_refusal_ground(start: str = "2018-01-15", *, livelihood: bool = True) -> dict[str, Any]:
    return {"ground": ["G2"], "g2_refusal_start": start, "g2_no_livelihood": livelihood, "evidence_list": []}


@CLOCKED
def test_a_refusal_is_no_ground_before_it_is_complete(place: str) -> None:
    early = problems(place, "P07-T1", a_refusal_ground(), now=at("2018-07-15 23:59"))
    assert "未满" in early["g2_refusal_start"]
    assert problems(place, "P07-T1", a_refusal_ground(), now=at("2018-07-16 00:00")) == {}


@CLOCKED
def test_a_complete_refusal_with_a_livelihood_is_no_ground(place: str) -> None:
    assert "生活无着" in problems(place, "P07-T1", a_refusal_ground(livelihood=False))["g2_no_livelihood"]


def test_one_jurisdiction_offers_no_ground_of_refusal_and_asks_for_repeated_education() -> None:
    answers = {"ground": ["G1"], "g1_unattended": True, "g1_danger": True, "g1_unreformed": True, "evidence_list": []}
    assert "ground" in problems("jl", "P07-T1", a_refusal_ground())
    assert "屡教不改" in problems("jl", "P07-T1", answers | {"edu_count": 1})["edu_count"]
    assert problems("jl", "P07-T1", answers | {"edu_count": 2}) == {}


@pytest.mark.parametrize(("place", "taken"), [("fh", False), ("yz", False), ("jl", False), ("qz", True), ("dl", False)])
def test_the_procuratorate_applies_only_where_the_text_lists_it(place: str, taken: bool) -> None:
    found = problems(place, "P07-T2", {"applicant": f"{place}.procuratorate", "applicant_basis": "—"})
    assert (found == {}) is taken
    assert taken or "检察机关" in found["applicant"]


@EVERYWHERE
def test_relatives_may_be_named_as_applicants(place: str) -> None:
    assert problems(place, "P07-T2", {"applicant": "祖母", "applicant_basis": "—"}) == {}


@pytest.mark.parametrize(("place", "offered"), [("dl", "法律服务"), ("qz", "紧急庇护"), ("jl", "专业关爱")])
def test_services_of_one_text_are_offered_there_alone(place: str, offered: str) -> None:
    answers = {"services": [offered], "service_unit": "某镇", "due": "2018-08-01"}
    assert problems(place, "P05-T4", answers) == {}
    assert "services" in problems("fh", "P05-T4", answers)

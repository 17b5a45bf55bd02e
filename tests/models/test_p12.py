"""Registering a child without hukou keeps its promises: it waits for no sample, and it is never given up."""

from __future__ import annotations

import pytest

from tests.models.timed import Timed, at

POLICE = "dl.police.jinzhou"


def found() -> Timed:
    case = Timed("dl", ("P03", "P04", "P06", "P12"), now=at("2018-07-05 09:00"), facts={"has_hukou": False})
    return case.said("registration_needed")


def told(biological: str = "亲生") -> Timed:
    """The police were told of the child."""
    case = found().until("2018-07-10 09:00").done("P12-T1", biological=biological)
    return case.done("P12-T2", police_ref=POLICE)


def test_the_list_and_the_notice_to_the_police_share_one_limit() -> None:
    case = found()
    assert case.due("P12-T1") == at("2018-07-11 00:00")
    case.until("2018-07-09 09:00").done("P12-T1", biological="亲生")
    assert case.due("P12-T2") == at("2018-07-11 00:00")


def test_a_child_that_is_on_the_list_is_not_listed_twice() -> None:
    case = found().said("registration_needed")
    assert case.open == ["P12-T1"]
    assert told().said("registration_needed").open == ["P12-T3"]


@pytest.mark.parametrize("biological", ["非亲生", "不明"])
def test_registration_does_not_wait_for_the_sample(biological: str) -> None:
    case = told(biological)
    assert case.open == ["P12-T3", "P12-T4"]
    assert case.due("P12-T3") == at("2018-08-10 00:00")
    assert case.due("P12-T4") == at("2018-07-16 00:00")
    assert case.done("P12-T3", reg_result="已登记").open == ["P12-T4", "P12-T6"]


def test_no_sample_is_taken_of_a_child_who_lives_with_its_parents() -> None:
    assert told("亲生").open == ["P12-T3"]


def test_a_registered_child_is_closed_once_its_file_says_so() -> None:
    case = told().done("P12-T3", reg_result="已登记")
    assert case.due("P12-T6") == at("2018-07-14 00:00")
    assert case.done("P12-T6", has_hukou=True).ended("P12") == "登记完成"


@pytest.mark.parametrize("result", ["需补材料", "不符合"])
def test_a_child_that_could_not_be_registered_stays_with_the_police(result: str) -> None:
    case = told().done("P12-T3", reg_result=result).done("P12-T3", reg_result=result)
    assert case.open == ["P12-T3"]
    assert case.ended("P12") is None


def test_missing_papers_are_asked_for_every_thirty_days_and_those_above_hear_the_third_time() -> None:
    case = told().done("P12-T3", reg_result="需补材料")
    case.until("2018-08-09 23:59")
    assert [name for _, name in case.ends] == ["亲生不采样"]
    for day in ("2018-08-10 00:01", "2018-09-09 00:01", "2018-10-09 00:01"):
        case.until(day)
    assert [name for _, name in case.ends][1:] == ["提醒补齐材料", "提醒补齐材料", "报请督办登记"]
    assert case.open == ["P12-T3"]


def test_a_hit_opens_a_case_and_a_placement_at_once() -> None:
    case = told("非亲生").done("P12-T4", sample_no="1", match="命中")
    assert case.due("P12-T5") == case.now
    case.done("P12-T5")
    assert case.thrown == ["crime_suspected", "placement_needed"]
    assert {"P06-T5", "P04-T2"} <= set(case.open)


def test_a_hit_that_comes_later_is_handled_even_after_registration() -> None:
    case = told("非亲生").done("P12-T4", sample_no="1", match="待比对").done("P12-T3", reg_result="已登记")
    case.done("P12-T6", has_hukou=True)
    assert case.ended("P12") == "登记完成"

    case.until("2018-07-25 09:00").said("dna_hit")

    assert case.facts["match"] == "命中"
    assert case.due("P12-T5") == at("2018-07-25 09:00")
    assert case.done("P12-T5", carer_safe=True).ended("P12") == "命中移交"


def test_one_hit_is_handled_once() -> None:
    case = told("非亲生").done("P12-T4", sample_no="1", match="命中").said("dna_hit")
    assert case.open.count("P12-T5") == 1


def test_a_child_whose_carer_is_proved_safe_stays_there() -> None:
    case = told("非亲生").done("P12-T4", match="命中").done("P12-T5", carer_safe=True)
    assert case.thrown == ["crime_suspected"]


def test_a_child_that_was_looked_for_is_found() -> None:
    case = told("非亲生").done("P12-T4", match="命中").done("P12-T5", carer_safe=True, was_missing=True)
    assert case.thrown[:2] == ["crime_suspected", "child_found"]
    assert "P03-T5" in case.open


def test_the_police_that_were_told_register_and_compare() -> None:
    case = told("非亲生")
    assert case.role("P12-T3") == case.role("P12-T4") == "@police_ref/police"
    assert case.known("P12")["police_ref"] == POLICE


def test_only_the_place_whose_text_has_the_procedure_publishes_it() -> None:
    assert "P12" not in Timed("fh", ("P05", "P13")).release.procedures
    assert "P12" in found().release.procedures

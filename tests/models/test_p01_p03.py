"""Reports, emergency disposal and the search for missing children keep their promises in all five jurisdictions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine.bpmn.model import TaskModel
from engine.service.terms import Terms
from tests.models.telling import START, Told

ALL = ("P01", "P02", "P03")
EVERYWHERE = pytest.mark.parametrize("place", ["fh", "yz", "jl", "qz", "dl"])
ORDERING = pytest.mark.parametrize("place", ["fh", "qz", "dl"])


def a_report(place: str, *situations: str, by: str = "school") -> Told:
    case = Told(place, ALL).start("P01", by)
    return case.done("P01-T2", situations=list(situations or ["S1"]), reporter_type="学校")


def accepted(place: str, *situations: str, imminent: bool = False, here: bool = True) -> Told:
    return a_report(place, *situations).done("P01-T3", jurisdiction_ok=here, imminent=imminent)


def on_scene(place: str, *situations: str, **found: Any) -> Told:
    """The police have said what they found; nothing else is done."""
    case = accepted(place, *situations).done("P01-T4", merge_action="新立").done("P02-T1")
    facts = {"child_state": "安全", "parents_reachable": True, "remove": False, "criminal": False}
    return case.done("P02-T2", confirmed_situations=list(situations), **(facts | found))


# -- P01 ------------------------------------------------------------------------------------


@EVERYWHERE
def test_a_reporter_helps_and_reports_side_by_side(place: str) -> None:
    case = Told(place, ALL).start("P01", "school")
    assert case.open == ["P01-T1", "P01-T2"]


@EVERYWHERE
def test_help_that_nobody_recorded_holds_nothing_up(place: str) -> None:
    case = accepted(place).done("P01-T4", merge_action="新立")
    assert ("P01", "已受理") in case.ends
    assert "P01-T1" not in case.open


@EVERYWHERE
@pytest.mark.parametrize("starter", ["police", "police_station", "citizen"])
def test_a_citizens_call_is_registered_by_the_police(place: str, starter: str) -> None:
    case = Told(place, ALL).start("P01", starter)
    assert case.open == ["P01-T2c"]
    assert case.done("P01-T2c", situations=["S1"]).open == ["P01-T3"]


def test_a_complaint_to_a_unit_makes_the_unit_report_itself_where_the_text_says_so() -> None:
    case = Told("qz", ALL).start("P01", "social_work_org", channel="向责任单位投诉")
    assert case.open == ["P01-T2c"]
    assert case.done("P01-T2c", situations=["S1"]).open == ["P01-T1", "P01-T2"]


@pytest.mark.parametrize("place", ["fh", "yz", "jl", "dl"])
def test_elsewhere_a_unit_that_hears_a_complaint_reports_at_once(place: str) -> None:
    case = Told(place, ALL).start("P01", "social_work_org", channel="来访")
    assert case.open == ["P01-T1", "P01-T2"]


@EVERYWHERE
def test_danger_sends_the_police_before_the_files_are_checked(place: str) -> None:
    case = accepted(place, imminent=True)
    assert {"P01-T4", "P02-T1"} <= set(case.open)
    assert case.done("P01-T4", merge_action="新立").thrown == ["report_accepted"]


@EVERYWHERE
def test_a_slow_check_of_files_delays_nobody_and_is_not_lost(place: str) -> None:
    case = accepted(place).later(minutes=14, seconds=59)
    assert "P02-T1" not in case.open
    case.later(seconds=1)
    assert {"P01-T4", "P02-T1"} <= set(case.open)
    assert case.done("P01-T4", merge_action="新立").thrown == ["report_accepted"]
    assert ("P01", "已受理") in case.ends


def test_a_clock_that_stood_still_loses_no_report() -> None:
    case = accepted("fh")
    case.now += timedelta(minutes=40)
    case.done("P01-T4", merge_action="新立")
    assert case.thrown == ["report_accepted"]
    assert case.open.count("P02-T1") == 1


@EVERYWHERE
def test_police_elsewhere_in_danger_set_out_first_and_then_hand_over(place: str) -> None:
    case = accepted(place, imminent=True, here=False)
    assert {"P01-T5", "P02-T1"} <= set(case.open)
    assert "P01-T4" not in case.open
    case.done("P01-T5", target=f"{place}.police", received_ack=True)
    assert case.thrown == ["report_accepted"]
    assert ("P01", "移送") in case.ends


@EVERYWHERE
def test_police_elsewhere_without_danger_hand_over_and_the_others_set_out(place: str) -> None:
    case = accepted(place, here=False)
    assert "P02-T1" not in case.open
    case.done("P01-T5", target=f"{place}.police", received_ack=False)
    assert case.thrown == ["report_accepted"]
    assert case.open == ["P02-T1"]


def test_a_report_joined_to_a_case_ends_as_joined() -> None:
    case = accepted("fh").done("P01-T4", merge_action="并入", open_case="1")
    assert ("P01", "并入已有个案") in case.ends
    assert case.thrown == ["report_accepted"]


@EVERYWHERE
def test_a_missing_child_is_searched_before_the_report_is_accepted(place: str) -> None:
    assert {"P01-T3", "P03-T1"} <= set(a_report(place, "S3").open)


# -- P02: one round -------------------------------------------------------------------------


@ORDERING
def test_a_child_alone_means_an_order_an_admonition_and_the_notice_at_once(place: str) -> None:
    case = on_scene(place, "S1")
    assert case.open == ["P02-S1-R", "P02-S1-T", "P02-T10", "P02-T2a"]


@pytest.mark.parametrize("place", ["yz", "jl"])
def test_nobody_is_admonished_where_the_text_does_not_say_so(place: str) -> None:
    case = on_scene(place, "S1")
    assert not {"P02-S1-R", "P02-S1-T"} & set(case.open)
    assert {"P02-T10", "P02-T9" if place == "yz" else "P02-T8"} <= set(case.open)


def test_a_citizens_report_asks_nobody_to_assist() -> None:
    case = Told("qz", ALL).start("P01", "police").done("P01-T2c", situations=["S1"])
    case.done("P01-T3", jurisdiction_ok=True, imminent=True).done("P02-T1")
    assert "P02-T2a" not in case.open
    assert "P02-T2" in case.open


@ORDERING
def test_a_refusal_opens_the_intervention_at_once(place: str) -> None:
    case = on_scene(place, "S2").done("P02-S2-T", reply="拒绝", interim_care="有人照料")
    assert "guardian_refused" in case.thrown
    assert "placement_needed" not in case.thrown
    assert case.running["P02"][0].context["refusal_basis"] == "书面拒绝"


@ORDERING
@pytest.mark.parametrize(("code", "situation"), [("P02-S1-T", "S1"), ("P02-S2-T", "S2")])
def test_no_child_waits_alone_for_the_parents_answer(place: str, code: str, situation: str) -> None:
    case = on_scene(place, situation).done(code, reply="返回", interim_care="无人照料")
    assert "placement_needed" in case.thrown
    assert "t_order_comply" in case.timers()


@ORDERING
def test_silence_becomes_a_refusal_when_the_time_to_comply_is_over(place: str) -> None:
    case = on_scene(place, "S1").done("P02-S1-T", reply="无答复", interim_care="有人照料")
    assert case.timers()["t_order_comply"] == START + timedelta(hours=72)
    case.later(hours=71, minutes=59)
    assert "guardian_refused" not in case.thrown
    case.later(minutes=1)
    assert "guardian_refused" in case.thrown
    case.done("P02-S1-R").done("P02-T10")
    assert ("P02", "转P06/P07") in case.ends


@ORDERING
@pytest.mark.parametrize("event", ["order_refused", "guardian_refuses_again"])
def test_a_later_refusal_counts_like_one_on_the_spot(place: str, event: str) -> None:
    case = on_scene(place, "S2").done("P02-S2-T", reply="返回", interim_care="有人照料").said(event)
    assert case.thrown.count("guardian_refused") == 1
    assert case.timers() == {}


@ORDERING
def test_an_order_obeyed_ends_as_disposed_and_reported(place: str) -> None:
    case = on_scene(place, "S1").done("P02-S1-T", reply="返回", interim_care="有人照料")
    case.said("order_complied").done("P02-S1-R").done("P02-T10")
    assert case.ends[-1] == ("P02", "已处置并通报")
    assert case.open == []
    assert "guardian_refused" not in case.thrown


def test_an_order_obeyed_on_the_spot_waits_for_nothing() -> None:
    case = on_scene("fh", "S1").done("P02-S1-T", reply="返回", interim_care="有人照料", complied_at=START)
    assert case.timers() == {}


def test_a_named_carer_is_examined_at_once() -> None:
    case = on_scene("fh", "S1").done("P02-S1-T", reply="确定受托人", interim_care="有人照料")
    assert "guardian_entrusted" in case.thrown


@pytest.mark.parametrize("place", ["fh", "dl"])
@pytest.mark.parametrize("situation", ["S1", "S2"])
def test_where_the_parents_cannot_be_reached_the_child_is_placed_and_the_order_follows(
    place: str, situation: str
) -> None:
    case = on_scene(place, situation, parents_reachable=False)
    assert "placement_needed" in case.thrown
    assert not {"P02-S1-T", "P02-S2-T"} & set(case.open)
    assert f"P02-{situation}-T" in case.said("parents_contacted").open


@pytest.mark.parametrize("situation", ["S1", "S2"])
def test_in_qinzhou_need_decides_on_placement_and_not_whether_parents_answer(situation: str) -> None:
    case = on_scene("qz", situation, parents_reachable=False)
    assert "placement_needed" not in case.thrown
    case.done("P02-S2-T", reply="无答复", interim_care="有人照料", temp_care_needed=True)
    assert "placement_needed" in case.thrown


def test_a_parent_who_comes_home_before_the_order_needs_none() -> None:
    case = on_scene("dl", "S2", parents_reachable=False).said("parent_returned").done("P02-T10")
    assert case.ends[-1] == ("P02", "已处置并通报")


@pytest.mark.parametrize("place", ["fh", "dl"])
def test_parents_lost_after_the_order_lead_to_placement(place: str) -> None:
    case = on_scene(place, "S2").done("P02-S2-T", reply="无答复", interim_care="有人照料")
    assert "placement_needed" in case.said("parents_unreachable").thrown
    assert case.timers() == {}


def test_in_qinzhou_parents_lost_after_the_order_keep_their_time() -> None:
    case = on_scene("qz", "S2").done("P02-S2-T", reply="无答复", interim_care="有人照料", temp_care_needed=False)
    case.later(hours=10).said("parents_unreachable")
    assert "placement_needed" not in case.thrown
    assert case.timers()["t_order_comply"] == START + timedelta(hours=72)


@pytest.mark.parametrize(
    ("place", "seen", "sheltered"),
    [
        ("fh", {"place_needed": True, "injured": False}, True),
        ("fh", {"place_needed": False, "injured": True}, False),
        ("qz", {"place_needed": True}, True),
        ("dl", {"place_needed": True, "injured": False, "threatened": False, "unattended": False}, False),
        ("dl", {"place_needed": False, "injured": False, "threatened": True, "unattended": False}, True),
        ("dl", {"place_needed": False, "injured": False, "threatened": False, "unattended": True}, True),
    ],
)
def test_shelter_after_violence_follows_the_words_of_each_text(
    place: str, seen: dict[str, bool], sheltered: bool
) -> None:
    case = on_scene(place, "S4").done("P02-S4-T", **seen)
    assert ("P02-S4-P" in case.open) is sheltered
    if sheltered:
        assert "placement_needed" in case.done("P02-S4-P").thrown


@EVERYWHERE
@pytest.mark.parametrize("situation", ["S4", "S6", "S7"])
def test_harm_by_a_guardian_opens_the_intervention_when_it_is_found(place: str, situation: str) -> None:
    assert "guardian_harmed" in on_scene(place, situation).thrown


@EVERYWHERE
def test_a_strangers_crime_opens_the_criminal_branch_alone(place: str) -> None:
    case = on_scene(place, "S5", criminal=True)
    assert "crime_suspected" in case.thrown
    assert "guardian_harmed" not in case.thrown


@EVERYWHERE
@pytest.mark.parametrize("found", [{"remove": True}, {"child_state": "危险"}])
def test_an_abandoned_child_in_need_is_placed_at_once(place: str, found: dict[str, Any]) -> None:
    case = on_scene(place, "S7", **found)
    assert {"placement_needed", "guardian_harmed"} <= set(case.thrown)


@EVERYWHERE
def test_an_abandoned_child_who_is_cared_for_stays(place: str) -> None:
    assert "placement_needed" not in on_scene(place, "S7").thrown


@EVERYWHERE
def test_evidence_is_secured_after_violence_and_harm(place: str) -> None:
    for situation in ("S4", "S5"):
        case = on_scene(place, situation)
        if place == "jl":
            case.done("P02-T8", jl_situation="家庭暴力", jl_measures=["调查取证"])
        assert "P02-S5-E" in case.open


def test_evidence_that_no_text_asks_for_holds_nothing_up() -> None:
    case = on_scene("qz", "S4").done("P02-S4-T", place_needed=False).done("P02-T10")
    assert case.ends[-1] == ("P02", "已处置并通报")
    assert "P02-S5-E" not in case.open


@pytest.mark.parametrize("place", ["fh", "dl"])
def test_evidence_that_the_text_asks_for_is_waited_for(place: str) -> None:
    case = on_scene(place, "S4").done("P02-S4-T", place_needed=False).done("P02-T10")
    assert "P02-S5-E" in case.open
    assert case.done("P02-S5-E").ends[-1] == ("P02", "已处置并通报")


@pytest.mark.parametrize("place", ["fh", "qz", "dl"])
def test_a_removal_leads_to_placement(place: str) -> None:
    assert "placement_needed" in on_scene(place, "S6", remove=True).done("P02-S6-T").thrown


def test_yinzhou_escorts_only_where_necessary() -> None:
    assert "placement_needed" in on_scene("yz", "S1").done("P02-T9", escort_needed=True).thrown
    assert "placement_needed" not in on_scene("yz", "S1").done("P02-T9", escort_needed=False).thrown


@pytest.mark.parametrize(
    ("measure", "message"), [("带离护送", "placement_needed"), ("立案侦查", "crime_suspected"), ("批评教育", None)]
)
def test_jilin_takes_the_measures_it_chose_and_no_others(measure: str, message: str | None) -> None:
    case = on_scene("jl", "S1")
    before = list(case.thrown)
    case.done("P02-T8", jl_situation="其他", jl_measures=[measure])
    assert case.thrown[len(before) :] == ([message] if message else [])


@EVERYWHERE
def test_an_untrue_report_ends_without_a_notice(place: str) -> None:
    case = on_scene(place, "不属实", family_needs_help=False)
    assert case.ends[-1] == ("P02", "核实不属实")
    assert "notice_sent" not in case.thrown
    assert case.open == []


@EVERYWHERE
def test_an_untrue_report_of_a_family_in_need_still_reaches_the_township(place: str) -> None:
    case = on_scene(place, "不属实", family_needs_help=True)
    assert "P02-T10" in case.open
    assert "notice_sent" in case.done("P02-T10").thrown
    assert case.ends[-1] == ("P02", "核实不属实")


@EVERYWHERE
def test_the_notice_waits_for_no_branch(place: str) -> None:
    case = on_scene(place, "S1", "S2", "S4", "S5").done("P02-T10")
    assert "notice_sent" in case.thrown
    assert any(not position.ended for position in case.running["P02"])


def test_every_confirmed_situation_gets_its_own_work() -> None:
    case = on_scene("fh", "S1", "S2", "S4", "S5", "S6")
    wanted = {"P02-S1-T", "P02-S1-R", "P02-S2-T", "P02-S4-T", "P02-S5-T", "P02-S5-E", "P02-S6-T", "P02-T10"}
    assert wanted <= set(case.open)
    assert len(case.open) == len(set(case.open))


# -- P02: rounds ----------------------------------------------------------------------------


@EVERYWHERE
def test_a_report_that_comes_while_the_police_are_on_their_way_needs_no_second_car(place: str) -> None:
    case = accepted(place, imminent=True).said("report_accepted")
    assert case.open.count("P02-T1") == 1
    case.done("P02-T1")
    assert case.open.count("P02-T2") == 1


@EVERYWHERE
def test_a_report_that_comes_later_is_looked_at_at_once_beside_what_is_under_way(place: str) -> None:
    case = on_scene(place, "S1").said("report_accepted")
    assert {"P02-T2", "P02-T10"} <= set(case.open)
    assert "P02-T1" not in case.open


def test_the_rounds_of_one_disposal_do_not_mix() -> None:
    case = on_scene("fh", "S5").said("report_accepted")
    facts = {"child_state": "安全", "parents_reachable": True, "remove": False, "criminal": False}
    case.done("P02-T2", confirmed_situations=["S5"], **facts)
    assert [case.open.count(code) for code in ("P02-S5-T", "P02-S5-E", "P02-T10")] == [2, 2, 2]
    case.done("P02-S5-T").done("P02-S5-E").done("P02-T10")
    case.done("P02-S5-T").done("P02-S5-E").done("P02-T10")
    assert [end for end in case.ends if end[0] == "P02"] == [("P02", "已处置并通报")] * 2
    assert case.running["P02"][0].ended


def test_a_report_after_the_end_starts_a_new_disposal() -> None:
    case = on_scene("fh", "不属实", family_needs_help=False).said("report_accepted")
    assert case.open == ["P02-T1"]
    assert len(case.running["P02"]) == 2


# -- P03 ------------------------------------------------------------------------------------


@EVERYWHERE
def test_a_search_has_no_waiting_period_and_no_double(place: str) -> None:
    case = a_report(place, "S3")
    case.done("P01-T3", jurisdiction_ok=True, imminent=True).done("P02-T1")
    facts = {"child_state": "失踪", "parents_reachable": True, "remove": False, "criminal": False}
    case.done("P02-T2", confirmed_situations=["S3"], **facts)
    assert case.open.count("P03-T1") == 1
    case.done("P03-T1", suspicion=False).said("child_missing")
    assert [case.open.count(f"P03-{task}") for task in ("T1", "T2", "T3", "T4")] == [0, 1, 1, 1]


@EVERYWHERE
def test_finding_the_child_stops_the_search_and_disposes_again(place: str) -> None:
    case = a_report(place, "S3").done("P03-T1", suspicion=False).said("child_found")
    assert [code for code in case.open if code.startswith("P03")] == ["P03-T5"]
    case.done("P03-T5", found_state="安全")
    assert case.ends[-1] == ("P03", "找到·已处置")
    assert case.thrown[-1] == "report_accepted"


def test_a_child_found_harmed_and_a_suspicion_open_the_criminal_branch() -> None:
    case = a_report("fh", "S3").done("P03-T1", suspicion=True)
    assert case.thrown[-1] == "crime_suspected"
    case.said("child_found").done("P03-T5", found_state="受侵害")
    assert case.thrown.count("crime_suspected") == 2


def test_the_search_goes_on_until_the_police_say_otherwise() -> None:
    case = a_report("fh", "S3").done("P03-T1", suspicion=False)
    for _ in range(5):
        case.done("P03-T4", long_search=None)
    assert case.open.count("P03-T4") == 1
    case.done("P03-T4", long_search=True)
    assert ("P03", "未找到·移交长期查找") in case.ends
    assert not [code for code in case.open if code.startswith("P03")]
    assert "P03-T5" in case.said("child_found").open


@pytest.mark.parametrize(("hours", "step"), [(0, 4), (23, 4), (24, 24), (80, 24)])
def test_progress_is_due_every_four_hours_on_the_first_day_and_daily_after(hours: int, step: int) -> None:
    case = a_report("fh", "S3").done("P03-T1", suspicion=False).later(hours=hours)
    limit = terms_of(case, "P03").limit(task_of(case, "P03", "report_progress"), case.now)
    assert limit is not None
    assert limit.due == case.now + timedelta(hours=step)


# -- limits and notices ---------------------------------------------------------------------


def terms_of(case: Told, procedure: str) -> Terms:
    position = case.running[procedure][-1]
    return Terms(
        model=case.release.procedures[procedure].model,
        parameters=case.release.parameters,
        context={**position.context, "case": case.facts},
        names=case.release.process_names[procedure],
    )


def task_of(case: Told, procedure: str, element: str) -> TaskModel:
    return case.release.procedures[procedure].model.tasks[element]


def test_the_time_to_set_out_runs_from_acceptance_and_not_from_the_check_of_files() -> None:
    case = a_report("fh").done("P01-T3", jurisdiction_ok=True, imminent=False, accepted_at=START)
    case.facts |= terms_of(case, "P01").sets(task_of(case, "P01", "accept_report"), {"unit": "fh.police"})
    case.later(minutes=10).done("P01-T4", merge_action="新立")
    limit = terms_of(case, "P02").limit(task_of(case, "P02", "dispatch_police"), case.now)
    assert limit is not None
    assert limit.due == START + timedelta(minutes=30)


def test_a_disposal_started_days_later_has_its_own_time_to_set_out() -> None:
    case = a_report("fh").done("P01-T3", jurisdiction_ok=True, imminent=False, accepted_at=START)
    case.done("P01-T4", merge_action="新立").done("P02-T1")
    case.done("P02-T2", confirmed_situations=["不属实"], family_needs_help=False)
    case.later(days=5).said("report_accepted")
    limit = terms_of(case, "P02").limit(task_of(case, "P02", "dispatch_police"), case.now)
    assert limit is not None
    assert limit.due == case.now + timedelta(minutes=30)


def test_the_time_to_report_runs_from_the_moment_of_finding() -> None:
    case = Told("fh", ALL).start("P01", "school", found_at=START - timedelta(minutes=20))
    limit = terms_of(case, "P01").limit(task_of(case, "P01", "submit_report"), case.now)
    assert limit is not None
    assert limit.due == START + timedelta(minutes=40)


@pytest.mark.parametrize(
    ("place", "situation", "told"),
    [
        ("fh", "S1", {"township", "education"}),
        ("fh", "S4", {"township", "education", "civil_affairs"}),
        ("dl", "S1", {"township", "education"}),
        (
            "dl",
            "S5",
            {"township", "education", "civil_affairs", "social_affairs", "womens_federation", "court", "procuratorate"},
        ),
        (
            "qz",
            "S1",
            {"township", "education", "civil_affairs", "justice", "youth_league", "womens_federation", "court"}
            | {"procuratorate"},
        ),
    ],
)
def test_the_notice_goes_to_whom_each_text_prints(place: str, situation: str, told: set[str]) -> None:
    case = on_scene(place, situation)
    assert set(terms_of(case, "P02").that_hold(task_of(case, "P02", "notify_township").notify)) == told


def test_seventy_two_hours_without_the_child_reach_the_superior() -> None:
    case = a_report("fh", "S3").done("P03-T1", suspicion=False)
    task = task_of(case, "P03", "report_progress")
    [watch] = terms_of(case, "P03").watches(task, case.now)
    assert watch.due == START + timedelta(hours=72)
    case.later(hours=71).done("P03-T4")
    assert "superior" not in terms_of(case, "P03").that_hold(task.notify)
    case.later(hours=1).done("P03-T4")
    assert "superior" in terms_of(case, "P03").that_hold(task.notify)

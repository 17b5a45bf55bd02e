"""What happens in the cases of the demonstration, told once for all jurisdictions. Everybody in it is invented.

A beat that finds no open task is passed over, since the jurisdictions' procedures differ.
In fields ``@now`` and ``@day`` are the moment of the beat, ``@home`` the child's village,
``@day:25`` the day of hour 25 of the story,
``@role`` the unit of that role nearest to the village.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Beat:
    """One act, so long after the story began."""

    after: timedelta
    what: Mapping[str, Any]


Story = tuple[Beat, ...]


def _begin(procedure: str, role: str) -> Beat:
    return Beat(after=timedelta(0), what={"start": procedure, "as": role})


def _do(hours: float, code: str, role: str, **fields: Any) -> Beat:
    what = {"complete": code, "as": role, "if_open": True, "with": fields}
    return Beat(after=timedelta(hours=hours), what=what)


def _say(hours: float, event: str, role: str, **fields: Any) -> Beat:
    return Beat(after=timedelta(hours=hours), what={"event": event, "as": role, "with": fields})


def _reported(role: str, kind: str, situation: str, harm: str, told: str, *, severity: str = "中") -> Story:
    """A report by an institution, and its acceptance."""
    return (
        _begin("P01", role),
        _do(0.1, "P01-T1", role, help_types=["陪护"], helped_at="@now"),
        _do(
            *(0.3, "P01-T2", role),
            reporter_type=kind,
            reporter_name="值班人员",
            reporter_phone="0000-0000",
            situations=[situation],
            suspected=True,
            found_at="@now",
            place="@home",
            harm_type=harm,
            severity=severity,
            narrative=told,
            reachable="可",
            carer_name="祖母",
            carer_relation="祖父母",
            capacity="不足",
            performing="不充分",
        ),
        *_accepted(0.5),
    )


def _accepted(hours: float, *, imminent: bool = False) -> Story:
    return (
        _do(hours, "P01-T3", "police", in_scope="留守", jurisdiction_ok=True, imminent=imminent),
        _do(hours + 0.1, "P01-T4", "police", merge_action="新立", merge_reason="无在办个案"),
        _do(hours + 0.4, "P02-T1", "police", dispatched_at="@now", arrived_at="@now", officers="值班民警"),
    )


def _confirmed(hours: float, *situations: str, **more: Any) -> Beat:
    facts = {"child_state": "安全", "parents_reachable": True, "remove": False, "criminal": False} | more
    return _do(hours, "P02-T2", "police", confirmed_situations=list(situations), **facts)


def _noticed(hours: float, summary: str, place: str) -> Story:
    """The notice to the township, and its answer."""
    team = [{"unit": "@civil_affairs", "person": "经办人"}, {"unit": "@police", "person": "民警"}]
    return (
        _do(hours, "P02-T10", "police", summary=summary, current_place=place),
        _do(hours + 15, "P05-T1", "township", team=team),
    )


def _assessed(hours: float, *, guard: str, findings: str, **more: Any) -> Story:
    """The assessment, the plan and the first visit after it."""
    found = {"safety": "安全", "health_state": "良好", "poor": False, "school_state": "在学"} | more
    return (
        _do(hours, "P05-T2", "township", guard=guard, findings=findings, **found),
        _do(hours + 3, "P05-T3", "village_committee", info="本村情况属实"),
        _do(hours + 20, "P05-T4", "township", services=["监护指导", "心理疏导"], service_unit="@township"),
        _do(hours + 21, "P05-T5", "township"),
        _do(hours + 70, "P05-T6", "township", service_log=[{"date": "@day", "note": "入户指导监护"}]),
        _do(hours + 700, "P05-T7", "township", follow_result="改善", close=False),
    )


ALONE: Story = (
    *_reported("school", "学校", "S1", "无人照料", "学生连续三日独自在家，父母外出务工"),
    _confirmed(1.8, "S1"),
    _do(2.0, "P02-T2a", "school", assist_note="班主任说明在校与家庭情况"),
    _do(
        2.2,
        "P02-S1-T",
        "police",
        order="确定受委托监护人",
        serve_way="电话",
        reply="确定受托人",
        interim_care="有人照料",
    ),
    _do(
        2.4,
        "P02-S1-R",
        "police",
        admonished=["父", "母"],
        admon_reason="让未满十六周岁儿童独居",
        admon_way="远程",
        improve="确定受托人",
    ),
    _do(2.4, "P02-T8", "police", jl_situation="其他", jl_measures=["批评教育"]),
    _do(2.4, "P02-T9", "police", yz_measure="联系父母落实照料人", escort_needed=False),
    _say(20, "order_complied", "police", complied_at="@now", entrusted="姑姑"),
    *_noticed(22, "独居，父母已委托姑姑照料", "家中，由姑姑照料"),
    *_assessed(80, guard="不足", findings="姑姑初次照料，须指导监护"),
)

UNREACHED: Story = (
    *_reported("village_committee", "村居委", "S2", "无人照料", "祖母住院，儿童无人照料，父母电话不通", severity="重"),
    _confirmed(
        *(1.8, "S2"),
        parents_reachable=False,
        contact_log=[
            {"time": "@now", "channel": "电话", "number": "父", "result": "无人接听"},
            {"time": "@now", "channel": "微信", "number": "母", "result": "无回复"},
        ],
    ),
    _do(2.0, "P02-T2a", "village_committee", assist_note="村委会协助核对亲属"),
    _do(
        *(2.0, "P02-S2-T", "police"),
        cause="丧失监护能力",
        plan="无法安排",
        reply="无答复",
        interim_care="无人照料",
        temp_care_needed=True,
    ),
    _do(2.0, "P02-T8", "police", jl_situation="联系不上父母", jl_measures=["带离护送"]),
    _do(2.0, "P02-T9", "police", yz_measure="护送至临时照料场所", escort_needed=True),
    _do(2.5, "P04-T1", "police", can_express=True, opinion="愿意暂住", adopted=True),
    _do(2.7, "P04-T2", "police", place_type="救助管理机构", place_ref="@rescue_station", near_reason="最近"),
    _do(4, "P04-T3", "police", left_at="@now", reached_at="@now"),
    _do(5, "P04-T4", "police", giver="民警", taker="值班员", child_health="良好"),
    _do(5.5, "P04-T5", "rescue_station", accepted_at="@now", carer="护理员", child_note="情绪平稳"),
    *_noticed(20, "照料人住院，父母失联，已临时安置", "救助管理机构"),
    _do(28, "P04-T6", "police", contact_log=[], contact_result="未联系上"),
    _do(52, "P04-T6", "police", contact_log=[], contact_result="未联系上"),
    *_assessed(100, guard="不足", findings="须另定照料人"),
    _do(150, "P04-T7", "police", update_text="仍未联系上父母", informed_party="@rescue_station"),
    _do(170, "P04-T8", "civil_affairs", continue_place=True, next_plan="继续安置", review_note="父母未返回"),
)

VIOLENCE: Story = (
    *_reported("medical", "医疗机构", "S4", "暴力", "就诊发现多处旧伤，疑为家中殴打", severity="重"),
    _confirmed(1.5, "S4", child_state="危险", criminal=True),
    _do(1.8, "P02-T2a", "medical", assist_note="医生说明伤情"),
    _do(
        *(2.0, "P02-S4-T", "police"),
        stop_note="已将施暴人隔离",
        injured=True,
        threatened=True,
        unattended=False,
        place_needed=True,
    ),
    _do(2.2, "P02-S5-E", "police", evidence=[{"item": "照片"}, {"item": "病历"}], injury_grade="轻伤"),
    _do(2.5, "P02-S4-P", "police", notified_at="@now", shelter_type="福利机构"),
    _do(2.5, "P02-T8", "police", jl_situation="家庭暴力", jl_measures=["带离护送", "调查取证", "立案侦查"]),
    _do(2.5, "P02-T9", "police", yz_measure="制止侵害，护送就医", escort_needed=True),
    _do(3.0, "P04-T1", "police", can_express=True, opinion="不愿回家", adopted=True),
    _do(3.2, "P04-T2", "police", place_type="福利机构", place_ref="@welfare_institution", near_reason="可即时接收"),
    _do(4, "P04-T3", "police", left_at="@now", reached_at="@now"),
    _do(5, "P04-T4", "police", giver="民警", taker="值班员", child_health="软组织挫伤"),
    _do(5.5, "P04-T5", "welfare_institution", accepted_at="@now", carer="护理员", child_note="情绪不稳"),
    _do(8, "P06-T5", "police", file_no="演示立字1号", charge="故意伤害"),
    *_noticed(18, "家庭暴力致伤，已安置并立案", "福利机构"),
    _do(
        *(30, "P06-T3", "police"),
        edu_content="批评教育",
        circumstance="殴打致伤",
        measure_step="立案侦查",
        basis_ref="本地实施意见有关条款",
        edu_count=1,
    ),
    *_assessed(60, guard="侵害", safety="有风险", health_state="需治疗", findings="受父亲侵害，现在福利机构"),
    _do(190, "P04-T8", "civil_affairs", continue_place=True, next_plan="继续安置", review_note="尚不宜返回"),
)

REFUSED: Story = (
    *_reported("village_committee", "村居委", "S2", "无人照料", "父亲长期不归、不汇款，由叔公照看"),
    _confirmed(1.8, "S2"),
    _do(2.0, "P02-T2a", "village_committee", assist_note="叔公提供住处，无收入"),
    _do(
        *(2.5, "P02-S2-T", "police"),
        cause="不履行",
        plan="父母返回",
        reply="拒绝",
        interim_care="有人照料",
        temp_care_needed=False,
    ),
    _do(2.5, "P02-T8", "police", jl_situation="其他", jl_measures=["批评教育"]),
    _do(2.5, "P02-T9", "police", yz_measure="要求父亲返回，遭拒绝", escort_needed=False),
    *_noticed(8, "父亲书面拒绝返回和委托", "叔公家"),
    _do(24, "P06-T1", "village_committee", target="父亲", content="劝其返回或委托照料", response="拒绝"),
    _do(25, "P06-T2", "police", refusal_start="@day", start_basis="书面拒绝", no_livelihood="待查"),
    *_assessed(70, guard="不足", poor=True, findings="叔公年迈，家庭困难"),
    _do(740, "P06-T8", "village_committee", reformed="未改", check_note="仍未返回，未汇款"),
)

#: Half a year later: the application, and what the court decides. Begins after REFUSED, in the same case.
REVOKED: Story = (
    *REFUSED,
    _do(4480, "P06-T10", "civil_affairs", livelihood_check="无着", checker="@civil_affairs", basis="无收入、无汇款"),
    _do(
        *(4500, "P07-T1", "civil_affairs"),
        ground=["G2"],
        g2_refusal_start="@day:25",
        g2_no_livelihood=True,
        evidence_list=[{"item": "书面拒绝"}, {"item": "核实单"}],
    ),
    _do(4530, "P07-T2", "civil_affairs", applicant="@civil_affairs", applicant_basis="职责所在", others_informed=True),
    _do(
        *(4700, "P07-T3", "civil_affairs"),
        court_ref="@court",
        request="撤销父亲监护人资格",
        proposed_guardian="姨婆",
        filed_at="@day",
    ),
    _do(5600, "P07-T6", "court", case_no="演示民特1号", accepted_on="@day", outcome="撤销"),
    _do(5601, "P07-T7", "court", new_guardian_type="其他人员", new_guardian="姨婆", judgment_no="演示民特1号"),
    _do(5640, "P07-T9", "township"),
)

MISTAKEN: Story = (
    _begin("P01", "police"),
    _do(
        *(0.1, "P01-T2c", "police"),
        channel="110",
        anonymous=True,
        situations=["S1"],
        place="@home",
        narrative="邻居称孩子常独自在家",
    ),
    *_accepted(0.3),
    _confirmed(1.5, "不属实", family_needs_help=False),
)

MISSING: Story = (
    *_reported("school", "学校", "S3", "其他", "放学后未到家，家人与同学均不知去向", severity="重"),
    _do(0.6, "P03-T1", "police", last_seen="@now", last_place="@home", looks="蓝色校服，背红书包", suspicion=False),
    _do(1.2, "P03-T2", "police", range="学校至家沿线及周边村", notified=["镇街", "村居", "学校"]),
    _confirmed(1.4, "S3", child_state="失踪"),
    _do(2.0, "P03-T3", "village_committee", check_result="亲属家未见"),
    _do(2.0, "P02-T2a", "school", assist_note="同学回忆最后去向"),
    _do(2.2, "P02-T8", "police", jl_situation="失踪", jl_measures=["调查取证"]),
    _do(2.2, "P02-T9", "police", yz_measure="组织查找", escort_needed=False),
    _do(4.5, "P03-T4", "police", progress="调取沿线监控，往集镇方向"),
    _say(6, "child_found", "police", found_at="@now"),
    _do(6.3, "P03-T5", "police", found_at="@now", found_state="安全"),
    *_noticed(22, "放学走失，当晚找到，安全", "家中"),
)

ACCIDENT: Story = (
    *_reported("medical", "医疗机构", "S5", "意外", "烫伤入院，只有年迈祖父陪同"),
    _confirmed(1.6, "S5", child_state="受伤"),
    _do(1.8, "P02-T2a", "medical", assist_note="医生说明病情"),
    _do(2.0, "P02-S5-T", "police", act_type="意外伤害", measure="联系父母返回陪护"),
    _do(2.4, "P02-S5-E", "police", evidence=[{"item": "病历"}], hospital="@medical", injury_grade="轻微"),
    _do(2.4, "P02-T8", "police", jl_situation="意外伤害", jl_measures=["协助就医"]),
    _do(2.4, "P02-T9", "police", yz_measure="协助就医，通知父母", escort_needed=False),
    *_noticed(21, "意外烫伤，已就医", "医院，祖父陪护"),
    *_assessed(90, guard="不足", health_state="需治疗", poor=True, findings="家庭困难，医疗费无着"),
)

_NOT_BACK = {"person": "班主任", "way": "家访", "result": "未返校"}

DROPOUT: Story = (
    _begin("P08", "school"),
    _do(
        *(2, "P08-T1", "school"),
        absent_days=2,
        first_day="@day",
        drop_type="逃学旷课",
        reason="随亲戚外出帮工",
        guard_risk=False,
        cannot_attend=False,
    ),
    _do(6, "P08-T2", "school", remind_way="电话", remind_result="父母在外，祖父答应劝说"),
    *(
        _do(hours, "P08-T3", "school", persuade_log=[{"date": "@day", **_NOT_BACK}], returned=False)
        for hours in (26, 80, 150)
    ),
    _do(160, "P08-T4", "school"),
    _do(170, "P08-T5", "school", sent_to=["教育", "镇街"], sent_on="@day"),
    _do(240, "P08-T6", "township", measures=["上门劝返", "告知法律责任"], result="未返校", need_others=True),
    _do(250, "P08-T6", "education", measures=["告知法律责任"], result="未返校", need_others=False),
    _do(260, "P08-T7", "education", need_depts=["police", "civil_affairs"]),
    _do(900, "P08-T12", "township", check_result="返校", checked_on="@day", check_note="父亲返乡，已送回学校"),
)

PAIRED: Story = (
    _begin("P14", "school"),
    _do(24, "P14-T1", "school", teacher="班主任", **{"from": "@day"}),
    _do(200, "P14-T2", "school", met_on="@day", note="谈心，情绪稳定，想念父母"),
    _do(220, "P14-T3", "school", feedback="在校表现正常", follow=False),
    _do(940, "P14-T2", "school", met_on="@day", note="随祖母生活，作业有人督促"),
)

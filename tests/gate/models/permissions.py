"""Permissions: who may do what, and in whose name a file speaks."""

from __future__ import annotations

from tests.gate.case import Case, alone
from tests.gate.draw import LINE, diagram, end, flow, start, task
from tests.gate.place import JURISDICTION, P90, P91, PLACE, REPORT, ROLE_FILE, VISITING, among, beside

ROLE = '<spiffworkflow:property name="role" value="police"/>'


def for_visit(role: str) -> str:
    return f'<spiffworkflow:property name="role" value="{role}"/>'


def visiting(name: str, fault: str, role: str, rule: str | tuple[str, ...]) -> Case:
    """The role of the visit."""
    return among(name, fault, file=P91, at="visit", rule=rule, old=ROLE, new=for_visit(role))


UNKNOWN = "unknown-role"
OWN = "processes/xx/P91.bpmn"
CASES = (
    among(
        "unknown-lane",
        "泳道是不存在的角色",
        file=P91,
        at=("detectives", "visit"),
        rule=UNKNOWN,
        old='<bpmn:lane id="police"',
        new='<bpmn:lane id="detectives"',
        near='id="detectives"',
    ),
    visiting("unknown-role", "角色不在角色表中", "detectives", UNKNOWN),
    visiting("star-role", "角色是星号", "*", "everybody"),
    visiting("role-for-all", "任务给所有人", "any", "everybody"),
    visiting("person-as-role", "任务派给一个人", "张三", UNKNOWN),
    visiting("unit-as-role", "任务派给别处的单位", "yy.police", UNKNOWN),
    visiting("unknown-field-as-role", "任务派给没有人填的字段", "@chosen_unit", UNKNOWN),
    visiting("role-with-formula", "角色是表达式", "${initiator}", "code-text"),
    among(
        "no-role",
        "任务没有角色，也不在泳道里",
        file=P91,
        at="write",
        rule=UNKNOWN,
        old='<spiffworkflow:property name="code" value="P91-write"/>' + ROLE,
        new='<spiffworkflow:property name="code" value="P91-write"/>',
    ),
    among(
        "role-that-nobody-holds",
        "没有单位担任这个角色",
        file=P91,
        at="visit",
        rule="role-without-unit",
        old=ROLE,
        new=for_visit("court"),
        also={PLACE: JURISDICTION.replace("roles: [court]", "roles: [village_committee]").encode()},
    ),
    among(
        "star-starters",
        "谁都可以启动",
        file=P90,
        at="start",
        rule="everybody",
        old='name="starters" value="reporter"',
        new='name="starters" value="*"',
    ),
    among(
        "unknown-starters",
        "启动人不在角色表中",
        file=P90,
        at="start",
        rule=UNKNOWN,
        old='name="starters" value="reporter"',
        new='name="starters" value="journalist"',
    ),
    among(
        "family-starts",
        "家长自己启动：没有人用它登录",
        file=P90,
        at="start",
        rule="family-starter",
        old='name="starters" value="reporter"',
        new='name="starters" value="guardian"',
    ),
    among(
        "unknown-notified",
        "告知的对象不在角色表中",
        file=P91,
        at="visit",
        rule=UNKNOWN,
        old=ROLE,
        new=f'{ROLE}<spiffworkflow:property name="notify" value="neighbours"/>',
        right=f'{ROLE}<spiffworkflow:property name="notify" value="court"/>',
    ),
    among(
        "unknown-reader",
        "可以看的角色不存在",
        file=REPORT,
        at="child",
        rule=UNKNOWN,
        old='"x-sensitive": true',
        new='"x-masked": ["everybody"]',
        right='"x-masked": ["police"]',
    ),
    beside(
        "anothers-key",
        "本地区的文件冒用另一个过程的编号",
        at=("P90", ""),
        rule="process-id",
        file=OWN,
        wrong=VISITING.replace(b'id="P91"', b'id="P90"'),
        right=VISITING,
        near="",
    ),
    among(
        "anothers-unit",
        "单位的键是别的地区的",
        file=PLACE,
        at="yy.court",
        rule="unit-key",
        old="key: xx.court",
        new="key: yy.court",
        near="yy.court",
    ),
    among(
        "same-unit-twice",
        "单位出现了两次",
        file=PLACE,
        at="xx.police",
        rule="duplicate-unit",
        old="key: xx.court",
        new="key: xx.police",
        near="",
    ),
    among(
        "procedure-twice",
        "一个过程发布了两次",
        file=PLACE,
        at=("P90", ""),
        rule="duplicate-procedure",
        old="procedures: [P90, P91]",
        new="procedures: [P90, P91, P90]",
        near="",
    ),
    among(
        "anothers-code",
        "文件里的地区代码是别人的",
        file=PLACE,
        at=("", "xx"),
        rule="jurisdiction",
        old="code: xx",
        new="code: yy",
        near="",
    ),
    among(
        "unit-without-area",
        "单位在不存在的地区",
        file=PLACE,
        at="xx.court",
        rule="unknown-area",
        old="roles: [court], area: xx",
        new="roles: [court], area: yy",
    ),
    among(
        "unit-as-group",
        "单位担任一个角色组",
        file=PLACE,
        at="xx.school",
        rule="unknown-role",
        old="roles: [school]",
        new="roles: [reporter]",
    ),
    among(
        "role-twice",
        "角色定义了两次",
        file=ROLE_FILE,
        at="police",
        rule="duplicate-role",
        old="{key: court,",
        new="{key: police,",
        near="人民法院",
        also={
            PLACE: JURISDICTION.replace("roles: [court]", "roles: [police]").encode(),
        },
    ),
    alone(
        "candidate-star",
        "候选组是星号",
        at="visit",
        rule="vendor-attribute",
        wrong=diagram(*LINE).replace(
            b'<bpmn:userTask id="visit"',
            b'<bpmn:userTask xmlns:camunda="http://camunda.org/schema/1.0/bpmn" camunda:candidateGroups="*" id="visit"',
        ),
        right=diagram(*LINE),
    ),
    alone(
        "unknown-role-elsewhere",
        "角色里有好几样东西，都不是角色",
        at="visit",
        rule="everybody",
        wrong=(start(), task("visit", role="police,,*"), end(), flow("start", "visit", "end")),
        right=LINE,
    ),
)

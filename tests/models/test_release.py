"""A bundle that cannot run is refused whole, with the file, the line and the reason."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from engine.bpmn.findings import Finding, ModelError
from engine.bpmn.release import Release, compile_release
from engine.core.civil import DaysDuration, MonthsDuration
from tests.bpmn.builder import diagram, end, flow, gate, message, start, user

ROLES = """
roles:
- {key: police, name: 公安机关}
- {key: court, name: 人民法院}
- {key: medical_institution, name: 医疗机构, alias: medical, groups: [reporter]}
- {key: school, name: 学校, kind: local, groups: [reporter]}
- {key: reporter, name: 报告主体, kind: group}
- {key: parent, name: 父母, kind: family}
"""
EVENTS = "events:\n- {name: child_found, label: 找到儿童, said_by: [police], joins: [P00]}\n"
CLAUSES = "- {id: XX-1}\n- {id: XX-2}\n"
JURISDICTION = """
code: xx
name: 试验区
document: 试〔2018〕1号
procedures: [P00]
areas:
- {key: xx, level: district}
- {key: xx.甲镇, level: township}
units:
- {key: xx.police, name: 试验公安, roles: [police], area: xx}
per_area:
- {levels: [township], key: school, name: '{area}学校', roles: [school]}
parameters:
  threshold: {value: P6M, source: XX-1}
  t_report: {value: PT1H, default: true, word: 第一时间}
  P00-ask: {value: at_once, default: true}
  rounds_wanted: {value: 3, default: true}
"""
FORM = {
    "title": "询问",
    "type": "object",
    "additionalProperties": False,
    "required": ["answer"],
    "properties": {
        "answer": {"title": "答复", "type": "string", "enum": ["是", "否"], "x-ui": {"kind": "enum"}, "x-decides": True}
    },
}


def a_diagram(**task: str) -> bytes:
    task = {"code": "P00-ask", "form": "P00-ask", "role": "police"} | task
    return diagram(
        start(starters="reporter"),
        start("found", message("child_found")),
        user("ask", **task),
        gate("exclusive", "choose", default="choose__other"),
        end("yes"),
        end("other"),
        flow("start", "ask", "choose"),
        flow("found", "ask"),
        flow("choose", "yes", when='answer = "是"'),
        flow("choose", "other"),
        messages=["child_found"],
    )


def a_bundle(changes: Mapping[str, bytes | str | None] | None = None, **task: str) -> dict[str, bytes]:
    files: dict[str, bytes | str | None] = {
        "processes/roles.yaml": ROLES,
        "processes/events.yaml": EVENTS,
        "processes/clauses.yaml": CLAUSES,
        "processes/xx/jurisdiction.yaml": JURISDICTION,
        "processes/base/P00.bpmn": a_diagram(**task),
        "forms/base/P00-ask.json": a_form(),
        **(changes or {}),
    }
    return {path: one.encode() if isinstance(one, str) else one for path, one in files.items() if one is not None}


def a_form(**changes: Any) -> str:
    return json.dumps(FORM | changes, ensure_ascii=False, indent=2)


def a_field(**changes: Any) -> str:
    return a_form(properties={"answer": FORM["properties"]["answer"] | changes})  # type: ignore[index]


def a_release(changes: Mapping[str, bytes | str | None] | None = None, **task: str) -> Release:
    return compile_release("xx", a_bundle(changes, **task))


def refusals(changes: Mapping[str, bytes | str | None] | None = None, **task: str) -> list[Finding]:
    with pytest.raises(ModelError) as refused:
        a_release(changes, **task)
    found = [one for one in refused.value.findings if one.severity == "error"]
    assert found
    return found


def test_a_bundle_that_fits_gives_procedures_forms_and_values() -> None:
    release = a_release()

    assert list(release.procedures) == ["P00"]
    assert list(release.forms) == ["P00-ask"]
    assert release.parameters["threshold"] == MonthsDuration(6)
    assert release.parameters["t_report"] == DaysDuration(0, Decimal(3600))
    assert release.parameters["P00-ask"] == "at_once"
    assert release.names == {"threshold", "t_report", "rounds_wanted"}
    assert [one.key for one in release.units] == ["xx.police", "xx.school.甲镇"]
    assert release.findings == ()


def test_a_group_stands_for_its_roles_and_an_alias_for_its_role() -> None:
    release = a_release()

    assert release.members("reporter") == ("medical_institution", "school")
    assert release.expand("reporter/police") == ("medical_institution", "school", "police")
    assert release.role_key("medical") == "medical_institution"


def test_a_jurisdictions_file_replaces_the_base_file() -> None:
    release = a_release({"forms/xx/P00-ask.json": a_form(title="本地询问")})

    assert release.forms["P00-ask"]["title"] == "本地询问"


def test_a_block_brings_its_fields_and_not_its_required_ones() -> None:
    child = {"title": "姓名", "type": "string", "x-ui": {"kind": "text"}}
    block = a_form(title="儿童信息", properties={"child_name": child}, required=["child_name"])
    release = a_release(
        {"forms/base/B-CHILD.json": block, "forms/base/P00-ask.json": a_form(**{"x-blocks": ["B-CHILD"]})}
    )

    assert list(release.forms["P00-ask"]["properties"]) == ["child_name", "answer"]
    assert release.forms["P00-ask"]["required"] == ["answer"]
    assert release.block_keys("B-CHILD") == {"child_name"}


@pytest.mark.parametrize(
    ("task", "rule", "said"),
    [
        ({"form": "P00-none"}, "missing-form", "P00-none"),
        ({"role": "judge"}, "unknown-role", "judge"),
        ({"role": "medical"}, "unknown-role", "应写作“medical_institution”"),
        ({"role": "court"}, "role-without-unit", "人民法院"),
        ({"role": "police+court"}, "role-without-unit", "人民法院"),
        ({"role": "parent"}, "role-without-unit", "父母"),
        ({"role": "@nobody"}, "unknown-role", "@nobody"),
        ({"notify": "judge"}, "unknown-role", "judge"),
        ({"limit": "t_none"}, "unknown-parameter", "t_none"),
        ({"watch": "t_report; t_none"}, "unknown-parameter", "t_none"),
        ({"limit": "t: threshhold"}, "unknown-name", "threshhold"),
        ({"limit": "t: threshold +"}, "feel", "threshold +"),
        ({"from": "completed.nothing"}, "unknown-name", "nothing"),
        ({"each": "answers"}, "unknown-name", "answers"),
        ({"documents": "笔录: answer ="}, "feel", "answer ="),
        ({"notify": "police: answr = 1"}, "unknown-name", "answr"),
        ({"sets": "known: answr"}, "unknown-name", "answr"),
        ({"clauses": "XX-1,XX-9"}, "unknown-clause", "XX-9"),
        ({"moves": "P99: answer"}, "moves", "P99"),
        ({"moves": "P00: target"}, "moves", "target"),
        ({"merges": "open_case: answer = 1"}, "moves", "open_case"),
    ],
)
def test_a_task_that_cannot_run_is_refused_at_its_element_and_line(task: dict[str, str], rule: str, said: str) -> None:
    found = refusals(None, **task)

    one = next(one for one in found if one.rule == rule)
    assert (one.file, one.element) == ("processes/base/P00.bpmn", "ask")
    assert one.line > 0
    assert said in one.message


def test_either_of_two_roles_needs_a_unit_but_not_both() -> None:
    assert list(a_release(role="court/police").procedures) == ["P00"]


def test_a_role_that_nobody_holds_for_a_reason_does_not_block() -> None:
    said = JURISDICTION + "absent: {court: 由市中级人民法院办理}\n"

    assert list(a_release({"processes/xx/jurisdiction.yaml": said}, role="court").procedures) == ["P00"]


def test_a_task_may_be_drawn_twice_but_a_code_is_one_task() -> None:
    other = diagram(
        start(), user("other", code="P00-ask", role="police"), end(), flow("start", "other", "end"), key="P98"
    )
    said = JURISDICTION.replace("[P00]", "[P00, P98]")

    found = refusals({"processes/base/P98.bpmn": other, "processes/xx/jurisdiction.yaml": said})

    assert [one.rule for one in found] == ["duplicate-code"]


def test_an_unanswered_message_is_a_reminder_and_no_refusal() -> None:
    quiet = diagram(start(), user("ask", form="P00-ask", code="P00-ask"), end(), flow("start", "ask", "end"))

    release = a_release({"processes/base/P00.bpmn": quiet})

    said = [(one.rule, one.severity) for one in release.findings if one.severity != "note"]
    assert said == [("unheard-event", "warning")]


def test_a_fact_that_no_form_gives_is_a_reminder_and_no_refusal() -> None:
    release = a_release({"forms/base/P00-ask.json": a_field(**{"x-prefill": "case.nothing"})})

    assert [(one.rule, one.element, one.severity) for one in release.findings] == [
        ("unknown-fact", "answer", "warning")
    ]


@pytest.mark.parametrize(
    ("path", "content", "rule"),
    [
        ("processes/base/P00.bpmn", None, "missing-procedure"),
        ("processes/roles.yaml", None, "missing-file"),
        ("processes/roles.yaml", "roles: [{key: a, name: b}, {key: a, name: c}]", "duplicate-role"),
        ("processes/xx/jurisdiction.yaml", "code: xx\ncode: xx", "duplicate-key"),
        ("processes/xx/jurisdiction.yaml", "a: &x 1\nb: *x", "yaml"),
        ("processes/xx/jurisdiction.yaml", "a: !!python/object:os.system x", "yaml"),
        ("processes/xx/jurisdiction.yaml", "x" * 2_000_001, "size"),
        ("processes/xx/jurisdiction.yaml", JURISDICTION.replace("P6M", "P6X"), "parameter"),
        ("processes/xx/jurisdiction.yaml", JURISDICTION.replace("XX-1", "XX-9"), "unknown-clause"),
        ("processes/xx/jurisdiction.yaml", JURISDICTION.replace(", default: true}", "}"), "parameter"),
        ("processes/xx/jurisdiction.yaml", JURISDICTION.replace("[school]", "[teacher]"), "unknown-role"),
        ("processes/xx/jurisdiction.yaml", JURISDICTION.replace("area: xx}", "area: xx.乙镇}"), "unknown-area"),
        ("processes/xx/jurisdiction.yaml", JURISDICTION.replace("key: xx.甲镇", "key: xx.乙.甲镇"), "unknown-area"),
        ("processes/events.yaml", EVENTS.replace("[police]", "[judge]"), "unknown-role"),
        ("forms/base/P00-ask.json", "{", "json"),
        ("forms/base/P00-ask.json", '{"title": 1, "title": 2}', "duplicate-key"),
        ("forms/base/P00-ask.json", a_form(additionalProperties=True), "form"),
        ("forms/base/P00-ask.json", a_form(required=["other"]), "unknown-field"),
        ("forms/base/P00-ask.json", a_form(**{"x-blocks": ["B-NONE"]}), "missing-form"),
        ("forms/base/P00-ask.json", a_field(title=""), "field-title"),
        ("forms/base/P00-ask.json", a_field(type="array"), "field-type"),
        ("forms/base/P00-ask.json", a_field(enum=[]), "field-options"),
        ("forms/base/P00-ask.json", a_field(colour="red"), "field-key"),
        ("forms/base/P00-ask.json", a_field(**{"x-ui": {"kind": "colour"}}), "field-kind"),
        ("forms/base/P00-ask.json", a_field(**{"x-masked": ["judge"]}), "unknown-role"),
        ("forms/base/P00-ask.json", a_field(**{"x-visible-when": "answr = 1"}), "unknown-name"),
        ("forms/base/P00-ask.json", a_field(**{"x-required-when": "answer ="}), "feel"),
        ("forms/base/P00-ask.json", a_form(**{"x-must": [{"when": "answer"}]}), "form"),
    ],
)
def test_a_file_that_is_wrong_is_refused_by_name(path: str, content: str | None, rule: str) -> None:
    found = refusals({path: content})

    assert rule in {one.rule for one in found if one.file == path or content is None}


def test_every_problem_is_told_at_once() -> None:
    found = refusals({"forms/base/P00-ask.json": a_field(title="")}, role="judge", clauses="XX-9")

    assert {"field-title", "unknown-role", "unknown-clause"} <= {one.rule for one in found}


def test_an_unknown_jurisdiction_or_one_of_another_code_is_refused() -> None:
    for code in ("../xx", "yy"):
        with pytest.raises(ModelError):
            compile_release(code, a_bundle())


def test_an_area_made_for_a_test_gets_the_units_of_its_level() -> None:
    release = a_release()
    made = type(release.areas[0])(key="xx.乙镇", name="乙镇", level="township", parent="xx")

    assert [(one.key, one.name) for one in release.units_of(made)] == [("xx.school.乙镇", "乙镇学校")]


def test_what_a_jurisdictions_diagram_changes_is_listed_and_asks_for_its_clause() -> None:
    own = diagram(
        start(starters="reporter"),
        user("ask", code="P00-ask", form="P00-ask", role="school", clauses="XX-1"),
        user("more", code="P00-more", form="P00-ask", role="police"),
        end(),
        flow("start", "ask", "more", "end"),
    )
    base = diagram(
        start(),
        user("ask", code="P00-ask", form="P00-ask", role="police"),
        user("gone", code="P00-gone", form="P00-ask", role="police"),
        end(),
        flow("start", "ask", "gone", "end"),
    )

    release = a_release({"processes/xx/P00.bpmn": own, "processes/base/P00.bpmn": base})

    notes = [one.message for one in release.findings if one.rule == "override"]
    asked = [one.element for one in release.findings if one.rule == "override-without-clause"]
    assert notes == [
        "没有基础流程图的任务“做gone”（P00-gone）",
        "任务“做ask”（P00-ask）的角色由“police”改为“school”",
        "任务“做more”（P00-more）是本地区增加的",
    ]
    assert asked == ["more"]

"""A small repository of two procedures, in which one file at a time is made wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from tests.gate.case import Case
from tests.gate.draw import diagram, el, end, extend, flow, gate, message, props, start, task, throw

ROLES = """roles:
- {key: police, name: 公安机关, kind: agency}
- {key: court, name: 人民法院, kind: agency}
- {key: school, name: 学校, kind: agency, groups: [reporter]}
- {key: village_committee, name: 村（居）民委员会, kind: agency, groups: [reporter]}
- {key: reporter, name: 报告人, kind: group}
- {key: guardian, name: 监护人, kind: family}
"""
EVENTS = """events:
- name: parent_returned
  label: 父母返回
  said_by: [police]
  joins: [P91]
  fields:
  - {key: returned_by, title: 返回的家长, kind: text}
"""
CLAUSES = """- {id: XX-1, summary_zh: 接到报告后上门走访, executable: true}
- {id: XX-2, summary_zh: 困难的填写帮扶记录, executable: true}
"""
JURISDICTION = """code: xx
name: 试验区
document: 试验文件
scope: {age: 16}
procedures: [P90, P91]
areas:
- {key: xx, name: 试验区, level: district}
units:
- {key: xx.police, name: 试验区公安分局, roles: [police], area: xx}
- {key: xx.court, name: 试验区人民法院, roles: [court], area: xx}
- {key: xx.school, name: 试验小学, roles: [school], area: xx}
- {key: xx.village, name: 试验村民委员会, roles: [village_committee], area: xx}
parameters:
  t_visit: {value: P3D, source: XX-1}
  t_wait: {value: P10D, default: true}
"""
P90, P91 = "processes/base/P90.bpmn", "processes/base/P91.bpmn"
PLACE, ROLE_FILE, EVENT_FILE = "processes/xx/jurisdiction.yaml", "processes/roles.yaml", "processes/events.yaml"
TABLE, VISIT, REPORT, WRITE = (
    "processes/base/needs_help.dmn",
    "forms/base/P91-visit.json",
    "forms/base/P90-report.json",
    "forms/base/P91-write.json",
)
#: A child is reported, and the police are asked to visit.
REPORTING = diagram(
    *(start("start", props(starters="reporter")), task("report", code="P90-report", role="school")),
    *(throw("ask", message("visit_needed")), end(), flow("start", "report", "ask", "end")),
    messages=["visit_needed"],
    key="P90",
    name="报告",
)
#: They visit; a table says whether help is needed, and then it is written down what for.
VISITING = diagram(
    '<bpmn:laneSet id="lanes">',
    '<bpmn:lane id="police" name="公安机关"><bpmn:flowNodeRef>visit</bpmn:flowNodeRef></bpmn:lane>',
    "</bpmn:laneSet>",
    start("start", message("visit_needed")),
    task("visit", code="P91-visit", limit="t_visit", clauses="XX-1", role="police"),
    el(
        "businessRuleTask",
        "decide",
        extend("<spiffworkflow:calledDecisionId>needs_help</spiffworkflow:calledDecisionId>"),
    ),
    gate("exclusive", "split", default="easy"),
    task("write", code="P91-write", role="police", clauses="XX-2"),
    end(),
    flow("start", "visit", "decide", "split"),
    flow("split", "write", if_="help = true", key="hard"),
    flow("split", "end", key="easy"),
    flow("write", "end"),
    messages=["visit_needed"],
    key="P91",
    name="走访",
)


def a_form(title: str, **fields: Mapping[str, Any]) -> bytes:
    schema = {"title": title, "type": "object", "additionalProperties": False, "required": [], "properties": fields}
    return json.dumps(schema, ensure_ascii=False, indent=1).encode()


def a_text(title: str, **more: Any) -> dict[str, Any]:
    return {"title": title, "type": "string", "x-ui": {"kind": "text"}} | more


GRADE = {
    "title": "困难程度",
    "type": "string",
    "enum": ["困难", "中等", "一般"],
    "x-ui": {"kind": "enum"},
    "x-decides": True,
}
FORMS = {
    REPORT: a_form("报告单", child=a_text("儿童姓名", **{"x-sensitive": True})),
    VISIT: a_form("走访记录", grade=GRADE, note=a_text("情况")),
    WRITE: a_form("帮扶记录", note=a_text("帮扶内容")),
}
DECISION = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="帮扶" namespace="http://shouhu.example">
<decision id="needs_help" name="needs_help">
<variable id="v" name="needs_help"/>
<decisionTable id="t" hitPolicy="FIRST">
<input id="i"><inputExpression id="ie" typeRef="string"><text>grade</text></inputExpression></input>
<output id="o" name="help" typeRef="boolean"/>
<rule id="r1">
<inputEntry id="r1i"><text>"困难"</text></inputEntry><outputEntry id="r1o"><text>true</text></outputEntry>
</rule>
<rule id="r2">
<inputEntry id="r2i"><text>-</text></inputEntry><outputEntry id="r2o"><text>false</text></outputEntry>
</rule>
</decisionTable>
</decision>
</definitions>
"""
FILES: Mapping[str, bytes] = {
    ROLE_FILE: ROLES.encode(),
    EVENT_FILE: EVENTS.encode(),
    "processes/clauses.yaml": CLAUSES.encode(),
    PLACE: JURISDICTION.encode(),
    P90: REPORTING,
    P91: VISITING,
    TABLE: DECISION.encode(),
    **FORMS,
}


def among(
    name: str,
    fault: str,
    *,
    file: str,
    at: str | Sequence[str],
    rule: str | Sequence[str],
    old: str,
    new: str,
    near: str | None = None,
    also: Mapping[str, bytes] | None = None,
    right: str | None = None,
) -> Case:
    """A file of the small repository in which ``old`` has become ``new``; its twin has ``old``, or ``right``."""
    others = {**FILES, **(also or {})}
    sound = others.get(file) or FILES[file]
    assert old.encode() in sound, f"{name}: {old}"
    return Case(
        name=name,
        fault=fault,
        at=(at,) if isinstance(at, str) else tuple(at),
        rules=(rule,) if isinstance(rule, str) else tuple(rule),
        wrong=sound.replace(old.encode(), new.encode(), 1),
        right=sound if right is None else sound.replace(old.encode(), right.encode(), 1),
        path=file,
        near=near,
        within={path: content for path, content in others.items() if path != file},
    )


def beside(
    name: str,
    fault: str,
    *,
    at: str | Sequence[str],
    rule: str | Sequence[str],
    file: str,
    wrong: bytes,
    right: bytes,
    near: str | None = None,
    also: Mapping[str, bytes] | None = None,
) -> Case:
    """A whole file among the others."""
    return Case(
        name=name,
        fault=fault,
        at=(at,) if isinstance(at, str) else tuple(at),
        rules=(rule,) if isinstance(rule, str) else tuple(rule),
        wrong=wrong,
        right=right,
        path=file,
        near=near,
        within={path: content for path, content in {**FILES, **(also or {})}.items() if path != file},
    )

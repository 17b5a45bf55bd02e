"""Legal rules: the models that we ship, made worse than the law allows."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from lxml import etree

from tests.gate.case import Case, alone
from tests.gate.draw import catch, diagram, end, flow, message, start, task, through, timer

REPOSITORY = Path(__file__).resolve().parents[3]
#: One jurisdiction is enough: the floors are the same for all.
PLACES = ("processes/*.yaml", "processes/base/*", "processes/fh/*", "forms/base/*", "forms/fh/*")
FH = "processes/fh/jurisdiction.yaml"


@cache
def shipped(procedure: str) -> dict[str, bytes]:
    """Return the files of one jurisdiction as they are shipped, but with one procedure alone: that is quicker."""
    files = (file for place in PLACES for file in sorted(REPOSITORY.glob(place)) if file.is_file())
    files = (file for file in files if not file.name.startswith("P0") or file.name.startswith(procedure))
    read = {file.relative_to(REPOSITORY).as_posix(): file.read_bytes() for file in files}
    alone = re.sub(rb"^procedures: .*$", f"procedures: [{procedure}]".encode(), read[FH], flags=re.MULTILINE)
    alone = re.sub(rb"(?m)^cadences:.*\n(?:[-# ].*\n)*", b"", alone)
    return read | {FH: alone}


def without(file: str, *elements: str) -> bytes:
    """Return a diagram without some of its elements, and all that leads to or from them."""
    root = etree.fromstring(shipped(_procedure(file))[file])
    gone = {*elements}
    gone |= {str(one.get("id")) for one in root.iter() if {one.get("sourceRef"), one.get("targetRef")} & gone}
    for one in list(root.iter()):
        if one.get("id") in gone or one.get("bpmnElement") in gone or (one.text or "") in gone:
            parent = one.getparent()
            assert parent is not None
            parent.remove(one)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def below(
    name: str, fault: str, file: str, at: str | Sequence[str], old: str, new: str, near: str | None = None
) -> Case:
    """A file that we ship in which ``old`` has become ``new``."""
    return worse(name, fault, file, at, shipped(_procedure(file))[file].replace(old.encode(), new.encode(), 1), near)


def worse(name: str, fault: str, file: str, at: str | Sequence[str], wrong: bytes, near: str | None = None) -> Case:
    """A file that we ship, and what has become of it."""
    files = shipped(_procedure(file))
    assert wrong != files[file], name
    return Case(
        name=name,
        fault=fault,
        at=(at,) if isinstance(at, str) else tuple(at),
        rules=("floor",),
        wrong=wrong,
        right=files[file],
        path=file,
        near=near,
        within={path: content for path, content in files.items() if path != file},
    )


def _procedure(file: str) -> str:
    """Return the procedure that a file belongs to; parameters hold for all."""
    name = Path(file).name
    return name[:3] if name.startswith("P0") else "P03"


def parameter(name: str, fault: str, key: str, old: str, new: str) -> Case:
    return below(name, fault, FH, key, f"  {key}: {{value: {old},", f"  {key}: {{value: {new},")


def required(name: str, fault: str, form: str, field: str) -> Case:
    """A form that no longer asks for a field."""
    file = f"forms/base/{form}.json"
    text = shipped(_procedure(file))[file].decode()
    head, _, tail = text.partition('"required": [')
    asked, _, rest = tail.partition("]")
    fields = [one.strip() for one in asked.split(",") if one.strip() != f'"{field}"']
    return below(name, fault, file, (field, ""), text, f'{head}"required": [{", ".join(fields)}]{rest}', near="")


def code(value: str) -> str:
    return f'<spiffworkflow:property name="code" value="{value}" />'


def redirect(source: str, target: str, to: str) -> tuple[str, str]:
    """A flow's end as it is, and where it leads instead."""
    return f'sourceRef="{source}" targetRef="{target}"', f'sourceRef="{source}" targetRef="{to}"'


PETITION = (
    '<bpmn:sequenceFlow id="choose_applicant__file_petition" sourceRef="choose_applicant" targetRef="file_petition" />'
)
WAITING = """<bpmn:sequenceFlow id="choose_applicant__wait" sourceRef="choose_applicant" targetRef="wait_first" />
    <bpmn:intermediateCatchEvent id="wait_first" name="先等六个月">
      <bpmn:incoming>choose_applicant__wait</bpmn:incoming>
      <bpmn:outgoing>choose_applicant__file_petition</bpmn:outgoing>
      <bpmn:timerEventDefinition id="wait_first_timer">
        <bpmn:timeDuration xsi:type="bpmn:tFormalExpression">P6M</bpmn:timeDuration>
      </bpmn:timerEventDefinition>
    </bpmn:intermediateCatchEvent>
    <bpmn:sequenceFlow id="choose_applicant__file_petition" sourceRef="wait_first" targetRef="file_petition" />"""
PETITIONER = """<spiffworkflow:property name="role" value="@applicant/civil_affairs" />
          <spiffworkflow:property name="limit" value="t_petition" />"""
#: Who may read the name of the reporter.
READERS = """"x-masked": [
        "police",
        "police_station"
      ],
      "x-sensitive": true,
      "maxLength": 50"""
P04, P06, P07 = (f"processes/base/{key}.bpmn" for key in ("P04", "P06", "P07"))


def clocked(name: str, fault: str, said: str) -> Case:
    """A diagram of elsewhere in which a message of weight is sent when a time is over."""
    done = end("end", message(said))
    petition, trial = task("petition", code="P07-T3", role="civil_affairs"), task("trial", code="P07-T6", role="court")
    tried = (start(), petition, trial, done, flow("start", "petition", "trial", "end"))
    checked = (start(), task("check", code="P06-T8", role="civil_affairs"), done, flow("start", "check", "end"))
    return alone(
        name,
        fault,
        at=("end", "wait"),
        rule="floor",
        wrong=diagram(start(), catch("wait", timer("P6M")), done, flow("start", "wait", "end"), messages=[said]),
        right=diagram(*(tried if said == "guardianship_revoked" else checked), messages=[said]),
    )


def reported(**masked: Sequence[str]) -> bytes:
    """A form of elsewhere that asks for the reporter's name."""
    field = {"title": "报告人姓名", "type": "string", "x-ui": {"kind": "text"}} | {
        key.replace("_", "-"): [*value] for key, value in masked.items()
    }
    schema = {
        "title": "报告单",
        "type": "object",
        "additionalProperties": False,
        "properties": {"reporter_name": field},
    }
    return json.dumps(schema, ensure_ascii=False, indent=1).encode()


CASES = (
    clocked("revoked-by-the-clock", "期限一到就撤销监护人资格", "guardianship_revoked"),
    clocked("ground-by-the-clock-elsewhere", "期限一到就认定撤销情形", "ground_established"),
    alone(
        "reporter-open-elsewhere",
        "报告人的姓名谁都看得见",
        at="reporter_name",
        rule="floor",
        wrong=reported(),
        right=reported(x_masked=["police"]),
        suffix=".json",
    ),
    alone(
        "report-takes-longer-elsewhere",
        "报告期限写成九十天",
        at="report",
        rule="floor",
        wrong=through(task("report", code="P01-T2", role="school", limit='t_report: duration("P90D")')),
        right=through(task("report", code="P01-T2", role="school", limit='t_report: duration("PT24H")')),
    ),
    parameter("court-takes-longer", "审理期限比法律长", "t_court", "P30D", "P60D"),
    parameter("report-takes-longer", "报告期限过长", "t_report", "PT1H", "P3D"),
    parameter("dispatch-takes-longer", "出警期限过长", "t_dispatch", "PT30M", "P1D"),
    parameter("care-takes-longer", "临时照料超过一年", "t_place_max", "P1Y", "P2Y"),
    parameter("refusal-too-short", "拒不履行不满六个月", "refusal_threshold", "P6M", "P1M"),
    parameter("no-education", "没有教育过就认定教育不改", "educations_before_g1", "1", "0"),
    below(
        "scope-narrowed",
        "保护范围缩小到十四周岁以下",
        FH,
        ("scope.age", "age", "scope"),
        "  age: 16",
        "  age: 14",
        near="age: 14",
    ),
    below(
        "reporter-shown",
        "报告人的身份给别人看",
        "forms/fh/P01-T2.json",
        "reporter_name",
        READERS,
        READERS.replace("police_station", "school"),
    ),
    below(
        "judge-replaced",
        "不由法院审理",
        P07,
        (
            "try_case",
            "name_guardian",
            "spread_ruling",
            "tell_placement",
            "tell_intervention",
            "guardian_named",
            "update_register",
        ),
        code("P07-T6"),
        code("P07-T6") + '<spiffworkflow:property name="role" value="civil_affairs" />',
        near='"try_case"',
    ),
    below(
        "guardian-named-without-trial",
        "没有判决就指定监护人",
        P07,
        ("name_guardian", "tell_placement", "tell_intervention", "guardian_named", "update_register"),
        *redirect("file_directly", "merge_petitions", "name_guardian"),
        near='"name_guardian"',
    ),
    below(
        "every-ground-waits",
        "所有情形都先等六个月",
        P07,
        ("file_petition", "wait_first", "try_case"),
        PETITION,
        WAITING,
        near="",
    ),
    below(
        "gate-on-petition",
        "申请也以六个月为限",
        P07,
        ("file_petition",),
        PETITIONER,
        PETITIONER.replace("t_petition", "refusal_threshold"),
    ),
    below(
        "ground-by-the-clock",
        "期限一到就认定，没有人核实",
        P06,
        ("ground_of_refusal",),
        *redirect("ask_over", "verify_livelihood", "ground_of_refusal"),
    ),
    worse(
        "no-child-opinion",
        "安置时不问孩子",
        P04,
        ("choose_place", "escort", "open_placement"),
        without(P04, "ask_child", "child_heard"),
        near="",
    ),
    worse(
        "no-written-handover",
        "交接没有书面手续",
        P04,
        ("accept_child",),
        without(P04, "hand_over_in_writing", "handed_over"),
        near="",
    ),
    required("opinion-not-recorded", "不记录孩子有没有表达能力", "P04-T1", "can_express"),
    required("handover-without-giver", "交接单没有移交人", "P04-T4", "giver"),
    required("transfer-without-receipt", "移送没有签收", "P01-T5", "received_ack"),
    required("ground-without-evidence", "认定情形不列证据", "P07-T1", "evidence_list"),
    required("receiver-unchecked", "交回孩子不核对身份", "P04-T9", "id_checked"),
)

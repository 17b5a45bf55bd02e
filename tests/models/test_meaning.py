"""What expressions, gateways and tables say that cannot be meant is found before it is published."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from engine.bpmn.findings import Finding, ModelError
from engine.bpmn.release import compile_release
from engine.cli import model as command
from engine.service.checking import check_files
from tests.bpmn.builder import diagram, end, flow, gate, start, user
from tests.feel.builders import a_decision, a_model, a_table
from tests.models.test_release import JURISDICTION, a_bundle, a_form

FIELDS: dict[str, Any] = {
    "answer": {"title": "答复", "type": "string", "enum": ["是", "否"], "x-ui": {"kind": "enum"}, "x-decides": True},
    "agreed": {"title": "同意", "type": "boolean", "x-ui": {"kind": "bool"}, "x-decides": True},
    "times": {"title": "次数", "type": "integer", "x-ui": {"kind": "int"}, "x-decides": True},
    "harms": {
        "title": "情形",
        "type": "array",
        "items": {"type": "string", "enum": ["S1", "S2", "S3"]},
        "x-ui": {"kind": "multi"},
        "x-decides": True,
    },
}
OWN = "processes/xx/P00.bpmn"
TABLE = "processes/xx/P00_step.dmn"


def the_form(*required: str) -> str:
    return a_form(properties=FIELDS, required=list(required))


def a_choice(*conditions: str, kind: str = "exclusive", default: bool = False, before: str = "") -> bytes:
    """A question, and a gateway with a way for each condition."""
    ways = "".join(end(f"way{n}") + flow("choose", f"way{n}", when=when) for n, when in enumerate(conditions))
    last = end("other") + flow("choose", "other") if default else ""
    middle = ["start", "ask", *(["decide"] if before else []), "choose"]
    return diagram(
        start(starters="police"),
        user("ask", code="P00-ask", form="P00-ask", role="police"),
        before,
        gate(kind, "choose", default="choose__other" if default else ""),
        flow(*middle),
        ways,
        last,
    )


def a_decided_choice(*conditions: str) -> bytes:
    decide = (
        '<businessRuleTask id="decide" name="定">'
        '<extensionElements><spiffworkflow:calledDecisionId xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/'
        '1.0/core">P00_step</spiffworkflow:calledDecisionId></extensionElements></businessRuleTask>'
    )
    return a_choice(*conditions, default=True, before=decide)


def a_step(inputs: list[str], rules: list[list[str]], policy: str = "UNIQUE", default: str = "") -> bytes:
    return a_model(a_decision("P00_step", a_table(inputs, ["step"], rules, policy=policy, default=default)))


def found(changes: Mapping[str, bytes | str | None], *required: str) -> list[Finding]:
    """What is said of a bundle in which the question has the fields above."""
    bundle = a_bundle({"forms/base/P00-ask.json": the_form(*required), **changes})
    try:
        return list(compile_release("xx", bundle).findings)
    except ModelError as error:
        return list(error.findings)


def rules(findings: list[Finding], severity: str = "error") -> list[str]:
    return [one.rule for one in findings if one.severity == severity]


def of(rule: str, findings: list[Finding]) -> Finding:
    return next(one for one in findings if one.rule == rule)


@pytest.mark.parametrize(
    ("condition", "rule"),
    [
        ('times = "三"', "wrong-type"),
        ("agreed > 1", "wrong-type"),
        ("answer", "wrong-type"),
        ("times and agreed", "wrong-type"),
        ("rounds_wanted = true", "wrong-type"),
        ("case.times = agreed", "wrong-type"),
        ('completed.ask = "昨天"', "wrong-type"),
        ('answer = "也许"', "unknown-option"),
        ('answer in ("是", "也许")', "unknown-option"),
        ('list contains(harms, "S9")', "unknown-option"),
        ('case.answer = "也许"', "unknown-option"),
        ("1 = 1", "constant"),
        ("true", "constant"),
        ('answer = "是" and answer = "否"', "constant"),
        ("times > 3 or times <= 3 or times = null", "constant"),
    ],
)
def test_a_condition_that_cannot_be_meant_is_an_error_at_its_flow(condition: str, rule: str) -> None:
    findings = found({OWN: a_choice(condition, default=True)})

    finding = of(rule, findings)
    assert (finding.severity, finding.file, finding.element) == ("error", OWN, "choose__way0")
    assert finding.line
    assert condition in finding.message


@pytest.mark.parametrize(
    "condition",
    [
        "times = 3",
        'answer = "是" or answer = null',
        'list contains(harms, "S2") and not(agreed = true)',
        "times >= rounds_wanted",
        "completed.ask + t_report < now",
        'started_by = "police"',
        "case.agreed = true",
    ],
)
def test_a_condition_that_can_be_meant_is_left_alone(condition: str) -> None:
    findings = found({OWN: a_choice(condition, default=True)})

    assert rules(findings) == []


def test_a_condition_that_the_options_of_the_form_never_meet_is_a_warning() -> None:
    findings = found({OWN: a_choice('not(answer in ("是", "否")) and answer != null', default=True)})

    assert of("never", findings).severity == "warning"


@pytest.mark.parametrize("kind", ["exclusive", "inclusive"])
def test_a_gateway_that_leaves_a_case_out_is_refused_with_the_case(kind: str) -> None:
    findings = found({OWN: a_choice('answer = "是"', "agreed = true", kind=kind)}, "answer", "agreed")

    finding = of("no-way-out", findings)
    assert (finding.severity, finding.element) == ("error", "choose")
    assert '答复（answer）= "否"，同意（agreed）= false' in finding.message


@pytest.mark.parametrize(
    "conditions",
    [
        ('answer = "是"', 'answer = "否"'),
        ("agreed = true", "not(agreed)"),
        ("times < 3", "times >= 3"),
        ("agreed and times > 5", "times <= 5", "agreed = false"),
    ],
)
def test_a_gateway_that_leaves_no_case_out_passes_where_the_form_asks_for_every_answer(
    conditions: tuple[str, ...],
) -> None:
    source = a_choice(*conditions)

    assert rules(found({OWN: source}, *FIELDS)) == []
    left_out = of("no-way-out", found({OWN: source}))
    assert (left_out.severity, "没有填" in left_out.message) == ("error", True)


def test_a_list_of_several_choices_leaves_out_what_no_condition_names() -> None:
    two = found({OWN: a_choice('list contains(harms, "S1")', 'list contains(harms, "S2")')}, *FIELDS)
    three = found({OWN: a_choice(*(f'list contains(harms, "S{n}")' for n in (1, 2, 3)))}, *FIELDS)

    assert of("no-way-out", two).severity == "error"
    assert of("no-way-out", three).severity == "note"
    assert "不能自动分析" in of("no-way-out", three).message


def test_a_gateway_with_a_default_flow_may_leave_out_what_it_likes() -> None:
    assert rules(found({OWN: a_choice('answer = "是"', "agreed = true", default=True)})) == []


def test_an_expression_of_a_form_compares_only_what_there_is() -> None:
    wrong = FIELDS | {"why": {"title": "原因", "type": "string", "x-visible-when": 'answer = "也许"'}}

    findings = found({"forms/xx/P00-ask.json": a_form(properties=wrong, required=[])})

    assert (of("unknown-option", findings).file, of("unknown-option", findings).element) == (
        "forms/xx/P00-ask.json",
        "why",
    )


def test_a_table_with_a_gap_is_refused_with_the_row_that_is_missing() -> None:
    rows = [['"是"', "true", '"甲"'], ['"否"', "-", '"乙"']]

    findings = found({OWN: a_decided_choice('step = "甲"'), TABLE: a_step(["answer", "agreed"], rows)}, *FIELDS)

    finding = of("table-gap", findings)
    assert (finding.severity, finding.file) == ("error", TABLE)
    assert finding.line
    assert 'answer = "是"，agreed = false' in finding.message


def test_a_gap_that_somebody_handles_is_a_warning_and_a_default_leaves_none() -> None:
    rows = [['"是"', '"甲"']]
    asked = {OWN: a_decided_choice("step = null"), TABLE: a_step(["answer"], rows)}
    default = {OWN: a_decided_choice('step = "甲"'), TABLE: a_step(["answer"], rows, default='"丙"')}

    assert of("table-gap", found(asked, *FIELDS)).severity == "warning"
    assert rules(found(default, *FIELDS)) == []


def test_a_table_is_complete_where_it_has_a_row_for_every_option() -> None:
    rows = [['"是"', '"甲"'], ['"否"', '"乙"']]
    changes: dict[str, bytes | str | None] = {OWN: a_decided_choice('step = "甲"'), TABLE: a_step(["answer"], rows)}

    assert [one for one in found(changes, *FIELDS) if one.file == TABLE] == []
    assert of("table-gap", found(changes)).severity == "warning"


@pytest.mark.parametrize(
    ("policy", "rows", "rule", "severity"),
    [
        ("UNIQUE", [["< 5", '"甲"'], [">= 3", '"乙"']], "table-overlap", "error"),
        ("UNIQUE", [["-", '"甲"'], ["3", '"乙"']], "table-overlap", "error"),
        ("ANY", [["< 5", '"甲"'], [">= 3", '"乙"']], "table-overlap", "error"),
        ("FIRST", [["-", '"甲"'], ["3", '"乙"']], "dead-rule", "warning"),
    ],
)
def test_rules_that_meet_or_never_decide_are_named_with_a_row(
    policy: str, rows: list[list[str]], rule: str, severity: str
) -> None:
    changes: dict[str, bytes | str | None] = {
        OWN: a_decided_choice('step = "甲"'),
        TABLE: a_step(["times"], rows, policy),
    }

    finding = of(rule, found(changes, *FIELDS))

    assert finding.severity == severity
    assert "times = " in finding.message


def test_a_cell_that_the_input_can_never_be_is_an_error() -> None:
    option = [['"也许"', '"甲"'], ["-", '"乙"']]
    kind = [['"三"', '"甲"'], ["-", '"乙"']]

    def said(column: str, rows: list[list[str]]) -> list[Finding]:
        return found({OWN: a_decided_choice('step = "甲"'), TABLE: a_step([column], rows, "FIRST")}, *FIELDS)

    assert of("unknown-option", said("answer", option)).severity == "error"
    assert of("wrong-type", said("times", kind)).severity == "error"


def test_a_table_that_reads_what_nobody_gives_is_refused() -> None:
    findings = found({OWN: a_decided_choice('step = "甲"'), TABLE: a_step(["anwser"], [["-", '"甲"']])}, *FIELDS)

    assert "anwser" in of("unknown-name", findings).message


def test_a_cell_that_computes_is_said_not_to_be_analysed() -> None:
    findings = found({OWN: a_decided_choice('step = "甲"'), TABLE: a_step(["times"], [["? * 2 > 5", '"甲"']])})

    assert (of("table-unclear", findings).severity, rules(findings)) == ("note", [])


def test_what_a_shared_diagram_says_for_another_place_is_a_note_and_for_no_place_an_error(tmp_path: Path) -> None:
    other = JURISDICTION.replace("code: xx", "code: yy").replace("xx.", "yy.").replace("key: xx", "key: yy")
    files = a_bundle(
        {
            "processes/yy/jurisdiction.yaml": other.replace("area: xx", "area: yy"),
            "processes/base/P00.bpmn": a_choice('answer = "也许"', default=True),
            "forms/base/P00-ask.json": the_form(),
        }
    )
    for path, content in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    shared = [tmp_path / "processes/base/P00.bpmn"]

    (nowhere,) = check_files(tmp_path, shared)
    (tmp_path / "forms/yy").mkdir()
    offered = json.loads(json.dumps(FIELDS))
    offered["answer"]["enum"].append("也许")
    (tmp_path / "forms/yy/P00-ask.json").write_text(a_form(properties=offered, required=[]), encoding="utf-8")
    (elsewhere,) = check_files(tmp_path, shared)

    assert [(one.rule, one.severity) for one in nowhere.findings] == [("unknown-option", "error")]
    assert [(one.rule, one.severity) for one in elsewhere.findings] == [("unknown-option", "note")]
    assert elsewhere.findings[0].message.endswith("（xx）")


FAULTY = {
    "gap.dmn": a_step(["times"], [["< 3", '"甲"'], ["> 3", '"乙"']]),
    "overlap.dmn": a_step(["times"], [["<= 3", '"甲"'], [">= 3", '"乙"']]),
    "stall.bpmn": a_choice("times < 3", "times > 3"),
    "constant.bpmn": a_choice("1 = 1", default=True),
    "python.bpmn": a_choice('__import__("os").getpid() > 0', default=True),
    "method.bpmn": a_choice('os.popen("id").read() = "root"', default=True),
    "method.dmn": a_step(["os.getpid()"], [["-", '"甲"']]),
    "script.bpmn": diagram(
        start(), '<scriptTask id="s"><script>1</script></scriptTask>', end(), flow("start", "s", "end")
    ),
    "doctype.bpmn": b'<!DOCTYPE a [<!ENTITY x "y">]>' + a_choice("times < 3", default=True),
    "doctype.dmn": b'<!DOCTYPE a [<!ENTITY x "y">]>' + a_step(["times"], [["-", '"甲"']]),
    "python.dmn": a_step(["times"], [["__import__('os')", '"甲"']]),
    "cut.bpmn": a_choice("times < 3", default=True)[:300],
}
MENDED = {
    "gap.dmn": a_step(["times"], [["< 3", '"甲"'], [">= 3", '"乙"']]),
    "stall.bpmn": a_choice("times < 3", "times >= 3"),
    "constant.bpmn": a_choice("times = 1", default=True),
    "words.dmn": a_step(["answer"], [['"是"', '"甲"'], ['"否"', '"乙"']]),
}


@pytest.mark.parametrize("name", FAULTY)
def test_the_command_refuses_a_faulty_file_from_elsewhere(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(FAULTY[name])

    told = CliRunner().invoke(command.model, ["check", "--json", str(tmp_path / name)])

    assert told.exit_code == 1
    (data,) = [json.loads(line) for line in told.output.splitlines()]
    assert data["file"] == str(tmp_path / name)
    errors = [one for one in data["findings"] if one["severity"] == "error"]
    assert errors
    assert all(set(one) == {"rule", "element", "line", "message", "severity"} for one in data["findings"])


@pytest.mark.parametrize("name", MENDED)
def test_the_command_accepts_its_mended_twin(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(MENDED[name])

    told = CliRunner().invoke(command.model, ["check", "--json", str(tmp_path / name)])

    assert told.exit_code == 0, told.output

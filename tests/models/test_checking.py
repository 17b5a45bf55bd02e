"""What ``shouhu model`` says of files: of the repository's own, and of those that come from elsewhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from engine.bpmn import decisionfiles
from engine.cli import model as command
from engine.service.checking import check_files
from engine.service.coverage import coverage
from tests.bpmn.builder import catch, diagram, end, flow, gate, message, start, throw, user
from tests.models.test_release import JURISDICTION, a_bundle, a_field, a_form

ROOT = Path(__file__).resolve().parents[2]
CLAUSES = "- {id: XX-1, executable: true}\n- {id: XX-2, executable: true}\n- {id: XX-3, executable: false}\n"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one small jurisdiction."""
    for path, content in a_bundle({"processes/clauses.yaml": CLAUSES}).items():
        write(tmp_path / path, content)
    return tmp_path


def write(path: Path, content: bytes | str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def a_foreign_diagram(**task: str) -> bytes:
    return diagram(start(), user("ask", **task), end(), flow("start", "ask", "end"))


def test_the_models_that_ship_can_be_published() -> None:
    results = check_files(ROOT, [ROOT / "processes", ROOT / "forms"])

    assert len(results) > 50
    errors = [f"{one.file}: {found}" for one in results for found in one.findings if found.severity == "error"]
    assert errors == []


def test_a_file_of_the_repository_is_checked_as_part_of_its_release(repository: Path) -> None:
    form = write(repository / "forms/base/P00-ask.json", a_field(title=""))

    results = check_files(repository, [form])

    assert [(one.file, [found.rule for found in one.findings]) for one in results] == [
        ("forms/base/P00-ask.json", ["field-title"])
    ]


def test_a_finding_of_one_jurisdiction_alone_says_whose_it_is(repository: Path) -> None:
    other = JURISDICTION.replace("code: xx", "code: yy").replace("xx.", "yy.").replace("key: xx", "key: yy")
    without = other.replace("area: xx", "area: yy").replace("t_report", "t_other").replace("XX-1", "XX-2")
    write(repository / "processes/yy/jurisdiction.yaml", without)
    write(repository / "processes/base/P00.bpmn", a_bundle(limit="t_report")["processes/base/P00.bpmn"])

    (result,) = check_files(repository, [repository / "processes/base/P00.bpmn"])

    assert [(one.rule, one.message.endswith("（yy）")) for one in result.findings] == [("unknown-parameter", True)]


def test_what_a_foreign_file_lacks_here_is_a_warning_and_what_cannot_run_is_an_error(
    repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    fair = write(elsewhere / "fair.bpmn", a_foreign_diagram(role="judge", limit="t_none", clauses="ZZ-1"))
    broken = write(elsewhere / "broken.bpmn", a_foreign_diagram(role="police", watch="t: 1 +"))

    lacking, unfit = check_files(repository, [fair, broken])

    assert {one.rule for one in lacking.findings} >= {
        "unknown-role",
        "unknown-parameter",
        "unknown-clause",
        "missing-form",
    }
    assert {one.severity for one in lacking.findings} == {"warning"}
    assert lacking.passed
    assert [one.rule for one in unfit.findings if one.severity == "error"] == ["feel"]
    assert not unfit.passed


def test_a_file_of_elsewhere_waits_for_others_but_not_for_what_it_alone_would_send(
    repository: Path, tmp_path: Path
) -> None:
    def waiting(first: str, second: str) -> bytes:
        nodes = (gate("parallel", "f"), catch("one", message(first)), throw("tell_two", second))
        others = (catch("two", message(second)), throw("tell_one", first), gate("parallel", "j"))
        ways = flow("start", "f", "one", "tell_two", "j", "end") + flow("f", "two", "tell_one", "j")
        return diagram(start(), *nodes, *others, end(), ways, messages=(first, second))

    circle = write(tmp_path / "circle.bpmn", waiting("one_ready", "two_ready"))
    told = write(
        tmp_path / "told.bpmn",
        diagram(
            start(), catch("one", message("one_ready")), end(), flow("start", "one", "end"), messages=("one_ready",)
        ),
    )

    among_themselves, from_others = check_files(repository, [circle, told])

    assert {one.rule for one in among_themselves.findings if one.severity == "error"} == {"deadlock"}
    assert from_others.passed


def test_a_field_that_a_form_of_elsewhere_requires_is_in_it_or_in_a_block_that_all_share(
    repository: Path, tmp_path: Path
) -> None:
    one = {"title": "一", "type": "string", "x-ui": {"kind": "text"}}
    write(repository / "forms/base/B-PERSON.json", a_form(properties={"of_block": one}, required=[]))
    ghost = write(tmp_path / "P00-a.json", a_form(properties={"one": one}, required=["ghost"]))
    block = a_form(properties={"one": one}, required=["of_block"], **{"x-blocks": ["B-PERSON"]})
    shared = write(tmp_path / "P00-b.json", block)

    lacking, fair = check_files(repository, [ghost, shared])

    assert [(one.rule, one.element) for one in lacking.findings] == [("unknown-field", "ghost")]
    assert fair.passed


def test_a_task_to_which_nothing_leads_is_found_where_tasks_have_no_code(repository: Path, tmp_path: Path) -> None:
    tasks = '<userTask id="visit" name="走访"/><userTask id="write_up" name="记录"/>'
    ways = flow("start", "visit", "end") + flow("write_up", "later")
    lost = write(tmp_path / "lost.bpmn", diagram(start(), tasks, end(), end("later"), ways))

    [checked] = check_files(repository, [lost])

    found = [(one.rule, one.element) for one in checked.findings if one.severity == "error"]
    assert found == [("unreached", "write_up")]


def test_a_drawing_of_elsewhere_whose_tasks_have_no_code_and_no_lane_is_only_reminded(
    repository: Path, tmp_path: Path
) -> None:
    task = '<userTask id="visit" name="走访"/>'
    drawn = tmp_path / "drawn.bpmn"
    drawn.write_bytes(diagram(start(), task, end(), flow("start", "visit", "end")))

    [checked] = check_files(repository, [drawn])

    assert {(one.rule, one.severity) for one in checked.findings} == {
        ("code", "warning"),
        ("unknown-role", "warning"),
    }


def test_a_copy_of_a_repository_is_checked_as_one(repository: Path) -> None:
    """What stands below its folders belongs to its releases, wherever the copy lies."""
    form = write(repository / "forms/base/P00-ask.json", a_field(title=""))

    [checked] = check_files(ROOT, [form])

    assert (checked.file, [one.rule for one in checked.findings]) == ("forms/base/P00-ask.json", ["field-title"])


def test_what_is_no_xml_is_not_read_any_further(tmp_path: Path) -> None:
    bomb = write(tmp_path / "bomb.bpmn", '<!DOCTYPE d [<!ENTITY a "b">]><definitions>&a;</definitions>')

    [checked] = check_files(ROOT, [bomb])

    assert [one.rule for one in checked.findings] == ["doctype"]


def test_the_texts_of_a_form_of_elsewhere_are_read_and_names_it_does_not_know_are_reminders(tmp_path: Path) -> None:
    seen = {"x-ui": {"kind": "text"}, "type": "string"}
    form = {
        "code": {**seen, "title": "一", "x-visible-when": "open(1).read()"},
        "stranger": {**seen, "title": "二", "x-visible-when": "somewhere = 1"},
    }
    file = write(tmp_path / "P00-ask.json", a_form(properties=form, required=[]))

    [checked] = check_files(ROOT, [file])

    assert ("feel", "code", "error") in {(one.rule, one.element, one.severity) for one in checked.findings}
    assert ("unknown-name", "stranger", "warning") in {(o.rule, o.element, o.severity) for o in checked.findings}


def test_the_plan_of_a_year_is_checked_as_one(repository: Path) -> None:
    plan = write(repository / "processes/calendars/2030.yaml", "year: 2030\ntitle: 试\nsource: 试\noff: [2031-05-01]\n")

    [checked] = check_files(repository, [plan])

    assert not checked.passed


def test_a_folder_stands_for_the_model_files_in_it(repository: Path) -> None:
    write(repository / "processes/base/notes.txt", "—")

    files = [one.file for one in check_files(repository, [repository / "processes"])]

    assert files == [path for path in sorted(a_bundle()) if path.startswith("processes/")]


def test_coverage_counts_the_executable_clauses_that_diagrams_and_parameters_name(repository: Path) -> None:
    (before,) = coverage(repository)
    write(repository / "processes/base/P00.bpmn", a_bundle(clauses="XX-2")["processes/base/P00.bpmn"])
    (after,) = coverage(repository)

    assert (before.jurisdiction, before.covered, before.missing) == ("xx", ("XX-1",), ("XX-2",))
    assert (after.covered, after.missing) == (("XX-1", "XX-2"), ())


def test_the_command_says_file_line_and_element_and_fails_on_an_error(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "ROOT", repository)
    path = write(repository / "processes/base/P00.bpmn", a_bundle(role="court")["processes/base/P00.bpmn"])

    told = CliRunner().invoke(command.model, ["check", str(path)])
    data = CliRunner().invoke(command.model, ["check", "--json", str(path)])

    assert told.exit_code == data.exit_code == 1
    assert "未通过" in told.output
    (one,) = [json.loads(line) for line in data.output.splitlines()]
    assert one["file"] == "processes/base/P00.bpmn"
    finding = next(one for one in one["findings"] if one["severity"] == "error")
    assert set(finding) == {"rule", "element", "line", "message", "severity"}
    assert (finding["rule"], finding["element"]) == ("role-without-unit", "ask")


def test_the_command_passes_where_nothing_is_wrong(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "ROOT", repository)

    told = CliRunner().invoke(command.model, ["check", str(repository / "processes"), str(repository / "forms")])
    counted = CliRunner().invoke(command.model, ["coverage", "--json"])

    assert told.exit_code == 0
    assert json.loads(counted.output)["total"] == {"covered": 1, "executable": 2}


def test_a_cell_of_another_kind_than_its_column_is_an_error_of_a_table_of_elsewhere(tmp_path: Path) -> None:
    folder = ROOT / "tests/lint/models/decision-file/right/processes/base"
    table = (folder / "P00_level.dmn").read_text(encoding="utf-8")
    file = write(tmp_path / "P00_level.dmn", table.replace('"有"', "5", 1))

    [checked] = check_files(ROOT, [file])

    found = [(one.rule, one.element) for one in checked.findings if one.severity == "error"]
    assert found == [("wrong-type", "row_1_in")]


def test_a_table_reads_process_data_by_name_and_gives_what_its_columns_are_called() -> None:
    name = "processes/base/P05_support.dmn"

    table = decisionfiles.read((ROOT / name).read_bytes(), file=name)

    assert table.outputs == ("support_needed",)
    assert table.evaluate({"safety": "危险"}).outputs == {"support_needed": True}


def test_a_table_that_cannot_be_used_is_refused_with_its_line(repository: Path) -> None:
    broken = (
        (ROOT / "processes/base/P05_support.dmn")
        .read_text(encoding="utf-8")
        .replace("<text>safety<", "<text>safety +<")
    )

    (result,) = check_files(repository, [write(repository / "P05_support.dmn", broken)])

    assert [one.rule for one in result.findings] == ["decision-file"]
    assert result.findings[0].line > 0

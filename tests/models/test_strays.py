"""Files of a repository that nobody publishes, or that look like others, are named and not passed over."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.service.checking import check_files
from tests.bpmn.builder import diagram, end, flow, start, user
from tests.models.test_checking import write
from tests.models.test_release import a_bundle

DIAGRAM = diagram(start(), user("ask", code="P09-ask"), end(), flow("start", "ask", "end"), key="P00")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one small jurisdiction."""
    for path, content in a_bundle().items():
        write(tmp_path / path, content)
    return tmp_path


def errors(root: Path, path: str) -> list[str]:
    (result,) = check_files(root, [root / path])
    return [one.rule for one in result.findings if one.severity == "error"]


def test_a_repository_as_it_should_be_has_no_strays(repository: Path) -> None:
    results = check_files(repository, [repository / "processes", repository / "forms"])

    assert [one.file for one in results if not one.passed] == []
    assert {found.rule for one in results for found in one.findings if found.severity != "note"} <= {"unheard-event"}


def test_a_file_of_a_jurisdiction_that_does_not_exist_is_refused(repository: Path) -> None:
    write(repository / "processes/zz/P00.bpmn", DIAGRAM)

    assert "no-such-place" in errors(repository, "processes/zz/P00.bpmn")


@pytest.mark.parametrize("name", ["p00.bpmn", "Р00.bpmn", "P0O.bpmn", "Ｐ00.bpmn"])
def test_two_versions_whose_names_look_the_same_are_refused(repository: Path, name: str) -> None:
    write(repository / "processes/xx" / name, DIAGRAM)

    assert "same-name" in errors(repository, f"processes/xx/{name}")


def test_a_diagram_under_another_procedures_id_is_refused(repository: Path) -> None:
    write(repository / "processes/xx/P99.bpmn", DIAGRAM)

    assert errors(repository, "processes/xx/P99.bpmn") == ["process-id"]


def test_a_file_that_nobody_publishes_is_checked_all_the_same(repository: Path) -> None:
    broken = DIAGRAM.replace(b'targetRef="end"', b'targetRef="nowhere"').replace(b'id="P00"', b'id="P99"')
    write(repository / "processes/xx/P99.bpmn", broken)

    assert "dangling-flow" in errors(repository, "processes/xx/P99.bpmn")

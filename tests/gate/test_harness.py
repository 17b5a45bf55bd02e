"""The harness can fail: a checker that trusts its files is caught at everything that the gate must not do."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from lxml import etree

from engine.bpmn.findings import Finding
from tests.gate.case import Case, alone
from tests.gate.draw import LINE, el, end, flow, start
from tests.gate.judge import Checker, complaints_of_right, complaints_of_wrong, words
from tests.gate.probe import Probe, a_probe


@pytest.fixture
def probe(tmp_path: Path) -> Iterator[Probe]:
    with a_probe(tmp_path) as made:
        yield made


def a_case(text: str, right: Sequence[str] = LINE) -> Case:
    wrong = (
        start(),
        el("scriptTask", "visit", f"<bpmn:script>{text}</bpmn:script>"),
        end(),
        flow("start", "visit", "end"),
    )
    return alone("hostile", "脚本任务", at="visit", rule="script-task", wrong=wrong, right=right)


def trusting(root: Path, files: Sequence[Path]) -> Sequence[Sequence[Finding]]:
    """A checker that runs the scripts of a model, as the library does, and finds nothing."""
    for file in files:
        for script in re.findall("<bpmn:script>(.*?)</bpmn:script>", file.read_text(), re.DOTALL):
            exec(script, {})  # noqa: S102 - what is to be caught
    return [()] * len(files)


def says(rule: str, message: str, *, element: str = "visit", line: int = 5) -> Checker:
    """A checker that says the same of every file."""

    def check(root: Path, files: Sequence[Path]) -> Sequence[Sequence[Finding]]:
        return [[Finding(rule=rule, message=message, file=str(file), element=element, line=line)] for file in files]

    return check


def silent(root: Path, files: Sequence[Path]) -> Sequence[Sequence[Finding]]:
    """A checker that finds nothing."""
    return [()] * len(files)


SOUND = "不支持脚本任务：请用网关条件"


@pytest.mark.parametrize(
    ("script", "seen"),
    [
        ("__import__('pathlib').Path('@CANARY@').write_text('x')", "open"),
        ("__import__('os').system('touch @CANARY@')", "os.system"),
        ("__import__('os').system('touch @CANARY@')", "written"),
        ("__import__('subprocess').run(['true'])", "subprocess.Popen"),
        ("__import__('socket').create_connection(('127.0.0.1', @PORT@)).close()", "socket reached"),
        ("__import__('socket').create_connection(('127.0.0.1', @PORT@)).close()", "socket.connect"),
        ("__import__('pathlib').Path('@SECRET@').read_text()", "secret"),
        ("pid = __import__('os').fork()\nif not pid: __import__('os')._exit(0)\n__import__('os').wait()", "os.fork"),
        ("x = '@CANARY@'", "compile of a text"),
    ],
)
def test_a_checker_that_runs_scripts_is_seen(script: str, seen: str, probe: Probe, tmp_path: Path) -> None:
    told = complaints_of_wrong([a_case(script)], trusting, probe, tmp_path / "models")

    assert any(seen in one for said in told.values() for one in said)
    assert "let through" in told["hostile"]


def test_a_reader_that_resolves_entities_is_seen(probe: Probe, tmp_path: Path) -> None:
    """Files that a library opens in C are seen by what it then tells."""
    case = alone(
        "entity",
        "外部实体",
        at="",
        rule="doctype",
        wrong=b'<!DOCTYPE d [<!ENTITY x SYSTEM "file://@SECRET@">]>\n<d>&x;</d>',
        right=LINE,
    )

    def resolving(root: Path, files: Sequence[Path]) -> Sequence[Sequence[Finding]]:
        parser = etree.XMLParser(resolve_entities=True, load_dtd=True)
        return [
            says("doctype", f"名称不对：{etree.parse(file, parser).getroot().text}")(root, [file])[0] for file in files
        ]

    told = complaints_of_wrong([case], resolving, probe, tmp_path / "models")

    assert any("the secret is told" in one for one in told["entity"])


@pytest.mark.parametrize(
    ("checker", "complaint"),
    [
        (silent, "let through"),
        (says("script-task", SOUND, element="start"), "a neighbour is blamed"),
        (says("something-else", SOUND), "rules"),
        (says("script-task", SOUND, line=2), "lines"),
        (says("script-task", "scripts are not supported here"), "not in plain Chinese"),
        (says("script-task", "出错了：ValueError: invalid literal for int"), "not in plain Chinese"),
    ],
)
def test_a_checker_that_answers_wrongly_is_told(checker: Checker, complaint: str, probe: Probe, tmp_path: Path) -> None:
    told = complaints_of_wrong([a_case("x = 1")], checker, probe, tmp_path / "models")

    assert any(one.startswith(complaint) for one in told["hostile"])


def test_a_checker_that_answers_rightly_is_not_blamed(probe: Probe, tmp_path: Path) -> None:
    assert complaints_of_wrong([a_case("x = 1")], says("script-task", SOUND), probe, tmp_path / "models") == {}


def test_a_checker_that_refuses_everything_fails_the_twins(probe: Probe, tmp_path: Path) -> None:
    told = complaints_of_right([a_case("x = 1")], says("script-task", SOUND), probe, tmp_path / "models")

    assert "refused" in told["hostile"][0]


def test_another_program_than_the_quarantine_is_seen(probe: Probe, tmp_path: Path) -> None:
    def starting(root: Path, files: Sequence[Path]) -> Sequence[Sequence[Finding]]:
        subprocess.run([os.fspath("/bin/true"), "engine.bpmn.inspection"], check=True)
        return [()] * len(files)

    told = complaints_of_wrong([a_case("x = 1")], starting, probe, tmp_path / "models")

    assert any("subprocess.Popen" in one for one in told[""])


def test_names_of_functions_are_no_english() -> None:
    finding = Finding(rule="x", message="请写作 date and time(…)，见“a b c d e”", file="x")

    assert list(words([finding])) == []

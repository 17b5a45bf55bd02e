"""The rules of the house that no linter knows; each names the file and the line that breaks it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
#: The only place that commits; migrations run each revision in a transaction of Alembic's.
COMMITS = {"engine/service/unit.py"}
#: Where the time of day is read; everything else is handed it.
READS_THE_CLOCK = {"engine/build.py"}
TEXT = {".py", ".html", ".js", ".css", ".md", ".toml", ".json", ".yaml", ".yml", ".bpmn", ".dmn", ".in", ".mjs", ""}


def python_files(*folders: str) -> list[Path]:
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    assert found, f"nothing below {folders}"
    return found


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def calls(path: Path, broken: Callable[[ast.Call], bool]) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and broken(node):
            yield f"{name_of(path)}:{node.lineno}"


def called(node: ast.Call) -> str:
    """Return the dotted name that is called, as far as it is one."""
    parts: list[str] = []
    target: ast.expr = node.func
    while isinstance(target, ast.Attribute):
        parts.append(target.attr)
        target = target.value
    if isinstance(target, ast.Name):
        parts.append(target.id)
    return ".".join(reversed(parts))


def test_packages_import_only_downwards() -> None:
    """The import rule of ARCHITECTURE.md, as written in pyproject.toml."""
    lint = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    run = subprocess.run([sys.executable, "-c", lint], capture_output=True, text=True, cwd=ROOT, check=False)
    assert run.returncode == 0, run.stdout


def test_only_the_unit_of_work_commits() -> None:
    found = [
        place
        for path in python_files("engine", "web")
        if name_of(path) not in COMMITS
        for place in calls(path, lambda node: called(node).endswith((".commit", ".commit_prepared")))
    ]
    assert found == []


def test_the_time_of_day_is_read_in_one_place() -> None:
    clocks = re.compile(r"(datetime\.(now|utcnow|today)|date\.today|time\.time)$")
    found = [
        place
        for path in python_files("engine", "web")
        if name_of(path) not in READS_THE_CLOCK
        for place in calls(path, lambda node: bool(clocks.search(called(node))))
    ]
    assert found == []


def test_no_text_becomes_python_or_a_shell_command() -> None:
    doors = {"eval", "exec", "os.system", "os.popen", "pickle.load", "pickle.loads", "yaml.load", "marshal.loads"}

    def broken(node: ast.Call) -> bool:
        shell = any(
            keyword.arg == "shell" and getattr(keyword.value, "value", None) is not False for keyword in node.keywords
        )
        return shell or called(node) in doors or (called(node) == "compile" and len(node.args) > 2)

    found = [place for path in python_files("engine", "web", "tools") for place in calls(path, broken)]
    assert found == []


def jurisdiction_words() -> set[str]:
    """Return the names of every jurisdiction, whole and without the kind of place at their end."""
    words: set[str] = set()
    for file in (ROOT / "processes").glob("*/jurisdiction.yaml"):
        name = str(yaml.safe_load(file.read_text(encoding="utf-8"))["name"])
        for part in re.findall(r"[\u4e00-\u9fff]{2,}?(?:新区|市|区|县)", name) or [name]:
            words |= {part, re.sub(r"(新区|市|区|县)$", "", part)}
    return {word for word in words if len(word) > 1}


def test_python_names_no_jurisdiction() -> None:
    """What a place does differently stands in its diagram, tables, parameters or forms."""
    words = jurisdiction_words()
    assert words
    found = [
        f"{name_of(path)}:{number} {word}"
        for path in python_files("engine", "web")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        for word in words
        if word in line
    ]
    assert found == []


def test_no_file_names_a_place_of_somebody_s_machine() -> None:
    place = re.compile(r"(?<![\w.:/\\])/(root|work|farm|home|Users)/\w")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    found = []
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path.suffix in TEXT and path.is_file() and not name.endswith("-lock.json"):
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
            found += [f"{name}:{number}" for number, line in enumerate(lines, start=1) if place.search(line)]
    assert found == []


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-test.lock", "package-lock.json"])
def test_locks_carry_digests_and_name_no_host(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")

    assert "sha256:" in text or '"integrity"' in text
    assert '"resolved"' not in text
    assert not re.search(r"--(extra-)?index-url|--find-links|--trusted-host", text)


def test_every_requirement_is_locked() -> None:
    def names(file: str) -> set[str]:
        found = re.findall(r"^([A-Za-z0-9._-]+)", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)
        return {re.sub(r"[._-]+", "-", name).lower() for name in found if not name.startswith("-")}

    assert names("requirements.in") <= names("requirements.lock")
    assert names("requirements-test.in") <= names("requirements-test.lock") | names("requirements.lock")


def test_a_file_is_read_in_one_sitting() -> None:
    longest = 400  # a page of style: near 300 it is split by subject
    found = {
        name_of(path): lines
        for path in python_files("engine", "web")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > longest
    }
    assert found == {}


def test_continuous_integration_runs_the_test_script_and_nothing_else() -> None:
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    commands = [line for line in lines if line and not line.startswith("#")]
    assert commands == ['exec "$(dirname "$0")/../test"']


def test_the_services_have_what_the_pages_ask_for() -> None:
    """``web.services.Services`` is only a shape; this holds the built services to it."""
    from engine.build import Services
    from web import services

    asked = set(services.Services.__annotations__)
    assert asked <= set(Services.__annotations__)

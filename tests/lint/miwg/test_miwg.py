"""The reference models of other tools are refused for reasons that are true, and all that cannot run is named."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
import yaml

from engine.bpmn.findings import Finding
from engine.service.checking import check_files
from tests.lint.miwg.oracle import Named, outside

ROOT = Path(__file__).resolve().parents[3]
MODELS = sorted((Path(__file__).parent / "models").glob("*.bpmn"))
REVIEWED = yaml.safe_load((Path(__file__).parent / "reviewed.yaml").read_text(encoding="utf-8"))

each_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.stem)


@cache
def checked() -> dict[Path, tuple[Finding, ...]]:
    return {Path(one.file): one.findings for one in check_files(ROOT, MODELS)}


def findings_of(model: Path) -> tuple[Finding, ...]:
    found = checked()
    return next(findings for file, findings in found.items() if file.name == model.name)


def refused(model: Path) -> set[Named]:
    return {(one.rule, one.element) for one in findings_of(model) if one.severity == "error"}


def test_there_are_all_of_them() -> None:
    assert len(MODELS) == 21


@each_model
def test_everything_that_cannot_run_is_named(model: Path) -> None:
    assert outside(model) - refused(model) == set()


@each_model
def test_nothing_else_is_named_but_what_was_gone_through_by_hand(model: Path) -> None:
    others = Counter(rule for rule, _ in refused(model) - outside(model))

    assert dict(others) == REVIEWED["files"].get(model.stem, {})
    assert set(others) <= set(REVIEWED["reasons"])


@each_model
def test_every_finding_says_where_and_why(model: Path) -> None:
    ids = {part.split('"')[0] for part in model.read_text(encoding="utf-8").split(' id="')[1:]}

    for one in findings_of(model):
        assert one.line > 0
        assert one.element in ids | {""}
        assert any("\u4e00" <= char <= "\u9fff" for char in one.message)
        assert "\n" not in one.message


def test_a_check_reads_its_files_and_does_nothing_else() -> None:
    """The interpreter tells of every file, socket and program that is asked for, whoever asks."""
    program = f"""
        import json, os, sys
        sys.path.insert(0, {str(ROOT)!r})
        import engine.cli.model  # reads what the program itself is made of
        from pathlib import Path
        from engine.bpmn import lint
        from engine.service.checking import check_files
        lint.all_rules()
        seen = []
        TOLD = ("open", "socket.", "subprocess.", "os.", "shutil.", "urllib.", "ctypes.", "exec", "import", "ftplib")
        def hook(event, args):
            if event.startswith(TOLD):
                seen.append([event, [one if isinstance(one, (int, str)) else repr(one) for one in args]])
        sys.addaudithook(hook)
        check_files(Path({str(ROOT)!r}), [Path(one) for one in {[str(one) for one in MODELS]!r}])
        told = list(seen)
        print(json.dumps(told))
    """
    run = subprocess.run([sys.executable, "-B", "-c", textwrap.dedent(program)], check=True, capture_output=True)
    seen = json.loads(run.stdout)

    opened = {args[0] for event, args in seen if event == "open" and isinstance(args[0], str)}
    written = [args for event, args in seen if event == "open" and isinstance(args[0], str) and args[2] & 0o3]
    started = [args for event, args in seen if event == "subprocess.Popen"]
    kept = (str(ROOT), sys.prefix, sys.base_prefix, "/dev/null")
    assert [one for one in opened if not one.startswith(kept)] == []
    assert [one for one in written if one[0] != "/dev/null"] == []
    assert len(started) == 1
    assert "engine.bpmn.inspection" in str(started[0])
    assert [
        event for event, _ in seen if event.startswith(("socket.", "urllib.", "ctypes.", "os.system", "os.exec"))
    ] == []

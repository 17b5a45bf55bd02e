"""``shouhu scenario``: play golden cases."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from engine.adapters.postgres import Cluster
from engine.adapters.vault import Vault
from engine.service.scenario.read import Scenario, Unreadable, read_scenario
from engine.service.scenario.results import CourseResult
from engine.service.scenario.stage import Stage

ROOT = Path(__file__).resolve().parents[2]

ALL_HOLD, FELL_SHORT, CANNOT_READ = 0, 1, 2


@click.group()
def scenario() -> None:
    """Play golden cases (docs/reference/scenarios.md)."""


@scenario.command("run")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a scenario.")
def run(files: Sequence[Path], *, as_json: bool) -> None:
    """Play each file on a throw-away database and say what was expected and what was there."""
    try:
        scenarios = [read_scenario(path) for path in files]
    except Unreadable as error:
        click.echo(str(error), err=True)
        sys.exit(CANNOT_READ)
    with stage() as made:
        passed = True
        for one in scenarios:
            results = made.perform(one)
            passed &= all(result.passed for result in results)
            click.echo(json.dumps(as_data(one, results), ensure_ascii=False) if as_json else told(one, results))
    sys.exit(ALL_HOLD if passed else FELL_SHORT)


@contextmanager
def stage(*, durable: bool = False) -> Iterator[Stage]:
    """Start a cluster that lives as long as the block, below ``var``, and prepare it."""
    var = ROOT / "var"
    var.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="stage-", dir=var))
    folder.chmod(0o755)
    cluster = Cluster(folder=folder / "pg", durable=durable)
    try:
        cluster.prepare()
        cluster.start()
        yield Stage.build(cluster.url(), Vault.create(folder / "keys"), ROOT)
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def as_data(one: Scenario, results: Sequence[CourseResult]) -> dict[str, Any]:
    """Return the result of a scenario as the JSON output has it."""
    data: dict[str, Any] = {
        "id": one.id,
        "passed": all(result.passed for result in results),
        "steps": [
            {
                "line": step.line,
                "ok": step.ok,
                "expected": "；".join(short.expected for short in step.shortfalls),
                "actual": "；".join(short.actual for short in step.shortfalls),
            }
            for result in results
            for step in result.steps
        ],
    }
    stopped = next((result.stopped for result in results if result.stopped), None)
    if stopped:
        data["stopped"] = {"line": stopped[0], "procedure": stopped[1]}
    return data


def told(one: Scenario, results: Sequence[CourseResult]) -> str:
    """Return the result of a scenario in words."""
    lines = []
    for result in results:
        mark = "通过" if result.passed else "未通过"
        lines.append(f"{one.id} {result.title}：{mark}（{sum(step.ok for step in result.steps)} 步相符）")
        for step in result.steps:
            lines += [
                f"  {one.file} 第 {step.line} 行\n    应为：{short.expected}\n    实为：{short.actual}"
                for short in step.shortfalls
            ]
        if result.stopped:
            line, procedure = result.stopped
            lines.append(f"  {one.file} 第 {line} 行：程序 {procedure} 尚未发布，到此为止")
    return "\n".join(lines)


commands = [scenario]

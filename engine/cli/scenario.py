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
from engine.service.scenario.coverage import Coverage, cover
from engine.service.scenario.reach import END, KINDS, RULE, TASK
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


@scenario.command("coverage")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--each", is_flag=True, help="List what each jurisdiction has not reached, files that it shares included."
)
def coverage(files: Sequence[Path], *, as_json: bool, each: bool) -> None:
    """Play the files, by default all of scenarios/, and list the ends, rules and tasks that no case has reached."""
    try:
        scenarios = [read_scenario(path) for path in files or sorted((ROOT / "scenarios").rglob("*.yaml"))]
    except Unreadable as error:
        click.echo(str(error), err=True)
        sys.exit(CANNOT_READ)
    with stage() as made:
        found = cover(made, scenarios)
    click.echo(json.dumps(found.as_data(), ensure_ascii=False) if as_json else listed(found, each=each))
    sys.exit(ALL_HOLD if found.whole and not found.short else FELL_SHORT)


WORDS = {END: "结束", RULE: "规则", TASK: "环节"}


def listed(found: Coverage, *, each: bool = False) -> str:
    """Return in words what no case has reached, by procedure and file, and the counts."""
    lines = []
    codes = sorted({code for one in found.spots.values() for code in one.jurisdictions}) if each else [None]
    for code in codes:
        lines += [f"【{code}】"] if code else []
        where: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
        for spot in (spot for kind in KINDS for spot in found.missing(kind, code)):
            one = found.spots[spot]
            named = f"第 {spot.element} 条 {one.name}" if spot.kind == RULE else f"{one.name}（{spot.element}）"
            where.setdefault((one.procedure, spot.file, one.jurisdictions), []).append(f"  {WORDS[spot.kind]} {named}")
        for (procedure, file, places), told in sorted(where.items()):
            lines += [f"{procedure} {file}（{'、'.join(places)}）", *told]
    counts = "，".join(f"{WORDS[kind]} {one['reached']}/{one['all']}" for kind, one in found.totals().items())
    lines += [f"未通过的情景：{'、'.join(found.short)}"] if found.short else []
    return "\n".join([*lines, f"已走到：{counts}"])


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

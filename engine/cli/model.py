"""``shouhu model``: check model files, and count the clauses that they carry out."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from engine.bpmn.findings import Finding, ModelError
from engine.service.checking import Checked, check_files
from engine.service.coverage import Coverage, coverage

ROOT = Path(__file__).resolve().parents[2]
_SEVERITY = {"error": "错误", "warning": "提醒", "note": "说明"}


@click.group()
def model() -> None:
    """Check procedures, forms and parameters (docs/reference/model-language.md)."""


@model.command("check")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a file.")
def check(files: Sequence[Path], *, as_json: bool) -> None:
    """Check files and folders; those below processes/ and forms/ as part of their releases."""
    results = check_files(ROOT, files)
    for one in results:
        click.echo(json.dumps(_as_data(one), ensure_ascii=False) if as_json else _told(one))
    sys.exit(0 if all(one.passed for one in results) else 1)


@model.command("coverage")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def show_coverage(*, as_json: bool) -> None:
    """Count the executable clauses that diagrams, forms and parameters carry out."""
    try:
        found = coverage(ROOT)
    except ModelError as error:
        click.echo("\n".join(str(one) for one in error.findings), err=True)
        sys.exit(1)
    if as_json:
        click.echo(json.dumps(_coverage_data(found), ensure_ascii=False))
        return
    for one in found:
        total = len(one.covered) + len(one.missing)
        click.echo(f"{one.jurisdiction}：可执行条文 {total} 条，已落实 {len(one.covered)} 条")
        if one.missing:
            click.echo(f"  未落实：{'、'.join(one.missing)}")
    total = _coverage_data(found)["total"]
    click.echo(f"合计：可执行条文 {total['executable']} 条，已落实 {total['covered']} 条")


def _as_data(one: Checked) -> dict[str, Any]:
    return {"file": one.file, "findings": [_finding(found) for found in one.findings]}


def _finding(found: Finding) -> dict[str, Any]:
    keys = ("rule", "element", "line", "message", "severity")
    told: dict[str, Any] = {key: getattr(found, key) for key in keys}
    if found.steps:
        told["steps"] = [asdict(step) for step in found.steps]
    return told


def _told(one: Checked) -> str:
    if not one.findings:
        return f"{one.file}：通过"
    lines = [f"{one.file}：{'通过' if one.passed else '未通过'}"]
    for found in one.findings:
        place = "、".join(part for part in (f"第 {found.line} 行" if found.line else "", found.element) if part)
        head = f"{_SEVERITY[found.severity]} {place}".strip()
        lines.append(f"  {head}：{found.message}（{found.rule}）")
        lines += [f"      {number}. {step.words}" for number, step in enumerate(found.steps, 1)]
    return "\n".join(lines)


def _coverage_data(found: Sequence[Coverage]) -> dict[str, Any]:
    return {
        "jurisdictions": {
            one.jurisdiction: {
                "covered": len(one.covered),
                "executable": len(one.covered) + len(one.missing),
                "missing": list(one.missing),
            }
            for one in found
        },
        "total": {
            "covered": sum(len(one.covered) for one in found),
            "executable": sum(len(one.covered) + len(one.missing) for one in found),
        },
    }


commands = [model]

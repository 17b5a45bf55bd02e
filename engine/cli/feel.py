"""``shouhu feel`` and ``shouhu dmn``: try an expression, take a decision, run the conformance kit."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from engine import feel as language
from engine.bpmn import decisions
from engine.bpmn.decisions import kit
from engine.bpmn.decisions.analysis import analyse
from engine.core.errors import ShouhuError
from engine.feel import values
from engine.feel.runtime import Run


def _context(_context: click.Context, _parameter: click.Parameter, text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise click.BadParameter(f"不是 JSON：第 {error.colno} 个字") from error
    if not isinstance(value, dict):
        raise click.BadParameter('要写成 {"名称": 值}')
    return value


def _plain(value: Any) -> Any:
    """Return a FEEL value as JSON has it; what JSON lacks becomes FEEL text."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, bool | str | int):
        return value
    text = values.write(values.to_feel(value), Run())
    return json.loads(text) if values.kind_of(value) == "number" else text


def _show(value: Any) -> None:
    print(json.dumps(_plain(value), ensure_ascii=False, indent=2))


@click.command("feel")
@click.argument("expression")
@click.option("--context", default="{}", callback=_context, help='名称和值，JSON：{"年龄": 12}')
def feel(expression: str, context: dict[str, Any]) -> None:
    """算一个 FEEL 表达式。"""
    notes: list[str] = []
    try:
        value = language.compile(expression, context.keys()).evaluate(context, notes=notes)
    except language.FeelError as error:
        print(expression, file=sys.stderr)
        if error.position is not None:
            print(" " * _width(expression[: error.position]) + "^", file=sys.stderr)
        raise click.ClickException(error.sentence) from error
    print(values.write(value, Run(), inside=True))
    for note in notes:
        print(f"（{note}）", file=sys.stderr)


def _width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(2 if ord(char) > 0x2E7F else 1 for char in text)  # noqa: PLR2004


@click.group("dmn")
def dmn() -> None:
    """DMN 决策：求值与一致性测试。"""


@dmn.command("eval")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--decision", help="决策的 id；不写就用与文件同名的")
@click.option("--input", "given", default="{}", callback=_context, help='输入，JSON：{"年龄": 12}')
def dmn_eval(file: Path, decision: str | None, given: dict[str, Any]) -> None:
    """求一个决策的结果，并说明命中了哪些规则。"""
    try:
        found = decisions.read_decisions(file.read_bytes())
        key = decision or (file.stem if file.stem in found else "")
        if key not in found:
            names = "、".join(found) or "（没有）"
            raise click.ClickException(f"文件里没有决策「{decision or file.stem}」；有的是：{names}")
        taken = found[key].evaluate(given)
    except ShouhuError as error:
        raise click.ClickException(error.sentence) from error
    _show({
        "decision": taken.decision, "inputs": dict(taken.inputs), "outputs": dict(taken.outputs),
        "rules": list(taken.rules), "why": list(taken.why), "notes": list(taken.notes),
    })  # fmt: skip


@dmn.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def dmn_check(file: Path) -> None:
    """检查决策表：遗漏、重叠、永远轮不到的规则。"""
    try:
        model = decisions.Model(file.read_bytes())
    except ShouhuError as error:
        raise click.ClickException(error.sentence) from error
    sentences = [f"第 {remark.line} 行：{remark.sentence}" for remark in analyse(model)]
    for sentence in sentences:
        print(sentence)
    if sentences:
        raise click.exceptions.Exit(1)
    print("没有发现问题")


@dmn.command("tck")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def dmn_tck(folder: Path, as_json: bool) -> None:
    """运行文件夹里的 DMN 一致性测试。"""
    found = kit.summary(kit.run(folder))
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
        return
    for level, counts in found.items():
        print(f"{level}: {counts['passed']} / {counts['total']}")
        for failed in counts["failed"]:
            print(f"  {failed['case']}: {failed['reason']}")


commands = [feel, dmn]

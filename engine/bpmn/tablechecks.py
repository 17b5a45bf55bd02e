"""Checks decision tables as they stand in a release: gaps, overlaps, rules that never decide, cells that cannot fit."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from engine import feel
from engine.bpmn.decisionfiles import DecisionFile
from engine.bpmn.decisions.analysis import TableRemark, analyse
from engine.bpmn.decisions.source import Element, child, children, line_of, name_of, text
from engine.bpmn.findings import Finding
from engine.bpmn.meaning import SHARED_FILES
from engine.feel import nodes, values
from engine.feel.checks import Fact

#: What people call the kinds that a form gives.
_TITLES = {"number": "数", "string": "文字", "boolean": "是非", "date": "日期", "date and time": "日期时间"}


def check_table(
    table: DecisionFile, *, file: str, facts: Mapping[str, Fact], handled: Collection[str] = ()
) -> Iterator[Finding]:
    """Yield what is wrong with the tables of a file.

    ``facts`` say what the inputs may be; ``handled`` are outputs of which somebody asks whether they are null.
    """
    shared = file.startswith(SHARED_FILES)
    for element in table.model.root.iter("{*}decisionTable"):
        yield from (replace(one, file=file) for one in _cells(element, facts, shared=shared))
    full = {key: replace(fact, nullable=False) for key, fact in facts.items()}
    certain = {(one.line, one.kind) for one in analyse(table.model, full, named_only=True)}
    always = {_key(one) for one in analyse(table.model)}
    mild = any(name in handled for name in table.outputs)
    for remark in analyse(table.model, facts):
        sure = (remark.line, remark.kind) in certain
        local = shared and _key(remark) not in always
        severity = _severity(remark, sure=sure, mild=mild, local=local)
        shown = _clearer(remark, table, full) if remark.kind == "gap" and sure else remark
        yield _finding(shown, table, file, severity)


def check_names(table: DecisionFile, file: str, names: Collection[str]) -> Iterator[Finding]:
    """Yield the inputs that the procedure which takes the decision does not know: they would always be null."""
    for element in children(table.model.root, "inputData"):
        name = name_of(element)
        if name not in names:
            message = f"决策表读取“{name}”，但没有表单、参数或决策给出它，它总是空的"
            line = _first_use(table, name) or line_of(element)
            yield Finding(rule="unknown-name", message=message, file=file, element=element.get("id") or "", line=line)


def _first_use(table: DecisionFile, name: str) -> int:
    uses = (one for one in table.model.root.iter("{*}inputExpression") if name in (text(one) or ""))
    return next((line_of(one) for one in uses), 0)


def _key(remark: TableRemark) -> tuple[int, str, tuple[int, ...]]:
    return remark.line, remark.kind, remark.rules


def _severity(remark: TableRemark, *, sure: bool, mild: bool, local: bool) -> str:
    match remark.kind:
        case "unknown":
            return "note"
        case "gap":
            return "error" if sure and not mild else "warning"
        case "dead":
            return "note" if local else "warning"
        case _:
            return "error"


def _clearer(remark: TableRemark, table: DecisionFile, full: Mapping[str, Fact]) -> TableRemark:
    """Return the gap with an example in which everything is filled in."""
    found = (one for one in analyse(table.model, full, named_only=True) if one.kind == "gap")
    return next((one for one in found if one.line == remark.line), remark)


_RULES = {
    "gap": "table-gap",
    "overlap": "table-overlap",
    "subsumed": "table-overlap",
    "dead": "dead-rule",
    "unknown": "table-unclear",
}


def _finding(remark: TableRemark, table: DecisionFile, file: str, severity: str) -> Finding:
    at = next(one for one in table.model.root.iter("{*}decisionTable") if line_of(one) == remark.line)
    if remark.rules:
        at = list(children(at, "rule"))[remark.rules[-1] - 1]
    return Finding(
        rule=_RULES.get(remark.kind, remark.kind),
        message=f"决策表{remark.sentence}",
        file=file,
        element=at.get("id") or "",
        line=line_of(at),
        severity=severity,
    )


def _cells(element: Element, facts: Mapping[str, Fact], *, shared: bool) -> Iterator[Finding]:
    """Yield the constants of cells that an input can never be."""
    columns = list(children(element, "input"))
    for row in children(element, "rule"):
        for column, cell in zip(columns, children(row, "inputEntry"), strict=False):
            fact = facts.get((text(child(column, "inputExpression")) or "").strip())
            if fact is None:
                continue
            for message, option in _strange((text(cell) or "").strip(), fact):
                yield Finding(
                    rule="unknown-option" if option else "wrong-type",
                    message=f"“{column.get('label') or ''}”一列：{message}",
                    file="",
                    element=cell.get("id") or row.get("id") or "",
                    line=line_of(cell),
                    severity="warning" if option and shared else "error",
                )


def _strange(cell: str, fact: Fact) -> Iterator[tuple[str, bool]]:
    try:
        tests = feel.compile_test(cell, ()).node
    except feel.FeelError:
        return
    parts = tests.tests if isinstance(tests, nodes.UnaryTests) else (tests,)
    for part in parts:
        if not isinstance(part, nodes.Literal) or part.value is None:
            continue
        kind = values.kind_of(part.value)
        if fact.kind in _TITLES and kind in _TITLES and kind != fact.kind:
            yield f"格子里的“{cell}”是{_TITLES[kind]}，字段是{_TITLES[fact.kind]}", False
        elif fact.kind == "string" and fact.options and part.value not in fact.options:
            known = "、".join(sorted(fact.options)[:12])
            yield f"没有“{part.value}”这个选项；有的是：{known}", True

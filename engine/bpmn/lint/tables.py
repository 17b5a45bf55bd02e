"""What decision tables say: gaps, overlaps, rules that never decide, cells that cannot fit. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache

from engine import feel
from engine.bpmn import certain, facts
from engine.bpmn.decisionfiles import DecisionFile
from engine.bpmn.decisions.analysis import TableRemark, analyse
from engine.bpmn.decisions.source import Element, child, children, line_of, text
from engine.bpmn.lint import known
from engine.bpmn.lint.rule import SHARED_FILES, Remark
from engine.bpmn.model import ProcedureModel
from engine.bpmn.parts import Parts
from engine.feel import nodes, values
from engine.feel.checks import Fact, path_of

_WORDS = re.compile(r"[^\W\d]\w*")
#: What people call the kinds that a form gives.
_TITLES = {"number": "数", "string": "文字", "boolean": "是非", "date": "日期", "date and time": "日期时间"}
_KINDS = {"subsumed": "overlap"}
#: The kinds that a column of a table may say it has, in the words of DMN and of editors.
_SAID = {
    **dict.fromkeys(("number", "integer", "long", "double"), "number"),
    "string": "string",
    "boolean": "boolean",
    "date": "date",
}


@lru_cache(maxsize=4)
def remarks(parts: Parts) -> tuple[Remark, ...]:
    """Return what is said of all tables.

    Kinds are ``gap``, ``overlap``, ``dead`` and ``unknown``, and of cells ``type`` and ``option``.
    """
    return tuple(one for key, (file, table) in parts.tables.items() for one in _of_file(parts, key, file, table))


def _of_file(parts: Parts, key: str, file: str, table: DecisionFile) -> Iterator[Remark]:
    inputs, handled = _met(parts, key)
    for element in table.model.root.iter("{*}decisionTable"):
        yield from (replace(one, file=file) for one in _cells(element, inputs))
    full = {name: replace(fact, nullable=False) for name, fact in inputs.items()}
    certainly = {(one.line, one.kind): one for one in analyse(table.model, full, named_only=True)}
    always = {_key(one) for one in analyse(table.model)}
    mild = any(name in handled for name in table.outputs)
    for remark in analyse(table.model, inputs):
        sure = certainly.get((remark.line, remark.kind))
        local = file.startswith(SHARED_FILES) and _key(remark) not in always
        severity = _severity(remark, sure=sure is not None, mild=mild, local=local)
        # Of a gap, an example in which everything is filled in says most.
        shown = sure if sure is not None and remark.kind == "gap" else remark
        yield _remark(shown, table, file, severity)


def _met(parts: Parts, key: str) -> tuple[dict[str, Fact], set[str]]:
    """Return what the inputs of a table may be where it is taken, and the outcomes that somebody compares with null."""
    inputs: dict[str, Fact] = {}
    handled: set[str] = set()
    for model in known.callers(parts, key):
        around = known.around(parts)[model.key]
        sure = certain.filled(model, around.forms)
        here = [sure[node.element] for node in model.nodes.values() if node.decision == key]
        process = {
            name: replace(fact, nullable=not all(name in one for one in here)) for name, fact in around.process.items()
        }
        for name, fact in {**around.facts, **process}.items():
            inputs[name] = facts.both(inputs[name], fact) if name in inputs else fact
        handled |= _asked_for_null(model)
    return inputs, handled


def _asked_for_null(model: ProcedureModel) -> set[str]:
    found: set[str] = set()
    for one in model.expressions:
        try:
            part = feel.compile(one.text, frozenset(_WORDS.findall(one.text))).node
        except feel.FeelError:
            continue
        for inner in part.walk():
            if isinstance(inner, nodes.Compare):
                for side, other in ((inner.left, inner.right), (inner.right, inner.left)):
                    if isinstance(other, nodes.Literal) and other.value is None and (path := path_of(side)):
                        found.add(path.removeprefix("case."))
    return found


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


def _remark(remark: TableRemark, table: DecisionFile, file: str, severity: str) -> Remark:
    at = next(one for one in table.model.root.iter("{*}decisionTable") if line_of(one) == remark.line)
    if remark.rules:
        at = list(children(at, "rule"))[remark.rules[-1] - 1]
    return Remark(
        kind=_KINDS.get(remark.kind, remark.kind),
        message=f"决策表{remark.sentence}",
        file=file,
        element=at.get("id") or "",
        line=line_of(at),
        severity=severity,
    )


def _cells(element: Element, inputs: Mapping[str, Fact]) -> Iterator[Remark]:
    """Yield the constants of cells that an input can never be."""
    columns = list(children(element, "input"))
    for row in children(element, "rule"):
        for column, cell in zip(columns, children(row, "inputEntry"), strict=False):
            for kind, message in _strange((text(cell) or "").strip(), _of_column(column, inputs)):
                yield Remark(
                    kind=kind,
                    message=f"“{column.get('label') or ''}”一列：{message}",
                    file="",
                    element=cell.get("id") or row.get("id") or "",
                    line=line_of(cell),
                )


def _of_column(column: Element, inputs: Mapping[str, Fact]) -> Fact:
    """Return what is known of an input; where no form gives it, the kind that the column says."""
    words = child(column, "inputExpression")
    known_fact = inputs.get((text(words) or "").strip())
    said = ("" if words is None else words.get("typeRef") or "").rpartition(":")[2]
    return known_fact or Fact(kind=_SAID.get(said, ""))


def _strange(cell: str, fact: Fact) -> Iterator[tuple[str, str]]:
    try:
        tests = feel.compile_test(cell, ()).node
    except feel.FeelError:
        return
    parts: Collection[nodes.Node] = tests.tests if isinstance(tests, nodes.UnaryTests) else (tests,)
    for part in parts:
        if not isinstance(part, nodes.Literal) or part.value is None:
            continue
        kind = values.kind_of(part.value)
        if fact.kind in _TITLES and kind in _TITLES and kind != fact.kind:
            yield "type", f"格子里的“{cell}”是{_TITLES[kind]}，这一列是{_TITLES[fact.kind]}"
        elif fact.kind == "string" and fact.options and part.value not in fact.options:
            offered = "、".join(sorted(fact.options)[:12])
            yield "option", f"没有“{part.value}”这个选项；有的是：{offered}"

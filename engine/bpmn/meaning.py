"""Checks that expressions can mean what they say: kinds, options, conditions that never change, ways out. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine import feel
from engine.bpmn.certain import filled
from engine.bpmn.findings import Finding
from engine.bpmn.formfiles import FormFile, expressions
from engine.bpmn.model import Node, ProcedureModel
from engine.bpmn.properties import ISO_DURATION
from engine.feel import checks, exhaustive
from engine.feel.checks import Fact
from engine.feel.nodes import Node as Part

_WORDS = re.compile(r"[^\W\d]\w*")
#: Places whose FEEL says whether something happens.
_CONDITIONS = frozenset({"condition", "notify", "documents", "merges"})
#: What a shared file may say although one jurisdiction's forms do not offer it: another's do, perhaps.
SHARED_FILES = ("processes/base/", "forms/base/")
LOCAL_RULES = frozenset({"unknown-option", "never", "dead-rule"})


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What is known around the expressions of one procedure; ``titles`` are what people call its fields."""

    facts: Mapping[str, Fact]
    process: Mapping[str, Fact]
    titles: Mapping[str, str]
    forms: Mapping[str, Mapping[str, Any]]

    @property
    def all(self) -> dict[str, Fact]:
        """Everything known, by name or path."""
        return {**self.facts, **self.process}


def check_procedure(model: ProcedureModel, known: Surroundings, names: Collection[str]) -> Iterator[Finding]:
    """Yield what is wrong with the expressions and gateways of a diagram whose texts can be read."""
    facts = known.all
    for one in model.expressions:
        part = _read(one.text, names)
        if part is None or (one.place == "timer" and ISO_DURATION.match(one.text)):
            continue
        condition = one.place in _CONDITIONS
        place = Finding(rule="", message="", file=model.file, element=one.element, line=one.line)
        said = f"{one.place} 里的“{one.text}”："
        found = list(_remarks(part, facts, place, said, condition=condition))
        yield from found
        if one.place == "condition" and not found:
            yield from _never_changes(part, facts, place, said)
    yield from _gateways(model, known, names)


def check_form(form: FormFile, facts: Mapping[str, Fact], names: Collection[str]) -> Iterator[Finding]:
    """Yield what is wrong with the expressions of a form."""
    for key, text in expressions(form.schema):
        part = _read(text, names)
        if part is not None:
            place = Finding(rule="", message="", file=form.file, element=key, line=form.line_of(text))
            yield from _remarks(part, facts, place, f"“{text}”：", condition=False)


def _read(text: str, names: Collection[str]) -> Part | None:
    """Return the parsed text; names that nobody gives are said elsewhere, and read as names here."""
    for more in ((), _WORDS.findall(text)):
        try:
            return feel.compile(text, frozenset(names) | frozenset(more)).node
        except feel.FeelError:
            continue
    return None


_RULES = {"type": "wrong-type", "option": "unknown-option", "member": "wrong-type", "condition": "wrong-type"}


def _remarks(part: Part, facts: Mapping[str, Fact], place: Finding, said: str, *, condition: bool) -> Iterator[Finding]:
    for remark in checks.check(part, facts, condition=condition):
        rule = _RULES.get(remark.rule, remark.rule)
        yield replace(place, rule=rule, message=said + remark.sentence, severity=_severity(rule, place.file))


def _severity(rule: str, file: str) -> str:
    return "warning" if rule in LOCAL_RULES and file.startswith(SHARED_FILES) else "error"


def _never_changes(part: Part, facts: Mapping[str, Fact], place: Finding, said: str) -> Iterator[Finding]:
    """Say that a condition is true in every case, or in none."""
    free = {key: replace(fact, options=frozenset(), nullable=True) for key, fact in facts.items()}
    try:
        logically, here = exhaustive.answers(part, free), exhaustive.answers(part, facts)
    except exhaustive.CannotAnalyse:
        return
    if logically == {True}:
        yield replace(place, rule="constant", message=f"{said}任何情况下都成立，等于没有条件")
    elif True not in logically:
        yield replace(place, rule="constant", message=f"{said}自相矛盾，任何情况下都不成立，这条路永远走不到")
    elif True not in here:
        message = f"{said}按表单的选项永远不成立，这条路走不到"
        yield replace(place, rule="never", message=message, severity="warning")


def _gateways(model: ProcedureModel, known: Surroundings, names: Collection[str]) -> Iterator[Finding]:
    sure = filled(model, known.forms)
    for node in model.nodes.values():
        leaving = model.leaving(node.element)
        if node.kind not in {"exclusiveGateway", "inclusiveGateway"} or len(leaving) < 2 or node.default:  # noqa: PLR2004
            continue
        parts = [_read(flow.condition or "", names) for flow in leaving]
        if all(part is not None for part in parts):
            yield from _ways_out(model, node, [part for part in parts if part is not None], known, sure[node.element])


def _ways_out(
    model: ProcedureModel, node: Node, parts: list[Part], known: Surroundings, sure: frozenset[str]
) -> Iterator[Finding]:
    """Say which case a gateway without a default flow leaves out."""
    process = {key: replace(fact, nullable=key not in sure) for key, fact in known.process.items()}
    facts = {**known.facts, **process}
    named = {path for part in parts for one in part.walk() if (path := checks.path_of(one))}
    # Of a name that no form here gives, nothing is known: not even that it may be empty.
    strangers = {path: Fact(nullable=False) for path in named - facts.keys()}
    place = Finding(rule="no-way-out", message="", file=model.file, element=node.element, line=node.line)
    title = f"网关“{node.name or node.element}”没有默认流"
    try:
        case = exhaustive.missing_case(parts, facts | strangers)
        if case is not None:
            yield replace(place, message=f"{title}，条件也有遗漏：{_words(case, known)} 时没有路可走")
            return
        case = exhaustive.missing_case(parts, facts) if strangers else None
        if case is not None:
            message = f"{title}：{_words(case, known)} 时没有路可走"
            yield replace(place, message=message, severity="warning")
    except exhaustive.CannotAnalyse as error:
        message = f"{title}，条件是否完备不能自动分析：{error}；请画一条默认流"
        yield replace(place, message=message, severity="note")


def _words(case: Mapping[str, str], known: Surroundings) -> str:
    told = (
        f"{known.titles[key]}（{key}）{_value(value)}" if key in known.titles else f"{key} {_value(value)}"
        for key, value in case.items()
    )
    return "，".join(told) or "任何情况"


def _value(value: str) -> str:
    return "没有填" if value == "null" else f"= {value}"

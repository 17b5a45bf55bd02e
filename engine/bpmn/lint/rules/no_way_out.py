"""Gateways that leave a case out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from engine.bpmn.certain import filled
from engine.bpmn.findings import Finding
from engine.bpmn.lint import known, texts
from engine.bpmn.lint.drawn import CONDITIONAL, called
from engine.bpmn.lint.rule import Rule
from engine.bpmn.model import Node, ProcedureModel
from engine.bpmn.parts import Parts
from engine.feel import checks, exhaustive
from engine.feel.checks import Fact
from engine.feel.nodes import Node as Part

RULE = Rule(name="no-way-out", says="网关的条件合起来不能有遗漏")


def check_parts(parts: Parts) -> Iterator[Finding]:
    """Find the gateways without a default flow at which a token could stop, with an example of the case."""
    read = {(text.model, text.element): text.read() for text in texts.of_diagrams(parts) if text.place == "condition"}
    for model in parts.models.values():
        around = known.around(parts)[model.key]
        sure = filled(model, around.forms)
        for node in model.nodes.values():
            leaving = model.leaving(node.element)
            if node.kind not in CONDITIONAL or not leaving or node.default:
                continue
            conditions = [read.get((model.key, flow.element)) for flow in leaving]
            if all(one is not None for one in conditions):
                known_parts = [one for one in conditions if one is not None]
                yield from _left_out(model, node, known_parts, around, sure[node.element])


def _left_out(
    model: ProcedureModel, node: Node, conditions: list[Part], around: known.Surroundings, sure: frozenset[str]
) -> Iterator[Finding]:
    process = {key: replace(fact, nullable=key not in sure) for key, fact in around.process.items()}
    facts = {**around.facts, **process}
    named = {path for part in conditions for one in part.walk() if (path := checks.path_of(one))}
    # Of a name that no form here gives, nothing is known: not even that it may be empty.
    strangers = {path: Fact(nullable=False) for path in named - facts.keys()}
    title = f"网关{called(node)}没有默认流"
    try:
        case = exhaustive.missing_case(conditions, facts | strangers)
        if case is not None:
            message = f"{title}，条件也有遗漏：{_words(case, around)} 时没有路可走"
            yield RULE.at_node(model, node, message)
            return
        case = exhaustive.missing_case(conditions, facts) if strangers else None
        if case is not None:
            yield RULE.at_node(model, node, f"{title}：{_words(case, around)} 时没有路可走", severity="warning")
    except exhaustive.CannotAnalyse as error:
        message = f"{title}，条件是否完备不能自动分析：{error}；请画一条默认流"
        yield RULE.at_node(model, node, message, severity="note")


def _words(case: Mapping[str, str], around: known.Surroundings) -> str:
    told = (
        f"{around.titles[key]}（{key}）{_value(value)}" if key in around.titles else f"{key} {_value(value)}"
        for key, value in case.items()
    )
    return "，".join(told) or "任何情况"


def _value(value: str) -> str:
    return "没有填" if value == "null" else f"= {value}"

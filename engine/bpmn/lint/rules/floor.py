"""What the law asks of every procedure: no jurisdiction may fall below it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.bpmn.findings import Finding
from engine.bpmn.floors import Alongside, Before, Bound, Decides, Floor, Freely, Masked, OnlyWhere, Records
from engine.bpmn.lint import floorvalues, floorways
from engine.bpmn.lint.rule import Rule
from engine.bpmn.model import Node, ProcedureModel
from engine.bpmn.parts import Parts
from engine.bpmn.safetext import find_line

RULE = Rule(name="floor", says="流程图、表单和参数不能低于法律的底线（processes/floors.yaml）")


def check_parts(parts: Parts) -> Iterator[Finding]:
    """Find what falls below a floor, at the task, timer, field or parameter."""
    for model in parts.models.values():
        yield from of_model(model, parts.floors)
    for form in parts.forms.values():
        yield from of_form(form.schema, form.text, parts.floors, file=form.file, code=form.code)
    yield from _of_parameters(parts)
    for floor in parts.floors:
        if isinstance(floor.kind, Decides) and floor.kind.decision in parts.tables:
            file, table = parts.tables[floor.kind.decision]
            for message in floorvalues.of_decision(table, floor.kind):
                yield RULE.at_file(file, _said(floor, message), element=table.id)


def of_model(model: ProcedureModel, floors: Sequence[Floor]) -> Iterator[Finding]:
    """Yield what of a diagram falls below a floor; one of elsewhere counts where it has the codes of a floor."""
    for floor in floors:
        for node, message in _at_nodes(model, floor):
            yield RULE.at_node(model, node, _said(floor, message))
        for element, line, message in _at_texts(model, floor):
            yield RULE.at_file(model.file, _said(floor, message), element=element, line=line)


def of_form(
    schema: Mapping[str, Any], text: str, floors: Sequence[Floor], *, file: str, code: str
) -> Iterator[Finding]:
    """Yield what of a form falls below a floor; ``code`` is the form's name."""
    for floor in floors:
        for key, message in _at_fields(schema, floor, code):
            yield RULE.at_file(file, _said(floor, message), element=key, line=find_line(text, f'"{key}"'))


def _at_nodes(model: ProcedureModel, floor: Floor) -> Iterator[tuple[Node, str]]:
    match floor.kind:
        case Before():
            yield from floorways.before(model, floor.kind)
        case Alongside():
            yield from floorways.alongside(model, floor.kind)
        case Freely():
            yield from floorways.freely(model, floor.kind)
        case Bound():
            yield from ((model.nodes[one], message) for one, message in floorvalues.of_limits(model, floor.kind))
        case _:
            return


def _at_texts(model: ProcedureModel, floor: Floor) -> Iterator[tuple[str, int, str]]:
    match floor.kind:
        case OnlyWhere():
            yield from floorways.only_where(model, floor.kind)
        case Masked():
            yield from floorvalues.named_by_diagram(model, floor.kind)
        case _:
            return


def _at_fields(schema: Mapping[str, Any], floor: Floor, code: str) -> Iterator[tuple[str, str]]:
    match floor.kind:
        case Records(form=form) if form == code:
            yield from floorvalues.of_form(schema, floor.kind)
        case Masked(but=but) if code not in but:
            yield from floorvalues.shown_fields(schema, floor.kind)
            yield from floorvalues.named_by_form(schema, floor.kind)
        case _:
            return


def _of_parameters(parts: Parts) -> Iterator[Finding]:
    for floor in parts.floors:
        if isinstance(floor.kind, Bound):
            for line, message in floorvalues.of_parameters(parts.jurisdiction, floor.kind):
                key = floor.kind.parameter
                yield RULE.at_file(parts.file, _said(floor, message), element=key, line=line)


def _said(floor: Floor, message: str) -> str:
    return f"{message}。{floor.says}（{floor.law}）"

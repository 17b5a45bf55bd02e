"""Reads the decision table of a file, with the names that its outcome has in a procedure."""

from __future__ import annotations

from dataclasses import dataclass

from engine.bpmn.decisions import Decision, DecisionError, read_decision
from engine.bpmn.decisions.source import child, children
from engine.bpmn.findings import Finding, ModelError


@dataclass(frozen=True, kw_only=True)
class DecisionFile:
    """A decision, its inputs and the names of its outputs."""

    file: str
    decision: Decision
    outputs: tuple[str, ...]


def read(xml: bytes, *, file: str) -> DecisionFile:
    """Read the decision that a file is for.

    Raises:
        ModelError: with every problem of the file.
    """
    try:
        decision = read_decision(xml, file=file)
    except DecisionError as error:
        raise ModelError(
            [
                Finding(rule="decision", message=one.sentence, file=file, element=one.element, line=one.line)
                for one in error.problems
            ]
        ) from error
    return DecisionFile(file=file, decision=decision, outputs=_outputs(decision))


def _outputs(decision: Decision) -> tuple[str, ...]:
    table = child(decision.model.elements[decision.id], "decisionTable")
    columns = [] if table is None else children(table, "output")
    named = [name for column in columns if (name := column.get("name"))]
    return tuple(named) or (decision.name,)

"""Reads the decision table of a file, as editors draw it: inputs are process data, outputs have the columns' names.

DMN proper declares each input as input data with a requirement, and knows the outcome of a table
with one output by the decision's name. A table that declares nothing reads what it names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from lxml import etree

from engine import feel
from engine.bpmn.decisions import Decision, DecisionError, Taken, read_decision, read_decisions
from engine.bpmn.decisions.source import child, children, line_of, local, text
from engine.bpmn.decisions.source import read as read_source
from engine.bpmn.findings import Finding, ModelError
from engine.feel.checks import called

_WORDS = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True, slots=True, eq=False)
class DecisionFile(Decision):
    """A decision with the names of its outputs."""

    outputs: tuple[str, ...]

    def evaluate(self, context: Mapping[str, Any]) -> Taken:
        """Take the decision; each output has its name, and is null where no rule matched."""
        taken = Decision.evaluate(self, context)
        value = taken.value
        named = value if isinstance(value, dict) else {self.outputs[0]: value}
        return replace(taken, outputs={name: named.get(name) for name in self.outputs})


def read(xml: bytes, *, file: str) -> DecisionFile:
    """Read the decision that a file is for.

    Raises:
        ModelError: with every problem of the file.
    """
    _refuse_other_languages(xml, file)
    try:
        decision = read_decision(_declared(xml), file=file)
    except DecisionError as error:
        raise _refused(error, file) from error
    return DecisionFile(decision.model, decision.id, _outputs(decision))


def read_any(xml: bytes, *, file: str) -> DecisionFile | None:
    """Read a file of elsewhere, whatever its name; None where it holds no decision.

    Raises:
        ModelError: with every problem of the file.
    """
    _refuse_other_languages(xml, file)
    try:
        decisions = read_decisions(_declared(xml))
    except DecisionError as error:
        raise _refused(error, file) from error
    return next((DecisionFile(one.model, one.id, _outputs(one)) for one in decisions.values()), None)


def _refuse_other_languages(xml: bytes, file: str) -> None:
    """Refuse the cells that say they are written in something else; they would be read as FEEL all the same."""
    found = [
        Finding(
            rule="decision-file",
            message=f"注明是“{language}”，本系统只读 FEEL：请改写，并去掉注明的语言（expressionLanguage）",
            file=file,
            element=element.get("id") or "",
            line=line_of(element),
        )
        for element in read_source(xml).iter("{*}*")
        if (language := element.get("expressionLanguage") or "") and "feel" not in language.lower()
    ]
    if found:
        raise ModelError(found)


def _refused(error: DecisionError, file: str) -> ModelError:
    return ModelError(
        [
            Finding(rule="decision-file", message=one.sentence, file=file, element=one.element, line=one.line)
            for one in error.problems
        ]
    )


def _outputs(decision: Decision) -> tuple[str, ...]:
    table = child(decision.model.elements[decision.id], "decisionTable")
    named = tuple(name for column in children(table, "output") if (name := column.get("name")))
    return named or (decision.name,)


def _declared(xml: bytes) -> bytes:
    """Return the file with input data for what its tables name, unless it declares its own."""
    root = read_source(xml)
    decisions = list(children(root, "decision"))
    if any(True for _ in children(root, "inputData")) or len(decisions) != 1:
        return xml
    only = decisions[0]
    namespace = etree.QName(root).namespace
    for name in sorted(set(_named(only))):
        key = f"input_{name}"
        data = etree.SubElement(root, f"{{{namespace}}}inputData", id=key, name=name)
        etree.SubElement(data, f"{{{namespace}}}variable", id=f"{key}_variable", name=name)
        requirement = etree.Element(f"{{{namespace}}}informationRequirement", id=f"{key}_requirement")
        etree.SubElement(requirement, f"{{{namespace}}}requiredInput", href=f"#{key}")
        # After the variable and before the table, as the schema of DMN has it.
        before = next(one for one in children(only) if local(one) not in {"description", "question", "variable"})
        before.addprevious(requirement)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _named(decision: Any) -> Iterator[str]:
    """Yield the names that the inputs and the outcomes of a decision's table use."""
    table = child(decision, "decisionTable")
    asked = (child(column, "inputExpression") for column in children(table, "input"))
    answered = (entry for rule in children(table, "rule") for entry in children(rule, "outputEntry"))
    for words in (text(one) or "" for one in (*asked, *answered)):
        try:
            compiled = feel.compile(words, _WORDS.findall(words))
            yield from compiled.names - called(compiled.node)
        except feel.FeelError:
            continue

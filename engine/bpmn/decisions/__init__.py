"""Decisions of DMN: read once, evaluated often; a result says which rules matched and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Any

from engine.bpmn.decisions.boxes import Session
from engine.bpmn.decisions.model import Model
from engine.bpmn.decisions.source import DecisionError, Problem, local, name_of
from engine.feel.runtime import Run, Value

__all__ = ["Decision", "DecisionError", "Model", "Problem", "Taken", "read_decision", "read_decisions"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """A decision that was taken: from what, with what result, by which rules.

    ``outputs`` is the result as named values, which replace earlier ones and never merge with
    them. ``rules`` counts from 1 in the decision's own table; ``why`` has a sentence for each
    rule that matched, in whatever table; ``notes`` says why something is null.
    """

    decision: str
    inputs: Mapping[str, Value]
    outputs: Mapping[str, Value]
    rules: tuple[int, ...]
    why: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    value: Value = None


@dataclass(frozen=True, slots=True, eq=False)
class Decision:
    """One decision of a model."""

    model: Model
    id: str

    @property
    def name(self) -> str:
        """The name under which its result is known."""
        return name_of(self.model.elements[self.id])

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names of all input data that it needs, directly or through other decisions."""
        found: dict[str, None] = {}
        waiting, seen = [(self.model, self.id)], set()
        while waiting:
            model, key = waiting.pop()
            if (id(model), key) in seen:
                continue
            seen.add((id(model), key))
            if local(model.elements[key]) == "inputData":
                found[name_of(model.elements[key])] = None
            waiting.extend((other, id_) for other, id_, _ in model.required(key))
        return tuple(sorted(found))

    def evaluate(self, context: Mapping[str, Any]) -> Taken:
        """Take the decision with the values of these names.

        Raises:
            TooMuch: it takes more work than one evaluation may.
        """
        now = context.get("now")
        session = Session(run=Run(now if isinstance(now, datetime) else None))
        given = {name: context.get(name) for name in self.inputs}
        value = self.model.evaluate(self.id, given, session)
        own = next((hit.rules for hit in reversed(session.hits) if hit.holder == self.id), ())
        return Taken(
            decision=self.id,
            inputs=given,
            outputs=value if isinstance(value, dict) else {self.name: value},
            rules=own,
            why=tuple(sentence for hit in session.hits for sentence in hit.why),
            notes=tuple(session.run.notes),
            value=value,
        )


def read_decisions(xml: bytes, *, strict: bool = True) -> dict[str, Decision]:
    """Return the decisions of a DMN file by id.

    Raises:
        DecisionError: it is no safe DMN, or, if ``strict``, something in it cannot be used.
    """
    model = Model(xml)
    if strict and model.problems:
        raise DecisionError(model.problems)
    return {key: Decision(model, key) for key, element in model.elements.items() if local(element) == "decision"}


def read_decision(xml: bytes, *, file: str) -> Decision:
    """Return the decision that a file is for: the one with the file's name as its id.

    Raises:
        DecisionError: as ``read_decisions``, or it has no such decision.
    """
    decisions = read_decisions(xml)
    wanted = PurePath(file).stem
    if wanted not in decisions:
        sentence = f"文件「{PurePath(file).name}」里没有 id 为「{wanted}」的决策"
        raise DecisionError([Problem(element="definitions", line=1, sentence=sentence)])
    return decisions[wanted]

"""Builds small diagrams and plays them; a test names only what it is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID
from xml.sax.saxutils import quoteattr

from engine.bpmn.adapter import ItemLimit, Position, Procedure, Surroundings, compile_model, compile_procedure
from engine.bpmn.catalog import read_with_findings
from engine.bpmn.decisions import Decision
from engine.core.calendars import EMPTY, Calendar
from engine.core.deadlines import Rule

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai
FIELDS = frozenset({"again", "answer", "a", "b", "day", "found_at", "situations"})
_NAMESPACES = (
    'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="https://example.org/shouhu"'
)


def properties(**values: str) -> str:
    """The properties of an element; ``from_`` stands for ``from``."""
    lines = "".join(
        f"<spiffworkflow:property name={quoteattr(name.rstrip('_'))} value={quoteattr(value)}/>"
        for name, value in values.items()
    )
    held = f"<spiffworkflow:properties>{lines}</spiffworkflow:properties>"
    return f"<extensionElements>{held}</extensionElements>" if values else ""


def message(name: str) -> str:
    """The definition of a message event."""
    return f'<messageEventDefinition messageRef="m_{name}"/>'


def timer(text: str, tag: str = "timeDuration") -> str:
    """The definition of a timer event."""
    return f"<timerEventDefinition><{tag}>{text}</{tag}></timerEventDefinition>"


def start(element: str = "start", definition: str = "", **given: str) -> str:
    return f'<startEvent id="{element}" name="{element}">{properties(**given)}{definition}</startEvent>'


def end(element: str = "end", definition: str = "") -> str:
    return f'<endEvent id="{element}" name="到{element}">{definition}</endEvent>'


def user(element: str, **given: str) -> str:
    given = {"code": f"P00-{element}", "role": "police"} | given
    return f'<userTask id="{element}" name="做{element}">{properties(**given)}</userTask>'


def gate(kind: str, element: str, default: str = "") -> str:
    """A gateway: ``exclusive``, ``parallel``, ``inclusive`` or ``eventBased``."""
    chosen = f' default="{default}"' if default else ""
    return f'<{kind}Gateway id="{element}"{chosen}/>'


def catch(element: str, definition: str, **given: str) -> str:
    held = f"{properties(**given)}{definition}"
    return f'<intermediateCatchEvent id="{element}">{held}</intermediateCatchEvent>'


def throw(element: str, name: str) -> str:
    return f'<intermediateThrowEvent id="{element}">{message(name)}</intermediateThrowEvent>'


def boundary(element: str, host: str, definition: str, *, interrupting: bool = True, **given: str) -> str:
    cancel = "true" if interrupting else "false"
    head = f'<boundaryEvent id="{element}" attachedToRef="{host}" cancelActivity="{cancel}">'
    return f"{head}{properties(**given)}{definition}</boundaryEvent>"


def sub(element: str, *inner: str) -> str:
    return f'<subProcess id="{element}">{"".join(inner)}</subProcess>'


def flow(*elements: str, when: str | None = None, id_: str | None = None) -> str:
    """Flows along a chain of elements; a condition and an id belong to the only one."""
    parts = []
    for source, target in pairwise(elements):
        held = f"<conditionExpression>{_escape(when)}</conditionExpression>" if when else ""
        name = id_ or f"{source}__{target}"
        parts.append(f'<sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}">{held}</sequenceFlow>')
    return "".join(parts)


def _escape(text: str | None) -> str:
    return (text or "").replace("&", "&amp;").replace("<", "&lt;")


def diagram(*parts: str, messages: Iterable[str] = (), clock: str | None = None, key: str = "P00") -> bytes:
    """A whole file."""
    known = "".join(f'<message id="m_{name}" name="{name}"/>' for name in messages)
    body = "".join(parts)
    given = properties(clock=clock) if clock else ""
    process = f'<process id="{key}" name="试验" isExecutable="true">{given}{body}</process>'
    return f'<?xml version="1.0"?><definitions {_NAMESPACES}>{known}{process}</definitions>'.encode()


@dataclass
class Play:
    """An instance under test; every verb keeps the position that it led to."""

    procedure: Procedure
    now: datetime = NOON
    parameters: dict[str, Any] = field(default_factory=dict)
    case: dict[str, Any] = field(default_factory=dict)
    calendar: Calendar = EMPTY
    rules: dict[str, Rule] = field(default_factory=dict)
    limits: dict[UUID, ItemLimit] = field(default_factory=dict)
    at: Position = field(init=False)

    @property
    def around(self) -> Surroundings:
        return Surroundings(
            parameters=self.parameters,
            case=self.case,
            now=self.now,
            calendar=self.calendar,
            rules=self.rules,
            limits=self.limits,
        )

    def start(self, door: str | None = None, **fields: Any) -> Position:
        self.at = self.procedure.start(door, self.around, started_by="police", fields=fields)
        return self.at

    def done(self, element: str, **fields: Any) -> Position:
        """Complete the oldest open task of an element."""
        token = next(item.token for item in self.at.items if item.element == element)
        self.at = self.procedure.complete(self.at.state, token, fields, self.around)
        return self.at

    def says(self, name: str, *, door: bool = False) -> Position | None:
        taken = self.procedure.deliver(self.at.state, name, self.around, door=door)
        self.at = taken or self.at
        return taken

    def passes(self, span: timedelta) -> Position:
        """Let time pass and fire what is due."""
        self.now += span
        self.at = self.procedure.fire(self.at.state, self.around)
        return self.at

    @property
    def open(self) -> list[str]:
        return [item.element for item in self.at.items]


def a_play(
    *parts: str,
    messages: Iterable[str] = (),
    parameters: Mapping[str, Any] | None = None,
    decisions: Mapping[str, Decision] | None = None,
    gated: bool = True,
    **given: Any,
) -> Play:
    """Compile a diagram and make it ready to start.

    ``gated=False``: it is one that the gate refuses, and the engine is to stand it all the same.
    """
    known = dict(parameters or {})
    xml = diagram(*parts, messages=messages, **given)
    if gated:
        procedure = compile_procedure(xml, file="P00.bpmn", names=FIELDS | known.keys(), decisions=decisions or {})
    else:
        model, refused = read_with_findings(xml, file="P00.bpmn")
        assert any(one.severity == "error" for one in refused)
        procedure = compile_model(model, names=FIELDS | known.keys(), decisions=decisions or {})
    return Play(procedure, parameters=known)

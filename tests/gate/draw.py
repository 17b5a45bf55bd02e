"""Draws small diagrams as text, one element a line, so that a finding's line can be checked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

HEAD = (
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'targetNamespace="http://shouhu.example/gate"'
)
NAMES = {
    "start": "开始",
    "end": "结束",
    "visit": "上门走访",
    "write": "填写记录",
    "review": "复核",
    "notify": "通知家长",
    "wait": "等待",
    "split": "是否困难",
    "join": "汇合",
    "assess": "评估",
    "late": "超过时限",
}


def el(tag: str, element: str, *inside: str, **given: str) -> str:
    """One element; ``class_`` stands for the attribute ``class``."""
    named = {"name": NAMES[element]} if element in NAMES and "name" not in given else {}
    written = {"id": element} | named | {key.rstrip("_"): value for key, value in given.items()}
    attributes = "".join(f" {key}={quoteattr(value)}" for key, value in written.items())
    head = f"bpmn:{tag}{attributes}"
    return f"<{head}>{''.join(inside)}</bpmn:{tag}>" if inside else f"<{head}/>"


def extend(*inside: str) -> str:
    return f"<bpmn:extensionElements>{''.join(inside)}</bpmn:extensionElements>"


def props(**values: str) -> str:
    """Properties of our language; ``from_`` stands for ``from``."""
    lines = (
        f"<spiffworkflow:property name={quoteattr(key.rstrip('_'))} value={quoteattr(value)}/>"
        for key, value in values.items()
    )
    return extend(f"<spiffworkflow:properties>{''.join(lines)}</spiffworkflow:properties>") if values else ""


def start(element: str = "start", *inside: str, **given: str) -> str:
    return el("startEvent", element, *inside, **given)


def end(element: str = "end", *inside: str, **given: str) -> str:
    return el("endEvent", element, *inside, **given)


def task(element: str, *inside: str, **given: str) -> str:
    """A user task of the police; ``inside`` comes after its properties."""
    held = {"code": f"P90-{element}", "role": "police"} | given
    return el("userTask", element, props(**held), *inside)


def gate(kind: str, element: str, **given: str) -> str:
    """A gateway: ``exclusive``, ``parallel``, ``inclusive``, ``eventBased``, ``complex``."""
    return el(f"{kind}Gateway", element, **given)


def timer(text: str, tag: str = "timeDuration") -> str:
    held = f'<bpmn:{tag} xsi:type="bpmn:tFormalExpression">{escape(text)}</bpmn:{tag}>'
    return f"<bpmn:timerEventDefinition>{held}</bpmn:timerEventDefinition>"


def message(name: str) -> str:
    return f'<bpmn:messageEventDefinition messageRef="m_{name}"/>'


def define(kind: str) -> str:
    """The definition of an event of another kind, without more."""
    return f"<bpmn:{kind}EventDefinition/>"


def catch(element: str, *inside: str, **given: str) -> str:
    return el("intermediateCatchEvent", element, *inside, **given)


def throw(element: str, *inside: str, **given: str) -> str:
    return el("intermediateThrowEvent", element, *inside, **given)


def boundary(element: str, host: str, *inside: str, interrupting: bool = True) -> str:
    return el("boundaryEvent", element, *inside, attachedToRef=host, cancelActivity=str(interrupting).lower())


def sub(element: str, *inside: str, **given: str) -> str:
    return el("subProcess", element, "\n", "\n".join(inside), "\n", **given)


def when(text: str) -> str:
    return f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{escape(text)}</bpmn:conditionExpression>'


def flow(*chain: str, if_: str = "", key: str = "") -> str:
    """Flows along a chain of elements; ``key`` and ``if_`` belong to the only one."""
    lines = []
    for source, target in pairwise(chain):
        held = (when(if_),) if if_ else ()
        lines.append(el("sequenceFlow", key or f"{source}_{target}", *held, sourceRef=source, targetRef=target))
    return "\n".join(lines)


def diagram(
    *parts: str,
    messages: Iterable[str] = (),
    key: str = "P90",
    name: str = "试验过程",
    outside: str = "",
    head: str = HEAD,
    **given: str,
) -> bytes:
    """A whole file with one process; ``outside`` stands before it."""
    known = [f'<bpmn:message id="m_{one}" name={quoteattr(one)}/>' for one in messages]
    process = {"id": key, "name": name, "isExecutable": "true"} | given
    attributes = "".join(f" {key}={quoteattr(value)}" for key, value in process.items() if value)
    body = [*([outside] if outside else []), *known, f"<bpmn:process{attributes}>", *parts, "</bpmn:process>"]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<bpmn:definitions {head}>", *body, "</bpmn:definitions>"]
    return "\n".join(lines).encode()


def through(*nodes: str) -> tuple[str, ...]:
    """Start, the nodes one after the other, end."""
    ids = [re.search(r'id="([^"]+)"', node)[1] for node in nodes]  # type: ignore[index]
    return (start(), *nodes, end(), flow("start", *ids, "end"))


def chain(*middle: str) -> tuple[str, ...]:
    """Start, user tasks one after the other, end."""
    return through(*(task(one) for one in middle))


#: The smallest sound process: what many faulty ones become once they are mended.
LINE = chain("visit")
#: A wait on the way.
WAIT = through(catch("wait", timer("P1D")))

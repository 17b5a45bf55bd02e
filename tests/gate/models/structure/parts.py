"""Messages, pools, lanes, properties and size."""

from __future__ import annotations

from tests.gate.case import Case, alone
from tests.gate.draw import (
    LINE,
    WAIT,
    catch,
    chain,
    diagram,
    el,
    end,
    extend,
    flow,
    message,
    start,
    task,
    through,
)

LONG = [f"t{number}" for number in range(3000)]


def doors(first: str, second: str) -> bytes:
    """Two starts by these messages."""
    parts = (start("start", message(first)), start("again", message(second)), task("visit"), end())
    return diagram(
        *parts, flow("start", "visit", "end"), flow("again", "visit"), messages=dict.fromkeys([first, second])
    )


def pools(*more: str) -> bytes:
    """The process in a pool, and what else is drawn beside it."""
    held = ('<bpmn:participant id="pool" name="公安" processRef="P90"/>', *more)
    return diagram(*LINE, outside="\n".join(['<bpmn:collaboration id="talk">', *held, "</bpmn:collaboration>"]))


def lanes(**nodes: str) -> tuple[str, ...]:
    """A lane for each name, with the nodes that it refers to."""
    held = [
        el("lane", lane, *(f"<bpmn:flowNodeRef>{one}</bpmn:flowNodeRef>" for one in given.split()))
        for lane, given in nodes.items()
    ]
    return ('<bpmn:laneSet id="lanes">', *held, "</bpmn:laneSet>", *LINE)


def asked_again(name: str) -> bytes:
    """A process with a door of its own, which ends by a message of this name."""
    parts = (start(), start("door", message("told")), task("visit"), end("end", message(name)))
    return diagram(*parts, flow("start", "visit", "end"), flow("door", "visit"), messages=["told", "asked"])


def coded(*codes: str) -> tuple[str, ...]:
    """A task with these codes."""
    held = "".join(f'<spiffworkflow:property name="code" value="{one}"/>' for one in codes)
    role = '<spiffworkflow:property name="role" value="police"/>'
    written = extend(f"<spiffworkflow:properties>{held}{role}</spiffworkflow:properties>")
    return through(el("userTask", "visit", written))


def waited(name: str, fault: str, rule: str | tuple[str, ...], definition: str) -> Case:
    return alone(name, fault, at="wait", rule=rule, wrong=through(catch("wait", definition)), right=WAIT)


CASES = (
    waited("message-not-chosen", "消息没有选定", "message", "<bpmn:messageEventDefinition/>"),
    waited("message-unknown", "引用的消息不存在", ("message", "dangling-reference"), message("nothing")),
    alone(
        "two-doors",
        "两个开始事件等同一个消息",
        at=("again", "start"),
        rule="same-door",
        wrong=doors("told", "told"),
        right=doors("told", "asked"),
    ),
    alone(
        "receive-without-message",
        "接收任务没有消息",
        at="wait",
        rule="message",
        wrong=through(el("receiveTask", "wait")),
        right=diagram(*through(el("receiveTask", "wait", messageRef="m_order_complied")), messages=["order_complied"]),
    ),
    alone(
        "pool-of-nothing",
        "泳池里的过程不存在",
        at="empty",
        rule=("empty-pool", "dangling-reference"),
        wrong=pools('<bpmn:participant id="empty" name="学校" processRef="P99"/>'),
        right=pools('<bpmn:participant id="empty" name="学校"/>'),
    ),
    alone(
        "lane-of-nothing",
        "泳道里的节点不存在",
        at="police",
        rule=("lane", "dangling-reference"),
        wrong=lanes(police="visit gone"),
        right=lanes(police="visit"),
    ),
    alone(
        "two-lanes",
        "一个任务在两条泳道里",
        at=("visit", "court", "police"),
        rule="lane",
        wrong=lanes(police="visit", court="visit"),
        right=lanes(police="visit", court="end"),
    ),
    alone(
        "unknown-property",
        "不认识的属性",
        at="visit",
        rule="property",
        wrong=through(task("visit", limti="t_visit")),
        right=LINE,
    ),
    alone(
        "decision-not-chosen",
        "决策任务没有选定决策",
        at="visit",
        rule="decision",
        wrong=through(el("businessRuleTask", "visit")),
        right=LINE,
    ),
    alone("too-long", "流程太长", at=LONG, rule="long-chain", wrong=chain(*LONG), right=chain(*LONG[:300])),
    alone(
        "message-to-self",
        "给自己的开始事件发消息，没完没了",
        at="end",
        rule="message-to-self",
        wrong=asked_again("told"),
        right=asked_again("asked"),
    ),
    alone(
        "property-twice",
        "一个属性写了两次",
        at="visit",
        rule="same-property",
        wrong=coded("P90-T1", "P90-T2"),
        right=coded("P90-T1"),
    ),
    alone(
        "set-engine-word",
        "给系统自己的名称赋值",
        at="visit",
        rule="set-name",
        wrong=through(task("visit", sets="now: 1")),
        right=through(task("visit", sets="visits_before: 1")),
    ),
    alone(
        "switch-neither",
        "开关既不是真也不是假",
        at="visit",
        rule="property-value",
        wrong=through(task("visit", holds="maybe")),
        right=through(task("visit", holds="false")),
    ),
    alone(
        "node-of-another-tongue",
        "别的命名空间里的节点",
        at=("evil", "visit", "P90"),
        rule=("unknown-element", "schema", "not-read"),
        wrong=(*LINE, '<x:scriptTask xmlns:x="urn:x" id="evil">import os</x:scriptTask>'),
        right=LINE,
        near="",
    ),
)

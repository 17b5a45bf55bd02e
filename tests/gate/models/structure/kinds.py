"""Elements and events that the language does not have."""

from __future__ import annotations

from tests.gate.case import Case, alone
from tests.gate.draw import (
    LINE,
    WAIT,
    catch,
    chain,
    define,
    el,
    end,
    flow,
    start,
    sub,
    task,
    through,
    throw,
    timer,
)

INSIDE = (start("s"), task("write"), end("e"), flow("s", "write", "e"))
ASSESS = through(sub("assess", *INSIDE))
SECOND = (start("s2"), end("e2"), flow("s2", "e2"))
LINK = '<bpmn:linkEventDefinition name="A"/>'


def element(name: str, fault: str, tag: str, rule: str | tuple[str, ...] = "", **given: str) -> Case:
    """Another element where the task should be."""
    wrong = through(el(tag, "visit", **given))
    return alone(name, fault, at="visit", rule=rule or name, wrong=wrong, right=LINE)


def shape(name: str, fault: str, tag: str) -> Case:
    """A subprocess of another kind."""
    wrong = [part.replace("bpmn:subProcess", f"bpmn:{tag}") for part in ASSESS]
    return alone(name, fault, at="assess", rule=name, wrong=wrong, right=ASSESS)


def on_task(name: str, fault: str, rule: str, wrong: str, at: tuple[str, ...] = ("visit",)) -> Case:
    return alone(name, fault, at=at, rule=rule, wrong=through(wrong), right=LINE)


def waited(name: str, fault: str, rule: str | tuple[str, ...], *definitions: str) -> Case:
    """An event on the way."""
    return alone(name, fault, at="wait", rule=rule, wrong=through(catch("wait", *definitions)), right=WAIT)


CASES = (
    element("service-task", "服务任务", "serviceTask"),
    element("manual-task", "手工任务", "manualTask"),
    element("plain-task", "没有说明种类的任务", "task"),
    element("script-kind", "脚本任务", "scriptTask", "script-task"),
    element("complex-gateway", "复杂网关", "complexGateway"),
    element("conversation", "会话里的元素", "callConversation", ("unknown-element", "schema")),
    element("nonsense", "BPMN里没有的元素", "nonsense", ("unknown-element", "schema")),
    element("call-nothing", "调用活动没有写调用谁", "callActivity", "call-activity"),
    element("call-itself", "过程调用自己", "callActivity", "call-activity", calledElement="P90"),
    element("call-missing", "调用不存在的过程", "callActivity", "call-activity", calledElement="Q1"),
    shape("transaction", "事务子过程", "transaction"),
    shape("ad-hoc", "即席子过程", "adHocSubProcess"),
    alone(
        "event-subprocess",
        "事件子过程",
        at="odd",
        rule="event-subprocess",
        wrong=(*LINE, sub("odd", *INSIDE, triggeredByEvent="true")),
        right=ASSESS,
    ),
    alone(
        "event-subprocess-twice",
        "两个事件子过程",
        at=("odd", "odd2"),
        rule="event-subprocess",
        wrong=(*LINE, *(sub(one, *in_, triggeredByEvent="true") for one, in_ in (("odd", INSIDE), ("odd2", SECOND)))),
        right=ASSESS,
    ),
    on_task("standard-loop", "循环标记", "loop-marker", task("visit", el("standardLoopCharacteristics", "l"))),
    on_task(
        "compensation-marker",
        "补偿活动",
        "compensation",
        task("visit").replace("<bpmn:userTask", '<bpmn:userTask isForCompensation="true"', 1),
    ),
    waited("signal", "信号事件", "event-kind", define("signal")),
    waited("conditional", "条件事件", "event-kind", define("conditional")),
    waited("escalation", "升级事件", "event-kind", define("escalation")),
    waited("link", "链接事件没有来处", "link-event", define("link")),
    waited("two-definitions", "一个事件两种触发", "multiple-event", timer("P1D"), define("signal")),
    alone(
        "link-pair",
        "链接事件：令牌在此消失",
        at=("wait", "review"),
        rule="link-event",
        wrong=(
            *(start(), task("visit"), throw("wait", LINK), catch("review", LINK), end()),
            *(flow("start", "visit", "wait"), flow("review", "end")),
        ),
        right=LINE,
    ),
    alone(
        "compensation-throw",
        "补偿抛出，没有补偿处理",
        at="wait",
        rule="compensation",
        wrong=through(task("visit"), throw("wait", define("compensate"))),
        right=LINE,
    ),
    alone(
        "error-end",
        "错误结束事件",
        at="end",
        rule="event-kind",
        wrong=(start(), task("visit"), end("end", define("error")), flow("start", "visit", "end")),
        right=LINE,
    ),
    alone(
        "signal-start",
        "信号开始事件",
        at="start",
        rule="event-kind",
        wrong=(start("start", define("signal")), *chain("visit")[1:]),
        right=LINE,
    ),
    alone(
        "timer-start",
        "定时开始事件",
        at="start",
        rule="event-place",
        wrong=(start("start", timer("P1D")), *chain("visit")[1:]),
        right=LINE,
    ),
)

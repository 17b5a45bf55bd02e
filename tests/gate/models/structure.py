"""Structure: what cannot be run as it is drawn."""

from __future__ import annotations

from tests.gate.case import Case, alone
from tests.gate.draw import (
    LINE,
    boundary,
    catch,
    chain,
    define,
    diagram,
    el,
    end,
    flow,
    gate,
    message,
    start,
    sub,
    task,
    throw,
    timer,
)

TWO = chain("visit", "write")
INSIDE = (start("s"), task("write"), end("e"), flow("s", "write", "e"))
ASSESS = (start(), sub("assess", *INSIDE), end(), flow("start", "assess", "end"))
EVENT_SUB = sub("odd", *INSIDE, triggeredByEvent="true")
CHOICE = (
    *(start(), gate("exclusive", "split", default="easy"), task("visit"), task("write"), end()),
    *(flow("start", "split"), flow("split", "visit", if_="now > started", key="hard")),
    *(flow("split", "write", key="easy"), flow("visit", "end"), flow("write", "end")),
)


def choice(*, default: str = "easy", hard: str = "now > started", easy: str = "") -> tuple[str, ...]:
    """A choice between two tasks."""
    head = gate("exclusive", "split", default=default) if default else gate("exclusive", "split")
    ways = (flow("split", "visit", if_=hard, key="hard"), flow("split", "write", if_=easy, key="easy"))
    return (start(), head, task("visit"), task("write"), end(), flow("start", "split"), *ways, flow("visit", "end"), flow("write", "end"))


def one(name: str, fault: str, at: str | tuple[str, ...], rule: str | tuple[str, ...], *wrong: str, right: tuple[str, ...] = LINE) -> Case:
    return alone(name, fault, at=at, rule=rule, wrong=wrong, right=right)


def whole(name: str, fault: str, at: str | tuple[str, ...], rule: str | tuple[str, ...], wrong: bytes, right: bytes = diagram(*LINE), near: str | None = None) -> Case:
    return alone(name, fault, at=at, rule=rule, wrong=wrong, right=right, near=near)


STARTS_AND_ENDS = (
    whole("no-start", "没有开始事件", ("P90", "", "visit"), ("start", "no-start"), diagram(task("visit"), end(), flow("visit", "end"))),
    whole("no-end", "没有结束事件", ("P90", "", "visit"), ("end", "no-end", "dead-end"), diagram(start(), task("visit"), flow("start", "visit"))),
    whole(
        "two-starts",
        "两个手工开始",
        ("again", "start"),
        ("start", "two-starts", "same-door"),
        diagram(*LINE, start("again"), flow("again", "visit")),
        diagram(*LINE, start("again", message("told")), flow("again", "visit"), messages=["told"]),
    ),
    one("into-start", "顺序流进入开始事件", ("visit_start", "visit"), ("flow", "flow-ends"), start(), task("visit"), end(), flow("start", "visit", "start"), right=LINE),
    one("out-of-end", "结束之后还有顺序流", "end_visit", ("flow", "flow-ends", "out-of-end"), *LINE, flow("end", "visit")),
    one("dangling-target", "顺序流的终点不存在", "visit_nowhere", ("flow", "flow-ends", "xsd"), start(), task("visit"), end(), flow("start", "visit", "nowhere"), flow("visit", "end")),
    one("dangling-source", "顺序流的起点不存在", "nowhere_visit", ("flow", "flow-ends", "xsd"), *LINE, flow("nowhere", "visit")),
    one("dead-end", "任务之后没有路", "write", "dead-end", start(), task("visit"), task("write"), end(), gate("parallel", "split"), flow("start", "split", "visit", "end"), flow("split", "write"), right=(start(), task("visit"), task("write"), end(), gate("parallel", "split"), flow("start", "split", "visit", "end"), flow("split", "write", "end"))),
    one("orphan", "走不到的任务", ("write", "write_end"), ("unreached", "orphan"), *LINE, task("write"), flow("write", "end"), right=TWO),
    one("orphan-cycle", "走不到的一圈任务", ("write", "review"), ("unreached", "orphan"), *LINE, task("write"), task("review"), flow("write", "review", "write"), right=chain("visit", "write", "review")),
    one("implicit-split", "任务之后两条路", ("visit", "visit_e2"), ("implicit-split",), *LINE, end("e2"), flow("visit", "e2"), right=(start(), task("visit"), gate("parallel", "split"), end(), end("e2"), flow("start", "visit", "split", "end"), flow("split", "e2"))),
    one("self-loop", "任务指向自己", ("visit", "visit_visit"), ("implicit-split", "livelock", "dead-end", "flow", "never-ends", "self-loop"), start(), task("visit"), end(), flow("start", "visit", "visit"), right=LINE),
)

IDS = (
    one("same-id-twice", "编号重复", "visit", ("id", "duplicate-id"), *LINE, task("visit"), right=TWO),
    one("same-id-flow", "顺序流的编号重复", ("f1",), ("id", "duplicate-id"), start(), task("visit"), end(), flow("start", "visit", key="f1"), flow("visit", "end", key="f1")),
    one("id-of-flow-and-task", "任务和顺序流同一个编号", ("visit",), ("id", "duplicate-id"), start(), task("visit"), end(), flow("start", "visit", key="visit"), flow("visit", "end")),
    whole("no-process-id", "过程没有编号", ("", "P90"), ("id", "process-id", "process"), diagram(*LINE, key=""), near="<bpmn:process"),
    whole("path-as-id", "过程的编号是路径", ("../../etc/P90", ""), ("id", "process-id", "xsd", "key"), diagram(*LINE, key="../../etc/P90"), near="<bpmn:process"),
    one("blank-in-id", "编号里有空格", ("the visit", ""), ("id", "xsd"), start(), el("userTask", "the visit"), end(), flow("start", "the visit", "end")),
    one("no-id", "任务没有编号", ("", "start_"), ("id", "xsd"), *LINE, '<bpmn:userTask name="无编号"/>') ,
    whole("not-executable", "声明为不可执行", ("P90",), ("process", "not-executable", "executable"), diagram(*LINE, isExecutable="false")),
    whole("two-processes", "一个文件两个过程", ("", "P91", "definitions"), ("process", "one-process"), diagram(*LINE).replace(b"</bpmn:definitions>", b'<bpmn:process id="P91" isExecutable="true"><bpmn:startEvent id="s9"/></bpmn:process>\n</bpmn:definitions>')),
    whole("empty-process", "过程里什么也没有", ("P90", ""), ("start", "end", "no-start", "empty", "process"), diagram()),
)

KINDS = (
    *(
        one(f"unsupported-{tag}", "语言里没有的元素", ("visit",), ("unsupported",), start(), el(tag, "visit"), end(), flow("start", "visit", "end"))
        for tag in ("serviceTask", "manualTask", "task", "callActivity", "complexGateway", "callConversation")
    ),
    one("self-call", "过程调用自己", ("visit",), ("unsupported",), start(), el("callActivity", "visit", calledElement="P90"), end(), flow("start", "visit", "end")),
    one("call-missing", "调用不存在的过程", ("visit",), ("unsupported",), start(), el("callActivity", "visit", calledElement="Q1"), end(), flow("start", "visit", "end")),
    one("transaction", "事务子过程", "assess", "unsupported", start(), sub("assess", *INSIDE).replace("subProcess", "transaction"), end(), flow("start", "assess", "end"), right=ASSESS),
    one("ad-hoc", "即席子过程", "assess", "unsupported", start(), sub("assess", *INSIDE).replace("subProcess", "adHocSubProcess"), end(), flow("start", "assess", "end"), right=ASSESS),
    one("event-subprocess", "事件子过程", ("odd",), ("event-subprocess",), *LINE, EVENT_SUB, right=ASSESS),
    one("event-subprocess-twice", "两个事件子过程", ("odd", "odd2"), ("event-subprocess",), *LINE, EVENT_SUB, sub("odd2", start("s2"), end("e2"), flow("s2", "e2"), triggeredByEvent="true"), right=ASSESS),
    one("nonsense", "BPMN里没有的元素", ("visit", ""), ("unsupported", "xsd"), start(), el("nonsense", "visit"), end(), flow("start", "visit", "end")),
    one("standard-loop", "循环标记", ("visit", "again"), "loop", start(), task("visit", el("standardLoopCharacteristics", "again")), end(), flow("start", "visit", "end")),
    one("compensation-marker", "补偿活动", ("visit",), ("unsupported", "compensation", "event"), start(), task("visit").replace("<bpmn:userTask", '<bpmn:userTask isForCompensation="true"', 1), end(), flow("start", "visit", "end")),
    *(
        one(f"event-{kind}", "语言里没有的事件", ("wait",), ("event",), start(), catch("wait", define(kind)), end(), flow("start", "wait", "end"), right=(start(), catch("wait", timer("P1D")), end(), flow("start", "wait", "end")))
        for kind in ("signal", "conditional", "link")
    ),
    one("link-throw", "链接事件：令牌在此消失", ("wait", "review"), ("event", "dead-end"), start(), task("visit"), throw("wait", '<bpmn:linkEventDefinition name="A"/>'), catch("review", '<bpmn:linkEventDefinition name="A"/>'), end(), flow("start", "visit", "wait"), flow("review", "end")),
    one("compensation-throw", "补偿抛出，没有补偿处理", ("wait",), ("event",), start(), task("visit"), throw("wait", define("compensate")), end(), flow("start", "visit", "wait", "end")),
    one("error-end", "错误结束事件", ("end",), ("event",), start(), task("visit"), end("end", define("error")), flow("start", "visit", "end")),
    one("signal-start", "信号开始事件", ("start",), ("event",), start("start", define("signal")), task("visit"), end(), flow("start", "visit", "end")),
    one("timer-start", "定时开始事件", ("start",), ("event", "timer"), start("start", timer("P1D")), task("visit"), end(), flow("start", "visit", "end")),
    one("two-definitions", "一个事件两种触发", ("wait",), ("event",), start(), catch("wait", timer("P1D"), define("conditional")), end(), flow("start", "wait", "end"), right=(start(), catch("wait", timer("P1D")), end(), flow("start", "wait", "end"))),
)

BOUNDARIES = (
    one("boundary-on-nothing", "边界事件附在不存在的任务上", "late", ("boundary", "xsd"), *LINE, boundary("late", "nothing", timer("P1D")), end("e2"), flow("late", "e2"), right=(*LINE, boundary("late", "visit", timer("P1D")), end("e2"), flow("late", "e2"))),
    one("boundary-on-gateway", "边界事件附在网关上", "late", "boundary", *CHOICE, boundary("late", "split", timer("P1D")), end("e2"), flow("late", "e2"), right=(*CHOICE, boundary("late", "visit", timer("P1D")), end("e2"), flow("late", "e2"))),
    one("boundary-without-way", "边界事件之后没有路", "late", "dead-end", *LINE, boundary("late", "visit", timer("P1D")), right=(*LINE, boundary("late", "visit", timer("P1D")), end("e2"), flow("late", "e2"))),
    one("into-boundary", "顺序流进入边界事件", ("write_late",), ("flow", "flow-ends"), start(), task("visit"), task("write"), end(), end("e2"), boundary("late", "visit", timer("P1D")), flow("start", "visit", "write"), flow("write", "late"), flow("late", "e2"), right=(start(), task("visit"), task("write"), end(), end("e2"), boundary("late", "visit", timer("P1D")), flow("start", "visit", "write", "end"), flow("late", "e2"))),
    one("flow-into-subprocess", "顺序流穿过子过程的边界", ("visit_write", "visit"), ("flow", "flow-ends", "flow-scope", "implicit-split"), start(), task("visit"), sub("assess", *INSIDE), end(), flow("start", "visit", "assess", "end"), flow("visit", "write"), right=(start(), task("visit"), sub("assess", *INSIDE), end(), flow("start", "visit", "assess", "end"))),
    one("subprocess-without-start", "子过程没有开始事件", ("assess", "write"), ("start", "no-start", "unreached", "subprocess-start"), start(), sub("assess", task("write"), end("e"), flow("write", "e")), end(), flow("start", "assess", "end"), right=ASSESS),
    one("subprocess-two-starts", "子过程有两个开始事件", ("assess", "s2"), ("start", "subprocess-start", "two-starts"), start(), sub("assess", *INSIDE, start("s2"), flow("s2", "write")), end(), flow("start", "assess", "end"), right=ASSESS),
    one("subprocess-empty", "子过程是空的", ("assess",), ("start", "end", "no-start", "empty", "subprocess-start"), start(), el("subProcess", "assess"), end(), flow("start", "assess", "end"), right=ASSESS),
    one("subprocess-message-start", "子过程由消息开始", ("s", "assess"), ("event", "start", "subprocess-start"), start(), sub("assess", start("s", define("signal")), end("e"), flow("s", "e")), end(), flow("start", "assess", "end"), right=ASSESS),
)

GATEWAYS = (
    one("task-condition", "离开任务的顺序流有条件", ("visit_end",), ("condition", "condition-on-task"), start(), task("visit"), end(), flow("start", "visit"), flow("visit", "end", if_="now > started")),
    one("parallel-condition", "离开并行网关的顺序流有条件", ("hard",), ("condition", "condition-on-parallel", "condition-on-task"), start(), gate("parallel", "split"), task("visit"), task("write"), end(), flow("start", "split"), flow("split", "visit", if_="now > started", key="hard"), flow("split", "write"), flow("visit", "end"), flow("write", "end"), right=(start(), gate("parallel", "split"), task("visit"), task("write"), end(), flow("start", "split", "visit", "end"), flow("split", "write", "end"))),
    one("no-default", "一条路没有条件，也不是默认流", ("easy", "split"), ("condition", "no-default", "missing-condition"), *choice(default=""), right=choice()),
    one("not-exhaustive", "没有默认流，条件有遗漏", ("split",), ("no-way-out",), *choice(default="", hard='started_by = "police"', easy='started_by = "court"'), right=choice(default="", hard='started_by = "police"', easy='started_by = null or started_by != "police"')),
    one("foreign-default", "默认流不是自己的", ("split",), ("default",), *choice(default="start_split", easy="started > now"), right=choice()),
    one("default-with-condition", "默认流有条件", ("easy",), ("condition", "default", "default-condition"), *choice(easy="started > now"), right=choice()),
    one("complex", "复杂网关", ("split",), ("unsupported",), *(part.replace("exclusiveGateway", "complexGateway") for part in choice()), right=choice()),
    one("always-true", "条件任何情况下都成立", ("hard",), ("constant",), *choice(hard="1 = 1"), right=choice()),
    one("never-true", "条件任何情况下都不成立", ("hard",), ("constant",), *choice(hard="1 = 2"), right=choice()),
    one("inclusive-on-cycle", "包容网关在回路上", ("split", "join"), ("inclusive-cycle",),
        *(start(), gate("exclusive", "merge"), gate("inclusive", "split", default="d"), task("visit"), task("write"), gate("inclusive", "join"), gate("exclusive", "again", default="out"), end()),
        *(flow("start", "merge", "split"), flow("split", "visit", if_="now > started"), flow("split", "write", key="d"), flow("visit", "join", "again"), flow("write", "join"), flow("again", "merge", if_="now > started"), flow("again", "end", key="out")),
        right=(
            *(start(), gate("exclusive", "merge"), gate("parallel", "split"), task("visit"), task("write"), gate("parallel", "join"), gate("exclusive", "again", default="out"), end()),
            *(flow("start", "merge", "split", "visit", "join", "again"), flow("split", "write", "join"), flow("again", "merge", if_="now > started"), flow("again", "end", key="out")),
        )),
    one("two-timers", "事件网关后有两个定时", ("split", "wait", "late"), ("two-timers",), start(), gate("eventBased", "split"), catch("wait", timer("P1D")), catch("late", timer("P2D")), end(), flow("start", "split", "wait", "end"), flow("split", "late", "end"), right=(start(), gate("parallel", "split"), catch("wait", timer("P1D")), catch("late", timer("P2D")), end(), flow("start", "split", "wait", "end"), flow("split", "late", "end"))),
    one("event-gateway-to-task", "事件网关之后是任务", ("split_visit",), ("event-gateway",), start(), gate("eventBased", "split"), catch("wait", timer("P1D")), task("visit"), end(), flow("start", "split", "wait", "end"), flow("split", "visit", "end"), right=(start(), gate("parallel", "split"), catch("wait", timer("P1D")), task("visit"), end(), flow("start", "split", "wait", "end"), flow("split", "visit", "end"))),
    one("parallel-twice-from-one", "两条线从同一处进入汇合", ("join", "split_join_2", "split_join"), ("join",), start(), gate("parallel", "split"), gate("parallel", "join"), end(), flow("start", "split", "join", "end"), flow("split", "join", key="split_join_2"), right=(start(), gate("parallel", "split"), task("visit"), gate("parallel", "join"), end(), flow("start", "split", "visit", "join", "end"), flow("split", "join"))),
)

MESSAGES = (
    one("message-without-name", "消息没有选定", ("wait",), ("message",), start(), catch("wait", "<bpmn:messageEventDefinition/>"), end(), flow("start", "wait", "end"), right=(start(), catch("wait", timer("P1D")), end(), flow("start", "wait", "end"))),
    one("message-unknown", "引用的消息不存在", ("wait",), ("message", "xsd"), start(), catch("wait", message("nothing")), end(), flow("start", "wait", "end"), right=(start(), catch("wait", timer("P1D")), end(), flow("start", "wait", "end"))),
    whole("two-doors", "两个开始事件等同一个消息", ("again", "start"), ("start", "two-starts", "same-door"), diagram(start("start", message("told")), start("again", message("told")), task("visit"), end(), flow("start", "visit", "end"), flow("again", "visit"), messages=["told"]), diagram(start("start", message("told")), start("again", message("asked")), task("visit"), end(), flow("start", "visit", "end"), flow("again", "visit"), messages=["told", "asked"])),
    whole("receive-without-message", "接收任务没有消息", ("wait",), ("message",), diagram(start(), el("receiveTask", "wait"), end(), flow("start", "wait", "end")), diagram(start(), el("receiveTask", "wait", messageRef="m_told"), end(), flow("start", "wait", "end"), messages=["told"])),
    whole("empty-pool", "泳池是空的", ("empty", "talk"), ("pool", "collaboration", "process", "empty-pool"), diagram(*LINE, outside='<bpmn:collaboration id="talk">\n<bpmn:participant id="pool" name="公安" processRef="P90"/>\n<bpmn:participant id="empty" name="学校" processRef="P99"/>\n</bpmn:collaboration>'), diagram(*LINE, outside='<bpmn:collaboration id="talk">\n<bpmn:participant id="pool" name="公安" processRef="P90"/>\n</bpmn:collaboration>')),
    whole("lane-of-nothing", "泳道里的节点不存在", ("police",), ("lane", "xsd"), diagram('<bpmn:laneSet id="lanes"><bpmn:lane id="police"><bpmn:flowNodeRef>visit</bpmn:flowNodeRef><bpmn:flowNodeRef>gone</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>', *LINE), diagram('<bpmn:laneSet id="lanes"><bpmn:lane id="police"><bpmn:flowNodeRef>visit</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>', *LINE)),
    whole("two-lanes", "一个任务在两条泳道里", ("visit", "court", "police"), ("lane",), diagram('<bpmn:laneSet id="lanes">\n<bpmn:lane id="police"><bpmn:flowNodeRef>visit</bpmn:flowNodeRef></bpmn:lane>\n<bpmn:lane id="court"><bpmn:flowNodeRef>visit</bpmn:flowNodeRef></bpmn:lane>\n</bpmn:laneSet>', *LINE), diagram('<bpmn:laneSet id="lanes">\n<bpmn:lane id="police"><bpmn:flowNodeRef>visit</bpmn:flowNodeRef></bpmn:lane>\n<bpmn:lane id="court"/>\n</bpmn:laneSet>', *LINE)),
)

LONG = [f"t{number}" for number in range(3000)]
PROPERTIES = (
    one("unknown-property", "不认识的属性", ("visit",), ("property", "unknown-property"), start(), task("visit", limti="t_visit"), end(), flow("start", "visit", "end")),
    one("decision-not-chosen", "决策任务没有选定决策", ("visit",), ("decision",), start(), el("businessRuleTask", "visit"), end(), flow("start", "visit", "end")),
    one("condition-empty", "条件是空的", ("hard", "split"), ("condition", "missing-condition", "no-default"), *(part.replace("now &gt; started", " ") for part in choice()), right=choice()),
    one("too-long", "流程太长", ("", "P90", *LONG), ("size", "too-long", "chain"), *chain(*LONG[:3000])),
)

CASES = (*STARTS_AND_ENDS, *IDS, *KINDS, *BOUNDARIES, *GATEWAYS, *MESSAGES, *PROPERTIES)

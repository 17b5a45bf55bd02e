"""Reads the XML of a diagram into nodes, flows and tasks, collecting what it cannot read."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from engine.bpmn import properties as props
from engine.bpmn.findings import Finding
from engine.bpmn.model import Door, Flow, Node, TaskModel, TimerModel
from engine.bpmn.xmltext import BPMN, SPIFF, bpmn_children, line_of, local

TASKS = frozenset({"userTask"})
GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway"})
EVENTS = frozenset(
    {
        *("startEvent", "endEvent", "boundaryEvent"),
        *("intermediateCatchEvent", "intermediateThrowEvent"),
    }
)
MESSAGE_TASKS = frozenset({"receiveTask", "sendTask"})
NODES = TASKS | GATEWAYS | EVENTS | MESSAGE_TASKS | {"subProcess", "businessRuleTask"}
#: Drawn for people; they say nothing to the engine.
DRAWN_ONLY = frozenset(
    {
        *("documentation", "extensionElements", "laneSet", "incoming", "outgoing", "sequenceFlow"),
        *("textAnnotation", "association", "group", "dataObject", "dataObjectReference"),
        *("dataStoreReference", "category", "artifact"),
    }
)
#: What other tools draw, and what to draw instead.
INSTEAD = {
    "scriptTask": "不支持脚本任务：请用网关条件、决策表或表单字段",
    "callActivity": "不支持调用活动：过程之间请用消息",
    "complexGateway": "不支持复杂网关：请用排他、并行或包容网关",
    "serviceTask": "不支持服务任务：请用用户任务或决策表任务",
    "manualTask": "不支持手工任务：请用用户任务",
    "task": "请写明任务的种类：用户任务",
    "transaction": "不支持事务子过程：请用嵌入子过程",
    "adHocSubProcess": "不支持即席子过程：请用嵌入子过程和网关",
}
_DEFINITION = "EventDefinition"
_EVENTS_OF = {
    "startEvent": {"", "message"},
    "endEvent": {"", "message", "terminate"},
    "boundaryEvent": {"message", "timer"},
    "intermediateCatchEvent": {"message", "timer"},
    "intermediateThrowEvent": {"message"},
}


@dataclass(slots=True)
class Reader:
    """Walks one process; what it finds is in its fields when ``read`` is done."""

    file: str
    messages: dict[str, str]
    lanes: dict[str, str] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)
    tasks: dict[str, TaskModel] = field(default_factory=dict)
    doors: list[Door] = field(default_factory=list)
    timers: dict[str, TimerModel] = field(default_factory=dict)
    properties: dict[str, dict[str, str]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    _lane_of: dict[str, str] = field(default_factory=dict)

    def refuse(self, rule: str, message: str, at: etree._Element) -> None:
        """Note a problem and go on."""
        element = at.get("id") or ""
        self.findings.append(Finding(rule=rule, message=message, file=self.file, element=element, line=line_of(at)))

    def read(self, process: etree._Element) -> None:
        """Read the whole process."""
        for lane in process.iter(f"{{{BPMN}}}lane"):
            key = lane.get("id", "")
            self.lanes[key] = lane.get("name", "")
            for ref in bpmn_children(lane, "flowNodeRef"):
                self._lane_of[(ref.text or "").strip()] = key
        self._read_properties(process, "process")
        self._read_level(process, scope="", lane="")

    def _read_level(self, level: etree._Element, *, scope: str, lane: str) -> None:
        for child in bpmn_children(level):
            tag = local(child)[1]
            if tag in NODES:
                self._read_node(child, tag, scope=scope, lane=lane)
            elif tag == "sequenceFlow":
                self._read_flow(child)
            elif tag not in DRAWN_ONLY:
                said = INSTEAD.get(tag, f"不支持的元素：{tag}")
                self.refuse("unsupported", said, child)

    def _read_flow(self, flow: etree._Element) -> None:
        condition = flow.find(f"{{{BPMN}}}conditionExpression")
        text = None if condition is None else (condition.text or "").strip()
        self.flows.append(
            Flow(
                element=flow.get("id", ""),
                name=flow.get("name", ""),
                source=flow.get("sourceRef", ""),
                target=flow.get("targetRef", ""),
                condition=text or None,
                line=line_of(flow),
            )
        )

    def _read_node(self, node: etree._Element, tag: str, *, scope: str, lane: str) -> None:
        element = node.get("id", "")
        if not element or element in self.nodes:
            self.refuse("id", f"元素没有编号，或编号重复：{element or tag}", node)
            return
        lane = self._lane_of.get(element, lane)
        event, message = self._read_event(node, tag, scope)
        known = "timer" if event == "timer" else tag
        given = self._read_properties(node, known)
        self.nodes[element] = Node(
            element=element,
            kind=tag,
            name=node.get("name", ""),
            clauses=props.names(given.get("clauses")),
            line=line_of(node),
            scope=scope,
            lane=lane,
            event=event,
            message=message,
            host=node.get("attachedToRef", ""),
            interrupting=node.get("cancelActivity", "true") != "false",
            default=node.get("default", ""),
            decision=props.extension(node, "calledDecisionId") or "",
        )
        self._refuse_extras(node, tag)
        if tag == "userTask":
            self._read_task(node, given, lane)
        elif tag == "startEvent" and not scope:
            self._read_door(self.nodes[element], given)
        elif tag == "subProcess":
            self._read_level(node, scope=element, lane=lane)

    def _read_event(self, node: etree._Element, tag: str, scope: str) -> tuple[str, str]:
        if tag in MESSAGE_TASKS:
            return "message", self._message(node, node.get("messageRef"))
        if tag not in EVENTS:
            return "", ""
        found = [child for child in bpmn_children(node) if local(child)[1].endswith(_DEFINITION)]
        kinds = [local(child)[1].removesuffix(_DEFINITION) for child in found] or [""]
        allowed = {""} if tag == "startEvent" and scope else _EVENTS_OF[tag]
        if len(kinds) > 1 or kinds[0] not in allowed:
            self.refuse("event", f"此处不支持这种事件：{'、'.join(kinds) or '无定义'}", node)
            return "", ""
        if kinds[0] == "timer":
            self._read_timer(node, found[0])
        if kinds[0] == "message":
            return "message", self._message(node, found[0].get("messageRef"))
        return kinds[0], ""

    def _message(self, node: etree._Element, reference: str | None) -> str:
        name = self.messages.get((reference or "").split(":")[-1], "")
        if not name:
            self.refuse("message", "消息没有名称，或没有选定消息", node)
        return name

    def _read_timer(self, node: etree._Element, definition: etree._Element) -> None:
        texts = bpmn_children(definition, "timeDuration", "timeDate")
        text = (texts[0].text or "").strip() if len(texts) == 1 else ""
        if not text:
            self.refuse("timer", "定时事件须有且只有一个期限（timeDuration 或 timeDate）", node)
            return
        element = node.get("id", "")
        given = props.read_properties(node)
        self.timers[element] = TimerModel(
            element=element,
            name=given.get("name") or (text if props.is_name(text) else element),
            text=text,
            start=given.get("from") or None,
            line=line_of(node),
        )

    def _read_door(self, node: Node, given: dict[str, str]) -> None:
        self.doors.append(
            Door(
                element=node.element,
                name=node.name,
                message=node.message or None,
                joins=given.get("joins") == "true",
                starters=props.names(given.get("starters")),
            )
        )

    def _read_task(self, node: etree._Element, given: dict[str, str], lane: str) -> None:
        code = given.get("code", "")
        if not code:
            self.refuse("code", "用户任务没有任务代码（属性 code）", node)
        element = node.get("id", "")
        self.tasks[element] = TaskModel(
            element=element,
            name=node.get("name", ""),
            code=code,
            form=given.get("form") or code,
            role=given.get("role") or lane,
            lane=lane,
            limit=props.named(given.get("limit")),
            start=given.get("from") or None,
            watch=props.named_list(given.get("watch")),
            each=given.get("each") or None,
            clauses=props.names(given.get("clauses")),
            documents=props.named_list(given.get("documents")),
            notify=props.named_list(given.get("notify")),
            moves=props.named(given.get("moves")),
            merges=props.named(given.get("merges")),
            sets=props.named_list(given.get("sets")),
            holds=given.get("holds") != "false",
            restart_on_move=given.get("restart_on_move") == "true",
            line=line_of(node),
        )

    def _read_properties(self, node: etree._Element, kind: str) -> dict[str, str]:
        given = props.read_properties(node)
        known = props.KNOWN.get(kind, props.KNOWN[""])
        for name in given.keys() - known:
            self.refuse("property", f"不认识的属性：{name}", node)
        if given:
            self.properties[node.get("id", "")] = given
        return given

    def _refuse_extras(self, node: etree._Element, tag: str) -> None:
        for child in bpmn_children(node):
            if local(child)[1].endswith("LoopCharacteristics"):
                self.refuse("loop", "不支持循环和多实例标记：请用属性 each，或用网关返回", node)
        for script in ("preScript", "postScript"):
            if node.find(f"{{{BPMN}}}extensionElements/{{{SPIFF}}}{script}") is not None:
                self.refuse("script", "不支持任务前后的脚本", node)
        if tag == "subProcess" and node.get("triggeredByEvent") == "true":
            self.refuse("event-subprocess", "不支持事件子过程：请用边界事件", node)

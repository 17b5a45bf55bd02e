"""Reads the XML of a diagram into nodes, flows and tasks.

Reads leniently: what the language does not have becomes a node that is ``foreign``, so that its
neighbours look as they were drawn. Refusing is for the rules of ``engine.bpmn.lint``.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from lxml import etree

from engine.bpmn import properties as props
from engine.bpmn.cycles import read_cycle
from engine.bpmn.model import Door, Flow, Node, TaskModel, TimerModel
from engine.bpmn.xmltext import BPMN, bpmn_children, line_of, local

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
#: Events that tell units when they happen.
TELLING = frozenset({"intermediateThrowEvent", "endEvent"})
#: What may stand among the nodes of a level without being one; some of it is refused by a rule.
DRAWN_ONLY = frozenset(
    {
        *("documentation", "extensionElements", "laneSet", "incoming", "outgoing", "sequenceFlow"),
        *("textAnnotation", "association", "group", "dataObject", "dataObjectReference"),
        *("dataStoreReference", "category", "artifact", "auditing", "monitoring"),
        *("property", "ioSpecification", "ioBinding", "dataInputAssociation", "dataOutputAssociation"),
        *("correlationSubscription", "supportedInterfaceRef", "supports"),
        *("performer", "potentialOwner", "humanPerformer", "resourceRole"),
        *("standardLoopCharacteristics", "multiInstanceLoopCharacteristics", "completionCondition"),
    }
)
#: What holds a level of its own; only the first is part of the language.
LEVELS = frozenset({"subProcess", "transaction", "adHocSubProcess"})
_DEFINITION = "EventDefinition"
#: Which definitions an event may have, by its tag; "" for none.
EVENTS_OF = {
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
    lane_lines: dict[str, int] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)
    tasks: dict[str, TaskModel] = field(default_factory=dict)
    doors: list[Door] = field(default_factory=list)
    timers: dict[str, TimerModel] = field(default_factory=dict)
    properties: dict[str, dict[str, str]] = field(default_factory=dict)
    _lane_of: dict[str, str] = field(default_factory=dict)

    def read(self, process: etree._Element) -> None:
        """Read the whole process."""
        for lane in process.iter(f"{{{BPMN}}}lane"):
            key = lane.get("id", "")
            self.lanes[key] = lane.get("name", "")
            self.lane_lines[key] = line_of(lane)
            for ref in bpmn_children(lane, "flowNodeRef"):
                self._lane_of[(ref.text or "").strip()] = key
        self._read_properties(process)
        self._read_level(process, scope="", lane="")

    def _read_level(self, level: etree._Element, *, scope: str, lane: str) -> None:
        for child in bpmn_children(level):
            tag = local(child)[1]
            if tag in NODES and not _is_triggered(child):
                self._read_node(child, tag, scope=scope, lane=lane)
            elif tag == "sequenceFlow":
                self._read_flow(child)
            elif tag not in DRAWN_ONLY and child.get("id"):
                self._read_foreign(child, tag, scope=scope, lane=lane)

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
        if not element or self._is_taken(element):
            return
        lane = self._lane_of.get(element, lane)
        event, message = self._read_event(node, tag)
        given = self._read_properties(node)
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
            interrupting=node.get("cancelActivity", "true") not in {"false", "0"},
            default=node.get("default", ""),
            decision=props.extension(node, "calledDecisionId") or "",
            notify=props.named_list(given.get("notify")) if tag in TELLING else (),
            foreign=event not in allowed(tag, scope, event)
            or (event == "message" and not message)
            or node.get("isForCompensation") in {"true", "1"},
        )
        if tag == "userTask":
            self._read_task(node, given, lane)
        elif tag == "startEvent" and not scope:
            self._read_door(self.nodes[element], given)
        elif tag == "subProcess":
            self._read_level(node, scope=element, lane=lane)

    def _is_taken(self, element: str) -> bool:
        """Whether an id has been read before; nobody can tell then which of the two is meant by what leads there."""
        if element in self.nodes:
            self.nodes[element] = replace(self.nodes[element], foreign=True)
        return element in self.nodes

    def _read_foreign(self, node: etree._Element, tag: str, *, scope: str, lane: str) -> None:
        element = node.get("id", "")
        lane = self._lane_of.get(element, lane)
        name, line = node.get("name", ""), line_of(node)
        made = Node(element=element, kind=tag, name=name, line=line, scope=scope, lane=lane, foreign=True)
        if not self._is_taken(element):
            self.nodes[element] = made
        if tag in LEVELS and not _is_triggered(node):
            self._read_level(node, scope=element, lane=lane)

    def _read_event(self, node: etree._Element, tag: str) -> tuple[str, str]:
        if tag in MESSAGE_TASKS:
            return "message", self._message(node.get("messageRef"))
        if tag not in EVENTS:
            return "", ""
        found = definitions(node)
        kinds = [kind_of(one) for one in found] or [""]
        if len(kinds) > 1:
            return "multiple", ""
        if kinds[0] == "timer":
            self._read_timer(node, found[0])
        if kinds[0] == "message":
            return "message", self._message(found[0].get("messageRef"))
        return kinds[0], ""

    def _message(self, reference: str | None) -> str:
        return self.messages.get((reference or "").split(":")[-1], "")

    def _read_timer(self, node: etree._Element, definition: etree._Element) -> None:
        texts = bpmn_children(definition, "timeDuration", "timeDate", "timeCycle")
        text = (texts[0].text or "").strip() if len(texts) == 1 else ""
        if not text:
            return
        cycle = read_cycle(text) if local(texts[0])[1] == "timeCycle" else None
        text = props.timed(cycle.period if cycle else text)
        element = node.get("id", "")
        given = props.read_properties(node)
        self.timers[element] = TimerModel(
            element=element,
            name=given.get("name") or (text if props.is_name(text) else element),
            text=text,
            start=given.get("from") or None,
            cycle=cycle is not None,
            times=cycle.times if cycle else None,
            line=line_of(node),
        )

    def _read_door(self, node: Node, given: dict[str, str]) -> None:
        self.doors.append(
            Door(
                element=node.element,
                name=node.name,
                message=node.message if node.event == "message" else None,
                joins=given.get("joins") == "true",
                starters=props.names(given.get("starters")),
            )
        )

    def _read_task(self, node: etree._Element, given: dict[str, str], lane: str) -> None:
        code = given.get("code", "")
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
            overdue_documents=props.named_list(given.get("overdue_documents")),
            overdue_notify=props.named_list(given.get("overdue_notify")),
            moves=props.named(given.get("moves")),
            merges=props.named(given.get("merges")),
            sets=props.named_list(given.get("sets")),
            about=given.get("about") or None,
            register=props.named_list(given.get("register")),
            tells=props.named_list(given.get("tells")),
            holds=given.get("holds") != "false",
            restart_on_move=given.get("restart_on_move") == "true",
            line=line_of(node),
        )

    def _read_properties(self, node: etree._Element) -> dict[str, str]:
        given = props.read_properties(node)
        if given:
            self.properties[node.get("id", "")] = given
        return given


def definitions(event: etree._Element) -> list[etree._Element]:
    """Return the event definitions that are drawn in an event."""
    return [child for child in bpmn_children(event) if local(child)[1].endswith(_DEFINITION)]


def allowed(tag: str, scope: str, event: str) -> Collection[str]:
    """Return the definitions that a node may have at its place; what is no event may have what it has."""
    return {""} if tag == "startEvent" and scope else EVENTS_OF.get(tag, {event})


def kind_of(definition: etree._Element) -> str:
    """Return ``timer`` for a ``timerEventDefinition``."""
    return local(definition)[1].removesuffix(_DEFINITION)


def _is_triggered(node: etree._Element) -> bool:
    return node.get("triggeredByEvent") in {"true", "1"}

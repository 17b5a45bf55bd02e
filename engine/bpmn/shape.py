"""Checks that the nodes and flows of a diagram can carry tokens; one rule a function."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.graph import following, reachable
from engine.bpmn.model import Flow, Node, ProcedureModel

_CONDITIONAL = frozenset({"exclusiveGateway", "inclusiveGateway"})
_SPLITS = _CONDITIONAL | {"parallelGateway", "eventBasedGateway"}
_HOSTS = frozenset({"userTask", "subProcess", "receiveTask"})
_RACERS = frozenset({"intermediateCatchEvent", "receiveTask"})


def check_shape(model: ProcedureModel) -> list[Finding]:
    """Return what would keep tokens from moving as they are drawn."""
    return [finding for check in _CHECKS for finding in check(model)]


def _at_node(model: ProcedureModel, node: Node, rule: str, message: str) -> Finding:
    return Finding(rule=rule, message=message, file=model.file, element=node.element, line=node.line)


def _at_flow(model: ProcedureModel, flow: Flow, rule: str, message: str) -> Finding:
    return Finding(rule=rule, message=message, file=model.file, element=flow.element, line=flow.line)


def _levels(model: ProcedureModel) -> dict[str, list[Node]]:
    levels: dict[str, list[Node]] = {"": []}
    for node in model.nodes.values():
        levels.setdefault(node.scope, []).append(node)
        if node.kind == "subProcess":
            levels.setdefault(node.element, [])
    return levels


def _starts(model: ProcedureModel) -> Iterator[Finding]:
    for scope, nodes in _levels(model).items():
        starts = [node for node in nodes if node.kind == "startEvent"]
        if scope and len(starts) != 1:
            message = "嵌入子过程须有且只有一个开始事件"
            yield _at_node(model, model.nodes[scope], "start", message)
        if not scope and not starts:
            yield Finding(rule="start", message="过程没有开始事件", file=model.file)
        if not scope:
            yield from _same_doors(model, starts)


def _same_doors(model: ProcedureModel, starts: list[Node]) -> Iterator[Finding]:
    seen: set[str] = set()
    for start in starts:
        if start.message in seen:
            message = f"两个开始事件等同一个消息：{start.message or '（手工开始）'}"
            yield _at_node(model, start, "start", message)
        seen.add(start.message)


def _ends_of(model: ProcedureModel) -> Iterator[Finding]:
    for scope, nodes in _levels(model).items():
        if any(node.kind == "endEvent" for node in nodes):
            continue
        where = model.nodes[scope].element if scope else ""
        line = model.nodes[scope].line if scope else 0
        message = "没有结束事件"
        yield Finding(rule="end", message=message, file=model.file, element=where, line=line)


def _flows(model: ProcedureModel) -> Iterator[Finding]:
    for flow in model.flows:
        source, target = model.nodes.get(flow.source), model.nodes.get(flow.target)
        if source is None or target is None:
            yield _at_flow(model, flow, "flow", "顺序流的起点或终点不存在")
        elif source.scope != target.scope:
            yield _at_flow(model, flow, "flow", "顺序流不得穿过子过程的边界")
        elif source.kind == "endEvent":
            yield _at_flow(model, flow, "flow", "结束事件之后不得有顺序流")
        elif target.kind in {"startEvent", "boundaryEvent"}:
            yield _at_flow(model, flow, "flow", "顺序流不得进入开始事件或边界事件")


def _ways_out(model: ProcedureModel) -> Iterator[Finding]:
    leaving = _count(model, "source")
    for node in model.nodes.values():
        ways = leaving[node.element]
        if node.kind == "endEvent":
            continue
        if ways == 0:
            yield _at_node(model, node, "dead-end", "没有顺序流离开，也不是结束事件")
        elif ways > 1 and node.kind not in _SPLITS:
            message = "只能有一条顺序流离开：分支请用网关"
            yield _at_node(model, node, "implicit-split", message)


def _count(model: ProcedureModel, end: str) -> defaultdict[str, int]:
    counted: defaultdict[str, int] = defaultdict(int)
    for flow in model.flows:
        counted[getattr(flow, end)] += 1
    return counted


def _conditions(model: ProcedureModel) -> Iterator[Finding]:
    for flow in model.flows:
        source = model.nodes.get(flow.source)
        if source and flow.condition and source.kind not in _CONDITIONAL:
            message = "只有离开排他网关或包容网关的顺序流可以有条件"
            yield _at_flow(model, flow, "condition", message)
    for node in model.nodes.values():
        if node.kind not in _CONDITIONAL:
            continue
        leaving = model.leaving(node.element)
        if node.default and node.default not in {flow.element for flow in leaving}:
            yield _at_node(model, node, "default", "默认流不是离开这个网关的顺序流")
        for flow in leaving if len(leaving) > 1 else []:
            if not flow.condition and flow.element != node.default:
                message = "离开网关的顺序流既没有条件，也不是默认流"
                yield _at_flow(model, flow, "condition", message)
            if flow.condition and flow.element == node.default:
                yield _at_flow(model, flow, "condition", "默认流不得有条件")


def _boundaries(model: ProcedureModel) -> Iterator[Finding]:
    for node in model.nodes.values():
        if node.kind != "boundaryEvent":
            continue
        host = model.nodes.get(node.host)
        if host is None or host.kind not in _HOSTS or host.scope != node.scope:
            yield _at_node(model, node, "boundary", "边界事件须附在用户任务或子过程上")


def _races(model: ProcedureModel) -> Iterator[Finding]:
    for node in model.nodes.values():
        if node.kind != "eventBasedGateway":
            continue
        for flow in model.leaving(node.element):
            target = model.nodes.get(flow.target)
            if target is None:
                continue
            if target.kind not in _RACERS or len(model.entering(flow.target)) > 1:
                message = "事件网关之后须直接是只由它进入的捕获事件"
                yield _at_flow(model, flow, "event-gateway", message)


def _joins(model: ProcedureModel) -> Iterator[Finding]:
    for node in model.nodes.values():
        if node.kind not in {"parallelGateway", "inclusiveGateway"}:
            continue
        sources = [flow.source for flow in model.entering(node.element)]
        if len(sources) != len(set(sources)):
            message = "两条顺序流从同一节点进入这个汇合网关"
            yield _at_node(model, node, "join", message)


def _decisions(model: ProcedureModel) -> Iterator[Finding]:
    for node in model.nodes.values():
        if node.kind == "businessRuleTask" and not node.decision:
            yield _at_node(model, node, "decision", "决策任务没有选定决策（calledDecisionId）")


def _unreached(model: ProcedureModel) -> Iterator[Finding]:
    ways = following(model)
    reached = {node.element for node in model.nodes.values() if node.kind == "startEvent"}
    agenda = list(reached)
    while agenda:
        for element in ways[agenda.pop()]:
            if element not in reached:
                reached.add(element)
                agenda.append(element)
    for node in model.nodes.values():
        if node.element not in reached:
            yield _at_node(model, node, "unreached", "从任何开始事件都走不到这里")


def _inclusive_cycles(model: ProcedureModel) -> Iterator[Finding]:
    ways = following(model)
    for node in model.nodes.values():
        if node.kind == "inclusiveGateway" and node.element in reachable(ways, node.element):
            message = "包容网关不得在回路上：请把分支和汇合放进子过程，从外面返回"
            yield _at_node(model, node, "inclusive-cycle", message)


_CHECKS: tuple[Callable[[ProcedureModel], Iterator[Finding]], ...] = (
    _starts,
    _ends_of,
    _flows,
    _ways_out,
    _conditions,
    _boundaries,
    _races,
    _joins,
    _decisions,
    _unreached,
    _inclusive_cycles,
)

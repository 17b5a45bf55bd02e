"""Builds the specs of a procedure from its model: once, shared by all instances, never changed.

The library's own parser is not used: it evaluates Python, makes several start events
exclusive, recurses, and drops what it does not know.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition
from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec

from engine.bpmn import joins, nodes, waits
from engine.bpmn.decisions import Decision, Taken
from engine.bpmn.findings import CannotGoOn
from engine.bpmn.graph import following, reachable
from engine.bpmn.timers import Message, Timer
from engine.feel import TooMuch

if TYPE_CHECKING:
    from SpiffWorkflow.task import Task

    from engine.bpmn.model import Node, ProcedureModel
    from engine.feel import Expression

ROOT = "@root"
WATCH = "@watch"
_PLAIN = {
    "startEvent": nodes.Begin,
    "userTask": nodes.Work,
    "exclusiveGateway": joins.Choice,
    "parallelGateway": joins.Parallel,
    "inclusiveGateway": joins.Inclusive,
    "eventBasedGateway": waits.Race,
}


class LevelSpec(BpmnProcessSpec):
    """The specs of one level; it ends when no token is left, so it has no end of its own."""

    def __init__(self, name: str, filename: str) -> None:
        # Not the parent's: that one makes an EndJoin that walks the whole tree.
        WorkflowSpec.__init__(self, name=name, filename=filename)
        self.start = nodes.Root(self, ROOT)
        self.svg = self.io_specification = None
        self.description = name
        self.data_objects: dict[str, Any] = {}
        self.data_stores: dict[str, Any] = {}
        self.correlation_keys: dict[str, Any] = {}
        self.bpmn_start_events: list[Any] = []


class Conditions:
    """The script engine of every instance: FEEL that was compiled before, and nothing else."""

    def __init__(self, procedure: str, compiled: Mapping[str, Expression]) -> None:
        self._procedure = procedure
        self._compiled = compiled

    def evaluate(self, task: Task, expression: str, external_context: Any = None) -> bool:
        """Return whether a condition holds; null is no."""
        context = task.workflow.top_workflow.memory.context()
        try:
            return self._compiled[expression].evaluate(context) is True
        except TooMuch as error:
            raise CannotGoOn(self._procedure, task.task_spec.name, str(error)) from error


@dataclass(frozen=True, kw_only=True, slots=True)
class Wiring:
    """All that instances of a procedure share."""

    model: ProcedureModel
    top: LevelSpec
    levels: Mapping[str, LevelSpec]
    script_engine: Conditions
    decisions: Mapping[str, Decision]

    def start_of(self, level: str) -> str:
        """Return the start event of an embedded subprocess."""
        starts = (o.element for o in self.model.nodes.values() if o.kind == "startEvent")
        return next(e for e in starts if self.model.nodes[e].scope == level)

    def decide(self, decision: str, element: str, context: Mapping[str, Any]) -> Taken:
        """Take a decision."""
        if decision not in self.decisions:
            raise CannotGoOn(self.model.key, element, f"没有决策表 {decision}")
        try:
            return self.decisions[decision].evaluate(context)
        except TooMuch as error:
            raise CannotGoOn(self.model.key, element, str(error)) from error


def wire(
    model: ProcedureModel,
    *,
    conditions: Mapping[str, Expression],
    timers: Mapping[str, Timer],
    decisions: Mapping[str, Decision],
) -> Wiring:
    """Build the specs; ``conditions`` by text, ``timers`` by element."""
    scopes = [node.element for node in model.nodes.values() if node.kind == "subProcess"]
    return Wiring(
        model=model,
        top=_Level(model, "", model.key, timers).spec,
        levels={scope: _Level(model, scope, scope, timers).spec for scope in scopes},
        script_engine=Conditions(model.key, conditions),
        decisions=decisions,
    )


class _Level:
    """Builds the specs of one level."""

    def __init__(self, model: ProcedureModel, scope: str, name: str, timers: Mapping[str, Timer]) -> None:
        self.model = model
        self.timers = timers
        self.spec = LevelSpec(name, model.file)
        self.nodes = [node for node in model.nodes.values() if node.scope == scope]
        self.entries: dict[str, Any] = {}
        for node in self.nodes:
            self.entries[node.element] = self._make(node)
        self._watch(node for node in self.nodes if node.kind == "boundaryEvent")
        self._connect()
        for node in self.nodes:
            if node.kind == "startEvent":
                self.spec.start.connect(self.entries[node.element])
            if node.kind == "inclusiveGateway":
                self.spec.task_specs[node.element].reaching = self._reaching(node)

    def _make(self, node: Node) -> Any:
        spec, element = self.spec, node.element
        if node.kind in _PLAIN:
            made = _PLAIN[node.kind](spec, element)
            if node.kind == "userTask":
                made.holds = self.model.tasks[element].holds
            return made
        if node.kind == "subProcess":
            return nodes.Embedded(spec, element, subworkflow_spec=element)
        if node.kind == "businessRuleTask":
            return nodes.Decide(spec, element, decision=node.decision)
        return self._make_event(node)

    def _make_event(self, node: Node) -> Any:
        spec, element = self.spec, node.element
        definition = self._definition(node)
        if node.kind == "boundaryEvent":
            return waits.Boundary(spec, element, definition, cancel_activity=node.interrupting)
        if node.kind == "endEvent":
            kind = nodes.Terminate if node.event == "terminate" else nodes.End
            return kind(spec, element, definition)
        if node.kind in {"intermediateThrowEvent", "sendTask"}:
            return nodes.Throw(spec, element, definition)
        return waits.Catch(spec, element, definition)

    def _definition(self, node: Node) -> Any:
        if node.event == "timer":
            return self.timers[node.element]
        return Message(node.message) if node.event == "message" else NoneEventDefinition()

    def _watch(self, boundaries: Any) -> None:
        by_host: dict[str, list[Any]] = {}
        for node in boundaries:
            by_host.setdefault(node.host, []).append(self.spec.task_specs[node.element])
        for host, events in by_host.items():
            watched = waits.Watched(self.spec, f"{host}{WATCH}")
            for event in [*events, self.spec.task_specs[host]]:
                watched.connect(event)
            self.entries[host] = watched

    def _connect(self) -> None:
        inside: Collection[str] = self.entries.keys()
        for flow in self.model.flows:
            if flow.source in inside:
                source = self.spec.task_specs[flow.source]
                source.connect_outgoing_if(flow.condition, self.entries[flow.target])

    def _reaching(self, join: Node) -> dict[str, frozenset[str]]:
        ways = following(self.model)
        sources = {flow.source for flow in self.model.entering(join.element)}
        found = {}
        for node in self.nodes:
            reached = reachable(ways, node.element, without=join.element) | {node.element}
            found[node.element] = frozenset(reached & sources)
        return found

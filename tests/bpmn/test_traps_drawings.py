"""Traps of what is drawn (the table is in test_traps.py)."""

from __future__ import annotations

import pytest
from SpiffWorkflow.bpmn import BpmnEvent, BpmnWorkflow
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition

from tests.bpmn.builder import a_play, end, flow, gate, message, start, timer, user
from tests.bpmn.stock import stock, stock_does, stock_open
from tests.bpmn.test_refusals import rules_of

LINE = (start(), user("visit"), end(), flow("start", "visit", "end"))


def test_trap_7_an_inclusive_join_in_a_loop_makes_tokens_twice() -> None:
    nodes = (
        *(start(), gate("exclusive", "m"), user("a"), user("b"), gate("exclusive", "x", default="out"), end()),
        *(flow("start", "m", "split"), flow("a", "join", "x"), flow("b", "join")),
        *(flow("x", "m", when="again"), flow("x", "end", id_="out")),
    )
    both = (flow("split", "a", when="True"), flow("split", "b", when="True"))
    workflow = stock(*nodes, gate("inclusive", "split"), gate("inclusive", "join"), *both)
    for element in ("a", "b", "a"):
        stock_does(workflow, element, again=True)
    assert stock_open(workflow) == ["a", "b", "b"]

    split = (flow("split", "a", when="a = 1"), flow("split", "b", id_="d"))
    assert "inclusive-cycle" in rules_of(
        *nodes, gate("inclusive", "split", default="d"), gate("inclusive", "join"), *split
    )
    play = a_play(*nodes, gate("parallel", "split"), gate("parallel", "join"), flow("split", "a"), flow("split", "b"))
    play.start()
    for element in ("a", "b", "a"):
        play.done(element, again=True)
    assert play.open == ["b"]


def event_subprocess(definition: str) -> str:
    inside = f'<startEvent id="s" isInterrupting="true">{definition}</startEvent>{user("help")}{end("e")}'
    return f'<subProcess id="odd" triggeredByEvent="true">{inside}{flow("s", "help", "e")}</subProcess>'


def test_trap_8_an_event_subprocess_interrupts_nothing_and_changes_what_all_instances_share() -> None:
    workflow = stock(*LINE, event_subprocess(message("told")), messages=("told",))
    shared = workflow.spec.start
    before = list(shared._outputs)
    workflow.send_event(BpmnEvent(MessageEventDefinition("told"), {}))
    workflow.do_engine_steps()
    assert stock_open(workflow) == ["visit", "help"]
    assert list(shared._outputs) == [*before, "odd"]
    later = BpmnWorkflow(workflow.spec, workflow.subprocess_specs)
    later.do_engine_steps()
    assert "odd" in [task.task_spec.name for task in later.tasks.values()]

    timed = stock(*LINE, event_subprocess(timer('"PT1H"')))
    stock_does(timed, "visit")
    assert not timed.completed

    for definition in (message("told"), timer("PT1H")):
        assert "event-subprocess" in rules_of(*LINE, event_subprocess(definition), messages=("told",))


def thrown(definition: str) -> str:
    return f'<intermediateThrowEvent id="thrown">{definition}</intermediateThrowEvent>'


LINK = thrown('<linkEventDefinition name="A"/>')
CAUGHT = '<intermediateCatchEvent id="caught"><linkEventDefinition name="A"/></intermediateCatchEvent>'
LINKED = (
    *(start(), user("visit"), LINK, CAUGHT, user("write"), end()),
    *(flow("start", "visit", "thrown"), flow("caught", "write", "end")),
)
COMPENSATED = (
    *(start(), user("visit"), thrown("<compensateEventDefinition/>"), end()),
    flow("start", "visit", "thrown", "end"),
)
ORPHANED = (*LINE, user("lost"), end("e2"), flow("lost", "e2"))
CONDITIONAL = (start(), user("visit"), user("write"), end(), flow("start", "visit"), flow("write", "end"))


@pytest.mark.parametrize(
    ("parts", "rule"), [(LINKED, "link-event"), (COMPENSATED, "compensation"), (ORPHANED, "unreached")]
)
def test_trap_9_what_the_library_does_not_know_is_passed_over(parts: tuple[str, ...], rule: str) -> None:
    """It calls the process completed, although tasks of it were never opened."""
    workflow = stock(*parts)
    stock_does(workflow, "visit")
    assert workflow.is_completed()
    assert stock_open(workflow) == []

    assert rule in rules_of(*parts)


def test_a_conditional_flow_out_of_a_task_is_not_silently_taken() -> None:
    workflow = stock(*CONDITIONAL, flow("visit", "write", when="False"))
    stock_does(workflow, "visit")
    assert stock_open(workflow) == ["write"]

    assert rules_of(*CONDITIONAL, flow("visit", "write", when="false")) == {"condition-on-task-flow"}

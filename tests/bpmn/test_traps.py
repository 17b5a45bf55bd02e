"""Each trap of the library that our diagrams could fall into: shown there where it is cheap, closed here.

Others stand where they belong: months and event gateways in test_timers, loops in test_loops,
cancelled catches in test_events, foreign elements and texts in test_refusals, answers called
``typename`` in test_codec.
"""

from __future__ import annotations

import builtins
import inspect
import json
import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.bpmn.util.task import BpmnTaskIterator
from SpiffWorkflow.task import TaskState

from engine.bpmn import codec
from engine.bpmn.catalog import ModelError
from tests.bpmn.builder import (
    NOON,
    Play,
    a_play,
    boundary,
    catch,
    diagram,
    end,
    flow,
    gate,
    message,
    start,
    sub,
    timer,
    user,
)

LINE = (start(), user("visit"), user("write"), end(), flow("start", "visit", "write", "end"))


def stock(*parts: str, **given: Any) -> Any:
    """The same diagram in the hands of the library alone."""
    parser = BpmnParser()
    parser.add_bpmn_str(diagram(*parts, **given))
    workflow = BpmnWorkflow(parser.get_spec("P00"), parser.get_subprocess_specs("P00"))
    workflow.do_engine_steps()
    return workflow


def stock_does(workflow: Any, element: str, **data: Any) -> None:
    task = next(iter(workflow.get_tasks(state=TaskState.READY, spec_name=element)))
    task.data.update(data)
    task.run()
    workflow.do_engine_steps()


def test_no_walk_of_the_tree_stops_at_depth_1000() -> None:
    assert inspect.signature(BpmnTaskIterator).parameters["max_depth"].default == 1000

    depth = 1500
    names = [f"g{number}" for number in range(depth)]
    play = a_play(
        *(start(), *(gate("exclusive", name) for name in names)),
        user("visit"),
        end(),
        flow("start", *names, "visit", "end"),
        gated=False,
    )
    play.start()

    assert play.open == ["visit"]
    assert play.done("visit").ended


def test_data_is_kept_whatever_the_order_of_keys() -> None:
    workflow = stock(*LINE)
    stock_does(workflow, "visit", answer=1)
    serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure())
    dct = json.loads(serializer.serialize_json(workflow))
    dct["tasks"] = dict(reversed(dct["tasks"].items()))
    lost = serializer.deserialize_json(json.dumps(dct))
    assert [task.data for task in lost.get_tasks(state=TaskState.READY)] == [{}]

    play = a_play(*LINE)
    play.start()
    play.done("visit", answer=1)
    rows = json.loads(play.at.state[1:])
    rows[1] = dict(sorted(rows[1].items(), reverse=True))
    shuffled = play.at.state[:1] + json.dumps(rows).encode()

    assert play.procedure.look(shuffled, play.around).context["answer"] == 1


def test_half_a_year_from_31_august_ends_in_february() -> None:
    opened = datetime(2026, 8, 31, 4, tzinfo=UTC)
    span = TimerEventDefinition.get_timedelta_from_start(TimerEventDefinition.parse_iso_duration("P6M"), opened)
    assert (opened + span).month == 3

    play = a_play(start(), catch("wait", timer("P6M")), end(), flow("start", "wait", "end"), clock="round")
    play.now = opened

    assert play.start().timers[0].due_at == datetime(2027, 2, 28, 4, tzinfo=UTC)


def test_a_conditional_flow_out_of_a_task_is_not_silently_taken() -> None:
    parts = (start(), user("visit"), user("write"), end())
    workflow = stock(*parts, flow("start", "visit"), flow("visit", "write", when="False"), flow("write", "end"))
    stock_does(workflow, "visit")
    assert [task.task_spec.name for task in workflow.get_tasks(state=TaskState.READY)] == ["write"]

    with pytest.raises(ModelError, match="condition"):
        a_play(*parts, flow("start", "visit"), flow("visit", "write", when="false"), flow("write", "end"))


def parallel(*, join: str = "parallel") -> tuple[str, ...]:
    return (
        *(start(), user("first"), gate("parallel", "split"), user("left"), user("right")),
        *(gate(join, "join"), user("after"), end(), flow("start", "first", "split", "left", "join", "after", "end")),
        flow("split", "right", "join"),
    )


def test_a_stale_branch_overwrites_nothing_at_a_join() -> None:
    workflow = stock(*parallel())
    stock_does(workflow, "first", answer="old", situations=["S1", "S2", "S3"])
    stock_does(workflow, "left", answer="new", situations=["S3", "S4"])
    stock_does(workflow, "right")
    data = next(iter(workflow.get_tasks(state=TaskState.READY))).data
    assert (data["answer"], data["situations"]) != ("new", ["S3", "S4"])

    play = a_play(*parallel())
    play.start()
    play.done("first", answer="old", situations=["S1", "S2", "S3"])
    play.done("left", answer="new", situations=["S3", "S4"])
    at = play.done("right")

    assert (at.context["answer"], at.context["situations"]) == ("new", ["S3", "S4"])


def test_a_process_that_waits_is_never_called_completed() -> None:
    play = a_play(*parallel())
    play.start()
    play.done("first")

    assert not play.done("left").ended


def test_several_doors_do_not_exclude_each_other() -> None:
    doors = (start("d1", message("asked")), start("d2", message("told")))
    parts = (*doors, user("visit"), end(), flow("d1", "visit", "end"), flow("d2", "visit"))
    assert "StartEventJoin" in stock(*parts, messages=("asked", "told")).spec.task_specs

    play = a_play(*parts, messages=("asked", "told"))
    play.start("asked")
    play.says("told", door=True)

    assert play.open == ["visit", "visit"]


def test_nothing_of_a_model_reaches_python(monkeypatch: pytest.MonkeyPatch) -> None:
    play = a_play(
        *(start(), user("ask"), boundary("late", "ask", timer("t"), interrupting=False), gate("exclusive", "g", "d")),
        *(user("help"), end(), end("e2"), flow("start", "ask", "g"), flow("g", "help", when='answer = "yes"')),
        *(flow("help", "end"), flow("g", "end", id_="d"), flow("late", "e2")),
        parameters={"t": "at_once"},
    )

    def forbidden(*_: Any, **__: Any) -> Any:
        raise AssertionError("Python was asked to run a text")

    for name in ("eval", "exec", "compile"):
        monkeypatch.setattr(builtins, name, forbidden)
    play.start()
    play.passes(timedelta(0))
    play.done("ask", answer="__import__('os').system('true')")

    assert play.at.ended


def _specs(play: Play) -> dict[str, list[Any]]:
    wiring = play.procedure.wiring
    levels = {"": wiring.top, **wiring.levels}
    return {
        f"{name}/{spec.name}": [list(spec._inputs), list(spec._outputs), dict(spec.data)]
        for name, level in levels.items()
        for spec in level.task_specs.values()
    }


def test_instances_change_nothing_they_share() -> None:
    """An event subprocess of the library adds itself to the start of every later instance."""
    inner = (start("s"), user("look"), end("e"), flow("s", "look", "e"))
    play = a_play(
        *(start(), start("door", message("told")), sub("assess", *inner)),
        *(boundary("stop", "assess", message("asked")), boundary("late", "assess", timer("PT1H"), interrupting=False)),
        *(user("remind"), end(), end("e2"), end("e3"), flow("start", "assess", "end"), flow("door", "assess")),
        *(flow("stop", "e2"), flow("late", "remind", "e3")),
        messages=("asked", "told"),
    )
    before = _specs(play)

    play.start()
    play.says("told", door=True)
    play.passes(timedelta(hours=1))
    play.done("look")
    play.says("asked")

    assert _specs(play) == before


def test_data_of_a_child_never_reaches_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="spiff")
    play = a_play(*LINE)
    play.start(answer="王小明")
    play.done("visit", answer="王小明")

    assert not [record for record in caplog.records if "王小明" in str(record.__dict__)]


def test_an_instance_keeps_no_data_in_its_tasks() -> None:
    play = a_play(*parallel(join="inclusive"))
    play.start(answer=1)
    play.done("first", answer=2)

    instance = codec.load(play.done("left").state, play.procedure.wiring, play.around)

    assert {json.dumps(task.data) for level in instance.levels() for task in level.tasks.values()} == {"{}"}
    assert instance.now == NOON

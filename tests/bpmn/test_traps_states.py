"""Traps of storing, restoring and moving an instance (the table is in test_traps.py)."""

from __future__ import annotations

import json
from datetime import timedelta
from time import sleep
from typing import Any

import pytest
from SpiffWorkflow.bpmn.util.diff import diff_workflow, migrate_workflow
from SpiffWorkflow.task import TaskState

from engine.bpmn import codec
from engine.bpmn.findings import CannotGoOn, UnknownState
from tests.bpmn.builder import NOON, a_play, boundary, end, flow, start, sub, timer, user
from tests.bpmn.stock import SERIALIZER, stock, stock_does, stock_specs
from tests.bpmn.test_codec import GOLDEN, an_order

LINE = (start(), user("visit"), user("write"), end(), flow("start", "visit", "write", "end"))
HEAD = (start(), user("visit"), end(), end("e2"), flow("late", "e2"))
SHORT, LONG = flow("start", "visit", "end"), (user("write"), flow("start", "visit", "write", "end"))


def late(text: str) -> str:
    return boundary("late", "visit", timer(text), interrupting=False)


def moved(workflow: Any, *parts: str) -> Any:
    """An instance of the library that was moved to another diagram as its documentation has it."""
    spec, subprocesses = stock_specs(*parts)
    difference, _ = diff_workflow(SERIALIZER.registry, workflow, spec, subprocesses)
    migrate_workflow(difference, workflow, spec)
    workflow.subprocess_specs = subprocesses
    return workflow


def stock_due(workflow: Any) -> Any:
    waiting = (task.internal_data for task in workflow.get_tasks(state=TaskState.WAITING))
    return next(data["event_value"] for data in waiting if "event_value" in data)


def test_trap_2_data_is_lost_where_keys_change_their_order() -> None:
    workflow = stock(*LINE)
    stock_does(workflow, "visit", answer=1)
    dct = json.loads(SERIALIZER.serialize_json(workflow))
    dct["tasks"] = dict(reversed(dct["tasks"].items()))
    lost = SERIALIZER.deserialize_json(json.dumps(dct))
    assert [task.data for task in lost.get_tasks(state=TaskState.READY)] == [{}]

    play = a_play(*LINE)
    play.start()
    play.done("visit", answer=1)
    rows = json.loads(play.at.state[1:])
    rows[1] = dict(sorted(rows[1].items(), reverse=True))
    shuffled = play.at.state[:1] + json.dumps(rows).encode()

    assert play.procedure.look(shuffled, play.around).context["answer"] == 1


def test_trap_3_an_answer_called_typename_bricks_an_instance() -> None:
    answer = {"typename": "harmless"}
    workflow = stock(*LINE)
    stock_does(workflow, "visit", answer=answer)
    with pytest.raises(TypeError, match="NoneType"):
        SERIALIZER.deserialize_json(SERIALIZER.serialize_json(workflow))

    play = a_play(*LINE)
    play.start()
    play.done("visit", answer=answer)

    assert play.procedure.look(play.at.state, play.around).context["answer"] == answer


def test_trap_4_a_move_to_another_diagram_restarts_timers_and_drops_drafts() -> None:
    """Ours has no draft in it to lose, and counts from when the task was opened, whatever diagram it is read with."""
    workflow = stock(*HEAD, late('"P6M"'), SHORT)
    task = workflow.get_next_task(state=TaskState.READY, spec_name="visit")
    task.data["draft"] = "写了一半"
    before = stock_due(workflow)
    sleep(0.002)
    moved(workflow, *HEAD, late('"P6M"'), *LONG)
    workflow.refresh_timers()
    assert stock_due(workflow) > before
    assert workflow.get_next_task(state=TaskState.READY, spec_name="visit").data == {}

    play = a_play(*HEAD, late("P6M"), SHORT, clock="round")
    opened = play.start()
    changed = a_play(*HEAD, late("P3M"), *LONG, clock="round")
    changed.now = NOON + timedelta(days=30)
    changed.at = opened

    assert changed.passes(timedelta(0)).timers[0].due_at == NOON.replace(month=NOON.month + 3)
    assert play.procedure.look(opened.state, changed.around).timers == opened.timers


def test_trap_5_an_instance_whose_open_task_is_gone_is_stored_and_never_loaded() -> None:
    workflow = stock(*HEAD, late('"P6M"'), SHORT)
    moved(workflow, start(), user("call"), end(), flow("start", "call", "end"))
    stored = SERIALIZER.serialize_json(workflow)
    with pytest.raises(TypeError, match="module"):
        SERIALIZER.deserialize_json(stored)

    state = a_play(*HEAD, late("P6M"), SHORT).start().state
    other = a_play(start(), user("call"), end(), flow("start", "call", "end"))

    with pytest.raises(CannotGoOn, match=r"late|visit"):
        other.procedure.look(state, other.around)


def test_trap_16_older_states_of_the_library_itself_cannot_be_read() -> None:
    inner = (start("s"), user("look"), end("e"), flow("s", "look", "e"))
    stored = json.loads(SERIALIZER.serialize_json(stock(start(), sub("assess", *inner), end(), SHORT_ASSESS)))
    assert stored["serializer_version"] == "1.5"
    for older in ("1.3", "1.4"):
        with pytest.raises(NameError, match="sp"):
            SERIALIZER.deserialize_json(json.dumps(stored | {"serializer_version": older}))

    play = an_order()

    assert GOLDEN[0] == codec.VERSION == 1
    assert [item.element for item in play.procedure.look(GOLDEN, play.around).items] == ["order"]
    with pytest.raises(UnknownState):
        play.procedure.look(bytes([codec.VERSION + 1]) + GOLDEN[1:], play.around)


SHORT_ASSESS = flow("start", "assess", "end")

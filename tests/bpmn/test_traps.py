"""The sixteen traps of the library: each is shown in the library as it comes, and closed here.

A test shows the library's wrong result first, so that a version that mends it is noticed, and then ours.

====  ======================================================  =====================================================
fact  what the library does                                   where its test is
====  ======================================================  =====================================================
1     stops at depth 1000 and calls the process completed     test_traps.py
2     loses all data where keys change their order            test_traps_states.py
3     cannot restore what has a field called ``typename``     test_traps_states.py
4     starts timers again and drops drafts when it migrates   test_traps_states.py
5     stores what it can never load again                     test_traps_states.py
6     lets months overflow, on the UTC date                   test_traps_time.py
7     makes tokens twice at an inclusive join in a loop       test_traps_drawings.py
8     never interrupts by event subprocesses, and shares them test_traps_drawings.py
9     ignores links, compensation, conditions, orphans        test_traps_drawings.py
10    lets a stale branch overwrite data at a join            test_traps.py
11    fires one of two timers behind an event gateway         test_traps_time.py
12    looks at timers last                                    test_traps_time.py
13    runs Python from conditions, timers and tables          test_traps_texts.py
14    reads every hit policy as the first match, and no FEEL  test_traps_texts.py
15    checks no expression when a model is read               test_traps_texts.py
16    cannot read its own older states                        test_traps_states.py
====  ======================================================  =====================================================

Facts 4 and 5 are of moving a running instance to another diagram. Nothing here moves one: an instance keeps the
release it was started with, so its tests show the library's loss and that ours has nothing to lose.
"""

from __future__ import annotations

import ast
import inspect
import json
import logging
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from SpiffWorkflow.bpmn.util.task import BpmnTaskIterator
from SpiffWorkflow.task import TaskState

from engine.bpmn import codec
from tests.bpmn.builder import NOON, Play, a_play, boundary, end, flow, gate, message, start, sub, timer, user
from tests.bpmn.stock import stock, stock_does, stock_open

HERE = Path(__file__).parent
LINE = (start(), user("visit"), user("write"), end(), flow("start", "visit", "write", "end"))


def test_the_table_names_every_trap_and_where_it_is() -> None:
    told = dict(re.findall(r"^(\d+) .* (test_traps\w*\.py)$", __doc__ or "", re.MULTILINE))
    shown: dict[str, str] = {}
    for file in HERE.glob("test_traps*.py"):
        names = (one.name for one in ast.parse(file.read_text()).body if isinstance(one, ast.FunctionDef))
        shown |= {name.split("_")[2]: file.name for name in names if re.match(r"test_trap_\d+_", name)}

    assert sorted(told, key=int) == [str(number) for number in range(1, 17)]
    assert shown == told


def test_trap_1_a_long_life_stalls_and_is_called_completed() -> None:
    assert inspect.signature(BpmnTaskIterator).parameters["max_depth"].default == 1000
    names = [f"g{number}" for number in range(60)]
    parts = (
        *(start(), *(gate("exclusive", name) for name in names), user("visit"), gate("exclusive", "x", default="out")),
        *(end(), flow("start", *names, "visit", "x"), flow("x", "g0", when="again"), flow("x", "end", id_="out")),
    )
    workflow = stock(*parts)
    while stock_open(workflow):
        stock_does(workflow, "visit", again=True)
    # An open token is left, which no walk of the tree finds.
    assert [task for task in workflow.tasks.values() if task.state == TaskState.READY]
    assert workflow.is_completed()

    play = a_play(*parts)
    play.start()
    for _ in range(40):
        play.done("visit", again=True)

    assert play.open == ["visit"]
    assert play.done("visit", again=False).ended


def parallel(*, join: str = "parallel") -> tuple[str, ...]:
    return (
        *(start(), user("first"), gate("parallel", "split"), user("left"), user("right")),
        *(gate(join, "join"), user("after"), end(), flow("start", "first", "split", "left", "join", "after", "end")),
        flow("split", "right", "join"),
    )


def test_trap_10_a_stale_branch_overwrites_data_at_a_join() -> None:
    workflow = stock(*parallel())
    stock_does(workflow, "first", answer="old", situations=["S1", "S2", "S3"])
    stock_does(workflow, "left", answer="new", situations=["S3", "S4"])
    stock_does(workflow, "right")
    data = next(iter(workflow.get_tasks(state=TaskState.READY))).data
    assert data["answer"] == "old"
    assert data["situations"] != ["S3", "S4"]

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

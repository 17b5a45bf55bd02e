"""What our codec restores is what the library's own serializer restores, wherever an instance waits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.bpmn import codec
from engine.bpmn.adapter import Position, Procedure, Surroundings
from tests.bpmn.builder import a_play, boundary, catch, end, flow, gate, message, start, sub, timer, user
from tests.bpmn.stock import snapshot, through_stock
from tests.bpmn.walks import Walk, compiled, diagrams

quick = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


def holds_against_the_library(procedure: Procedure, at: Position, around: Surroundings) -> None:
    """Our restore equals the library's, and storing ours again gives the same bytes."""
    ours = codec.load(at.state, procedure.wiring, around)
    stock = through_stock(ours, procedure.wiring, around)
    assert snapshot(stock) == snapshot(ours)
    assert codec.dump(ours) == at.state


def walk(procedure: Procedure, names: frozenset[str], data: st.DataObject) -> None:
    def check(at: Position, around: Surroundings) -> None:
        holds_against_the_library(procedure, at, around)

    Walk(procedure, names, data.draw, check).go(steps=20)


@pytest.mark.parametrize("path", diagrams(), ids=lambda path: f"{path.parent.name}-{path.stem}")
@quick
@given(data=st.data())
def test_every_wait_of_every_diagram_that_ships_is_restored_as_the_library_does(path: Path, data: Any) -> None:
    walk(*compiled(path), data)


def everything() -> Procedure:
    """One small diagram with every element of the language."""
    deep = (
        *(start("ds"), user("deepest"), boundary("deep_late", "deepest", timer("PT1H"), interrupting=False)),
        *(user("deep_remind"), end("de"), end("dr"), flow("ds", "deepest", "de")),
        flow("deep_late", "deep_remind", "dr"),
    )
    inner = (
        *(start("s"), gate("inclusive", "i1", default="d"), user("one"), user("two"), gate("inclusive", "i2")),
        *(sub("deep", *deep), end("e"), flow("s", "i1"), flow("i1", "i2", id_="d")),
        *(flow("i1", "one", when="a = 1"), flow("i1", "two", when='answer != "x"')),
        *(flow("one", "i2", "deep", "e"), flow("two", "i2")),
    )
    return a_play(
        *(start(), start("door", message("new_report")), gate("exclusive", "m"), sub("assess", *inner)),
        *(boundary("stop", "assess", message("refused")), boundary("late", "assess", timer("P1D"), interrupting=False)),
        *(gate("parallel", "p1"), user("left"), gate("eventBased", "race"), catch("yes", message("complied"))),
        *(catch("timed", timer("PT5H")), gate("exclusive", "merge"), gate("parallel", "p2")),
        *(gate("exclusive", "x", default="out"), user("remind", holds="false"), end(), end("e2"), end("e3")),
        *(flow("start", "m", "assess", "p1", "left", "p2", "x"), flow("p1", "race", "yes", "merge", "p2")),
        *(flow("race", "timed", "merge"), flow("x", "m", when="again"), flow("x", "end", id_="out")),
        *(flow("stop", "e2"), flow("late", "remind", "e3"), flow("door", "m")),
        messages=("new_report", "refused", "complied"),
    ).procedure


ALL = everything()


@settings(quick, max_examples=100)
@given(data=st.data())
def test_every_wait_of_a_diagram_with_all_elements_is_restored_as_the_library_does(data: Any) -> None:
    walk(ALL, frozenset({"a", "answer", "again"}), data)

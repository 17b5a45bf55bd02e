"""Loops go round as often as they must, at the same price each time."""

from __future__ import annotations

from time import perf_counter

from tests.bpmn.builder import a_play, boundary, end, flow, gate, message, start, sub, timer, user

ROUNDS = 500


def test_a_loop_of_500_rounds_neither_stalls_nor_grows() -> None:
    """The library stops after 333 rounds and calls the process completed."""
    play = a_play(
        *(start(), gate("exclusive", "m"), user("visit"), gate("exclusive", "x", default="out"), end()),
        *(flow("start", "m", "visit", "x"), flow("x", "m", when="again"), flow("x", "end", id_="out")),
    )
    play.start()
    play.done("visit", again=True)
    size = len(play.at.state)

    began = perf_counter()
    for _ in range(ROUNDS):
        play.done("visit", again=True)
    each = (perf_counter() - began) / ROUNDS

    assert play.at.context["rounds"]["visit"] == ROUNDS + 1
    assert len(play.at.state) < size + 20
    assert each < 0.003
    assert play.done("visit", again=False).ended


def test_a_subprocess_with_boundary_events_and_joins_is_looped_from_outside() -> None:
    inner = (
        *(start("s"), gate("inclusive", "split", default="none"), user("home"), user("school")),
        *(gate("inclusive", "join"), end("e"), flow("s", "split"), flow("split", "join", id_="none")),
        flow("split", "home", when='list contains(situations, "S1")'),
        flow("split", "school", when='list contains(situations, "S2")'),
        *(flow("home", "join", "e"), flow("school", "join")),
    )
    play = a_play(
        *(start(), gate("exclusive", "m"), sub("assess", *inner), gate("exclusive", "x", default="out"), end()),
        boundary("again_reported", "assess", message("new_report"), interrupting=True),
        boundary("late", "assess", timer("P10D"), interrupting=False),
        *(user("remind"), end("reminded"), flow("late", "remind", "reminded"), flow("again_reported", "m")),
        *(flow("start", "m", "assess", "x"), flow("x", "m", when="again"), flow("x", "end", id_="out")),
        messages=("new_report",),
    )
    play.start(situations=["S1", "S2"], again=True)
    for number in range(ROUNDS):
        assert sorted(play.open) == ["home", "school"]
        play.done("home")
        assert play.open == ["school"]
        if number % 2:
            play.says("new_report")
        else:
            play.done("school")

    assert len(play.at.state) < 3_000
    play.done("home")
    assert play.done("school", again=False).ended


def test_a_parallel_join_in_a_loop_waits_in_every_round() -> None:
    play = a_play(
        *(start(), gate("exclusive", "m"), gate("parallel", "split"), user("a"), user("b")),
        *(gate("parallel", "join"), gate("exclusive", "x", default="out"), end()),
        *(flow("start", "m", "split", "a", "join", "x"), flow("split", "b", "join")),
        *(flow("x", "m", when="again"), flow("x", "end", id_="out")),
    )
    play.start(again=True)
    for _ in range(20):
        assert play.open == ["a", "b"]
        play.done("b")
        assert play.open == ["a"]
        play.done("a")

    play.done("a", again=False)
    assert play.done("b").ended

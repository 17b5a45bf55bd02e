"""Inclusive joins wait for whom they must, parallel joins for all, and what cannot move is said."""

from __future__ import annotations

import itertools

import pytest

from tests.bpmn.builder import Play, a_play, boundary, catch, end, flow, gate, message, start, timer, user

BRANCHES = ("S1", "S2", "S3")


def a_split() -> Play:
    ways = [flow("split", f"do_{s}", when=f'list contains(situations, "{s}")') for s in BRANCHES]
    return a_play(
        *(start(), gate("inclusive", "split", default="none"), *(user(f"do_{s}") for s in BRANCHES)),
        *(gate("inclusive", "join"), user("after"), end(), flow("start", "split"), *ways),
        *(flow("split", "join", id_="none"), flow("join", "after", "end")),
        *(flow(f"do_{s}", "join") for s in BRANCHES),
    )


@pytest.mark.parametrize("chosen", [c for n in range(4) for c in itertools.combinations(BRANCHES, n)])
def test_an_inclusive_join_waits_for_the_branches_that_were_taken(chosen: tuple[str, ...]) -> None:
    for order in itertools.permutations(chosen):
        play = a_split()
        play.start(situations=list(chosen))
        for branch in order:
            assert "after" not in play.open
            play.done(f"do_{branch}")
        assert play.open == ["after"]
        assert play.done("after").ended


def test_an_inclusive_join_goes_on_when_a_branch_leaves_another_way() -> None:
    play = a_play(
        *(start(), gate("inclusive", "split", default="none"), user("one"), user("two")),
        *(gate("exclusive", "x", default="away"), gate("inclusive", "join"), user("after"), end(), end("left")),
        *(flow("start", "split"), flow("split", "one", when="a = 1"), flow("split", "two", when="b = 1")),
        *(flow("split", "join", id_="none"), flow("one", "join", "after", "end"), flow("two", "x")),
        *(flow("x", "join", when="again"), flow("x", "left", id_="away")),
    )
    play.start(a=1, b=1, again=False)
    play.done("one")
    assert play.open == ["two"]

    play.done("two")

    assert play.open == ["after"]
    assert play.at.ends == ("到left",)


def test_an_inclusive_join_does_not_wait_for_a_boundary_event_to_happen() -> None:
    play = a_play(
        *(start(), gate("inclusive", "split", default="none"), user("one"), user("two")),
        *(boundary("late", "two", timer("P1D")), gate("exclusive", "m"), gate("inclusive", "join")),
        *(user("after"), end(), flow("start", "split"), flow("split", "one", when="a = 1")),
        *(flow("split", "two", when="b = 1"), flow("split", "m", id_="none"), flow("one", "m", "join", "after", "end")),
        *(flow("two", "m"), flow("late", "join")),
    )
    play.start(a=1, b=1)

    play.done("one")

    assert play.open == ["two", "after"]


def test_a_parallel_join_whose_other_way_in_was_not_taken_is_stuck() -> None:
    """The library calls this neither completed nor wrong."""
    play = a_play(
        *(start(), gate("exclusive", "x", default="d"), user("a"), user("b"), gate("parallel", "join"), end()),
        *(flow("start", "x"), flow("x", "a", when="answer = 1"), flow("x", "b", id_="d")),
        *(flow("a", "join", "end"), flow("b", "join")),
    )
    play.start(answer=1)
    assert not play.at.stuck

    at = play.done("a")

    assert at.stuck
    assert not at.ended


def test_what_waits_for_a_message_is_not_stuck() -> None:
    play = a_play(
        *(start(), catch("wait", message("complied")), end(), flow("start", "wait", "end")),
        messages=("complied",),
    )

    assert not play.start().stuck


def test_a_gateway_may_close_and_open_at_once() -> None:
    play = a_play(
        *(start(), gate("parallel", "p1"), user("a"), user("b"), gate("parallel", "p2"), user("c"), user("d")),
        *(gate("parallel", "p3"), end(), flow("start", "p1", "a", "p2", "c", "p3", "end")),
        *(flow("p1", "b", "p2"), flow("p2", "d", "p3")),
    )
    play.start()
    play.done("a")
    assert play.open == ["b"]
    play.done("b")
    assert play.open == ["c", "d"]
    play.done("d")
    assert play.done("c").ended

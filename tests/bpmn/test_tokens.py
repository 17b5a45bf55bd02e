"""What lies on every way of a token, through subprocesses, boundary events, loops and joins."""

from __future__ import annotations

import time

from engine.bpmn.catalog import read_with_findings
from engine.bpmn.tokens import Ways
from tests.bpmn.builder import boundary, diagram, end, flow, gate, message, start, sub, user


def ways(*parts: str) -> Ways:
    return Ways(read_with_findings(diagram(*parts, messages=["gone"]), file="P00.bpmn")[0])


def test_what_was_left_by_a_boundary_event_was_not_done() -> None:
    found = ways(
        *(start(), user("ask"), boundary("gone", "ask", message("gone")), user("act"), end()),
        flow("start", "ask", "act", "end") + flow("gone", "act"),
    )

    assert "act" in found.reached(["start"], done=["ask"])


def test_what_is_in_a_subprocess_comes_before_what_follows_it() -> None:
    inside = sub("round", start("begin"), user("ask"), end("over"), flow("begin", "ask", "over"))
    found = ways(start(), inside, user("act"), end(), flow("start", "round", "act", "end"))

    assert "act" in found.reached(["start"])
    assert "act" not in found.reached(["start"], done=["ask"])


def test_a_parallel_join_waits_for_what_stands_on_one_of_its_branches() -> None:
    found = ways(
        *(start(), gate("parallel", "fork"), user("ask"), user("look"), gate("parallel", "join"), user("act"), end()),
        flow("start", "fork", "ask", "join", "act", "end") + flow("fork", "look", "join"),
    )

    assert "act" not in found.reached(["start"], done=["ask"])
    assert "act" in found.after(["look"])


def test_a_fork_is_sure_to_open_each_of_its_branches_and_a_choice_is_not() -> None:
    def drawn(kind: str) -> frozenset[str]:
        parts = (start(), gate(kind, "split"), user("ask"), user("act"), end("one"), end("two"))
        return ways(*parts, flow("start", "split", "ask", "one") + flow("split", "act", "two")).sure_to_open(["ask"])

    assert {"split", "start"} <= drawn("parallel")
    assert not {"split", "start"} & drawn("exclusive")


def test_a_loop_that_may_go_on_for_ever_is_sure_of_nothing_behind_it() -> None:
    found = ways(
        *(start(), user("ask"), gate("exclusive", "again"), user("act"), end()),
        flow("start", "ask", "again", "act", "end") + flow("again", "ask"),
    )

    assert "ask" not in found.sure_to_open(["act"])
    assert "act" in found.reached(["start"])
    assert "act" not in found.reached(["start"], done=["ask"])


def test_a_way_for_those_who_did_it_before_is_no_way_past_it() -> None:
    found = ways(
        *(start(), gate("exclusive", "known", default="known__ask"), user("ask"), user("act"), end()),
        flow("start", "known", "ask", "act", "end") + flow("known", "act", when="rounds.ask > 0 and now > started"),
    )

    assert "act" not in found.reached(["start"], done=["ask"])


def test_a_long_drawing_is_walked_in_no_time() -> None:
    names = [f"task{n}" for n in reversed(range(2000))]
    found = ways(start(), *(user(name) for name in names), end(), flow("start", *reversed(names), "end"))
    begun = time.monotonic()

    assert "end" in found.reached(["start"])
    assert "start" in found.sure_to_open(["task1999"])
    assert time.monotonic() - begun < 1

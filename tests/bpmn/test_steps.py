"""An instance is started, its tasks are completed, its messages go out, and it ends."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from engine.bpmn.adapter import Thrown
from engine.bpmn.findings import CannotGoOn
from engine.core.errors import NotFound
from tests.bpmn.builder import NOON, Play, a_play, end, flow, gate, message, start, sub, throw, user

LINE = (start(), user("visit"), user("write"), end(), flow("start", "visit", "write", "end"))


def test_a_procedure_opens_its_first_task_and_ends_after_its_last() -> None:
    play = a_play(*LINE)

    opened = play.start()
    assert [item.element for item in opened.items] == ["visit"]
    assert not opened.ended

    play.done("visit")
    assert play.open == ["write"]

    ended = play.done("write")
    assert ended.ended
    assert ended.ends == ("到end",)
    assert ended.passed == ("write", "end")
    assert ended.items == ()


def test_an_item_keeps_its_token_while_others_are_done() -> None:
    play = a_play(
        *(start(), gate("parallel", "split"), user("a"), user("b"), gate("parallel", "join"), end()),
        *(flow("start", "split", "a", "join", "end"), flow("split", "b", "join")),
    )
    before = {item.element: item.token for item in play.start().items}

    after = {item.element: item.token for item in play.done("a").items}

    assert after == {"b": before["b"]}


def test_a_task_is_completed_once() -> None:
    play = a_play(*LINE)
    token = play.start().items[0].token
    play.done("visit")

    with pytest.raises(NotFound):
        play.procedure.complete(play.at.state, token, {}, play.around)
    with pytest.raises(NotFound):
        play.procedure.complete(play.at.state, uuid4(), {}, play.around)


def test_a_gateway_takes_the_way_of_the_answer_and_else_the_default() -> None:
    parts = (
        *(start(), user("ask"), gate("exclusive", "which", default="no"), user("help"), end()),
        *(flow("start", "ask", "which"), flow("which", "help", when='answer = "yes"'), flow("help", "end")),
        flow("which", "end", id_="no"),
    )
    for answer, expected in (("yes", ["help"]), ("no", []), (None, [])):
        play = a_play(*parts)
        play.start()
        play.done("ask", answer=answer)
        assert play.open == expected


def test_a_gateway_where_nothing_holds_refuses_the_step() -> None:
    play = a_play(
        *(start(), user("ask"), gate("exclusive", "which"), end("x"), end("y")),
        *(flow("start", "ask", "which"), flow("which", "x", when="a = 1"), flow("which", "y", when="a = 2")),
    )
    play.start()

    with pytest.raises(CannotGoOn, match="which"):
        play.done("ask", a=3)
    play.done("ask", a=2)
    assert play.at.ends == ("到y",)


def test_messages_nobody_waits_for_inside_go_out_in_order() -> None:
    play = a_play(
        *(start(), throw("tell", "report_accepted"), end("end", message("case_closed"))),
        flow("start", "tell", "end"),
        messages=("report_accepted", "case_closed"),
    )

    thrown = play.start().thrown

    assert thrown == (
        Thrown(message="report_accepted", element="tell"),
        Thrown(message="case_closed", element="end"),
    )


def test_expressions_see_fields_parameters_and_what_was_done() -> None:
    play = a_play(
        *(start(), user("ask"), gate("exclusive", "which", default="no"), user("help"), end()),
        flow("start", "ask", "which"),
        flow("which", "help", when="rounds.ask = 1 and completed.ask = now and started_by = role and case.x = 1"),
        *(flow("help", "end"), flow("which", "end", id_="no")),
        parameters={"role": "police"},
    )
    play.case = {"x": 1}
    play.start()

    at = play.done("ask", answer="yes")

    assert play.open == ["help"]
    assert at.context["completed"] == {"ask": NOON, "help": None}
    assert at.context["rounds"] == {"ask": 1, "help": 0}
    assert at.context["open"] == {"ask": 0, "help": 1}
    assert at.context["answer"] == "yes"
    assert at.context["started"] == NOON


def test_a_task_that_holds_nothing_up_is_cancelled_when_the_rest_has_ended() -> None:
    play = a_play(
        *(start(), gate("parallel", "split"), user("main"), user("side", holds="false"), end("e1"), end("e2")),
        *(flow("start", "split", "main", "e1"), flow("split", "side", "e2")),
    )
    play.start()

    at = play.done("main")

    assert at.ended
    assert at.items == ()
    assert at.ends == ("到e1",)
    assert at.trail["side"] == "cancelled"


def test_a_task_that_holds_nothing_up_does_not_hold_its_subprocess() -> None:
    inner = (
        *(start("s"), gate("parallel", "split"), user("main"), user("side", holds="false"), end("e1"), end("e2")),
        *(flow("s", "split", "main", "e1"), flow("split", "side", "e2")),
    )
    play = a_play(start(), sub("assess", *inner), user("after"), end(), flow("start", "assess", "after", "end"))
    play.start()

    at = play.done("main")

    assert play.open == ["after"]
    assert at.trail["side"] == "cancelled"


def test_a_terminate_end_removes_the_other_tokens() -> None:
    play = a_play(
        *(start(), gate("parallel", "split"), user("main"), user("side")),
        *(end("stop", "<terminateEventDefinition/>"), end("e2")),
        *(flow("start", "split", "main", "stop"), flow("split", "side", "e2")),
    )
    play.start()

    at = play.done("main")

    assert at.ended
    assert at.ends == ("到stop",)
    assert at.trail["side"] == "cancelled"


def test_the_trail_says_what_is_done_open_and_cancelled() -> None:
    play = a_play(*LINE)
    play.start()

    assert play.done("visit").trail == {"start": "done", "visit": "done", "write": "now"}


def test_looking_changes_nothing() -> None:
    play = a_play(*LINE)
    started = play.start()

    looked = play.procedure.look(started.state, play.around)

    assert looked.state == started.state
    assert looked.items == started.items
    assert looked.passed == ()


def test_a_door_that_does_not_exist_opens_nothing() -> None:
    play = a_play(*LINE)

    with pytest.raises(NotFound):
        play.start("unknown_message")


def test_a_loop_without_a_task_is_stopped() -> None:
    play = a_play(
        *(start(), gate("exclusive", "m"), gate("exclusive", "x", default="out"), end()),
        *(flow("start", "m", "x"), flow("x", "m", when="now = now"), flow("x", "end", id_="out")),
        gated=False,
    )

    with pytest.raises(CannotGoOn, match="不停"):
        play.start()


def test_one_compiled_procedure_serves_many_threads() -> None:
    procedure = a_play(*LINE).procedure

    def ends_of_one_run(_: int) -> tuple[str, ...]:
        play = Play(procedure)
        play.start()
        play.done("visit")
        return play.done("write").ends

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(ends_of_one_run, range(100))) == {("到end",)}

"""A start by hand enters the instance that runs already."""

from __future__ import annotations

from tests.bpmn.builder import a_play, end, flow, start, user


def test_a_second_start_by_hand_adds_a_token_beside_the_first() -> None:
    play = a_play(start("begin", starters="police"), user("ask"), end("done"), flow("begin", "ask", "done"))
    first = play.start()

    entered = play.procedure.enter(first.state, play.around, started_by="township")

    assert entered is not None
    assert [item.element for item in entered.items] == ["ask", "ask"]
    assert entered.context["started_by"] == "township"
    assert entered.context["started"] == first.context["started"]

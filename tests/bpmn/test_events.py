"""Boundary events, event gateways and catches take messages and instants."""

from __future__ import annotations

from datetime import timedelta

from engine.bpmn.adapter import Thrown
from tests.bpmn.builder import Play, a_play, boundary, catch, end, flow, gate, message, start, sub, throw, timer, user

MESSAGES = ("refused", "complied", "new_report")


def watched_task(*, interrupting: bool, definition: str = message("refused")) -> Play:
    """A task with one boundary event that leads to another task."""
    return a_play(
        *(start(), user("order"), boundary("event", "order", definition, interrupting=interrupting)),
        *(user("escalate"), end(), end("other")),
        *(flow("start", "order", "end"), flow("event", "escalate", "other")),
        messages=MESSAGES,
    )


def test_an_interrupting_event_takes_the_task_away() -> None:
    play = watched_task(interrupting=True)
    play.start()
    assert play.at.waits == ("refused",)

    at = play.says("refused")

    assert at is not None
    assert play.open == ["escalate"]
    assert at.waits == ()
    assert at.trail["order"] == "cancelled"
    assert at.trail["event"] == "done"


def test_an_event_that_does_not_interrupt_leaves_the_task_and_comes_again() -> None:
    play = watched_task(interrupting=False)
    play.start()
    play.says("refused")
    play.says("refused")

    assert sorted(play.open) == ["escalate", "escalate", "order"]
    assert play.at.waits == ("refused",)

    assert play.done("order").waits == ()
    assert play.says("refused") is None
    play.done("escalate")
    assert play.done("escalate").ended


def test_a_task_that_is_done_no_longer_waits_for_its_events() -> None:
    for interrupting in (True, False):
        play = watched_task(interrupting=interrupting, definition=timer("PT1H"))
        assert len(play.start().timers) == 1
        at = play.done("order")
        assert at.ended
        assert at.timers == ()


def test_a_timer_beside_a_task_fires_once() -> None:
    play = watched_task(interrupting=False, definition=timer("PT1H"))
    play.start()
    play.passes(timedelta(hours=2))
    play.passes(timedelta(hours=2))

    assert sorted(play.open) == ["escalate", "order"]


def a_watched_subprocess(*, interrupting: bool) -> Play:
    inner = (
        *(start("s"), gate("parallel", "p"), user("one"), catch("wait", message("complied"))),
        *(end("e1"), end("e2"), flow("s", "p", "one", "e1"), flow("p", "wait", "e2")),
    )
    return a_play(
        *(start(), sub("assess", *inner), boundary("event", "assess", message("refused"), interrupting=interrupting)),
        *(user("escalate"), end(), end("other")),
        *(flow("start", "assess", "end"), flow("event", "escalate", "other")),
        messages=MESSAGES,
    )


def test_an_interrupting_event_takes_the_whole_subprocess_away() -> None:
    play = a_watched_subprocess(interrupting=True)
    assert play.start().waits == ("complied", "refused")

    at = play.says("refused")

    assert at is not None
    assert play.open == ["escalate"]
    assert at.waits == ()
    assert {at.trail[e] for e in ("assess", "one", "wait")} == {"cancelled"}
    assert play.done("escalate").ended


def test_an_event_beside_a_subprocess_leaves_it_running() -> None:
    play = a_watched_subprocess(interrupting=False)
    play.start()
    play.says("refused")
    assert sorted(play.open) == ["escalate", "one"]

    play.says("complied")
    play.done("one")
    assert play.open == ["escalate"]
    assert "assess" in play.at.passed
    assert play.at.ends == ("到end",)


def test_the_ends_of_a_subprocess_are_not_ends_of_the_procedure() -> None:
    play = a_watched_subprocess(interrupting=True)
    play.start()
    play.says("complied")

    assert play.done("one").ends == ("到end",)


def test_a_message_reaches_everybody_who_waits() -> None:
    play = a_play(
        *(start(), gate("parallel", "p"), catch("w1", message("refused")), catch("w2", message("refused"))),
        *(user("a"), user("b"), end(), flow("start", "p", "w1", "a", "end"), flow("p", "w2", "b", "end")),
        messages=MESSAGES,
    )
    play.start()

    play.says("refused")

    assert play.open == ["a", "b"]


def test_a_message_revives_nothing_that_it_took_away() -> None:
    """The library sets a cancelled catch waiting again."""
    inner = (start("s"), catch("wait", message("refused")), user("inside"), end("e"), flow("s", "wait", "inside", "e"))
    play = a_play(
        *(start(), sub("assess", *inner), boundary("event", "assess", message("refused"))),
        *(user("escalate"), end(), flow("start", "assess", "end"), flow("event", "escalate", "end")),
        messages=MESSAGES,
    )
    play.start()

    play.says("refused")

    assert play.open == ["escalate"]


def test_an_event_that_was_interrupted_does_not_wait_again() -> None:
    play = a_play(
        *(start(), user("order"), boundary("stop", "order", message("refused"))),
        *(boundary("note", "order", message("refused"), interrupting=False), user("escalate"), user("file"), end()),
        *(flow("start", "order", "end"), flow("stop", "escalate", "end"), flow("note", "file", "end")),
        messages=MESSAGES,
        gated=False,
    )
    play.start()

    at = play.says("refused")

    assert at is not None
    assert play.open == ["escalate"]
    assert at.waits == ()


def test_a_message_thrown_is_caught_inside_first() -> None:
    play = a_play(
        *(start(), gate("parallel", "p"), catch("wait", message("complied")), user("a"), user("b")),
        *(throw("tell", "complied"), end(), flow("start", "p", "wait", "a", "end"), flow("p", "b", "tell", "end")),
        messages=MESSAGES,
    )
    play.start()

    at = play.done("b")
    assert at.thrown == ()
    assert play.open == ["a"]


def test_a_message_thrown_with_nobody_inside_goes_out() -> None:
    play = a_play(start(), throw("tell", "complied"), end(), flow("start", "tell", "end"), messages=MESSAGES)

    assert play.start().thrown == (Thrown(message="complied", element="tell"),)


def test_the_first_event_of_a_gateway_silences_the_others() -> None:
    play = a_play(
        *(start(), gate("eventBased", "g"), catch("yes", message("complied")), catch("no", message("refused"))),
        *(catch("late", timer("PT72H")), user("a"), user("b"), user("c"), end()),
        *(flow("start", "g", "yes", "a", "end"), flow("g", "no", "b", "end"), flow("g", "late", "c", "end")),
        messages=MESSAGES,
    )
    at = play.start()
    assert at.waits == ("complied", "refused")
    assert len(at.timers) == 1

    play.says("refused")

    assert play.open == ["b"]
    assert (play.at.waits, play.at.timers) == ((), ())
    assert play.says("complied") is None


def test_an_event_gateway_in_a_subprocess_goes_with_it() -> None:
    inner = (
        *(start("s"), gate("eventBased", "g"), catch("yes", message("complied")), catch("late", timer("PT1H"))),
        *(end("e"), flow("s", "g", "yes", "e"), flow("g", "late", "e")),
    )
    play = a_play(
        *(start(), sub("wait", *inner), boundary("event", "wait", message("refused")), end(), end("other")),
        *(flow("start", "wait", "end"), flow("event", "other")),
        messages=MESSAGES,
    )
    play.start()

    at = play.says("refused")

    assert at is not None
    assert at.ended
    assert at.ends == ("到other",)
    assert at.timers == ()

"""A procedure has several doors; each message that enters by one adds a token."""

from __future__ import annotations

from tests.bpmn.builder import a_play, catch, end, flow, gate, message, start, sub, user

MESSAGES = ("report_accepted", "new_report", "asked")


def three_doors() -> tuple[str, ...]:
    """By hand, by a report, and by a later report that joins."""
    return (
        *(start("by_hand"), start("by_report", message("report_accepted"))),
        start("joins", message("new_report"), joins="true"),
        *(user("visit"), user("write"), end()),
        *(flow("by_hand", "visit", "write", "end"), flow("by_report", "visit"), flow("joins", "write")),
    )


def test_only_the_door_that_was_used_lets_a_token_in() -> None:
    for door, expected in ((None, ["visit"]), ("report_accepted", ["visit"]), ("new_report", ["write"])):
        play = a_play(*three_doors(), messages=MESSAGES)
        play.start(door)
        assert play.open == expected


def test_doors_nobody_used_do_not_keep_an_instance_open() -> None:
    play = a_play(*three_doors(), messages=MESSAGES)
    play.start("new_report")

    assert play.done("write").ended


def test_a_message_enters_beside_the_tokens_under_way_each_time_it_comes() -> None:
    play = a_play(*three_doors(), messages=MESSAGES)
    play.start("report_accepted")
    play.says("new_report", door=True)
    play.says("new_report", door=True)

    assert play.open == ["visit", "write", "write"]

    play.done("write")
    play.done("write")
    assert not play.at.ended
    play.done("visit")
    assert play.done("write").ended


def test_a_message_by_the_door_comes_back_to_an_instance_that_once_used_it() -> None:
    play = a_play(*three_doors(), messages=MESSAGES)
    play.start("new_report")
    play.says("report_accepted", door=True)
    play.done("write")

    assert play.says("new_report", door=True) is not None
    assert play.open == ["visit", "write"]


def test_nobody_takes_a_message_without_a_door_or_after_the_end() -> None:
    play = a_play(*three_doors(), messages=MESSAGES)
    play.start("new_report")

    assert play.says("asked", door=True) is None
    assert play.says("new_report") is None

    play.done("write")
    assert play.says("new_report", door=True) is None


def test_a_token_of_a_later_door_takes_nothing_from_one_that_passed_the_same_join() -> None:
    """The library drops the children of a join when another token completes it."""
    play = a_play(
        *(start("by_hand"), start("again", message("new_report")), gate("exclusive", "m")),
        *(gate("parallel", "split"), user("a"), user("b"), gate("parallel", "join"), user("after"), end()),
        *(flow("by_hand", "m", "split", "a", "join", "after", "end"), flow("split", "b", "join"), flow("again", "m")),
        messages=MESSAGES,
    )
    play.start()
    play.done("a")
    play.done("b")
    assert play.open == ["after"]
    first = play.at.items[0].token

    play.says("new_report", door=True)
    play.done("a")
    play.done("b")

    assert play.open == ["after", "after"]
    assert play.at.items[0].token == first


def test_a_join_waits_for_each_way_in_however_many_tokens_one_of_them_brings() -> None:
    play = a_play(
        *(start("by_hand"), start("again", message("new_report"))),
        *(gate("parallel", "split"), user("a"), user("b"), gate("parallel", "join"), user("after"), end()),
        *(flow("by_hand", "split", "a", "join", "after", "end"), flow("split", "b", "join"), flow("again", "a")),
        messages=MESSAGES,
    )
    play.start()
    play.says("new_report", door=True)
    play.done("a")
    play.done("a")
    assert play.open == ["b"]

    play.done("b")

    assert play.open == ["after"]
    play.done("after")
    assert not play.at.ended
    assert play.at.stuck


def test_a_door_and_a_catch_of_one_message_are_told_apart() -> None:
    play = a_play(
        *(start("by_hand"), start("door", message("asked"))),
        *(catch("wait", message("asked")), user("visit"), end()),
        *(flow("by_hand", "wait", "visit", "end"), flow("door", "visit")),
        messages=MESSAGES,
    )
    play.start()
    assert play.at.waits == ("asked",)

    play.says("asked", door=True)
    assert play.open == ["visit"]
    assert play.at.waits == ("asked",)

    play.says("asked")
    assert play.open == ["visit", "visit"]


def test_a_subprocess_is_entered_once_for_each_token() -> None:
    inner = (start("s"), user("look"), end("e"), flow("s", "look", "e"))
    play = a_play(
        *(start("by_hand"), start("again", message("new_report"))),
        *(sub("assess", *inner), user("after"), end()),
        *(flow("by_hand", "assess", "after", "end"), flow("again", "assess")),
        messages=MESSAGES,
    )
    play.start()
    play.says("new_report", door=True)
    assert play.open == ["look", "look"]

    play.done("look")
    assert sorted(play.open) == ["after", "look"]
    play.done("look")
    assert play.open == ["after", "after"]

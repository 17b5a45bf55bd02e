"""Procedures are checked together: what nobody can send does not come, and nobody waits in a circle."""

from __future__ import annotations

from engine.bpmn.catalog import ProcedureModel, read_procedure
from engine.bpmn.soundness import check_together, sendable
from tests.bpmn.builder import catch, diagram, end, flow, gate, message, start, throw, timer, user

MESSAGES = ("asked", "answered", "seen")


def a_model(key: str, *parts: str) -> ProcedureModel:
    return read_procedure(diagram(*parts, messages=MESSAGES, key=key), file=f"{key}.bpmn")


def asking() -> ProcedureModel:
    """Waits for the answer, and asks only then."""
    return a_model(
        "P01",
        *(
            start(),
            catch("wait", message("answered")),
            throw("ask", "asked"),
            end(),
            flow("start", "wait", "ask", "end"),
        ),
    )


def answering() -> ProcedureModel:
    """Answers when it is asked."""
    return a_model(
        "P02",
        *(start("hear", message("asked")), user("think"), throw("answer", "answered"), end()),
        flow("hear", "think", "answer", "end"),
    )


def test_two_procedures_that_wait_for_each_other_are_told_with_the_circle() -> None:
    models = {"P01": asking(), "P02": answering()}

    assert sendable(models, ()) == set()
    findings = check_together(models, ())

    assert {(one.rule, one.file, one.element) for one in findings} == {
        ("circular-wait", "P01.bpmn", "wait"),
        ("circular-wait", "P02.bpmn", "hear"),
    }
    assert all("answered" in one.message and "asked" in one.message for one in findings)


def test_who_asks_first_waits_in_no_circle() -> None:
    first = a_model(
        "P01",
        *(
            start(),
            throw("ask", "asked"),
            catch("wait", message("answered")),
            end(),
            flow("start", "ask", "wait", "end"),
        ),
    )
    models = {"P01": first, "P02": answering()}

    assert sendable(models, ()) == {"asked", "answered"}
    assert check_together(models, ()) == []


def test_a_circle_that_people_or_a_limit_can_break_is_none() -> None:
    waiting = a_model(
        "P01",
        *(
            start(),
            gate("eventBased", "g"),
            catch("wait", message("answered")),
            catch("late", timer("P1D")),
            gate("exclusive", "m"),
        ),
        *(throw("ask", "asked"), end(), flow("start", "g", "wait", "m", "ask", "end"), flow("g", "late", "m")),
    )

    assert check_together({"P01": asking(), "P02": answering()}, ("answered",)) == []
    assert check_together({"P01": waiting, "P02": answering()}, ()) == []


def test_a_procedure_that_waits_for_what_itself_sends_later_waits_for_ever() -> None:
    model = a_model(
        "P01",
        *(start(), catch("wait", message("seen")), throw("see", "seen"), end(), flow("start", "wait", "see", "end")),
    )

    (finding,) = check_together({"P01": model}, ())

    assert (finding.rule, finding.element) == ("circular-wait", "wait")
    assert "自己" in finding.message


def test_a_message_that_no_procedure_has_an_event_for_is_no_circle() -> None:
    model = a_model("P01", *(start(), catch("wait", message("seen")), end(), flow("start", "wait", "end")))

    assert [(one.rule, one.element) for one in check_together({"P01": model}, ())] == [("deadlock", "wait")]


def test_what_is_sent_behind_a_join_that_never_goes_on_is_not_sent() -> None:
    stuck = a_model(
        "P01",
        *(
            start(),
            gate("exclusive", "x", default="x__a"),
            user("a"),
            catch("b", message("seen")),
            gate("parallel", "join"),
        ),
        *(throw("ask", "asked"), end(), flow("start", "x", "a", "join", "ask", "end"), flow("x", "b", when="v = 1")),
        flow("b", "join"),
    )

    assert sendable({"P01": stuck}, ()) == set()
    assert sendable({"P01": stuck}, ("seen",)) == {"seen", "asked"}

"""The catalog says what a diagram says."""

from __future__ import annotations

from engine.bpmn.catalog import Door, Named, ProcedureModel, read_procedure
from tests.bpmn.builder import (
    boundary,
    catch,
    diagram,
    end,
    flow,
    gate,
    message,
    properties,
    start,
    sub,
    throw,
    timer,
    user,
)

TOLD = properties(notify="township; police: again = true")
LANES = (
    '<laneSet id="lanes"><lane id="police" name="公安"><flowNodeRef>visit</flowNodeRef></lane>'
    '<lane id="township" name="镇街"><flowNodeRef>assess</flowNodeRef></lane></laneSet>'
)


def a_model() -> ProcedureModel:
    inside = user("look").replace('<spiffworkflow:property name="role" value="police"/>', "")
    return read_procedure(
        diagram(
            LANES,
            start("by_hand", starters="school, police"),
            start("joins", message("new_report"), joins="true"),
            user(
                "visit",
                code="P00-T1",
                form="F1",
                role="police/township",
                limit='t_dispatch: if answer = "a;b" then P1D else t_dispatch',
                from_="found_at",
                watch='t_a; t_b: date and time("2026-01-01T00:00:00+08:00")',
                documents='出警记录; 责令书: answer = "立即;返回"',
                notify="civil_affairs; education: case.school != null",
                clauses="FH-3.2-a, YZ-3.2-2a",
                moves="P02: target",
                merges='open_case: merge_action = "并入"',
                sets="again: true",
                holds="false",
                restart_on_move="true",
            ),
            boundary("late", "visit", timer("refusal_threshold"), interrupting=False, from_="day"),
            sub("assess", start("s"), inside, end("e"), flow("s", "look", "e")),
            gate("exclusive", "which", default="d"),
            *(catch("wait", message("complied")), throw("tell", "accepted"), end("end", TOLD + message("closed"))),
            *(flow("by_hand", "visit", "assess", "which"), flow("joins", "assess"), flow("late", "end")),
            *(flow("which", "wait", when="again"), flow("wait", "tell", "end"), flow("which", "end", id_="d")),
            messages=("new_report", "complied", "accepted", "closed"),
            clock="round",
        ),
        file="P00.bpmn",
    )


def test_an_event_tells_whom_it_names() -> None:
    model = a_model()

    assert model.nodes["end"].notify == (Named(name="township"), Named(name="police", feel="again = true"))
    assert model.nodes["visit"].notify == ()
    assert any(one.element == "end" and one.text == "again = true" for one in model.expressions)


def test_a_task_has_its_properties() -> None:
    task = a_model().tasks["visit"]

    assert (task.code, task.form, task.role, task.lane) == ("P00-T1", "F1", "police/township", "police")
    assert task.limit == Named(name="t_dispatch", feel='if answer = "a;b" then P1D else t_dispatch')
    assert task.start == "found_at"
    assert [watch.name for watch in task.watch] == ["t_a", "t_b"]
    assert task.watch[1].feel == 'date and time("2026-01-01T00:00:00+08:00")'
    assert task.documents == (Named(name="出警记录"), Named(name="责令书", feel='answer = "立即;返回"'))
    assert task.notify[1] == Named(name="education", feel="case.school != null")
    assert task.clauses == ("FH-3.2-a", "YZ-3.2-2a")
    assert task.moves == Named(name="P02", feel="target")
    assert task.merges == Named(name="open_case", feel='merge_action = "并入"')
    assert task.sets == (Named(name="again", feel="true"),)
    assert task.restart_on_move
    assert not task.holds


def test_a_task_in_a_subprocess_has_the_lane_of_the_subprocess_and_the_code_as_form() -> None:
    task = a_model().tasks["look"]

    assert (task.lane, task.role, task.form) == ("township", "township", "P00-look")


def test_doors_say_who_starts_and_what_enters() -> None:
    model = a_model()

    assert model.doors == (
        Door(element="by_hand", name="by_hand", message=None, starters=("school", "police")),
        Door(element="joins", name="joins", message="new_report", joins=True),
    )
    assert model.door("new_report") == model.doors[1]
    assert model.door("complied") is None


def test_messages_timers_lanes_and_clock_are_told() -> None:
    model = a_model()

    assert model.throws == ("accepted", "closed")
    assert model.catches == ("complied",)
    assert model.lanes == {"police": "公安", "township": "镇街"}
    assert model.around_the_clock
    assert (model.timers["late"].name, model.timers["late"].start) == ("refusal_threshold", "day")
    assert model.nodes["late"].host == "visit"
    assert model.nodes["look"].scope == "assess"


def test_every_expression_is_listed_with_its_place() -> None:
    places = {(at.element, at.place, at.knows_opened) for at in a_model().expressions}

    assert ("which__wait", "condition", False) in places
    assert ("late", "timer", False) in places
    assert ("late", "from", False) in places
    assert ("visit", "limit", True) in places
    assert ("visit", "watch", True) in places
    for place in ("documents", "notify", "moves", "merges", "sets"):
        assert ("visit", place, False) in places

"""What stalls, turns for ever, is done twice or never is found at the culprit, with a run that shows it."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.bpmn.catalog import ProcedureModel, read_procedure
from engine.bpmn.findings import Finding
from engine.bpmn.soundness import check_soundness
from tests.bpmn.builder import boundary, catch, diagram, end, flow, gate, message, start, sub, throw, timer, user
from tests.bpmn.enginestates import an_engine
from tests.bpmn.walks import diagrams

MESSAGES = ("complied", "refused", "again")


def a_model(*parts: str) -> ProcedureModel:
    return read_procedure(diagram(*parts, messages=MESSAGES), file="P00.bpmn")


def found(*parts: str, heard: tuple[str, ...] | None = None) -> list[Finding]:
    return check_soundness(a_model(*parts), heard=heard)


def told(*parts: str, heard: tuple[str, ...] | None = None) -> list[tuple[str, str]]:
    """The rule and the element of every finding that is no note."""
    return [(one.rule, one.element) for one in found(*parts, heard=heard) if one.severity != "note"]


def branches(split: str, join: str) -> tuple[str, ...]:
    """Two tasks between two gateways, and one after them."""
    chosen = {"exclusive": "v = {}", "inclusive": "v{} = true", "parallel": None}[split]
    default = "" if split == "parallel" else "split__join"
    return (
        *(
            start(),
            gate(split, "split", default=default),
            user("one"),
            user("two"),
            gate(join, "join"),
            user("after"),
            end(),
        ),
        *(flow("start", "split"), flow("one", "join", "after", "end"), flow("two", "join")),
        *(
            flow("split", "one", when=chosen and chosen.format(1)),
            flow("split", "two", when=chosen and chosen.format(2)),
        ),
        *(flow("split", "join") for _ in range(split != "parallel")),
    )


# -- joins ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["exclusive", "parallel", "inclusive"])
def test_ways_joined_as_they_were_split_are_sound(kind: str) -> None:
    assert told(*branches(kind, kind)) == []


@pytest.mark.parametrize("split", ["exclusive", "inclusive"])
def test_a_parallel_join_of_ways_that_are_not_all_taken_is_a_deadlock_at_the_join(split: str) -> None:
    (finding,) = found(*branches(split, "parallel"))

    assert (finding.rule, finding.element, finding.severity) == ("deadlock", "join", "error")
    assert [(one.element, one.tokens) for one in finding.steps] == [("start", ("join",))]
    assert "做two" in finding.message
    assert "做one" in finding.message
    assert ("排他" if split == "exclusive" else "包容") in finding.message


@pytest.mark.parametrize(("split", "instead"), [("parallel", "并行网关"), ("inclusive", "包容网关")])
def test_ways_that_run_at_once_and_are_merged_without_waiting_are_named_at_the_merge(split: str, instead: str) -> None:
    (finding,) = found(*branches(split, "exclusive"))

    assert (finding.rule, finding.element) == ("lack-of-synchronisation", "join")
    assert finding.steps[-1].tokens == ("after", "after")
    assert finding.message.endswith(f"请改用{instead}汇合")


def test_an_inclusive_join_of_parallel_ways_is_sound() -> None:
    assert told(*branches("parallel", "inclusive")) == []


def test_the_engine_does_what_the_steps_of_a_deadlock_say() -> None:
    xml = diagram(*branches("exclusive", "parallel"))
    (finding,) = check_soundness(read_procedure(xml, file="P00.bpmn"), heard=None)

    (at,) = an_engine(xml, {"v": (0, 1, 2)}).follow(finding.steps)

    assert at.stuck


def test_the_engine_opens_the_task_twice_that_lacks_a_join_before_it() -> None:
    xml = diagram(*branches("parallel", "exclusive"))
    (finding,) = check_soundness(read_procedure(xml, file="P00.bpmn"), heard=None)

    (at,) = an_engine(xml, {}).follow(finding.steps)

    assert [item.element for item in at.items] == ["after", "after"]


def test_of_joins_that_wait_for_each_other_only_the_first_is_named() -> None:
    parts = (
        *(start(), gate("parallel", "p"), gate("exclusive", "x", default="x__a"), user("a"), user("b"), user("c")),
        *(gate("parallel", "inner"), gate("parallel", "outer"), end()),
        *(flow("start", "p", "x", "a", "inner", "outer", "end"), flow("x", "b", when="v = 1"), flow("b", "inner")),
        *(flow("p", "c", "outer"),),
    )

    assert told(*parts) == [("deadlock", "inner")]


def doubled(number: int, split: str) -> tuple[str, ...]:
    """A split whose two ways are merged without waiting, and a task after it."""
    merge = f"m{number}"
    return (
        *(gate("parallel", split), gate("exclusive", merge)),
        *(user(f"a{number}"), user(f"b{number}"), user(f"c{number}")),
        flow(split, f"a{number}", merge, f"c{number}"),
        flow(split, f"b{number}", merge),
    )


def test_a_merge_is_not_blamed_for_the_two_tokens_that_an_earlier_one_let_through() -> None:
    ways = (
        *(gate("exclusive", "q", default="to_d"), user("d"), user("e"), gate("exclusive", "late"), user("f"), end()),
        *(flow("start", "split"), flow("c1", "q"), flow("q", "d", id_="to_d"), flow("q", "e", when="answer = 1")),
        *(flow("d", "late", "f", "end"), flow("e", "late")),
    )

    assert told(start(), *doubled(1, "split"), *ways) == [("lack-of-synchronisation", "m1")]


def test_two_merges_that_are_wrong_each_by_itself_are_both_named() -> None:
    parts = (*doubled(1, "split"), *doubled(2, "again"), end(), flow("start", "split"), flow("c1", "again"))

    assert told(start(), *parts, flow("c2", "end")) == [
        ("lack-of-synchronisation", "m1"),
        ("lack-of-synchronisation", "m2"),
    ]


def test_a_branch_that_leaves_before_the_join_holds_it_up() -> None:
    parts = (
        *(start(), gate("parallel", "p"), user("a"), user("b"), boundary("late", "b", timer("P1D"))),
        *(gate("parallel", "join"), end(), end("away")),
        *(flow("start", "p", "a", "join", "end"), flow("p", "b", "join"), flow("late", "away")),
    )

    assert told(*parts) == [("deadlock", "join")]


def test_a_join_that_goes_on_although_a_branch_left_is_sound_where_it_is_inclusive() -> None:
    parts = (
        *(start(), gate("parallel", "p"), user("a"), user("b"), boundary("late", "b", timer("P1D"))),
        *(gate("inclusive", "join"), end(), end("away")),
        *(flow("start", "p", "a", "join", "end"), flow("p", "b", "join"), flow("late", "away")),
    )

    assert told(*parts) == []


def test_a_join_of_what_two_entries_bring_is_stuck_with_one_of_them() -> None:
    parts = (
        *(start("by_hand"), start("called", message("again")), user("a"), user("b"), gate("parallel", "join"), end()),
        *(flow("by_hand", "a", "join", "end"), flow("called", "b", "join")),
    )

    assert told(*parts) == [("deadlock", "join")]


def test_a_second_entry_into_one_branch_leaves_a_token_over() -> None:
    parts = (
        *(start("by_hand"), start("called", message("again"), joins="true")),
        *(gate("parallel", "split"), user("a"), user("b"), gate("parallel", "join"), end()),
        *(flow("by_hand", "split", "a", "join", "end"), flow("split", "b", "join"), flow("called", "a")),
    )

    assert told(*parts) == [("deadlock", "join")]


def test_a_second_entry_beside_the_first_is_no_fault() -> None:
    parts = (
        *(start("by_hand"), start("called", message("again")), gate("exclusive", "m"), user("a"), end()),
        *(flow("by_hand", "m", "a", "end"), flow("called", "m")),
    )

    assert told(*parts) == []


# -- ends -------------------------------------------------------------------------------------------


def test_two_ways_to_one_end_are_named_there_and_two_ends_are_sound() -> None:
    def ways(other: str) -> tuple[str, ...]:
        return (
            *(start(), gate("parallel", "p"), user("a"), user("b"), end(), *([end(other)] if other != "end" else [])),
            *(flow("start", "p", "a", "end"), flow("p", "b", other)),
        )

    assert told(*ways("end")) == [("improper-completion", "end")]
    assert told(*ways("other")) == []


def test_the_engine_reaches_the_end_twice() -> None:
    xml = diagram(
        *(start(), gate("parallel", "p"), user("a"), user("b"), end(), flow("start", "p", "a", "end")),
        flow("p", "b", "end"),
    )
    (finding,) = check_soundness(read_procedure(xml, file="P00.bpmn"), heard=None)

    (at,) = an_engine(xml, {}).follow(finding.steps[:-1])

    assert not at.ended
    assert at.ends == ("到end",)


@pytest.mark.parametrize("target", ["end", "reminded"])
def test_a_reminder_needs_an_end_of_its_own(target: str) -> None:
    parts = (
        *(start(), user("a"), boundary("late", "a", timer("P1D"), interrupting=False), user("remind"), end()),
        *(flow("start", "a", "end"), flow("late", "remind", target), *([end(target)] if target != "end" else [])),
    )

    assert told(*parts) == ([("improper-completion", "end")] if target == "end" else [])


def test_the_first_of_two_ways_may_end_all() -> None:
    parts = (
        *(start(), gate("parallel", "p"), user("a"), user("b"), gate("exclusive", "m"), end("e", _TERMINATE)),
        *(flow("start", "p", "a", "m", "e"), flow("p", "b", "m")),
    )

    assert told(*parts) == []


_TERMINATE = "<terminateEventDefinition/>"


# -- loops ------------------------------------------------------------------------------------------


def test_a_loop_without_a_way_out_is_named_at_its_gateway() -> None:
    parts = (
        *(start(), gate("parallel", "p"), user("file"), end(), gate("exclusive", "again"), user("visit")),
        *(gate("exclusive", "ask", default="ask__plan"), user("plan"), user("praise")),
        *(flow("start", "p", "file", "end"), flow("p", "again", "visit", "ask", "plan", "again")),
        *(flow("ask", "praise", when="v = 1"), flow("praise", "again")),
    )

    (finding,) = found(*parts)

    assert (finding.rule, finding.element) == ("livelock", "ask")
    assert finding.steps


def test_a_fork_of_which_one_way_leads_back_never_comes_to_rest() -> None:
    parts = (
        *(start(), gate("exclusive", "again"), user("visit"), gate("parallel", "fork"), user("report"), end()),
        *(flow("start", "again", "visit", "fork", "report", "end"), flow("fork", "again")),
    )

    assert told(*parts) == [("livelock", "fork")]


def test_a_loop_with_a_way_out_is_sound_also_when_it_waits_for_news_again_and_again() -> None:
    parts = (
        *(start(), gate("parallel", "p"), user("work"), end("e", _TERMINATE), gate("exclusive", "m")),
        *(catch("news", message("again")), gate("parallel", "fork"), user("note"), end("noted")),
        *(flow("start", "p", "work", "e"), flow("p", "m", "news", "fork", "note", "noted"), flow("fork", "m")),
    )

    assert told(*parts) == []


# -- messages and limits -----------------------------------------------------------------------------


def test_a_wait_for_what_nobody_sends_is_a_deadlock_there() -> None:
    parts = (start(), catch("wait", message("complied")), user("a"), end(), flow("start", "wait", "a", "end"))

    assert told(*parts) == []
    assert told(*parts, heard=("complied",)) == []
    (finding,) = found(*parts, heard=())
    assert (finding.rule, finding.element) == ("deadlock", "wait")
    assert "complied" in finding.message


@pytest.mark.parametrize("interrupting", [True, False], ids=["interrupting", "beside"])
def test_a_task_that_waits_for_a_message_has_boundary_events_as_others_do(interrupting: bool) -> None:
    waiting = '<receiveTask id="wait" messageRef="m_complied"/>'
    late = boundary("late", "wait", timer("P10D"), interrupting=interrupting)
    parts = (start(), waiting, late, end(), end("urged"), flow("start", "wait", "end"), flow("late", "urged"))

    assert told(*parts) == []
    stuck = [one for one in told(*parts, heard=()) if one[0] == "deadlock"]
    assert stuck == ([] if interrupting else [("deadlock", "wait")])


def test_what_only_an_unsent_message_leads_to_is_a_reminder_where_there_is_another_way() -> None:
    parts = (
        *(start(), gate("eventBased", "g"), catch("yes", message("complied")), catch("late", timer("P1D")), user("a")),
        *(end(), end("over"), flow("start", "g", "yes", "a", "end"), flow("g", "late", "over")),
    )

    (finding,) = found(*parts, heard=())

    assert (finding.rule, finding.element, finding.severity) == ("dead-activity", "yes", "warning")


def test_what_is_thrown_beside_a_wait_is_heard_there() -> None:
    def parts(*between: str) -> tuple[str, ...]:
        return (
            *(start(), gate("parallel", "p"), catch("wait", message("complied")), user("a"), throw("tell", "complied")),
            *(end(), end("told"), flow("start", "p", *between, "wait", "end"), flow("p", "a", "tell", "told")),
            *(user(one) for one in between),
        )

    assert told(*parts(), heard=()) == []
    assert told(*parts("first"), heard=()) == [("deadlock", "wait")], "it may be thrown before anybody waits"


def test_a_node_that_no_run_comes_to_is_named() -> None:
    parts = (
        *(
            start(),
            gate("parallel", "p"),
            user("judge"),
            end("closed", _TERMINATE),
            gate("exclusive", "x", default="x__a"),
        ),
        *(user("a"), user("b"), gate("parallel", "join"), user("write"), end()),
        *(flow("start", "p", "judge", "closed"), flow("p", "x", "a", "join", "write", "end")),
        *(flow("x", "b", when="v = 1"), flow("b", "join")),
    )

    assert told(*parts) == [("dead-activity", "join")]


def test_a_condition_on_open_tasks_is_taken_at_its_word() -> None:
    def parts(condition: str) -> tuple[str, ...]:
        return (
            *(start(), gate("parallel", "p"), user("one"), user("two"), gate("exclusive", "m")),
            *(gate("exclusive", "x", default="x__after"), user("after"), end(), end("enough")),
            *(flow("start", "p", "one", "m", "x", "after", "end"), flow("p", "two", "m")),
            flow("x", "enough", when=condition),
        )

    assert found(*parts("open.after + rounds.after > 0")) == []
    assert [one.severity for one in found(*parts("v = 1"))] == ["note"]


def test_conditions_that_exclude_each_other_are_not_taken_together() -> None:
    def parts(other: str) -> tuple[str, ...]:
        return (
            *(
                start(),
                gate("inclusive", "s", default="s__none"),
                user("a"),
                user("b"),
                gate("exclusive", "m"),
                user("after"),
            ),
            *(end(), end("none"), flow("s", "none"), flow("start", "s"), flow("s", "a", when='v = "甲"')),
            *(flow("s", "b", when=other), flow("a", "m", "after", "end"), flow("b", "m")),
        )

    assert told(*parts('v = "乙"')) == []
    assert told(*parts('w = "乙"')) == [("lack-of-synchronisation", "m")]


def test_a_task_that_holds_nothing_up_is_no_token_that_is_left() -> None:
    parts = (
        *(start(), gate("parallel", "p"), user("help", holds="false"), user("work"), end(), end("helped")),
        *(flow("start", "p", "help", "helped"), flow("p", "work", "end")),
    )

    assert told(*parts) == []


# -- subprocesses ------------------------------------------------------------------------------------


def test_a_fault_inside_a_subprocess_is_told_from_the_start_of_the_procedure() -> None:
    inner = (
        *(
            start("begin"),
            gate("exclusive", "x", default="x__a"),
            user("a"),
            user("b"),
            gate("parallel", "join"),
            end("e"),
        ),
        *(flow("begin", "x", "a", "join", "e"), flow("x", "b", when="v = 1"), flow("b", "join")),
    )
    xml = diagram(start(), user("first"), sub("round", *inner), end(), flow("start", "first", "round", "end"))

    (finding,) = check_soundness(read_procedure(xml, file="P00.bpmn"), heard=None)

    assert (finding.rule, finding.element) == ("deadlock", "join")
    assert [one.element for one in finding.steps] == ["start", "first", "begin", "a"]
    assert finding.steps[-1].tokens == ("join",)


def test_a_subprocess_is_left_by_its_events_even_where_it_turns_for_ever() -> None:
    inner = (start("begin"), user("a"), end("e"), flow("begin", "a", "e"))
    parts = (
        *(start(), sub("round", *inner), boundary("stop", "round", message("refused")), end(), end("stopped")),
        *(flow("start", "round", "end"), flow("stop", "stopped")),
    )

    assert told(*parts) == []


# -- size --------------------------------------------------------------------------------------------


def side_by_side(count: int, *, leaves: bool = False) -> tuple[str, ...]:
    tasks = [f"task_{number}" for number in range(count)]
    last = tasks[-1]
    way = (gate("exclusive", "x", default="x__join"), end("away"), flow("x", "join"), flow("x", "away", when="v = 1"))
    return (
        *(start(), gate("parallel", "split"), gate("parallel", "join"), end(), flow("start", "split")),
        *(part for task in tasks for part in (user(task), flow("split", task))),
        *(flow(task, "x" if leaves and task == last else "join") for task in tasks),
        *(flow("join", "end"), *(way if leaves else ())),
    )


def test_thirty_tasks_side_by_side_are_a_small_matter() -> None:
    assert told(*side_by_side(30)) == []
    assert told(*side_by_side(30, leaves=True)) == [("deadlock", "join")]


@pytest.mark.parametrize("ways", [120, 200])
def test_what_cannot_be_looked_at_whole_is_said_with_the_gateway_to_split(ways: int) -> None:
    (finding,) = found(*side_by_side(ways))

    assert (finding.rule, finding.element, finding.severity) == ("inconclusive", "split", "warning")
    assert "子过程" in finding.message


def test_the_same_diagram_gives_the_same_findings() -> None:
    parts = branches("parallel", "exclusive")

    assert found(*parts) == found(*parts)


@pytest.mark.parametrize("path", diagrams(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_diagram_that_ships_is_sound_and_small_enough_to_say_so(path: Path) -> None:
    model = read_procedure(path.read_bytes(), file=path.name)

    assert [str(one) for one in check_soundness(model, heard=None) if one.severity != "note"] == []

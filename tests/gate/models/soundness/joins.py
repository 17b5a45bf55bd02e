"""Ways that part and meet again, or never do."""

from __future__ import annotations

from tests.gate.case import Case, Content, alone
from tests.gate.draw import (
    boundary,
    catch,
    diagram,
    end,
    flow,
    gate,
    message,
    start,
    sub,
    task,
    through,
    timer,
)
from tests.gate.models.soundness import DEADLOCK, IF, MULTIPLE


def between(split: str, join: str) -> tuple[str, ...]:
    """Two tasks between two gateways; behind an inclusive one both are done where both conditions hold."""
    asked, second = ("", "") if split == "parallel" else (IF, "alone = true" if split == "inclusive" else "")
    head = gate(split, "split") if split == "parallel" else gate(split, "split", default="d")
    third = (task("review"), flow("split", "review", key="d"), flow("review", "join")) if second else ()
    return (
        *(start(), head, task("visit"), task("write"), gate(join, "join"), end(), flow("start", "split")),
        *(flow("split", "visit", if_=asked), flow("split", "write", if_=second, key="" if second else "d")),
        *(flow("visit", "join", "end"), flow("write", "join")),
        *third,
    )


def at_join(name: str, fault: str, rule: str, wrong: Content, right: Content) -> Case:
    return alone(name, fault, at="join", rule=rule, wrong=wrong, right=right)


def meeting(name: str, fault: str, rule: str, wrong: tuple[str, str], right: tuple[str, str]) -> Case:
    """A pair of gateways that do not go together, and one that does."""
    return at_join(name, fault, rule, between(*wrong), between(*right))


def race(join: str) -> bytes:
    """Of two events one comes first."""
    return diagram(
        *(start(), gate("eventBased", "split"), catch("wait", timer("P1D")), catch("late", message("told"))),
        *(gate(join, "join"), end(), flow("start", "split", "wait", "join", "end"), flow("split", "late", "join")),
        messages=["told"],
    )


def interrupted(join: str) -> tuple[str, ...]:
    """The boundary event's way and the task's own meet: only one of them is ever taken."""
    return (
        *(start(), task("visit"), boundary("late", "visit", timer("P1D")), task("write"), gate(join, "join"), end()),
        *(flow("start", "visit", "join", "end"), flow("late", "write", "join")),
    )


def within(split: str, join: str) -> tuple[str, ...]:
    """The same pairs inside a subprocess."""
    inside = [
        part.replace('id="start"', 'id="s"').replace('id="end"', 'id="e"').replace("start_", "s_").replace("_end", "_e")
        for part in between(split, join)
    ]
    inside = [part.replace('Ref="start"', 'Ref="s"').replace('Ref="end"', 'Ref="e"') for part in inside]
    return through(sub("assess", *inside))


def leaving(*ways: str) -> tuple[str, ...]:
    """Two branches, of which one asks whether to go on."""
    return (
        *(start(), gate("parallel", "fork"), task("visit"), task("write"), gate("parallel", "join"), end(), *ways),
        *(flow("start", "fork", "visit"), flow("fork", "write", "join", "end")),
    )


def branches(*ways: str) -> tuple[str, ...]:
    """Two branches, of which one can be interrupted."""
    return (
        *(start(), gate("parallel", "split"), task("visit"), boundary("late", "visit", timer("P1D")), task("write")),
        *(
            gate("parallel", "join"),
            end(),
            flow("start", "split", "visit"),
            flow("split", "write", "join", "end"),
            *ways,
        ),
    )


FORK = (start(), gate("parallel", "split"), task("visit"), task("write"), end(), flow("start", "split"))
LEAVES = (
    *(gate("exclusive", "split", default="d"), end("e2"), flow("visit", "split"), flow("split", "join", if_=IF)),
    flow("split", "e2", key="d"),
)
CROSSED = (
    *(start(), gate("parallel", "split"), gate("parallel", "join"), gate("parallel", "join2"), end(), end("e2")),
    *(gate("parallel", "f1"), gate("parallel", "f2"), flow("start", "split", "join", "f1", "end")),
    *(flow("split", "join2", "f2", "e2"), flow("f1", "join2"), flow("f2", "join")),
)
ONE, BOTH, SOME = ("exclusive", "exclusive"), ("parallel", "parallel"), ("inclusive", "inclusive")

CASES = (
    meeting("choice-into-parallel-join", "二选一之后并行汇合", DEADLOCK, ("exclusive", "parallel"), BOTH),
    meeting("inclusive-into-parallel-join", "包容分支之后并行汇合", DEADLOCK, ("inclusive", "parallel"), SOME),
    meeting("fork-into-choice-join", "并行分支之后排他汇合", MULTIPLE, ("parallel", "exclusive"), BOTH),
    meeting("inclusive-into-choice-join", "包容分支之后排他汇合", MULTIPLE, ("inclusive", "exclusive"), ONE),
    at_join("race-into-parallel-join", "事件网关之后并行汇合", DEADLOCK, race("parallel"), race("exclusive")),
    at_join("interruption-into-join", "中断之后并行汇合", DEADLOCK, interrupted("parallel"), interrupted("exclusive")),
    at_join("inner-deadlock", "子过程里的死锁", DEADLOCK, within("exclusive", "parallel"), within(*ONE)),
    at_join(
        "inner-fork-into-choice", "子过程里并行之后排他汇合", MULTIPLE, within("parallel", "exclusive"), within(*BOTH)
    ),
    at_join(
        "one-branch-leaves",
        "一条分支提前结束，汇合等不到",
        DEADLOCK,
        leaving(*LEAVES),
        leaving(flow("visit", "join")),
    ),
    at_join(
        "interrupted-inside-a-fork",
        "并行的一条路被中断，汇合等不到",
        DEADLOCK,
        branches(end("e2"), flow("late", "e2"), flow("visit", "join")),
        branches(gate("exclusive", "merge"), flow("late", "merge"), flow("visit", "merge", "join")),
    ),
    alone(
        "crossed-joins",
        "两个汇合互相等待",
        at=("join", "join2", "f1", "f2"),
        rule="loop-without-wait",
        wrong=CROSSED,
        right=between(*BOTH),
    ),
    alone(
        "fork-to-one-end",
        "并行的两条路各自走到同一个结束",
        at=("end", "split"),
        rule="improper-completion",
        wrong=(*FORK, flow("split", "visit", "end"), flow("split", "write", "end")),
        right=(*FORK, end("e2"), flow("split", "visit", "end"), flow("split", "write", "e2")),
    ),
)

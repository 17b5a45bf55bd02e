"""Soundness: diagrams that can be read, and still stall, spin or run on past their end."""

from __future__ import annotations

from tests.gate.case import Case, alone
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
    throw,
    timer,
)

IF = "poor = true"
DEADLOCK, MULTIPLE, LIVELOCK = "deadlock", "lack-of-synchronisation", "livelock"


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


def one(
    name: str,
    fault: str,
    at: str | tuple[str, ...],
    rule: str | tuple[str, ...],
    wrong: tuple[str, ...] | bytes,
    right: tuple[str, ...] | bytes,
) -> Case:
    return alone(name, fault, at=at, rule=rule, wrong=wrong, right=right)


def race(join: str) -> tuple[str, ...]:
    return (
        *(start(), gate("eventBased", "split"), catch("wait", timer("P1D")), catch("late", message("told"))),
        *(gate(join, "join"), end(), flow("start", "split", "wait", "join", "end"), flow("split", "late", "join")),
    )


def interrupted(join: str) -> tuple[str, ...]:
    """The boundary event's way and the task's own meet: only one of them is ever taken."""
    return (
        *(start(), task("visit"), boundary("late", "visit", timer("P1D")), task("write"), gate(join, "join"), end()),
        *(flow("start", "visit", "join", "end"), flow("late", "write", "join")),
    )


def reminded(*tail: str) -> tuple[str, ...]:
    """A reminder beside the task."""
    return (
        *(start(), task("visit"), boundary("late", "visit", timer("P1D"), interrupting=False), task("write"), end()),
        *(flow("start", "visit"), *tail, flow("late", "write")),
    )


def inner(join: str) -> tuple[str, ...]:
    """A choice inside a subprocess."""
    inside = (
        *(
            start("s"),
            gate("exclusive", "split", default="d"),
            task("visit"),
            task("write"),
            gate(join, "join"),
            end("e"),
        ),
        *(flow("s", "split"), flow("split", "visit", if_=IF), flow("split", "write", key="d")),
        *(flow("visit", "join", "e"), flow("write", "join")),
    )
    return (start(), sub("assess", *inside), end(), flow("start", "assess", "end"))


def looped(join: str) -> tuple[str, ...]:
    """A loop whose way back leads into a gateway."""
    return (
        *(start(), gate(join, "join"), task("visit"), gate("exclusive", "split", default="d"), end()),
        *(
            flow("start", "join", "visit", "split"),
            flow("split", "join", if_=IF, key="back"),
            flow("split", "end", key="d"),
        ),
    )


def cycle(*, out: bool, work: bool) -> tuple[str, ...]:
    """A loop of gateways; with a way out, and with work in it, or without."""
    middle = (task("visit"),) if work else ()
    names = ("merge", "visit", "split") if work else ("merge", "split")
    away = flow("split", "end", if_=IF) if out else flow("split", "merge", if_=IF, key="other")
    return (
        *(
            start(),
            gate("exclusive", "first", default="f"),
            gate("exclusive", "merge"),
            *middle,
            gate("exclusive", "split", default="d"),
            end(),
        ),
        *(
            flow("start", "first"),
            flow("first", "end", if_=IF),
            flow("first", "merge", key="f"),
            flow(*names),
            flow("split", "merge", key="d"),
            away,
        ),
    )


CASES = (
    one(
        "choice-into-parallel-join",
        "二选一之后并行汇合",
        "join",
        DEADLOCK,
        between("exclusive", "parallel"),
        between("parallel", "parallel"),
    ),
    one(
        "inclusive-into-parallel-join",
        "包容分支之后并行汇合",
        "join",
        DEADLOCK,
        between("inclusive", "parallel"),
        between("inclusive", "inclusive"),
    ),
    one(
        "fork-into-choice-join",
        "并行分支之后排他汇合",
        ("join",),
        MULTIPLE,
        between("parallel", "exclusive"),
        between("parallel", "parallel"),
    ),
    one(
        "inclusive-into-choice-join",
        "包容分支之后排他汇合",
        ("join",),
        MULTIPLE,
        between("inclusive", "exclusive"),
        between("exclusive", "exclusive"),
    ),
    one(
        "race-into-parallel-join",
        "事件网关之后并行汇合",
        "join",
        DEADLOCK,
        diagram(*race("parallel"), messages=["told"]),
        diagram(*race("exclusive"), messages=["told"]),
    ),
    one(
        "interruption-into-parallel-join",
        "中断之后并行汇合",
        "join",
        DEADLOCK,
        interrupted("parallel"),
        interrupted("exclusive"),
    ),
    one("inner-deadlock", "子过程里的死锁", ("join",), DEADLOCK, inner("parallel"), inner("exclusive")),
    one("loop-into-parallel-join", "回路进入并行汇合", ("join",), DEADLOCK, looped("parallel"), looped("exclusive")),
    one(
        "spin",
        "网关之间空转",
        ("merge", "split"),
        "loop-without-wait",
        cycle(out=False, work=False),
        cycle(out=True, work=True),
    ),
    one(
        "no-way-out-of-work",
        "做完又回来，没有出口",
        ("merge", "split", "visit"),
        LIVELOCK,
        cycle(out=False, work=True),
        cycle(out=True, work=True),
    ),
    one(
        "reminder-joins-the-way",
        "提醒回到主线，主线走两遍",
        ("review", "end", "join"),
        MULTIPLE,
        (*reminded(flow("visit", "review", "end")), task("review"), flow("write", "review")),
        (*reminded(flow("visit", "review", "end")), task("review"), end("e2"), flow("write", "e2")),
    ),
    one(
        "reminder-into-parallel-join",
        "提醒不一定来，汇合却等它",
        "join",
        DEADLOCK,
        (*reminded(flow("visit", "join", "end")), gate("parallel", "join"), flow("write", "join")),
        (*reminded(flow("visit", "end")), end("e2"), flow("write", "e2")),
    ),
    one(
        "one-branch-leaves",
        "一条分支提前结束，汇合等不到",
        "join",
        DEADLOCK,
        (
            *(
                start(),
                gate("parallel", "fork"),
                task("visit"),
                gate("exclusive", "split", default="d"),
                task("write"),
                gate("parallel", "join"),
                end(),
                end("e2"),
            ),
            *(
                flow("start", "fork", "visit", "split"),
                flow("fork", "write", "join", "end"),
                flow("split", "join", if_=IF),
                flow("split", "e2", key="d"),
            ),
        ),
        (
            *(start(), gate("parallel", "fork"), task("visit"), task("write"), gate("parallel", "join"), end()),
            *(flow("start", "fork", "visit", "join", "end"), flow("fork", "write", "join")),
        ),
    ),
    one(
        "crossed-joins",
        "两个汇合互相等待",
        ("join", "join2", "f1", "f2"),
        "loop-without-wait",
        (
            *(
                start(),
                gate("parallel", "split"),
                gate("parallel", "join"),
                gate("parallel", "join2"),
                gate("parallel", "f1"),
                gate("parallel", "f2"),
                end(),
                end("e2"),
            ),
            *(
                flow("start", "split", "join", "f1", "end"),
                flow("split", "join2", "f2", "e2"),
                flow("f1", "join2"),
                flow("f2", "join"),
            ),
        ),
        (
            *(start(), gate("parallel", "split"), task("visit"), task("write"), gate("parallel", "join"), end()),
            *(flow("start", "split", "visit", "join", "end"), flow("split", "write", "join")),
        ),
    ),
    one(
        "dead-task",
        "汇合之后的任务永远做不到",
        ("join", "write"),
        DEADLOCK,
        (
            *(
                start(),
                gate("exclusive", "split", default="d"),
                task("visit"),
                task("review"),
                gate("parallel", "join"),
                task("write"),
                end(),
            ),
            *(
                flow("start", "split"),
                flow("split", "visit", if_=IF),
                flow("split", "review", key="d"),
                flow("visit", "join", "write", "end"),
                flow("review", "join"),
            ),
        ),
        (
            *(
                start(),
                gate("exclusive", "split", default="d"),
                task("visit"),
                task("review"),
                gate("exclusive", "join"),
                task("write"),
                end(),
            ),
            *(
                flow("start", "split"),
                flow("split", "visit", if_=IF),
                flow("split", "review", key="d"),
                flow("visit", "join", "write", "end"),
                flow("review", "join"),
            ),
        ),
    ),
    one(
        "subprocess-fork-into-choice",
        "子过程里并行之后排他汇合，结束两次",
        ("join", "e"),
        MULTIPLE,
        (
            start(),
            sub(
                "assess",
                start("s"),
                gate("parallel", "split"),
                task("visit"),
                task("write"),
                gate("exclusive", "join"),
                end("e"),
                flow("s", "split", "visit", "join", "e"),
                flow("split", "write", "join"),
            ),
            end(),
            flow("start", "assess", "end"),
        ),
        (
            start(),
            sub(
                "assess",
                start("s"),
                gate("parallel", "split"),
                task("visit"),
                task("write"),
                gate("parallel", "join"),
                end("e"),
                flow("s", "split", "visit", "join", "e"),
                flow("split", "write", "join"),
            ),
            end(),
            flow("start", "assess", "end"),
        ),
    ),
    one(
        "growing-loop",
        "每一圈多出一件事，没有尽头",
        ("merge", "split", "fork", "visit"),
        (LIVELOCK, MULTIPLE),
        (
            *(
                start(),
                gate("exclusive", "merge"),
                gate("parallel", "fork"),
                task("visit"),
                task("write"),
                gate("exclusive", "split", default="d"),
                end(),
            ),
            *(
                flow("start", "merge", "fork", "visit", "split"),
                flow("fork", "write", "merge"),
                flow("split", "merge", if_=IF),
                flow("split", "end", key="d"),
            ),
        ),
        (
            *(start(), gate("exclusive", "merge"), task("visit"), gate("exclusive", "split", default="d"), end()),
            *(flow("start", "merge", "visit", "split"), flow("split", "merge", if_=IF), flow("split", "end", key="d")),
        ),
    ),
    one(
        "own-message-too-early",
        "自己发的消息，发出时还没有人等",
        ("late", "wait"),
        DEADLOCK,
        diagram(
            start(),
            throw("late", message("told")),
            catch("wait", message("told")),
            end(),
            flow("start", "late", "wait", "end"),
            messages=["told"],
        ),
        diagram(
            start(),
            task("visit"),
            catch("wait", message("told")),
            end(),
            flow("start", "visit", "wait", "end"),
            messages=["told"],
        ),
    ),
)

"""Loops, reminders and messages."""

from __future__ import annotations

from tests.gate.case import alone
from tests.gate.draw import boundary, catch, end, flow, gate, start, task, timer
from tests.gate.models.soundness import DEADLOCK, IF, LIVELOCK, MULTIPLE


def looped(join: str) -> tuple[str, ...]:
    """A loop whose way back leads into a gateway."""
    return (
        *(start(), gate(join, "join"), task("visit"), gate("exclusive", "split", default="d"), end()),
        *(flow("start", "join", "visit", "split"), flow("split", "join", if_=IF, key="back")),
        flow("split", "end", key="d"),
    )


def cycle(*middle: str, out: bool) -> tuple[str, ...]:
    """A loop, with what is in it; with a way out, or without."""
    names = ("merge", *(("visit",) if middle else ()), "split")
    return (
        *(start(), gate("exclusive", "first", default="f"), gate("exclusive", "merge"), *middle, end()),
        *(gate("exclusive", "split", default="d"), flow("start", "first"), flow("first", "end", if_="alone = true")),
        *(flow("first", "merge", key="f"), flow(*names), flow("split", "merge", key="d")),
        flow("split", "end" if out else "merge", if_=IF, key="other"),
    )


def reminded(*tail: str) -> tuple[str, ...]:
    """A reminder beside the task."""
    return (
        *(start(), task("visit"), boundary("late", "visit", timer("P1D"), interrupting=False), task("write"), end()),
        *(flow("start", "visit"), *tail, flow("late", "write")),
    )


ENDS_APART = (flow("visit", "end"), end("e2"), flow("write", "e2"))
REVIEWED = (flow("visit", "review", "end"), task("review"))
WORK, WAITING = task("visit"), catch("visit", timer("P1D"))
GROWING = (
    *(start(), gate("exclusive", "merge"), gate("parallel", "fork"), task("visit"), task("write"), end()),
    *(gate("exclusive", "split", default="d"), flow("start", "merge", "fork", "visit", "split")),
    *(flow("fork", "write", "merge"), flow("split", "merge", if_=IF), flow("split", "end", key="d")),
)

CASES = (
    alone(
        "loop-into-parallel-join",
        "回路进入并行汇合",
        at="join",
        rule=DEADLOCK,
        wrong=looped("parallel"),
        right=looped("exclusive"),
    ),
    alone(
        "spin",
        "网关之间空转",
        at=("merge", "split"),
        rule="loop-without-wait",
        wrong=cycle(out=False),
        right=cycle(WORK, out=True),
    ),
    alone(
        "no-way-out-of-work",
        "做完又回来，没有出口",
        at=("merge", "split", "visit"),
        rule=LIVELOCK,
        wrong=cycle(WORK, out=False),
        right=cycle(WORK, out=True),
    ),
    alone(
        "waits-for-ever",
        "等一天又等一天，没有出口",
        at=("merge", "split", "visit"),
        rule=LIVELOCK,
        wrong=cycle(WAITING, out=False),
        right=cycle(WAITING, out=True),
    ),
    alone(
        "growing-loop",
        "每一圈多出一件事，没有尽头",
        at=("merge", "split", "fork", "visit", "write"),
        rule=(LIVELOCK, MULTIPLE),
        wrong=GROWING,
        right=cycle(WORK, out=True),
    ),
    alone(
        "reminder-joins-the-way",
        "提醒回到主线，主线走两遍",
        at=("review", "end"),
        rule=MULTIPLE,
        wrong=reminded(*REVIEWED, flow("write", "review")),
        right=reminded(*REVIEWED, end("e2"), flow("write", "e2")),
    ),
    alone(
        "reminder-into-parallel-join",
        "提醒不一定来，汇合却等它",
        at="join",
        rule=DEADLOCK,
        wrong=reminded(flow("visit", "join", "end"), gate("parallel", "join"), flow("write", "join")),
        right=reminded(*ENDS_APART),
    ),
)

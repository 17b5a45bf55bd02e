"""Starts, ends and the flows between."""

from __future__ import annotations

from tests.gate.case import alone
from tests.gate.draw import LINE, chain, diagram, end, flow, gate, message, start, task, through

FORK = (start(), task("visit"), task("write"), end(), gate("parallel", "split"), flow("start", "split", "visit", "end"))
AGAIN = (*LINE, start("again"), flow("again", "visit"))

CASES = (
    alone(
        "no-start",
        "没有开始事件",
        at="P90",
        rule="start",
        wrong=(task("visit"), end(), flow("visit", "end")),
        right=LINE,
    ),
    alone(
        "no-end",
        "没有结束事件",
        at=("P90", "visit"),
        rule=("end", "dead-end"),
        wrong=(start(), task("visit"), flow("start", "visit")),
        right=LINE,
    ),
    alone("empty-process", "过程里什么也没有", at="P90", rule=("start", "end"), wrong=(), right=LINE),
    alone(
        "two-starts",
        "两个手工开始",
        at=("again", "start"),
        rule="same-door",
        wrong=AGAIN,
        right=diagram(*LINE, start("again", message("told")), flow("again", "visit"), messages=["told"]),
    ),
    alone(
        "into-start",
        "顺序流进入开始事件",
        at="visit_start",
        rule="flow-into-start",
        wrong=(start(), task("visit"), end(), flow("start", "visit", "start")),
        right=LINE,
    ),
    alone(
        "out-of-end",
        "结束之后还有顺序流",
        at="end_visit",
        rule="flow-out-of-end",
        wrong=(*LINE, flow("end", "visit")),
        right=LINE,
    ),
    alone(
        "dangling-target",
        "顺序流的终点不存在",
        at="visit_nowhere",
        rule="dangling-flow",
        wrong=(*LINE, flow("visit", "nowhere")),
        right=LINE,
    ),
    alone(
        "dangling-source",
        "顺序流的起点不存在",
        at="nowhere_visit",
        rule="dangling-flow",
        wrong=(*LINE, flow("nowhere", "visit")),
        right=LINE,
    ),
    alone(
        "dead-end",
        "任务之后没有路",
        at="write",
        rule="dead-end",
        wrong=(*FORK, flow("split", "write")),
        right=(*FORK, end("e2"), flow("split", "write", "e2")),
    ),
    alone(
        "orphan",
        "走不到的任务",
        at="write",
        rule="unreached",
        wrong=(*LINE, task("write"), flow("write", "end")),
        right=chain("visit", "write"),
    ),
    alone(
        "orphan-cycle",
        "走不到的一圈任务",
        at=("write", "review"),
        rule="unreached",
        wrong=(*LINE, task("write"), task("review"), flow("write", "review", "write")),
        right=chain("visit", "write", "review"),
    ),
    alone(
        "implicit-split",
        "任务之后两条路",
        at="visit",
        rule="implicit-split",
        wrong=(*LINE, end("e2"), flow("visit", "e2")),
        right=(*through(task("visit"), gate("parallel", "split")), end("e2"), flow("split", "e2")),
    ),
    alone(
        "self-loop",
        "任务指向自己，再也出不来",
        at=("visit", "visit_visit"),
        rule=("livelock", "unreached"),
        wrong=(start(), task("visit"), end(), flow("start", "visit", "visit")),
        right=LINE,
    ),
)

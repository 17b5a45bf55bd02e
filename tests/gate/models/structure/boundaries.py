"""Boundary events and subprocesses."""

from __future__ import annotations

from tests.gate.case import Case, alone
from tests.gate.draw import (
    LINE,
    boundary,
    define,
    el,
    end,
    flow,
    gate,
    start,
    sub,
    task,
    through,
    timer,
)

INSIDE = (start("s"), task("write"), end("e"), flow("s", "write", "e"))
ASSESS = through(sub("assess", *INSIDE))
TWO = through(task("visit"), sub("assess", *INSIDE))
OUT = (end("e2"), flow("late", "e2"))
FORK = through(task("visit"), gate("parallel", "split"), task("write"))
INTO = (start(), task("visit"), task("write"), end(), boundary("late", "visit", timer("P1D")), *OUT)


def late(host: str) -> str:
    return boundary("late", host, timer("P1D"))


def inside(name: str, fault: str, at: tuple[str, ...], rule: str | tuple[str, ...], *parts: str) -> Case:
    """A subprocess of these parts."""
    return alone(name, fault, at=at, rule=rule, wrong=through(sub("assess", *parts)), right=ASSESS)


CASES = (
    alone(
        "boundary-on-nothing",
        "边界事件附在不存在的任务上",
        at="late",
        rule=("boundary", "dangling-reference"),
        wrong=(*LINE, late("nothing"), *OUT),
        right=(*LINE, late("visit"), *OUT),
    ),
    alone(
        "boundary-on-gateway",
        "边界事件附在网关上",
        at="late",
        rule="boundary",
        wrong=(*FORK, late("split"), *OUT),
        right=(*FORK, late("visit"), *OUT),
    ),
    alone(
        "boundary-without-way",
        "边界事件之后没有路",
        at="late",
        rule="dead-end",
        wrong=(*LINE, late("visit")),
        right=(*LINE, late("visit"), *OUT),
    ),
    alone(
        "into-boundary",
        "顺序流进入边界事件",
        at="write_late",
        rule="flow-into-start",
        wrong=(*INTO, flow("start", "visit", "write", "late")),
        right=(*INTO, flow("start", "visit", "write", "end")),
    ),
    alone(
        "flow-into-subprocess",
        "顺序流穿过子过程的边界",
        at="visit_write",
        rule="flow-across-subprocess",
        wrong=(*TWO[:-1], flow("start", "visit", "write"), flow("assess", "end"), flow("visit", "assess")),
        right=TWO,
    ),
    inside(
        "subprocess-without-start",
        "子过程没有开始事件",
        ("assess",),
        "subprocess-start",
        *INSIDE[1:3],
        flow("write", "e"),
    ),
    inside(
        "subprocess-two-starts",
        "子过程有两个开始事件",
        ("assess", "s2"),
        "subprocess-start",
        *(*INSIDE, start("s2"), flow("s2", "write")),
    ),
    inside(
        "subprocess-signal-start",
        "子过程由信号开始",
        ("s",),
        ("event-kind", "event-place"),
        *(start("s", define("signal")), *INSIDE[1:]),
    ),
    alone(
        "subprocess-empty",
        "子过程是空的",
        at="assess",
        rule=("subprocess-start", "end"),
        wrong=through(el("subProcess", "assess")),
        right=ASSESS,
    ),
)

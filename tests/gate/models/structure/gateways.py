"""Gateways and the conditions behind them."""

from __future__ import annotations

from tests.gate.case import Case, alone
from tests.gate.draw import (
    LINE,
    catch,
    end,
    flow,
    gate,
    start,
    task,
    through,
    timer,
)

IF = "now > started"
POLICE, COURT = 'started_by = "police"', 'started_by = "court"'
OTHERS = 'started_by = null or started_by != "police"'


def choice(*, default: str = "easy", hard: str = IF, easy: str = "", kind: str = "exclusive") -> tuple[str, ...]:
    """A choice between two tasks."""
    head = gate(kind, "split", default=default) if default else gate(kind, "split")
    return (
        *(start(), head, task("visit"), task("write"), end(), flow("start", "split")),
        *(flow("split", "visit", if_=hard, key="hard"), flow("split", "write", if_=easy, key="easy")),
        *(flow("visit", "end"), flow("write", "end")),
    )


def chosen(
    name: str,
    fault: str,
    at: str | tuple[str, ...],
    rule: str | tuple[str, ...],
    right: tuple[str, ...] = (),
    **drawn: str,
) -> Case:
    return alone(name, fault, at=at, rule=rule, wrong=choice(**drawn), right=right or choice())


def events(second: str, kind: str = "eventBased") -> tuple[str, ...]:
    """A gateway before a wait and something else."""
    return (
        *(start(), gate(kind, "split"), catch("wait", timer("P1D")), second, end()),
        *(end("e2"), flow("start", "split", "wait", "end"), flow("split", "late", "e2")),
    )


def fork(*ways: str) -> tuple[str, ...]:
    return (start(), gate("parallel", "split"), task("visit"), task("write"), end(), *ways)


def rounds(kind: str, first: str, second: str, default: str = "") -> tuple[str, ...]:
    """Two tasks between two gateways, again and again."""
    head = gate(kind, "split", default=default) if default else gate(kind, "split")
    return (
        *(start(), gate("exclusive", "merge"), head, task("visit"), task("write"), gate(kind, "join")),
        *(gate("exclusive", "again", default="out"), end(), flow("start", "merge", "split"), first, second),
        *(flow("visit", "join", "again"), flow("write", "join"), flow("again", "merge", if_=IF)),
        flow("again", "end", key="out"),
    )


TO_VISIT, TO_WRITE = flow("split", "visit"), flow("split", "write")
RIGHT_EVENTS = events(catch("late", timer("P2D")), "parallel")

CASES = (
    alone(
        "task-condition",
        "离开任务的顺序流有条件",
        at="visit_end",
        rule="condition-on-task-flow",
        wrong=(start(), task("visit"), end(), flow("start", "visit"), flow("visit", "end", if_=IF)),
        right=LINE,
    ),
    alone(
        "parallel-condition",
        "离开并行网关的顺序流有条件",
        at="hard",
        rule="condition-on-task-flow",
        wrong=fork(
            flow("start", "split"),
            flow("split", "visit", if_=IF, key="hard"),
            flow("visit", "end"),
            flow("split", "write", "end"),
        ),
        right=fork(end("e2"), flow("start", "split", "visit", "end"), flow("split", "write", "e2")),
    ),
    chosen("no-default", "一条路没有条件，也不是默认流", ("easy", "split"), "missing-condition", default=""),
    chosen("condition-empty", "条件是空的", ("hard",), "missing-condition", hard=" "),
    chosen(
        "not-exhaustive",
        "没有默认流，条件有遗漏",
        "split",
        "no-way-out",
        choice(default="", hard=POLICE, easy=OTHERS),
        default="",
        hard=POLICE,
        easy=COURT,
    ),
    chosen("foreign-default", "默认流不是自己的", "split", "default-flow", default="start_split", easy="started > now"),
    chosen(
        "unknown-default",
        "默认流不存在",
        "split",
        ("default-flow", "dangling-reference"),
        default="gone",
        easy="started > now",
    ),
    chosen("default-with-condition", "默认流有条件", "easy", "default-with-condition", easy="started > now"),
    chosen("complex", "复杂网关", "split", "complex-gateway", kind="complex"),
    chosen("always-true", "条件任何情况下都成立", "hard", "constant", hard="1 = 1"),
    chosen("never-true", "条件任何情况下都不成立", "hard", "constant", hard="1 = 2"),
    alone(
        "inclusive-on-cycle",
        "包容网关在回路上",
        at=("split", "join"),
        rule="inclusive-cycle",
        wrong=rounds("inclusive", flow("split", "visit", if_=IF), flow("split", "write", key="d"), "d"),
        right=rounds("parallel", TO_VISIT, TO_WRITE),
    ),
    alone(
        "two-timers",
        "事件网关后有两个定时",
        at=("split", "wait", "late"),
        rule="two-timers",
        wrong=events(catch("late", timer("P2D"))),
        right=RIGHT_EVENTS,
    ),
    alone(
        "event-gateway-to-task",
        "事件网关之后是任务",
        at=("split_late", "late"),
        rule="event-gateway",
        wrong=events(task("late")),
        right=RIGHT_EVENTS,
    ),
    alone(
        "parallel-twice-from-one",
        "两条线从同一处进入汇合",
        at="join",
        rule="join",
        wrong=(*through(gate("parallel", "split"), gate("parallel", "join")), flow("split", "join", key="second")),
        right=(*through(gate("parallel", "split"), task("visit"), gate("parallel", "join")), flow("split", "join")),
    ),
)

"""Conditions and timers."""

from __future__ import annotations

from tests.gate.case import Case, alone
from tests.gate.draw import LINE, boundary, end, flow, gate, start, task, timer
from tests.gate.models.elsewhere import OPEN, PYTHON

FEEL = "https://www.omg.org/spec/DMN/20191111/FEEL/"


def asks(condition: str, language: str = "") -> tuple[str, ...]:
    """A gateway with one condition, and a default."""
    taken = flow("split", "write", if_=condition, key="hard")
    if language:
        taken = taken.replace("<bpmn:conditionExpression", f'<bpmn:conditionExpression language="{language}"')
    return (
        *(start(), task("visit"), gate("exclusive", "split", default="easy"), task("write"), end()),
        *(flow("start", "visit", "split"), taken, flow("split", "end", key="easy"), flow("write", "end")),
    )


def condition(name: str, fault: str, text: str, rule: str = "code-text") -> Case:
    return alone(
        f"condition-{name}", fault, at="hard", rule=rule, wrong=asks(text), right=asks('started_by = "police"')
    )


def waits(text: str, tag: str, *, interrupting: bool = True) -> tuple[str, ...]:
    """A timer at a task."""
    late = boundary("late", "visit", timer(text, tag), interrupting=interrupting)
    return (*LINE, late, end("expired"), flow("late", "expired"))


def in_timer(name: str, text: str, tag: str, right: str, *, interrupting: bool = True) -> Case:
    return alone(
        f"timer-{name}",
        "定时里有程序",
        at="late",
        rule="code-text",
        wrong=waits(text, tag, interrupting=interrupting),
        right=waits(right, tag, interrupting=interrupting),
    )


CASES = (
    condition("python", "条件是Python", f"{PYTHON} == 0"),
    condition("attributes", "条件走进Python的内部", "().__class__.__mro__[1].__subclasses__()"),
    condition("juel", "条件是JUEL", "${execution.setVariable('x', 1)}"),
    condition("lambda", "条件里定义函数", "(lambda: 1)() = 1"),
    condition("feel-function", "条件里定义外部函数", 'function(x) external {java: {class: "java.lang.Runtime"}}'),
    condition("shell", "条件里是命令", "`touch @CANARY@`"),
    condition("walrus", "条件里赋值", "(x := 1) = 1", "feel"),
    condition("broken", "条件写坏了", "now ==", "feel"),
    condition("two", "条件是两句话", "now > started; started > now", "feel"),
    condition("deep", "条件的括号太深", "(" * 3000 + "true" + ")" * 3000, "feel"),
    condition("huge-power", "条件算不完", "9 ** 9 ** 9 ** 9 > 1", "constant"),
    condition("long-text", "条件里的文字无限长", '"a" * 10000000000 = "b"', "wrong-type"),
    alone(
        "condition-language",
        "条件用别的语言",
        at="hard",
        rule="expression-language",
        wrong=asks("now > started", language="https://www.python.org/"),
        right=asks('started_by = "police"', language=FEEL),
    ),
    in_timer("duration", f"P1D {PYTHON}", "timeDuration", "P1D"),
    in_timer("duration-call", f"timedelta({OPEN})", "timeDuration", "PT24H"),
    in_timer("date", f'date("2026-12-01") + {OPEN}', "timeDate", "2026-12-01T09:00:00+08:00"),
    in_timer("juel", "${dateTime().plusDays(1)}", "timeDate", '"2026-12-01"'),
    in_timer("cycle", f"R3/{OPEN}", "timeCycle", "R3/P1M", interrupting=False),
)

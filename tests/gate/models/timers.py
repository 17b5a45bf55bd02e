"""Timers: limits that are no limits, and instants that are in no calendar."""

from __future__ import annotations

from tests.gate.case import Case, alone
from tests.gate.draw import LINE, boundary, catch, end, flow, start, task, timer

ODD, NONE, PLACE = "odd-time", "no-time", "timer-cycle-place"


def waits(text: str, tag: str = "timeDuration", *, interrupting: bool = True) -> tuple[str, ...]:
    """A task with a limit."""
    late = boundary("late", "visit", timer(text, tag), interrupting=interrupting)
    return (*LINE, late, end("expired"), flow("late", "expired"))


def lasts(name: str, fault: str, wrong: str, right: str = "P1D", rule: str = ODD) -> Case:
    return alone(name, fault, at="late", rule=rule, wrong=waits(wrong), right=waits(right))


def on(name: str, fault: str, wrong: str, right: str = "2027-02-28T09:00:00+08:00") -> Case:
    return alone(name, fault, at="late", rule=ODD, wrong=waits(wrong, "timeDate"), right=waits(right, "timeDate"))


def repeats(name: str, fault: str, wrong: str, rule: str = ODD) -> Case:
    """A cycle on an event that does not interrupt."""
    return alone(
        name,
        fault,
        at="late",
        rule=rule,
        wrong=waits(wrong, "timeCycle", interrupting=False),
        right=waits("R3/P1M", "timeCycle", interrupting=False),
    )


WAIT = (start(), catch("wait", timer("P1D")), end(), flow("start", "wait", "end"))


def waiting(definition: str) -> tuple[str, ...]:
    return (start(), catch("wait", definition), end(), flow("start", "wait", "end"))


BOTH = (
    "<bpmn:timerEventDefinition><bpmn:timeDate>2027-01-01</bpmn:timeDate>"
    "<bpmn:timeDuration>P1D</bpmn:timeDuration></bpmn:timerEventDefinition>"
)
CASES = (
    lasts("negative", "时长是负的", "-P1D", rule=NONE),
    lasts("negative-part", "时长的一部分是负的", "P-1D"),
    lasts("zero-seconds", "时长为零", "PT0S", "PT1H", rule=NONE),
    lasts("zero-days", "时长为零天", "P0D", rule=NONE),
    lasts("blanks", "时长里有空格", "P1Y2M10DT2H30M PT1H", "P1Y"),
    lasts("blank-inside", "时长中间有空格", "P1Y 2M", "P14M"),
    lasts("wrong-unit", "时长的单位不对", "P6MM", "P6M"),
    lasts("months-and-weeks", "月和周写在一起", "P1M2W", "P1M"),
    lasts("no-number", "时长没有数", "PT", "PT24H"),
    lasts("fraction", "半个月", "P0.5M", "P15D"),
    lasts("huge", "时长大到没有尽头", "P99999999999Y", "P1Y"),
    lasts("number-only", "只有一个数，没有单位", "30", "P30D"),
    lasts("words", "写的是话，不是时长", "三天", "P3D"),
    on("year-9999", "日期在9999年", "9999-12-31T23:59:59Z"),
    on("year-0001", "日期在公元元年", "0001-01-01T00:00:00Z"),
    on("no-such-day", "日期不存在", "2027-02-30T09:00:00+08:00"),
    on("no-such-month", "月份不存在", "2027-13-01", "2027-12-01"),
    on("no-such-hour", "时刻不存在", "2027-02-28T25:00:00+08:00"),
    on("zone-out-of-range", "时区不存在", "2027-02-28T09:00:00+99:99"),
    on("zone-injection", "时区里是路径", "2027-02-28T09:00:00@../../etc/passwd"),
    repeats("negative-repeats", "重复次数是负的", "R-1/P1M"),
    repeats("zero-repeats", "重复零次", "R0/P1M", NONE),
    repeats("billion-repeats", "重复十亿次", "R1000000000/PT1S"),
    repeats("zero-period", "周期为零", "R/PT0S", NONE),
    repeats("negative-period", "周期是负的", "R3/-P1M", NONE),
    repeats("no-period", "没有周期", "R3/"),
    repeats("cron", "周期是cron", "0 0 9 * * ?"),
    alone(
        "cycle-interrupts",
        "周期定时中断任务",
        at="late",
        rule=PLACE,
        wrong=waits("R3/P1M", "timeCycle"),
        right=waits("R3/P1M", "timeCycle", interrupting=False),
    ),
    alone(
        "cycle-in-the-way",
        "路上的等待是周期",
        at="wait",
        rule=PLACE,
        wrong=waiting(timer("R3/P1M", "timeCycle")),
        right=WAIT,
    ),
    alone(
        "no-text", "定时没有期限", at="wait", rule="timer", wrong=waiting("<bpmn:timerEventDefinition/>"), right=WAIT
    ),
    alone("blank-text", "期限是空白", at="wait", rule="timer", wrong=waiting(timer("  ")), right=WAIT),
    alone("two-texts", "日期和时长都写了", at="wait", rule="timer", wrong=waiting(BOTH), right=WAIT),
    alone(
        "wrong-from",
        "期限的起点写坏了",
        at="visit",
        rule="feel",
        wrong=(start(), task("visit", from_="started +"), end(), flow("start", "visit", "end")),
        right=(start(), task("visit", from_="started"), end(), flow("start", "visit", "end")),
    ),
)

"""A parameter says how its limit is counted, who may suspend it, and who may extend it."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.bpmn.directory import Authority, Jurisdiction, Parameter
from engine.bpmn.directoryfiles import Reader, read_jurisdiction, read_roles
from engine.bpmn.findings import Finding
from engine.bpmn.safetext import read_yaml
from engine.core.civil import DaysDuration
from engine.core.deadlines import Days, FirstDay, Roll, Rule

ROLES = Path(__file__).resolve().parents[2] / "processes/roles.yaml"


def read(*lines: str) -> tuple[Jurisdiction, list[Finding]]:
    """A file whose parameters are these lines, the first of them on line 2."""
    text = "\n".join(["parameters:", *(f"  {line}" for line in lines), "code: fh", "name: 甲区", "document: 文〔1〕"])
    text += "\nareas: [{key: fh, name: 甲区, level: district}]\n"
    roles = read_roles(read_yaml(ROLES.read_bytes(), "roles.yaml"), Reader("roles.yaml"))
    reader = Reader("processes/fh/jurisdiction.yaml")
    return read_jurisdiction(read_yaml(text.encode(), reader.file), reader, roles), reader.findings


def the_limit(line: str) -> Parameter:
    found, findings = read(line)
    assert findings == []
    return next(iter(found.parameters.values()))


def test_a_limit_says_which_days_it_counts_and_where_its_last_day_goes() -> None:
    limit = the_limit("t: {value: P10D, days: working, first_day: same, roll: next_working, source: X-1}")

    assert limit.rule == Rule(days=Days.WORKING, first_day=FirstDay.SAME, roll=Roll.NEXT_WORKING)


def test_a_limit_that_says_nothing_has_no_rule_of_its_own() -> None:
    assert the_limit("t: {value: P10D, default: true}").rule is None


def test_one_word_leaves_the_others_plain() -> None:
    assert the_limit("t: {value: P6M, roll: previous_working, default: true}").rule == Rule(roll=Roll.PREVIOUS_WORKING)


def test_a_limit_says_who_may_suspend_and_extend_it() -> None:
    limit = the_limit(
        "t: {value: P30D, source: X-1, suspend: {by: [court], source: X-2}, "
        "extend: {by: [court, civil_affairs], most: P15D, times: 2, default: true}}"
    )

    assert limit.suspend == Authority(by=("court",), source="X-2")
    assert limit.extend == Authority(by=("court", "civil_affairs"), default=True, most=DaysDuration(15), times=2)


@pytest.mark.parametrize(
    ("line", "culprit"),
    [
        ("t: {value: P10D, days: work, default: true}", "days 写成“work”，只能是 natural、working"),
        ("t: {value: P10D, first_day: third, default: true}", "first_day 写成“third”"),
        ("t: {value: P10D, roll: next, default: true}", "roll 写成“next”"),
        ("t: {value: P10D, day: working, default: true}", "不认识“day”"),
        ("t: {value: PT24H, days: working, default: true}", "按小时、分钟计"),
        ("t: {value: PT24H, roll: next_working, default: true}", "按小时、分钟计"),
        ("t: {value: P1M, days: working, default: true}", "没有工作月"),
        ("t: {value: true, days: working, default: true}", "不是一段时间"),
        ("t: {value: at_once, suspend: {by: [court], default: true}, default: true}", "不是一段时间"),
        ("t: {value: P10D, suspend: court, default: true}", "要写成 {by:"),
        ("t: {value: P10D, suspend: {source: X}, default: true}", "没有写由谁决定"),
        ("t: {value: P10D, suspend: {by: [jurist], source: X}, default: true}", "“jurist”不在角色表中"),
        ("t: {value: P10D, suspend: {by: [family], source: X}, default: true}", "“family”不在角色表中"),
        ("t: {value: P10D, suspend: {by: [court]}, default: true}", "要有条文"),
        ("t: {value: P10D, suspend: {by: [court], source: X, most: P5D}, default: true}", "不认识“most”"),
        ("t: {value: P10D, extend: {by: [court], source: X, most: P0D}, default: true}", "大于零"),
        ("t: {value: P10D, extend: {by: [court], source: X, most: 5}, default: true}", "大于零"),
        ("t: {value: P10D, extend: {by: [court], source: X, times: 0}, default: true}", "不小于 1"),
        ("t: {value: P10D, extend: {by: [court], source: X, until: 2027}, default: true}", "不认识“until”"),
    ],
)
def test_what_it_cannot_mean_is_a_finding_at_its_line(line: str, culprit: str) -> None:
    _, findings = read("before: {value: P1D, default: true}", line)

    (finding,) = findings
    assert culprit in finding.message
    assert (finding.element, finding.line) == ("t", 3)

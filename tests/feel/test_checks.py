"""What is seen to be wrong before anything is evaluated."""

from __future__ import annotations

import pytest

from engine import feel
from engine.feel.checks import Fact, check

FACTS = {
    "age": Fact(kind="number"),
    "found_at": Fact(kind="date and time"),
    "now": Fact(kind="date and time"),
    "threshold": Fact(kind="years and months duration"),
    "danger": Fact(kind="boolean"),
    "case": Fact(kind="context"),
    "case.child_state": Fact(kind="string", options=frozenset({"S1", "S2"})),
    "kinds": Fact(kind="list", options=frozenset({"殴打", "遗弃"})),
    "free": Fact(),
}


def remarks(text: str) -> list[tuple[str, str]]:
    node = feel.compile(text, {path.partition(".")[0] for path in FACTS}).node
    return [(one.rule, one.sentence) for one in check(node, FACTS, condition=True)]


@pytest.mark.parametrize(
    ("text", "rule", "sentence"),
    [
        ('age = "12"', "type", "数和文字永远不相等"),
        ("age < found_at", "type", "数和日期时间不能比大小"),
        ("danger > true", "type", "是非不能比大小"),
        ('case.child_state = "S9"', "option", "「case.child_state」没有「S9」这个选项；有的是：S1、S2"),
        ('case.child_state in ("S1", "S7")', "option", "「case.child_state」没有「S7」这个选项；有的是：S1、S2"),
        ('list contains(kinds, "打")', "option", "「kinds」没有「打」这个选项；有的是：殴打、遗弃"),
        ("age in (1, true)", "type", "数里不会有是非"),
        ("age", "condition", "条件应当是“是”或“否”，这里是数"),
        ("found_at + threshold", "condition", "条件应当是“是”或“否”，这里是日期时间"),
        ("1 < 2", "constant", "这个条件与任何情况无关，结果总是一样"),
        ("age and danger", "type", "and 的两边应当是“是”或“否”，这里是数"),
        ("found_at + 3 > now", "type", "日期时间和数不能用 + 计算"),
        ("found_at * 2 > now", "type", "日期时间和数不能用 * 计算"),
        ('now > found_at + duration("6 months")', "type", "「6 months」不是时长：时长写作 P3D、PT2H 或 P6M"),
        ("if age then danger else false", "type", "if 后面应当是“是”或“否”，这里是数"),
        ("age.year > 1", "member", "数没有「.year」"),
    ],
)
def test_a_mistake_is_seen(text: str, rule: str, sentence: str) -> None:
    assert (rule, sentence) in remarks(text)


@pytest.mark.parametrize(
    "text",
    [
        "danger",
        "true",
        "age > 12 and danger",
        'case.child_state = "S1" or case.child_state = null',
        "now > found_at + threshold * 2",
        "found_at.year = 2024",
        "free + 1 = free",
        'list contains(kinds, "殴打")',
        "some k in kinds satisfies k = 1",
        'now - found_at > duration("PT24H")',
        "if danger then age < 3 else null",
    ],
)  # fmt: skip
def test_what_may_be_right_is_left_alone(text: str) -> None:
    assert remarks(text) == []

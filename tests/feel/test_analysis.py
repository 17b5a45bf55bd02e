"""What is wrong with a table is found, with a row that shows it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from engine.bpmn.decisions import Model
from engine.bpmn.decisions.analysis import TableRemark, analyse
from tests.feel.builders import a_decision, a_model, a_table, an_input, requires


def remarks(rules: Sequence[Sequence[str]], policy: str = "UNIQUE", **more: str) -> list[TableRemark]:
    table = a_table(["age", "state"], ["o"], rules, policy=policy, **more)
    return analyse(Model(a_model(an_input("age"), an_input("state"), a_decision("d", table, requires("age", "state")))))


def test_a_table_that_covers_everything_once_has_no_remarks() -> None:
    assert not remarks([["< 6", "-", "1"], ["[6..14)", "-", "2"], [">= 14", '"a"', "3"], [">= 14", 'not("a")', "4"]])


def test_a_gap_is_shown_by_a_row() -> None:
    (found,) = remarks([["< 6", "-", "1"], ["> 6", '"a"', "2"], ["> 6", 'not("a")', "3"]])

    assert (found.kind, found.example) == ("gap", {"age": "6", "state": '"a"'})
    assert found.sentence == '「d」有遗漏：age = 6，state = "a" 时没有规则'


def test_ends_of_whole_numbers_leave_no_gap_between_them() -> None:
    assert not remarks([["<= 5", "-", "1"], ["[6..13]", "-", "2"], [">= 14", "-", "3"]])


def test_a_default_closes_the_gap() -> None:
    assert not remarks([["< 6", "-", "1"]], default="0")


def test_an_overlap_is_shown_by_a_row() -> None:
    found = remarks([["<= 6", "-", "1"], [">= 6", "-", "2"]])

    assert [(one.kind, one.rules, one.example["age"]) for one in found] == [("overlap", (1, 2), "6")]


def test_a_rule_within_another_is_told() -> None:
    found = remarks([["-", "-", "1"], ["< 6", '"a"', "2"]])

    assert [(one.kind, one.rules) for one in found] == [("subsumed", (1, 2))]
    assert "第 2 条规则整个包含在第 1 条里" in found[0].sentence


@pytest.mark.parametrize(
    ("rules", "dead"),
    [
        ([["< 6", "-", "1"], ["< 3", '"a"', "2"], ["-", "-", "3"]], [(2,)]),
        ([["< 6", "-", "1"], [">= 6", "-", "2"], ["-", '"a"', "3"]], [(3,)]),
        ([["< 6", "-", "1"], ["-", "-", "2"]], []),
    ],
)
def test_a_rule_that_is_always_forestalled_is_dead(rules: list[list[str]], dead: list[tuple[int, ...]]) -> None:
    assert [one.rules for one in remarks(rules, "FIRST") if one.kind == "dead"] == dead


def test_rules_that_agree_may_overlap_where_any_will_do() -> None:
    same = [["< 6", "-", "1"], ["< 9", "-", "1"], [">= 9", "-", "2"]]

    assert not remarks(same, "ANY")
    assert [one.kind for one in remarks([*same[:2], [">= 5", "-", "2"]], "ANY")] == ["overlap", "overlap"]


def test_what_cannot_be_analysed_is_said() -> None:
    (found,) = remarks([["? > 3 and state = 1", "-", "1"]])

    assert found.kind == "unknown"
    assert "不能自动分析" in found.sentence


def test_a_large_table_is_analysed_or_given_up_in_time() -> None:
    rules = [[f"[{n}..{n + 1})", f'"s{n}"', str(n)] for n in range(200)]

    assert [one.kind for one in remarks(rules)] == ["gap"]

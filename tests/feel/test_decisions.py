"""Decisions: what a table says under each hit policy, and what is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine import feel
from engine.bpmn.decisions import Decision, DecisionError, Taken, read_decision, read_decisions
from tests.feel.builders import a_decision, a_model, a_table, an_input, literal, requires

RISKS = [
    ["< 6", '"独居"', '"红"', "3"],
    ["[6..14)", '"独居", "流浪"', '"橙"', "2"],
    ["< 14", "-", '"黄"', "1"],
]


def risk(policy: str, *, aggregation: str = "", outputs: Any = (("level", '"红", "橙", "黄"'),)) -> Decision:
    rules = [[*rule[:2], *rule[2 : 2 + len(outputs)]] for rule in RISKS]
    if outputs == ("score",):
        rules = [[*rule[:2], rule[3]] for rule in RISKS]
    table = a_table(["age", "state"], outputs, rules, policy=policy, aggregation=aggregation)
    xml = a_model(an_input("age"), an_input("state"), a_decision("risk", table, requires("age", "state")))
    return read_decision(xml, file="processes/base/risk.dmn")


def take(decision: Decision, **given: Any) -> Taken:
    return decision.evaluate(given)


@pytest.mark.parametrize(
    ("policy", "age", "expected", "rules"),
    [
        ("FIRST", 3, "红", (1,)),
        ("FIRST", 10, "橙", (2,)),
        ("PRIORITY", 3, "红", (1,)),
        ("RULE ORDER", 3, ["红", "黄"], (1, 3)),
        ("OUTPUT ORDER", 10, ["橙", "黄"], (2, 3)),
        ("COLLECT", 10, ["橙", "黄"], (2, 3)),
        ("UNIQUE", 3, None, ()),
        ("ANY", 3, None, ()),
        ("FIRST", 20, None, ()),
        ("COLLECT", 20, [], ()),
    ],
)
def test_each_hit_policy_says_which_rules_matched(policy: str, age: int, expected: Any, rules: tuple[int, ...]) -> None:
    taken = take(risk(policy), age=age, state="独居")

    assert taken.outputs == {"risk": expected}
    assert taken.rules == rules


@pytest.mark.parametrize(("aggregation", "expected"), [("SUM", 4), ("MIN", 1), ("MAX", 3), ("COUNT", 2)])
def test_collected_results_are_aggregated(aggregation: str, expected: int) -> None:
    taken = take(risk("COLLECT", aggregation=aggregation, outputs=("score",)), age=3, state="独居")

    assert taken.value == expected


def test_a_rule_that_matched_says_why() -> None:
    taken = take(risk("FIRST"), age=10, state="流浪")

    assert taken.why == ('第 2 条规则：age 10 符合 [6..14)；state "流浪" 符合 "独居", "流浪"',)


def test_two_hits_where_one_is_allowed_are_null_and_say_so() -> None:
    taken = take(risk("UNIQUE"), age=3, state="独居")

    assert taken.notes == ("「risk」只许一条规则命中，但第 1、3 条都命中了",)


def test_several_outputs_are_named_values() -> None:
    taken = take(risk("FIRST", outputs=("level", "score")), age=3, state="独居")

    assert taken.outputs == {"level": "红", "score": Decimal(3)}


def test_an_unknown_input_matches_no_condition() -> None:
    assert take(risk("FIRST"), state="独居").outputs == {"risk": None}


def test_decisions_require_one_another_and_share_knowledge() -> None:
    doubled = (
        '<businessKnowledgeModel id="double" name="double of"><variable name="double of"/><encapsulatedLogic>'
        f'<formalParameter name="n"/>{literal("n * 2")}</encapsulatedLogic></businessKnowledgeModel>'
    )
    first = a_decision(
        "first", literal("double of(age)"), requires("age") + requires("double", kind="requiredKnowledge")
    )
    second = a_decision("second", literal("first + 1"), requires("first", kind="requiredDecision"))
    decisions = read_decisions(a_model(an_input("age"), doubled, first, second))

    assert decisions["second"].inputs == ("age",)
    assert take(decisions["second"], age=4).value == 9


def test_a_service_is_called_with_its_inputs() -> None:
    service = (
        '<decisionService id="s" name="grade"><variable name="grade"/><outputDecision href="#inner"/>'
        '<inputData href="#age"/></decisionService>'
    )
    inner = a_decision("inner", literal('if age < 14 then "幼" else "长"'), requires("age"))
    outer = a_decision("outer", literal("grade(3) + grade(15)"), requires("s", kind="requiredKnowledge"))
    decisions = read_decisions(a_model(an_input("age"), inner, service, outer))

    assert take(decisions["outer"]).value == "幼长"


def test_a_value_of_another_type_is_null() -> None:
    decisions = read_decisions(a_model(an_input("age", "number"), a_decision("d", literal("age"), requires("age"))))

    assert take(decisions["d"], age="three").value is None
    assert take(decisions["d"], age=[3]).value == 3


@pytest.mark.parametrize(
    ("xml", "sentence"),
    [
        (b"<a", "不是完整的 XML"),
        (b"<a/>", "不是 DMN"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]>' + a_model(), "DOCTYPE"),
        ('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a><a/>'.encode("utf-16"), "DOCTYPE"),
        (b" " * (2 * 1024 * 1024 + 1), "文件太大"),
        (a_model(a_decision("d", literal("agee + 1"))), "不认识的名称「agee」"),
        (a_model(a_decision("d", literal("1 +"))), "没有写完"),
        (a_model(a_decision("d", a_table(["1"], ["o"], [["-"]]))), "格数和表头不一致"),
        (a_model(a_decision("d", a_table(["1"], ["o"], [["-", "1"]], policy="MAYBE"))), "没有「MAYBE」这种命中策略"),
        (a_model(a_decision("d", literal("1"), requires("nothing"))), "找不到「#nothing」"),
        (
            a_model(
                a_decision("a", literal("b"), requires("b", kind="requiredDecision")),
                a_decision("b", literal("a"), requires("a", kind="requiredDecision")),
            ),
            "决策绕了一圈又依赖自己",
        ),
        (
            a_model(a_decision("d", '<functionDefinition kind="Java"><context/></functionDefinition>')),
            "函数只能用 FEEL 写",
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_the_place(xml: bytes, sentence: str) -> None:
    with pytest.raises(DecisionError, match=r"第 \d+ 行") as caught:
        read_decisions(xml)

    assert sentence in caught.value.sentence


def test_a_table_that_never_ends_is_stopped() -> None:
    endless = a_decision("d", literal("count(for i in 1..9999, j in 1..9999 return 1)"))

    with pytest.raises(feel.TooMuch):
        take(read_decisions(a_model(endless))["d"])

"""The benchmark of expressions measures what it says it measures."""

from __future__ import annotations

import json

from click.testing import CliRunner

from engine.bpmn.decisions import read_decisions
from engine.cli.bench import _table_20x4, bench


def test_the_benchmark_prints_a_condition_and_a_table() -> None:
    told = CliRunner().invoke(bench, ["feel", "-n", "20", "--json"])

    figures = [json.loads(line) for line in told.output.splitlines()]
    assert [one["name"] for one in figures] == ["condition", "decision_20x4"]
    assert {frozenset(one) for one in figures} == {frozenset({"name", "median_ms", "p95_ms", "per_s", "n"})}


def test_the_measured_table_has_twenty_rules_over_four_inputs_and_the_last_one_holds() -> None:
    decision = read_decisions(_table_20x4())["measure"]

    taken = decision.evaluate({"times": 19, "degree": "轻微", "amount": 500, "alone": True})

    assert len(decision.inputs) == 4
    assert (taken.rules, taken.value) == ((20,), "措施19")

"""Traps of conditions, timers and tables (the table is in test_traps.py)."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.exceptions import WorkflowTaskException
from SpiffWorkflow.spiff.parser import SpiffBpmnParser
from SpiffWorkflow.task import TaskState

from engine.bpmn import decisionfiles
from engine.bpmn.catalog import ModelError
from tests.bpmn.builder import a_play, boundary, catch, diagram, end, flow, gate, start, timer, user
from tests.bpmn.stock import stock, stock_does, stock_specs
from tests.bpmn.test_refusals import rules_of

CALLED = "<extensionElements><spiffworkflow:calledDecisionId>grade</spiffworkflow:calledDecisionId></extensionElements>"
TASK = f'<businessRuleTask id="decide">{CALLED}</businessRuleTask>'


def table(rules: Sequence[tuple[str, str]], policy: str = "UNIQUE") -> bytes:
    """A decision table with one input ``score`` and one output ``level``."""
    rows = "".join(
        f'<rule id="r{number}"><inputEntry id="i{number}"><text>{escape(cell)}</text></inputEntry>'
        f'<outputEntry id="o{number}"><text>{escape(outcome)}</text></outputEntry></rule>'
        for number, (cell, outcome) in enumerate(rules)
    )
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="x">'
        f'<decision id="grade" name="grade"><decisionTable id="t" hitPolicy="{policy}"><input id="i">'
        '<inputExpression id="ie" typeRef="number"><text>score</text></inputExpression></input>'
        f'<output id="o" name="level" typeRef="string"/>{rows}</decisionTable></decision></definitions>'
    ).encode()


def stock_decides(xml: bytes, score: int) -> Any:
    """What the library writes down after a table."""
    parser = SpiffBpmnParser()
    parser.add_dmn_str(xml)
    line = flow("start", "ask", "decide", "after", "end")
    parser.add_bpmn_str(diagram(start(), user("ask"), TASK, user("after"), end(), line))
    workflow = BpmnWorkflow(parser.get_spec("P00"), parser.get_subprocess_specs("P00"))
    workflow.do_engine_steps()
    stock_does(workflow, "ask", score=score)
    return workflow.get_next_task(state=TaskState.READY, spec_name="after").data.get("level")


def choice(condition: str) -> tuple[str, ...]:
    return (
        *(start(), gate("exclusive", "g", default="d"), user("visit"), end(), flow("start", "g")),
        *(flow("g", "visit", when=condition), flow("visit", "end"), flow("g", "end", id_="d")),
    )


def waiting(text: str) -> tuple[str, ...]:
    return (start(), catch("wait", timer(text)), end(), flow("start", "wait", "end"))


def test_trap_13_python_runs_from_conditions_timers_and_tables(tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    code = f"__import__('pathlib').Path('{canary}').write_text('x')"
    stock(*choice(f"{code} == 1"))
    assert canary.exists()
    canary.unlink()
    stock(*waiting(f"{code} and 'P6M'"))
    assert canary.exists()
    canary.unlink()
    stock_decides(table([(f"({code})", '"a"')]), 1)
    assert canary.exists()
    canary.unlink()

    assert rules_of(*choice(f"{code} = 1"))
    assert rules_of(*waiting(code))
    with pytest.raises(ModelError):
        decisionfiles.read(table([(code, '"a"')]), file="grade.dmn")
    assert not canary.exists()


def test_nothing_of_a_model_reaches_python(monkeypatch: pytest.MonkeyPatch) -> None:
    play = a_play(
        *(start(), user("ask"), boundary("late", "ask", timer("t"), interrupting=False), gate("exclusive", "g", "d")),
        *(user("help"), end(), end("e2"), flow("start", "ask", "g"), flow("g", "help", when='answer = "yes"')),
        *(flow("help", "end"), flow("g", "end", id_="d"), flow("late", "e2")),
        parameters={"t": "at_once"},
    )

    def forbidden(*_: Any, **__: Any) -> Any:
        raise AssertionError("Python was asked to run a text")

    for name in ("eval", "exec", "compile"):
        monkeypatch.setattr(builtins, name, forbidden)
    play.start()
    play.passes(timedelta(0))
    play.done("ask", answer="__import__('os').system('true')")

    assert play.at.ended


TWO = [("> 1", '"a"'), ("> 3", '"b"')]


def test_trap_14_every_hit_policy_is_the_first_match_and_feel_is_not_known() -> None:
    for policy in ("UNIQUE", "ANY", "PRIORITY", "BOGUS"):
        assert stock_decides(table(TWO, policy), 5) == "a"
    assert stock_decides(table([("> 9", '"a"')]), 5) is None
    assert stock_decides(table([("3,7", '"a"')]), 3) is None
    assert stock_decides(table([("not(3)", '"a"')]), 4) is None
    with pytest.raises(WorkflowTaskException):
        stock_decides(table([("[3..5]", '"a"')]), 4)

    with pytest.raises(ModelError, match="BOGUS"):
        decisionfiles.read(table(TWO, "BOGUS"), file="grade.dmn")
    for policy in ("UNIQUE", "ANY"):
        taken = decisionfiles.read(table(TWO, policy), file="grade.dmn").evaluate({"score": 5})
        assert taken.outputs == {"level": None}
        assert taken.notes
    cells = [("[3..5]", '"a"'), ("7,8", '"b"'), ("not([0..10])", '"c"')]
    ours = decisionfiles.read(table(cells), file="grade.dmn")
    assert [ours.evaluate({"score": score}).outputs["level"] for score in (4, 8, 11, 6)] == ["a", "b", "c", None]


def test_trap_15_no_expression_is_checked_when_a_model_is_read() -> None:
    for text in ("a ==", "def ("):
        assert stock_specs(*choice(text))
        assert "expression" in rules_of(*choice(text)) or "feel" in rules_of(*choice(text))
    for text in ("P6MM", "P6M"):
        assert stock_specs(*waiting(text))
        with pytest.raises(WorkflowTaskException):
            stock(*waiting(text))
    assert rules_of(*waiting("P6MM"))
    assert rules_of(*waiting("P6M")) == set()

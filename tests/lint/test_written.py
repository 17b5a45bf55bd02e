"""Times and code as people write them are told apart from what may stand there."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from engine.bpmn.lint.codetext import code_in, formula_in
from engine.bpmn.lint.moments import of_feel, of_text
from tests.bpmn.builder import a_play, catch, end, flow, start, timer

MILLION = 1_000_000


@pytest.mark.parametrize(
    "text",
    [
        *(
            "P6M",
            "P10D",
            "PT24H",
            "P14M",
            "P2W",
            '"P6M"',
            "R3/P1M",
            "R/P1W",
            "R3/refusal_threshold",
            "refusal_threshold",
        ),
        *("2026-05-01", "2026-05-01T08:00:00+08:00", '"2026-05-01T08:00:00Z"', 'date("2026-05-01")', "P07-T1"),
        *("t_followup * 2", 'opened + duration("P1D")', "if a then t_one else t_two", "at_once", "started"),
        'if contact_result = "已联系" then completed.contact_parents else t_carer_update',
    ],
)
def test_a_time_that_can_come_is_no_fault(text: str) -> None:
    assert of_text(text) is None


@pytest.mark.parametrize("text", ["PT0S", "P0D", "-P1D", "R/PT0S", "R0/P1D", 'duration("PT0S")', '-duration("P1D")'])
def test_no_time_at_all_is_told_as_such(text: str) -> None:
    remark = of_text(text)

    assert remark is not None
    assert remark.void


@pytest.mark.parametrize(
    "text",
    [
        *("P6MM", "P 6M", "P1Y2M10DT2H30M", "P", "PT", "p6m", "P1W2D", "P-1D", "30", "三天", "P25Y", "P99999999999Y"),
        *("R-1/P1D", "R1000000000/PT1S", "R1001/P1D", "R/PT1S", "R3/2026-01-01T00:00:00Z/P1D", "R3", "0 0 12 * * ?"),
        *("2026-02-30", "2026-13-01", "9999-12-31T23:59:59Z", "0001-01-01", "2026-05-01T08:00:00"),
        *("2026-05-01T08:00:00+99:00", "2026-05-01T25:00:00+08:00", "2026-05-01T08:00:00@../../etc/passwd"),
        *('date("2026-02-30")', 'date and time("2026-05-01T08:00:00")', 'started + duration("P1X")', "true", '"soon"'),
    ],
)
def test_a_time_that_never_comes_is_told(text: str) -> None:
    remark = of_text(text)
    refused_as_feel = text in {"R3", "0 0 12 * * ?"}  # a name and no FEEL: other rules say so

    assert refused_as_feel or (remark is not None and not remark.void)


def test_an_old_date_in_a_condition_is_no_fault_and_one_that_does_not_exist_is() -> None:
    assert of_feel('birth_date < date("1999-01-01")', due=False) is None
    assert of_feel('birth_date < date("1999-02-29")', due=False) is not None


def test_a_date_as_editors_write_it_is_an_instant() -> None:
    wait = catch("wait", timer("2026-03-05T08:00:00+08:00", "timeDate"))
    play = a_play(start(), wait, end(), flow("start", "wait", "end"))

    position = play.start()

    assert [one.due_at for one in position.timers] == [datetime(2026, 3, 5, tzinfo=UTC)]
    assert play.passes(timedelta(days=3)).ended


@pytest.mark.parametrize(
    "text",
    [
        *('__import__("os").getpid() > 0', "import os", 'os.system("x")', "().__class__", "lambda x: x", "${x == 1}"),
        *(
            "#{bean.m()}",
            "{{ config }}",
            "{% if x %}",
            "function(){return 1}",
            "x => x + 1",
            "() => {}",
            "$(id)",
            "`id`",
        ),
        *("; drop table item", "' or 1=1 or '1'='1", "T(java.lang.Runtime).getRuntime()", "<script>alert(1)</script>"),
        *("print(1)", 'eval("1")', 'require("child_process")', "x === 1", "new Date()", "a; rm -rf /", "{0.__class__}"),
        *("UNION SELECT 1", "select * from item", "process.exit(1)", "time.sleep(5)", "&& curl http://example.org"),
        'function(x) external {java: {class: "java.lang.Runtime"}}',
    ],
)
def test_code_is_told(text: str) -> None:
    assert code_in(text)


@pytest.mark.parametrize(
    "text",
    [
        *('answer = "是"', "if a then {a: 1} else {b: {c: 2}}", "open.visit_home > 0", "function(x) x > 1"),
        *("some x in xs satisfies x > 1", 'list contains(case.running, "P06")', "a: 1; update: 2", "{a: {b: 1}}"),
        *("报告 => 受理", "见 https://example.org/a?b=1&c=#x", "P02 → P07", "“其他”（请注明）", "价格 $5", "C# 班"),
        *("select the child from the list", "is this open (yes/no)?", "Event Subprocess", "first <a> b", "100%"),
        'matches(x, "^\\d{3}$")',
    ],
)
def test_plain_texts_and_feel_are_no_code(text: str) -> None:
    assert code_in(text) == ""


def test_a_formula_is_told_and_a_sign_before_a_number_is_none() -> None:
    assert all(formula_in(one) for one in ("=1+1", "=cmd|' /C calc'!A0", "@SUM(1)", "+cmd|x", "-2+3+cmd|x"))
    assert not any(formula_in(one) for one in ("-5", "+86 10", "@starter", "— 说明", "3 = 3", "- call (first)"))


def test_a_huge_text_is_looked_at_in_no_time() -> None:
    begun = time.monotonic()

    for text in ("a" * MILLION, "(" * MILLION, "P" + "1" * MILLION + "D", "R" + "9" * MILLION + "/P1D", "{" * MILLION):
        code_in(text)
        of_text(text)

    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("text", ["P10D", "2026-05-01", '"P10D"', "2026-05-01T08:00:00+08:00"])
def test_a_limit_is_written_in_feel(text: str) -> None:
    remark = of_text(text, literal=False)

    assert of_text(text) is None
    assert remark is not None
    assert "FEEL" in remark.sentence

"""The runner of the conformance kit, on cases of our own, and on the public kit where it lies at hand."""

from __future__ import annotations

import json
import os
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from click.testing import CliRunner

from engine.cli.feel import dmn, feel
from tests.feel.builders import a_decision, a_model, literal

#: expression -> type and text of its expected result
CASES = [(f"{n} * 2 + 1", "decimal", str(n * 2 + 1)) for n in range(20)] + [
    ('"守" + "护"', "string", "守护"),
    ('upper case("abc")', "string", "ABC"),
    ('substring("未成年人", 3)', "string", "年人"),
    ('string length("儿童")', "decimal", "2"),
    ('contains("监护人", "护")', "boolean", "true"),
    ('starts with("abc", "b")', "boolean", "false"),
    ('replace("a-b", "-", "+")', "string", "a+b"),
    ('matches("S12", "^S\\d+$")', "boolean", "true"),
    ('string join(["a", "b"], "、")', "string", "a、b"),
    ('date("2024-01-31") + duration("P1M")', "date", "2024-02-29"),
    ('date("2024-03-01") - duration("P1D")', "date", "2024-02-29"),
    ('date and time("2024-01-01T08:00:00Z") + duration("PT36H")', "dateTime", "2024-01-02T20:00:00Z"),
    ('duration("P1D") * 3', "duration", "P3D"),
    ('duration("P1Y") / 2', "duration", "P6M"),
    ('years and months duration(date("2020-05-06"), date("2024-05-05"))', "duration", "P3Y11M"),
    ('time("08:30:00") < time("09:00:00")', "boolean", "true"),
    ('day of week(date("2024-02-29"))', "string", "Thursday"),
    ('month of year(date("2024-02-29"))', "string", "February"),
    ('day of year(date("2024-02-29"))', "decimal", "60"),
    ('week of year(date("2024-02-29"))', "decimal", "9"),
    ('age at(date("2012-03-01"), date("2024-02-29"))', "decimal", "11"),
    ('working days after(date("2024-02-29"), 3)', "date", "2024-03-05"),
    ("1 in [1..5]", "boolean", "true"),
    ("5 in (1..5)", "boolean", "false"),
    ("7 in (< 3, > 6)", "boolean", "true"),
    ("3 between 1 and 2", "boolean", "false"),
    ("not(true)", "boolean", "false"),
    ("true and false", "boolean", "false"),
    ("false or true", "boolean", "true"),
    ("if 1 < 2 then 3 else 4", "decimal", "3"),
    ("sum([1, 2, 3])", "decimal", "6"),
    ("mean([1, 2])", "decimal", "1.5"),
    ("median([3, 1, 2])", "decimal", "2"),
    ("max([1, 5, 3])", "decimal", "5"),
    ("min(4, 2)", "decimal", "2"),
    ("count([1, null])", "decimal", "2"),
    ("list contains([1, 2], 2)", "boolean", "true"),
    ("[1, 2, 3][-1]", "decimal", "3"),
    ("count([1, 2, 3][item > 1])", "decimal", "2"),
    ("{a: 1, b: a + 1}.b", "decimal", "2"),
    ("(function(x) x * x)(4)", "decimal", "16"),
    ("some x in [1, 2] satisfies x > 1", "boolean", "true"),
    ("every x in [1, 2] satisfies x > 1", "boolean", "false"),
    ("count(for i in 1..3, j in 1..3 return i * j)", "decimal", "9"),
    ("decimal(1.005, 2)", "decimal", "1"),
    ("round half up(2.5, 0)", "decimal", "3"),
    ("floor(-1.5)", "decimal", "-2"),
    ("modulo(-12, 5)", "decimal", "3"),
    ("2 ** 10", "decimal", "1024"),
    ("sqrt(16)", "decimal", "4"),
    ("before(1, [2..3])", "boolean", "true"),
    ("meets([1..5], [5..9])", "boolean", "true"),
    ("includes([1..9], [2..3])", "boolean", "true"),
    ('context put({a: 1}, "b", 2).b', "decimal", "2"),
    ("1 instance of number", "boolean", "true"),
    ("1 / 0", "nil", ""),
    ('1 = "1"', "nil", ""),
    ("null = null", "boolean", "true"),
]
CHANGED = range(3, 3 + 50)


def a_kit(folder: Path, *, changed: range = range(0)) -> Path:
    """Write the cases as a folder of the kit; those in ``changed`` expect something else."""
    place = folder / "compliance-level-2" / "0001-own"
    place.mkdir(parents=True)
    decisions = [a_decision(f"d{n}", literal(expression)) for n, (expression, _, _) in enumerate(CASES)]
    (place / "0001-own.dmn").write_bytes(a_model(*decisions))
    tests = "".join(_case(n, changed=n in changed) for n in range(len(CASES)))
    (place / "0001-own-test-01.xml").write_text(
        '<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><modelName>0001-own.dmn</modelName>'
        f"<!-- <testCase id='not one'/> -->{tests}</testCases>",
        encoding="utf-8",
    )
    return folder


def _case(number: int, *, changed: bool) -> str:
    _, kind, text = CASES[number]
    value = f'<value xsi:type="xsd:{kind}">{escape(text)}</value>'
    if kind == "nil":
        value = '<value xsi:nil="true"/>'
    if changed:
        value = '<value xsi:type="xsd:string">something else</value>'
    return (
        f'<testCase id="{number:03}"><resultNode name="d{number}" type="decision">'
        f"<expected>{value}</expected></resultNode></testCase>"
    )


def kit_of(folder: Path) -> dict[str, dict[str, object]]:
    result = CliRunner().invoke(dmn, ["tck", str(folder), "--json"])
    assert result.exit_code == 0, result.output
    found: dict[str, dict[str, object]] = json.loads(result.output)
    return found


def test_all_cases_of_our_own_pass(tmp_path: Path) -> None:
    assert kit_of(a_kit(tmp_path)) == {"level2": {"passed": len(CASES), "total": len(CASES), "failed": []}}


def test_exactly_the_fifty_changed_cases_are_reported(tmp_path: Path) -> None:
    found = kit_of(a_kit(tmp_path, changed=CHANGED))["level2"]

    failed = found["failed"]
    assert isinstance(failed, list)
    assert [one["case"].rpartition("#")[2] for one in failed] == [f"{n:03}" for n in CHANGED]
    assert (found["passed"], found["total"]) == (len(CASES) - 50, len(CASES))


def test_the_public_kit_passes() -> None:
    folder = os.environ.get("SHOUHU_TCK")
    if not folder:
        pytest.skip("PUBLIC KIT LEFT OUT: set SHOUHU_TCK to a folder of github.com/dmn-tck/tck to run it")

    found = kit_of(Path(folder))

    assert found["level2"]["passed"] == found["level2"]["total"]
    passed, total = found["level3"]["passed"], found["level3"]["total"]
    assert isinstance(passed, int)
    assert isinstance(total, int)
    assert passed >= total * 0.95


def test_the_command_line_shows_a_value_or_the_place_of_the_mistake() -> None:
    good = CliRunner().invoke(feel, ["年龄 < 14", "--context", '{"年龄": 12}'])
    bad = CliRunner().invoke(feel, ["年龄 < 14 and"])

    assert (good.exit_code, good.output) == (0, "true\n")
    assert bad.exit_code == 1
    assert "不认识的名称" in bad.output or "没有写完" in bad.output

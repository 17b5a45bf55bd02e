"""The examples of docs/reference/time.md are true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine import feel
from engine.core.deadlines import Days, FirstDay, Roll, Rule
from tests.core.counting import last_day

PAGE = Path(__file__).resolve().parents[2] / "docs/reference/time.md"
_ROW = re.compile(r"\| (P\w+) \| ([a-z_: ]*?) ?\| ([\d: -]{16}) \| ([\d-]{10}) \| [^|]+ \|")


def examples() -> list[tuple[str, ...]]:
    return [match.groups() for match in _ROW.finditer(PAGE.read_text(encoding="utf-8"))]


def rule_of(text: str) -> Rule:
    word, _, value = text.partition(": ")
    plain = Rule()
    return Rule(
        days=Days(value) if word == "days" else plain.days,
        first_day=FirstDay(value) if word == "first_day" else plain.first_day,
        roll=Roll(value) if word == "roll" else plain.roll,
    )


def test_the_page_has_its_examples() -> None:
    assert len(examples()) == 15


@pytest.mark.parametrize(("length", "rule", "begins", "ends"), examples())
def test_an_example_is_counted_as_the_page_says(length: str, rule: str, begins: str, ends: str) -> None:
    assert last_day(feel.parse_duration(length), begins, rule_of(rule)) == ends

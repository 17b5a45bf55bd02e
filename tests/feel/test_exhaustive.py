"""Whether a gateway leaves a case out."""

from __future__ import annotations

import pytest

from engine import feel
from engine.feel.checks import Fact
from engine.feel.exhaustive import CannotAnalyse, missing_case

FACTS = {
    "danger": Fact(kind="boolean", nullable=False),
    "maybe": Fact(kind="boolean"),
    "age": Fact(kind="number", nullable=False),
    "outcome": Fact(kind="string", options=frozenset({"驳回", "撤回", "准许"}), nullable=False),
    "case.state": Fact(kind="string", nullable=False),
    "kinds": Fact(kind="list"),
    "now": Fact(kind="date and time"),
    "started": Fact(kind="date and time"),
}
NAMES = {path.partition(".")[0] for path in FACTS}


def missing(*conditions: str) -> dict[str, str] | None:
    return missing_case([feel.compile(text, NAMES).node for text in conditions], FACTS)


@pytest.mark.parametrize(
    "conditions",
    [
        ["danger", "not(danger)"],
        ["danger = true", "danger != true"],
        ["maybe = true", "maybe = false", "maybe = null"],
        ["age < 6", "age in [6..14)", "age >= 14"],
        ["age <= 5", "age between 6 and 13", "not(age < 14)"],
        ['outcome = "驳回"', 'outcome in ("撤回", "准许")'],
        ['case.state = "S1"', 'case.state != "S1"'],
        ['list contains(kinds, "殴打")', 'not(list contains(kinds, "殴打"))'],
        ["danger and age < 6", "not(danger)", "danger and age >= 6"],
    ],
)  # fmt: skip
def test_nothing_is_left_out(conditions: list[str]) -> None:
    assert missing(*conditions) is None


@pytest.mark.parametrize(
    ("conditions", "case"),
    [
        (["maybe = true", "maybe = false"], {"maybe": "null"}),
        (["age < 6", "age > 6"], {"age": "6"}),
        (['outcome = "驳回"', 'outcome = "撤回"'], {"outcome": '"准许"'}),
        (['case.state = "S1"', 'case.state = "S2"'], {"case.state": '"（其他）"'}),
        (["danger and age < 6", "not(danger)"], {"danger": "true", "age": "6"}),
    ],
)
def test_a_case_that_is_left_out_is_shown(conditions: list[str], case: dict[str, str]) -> None:
    assert missing(*conditions) == case


def test_what_cannot_be_analysed_is_said() -> None:
    with pytest.raises(CannotAnalyse, match="不能逐一检查"):
        missing('now > started + duration("PT24H")', "danger")

"""Conditions are read as far as they count tasks; of everything else nothing is assumed."""

from __future__ import annotations

from math import inf

import pytest

from engine.bpmn.soundness.guards import Between, exclude_each_other, read_guard

NONE, ONE, SOME = Between(0, 0), Between(1, 1), Between(1, inf)


@pytest.mark.parametrize(
    ("text", "open_now", "rounds", "expected"),
    [
        ("open.visit > 0", NONE, NONE, False),
        ("open.visit > 0", ONE, NONE, True),
        ("open.visit = 0", ONE, NONE, False),
        ("open.visit + rounds.visit > 0", NONE, SOME, True),
        ("open.visit + rounds.visit > 0", NONE, NONE, False),
        ("open.visit + rounds.visit > 0", NONE, Between(0, inf), None),
        ("not(open.visit > 0)", ONE, NONE, False),
        ('open.visit > 0 or answer = "是"', NONE, NONE, None),
        ('open.visit > 0 or answer = "是"', ONE, NONE, True),
        ('open.visit = 0 and answer = "是"', ONE, NONE, False),
        ('open.visit = 0 and answer = "是"', NONE, NONE, None),
        ("rounds.visit <= 1", NONE, ONE, True),
        ("rounds.visit != 0", NONE, SOME, True),
    ],
)
def test_a_condition_is_certain_as_far_as_the_counts_settle_it(
    text: str, open_now: Between, rounds: Between, expected: bool | None
) -> None:
    guard = read_guard(text)

    assert guard is not None
    assert guard.verdict({"open.visit": open_now, "rounds.visit": rounds}) is expected


@pytest.mark.parametrize("text", [None, "", 'answer = "是"', "rounds.visit - before >= most", "open.visit > limit"])
def test_a_condition_that_no_count_settles_is_free(text: str | None) -> None:
    assert read_guard(text) is None


def test_conditions_that_can_never_hold_together_are_known() -> None:
    assert exclude_each_other('way = "甲"', 'way = "乙"')
    assert exclude_each_other('way = "甲"', 'way != "甲"')
    assert not exclude_each_other('way = "甲"', 'other = "乙"')
    assert not exclude_each_other('list contains(found, "S1")', 'list contains(found, "S2")')

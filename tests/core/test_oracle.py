"""Twenty thousand limits, each counted by us and by somebody else."""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import pytest

from engine.core.civil import DaysDuration, Length, MonthsDuration
from engine.core.deadlines import Days, FirstDay, Pause, Roll, Rule, reckon
from tests.core.oracle import Case, a_case, due_of
from tests.core.test_calendars import the_calendar

ROOT = Path(__file__).resolve().parents[2]
PLAIN, PAUSED = 14_000, 6_000


def length_of(case: Case) -> Length:
    if case.kind == "months":
        return MonthsDuration(case.amount)
    return DaysDuration(0, case.amount * 3600) if case.kind == "hours" else DaysDuration(case.amount)  # type: ignore[arg-type]


def ours(case: Case) -> str:
    rule = Rule(
        days=Days.WORKING if case.kind == "working" else Days.NATURAL,
        first_day=FirstDay.SAME if case.same_day else FirstDay.NEXT,
        roll=Roll(case.roll),
    )
    pauses = [Pause(begin, end) for begin, end in case.pauses]
    due = reckon(
        length_of(case), case.start, around_the_clock=case.round, rule=rule, calendar=the_calendar(), pauses=pauses
    )
    assert due.at is not None
    assert not due.provisional
    return due.at.isoformat()


def cases(count: int, seed: int, *, pauses: bool) -> Iterator[Case]:
    draw = random.Random(seed)  # noqa: S311 - the same cases in every run and zone
    return (a_case(draw, pauses=pauses) for _ in range(count))


def digest(count: int) -> str:
    """What the same cases come to, for another process to compare."""
    found = hashlib.sha256()
    for pauses in (False, True):
        for case in cases(count, 7, pauses=pauses):
            found.update(ours(case).encode())
    return found.hexdigest()


@pytest.mark.parametrize(("count", "pauses"), [(PLAIN, False), (PAUSED, True)], ids=["plain", "suspended"])
def test_every_limit_ends_when_an_independent_count_says(count: int, pauses: bool) -> None:
    for case in cases(count, 2026, pauses=pauses):
        assert ours(case) == due_of(case).astimezone(UTC).isoformat(), case


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Kiritimati"])
def test_the_zone_of_the_process_changes_nothing(zone: str) -> None:
    found = subprocess.run(
        [sys.executable, "-c", "from tests.core.test_oracle import digest; print(digest(1000))"],
        env={**os.environ, "TZ": zone},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert found.stdout.strip() == digest(1000)

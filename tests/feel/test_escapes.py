"""Nothing that can be written as an expression reaches Python, hangs, or fills the memory."""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from datetime import time as clock_time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine import feel
from engine.core.civil import DaysDuration, MonthsDuration
from engine.feel.values import Range, Sameness
from tests.feel.generated import Maker

ESCAPES = Path(__file__).with_name("escapes.txt").read_text(encoding="utf-8").splitlines()
SEED = 20261122
GENERATED = int(os.environ.get("SHOUHU_FEEL_GENERATED", "10000"))
ALLOWED_SECONDS = 0.05
NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
SURROUNDINGS: dict[str, Any] = {
    "case": {"child_state": "S1", "n": 3},
    "x": 5,
    "y": [1, 2],
    "names": ["a", "b"],
    "days": DaysDuration(3),
    "now": NOW,
    "姓名": "甲",
    "nothing": None,
    "loans": [{"a": 1, "credit score": 2}],
}
FEEL_TYPES = (
    type(None), bool, Decimal, str, list, dict, date, datetime, clock_time, MonthsDuration, DaysDuration, Range,
    Sameness, feel.Function,
)  # fmt: skip
_watching: list[list[str]] = []
_FORBIDDEN = (
    "exec",
    "compile",
    "import",
    "open",
    "os.",
    "subprocess.",
    "socket.",
    "ctypes.",
    "shutil.",
    "code.__new__",
)


def _hook(event: str, _arguments: tuple[object, ...]) -> None:
    if _watching and event.startswith(_FORBIDDEN):
        _watching[-1].append(event)


@pytest.fixture(scope="module", autouse=True)
def _audit() -> None:
    """Hear of everything that Python is asked to do; and have all that is read once read before."""
    sys.addaudithook(_hook)
    feel.compile('date and time("2024-01-01T00:00:00@Asia/Shanghai") + @"P1D"', ()).evaluate({})
    feel.compile('matches("a", "\\p{L}") and unknown = 1 or 1 in (< 2)', {"unknown"}).evaluate({})


@contextmanager
def watched() -> Iterator[list[str]]:
    """Gather what Python is asked to do inside the block."""
    seen: list[str] = []
    _watching.append(seen)
    try:
        yield seen
    finally:
        _watching.pop()


def run(text: str) -> tuple[Any, list[str]]:
    """Return the value of a text, or None where it is refused, and what Python was asked meanwhile."""
    with watched() as seen:
        try:
            value = feel.compile(text, SURROUNDINGS.keys()).evaluate(SURROUNDINGS)
        except feel.FeelError as error:
            assert error.sentence  # noqa: PT017
            value = None
    return value, seen


def leaves(value: Any) -> Iterator[Any]:
    yield value
    if isinstance(value, list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from leaves(item)


def seconds(text: str) -> float:
    """Return the processor time that a text takes, the best of three so that others do not count."""
    best = ALLOWED_SECONDS * 100
    for blank in ("", " ", "  "):  # another text each time, so that nothing is remembered
        gc.disable()
        start = time.thread_time()
        run(text + blank)
        best = min(best, time.thread_time() - start)
        gc.enable()
        if best < ALLOWED_SECONDS:
            break
    return best


def test_there_are_three_hundred_known_escapes() -> None:
    assert len(set(ESCAPES)) >= 300


@pytest.mark.parametrize("text", ESCAPES)
def test_a_known_escape_reaches_nothing(text: str) -> None:
    value, seen = run(text)

    assert not seen
    assert all(type(leaf) in FEEL_TYPES for leaf in leaves(value))


@pytest.mark.parametrize("text", ESCAPES)
def test_a_known_escape_in_quotes_is_only_a_text(text: str) -> None:
    quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

    assert run(quoted) == (text, [])


def test_known_escapes_take_no_time() -> None:
    slow = {text: taken for text in ESCAPES if (taken := seconds(text)) > ALLOWED_SECONDS}

    assert not slow


def test_generated_expressions_reach_nothing_and_take_no_time() -> None:
    maker = Maker(SEED)
    values = 0

    for _ in range(GENERATED):
        text = maker.make()
        gc.disable()
        start = time.thread_time()
        value, seen = run(text)
        taken = time.thread_time() - start
        gc.enable()
        assert not seen, text
        assert all(type(leaf) in FEEL_TYPES for leaf in leaves(value)), text
        assert taken < ALLOWED_SECONDS or seconds(text) < ALLOWED_SECONDS, text
        values += value is not None

    assert values > GENERATED / 10


def test_objects_of_python_are_null_to_an_expression() -> None:
    class Door:
        key = "open"

    given = {"door": Door(), "case": {"door": Door, "eval": eval}}

    assert feel.compile("door", given).evaluate(given) is None
    assert feel.compile("door.key", given).evaluate(given) is None
    assert feel.compile("case.eval", given).evaluate(given) is None
    assert feel.compile('case.eval("1")', given).evaluate(given) is None


@pytest.mark.parametrize(
    "text",
    [
        "1" + " + 1" * 2000,
        "not(" * 200 + "true" + ")" * 200,
        "[" * 200 + "]" * 200,
        "for i in 1..100000 return i",
        "{f: function(g) g(g)}.f(function(g) g(g))",
    ],
)
def test_too_much_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(feel.FeelError) as caught:
        feel.compile(text, ()).evaluate({})

    assert any("最多" in part or "太" in part for part in [caught.value.sentence])

"""The golden cases hold, and would not hold if the system did something else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from engine.service.scenario.read import Course, Scenario, Step, Unreadable, read_scenario
from engine.service.scenario.results import CourseResult
from engine.service.scenario.stage import Stage
from tests.conftest import REPOSITORY
from tests.scenarios.conftest import Played

FOLDER = REPOSITORY / "scenarios"
WHOLE = (
    "dl_s2",
    "dl_s3",
    "dl_s5",
    "fh_s1",
    "fh_s2",
    "fh_s3",
    "fh_s4",
    "jl_s1",
    "jl_s2",
    "jl_s4",
    "jl_s5",
    "qz_s1",
    "qz_s2",
    "qz_s5",
    "qz_s6",
    "yz_s4",
    "yz_s6",
)
ALL = tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


def golden(name: str) -> Scenario:
    return read_scenario(FOLDER / f"{name}.yaml")


def told(results: Sequence[CourseResult]) -> str:
    """Say what fell short, for the message of a failing test."""
    return "\n".join(
        f"{result.title} {step.line}: {short.expected} | {short.actual}"
        for result in results
        for step in result.steps
        for short in step.shortfalls
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", WHOLE)
def test_the_case_holds_from_its_start_to_its_end(played: Played, name: str) -> None:
    _, results = played.of(FOLDER / f"{name}.yaml")

    assert all(result.passed for result in results), told(results)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in ALL if name not in WHOLE])
def test_the_case_holds_up_to_the_first_procedure_that_is_not_built(played: Played, name: str) -> None:
    _, results = played.of(FOLDER / f"{name}.yaml")

    assert not [step for result in results for step in result.steps if not step.ok], told(results)
    assert any(result.stopped is not None for result in results)


def one_second_later(steps: list[dict[str, Any]]) -> None:
    """Move the first due time that is expected by a second."""
    item = _first_open(steps, "due")
    item["due"] = (datetime.fromisoformat(item["due"]) + timedelta(seconds=1)).isoformat()


def another_role(steps: list[dict[str, Any]]) -> None:
    """Expect the first task at another role."""
    item = _first_open(steps, "role")
    item["role"] = "court" if item["role"] != "court" else "police"


def without_a_task(steps: list[dict[str, Any]]) -> None:
    """Leave out the acceptance of the report; help that nothing waits for may be left out."""
    steps.remove(next(step for step in steps if step.get("complete") == "P01-T3"))


def _first_open(steps: list[dict[str, Any]], key: str) -> dict[str, Any]:
    listed = (item for step in steps for item in step.get("expect", {}).get("open", ()))
    return next(item for item in listed if item.get(key))


def mutated(scenario: Scenario, change: Callable[[list[dict[str, Any]]], None]) -> Scenario:
    """Return the main course with one thing changed."""
    main = scenario.courses[0]
    whats = [deepcopy(dict(step.what)) for step in main.steps]
    lines = {id(what): step.line for what, step in zip(whats, main.steps, strict=True)}
    change(whats)
    steps = tuple(Step(line=lines[id(what)], what=what) for what in whats)
    return replace(scenario, courses=(replace(main, steps=steps),))


#: The cases that begin with a report; of these, something is left out or forbidden below.
REPORTED = [
    name for name in WHOLE if any(one.what.get("complete") == "P01-T3" for one in golden(name).courses[0].steps)
]
MUTATIONS: Mapping[str, Callable[[list[dict[str, Any]]], None]] = {
    "one due time moved by a second": one_second_later,
    "one role swapped": another_role,
    "one task dropped": without_a_task,
}


@pytest.mark.slow
@pytest.mark.parametrize("mutation", MUTATIONS)
@pytest.mark.parametrize("name", REPORTED)
def test_a_case_with_one_thing_changed_falls_short_in_words(stage: Stage, name: str, mutation: str) -> None:
    result = stage.perform_main(mutated(golden(name), MUTATIONS[mutation]))

    fell = [short for step in result.steps for short in step.shortfalls]
    assert not result.passed
    assert fell
    assert all(short.expected and short.actual for short in fell)


@pytest.mark.slow
@pytest.mark.parametrize("name", REPORTED)
def test_a_case_that_forbids_what_happens_falls_short(stage: Stage, name: str) -> None:
    scenario = golden(name)
    main: Course = replace(scenario.courses[0], never=("P02",))

    result = stage.perform_main(replace(scenario, courses=(main,)))

    assert [short.expected for step in result.steps for short in step.shortfalls] == ["从未出现 P02"]


def test_a_file_that_cannot_be_read_is_refused_with_its_line(tmp_path: Any) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text(
        (FOLDER / "fh_s2.yaml")
        .read_text("utf-8")
        .replace("at: '2018-01-15T09:00:00+08:00'", "at: '2018-01-15T09:00:00'", 1),
        "utf-8",
    )

    with pytest.raises(Unreadable, match="第 5 行") as refused:
        read_scenario(broken)
    assert refused.value.line == 5

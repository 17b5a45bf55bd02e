"""The cases that the policy officers of the project tell beside the given twenty: what those leave out of P01–P07."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.service.scenario.read import read_scenario
from tests.conftest import REPOSITORY
from tests.scenarios.conftest import Played

CASES = sorted((REPOSITORY / "scenarios" / "own").glob("*.yaml"))


@pytest.mark.slow
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_case_and_its_variants_hold(played: Played, path: Path) -> None:
    _, results = played.of(path)

    short = [
        f"{result.title}，第 {step.line} 行：应为 {one.expected}；实为 {one.actual}"
        for result in results
        for step in result.steps
        for one in step.shortfalls
    ]
    assert not short, "\n".join(short)
    assert all(result.passed for result in results)


def test_the_cases_have_ids_of_their_own() -> None:
    given = {read_scenario(path).id for path in (REPOSITORY / "scenarios").glob("*.yaml")}
    own = [read_scenario(path).id for path in CASES]

    assert len(own) == len(set(own)) >= 15
    assert not given & set(own)

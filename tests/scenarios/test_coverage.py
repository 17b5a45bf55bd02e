"""Every end, rule and task of the published procedures is reached by a case, and a case that is left out is missed."""

from __future__ import annotations

import pytest

from engine.cli.scenario import listed
from engine.service.scenario.coverage import Coverage
from engine.service.scenario.reach import END, KINDS, RULE, TASK, Spot, drawn
from engine.service.scenario.stage import Stage
from tests.conftest import REPOSITORY
from tests.scenarios.conftest import Played

FOLDER = REPOSITORY / "scenarios"
SEARCH = "processes/base/P03.bpmn"
#: The procedures of which cases reach everything.
HELD = frozenset({*(f"P0{number}" for number in range(1, 8)), "P12", "P13"})


def covered(stage: Stage, played: Played, pattern: str) -> Coverage:
    found = Coverage(spots=drawn(stage.sources, stage.published()))
    for path in sorted(FOLDER.rglob(pattern)):
        found.take(*played.of(path))
    return found


@pytest.mark.slow
def test_the_cases_reach_every_end_every_rule_and_every_task(stage: Stage, played: Played) -> None:
    found = covered(stage, played, "*.yaml")

    left = [spot for kind in KINDS for spot in found.missing(kind) if found.spots[spot].procedure in HELD]
    assert not left, listed(found)
    assert not found.short
    assert all(one["all"] > 0 for one in found.totals().values())


@pytest.mark.slow
def test_what_no_case_reaches_is_listed_with_its_file_its_procedure_and_its_places(
    stage: Stage, played: Played
) -> None:
    found = covered(stage, played, "dl_registration.yaml")

    told = listed(found)
    assert not found.whole
    assert Spot(END, SEARCH, "close_search") in found.missing(END)
    assert Spot(RULE, "processes/qz/P13_class.dmn", "1") in found.missing(RULE)
    assert Spot(END, "processes/dl/P12.bpmn", "escalated") not in found.missing(END)
    assert "P03 processes/base/P03.bpmn（dl、fh、jl、qz、yz）" in told
    assert "第 1 条 QZ-4.3-1a" in told
    assert "P12-T5" not in told


@pytest.mark.slow
def test_a_file_that_places_share_counts_once_and_is_told_for_each(stage: Stage, played: Played) -> None:
    found = covered(stage, played, "dl_registration.yaml")
    data = found.as_data()

    shared = Spot(TASK, SEARCH, next(one.element for one in found.spots if one.kind == TASK and one.file == SEARCH))
    assert found.spots[shared].jurisdictions == ("dl", "fh", "jl", "qz", "yz")
    assert set(data) == {*KINDS, "missing", "by_jurisdiction", "short"}
    assert data["ends"]["all"] == sum(one.kind == END for one in found.spots)
    assert any(one["procedure"] == "P13" for one in data["by_jurisdiction"]["fh"]["rules"])
    assert not any(one["procedure"] == "P12" for one in data["by_jurisdiction"]["fh"]["ends"])

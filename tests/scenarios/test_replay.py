"""After a golden case that is played whole, the journal alone tells what the tables hold, and its chains are whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from engine.core.model import system
from engine.service.audit import Audit
from engine.service.replay import differences
from engine.service.scenario.play import play
from engine.service.scenario.read import read_scenario
from engine.service.scenario.stage import Stage
from engine.store.tables import case
from tests.conftest import REPOSITORY

FOLDER = REPOSITORY / "scenarios"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["fh_s2", "fh_s3", "jl_s2", "jl_s4", "qz_s2", "qz_s5", "dl_s2", "dl_s3"])
def test_the_journal_of_a_golden_case_folds_into_its_tables(stage: Stage, name: str, tmp_path: Path) -> None:
    scenario = read_scenario(FOLDER / f"{name}.yaml")
    with stage.world(scenario) as world:
        world.settle_in()
        play(world, scenario.courses[0])

        with world.database.unit(system("engine")) as unit:
            cases = unit.connection.scalars(select(case.c.id)).all()
            told = [line for case_id in cases for line in differences(unit.connection, case_id)]
        broken = [one for one in Audit(world.database, tmp_path).verify() if one.broken]

    assert cases
    assert told == []
    assert broken == []

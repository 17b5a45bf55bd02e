"""The stage on which golden cases are played: prepared once, copied for each; what was played is not played again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from engine.service.scenario.read import Scenario, read_scenario
from engine.service.scenario.results import CourseResult
from engine.service.scenario.stage import Stage
from tests.conftest import REPOSITORY, Cluster


@pytest.fixture(scope="session")
def stage(cluster: Cluster) -> Stage:
    """The five jurisdictions as their files have them."""
    passwords = (cluster.owner_password, cluster.app_password)
    return Stage.build(cluster.admin_url, cluster.vault, REPOSITORY, passwords=passwords)


@dataclass
class Played:
    """The files of ``scenarios/``, each played once with all its variants."""

    stage: Stage
    kept: dict[Path, tuple[Scenario, Sequence[CourseResult]]] = field(default_factory=dict)

    def of(self, path: Path) -> tuple[Scenario, Sequence[CourseResult]]:
        if path not in self.kept:
            scenario = read_scenario(path)
            self.kept[path] = scenario, self.stage.perform(scenario)
        return self.kept[path]


@pytest.fixture(scope="session")
def played(stage: Stage) -> Played:
    """What came of each file."""
    return Played(stage)

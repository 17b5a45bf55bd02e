"""The stage on which golden cases are played: prepared once, copied for each."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.service.scenario.stage import Stage
from tests.conftest import REPOSITORY


@pytest.fixture(scope="session")
def stage(server: str, private_folder: Path) -> Stage:
    """The five jurisdictions as their files have them."""
    return Stage.build(server, private_folder / "stage-keys", REPOSITORY)

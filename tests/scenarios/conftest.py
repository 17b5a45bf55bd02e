"""The stage on which golden cases are played: prepared once, copied for each."""

from __future__ import annotations

import pytest

from engine.service.scenario.stage import Stage
from tests.conftest import REPOSITORY, Cluster


@pytest.fixture(scope="session")
def stage(cluster: Cluster) -> Stage:
    """The five jurisdictions as their files have them."""
    passwords = (cluster.owner_password, cluster.app_password)
    return Stage.build(cluster.admin_url, cluster.vault, REPOSITORY, passwords=passwords)

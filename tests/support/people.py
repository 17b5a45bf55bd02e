"""Staff for a running system: one account for a unit, as an administrator would add them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from engine.adapters.postgres import Cluster
from engine.build import Services, build
from engine.service.database import APPLICATION
from engine.settings import Settings

PASSWORD = "北岸-晴天-木桥-47"


def services_of(data: Path) -> Services:
    """Open the services of a running system from outside, for setting up and for looking at the outcome."""
    kept = json.loads((data / "secrets.json").read_text(encoding="utf-8"))
    cluster = Cluster(folder=data / "postgres")
    url = cluster.url("shouhu", APPLICATION, kept["app_password"])
    return build(Settings(database_url=url, secret_key="x" * 32, data=data))


def add_staff(services: Services, units: Mapping[str, str]) -> None:
    """Add a member of staff with this login for each unit's key."""
    for login, unit in units.items():
        services.people.add(login, f"{login} 经办人", PASSWORD, units=[unit], must_change=False)

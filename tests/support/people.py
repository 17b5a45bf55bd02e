"""Staff for a running system: one account for a unit, as an administrator would add them."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from engine.adapters.postgres import Cluster
from engine.build import Services, build
from engine.core.model import system
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
    add_named(services, {login: (f"{login} 经办人", unit) for login, unit in units.items()})


def add_named(services: Services, staff: Mapping[str, tuple[str, str]], *, heads: Collection[str] = ()) -> None:
    """Add people by login, each with a name and the key of a unit; those in ``heads`` are heads of theirs."""
    for login, (name, unit) in staff.items():
        headed = [unit] if login in heads else []
        services.people.add(login, name, PASSWORD, units=[unit], heads=headed, must_change=False)


def seen_item(services: Services, case_id: int, code: str) -> dict[str, Any]:
    """Return the open item of a task of a case, as the verbs take it: its id, and the version that was seen."""
    with services.database.unit(system("engine")) as unit:
        case = services.casework.look(unit, case_id)
        item = next(one for one in case.items.values() if one.code == code)
        return {"item_id": item.id, "seen_version": item.version}

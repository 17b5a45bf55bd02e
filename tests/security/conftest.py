"""Two jurisdictions over the real services and a real database, with staff of several agencies at browsers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from engine.build import Services, build
from engine.core.model import Acting, system
from engine.service import releases
from engine.service.modelfiles import load_bundle
from engine.service.passwords import hash_password
from engine.service.unit import Database
from engine.settings import Settings
from tests.conftest import REPOSITORY, Clock
from tests.web.conftest import Staff
from tests.web.fakes import PASSWORD
from web.app import create_app

HASHED = hash_password(PASSWORD)
BUNDLES: dict[str, Mapping[str, bytes]] = {}

PEOPLE = {
    "teacher": ("许老师", "fh.school.溪口镇"),
    "colleague": ("同校老师", "fh.school.溪口镇"),
    "stranger": ("外校老师", "fh.school.锦屏街道"),
    "police": ("周明", "fh.police"),
    "town": ("陈雅琴", "fh.township.溪口镇"),
    "court": ("韩法官", "fh.court"),
    "civil": ("民政人", "fh.civil_affairs"),
    "elsewhere": ("他区民警", "dl.police.jinzhou"),
}
CHILD = {
    "child_name": "小禾",
    "sex": "女",
    "birth_date": "2008-03-12",
    "id_no": "330283200803120024",
    "residence": "fh.溪口镇.上坪村",
}
REPORT = {
    "reporter_type": "学校",
    "reporter_name": "许老师实名",
    "reporter_phone": "13900001111",
    "situations": ["S1"],
    "suspected": False,
    "found_at": "2018-03-12T11:30:00+08:00",
    "place": "fh.溪口镇.上坪村",
    "narrative": "已有三天独自在家",
}
ACCEPTED = {
    "in_scope": "留守",
    "jurisdiction_ok": True,
    "imminent": True,
    "accepted_at": "2018-03-12T12:00:00+08:00",
}


@dataclass(frozen=True, kw_only=True)
class Land:
    """The running services with what tests do in them."""

    services: Services

    def person(self, login: str) -> Acting:
        return self.services.people.acting_by_login(login)

    def unit_of(self, login: str) -> str:
        return PEOPLE[login][1]

    def start(self, login: str, child: Any = None, fields: Mapping[str, Any] | None = None) -> Any:
        """Start a report in the name of the person's unit."""
        return self.services.casework.start(
            self.person(login), self.unit_of(login), "P01", child=CHILD if child is None else child, fields=fields
        )

    def item(self, login: str, code: str) -> Any:
        """Return the newest item of this task that the person's units have under way."""
        rows = self.services.inbox.items(self.person(login), view="working", sort="new")
        return next(row for row in rows if row.code == code)

    def complete(self, login: str, code: str, answers: Mapping[str, Any]) -> Any:
        item = self.item(login, code)
        return self.services.casework.complete(self.person(login), item.id, answers, item.version)

    def report(self, login: str = "teacher", child: Mapping[str, Any] = CHILD, **changes: Any) -> int:
        """Report a child and return the id of the case."""
        started = self.start(login, child)
        self.complete(login, "P01-T2", {**child, **REPORT, **changes})
        return int(started.case_id)

    def accept(self, **changes: Any) -> None:
        self.complete("police", "P01-T3", {**ACCEPTED, **changes})


@pytest.fixture
def services(db: Database, clock: Clock, private_folder: Path, database_url: str) -> Iterator[Services]:
    """Two jurisdictions in force, with a member of staff at several units."""
    settings = Settings(database_url=database_url, secret_key="not a secret", data=private_folder)
    built = build(settings, clock)
    for code in ("fh", "dl"):
        bundle = BUNDLES.setdefault(code, load_bundle(REPOSITORY, code))
        with built.database.unit(system("admin")) as unit:
            releases.publish(unit.connection, code, bundle, now=unit.now, effective_at=unit.now)
    for login, (name, unit_key) in PEOPLE.items():
        built.people.add(login, name, units=[unit_key], password_hash=HASHED, must_change=False)
    yield built
    built.close()


@pytest.fixture
def land(services: Services) -> Land:
    return Land(services=services)


@pytest.fixture
def app(services: Services) -> Flask:
    made = create_app(services, SimpleNamespace(secret_key="not a secret", sign_in_limit="1000 per minute"))
    made.testing = True
    made.config["PROPAGATE_EXCEPTIONS"] = False
    return made


@pytest.fixture
def browser_of(app: Flask) -> Callable[[str], Staff]:
    """Return what signs somebody in at a browser of their own."""

    def signed_in(login: str) -> Staff:
        person = Staff(app.test_client())
        assert person.sign_in(login).status_code == 302
        return person

    return signed_in

"""The pages over the real services and the small jurisdiction, with people of its units at browsers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Flask

from engine.build import Services, build
from engine.core.model import system
from engine.service import releases
from engine.service.passwords import hash_password
from engine.settings import Settings
from tests.conftest import Clock
from tests.service.mini import CODE, bundle
from tests.web.conftest import Staff
from tests.web.fakes import PASSWORD
from tests.web.latin import plain
from web.app import create_app

SCHOOL, POLICE, WEST, TOWNSHIP, CIVIL = (
    *("xx.school.东镇", "xx.police", "xx.police.西镇"),
    *("xx.township.东镇", "xx.civil_affairs"),
)
#: login → name, unit, whether they head it
PEOPLE = {
    "teacher": ("许老师", SCHOOL, False),
    "officer": ("周明", POLICE, False),
    "mate": ("吴海", POLICE, False),
    "chief": ("郑局长", POLICE, True),
    "west": ("孙所长", WEST, False),
    "clerk": ("陈雅琴", TOWNSHIP, False),
    "lead": ("王立", CIVIL, True),
}


@dataclass
class Office:
    """The application, and who sits at it."""

    app: Flask
    services: Services
    clock: Clock

    def at(self, login: str) -> Staff:
        """Return somebody at a browser of their own."""
        person = Staff(self.app.test_client())
        assert person.sign_in(login).status_code == 302
        return person

    def report(self) -> int:
        """Let the teacher report a child; return the item of accepting the report."""
        acting = self.services.people.acting_by_login("teacher")
        child = {"child_name": "小试", "residence": "xx.东镇"}
        self.services.casework.start(acting, SCHOOL, "P01", child=child)
        item = next(one for one in self.services.inbox.items(acting, view="working") if one.code == "P01-T2")
        self.services.casework.complete(acting, item.id, {"narrative": "独自在家"}, item.version)
        return self.ids("officer")[-1]

    def claimed(self) -> int:
        """Return the item of accepting a report, in the officer's hands."""
        item_id = self.report()
        self.services.casework.claim(self.services.people.acting_by_login("officer"), item_id, 1)
        return item_id

    def ids(self, login: str, view: str = "working") -> list[int]:
        """Return the items of a person's list, in the order in which they were opened."""
        acting = self.services.people.acting_by_login(login)
        return sorted(one.id for one in self.services.inbox.items(acting, view=view))

    def person(self, login: str) -> int:
        return self.services.people.acting_by_login(login).person_id or 0


def an_office(services_data: Path, database_url: str, clock: Clock) -> Office:
    """Build the application over a database in which the small jurisdiction is in force."""
    services = build(Settings(database_url=database_url, secret_key="not a secret", data=services_data), clock)
    with services.database.unit(system("admin")) as unit:
        releases.publish(unit.connection, CODE, bundle(), now=unit.now, effective_at=releases.EVER)
    hashed = hash_password(PASSWORD)
    for login, (name, unit_key, head) in PEOPLE.items():
        heads = [unit_key] if head else []
        services.people.add(login, name, units=[unit_key], heads=heads, password_hash=hashed, must_change=False)
    app = create_app(services, SimpleNamespace(secret_key="not a secret"))
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return Office(app=app, services=services, clock=clock)


def said(answer: Any) -> str:
    """Return the words of an answer's page."""
    return re.sub(r"\s+", " ", plain(answer.get_data(as_text=True)))

"""Where scenarios are played: a throw-away cluster, a prepared template, one copy a course."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from engine.adapters.vault import Vault
from engine.bpmn.release import Release
from engine.core.model import system
from engine.service.cadences import Cadences
from engine.service.casework import Casework
from engine.service.database import access_to, create_database, drop_database, prepare
from engine.service.directory import Directories
from engine.service.files import Files
from engine.service.people import People
from engine.service.releases import Releases, seed
from engine.service.scenario.play import play
from engine.service.scenario.reach import reached
from engine.service.scenario.read import Scenario
from engine.service.scenario.results import CourseResult
from engine.service.scenario.world import VirtualClock, World
from engine.service.unit import Database

#: Releases of the stage are in force since before any scenario begins.
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
TEMPLATE = "shouhu_stage"


@dataclass(kw_only=True)
class Stage:
    """A prepared template on a server; copies of it are made and dropped for each course."""

    admin_url: str
    vault: Vault
    owner_password: str
    app_password: str
    releases: Releases
    sources: Path

    @classmethod
    def build(cls, admin_url: str, vault: Vault, sources: Path, *, passwords: tuple[str, str] | None = None) -> Stage:
        """Prepare the template: tables, and the releases that lie in ``sources``.

        ``passwords`` are those of the owner and the application where the server has the two roles
        already; preparing sets them, so others who use the server keep theirs.
        """
        owner, app = passwords or (secrets.token_urlsafe(16), secrets.token_urlsafe(16))
        access = prepare(
            admin_url, owner_password=owner, app_password=app, vault=vault, now=LONG_AGO, database=TEMPLATE
        )
        database = Database(access.app_url, vault, lambda: LONG_AGO, pool_size=1)
        with database.unit(system("admin")) as unit:
            seed(unit.connection, sources, now=LONG_AGO)
        database.close()
        return cls(
            admin_url=admin_url,
            vault=vault,
            owner_password=owner,
            app_password=app,
            releases=Releases(),
            sources=sources,
        )

    def published(self) -> dict[str, Release]:
        """Return the release of each jurisdiction, as every world of this stage has it."""
        access = access_to(self.admin_url, TEMPLATE, owner_password=self.owner_password, app_password=self.app_password)
        database = Database(access.app_url, self.vault, lambda: LONG_AGO, pool_size=1)
        try:
            with database.unit(system("admin")) as unit:
                codes = [code for code, _ in self.releases.names(unit.connection, LONG_AGO)]
                return {code: self.releases.in_force(unit.connection, code, LONG_AGO) for code in codes}
        finally:
            database.close()  # a template that is open cannot be copied

    def perform(self, scenario: Scenario) -> list[CourseResult]:
        """Play every course of a scenario, each in a world of its own."""
        return [self._course(scenario, index) for index in range(len(scenario.courses))]

    def perform_main(self, scenario: Scenario) -> CourseResult:
        """Play the case itself, without its variants."""
        return self._course(scenario, 0)

    def _course(self, scenario: Scenario, index: int) -> CourseResult:
        with self.world(scenario) as world:
            world.settle_in()
            result = play(world, scenario.courses[index])
            result.reached = reached(world, self.sources)
            return result

    @contextmanager
    def world(self, scenario: Scenario) -> Iterator[World]:
        """Give a fresh copy of the template, and drop it afterwards."""
        name = f"scenario_{secrets.token_hex(6)}"
        create_database(self.admin_url, name, template=TEMPLATE)
        access = access_to(self.admin_url, name, owner_password=self.owner_password, app_password=self.app_password)
        clock = VirtualClock(scenario.at)
        database = Database(access.app_url, self.vault, clock, pool_size=2)
        directories = Directories()
        try:
            yield World(
                scenario=scenario,
                database=database,
                clock=clock,
                releases=self.releases,
                directories=directories,
                casework=Casework(database, self.releases, directories),
                cadences=Cadences(database, self.releases, directories),
                files=Files(database),
                people=People(database),
            )
        finally:
            database.close()
            drop_database(self.admin_url, name)

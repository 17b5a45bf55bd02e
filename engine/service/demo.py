"""Fills a database for ``./run``: invented staff and cases in every stage, through the verbs that everybody uses.

Time is moved for it: cases begin up to months ago and go on until now, some of them too slowly.
Nothing here is for a system in service; its accounts can be used where demonstration is switched on only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import func, select

from engine.bpmn.release import Release
from engine.core.errors import ShouhuError
from engine.core.model import Acting, system
from engine.core.routing import Directory, Unit
from engine.service import demo_cast as cast
from engine.service import demo_limits
from engine.service.casework import Casework
from engine.service.demo_stories import Beat
from engine.service.demo_teller import Teller
from engine.service.directory import Directories
from engine.service.discretion import Discretions
from engine.service.files import Files
from engine.service.limits import Limits
from engine.service.passwords import demonstration_hash
from engine.service.people import People
from engine.service.releases import Releases
from engine.service.scenario.world import VirtualClock
from engine.service.unit import Database
from engine.store import tables

if TYPE_CHECKING:
    from engine.build import Services

log = structlog.get_logger()
#: Since when the people of the demonstration act for their units; before any case begins.
LONG_BEFORE = timedelta(days=400)


def fill(services: Services) -> list[str]:
    """Add accounts and cases unless there are any, and return the lines that tell who may sign in."""
    now = services.clock()
    with _moved(services, now - LONG_BEFORE) as stage:
        names = stage.jurisdictions()
        accounts = {code: _people(stage, code) for code in names}
        _officials(stage)
        if not stage.has_cases():
            short = [one for story in _in_order(names, now) if (one := _tell(stage, accounts, story, now)) is not None]
            for one in short:
                log.warning("demonstration_case_short", case=one)
            stage.clock.at = now
            for code in names:
                demo_limits.move(stage.database, stage.limits, code, accounts[code].civil_affairs())
    return _lines(names, accounts)


@dataclass(kw_only=True)
class _Stage:
    """The services once more, with a clock that is ours to move."""

    clock: VirtualClock
    database: Database
    releases: Releases
    directories: Directories
    people: People
    limits: Limits

    def directory(self, code: str) -> Directory:
        with self.database.unit(system("engine")) as unit:
            return self.directories.of(unit.connection, code)

    def release(self, code: str) -> Release:
        with self.database.unit(system("engine")) as unit:
            return self.releases.in_force(unit.connection, code, unit.now)

    def jurisdictions(self) -> dict[str, str]:
        with self.database.unit(system("engine")) as unit:
            return dict(self.releases.names(unit.connection, unit.now))

    def has_cases(self) -> bool:
        with self.database.unit(system("engine")) as unit:
            return bool(unit.connection.execute(select(func.count()).select_from(tables.case)).scalar_one())


@contextmanager
def _moved(services: Services, begins: datetime) -> Iterator[_Stage]:
    clock = VirtualClock(begins)
    url = services.database.engine.url.render_as_string(hide_password=False)
    database = Database(url, services.database.vault, clock, pool_size=2)
    releases, directories = services.releases, Directories()
    try:
        yield _Stage(
            clock=clock,
            database=database,
            releases=releases,
            directories=directories,
            people=People(database),
            limits=Limits(database, releases, directories, Discretions(releases, directories)),
        )
    finally:
        database.close()


# ---------------------------------------------------------------------- people


@dataclass(kw_only=True)
class _Accounts:
    """The accounts of one jurisdiction: who acts for each unit, and their logins in the order of roles."""

    acting: dict[str, Acting] = field(default_factory=dict)
    logins: dict[str, list[str]] = field(default_factory=dict)

    def civil_affairs(self) -> list[Acting]:
        """Return who acts for civil affairs, which may move most limits."""
        return [one for one in self.acting.values() if any("civil_affairs" in unit.roles for unit in one.units)]


def _people(stage: _Stage, code: str) -> _Accounts:
    """Add somebody for each unit that a case of the demonstration can reach, and heads of some."""
    directory, accounts = stage.directory(code), _Accounts()
    for role in cast.ROLES:
        for home in cast.HOMES[code]:
            unit = directory.nearest(role, home)
            if unit is not None and unit.key not in accounts.acting:
                listed = accounts.logins.setdefault(role, [])
                login = _login(unit, len(listed))
                accounts.acting[unit.key] = _somebody(stage, login, cast.name_of(role, login), unit, head=False)
                listed.append(login)
                if role in cast.HEADED and len(listed) == 1:
                    _somebody(stage, f"{login}.head", cast.name_of("head", login), unit, head=True)
    return accounts


def _login(unit: Unit, before: int) -> str:
    """Return the Latin part of a unit's key, numbered where several units share it."""
    plain = ".".join(part for part in unit.key.split(".") if part.isascii())
    return plain if before == 0 or not _shared(unit) else f"{plain}{before + 1}"


def _shared(unit: Unit) -> bool:
    return not unit.key.isascii()


def _somebody(stage: _Stage, login: str, name: str, unit: Unit, *, head: bool) -> Acting:
    given: Mapping[str, Any] = {"heads": [unit.key]} if head else {"units": [unit.key]}
    _add(stage, login, name, **given)
    return stage.people.acting_by_login(login)


def _officials(stage: _Stage) -> None:
    for login, name, duties in cast.OFFICIALS:
        _add(stage, login, name, duties=duties)


def _add(stage: _Stage, login: str, name: str, **given: Any) -> None:
    with stage.database.unit(system("admin")) as unit:
        known = unit.connection.execute(select(tables.person.c.id).where(tables.person.c.login == login)).first()
    if known is None:
        stage.people.add(login, name, must_change=False, password_hash=_hash(), **given)


_hashed: list[str] = []


def _hash() -> str:
    """Return the hash of the password that all share, worked out once."""
    if not _hashed:
        _hashed.append(demonstration_hash(cast.PASSWORD))
    return _hashed[0]


# ---------------------------------------------------------------------- cases


@dataclass(frozen=True, kw_only=True, slots=True)
class _Case:
    """One case: whose, where, since when, and how far it has come."""

    jurisdiction: str
    home: str
    child: cast.Child
    begins: datetime
    beats: Sequence[Beat]
    claimed: bool


def _in_order(codes: Mapping[str, str], now: datetime) -> list[_Case]:
    """Return the cases of all jurisdictions, the oldest first, so that their numbers follow time."""
    children = iter(cast.CHILDREN)
    found = []
    for code in codes:
        homes = cast.HOMES.get(code, ())
        for number, one in enumerate(cast.CASES.get(code, ())):
            begins = now - one.age
            told = sorted(one.story, key=lambda beat: beat.after)[: one.beats]
            beats = [beat for beat in told if begins + beat.after <= now]
            home = homes[number % len(homes)]
            made = _Case(
                jurisdiction=code,
                home=home,
                child=next(children),
                begins=begins,
                beats=beats,
                claimed=number % 3 == 1,
            )
            found.append(made)
    return sorted(found, key=lambda one: one.begins)


def _tell(stage: _Stage, accounts: Mapping[str, _Accounts], case: _Case, now: datetime) -> str | None:
    """Play a case up to now; say what it stopped at where it could not go on."""
    code = case.jurisdiction
    teller = Teller(
        database=stage.database,
        clock=stage.clock,
        casework=Casework(stage.database, stage.releases, stage.directories),
        files=Files(stage.database),
        release=stage.release(code),
        directory=stage.directory(code),
        staff=accounts[code].acting,
    )
    try:
        known = case.child.file(case.home, case.begins)
        told = teller.tell(case.beats, child=known, home=case.home, begins=case.begins)
        teller.go_on(now)
        if case.claimed:
            teller.claim_one(told)
    except ShouhuError as error:
        teller.go_on(now)
        return f"{code} {case.begins.isoformat()} {error}"
    return None


# ---------------------------------------------------------------------- what is told


def _lines(names: Mapping[str, str], accounts: Mapping[str, _Accounts]) -> list[str]:
    lines = [f"演示账号（密码都是 {cast.PASSWORD}，只在演示中有效）："]
    for code, name in names.items():
        shown = [accounts[code].logins[role][0] for role in cast.SHOWN if accounts[code].logins.get(role)]
        lines.append(f"  {name}：{'  '.join(shown)}")
    lines.append("  公安、镇街、民政的负责人：账号后加 .head")
    lines.append(f"  管理：{'  '.join(login for login, _, _ in cast.OFFICIALS)}")
    return lines

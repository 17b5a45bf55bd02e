"""The demonstration fills an empty database through the verbs, with cases in every stage."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import func, select

from engine.bpmn.directory import FAMILY
from engine.bpmn.release import compile_release
from engine.core.model import system
from engine.service import demo, demo_cast
from engine.service.modelfiles import jurisdictions, load_bundle
from engine.service.people import People
from engine.service.releases import Releases, seed
from engine.service.unit import Database
from engine.store import tables
from tests.conftest import Clock

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2018, 11, 22, 2, 0, tzinfo=UTC)


@pytest.fixture
def services(db: Database, clock: Clock) -> Any:
    clock.now = NOW
    with db.unit(system("admin")) as unit:
        seed(unit.connection, ROOT, now=NOW)
    return SimpleNamespace(clock=clock, database=db, releases=Releases())


def count(db: Database, what: object, *where: object) -> int:
    with db.unit(system("engine")) as unit:
        return unit.connection.execute(select(func.count()).select_from(what).where(*where)).scalar_one()  # type: ignore[arg-type]


def test_every_jurisdiction_has_its_cast() -> None:
    codes = jurisdictions(ROOT)

    assert sorted(demo_cast.HOMES) == sorted(demo_cast.CASES) == codes
    assert sum(map(len, demo_cast.CASES.values())) <= len(demo_cast.CHILDREN)
    names = [child.name for child in demo_cast.CHILDREN]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("code", jurisdictions(ROOT))
def test_every_role_of_the_procedures_has_an_account(code: str) -> None:
    release = compile_release(code, load_bundle(ROOT, code))
    tasks = [task for one in release.procedures.values() for task in one.model.tasks.values()]
    wanted = {role for task in tasks for role in release.expand(task.role) if not role.startswith("@")}

    nobody = {role for role in wanted if release.roles[role].kind == FAMILY}
    elsewhere = {"info_officer", "employer"}  # held by a unit that has an account for another role, or by nobody
    assert wanted - nobody - elsewhere <= set(demo_cast.ROLES)


@pytest.mark.slow
def test_cases_are_told_up_to_now_and_some_are_overdue(
    services: Any, db: Database, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    short: list[str] = []
    monkeypatch.setattr(demo.log, "warning", lambda _, case: short.append(case))

    lines = demo.fill(services)

    told = sum(map(len, demo_cast.CASES.values()))
    assert short == []
    assert len(lines) == 3 + len(demo_cast.CASES)
    assert count(db, tables.case) == told
    assert count(db, tables.incident) == 0
    items = tables.work_item.c
    assert count(db, tables.work_item, items.state == "claimed") > 5
    assert count(db, tables.work_item, items.state == "open", items.due_at < NOW) > 5
    assert count(db, tables.work_item, items.state == "open", items.due_at > NOW) > 5
    codes = set(demo_cast.CASES)
    assert {row for (row,) in _rows(db, select(items.jurisdiction).where(items.suspended_at.is_not(None)))} == codes
    assert count(db, tables.limit_change, tables.limit_change.c.kind == "extend") == len(codes)
    running = {
        row for (row,) in _rows(db, select(tables.instance.c.procedure).where(tables.instance.c.status == "running"))
    }
    assert {"P01", "P02", "P03", "P04", "P05", "P06", "P07"} <= running


@pytest.mark.slow
def test_filling_twice_adds_nothing_and_accounts_work_in_a_demonstration_only(
    services: Any, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = {"fh": demo_cast.CASES["fh"][:1]}
    monkeypatch.setattr(demo_cast, "CASES", one)

    first = demo.fill(services)
    people, cases = count(db, tables.person), count(db, tables.case)
    again = demo.fill(services)

    assert first == again
    assert (count(db, tables.person), count(db, tables.case)) == (people, cases) == (people, 1)
    signed_in = People(db, demonstration=True).sign_in("fh.police", demo_cast.PASSWORD)
    assert signed_in is not None
    assert [unit.key for unit in signed_in.acting.units] == ["fh.police"]
    assert People(db).sign_in("fh.police", demo_cast.PASSWORD) is None


def _rows(db: Database, wanted: object) -> list[tuple[str]]:
    with db.unit(system("engine")) as unit:
        return list(unit.connection.execute(wanted))  # type: ignore[call-overload]

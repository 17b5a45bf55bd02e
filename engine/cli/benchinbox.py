"""``shouhu bench inbox``: pages of lists over 100,000 open items, through the door that staff use."""

from __future__ import annotations

import json
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import click
from sqlalchemy import Connection, event, insert, select, text

from engine.adapters.postgres import Cluster
from engine.adapters.vault import Vault
from engine.build import Services, build
from engine.cli.scenario import ROOT
from engine.core.model import system
from engine.service.passwords import hash_password
from engine.service.scenario.read import read_scenario
from engine.service.scenario.stage import Stage
from engine.service.scenario.world import World
from engine.settings import Settings
from engine.store import tables as t

#: The golden case whose world the benchmark borrows, and what is measured as whom.
WORLD, CODE = "fh_s2", "fh"
PASSWORD = "北岸-晴天-木桥-47"  # noqa: S105 -- of a world that is dropped
PEOPLE = {"police": "fh.police", "township": "fh.township.青溪镇", "school": "fh.school.青溪镇"}
PAGES: Mapping[str, str] = {
    "mine": "/inbox?view=mine",
    "unclaimed": "/inbox?view=unit",
    "unit": "/inbox?view=working",
    "unit_newest": "/inbox?view=working&sort=new",
    "unit_by_risk": "/inbox?view=working&sort=risk",
    "unit_last_page": "/inbox?view=working&page=20",
    "over": "/inbox?view=working&limit=over",
    "near": "/inbox?view=working&limit=near",
    "procedure": "/inbox?view=working&procedure=P05",
    "area": "/inbox?view=working&area={area}",
    "risk": "/inbox?view=working&risk=3",
    "case": "/inbox?view=working&case={case}",
    "urged": "/inbox?view=urged",
    "handed": "/inbox?view=handed",
    "done": "/inbox?view=done",
}
BATCH = 5_000
#: Of a hundred items two are in the hands of whoever looks; each twentieth may be claimed beside another unit.
HELD, BESIDE = 2, 2


@click.command("inbox")
@click.option("-n", "count", default=100_000, show_default=True, help="How many open items.")
@click.option("--times", default=40, show_default=True, help="How often each page is opened.")
@click.option("--json", "as_json", is_flag=True)
@click.option("--plans", is_flag=True, help="Print the plans of what each page asks.")
def inbox(count: int, times: int, *, as_json: bool, plans: bool) -> None:
    """Time every list of an officer whose unit has a fifth of all open items, a clerk, and a school."""
    with _world() as (world, services):
        filled = _fill(world, services, count)
        for login in PEOPLE:
            for figure in _measured(services, login, filled, times, plans=plans):
                click.echo(json.dumps(figure) if as_json else "  ".join(f"{k}={v}" for k, v in figure.items()))


@contextmanager
def _world() -> Iterator[tuple[World, Services]]:
    """Give a world on a server of its own, and the services of a process over it; drop both afterwards."""
    var = ROOT / "var"
    var.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=var))
    folder.chmod(0o755)
    cluster = Cluster(folder=folder / "pg", durable=True)
    try:
        cluster.prepare()
        cluster.start()
        made = Stage.build(cluster.url(), Vault.create(folder / "keys"), ROOT)
        with made.world(read_scenario(ROOT / "scenarios" / f"{WORLD}.yaml")) as world:
            world.settle_in()
            url = world.database.engine.url.render_as_string(hide_password=False)
            services = build(Settings(database_url=url, secret_key="x" * 32, data=folder), world.clock)
            try:
                yield world, services
            finally:
                services.close()
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class Filled:
    """What the addresses of pages name."""

    area: int
    case: int


def _fill(world: World, services: Services, count: int) -> Filled:
    """Open so many items, half as many more done, and let the district's police have a fifth of them."""
    hashed = hash_password(PASSWORD)
    for login, key in PEOPLE.items():
        services.people.add(login, login, units=[key], password_hash=hashed, must_change=False)
    with world.database.unit(system("engine")) as unit:
        release_id = unit.connection.scalar(select(t.release.c.id).where(t.release.c.jurisdiction == CODE))
        release = world.releases.by_id(unit.connection, release_id or 0)
        people = dict(unit.connection.execute(select(t.person.c.login, t.person.c.id)).all())
    tasks = [(key, task) for key, one in release.procedures.items() for task in one.model.tasks.values()]
    directory = world.directory()
    known = {one.key: one for one in directory.units}
    weights = [max(count // 500, 1)] * len(directory.units)
    chosen = random.Random(7)  # noqa: S311 -- the same world each time
    areas = sorted(directory.areas.values())
    for begun in range(0, count * 3 // 2, BATCH):
        rows = []
        for number in range(begun, begun + BATCH):
            police = number % 5 == 0
            holder = known["fh.police"] if police else chosen.choices(directory.units, weights)[0]
            mine = [one for one in tasks if one[1].role in holder.roles] or tasks
            procedure, task = chosen.choice(mine)
            rows.append((number, holder, procedure, task, chosen.choice(areas), number >= count))
        with world.database.unit(system("engine")) as unit:
            _add(unit.connection, rows, release_id or 0, people, known["fh.police"].id, unit, chosen)
    with world.database.unit(system("engine")) as unit:
        case = unit.connection.scalar(
            select(t.work_item.c.case_id).where(t.work_item.c.unit_id == known["fh.police"].id)
        )
    _analyze(world)
    return Filled(area=directory.areas["fh.青溪镇"], case=case or 0)


def _add(
    connection: Connection,
    rows: Sequence[tuple[Any, ...]],
    release_id: int,
    people: Mapping[str, int],
    police: int,
    unit: Any,
    chosen: random.Random,
) -> None:
    """Insert a child, a case, a procedure and an item for each row."""
    now: datetime = unit.now
    sealed = unit.vault.seal(
        {"child_name": "某童", "sex": "男", "birth_date": "2010-01-01", "residence": "fh.青溪镇"},
        context="child.sealed",
    )
    children = _ids(
        connection,
        insert(t.child).returning(t.child.c.id, sort_by_parameter_order=True),
        [
            {"code": f"儿-{n:06d}", "jurisdiction": CODE, "area_id": area, "sealed": sealed.sealed}
            | {"key_id": sealed.key_id, "created_at": now}
            for n, _, _, _, area, _ in rows
        ],
    )
    cases = _ids(
        connection,
        insert(t.case).returning(t.case.c.id, sort_by_parameter_order=True),
        [
            {"number": f"FH-2018-{n:06d}", "child_id": child, "jurisdiction": CODE, "area_id": area, "opened_at": now}
            for (n, _, _, _, area, _), child in zip(rows, children, strict=True)
        ],
    )
    instances = _ids(
        connection,
        insert(t.instance).returning(t.instance.c.id, sort_by_parameter_order=True),
        [
            {
                "case_id": case,
                "procedure": key,
                "release_id": release_id,
                "codec": "1",
                "state": b"x",
                "started_at": now,
            }
            for (_, _, key, _, _, _), case in zip(rows, cases, strict=True)
        ],
    )
    items = _ids(
        connection,
        insert(t.work_item).returning(t.work_item.c.id, sort_by_parameter_order=True),
        [
            _item(row, case, instance, people, police, now, chosen)
            for row, case, instance in zip(rows, cases, instances, strict=True)
        ],
    )
    readers = {(case, row[1].id): None for row, case in zip(rows, cases, strict=True)}
    readers |= {(case, police): None for case in cases[::2]}
    access = [{"case_id": case, "unit_id": one, "since": now, "why": "item"} for case, one in readers]
    connection.execute(insert(t.case_access), access)
    candidates = [
        {"work_item_id": item, "unit_id": row[1].id, "role": row[3].role} for row, item in zip(rows, items, strict=True)
    ]
    beside = [
        {"work_item_id": item, "unit_id": police, "role": "police"}
        for row, case, item in zip(rows, cases, items, strict=True)
        if row[0] % 20 == BESIDE and row[1].id != police and (case, police) in readers
    ]
    connection.execute(insert(t.work_item_unit), candidates + beside)


def _item(
    row: tuple[Any, ...],
    case: int,
    instance: int,
    people: Mapping[str, int],
    police: int,
    now: datetime,
    chosen: random.Random,
) -> dict[str, Any]:
    number, holder, procedure, task, _, done = row
    opened = now - timedelta(minutes=chosen.randrange(1, 60_000))
    due = opened + timedelta(minutes=chosen.randrange(60, 120_000)) if number % 9 else None
    login = next((one for one, key in PEOPLE.items() if key == holder.key), None)
    mine = login is not None and number % 100 < HELD
    state = "completed" if done else "claimed" if mine else "open"
    return {
        "case_id": case,
        "instance_id": instance,
        "token": uuid4(),
        "element": task.element,
        "code": task.code,
        "name": task.name,
        "procedure": procedure,
        "role": task.role,
        "unit_id": holder.id,
        "jurisdiction": CODE,
        "state": state,
        "person_id": people[login or ""] if mine else None,
        "opened_at": opened,
        "due_at": due,
        "risk": chosen.choice((0, 0, 0, 1, 2, 3)),
        "urged": 1 if number % 200 == 0 else 0,
        "done_at": now if done else None,
        "done_by": people[login or ""] if done and mine else None,
        "source_unit_id": police if number % 3 else holder.id,
    }


def _ids(connection: Connection, statement: Any, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    return list(connection.scalars(statement, list(rows)))


def _analyze(world: World) -> None:
    """Let the planner know what there is, as autovacuum does in a system that runs."""
    with world.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _measured(services: Services, login: str, filled: Filled, times: int, *, plans: bool) -> Iterator[dict[str, Any]]:
    from web.app import create_app

    app = create_app(services, SimpleNamespace(secret_key="x" * 32, sign_in_limit="100000 per minute"))
    browser = app.test_client()
    page = browser.get("/sign-in").get_data(as_text=True)
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    signed = browser.post("/sign-in", data={"login": login, "password": PASSWORD, "csrf_token": token})
    if signed.status_code != 302:  # noqa: PLR2004 -- signed in
        raise click.ClickException("没有登录")
    for name, address in PAGES.items():
        path = address.format(area=filled.area, case=filled.case)
        browser.get(path)
        statements = _statements(services, partial(browser.get, path), plans=plans)
        taken = sorted(_timed(partial(browser.get, path)) for _ in range(times))
        yield {
            "name": f"{login} {name}",
            "median_ms": round(statistics.median(taken) * 1000, 2),
            "p95_ms": round(taken[int(len(taken) * 0.95) - 1] * 1000, 2),
            "per_s": round(len(taken) / sum(taken), 1),
            "n": len(taken),
            "statements": statements,
        }


def _timed(act: Any) -> float:
    begun = time.perf_counter()
    answer = act()
    taken = time.perf_counter() - begun
    if answer.status_code != 200:  # noqa: PLR2004 -- a page
        raise click.ClickException(f"{answer.status_code}")
    return taken


def _statements(services: Services, act: Any, *, plans: bool) -> int:
    """Return how many statements a page asks; print what takes longest where plans are wanted."""
    seen: list[tuple[float, str]] = []
    begun: list[float] = []

    def before(*_: Any) -> None:
        begun.append(time.perf_counter())

    def after(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append((time.perf_counter() - begun.pop(), statement))

    event.listen(services.database.engine, "before_cursor_execute", before)
    event.listen(services.database.engine, "after_cursor_execute", after)
    act()
    event.remove(services.database.engine, "before_cursor_execute", before)
    event.remove(services.database.engine, "after_cursor_execute", after)
    if plans:
        for taken, statement in sorted(seen, reverse=True)[:3]:
            click.echo(f"    {taken * 1000:.1f} ms  {' '.join(statement.split())[:300]}")
    return len(seen)

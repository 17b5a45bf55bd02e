"""The database itself shows a case to its units alone, whatever the program asks for."""

# ruff: noqa: PT012 -- what is refused is often the end of a unit of work, not one statement of it

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import ProgrammingError

from engine.core.model import Acting, system
from engine.service.unit import Database
from engine.store import tables as t
from tests.conftest import Prepared
from tests.store.kit import ENGINE, TABLES_OF_CASES, World, a_world

NO_ROWS = dict.fromkeys(TABLES_OF_CASES, 0)
#: Which press led to a case is for the engine alone, and so is what a child is found by; what is to begin
#: is for engine and clock.
OF_A_READER = dict.fromkeys(TABLES_OF_CASES, 1) | {"press": 0, "occurrence": 0, "child_index": 0}


@pytest.fixture
def world(db: Database) -> World:
    return a_world(db)


def _counts(db: Database, acting: Acting) -> dict[str, int]:
    with db.unit(acting) as unit:
        tables = {name: t.metadata.tables[name] for name in TABLES_OF_CASES}
        counted = {name: select(func.count()).select_from(table) for name, table in tables.items()}
        return {name: unit.connection.execute(query).scalar_one() for name, query in counted.items()}


def test_a_unit_with_access_sees_every_part_of_its_case(db: Database, world: World) -> None:
    assert _counts(db, world.east) == OF_A_READER


def test_a_unit_without_access_sees_no_part_of_it(db: Database, world: World) -> None:
    assert _counts(db, world.west) == NO_ROWS


def test_a_person_without_units_sees_nothing(db: Database, world: World) -> None:
    nobody = Acting(person_id=world.east.person_id, name="east")

    assert _counts(db, nobody) == NO_ROWS | {"child_look": 1}, "what they asked themselves they may see"


@pytest.mark.parametrize(("actor", "seen"), [("engine", {"press": 1}), ("clock", {})])
def test_the_engine_and_the_clock_see_every_case(actor: str, seen: dict[str, int], db: Database, world: World) -> None:
    assert _counts(db, system(actor)) == OF_A_READER | {"occurrence": 1, "child_index": 1} | seen


@pytest.mark.parametrize(
    ("actor", "seen"),
    [
        ("public", {"receipt", "case", "instance"}),
        ("auditor", {"case", "journal", "access", "child_look"}),
        ("admin", {"incident"}),
        ("somebody", set()),
    ],
)
def test_every_other_actor_sees_only_what_its_work_needs(
    actor: str, seen: set[str], db: Database, world: World
) -> None:
    assert _counts(db, system(actor)) == NO_ROWS | dict.fromkeys(seen, 1)


def test_the_public_learns_of_no_case_without_a_receipt(db: Database, prepared: Prepared, world: World) -> None:
    with psycopg.connect(_plain(prepared.admin_url)) as admin:
        admin.execute("ALTER TABLE receipt DISABLE TRIGGER append_only")
        admin.execute("DELETE FROM receipt")

    assert _counts(db, system("public")) == NO_ROWS


def _plain(url: str) -> str:
    return url.replace("+psycopg", "")


@pytest.fixture
def bare(prepared: Prepared, world: World) -> Iterator[psycopg.Connection[tuple[int]]]:
    """The application role without any context, as a forgotten SET LOCAL would leave it."""
    with psycopg.connect(_plain(prepared.app_url)) as connection:
        yield connection


def test_without_context_there_are_no_rows(bare: psycopg.Connection[tuple[int]]) -> None:
    query = sql.SQL("SELECT count(*) FROM {}")
    found = {name: bare.execute(query.format(sql.Identifier(name))).fetchone() for name in TABLES_OF_CASES}

    assert found == dict.fromkeys(TABLES_OF_CASES, (0,))


def test_the_context_does_not_outlive_its_transaction(bare: psycopg.Connection[tuple[int]]) -> None:
    bare.execute("SELECT set_config('app.actor', 'engine', true), set_config('app.units', '1', true)")
    assert bare.execute('SELECT count(*) FROM "case"').fetchone() == (1,)
    bare.commit()

    assert bare.execute('SELECT count(*) FROM "case"').fetchone() == (0,)


def test_the_owner_is_bound_by_the_policies_too(prepared: Prepared, world: World) -> None:
    with psycopg.connect(_plain(prepared.owner_url)) as owner:
        assert owner.execute('SELECT count(*) FROM "case"').fetchone() == (0,)


def test_every_table_that_leads_to_a_case_is_bound(prepared: Prepared) -> None:
    """A new table with a case in it fails here until it has its policies."""
    reaches = {"case_id", "child_id", "work_item_id", "instance_id"}
    expected = {name for name, table in t.metadata.tables.items() if reaches & set(table.c.keys())} | {"child", "case"}
    with psycopg.connect(_plain(prepared.admin_url)) as admin:
        query = "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity"
        bound = {row[0] for row in admin.execute(query)}

    assert expected == set(TABLES_OF_CASES)
    assert expected <= bound


def test_the_application_owns_nothing_and_bypasses_nothing(prepared: Prepared) -> None:
    with psycopg.connect(_plain(prepared.admin_url)) as admin:
        powers = "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = 'shouhu_app'"
        owned = "SELECT count(*) FROM pg_class WHERE relowner = 'shouhu_app'::regrole"

        assert admin.execute(powers).fetchone() == (False, False, False, False)
        assert admin.execute(owned).fetchone() == (0,)


def test_somebody_else_cannot_change_a_case_by_guessing_its_id(db: Database, world: World) -> None:
    with db.unit(world.west) as unit:
        changed = unit.connection.execute(
            update(t.work_item).where(t.work_item.c.id == world.item_id).values(code="P99")
        )
        assert changed.rowcount == 0


def test_a_person_cannot_give_a_unit_access(db: Database, world: World) -> None:
    row = {"case_id": world.case_id, "unit_id": world.west.units[0].id, "why": "x"}

    with pytest.raises(ProgrammingError, match="row-level security"), db.unit(world.east) as unit:
        unit.connection.execute(t.case_access.insert().values(**row, since=unit.now))


def test_a_person_cannot_write_the_journal_in_another_name(db: Database, world: World) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"), db.unit(world.east) as unit:
        unit.acting = world.west
        unit.journal(world.case_id, "item_claimed", {})


def test_an_item_handed_to_another_unit_shows_the_case_to_it(db: Database, world: World) -> None:
    other = world.west.units[0].id
    with db.unit(world.east) as unit, unit.acting_as("engine"):
        row = {"case_id": world.case_id, "unit_id": other, "since": unit.now, "why": "item"}
        unit.connection.execute(t.case_access.insert().values(**row))

    with db.unit(world.west) as unit:
        assert unit.connection.scalar(select(t.case.c.id)) == world.case_id


def test_a_draft_is_its_writers_alone(db: Database, world: World) -> None:
    colleague = Acting(person_id=world.west.person_id, name="colleague", units=world.east.units)

    assert _counts(db, colleague)["draft"] == 0
    assert _counts(db, colleague)["work_item"] == 1


def test_units_and_people_are_written_by_the_administration_alone(db: Database, world: World) -> None:
    mine = {"person_id": world.west.person_id, "unit_id": world.east.units[0].id}

    for acting in (world.west, ENGINE, system("public")):
        with pytest.raises(ProgrammingError, match="row-level security"), db.unit(acting) as unit:
            unit.connection.execute(t.membership.insert().values(**mine, since=unit.now))


def test_the_indexes_that_the_inbox_and_the_clock_poll_are_used(db: Database, world: World) -> None:
    """With row-level security on, and as the one who asks."""
    queries = {
        "ix_work_item_unit_due": (
            world.east,
            "SELECT id FROM work_item WHERE unit_id = 1 AND state IN ('open', 'claimed') ORDER BY due_at LIMIT 50",
        ),
        "ix_timer_due_at": (system("clock"), "SELECT id FROM timer WHERE due_at <= now() ORDER BY due_at LIMIT 1"),
        "ix_notice_unit_unread": (
            world.east,
            "SELECT id FROM notice WHERE unit_id = 1 AND read_at IS NULL ORDER BY at LIMIT 50",
        ),
    }
    for index, (acting, query) in queries.items():
        with db.unit(acting) as unit:
            unit.connection.execute(text("SET LOCAL enable_seqscan = off"))
            plan = "\n".join(unit.connection.scalars(text(f"EXPLAIN {query}")))
        assert index in plan, plan

"""The migrations build what the models describe, and every step can be taken back."""

from __future__ import annotations

import re
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, select, text

from engine import migrations
from engine.service import database
from engine.service.unit import Database
from engine.store import tables
from engine.store.tables import metadata
from tests.conftest import Cluster, Prepared
from tests.store.kit import ENGINE, a_world

_SHAPE = {
    "columns": """
        SELECT table_name, column_name, data_type, is_nullable, column_default, is_identity, udt_name
        FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2
    """,
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2
    """,
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2",
}


def _shape(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    return {
        what: [tuple(row) for row in connection.execute(text(query)) if row[0] != "alembic_version"]
        for what, query in _SHAPE.items()
    }


def test_the_head_of_the_migrations_equals_the_models(prepared: Prepared) -> None:
    with database.owner_connection(prepared.owner_url) as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)

    assert differences == []


@pytest.mark.parametrize("what", list(_SHAPE))
def test_migrated_and_described_tables_have_the_same(what: str, cluster: Cluster, prepared: Prepared) -> None:
    name = f"described_{what}"
    database.create_database(cluster.admin_url, name)
    try:
        with database.owner_connection(cluster.access(name).owner_url) as connection:
            metadata.create_all(connection)
            described = _shape(connection)[what]
    finally:
        database.drop_database(cluster.admin_url, name)

    with database.owner_connection(prepared.owner_url) as connection:
        migrated = _shape(connection)[what]

    assert migrated == described


def test_every_revision_goes_down_and_up_again(prepared: Prepared) -> None:
    steps = migrations.revisions()
    with database.owner_connection(prepared.owner_url) as connection:
        whole = _shape(connection)
        connection.commit()

        for below in ["base", *steps[:-1]][::-1]:
            migrations.downgrade(connection, below)
            migrations.upgrade(connection, "+1")
            migrations.downgrade(connection, below)
        assert migrations.current(connection) is None
        assert _shape(connection)["columns"] == []
        connection.commit()

        for step in steps:
            migrations.upgrade(connection, step)
        assert _shape(connection) == whole


def test_a_birthday_that_a_case_waits_for_does_not_hinder_the_way_back(db: Database, prepared: Prepared) -> None:
    world = a_world(db)
    with db.unit(ENGINE) as unit:
        row = {"case_id": world.case_id, "kind": "birthday", "name": "birthday_16", "due_at": unit.now}
        unit.connection.execute(tables.timer.insert().values(**row))

    with database.owner_connection(prepared.owner_url) as connection:
        migrations.downgrade(connection, "0004")

    with db.unit(ENGINE) as unit:
        assert unit.connection.scalars(select(tables.timer.c.kind)).all() == ["bpmn"]


def test_an_item_of_before_is_found_by_its_own_unit_and_one_beside_it(db: Database, prepared: Prepared) -> None:
    world = a_world(db)
    beside = {"work_item_id": world.item_id, "unit_id": world.west.units[0].id, "role": "township"}
    with db.unit(ENGINE) as unit:
        unit.connection.execute(tables.work_item_unit.insert().values(**beside))

    with database.owner_connection(prepared.owner_url) as connection:
        migrations.downgrade(connection, "0011")
        migrations.upgrade(connection, "head")

    marks = select(tables.work_item_unit.c.unit_id, tables.work_item_unit.c.main)
    with db.unit(ENGINE) as unit:
        assert dict(unit.connection.execute(marks).all()) == {
            world.east.units[0].id: True,
            world.west.units[0].id: False,
        }


def test_every_revision_says_why_and_what_it_locks() -> None:
    for step in migrations.revisions():
        words = migrations.describe(step)
        assert re.search(r"^Safe with", words, re.MULTILINE), step
        assert re.search(r"\b(Locks|Takes)\b", words), step


def test_a_database_of_another_revision_is_refused_with_both(prepared: Prepared) -> None:
    with database.owner_connection(prepared.owner_url) as connection:
        migrations.downgrade(connection, "0003")

        with pytest.raises(database.DatabaseUnfit, match=f"0003.*{migrations.head()}"):
            database.require_current(connection)

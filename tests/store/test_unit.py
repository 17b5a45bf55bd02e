"""One verb is one transaction: all of it is there afterwards, or none."""

# ruff: noqa: PT012 -- what is refused is often the end of a unit of work, not one statement of it

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import event, insert, select, text
from sqlalchemy.exc import ProgrammingError

from engine.core.errors import NotFound
from engine.core.journal import GENESIS
from engine.core.model import system
from engine.service.unit import Database, Unavailable
from engine.store import tables as t
from engine.store.evidence import ChainMoved, entries_of
from tests.conftest import Clock, Cluster, Prepared
from tests.store.kit import ENGINE, World, a_case, a_directory, a_person, a_world


@pytest.fixture
def world(db: Database) -> World:
    return a_world(db)


def _kinds(db: Database, case_id: int) -> list[str]:
    with db.unit(ENGINE) as unit:
        return [stored.entry.kind for stored in entries_of(unit.connection, case_id)]


def test_what_a_unit_did_is_there_after_it(db: Database) -> None:
    with db.unit(ENGINE) as unit:
        _, case_id = a_case(unit)
        unit.journal(case_id, "case_opened", {})

    assert _kinds(db, case_id) == ["case_opened"]


def test_nothing_is_there_after_a_unit_that_raised(db: Database, world: World) -> None:
    with pytest.raises(ZeroDivisionError), db.unit(ENGINE) as unit:
        _, case_id = a_case(unit, "XX-2018-000002")
        unit.journal(case_id, "case_opened", {})
        unit.flush()
        _ = 1 // 0

    with db.unit(ENGINE) as unit:
        assert unit.connection.scalars(select(t.case.c.id)).all() == [world.case_id]


def test_a_unit_reads_the_clock_once(db: Database, clock: Clock) -> None:
    with db.unit(ENGINE) as unit:
        before = unit.now
        clock.shift(timedelta(hours=1))
        assert unit.now == before


def test_entries_are_numbered_and_linked_in_the_order_they_were_made(db: Database, world: World) -> None:
    with db.unit(world.east) as unit:
        assert unit.journal(world.case_id, "item_claimed", {"item": 1}) == 2
        assert unit.journal(world.case_id, "item_completed", {"item": 1}) == 3

    with db.unit(ENGINE) as unit:
        first, second, third = entries_of(unit.connection, world.case_id)
        head = unit.connection.execute(select(t.case.c.journal_seq, t.case.c.journal_head)).one()
    assert first.prev == GENESIS
    assert second.prev == first.hash
    assert third.prev == second.hash
    assert (head.journal_seq, head.journal_head) == (3, third.hash)


def test_entries_of_one_unit_are_written_in_one_statement(db: Database, world: World) -> None:
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))

    with db.unit(world.east) as unit:
        unit.lock_case(world.case_id)
        for number in range(20):
            unit.journal(world.case_id, "event_said", {"number": number})

    assert len(statements) == 3, statements  # the context, the lock, the entries with the head


def test_an_entry_says_who_did_it_where_and_for_whom(db: Database, world: World) -> None:
    unit_id = world.east.units[0].id
    with db.unit(world.east) as unit, unit.acting_as("engine"):
        earlier = unit.now - timedelta(hours=2)
        unit.journal(
            world.case_id,
            "event_said",
            {},
            happened_at=earlier,
            unit_id=unit_id,
            role="township",
            on_behalf_of="guardian",
        )

    with db.unit(ENGINE) as unit:
        entry = entries_of(unit.connection, world.case_id)[-1].entry
    assert (entry.person_id, entry.unit_id, entry.role) == (world.east.person_id, unit_id, "township")
    assert entry.on_behalf_of == "guardian"
    assert (entry.happened_at, entry.recorded_at) == (earlier, earlier + timedelta(hours=2))


def test_acting_as_the_engine_ends_with_its_block(db: Database, world: World) -> None:
    with db.unit(world.west) as unit:
        with unit.acting_as("engine"):
            assert unit.connection.scalar(select(t.case.c.id)) == world.case_id
        assert unit.connection.scalar(select(t.case.c.id)) is None


def test_acting_as_the_engine_ends_with_its_block_even_where_it_raises(db: Database, world: World) -> None:
    with db.unit(world.west) as unit:
        with pytest.raises(NotFound), unit.acting_as("engine"):
            raise NotFound("x")
        assert unit.actor == "person"
        assert unit.connection.scalar(select(t.case.c.id)) is None


def test_a_statement_that_failed_is_what_the_caller_hears_of(db: Database, world: World) -> None:
    with pytest.raises(ProgrammingError, match="no_such_table"), db.unit(world.west) as unit, unit.acting_as("engine"):
        unit.connection.execute(text("SELECT FROM no_such_table"))


def test_a_savepoint_undoes_the_journal_with_the_rest(db: Database, world: World) -> None:
    with db.unit(ENGINE) as unit:
        unit.journal(world.case_id, "kept_before", {})
        with pytest.raises(ZeroDivisionError), unit.savepoint():
            unit.journal(world.case_id, "undone", {})
            _ = 1 // 0
        unit.journal(world.case_id, "kept_after", {})

    assert _kinds(db, world.case_id) == ["case_opened", "kept_before", "kept_after"]


def test_a_case_that_is_not_theirs_looks_as_if_there_were_none(db: Database, world: World) -> None:
    with db.unit(world.west) as unit:
        with pytest.raises(NotFound) as forbidden:
            unit.lock_case(world.case_id)
        with pytest.raises(NotFound) as missing:
            unit.lock_case(99_999)

    assert forbidden.value.sentence == missing.value.sentence


def test_a_chain_that_somebody_moved_without_the_lock_is_refused(db: Database, world: World) -> None:
    with pytest.raises(ChainMoved), db.unit(ENGINE) as unit:
        unit.hold(world.case_id, seq=0)
        unit.journal(world.case_id, "item_claimed", {})


def test_two_verbs_on_one_case_wait_for_each_other(db: Database, world: World, prepared: Prepared) -> None:
    with db.unit(world.east) as unit, psycopg.connect(prepared.app_url) as other:
        unit.lock_case(world.case_id)
        other.execute("SELECT set_config('app.actor', 'engine', true)")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            other.execute('SELECT FROM "case" WHERE id = %s FOR UPDATE NOWAIT', (world.case_id,))


def test_reading_a_childs_file_leaves_a_record(db: Database, world: World) -> None:
    with db.unit(world.east) as unit:
        unit.read(world.case_id, "child", unit_id=world.east.units[0].id)

    with db.unit(system("auditor")) as unit:
        rows = unit.connection.execute(select(t.access).order_by(t.access.c.id.desc())).all()
    assert (rows[0].person_id, rows[0].what, len(rows)) == (world.east.person_id, "child", 2)


def test_connections_that_died_in_the_pool_are_replaced_unseen(
    db: Database, world: World, cluster: Cluster, prepared: Prepared
) -> None:
    with db.unit(world.east):
        pass
    with psycopg.connect(cluster.admin_url.replace("+psycopg", ""), autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'shouhu_app' AND datname = %s",
            (prepared.app_url.rpartition("/")[2].partition("?")[0],),
        )

    with db.unit(world.east) as unit:
        assert unit.connection.scalar(select(t.case.c.id)) == world.case_id


def test_a_database_that_is_away_is_a_sentence(cluster: Cluster, clock: Clock) -> None:
    nowhere = Database(cluster.access("no_such_database").app_url, cluster.vault, clock)

    with pytest.raises(Unavailable, match="请稍后再试"), nowhere.unit(ENGINE):
        pass
    nowhere.close()


def test_the_journal_and_the_record_of_reads_refuse_change_even_by_the_owner(world: World, prepared: Prepared) -> None:
    with psycopg.connect(prepared.admin_url.replace("+psycopg", ""), autocommit=True) as superuser:
        for table, column in {"journal": "kind", "access": "what", "anchor": "digest", "receipt": "digest"}.items():
            for attempt in ("UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0}"):
                with pytest.raises(psycopg.errors.RestrictViolation, match="added to only"):
                    superuser.execute(sql.SQL(attempt).format(sql.Identifier(table), sql.Identifier(column)))


def test_the_application_was_never_allowed_to_change_evidence(db: Database, world: World) -> None:
    for statement in (
        "UPDATE journal SET kind = 'x'",
        "DELETE FROM journal",
        "DELETE FROM submission",
        "DELETE FROM access",
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), db.unit(ENGINE) as unit:
            unit.connection.execute(text(statement))


def test_facts_are_bounded_and_are_one_object(db: Database) -> None:
    for facts in ("[]", "{", '{"a": "' + "x" * 70_000 + '"}'):
        with pytest.raises(Exception, match="ck_case_facts"), db.unit(ENGINE) as unit:
            child_id, _ = a_case(unit)
            row = {"number": "XX-2018-000009", "child_id": child_id, "jurisdiction": "xx", "opened_at": unit.now}
            unit.connection.execute(insert(t.case).values(**row, facts=facts))


def test_a_person_may_not_hold_two_duties_that_exclude_one_another(db: Database) -> None:
    a_directory(db)
    person_id = a_person(db, "east").person_id

    with pytest.raises(Exception, match="duties_apart"), db.unit(system("admin")) as unit:
        changed = t.person.update().where(t.person.c.id == person_id)
        unit.connection.execute(changed.values(duties=["auditor", "administrator"]))

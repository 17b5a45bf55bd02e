"""Rows that a unit of work gathers and writes together."""

from __future__ import annotations

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import IntegrityError

from engine.service.unit import Database, Unit
from engine.store import tables as t
from tests.store.kit import ENGINE, World, a_world


@pytest.fixture
def world(db: Database) -> World:
    return a_world(db)


def test_everything_gathered_goes_in_one_statement(db: Database, world: World) -> None:
    seen: list[str] = []

    def see(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    with db.unit(ENGINE) as unit:
        unit.pending.add(t.notice, [_notice(world, unit.now, "甲"), _notice(world, unit.now, "乙")])
        unit.pending.add(t.subscription, [_subscription(world, "returned")])
        unit.pending.change(t.work_item, world.item_id, stage=1)
        unit.pending.change(t.work_item, world.item_id, stage=2, limit_name="t_visit")
        event.listen(db.engine, "before_cursor_execute", see)
    event.remove(db.engine, "before_cursor_execute", see)
    assert len(seen) == 1

    with db.unit(ENGINE) as unit:
        item = unit.connection.execute(select(t.work_item).where(t.work_item.c.id == world.item_id)).one()
        assert (item.stage, item.limit_name) == (2, "t_visit")
        told = select(t.notice.c.sentence).where(t.notice.c.about == "P09-T1").order_by(t.notice.c.id)
        assert unit.connection.scalars(told).all() == ["甲", "乙"]
        assert _messages(unit) == ["returned"]


def test_a_unit_that_may_read_already_keeps_its_reason(db: Database, world: World) -> None:
    unit_id = next(iter(world.west.unit_ids))
    for why in ("item", "notice"):
        with db.unit(ENGINE) as unit:
            row = {"case_id": world.case_id, "unit_id": unit_id, "since": unit.now, "why": why}
            unit.pending.add(t.case_access, [row, row])

    with db.unit(ENGINE) as unit:
        wanted = select(t.case_access.c.why).where(t.case_access.c.unit_id == unit_id)
        assert unit.connection.scalars(wanted).all() == ["item"]


def test_dropped_rows_are_gone_and_others_stay(db: Database, world: World) -> None:
    with db.unit(ENGINE) as unit:
        unit.pending.add(t.subscription, [_subscription(world, name) for name in ("returned", "moved")])
    with db.unit(ENGINE) as unit:
        unit.pending.drop(t.subscription, [{"instance_id": world.instance_id, "message": "moved"}])

    with db.unit(ENGINE) as unit:
        assert _messages(unit) == ["returned"]


def test_what_changes_of_a_case_goes_with_its_journal(db: Database, world: World) -> None:
    with db.unit(ENGINE) as unit:
        unit.pending.change(t.case, world.case_id, facts='{"urgent": true}', version=2)
        unit.journal(world.case_id, "event_said", {})
        unit.flush()
        assert not unit.pending.changes(t.case, world.case_id)

    with db.unit(ENGINE) as unit:
        row = unit.connection.execute(select(t.case).where(t.case.c.id == world.case_id)).one()
        assert (row.facts, row.version, row.journal_seq) == ('{"urgent": true}', 2, 2)


def test_a_savepoint_that_is_undone_forgets_what_was_gathered_in_it(db: Database, world: World) -> None:
    with db.unit(ENGINE) as unit:
        unit.pending.add(t.subscription, [_subscription(world, "before")])
        with pytest.raises(ZeroDivisionError), unit.savepoint():  # noqa: PT012 - what was gathered before it raises
            unit.pending.add(t.subscription, [_subscription(world, "within")])
            _ = 1 // 0

    with db.unit(ENGINE) as unit:
        assert _messages(unit) == ["before"]


def test_rows_that_the_actor_may_not_write_are_refused(db: Database, world: World) -> None:
    with pytest.raises(Exception, match="row-level security"), db.unit(world.west) as unit:
        unit.pending.add(t.notice, [_notice(world, unit.now, "甲")])


def test_a_row_that_does_not_fit_undoes_all_others(db: Database, world: World) -> None:
    with pytest.raises(IntegrityError), db.unit(ENGINE) as unit:  # noqa: PT012 - it raises where both are written
        unit.pending.add(t.subscription, [_subscription(world, "returned")])
        unit.pending.change(t.work_item, world.item_id, stage=9)

    with db.unit(ENGINE) as unit:
        assert _messages(unit) == []


def _notice(world: World, at: object, sentence: str) -> dict[str, object]:
    unit_id = next(iter(world.east.unit_ids))
    told = {"about": "P09-T1", "kind": "told", "sentence": sentence, "at": at}
    return {"case_id": world.case_id, "unit_id": unit_id, "work_item_id": world.item_id, **told}


def _subscription(world: World, message: str) -> dict[str, object]:
    return {"instance_id": world.instance_id, "case_id": world.case_id, "message": message}


def _messages(unit: Unit) -> list[str]:
    """Return what instances wait for, beside what the world's instance waits for from the beginning."""
    message = t.subscription.c.message
    return list(unit.connection.scalars(select(message).where(message != "guardian_resumed").order_by(message)))

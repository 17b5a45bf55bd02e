"""What two verbs hold while both run: starts of one child exclude each other, and block nobody else."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from engine.service.unit import Database, Unit
from engine.store import casework as rows
from engine.store import tables as t
from tests.store.kit import ENGINE, World, a_world


@pytest.fixture
def world(db: Database) -> World:
    return a_world(db)


def impatient(unit: Unit) -> Unit:
    """Let the unit fail rather than wait."""
    unit.connection.execute(text("SET LOCAL lock_timeout = '100ms'"))
    return unit


def test_two_starts_for_one_child_wait_for_each_other(db: Database, world: World) -> None:
    with db.unit(ENGINE) as first:
        rows.lock_child(first.connection, world.child_id)
        with pytest.raises(OperationalError, match="lock timeout"), db.unit(ENGINE) as second:
            rows.lock_child(impatient(second).connection, world.child_id)


def test_a_start_for_a_child_leaves_the_file_to_whoever_holds_the_case(db: Database, world: World) -> None:
    with db.unit(ENGINE) as start, db.unit(ENGINE) as completion:
        rows.lock_case(completion.connection, world.case_id)
        rows.lock_child(start.connection, world.child_id)
        impatient(completion).pending.change(t.child, world.child_id, version=2)
        completion.flush()


def test_what_two_cases_learn_of_one_child_is_taken_one_after_the_other(db: Database, world: World) -> None:
    with db.unit(ENGINE) as first:
        assert rows.child_to_change(first.connection, world.child_id) is not None
        with pytest.raises(OperationalError, match="lock timeout"), db.unit(ENGINE) as second:
            rows.child_to_change(impatient(second).connection, world.child_id)

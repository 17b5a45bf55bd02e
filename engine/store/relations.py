"""Relatives of children. Never commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, insert, or_, select, update

from engine.store.children import relation
from engine.store.schema import AnyRow


def add(connection: Connection, **values: Any) -> None:
    connection.execute(insert(relation).values(**values))


def of_child(connection: Connection, child_id: int) -> Sequence[AnyRow]:
    """Return the relatives that stand in a file now."""
    wanted = select(relation).where(relation.c.child_id == child_id, relation.c.ended_at.is_(None))
    return connection.execute(wanted.order_by(relation.c.id)).all()


def by_id(connection: Connection, relation_id: int) -> AnyRow | None:
    return connection.execute(select(relation).where(relation.c.id == relation_id)).one_or_none()


def end(connection: Connection, row: Any, at: datetime) -> list[int]:
    """End a relation, and its other half where two files are linked; return the files that it stood in."""
    half = and_(relation.c.child_id == row.other_id, relation.c.other_id == row.child_id)
    these = and_(
        or_(relation.c.id == row.id, half) if row.other_id else relation.c.id == row.id, relation.c.ended_at.is_(None)
    )
    ended = update(relation).where(these).values(ended_at=at, version=relation.c.version + 1)
    return sorted({one.child_id for one in connection.execute(ended.returning(relation.c.child_id))})


def move(connection: Connection, from_id: int, to_id: int) -> list[int]:
    """Let the relations of a file belong to another; a link between the two is ended by itself. Return their ids."""
    own = update(relation).where(relation.c.child_id == from_id, relation.c.other_id.is_distinct_from(to_id))
    moved = list(connection.scalars(own.values(child_id=to_id).returning(relation.c.id)))
    theirs = update(relation).where(relation.c.other_id == from_id, relation.c.child_id != to_id)
    connection.execute(theirs.values(other_id=to_id))
    return moved


def move_back(connection: Connection, ids: Sequence[int], to_id: int, from_id: int) -> None:
    connection.execute(update(relation).where(relation.c.id.in_(ids)).values(child_id=to_id))
    pairs = select(relation.c.other_id).where(relation.c.id.in_(ids), relation.c.other_id.is_not(None))
    halves = and_(relation.c.other_id == from_id, relation.c.child_id.in_(pairs))
    connection.execute(update(relation).where(halves).values(other_id=to_id))

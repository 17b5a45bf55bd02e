"""The register: which children stand in it, since when, and why or why not. Never commits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Date, ForeignKey, Index, Row, Table, Text, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from engine.store.cases import child
from engine.store.org import area
from engine.store.schema import both_or_neither, metadata, moment, one_of, reference

#: One row a child, as the last decision left it; the decisions themselves are in the journal.
#: ``outside``: looked at and not in scope. ``why`` is the sentence of the scope rule: no name, no place.
register_entry = Table(
    "register_entry",
    metadata,
    Column("child_id", ForeignKey("child.id"), primary_key=True),
    Column("state", Text, nullable=False),
    Column("in_scope", Boolean, nullable=False),
    Column("why", Text, nullable=False),
    Column("since", Date, nullable=False),
    Column("reason", Text),
    Column("exit_on", Date),
    reference("case_id", "case.id"),
    moment("decided_at"),
    one_of("state", "listed", "exited", "outside"),
    both_or_neither("exit", "state = 'exited'", "exit_on IS NOT NULL"),
)
Index(None, register_entry.c.state)
Index(None, register_entry.c.case_id)


def entry_of(connection: Connection, child_id: int) -> Row[Any] | None:
    """Return what the register says of a child, or None where nobody has decided yet."""
    return connection.execute(select(register_entry).where(register_entry.c.child_id == child_id)).one_or_none()


def put(connection: Connection, child_id: int, values: Mapping[str, Any]) -> None:
    """Write what was decided of a child."""
    made = upsert(register_entry).values(child_id=child_id, **values)
    connection.execute(made.on_conflict_do_update(index_elements=[register_entry.c.child_id], set_=dict(values)))


def counts(connection: Connection, below: str, since: date) -> dict[str, int]:
    """Return how many children of an area and below it are listed, and how many came and left since a day."""
    listed, left = register_entry.c.state == "listed", register_entry.c.state == "exited"
    counted = {
        "listed_count": func.count().filter(listed),
        "new_count": func.count().filter(listed, register_entry.c.since >= since),
        "left_count": func.count().filter(left, register_entry.c.exit_on >= since),
    }
    wanted = (
        select(*(column.label(name) for name, column in counted.items()))
        .join(child, child.c.id == register_entry.c.child_id)
        .join(area, area.c.id == child.c.area_id)
        .where((area.c.key == below) | area.c.key.startswith(f"{below}.", autoescape=True))
    )
    return dict(connection.execute(wanted).mappings().one())


def entries(
    connection: Connection, *, state: str | None = "listed", below: str | None = None, since: date | None = None
) -> Sequence[Row[Any]]:
    """Return the entries that the acting person may see, by area and code, with the child's sealed file.

    ``below``: the key of an area; only children who live in it or below. ``since``: listed on that day or later.
    """
    wanted = (
        select(register_entry, child.c.code, child.c.sealed, child.c.key_id, area.c.key.label("area_key"))
        .join(child, child.c.id == register_entry.c.child_id)
        .outerjoin(area, area.c.id == child.c.area_id)
        .where(child.c.merged_into.is_(None))
    )
    if state is not None:
        wanted = wanted.where(register_entry.c.state == state)
    if below is not None:
        wanted = wanted.where((area.c.key == below) | area.c.key.startswith(f"{below}.", autoescape=True))
    if since is not None:
        wanted = wanted.where(register_entry.c.since >= since)
    return connection.execute(wanted.order_by(area.c.key, child.c.code)).all()


def states_of(connection: Connection, child_ids: Sequence[int]) -> dict[int, Row[Any]]:
    """Return what the register says of these children, as far as the acting person may see."""
    wanted = select(register_entry).where(register_entry.c.child_id.in_(child_ids))
    return {row.child_id: row for row in connection.execute(wanted)}

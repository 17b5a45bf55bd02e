"""What belongs to a child's file beside the row itself: indexes, readers, changes, relations, and who looked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    func,
    insert,
    select,
    text,
    tuple_,
)

from engine.store.cases import case, child
from engine.store.org import person, unit
from engine.store.schema import AnyRow, hex_digest, identity, metadata, moment, one_of, reference, words

#: Blind indexes of a child's file: equal texts have equal digests, and nobody without the key can make one.
child_index = Table(
    "child_index",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("digest", LargeBinary, primary_key=True),
    reference("child_id", "child.id", primary_key=True),
    one_of("kind", "name", "initials", "birth", "school", "student", "name_birth", "initials_birth"),
    CheckConstraint("octet_length(digest) = 32", name="digest"),
)
Index(None, child_index.c.child_id)

#: Which units keep the register in which the child stands, and so may read its file.
child_access = Table(
    "child_access",
    metadata,
    reference("child_id", "child.id", primary_key=True),
    reference("unit_id", "unit.id", primary_key=True),
    moment("since"),
    Column("why", Text, nullable=False),
)
Index(None, child_access.c.unit_id, child_access.c.child_id)

#: Every change of a child's file; the values before and after, the reason and the source lie sealed.
child_change = Table(
    "child_change",
    metadata,
    identity(),
    reference("child_id", "child.id"),
    moment("at"),
    reference("person_id", "person.id", nullable=True),
    reference("unit_id", "unit.id", nullable=True),
    Column("kind", Text, nullable=False),
    # Keys of the fields, parted by spaces.
    Column("keys", Text, nullable=False, server_default=text("''")),
    Column("sealed", LargeBinary, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("digest", Text, nullable=False),
    hex_digest("digest"),
    one_of("kind", "opened", "answered", "edited", "roster", "related", "merged", "parted"),
)
Index(None, child_change.c.child_id, child_change.c.id)

#: Who belongs to the child; a brother or sister may have a file too.
relation = Table(
    "relation",
    metadata,
    identity(),
    reference("child_id", "child.id"),
    Column("kind", Text, nullable=False),
    reference("other_id", "child.id", nullable=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("key_id", Text, nullable=False),
    moment("at"),
    moment("ended_at", nullable=True),
    Column("version", Integer, nullable=False, server_default=text("1")),
    CheckConstraint("other_id <> child_id", name="not_its_own"),
    one_of("kind", "father", "mother", "carer", "sibling", "grandparent", "other"),
)
Index(None, relation.c.child_id)
Index(None, relation.c.other_id, postgresql_where=relation.c.other_id.is_not(None))

#: Who looked for children, and who read a file; only ever added to.
child_look = Table(
    "child_look",
    metadata,
    identity(),
    reference("person_id", "person.id"),
    reference("unit_id", "unit.id", nullable=True),
    moment("at"),
    Column("kind", Text, nullable=False),
    reference("child_id", "child.id", nullable=True),
    words("asked"),
    Column("found", Integer, nullable=False, server_default=text("0")),
    Column("withheld", Integer, nullable=False, server_default=text("0")),
    one_of("kind", "search", "doubles", "read", "list"),
)
Index(None, child_look.c.person_id, child_look.c.at)
Index(None, child_look.c.child_id, postgresql_where=child_look.c.child_id.is_not(None))


def unindexed(connection: Connection, most: int) -> Sequence[AnyRow]:
    """Return files that are not indexed yet, locked; what another run holds is left to it."""
    wanted = select(child).where(child.c.indexed == 0).order_by(child.c.id).limit(most)
    return connection.execute(wanted.with_for_update(skip_locked=True)).all()


def changes_of(connection: Connection, child_id: int) -> Sequence[AnyRow]:
    """Return the changes of a file with the names of who made them, the latest first."""
    wanted = (
        select(child_change, person.c.name.label("person_name"), unit.c.name.label("unit_name"))
        .outerjoin(person, person.c.id == child_change.c.person_id)
        .outerjoin(unit, unit.c.id == child_change.c.unit_id)
        .where(child_change.c.child_id == child_id)
        .order_by(child_change.c.id.desc())
    )
    return connection.execute(wanted).all()


def with_any(connection: Connection, keys: Collection[tuple[str, bytes]], most: int) -> list[tuple[int, str]]:
    """Return (child, kind) of files with one of these indexes."""
    wanted = select(child_index.c.child_id, child_index.c.kind).where(
        tuple_(child_index.c.kind, child_index.c.digest).in_(sorted(keys))
    )
    return [(row.child_id, row.kind) for row in connection.execute(wanted.distinct().limit(most))]


def sharing(connection: Connection, keys: Collection[tuple[str, bytes]]) -> dict[int, frozenset[str]]:
    """Return by child which of these indexes it has, for files that share a name, initials or a student number.

    A birthday or a school alone is shared by too many to say anything.
    """
    telling = [one for one in sorted(keys) if one[0] in {"name", "initials", "student"}]
    pair = tuple_(child_index.c.kind, child_index.c.digest)
    near = select(child_index.c.child_id).where(pair.in_(telling))
    wanted = select(child_index.c.child_id, child_index.c.kind).where(
        pair.in_(sorted(keys)), child_index.c.child_id.in_(near)
    )
    found: dict[int, set[str]] = {}
    for row in connection.execute(wanted) if telling else ():
        found.setdefault(row.child_id, set()).add(row.kind)
    return {child_id: frozenset(kinds) for child_id, kinds in found.items()}


def by_code(connection: Connection, code: str) -> list[int]:
    return list(connection.scalars(select(child.c.id).where(child.c.code == code)))


def by_id_index(connection: Connection, index: bytes, jurisdiction: str) -> list[int]:
    wanted = select(child.c.id).where(child.c.id_no_index == index, child.c.jurisdiction == jurisdiction)
    return list(connection.scalars(wanted))


def standing(connection: Connection, ids: Collection[int], jurisdiction: str) -> Sequence[AnyRow]:
    """Return these files of a jurisdiction, without those that were merged into another."""
    wanted = select(child).where(
        child.c.id.in_(ids), child.c.jurisdiction == jurisdiction, child.c.merged_into.is_(None)
    )
    return connection.execute(wanted.order_by(child.c.id)).all()


def targets(connection: Connection, ids: Collection[int]) -> dict[int, int]:
    """Return where merged files went, by their id."""
    wanted = select(child.c.id, child.c.merged_into).where(child.c.id.in_(ids), child.c.merged_into.is_not(None))
    return {row.id: row.merged_into for row in connection.execute(wanted)}


def in_register_of(connection: Connection, child_id: int, unit_ids: Collection[int]) -> bool:
    """Say whether one of the units keeps the register in which the child stands."""
    wanted = select(child_access.c.child_id).where(
        child_access.c.child_id == child_id, child_access.c.unit_id.in_(unit_ids)
    )
    return connection.execute(wanted.limit(1)).first() is not None


def looks_since(connection: Connection, person_id: int, since: datetime) -> AnyRow:
    """Return how often a person searched since then (searches), and how much was withheld (withheld)."""
    wanted = select(
        func.count().label("searches"), func.coalesce(func.sum(child_look.c.withheld), 0).label("withheld")
    ).where(child_look.c.person_id == person_id, child_look.c.at > since, child_look.c.kind.in_(("search", "doubles")))
    return connection.execute(wanted).one()


def add_look(connection: Connection, **values: Any) -> None:
    """Record that somebody looked for children, or read a file."""
    connection.execute(insert(child_look).values(**values))


def in_registers(
    connection: Connection, unit_ids: Collection[int], area_ids: Collection[int] | None, *, after: int, most: int
) -> Sequence[AnyRow]:
    """Return children in the registers of these units beyond ``after``, by id; ``area_ids``: who live there only."""
    wanted = select(child).where(child.c.id.in_(_listed(unit_ids)), child.c.merged_into.is_(None), child.c.id > after)
    if area_ids is not None:
        wanted = wanted.where(child.c.area_id.in_(area_ids))
    return connection.execute(wanted.order_by(child.c.id).limit(most)).all()


def count_in_registers(connection: Connection, unit_ids: Collection[int], area_ids: Collection[int] | None) -> int:
    """Return how many children stand in the registers of these units."""
    wanted = select(func.count()).where(child.c.id.in_(_listed(unit_ids)), child.c.merged_into.is_(None))
    if area_ids is not None:
        wanted = wanted.where(child.c.area_id.in_(area_ids))
    return int(connection.scalar(wanted) or 0)


def _listed(unit_ids: Collection[int]) -> Any:
    return select(child_access.c.child_id).where(child_access.c.unit_id.in_(unit_ids))


def latest_change(connection: Connection, child_id: int) -> int | None:
    """Return the id of the last change of a file."""
    found: int | None = connection.scalar(
        select(func.max(child_change.c.id)).where(child_change.c.child_id == child_id)
    )
    return found


def readers_of(connection: Connection, child_id: int) -> frozenset[int]:
    """Return the units in whose register a child stands."""
    wanted = select(child_access.c.unit_id).where(child_access.c.child_id == child_id)
    return frozenset(connection.scalars(wanted))


def merged_of(connection: Connection, child_id: int) -> Sequence[AnyRow]:
    """Return the files that were merged into this one."""
    return connection.execute(select(child).where(child.c.merged_into == child_id).order_by(child.c.id)).all()


def readable(connection: Connection, ids: Collection[int]) -> Sequence[AnyRow]:
    """Return those of these files that the acting person may see."""
    return connection.execute(select(child.c.id, child.c.code).where(child.c.id.in_(ids))).all()


def changes_raw(connection: Connection, child_id: int, kind: str) -> AnyRow | None:
    """Return the latest change of this kind."""
    wanted = select(child_change).where(child_change.c.child_id == child_id, child_change.c.kind == kind)
    return connection.execute(wanted.order_by(child_change.c.id.desc()).limit(1)).one_or_none()


def open_cases(connection: Connection, child_ids: Collection[int]) -> list[int]:
    """Return the open cases of these children, in the order in which every verb locks them."""
    wanted = select(case.c.id).where(case.c.child_id.in_(child_ids), case.c.state == "open")
    return list(connection.scalars(wanted.order_by(case.c.id)))


def cases_of(connection: Connection, child_id: int) -> list[int]:
    return list(connection.scalars(select(case.c.id).where(case.c.child_id == child_id).order_by(case.c.id)))

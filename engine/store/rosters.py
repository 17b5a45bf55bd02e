"""Rosters that came as spreadsheets: the file until it is read, its rows until they are decided. All of it sealed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    and_,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from engine.store.cases import case as case_table
from engine.store.cases import child
from engine.store.children import child_access
from engine.store.schema import AnyRow, both_or_neither, hex_digest, identity, metadata, moment, one_of, reference

roster = Table(
    "roster",
    metadata,
    identity(),
    Column("jurisdiction", Text, nullable=False),
    reference("unit_id", "unit.id"),
    reference("person_id", "person.id"),
    moment("at"),
    Column("name_sealed", LargeBinary, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("content", LargeBinary),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("header_digest", Text),
    Column("header_sealed", LargeBinary),
    Column("mapping", Text, nullable=False, server_default=text("'{}'")),
    Column("done", Integer, nullable=False, server_default=text("0")),
    Column("total", Integer, nullable=False, server_default=text("0")),
    Column("problem", Text, nullable=False, server_default=text("''")),
    moment("changed_at"),
    Column("version", Integer, nullable=False, server_default=text("1")),
    hex_digest("digest"),
    one_of("kind", "xlsx", "csv"),
    one_of("state", "received", "mapping", "queued", "reading", "ready", "applying", "done", "failed"),
    CheckConstraint("mapping IS JSON OBJECT AND octet_length(mapping) <= 16384", name="mapping"),
)
Index(None, roster.c.unit_id, roster.c.id)
Index(
    "ix_roster_work",
    roster.c.id,
    postgresql_where=roster.c.state.in_(("received", "queued", "reading", "applying")),
)

roster_row = Table(
    "roster_row",
    metadata,
    Column("roster_id", BigInteger, ForeignKey("roster.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("sheet", Integer, nullable=False),
    Column("line", Integer, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    reference("child_id", "child.id", nullable=True),
    Column("keys", Text, nullable=False, server_default=text("''")),
    Column("problem", Text, nullable=False, server_default=text("''")),
    Column("decision", Text),
    moment("applied_at", nullable=True),
    one_of("outcome", "same", "changed", "new", "missing", "bad"),
    one_of("decision", "accept", "reject"),
    both_or_neither("missing", "outcome = 'missing'", "line = 0"),
)
Index(None, roster_row.c.roster_id, roster_row.c.outcome, roster_row.c.seq)
Index(None, roster_row.c.child_id, postgresql_where=roster_row.c.child_id.is_not(None))

#: Which column meant what, as a unit said it the last time for a table with the same head.
roster_mapping = Table(
    "roster_mapping",
    metadata,
    reference("unit_id", "unit.id", primary_key=True),
    Column("header_digest", Text, primary_key=True),
    Column("mapping", Text, nullable=False),
    moment("at"),
    CheckConstraint("mapping IS JSON OBJECT AND octet_length(mapping) <= 16384", name="mapping"),
)


_WITHOUT_CONTENT = [column for column in roster.c if column.name != "content"]


def add(connection: Connection, **values: Any) -> int:
    """Insert a roster and return its id."""
    made: int = connection.execute(insert(roster).values(**values).returning(roster.c.id)).scalar_one()
    return made


def of_units(connection: Connection, unit_ids: Collection[int], most: int) -> Sequence[AnyRow]:
    """Return the rosters of these units, the latest first."""
    wanted = select(*_WITHOUT_CONTENT).where(roster.c.unit_id.in_(unit_ids)).order_by(roster.c.id.desc()).limit(most)
    return connection.execute(wanted).all()


def by_id(connection: Connection, roster_id: int, *, content: bool = False) -> AnyRow | None:
    columns = list(roster.c) if content else _WITHOUT_CONTENT
    return connection.execute(select(*columns).where(roster.c.id == roster_id)).one_or_none()


def change(connection: Connection, roster_id: int, *, seen: int | None = None, **values: Any) -> bool:
    """Change a roster; where ``seen`` is given, only if nobody has changed it since. Say whether it was."""
    mine = roster.c.id == roster_id
    if seen is not None:
        mine = and_(mine, roster.c.version == seen)
    changed = update(roster).where(mine).values(version=roster.c.version + 1, **values)
    return connection.execute(changed).rowcount == 1


def progress(connection: Connection, roster_id: int, *, held: int, done: int, total: int, at: datetime) -> bool:
    """Say how far the work is; False where another worker has taken the roster over."""
    mine = and_(roster.c.id == roster_id, roster.c.version == held)
    return connection.execute(update(roster).where(mine).values(done=done, total=total, changed_at=at)).rowcount == 1


def take_work(connection: Connection, *, now: datetime, stale: datetime) -> AnyRow | None:
    """Return a roster that waits to be read or applied, or whose worker has died, taken for this one."""
    waits = or_(roster.c.state == "queued", and_(roster.c.state == "applying", roster.c.done < 0))
    left = and_(roster.c.state.in_(("reading", "applying")), roster.c.changed_at < stale)
    wanted = select(roster.c.id, roster.c.state).where(or_(waits, left)).order_by(roster.c.id).limit(1)
    row = connection.execute(wanted.with_for_update(skip_locked=True)).one_or_none()
    if row is None:
        return None
    state = "applying" if row.state == "applying" else "reading"
    change(connection, row.id, state=state, done=0, changed_at=now)
    return by_id(connection, row.id, content=True)


def mapping_of(connection: Connection, unit_id: int, header_digest: str) -> str | None:
    wanted = select(roster_mapping.c.mapping).where(
        roster_mapping.c.unit_id == unit_id, roster_mapping.c.header_digest == header_digest
    )
    return connection.scalar(wanted)


def remember_mapping(connection: Connection, *, unit_id: int, header_digest: str, mapping: str, at: datetime) -> None:
    made = upsert(roster_mapping).values(unit_id=unit_id, header_digest=header_digest, mapping=mapping, at=at)
    keys = [roster_mapping.c.unit_id, roster_mapping.c.header_digest]
    connection.execute(made.on_conflict_do_update(index_elements=keys, set_={"mapping": mapping, "at": at}))


def drop_rows(connection: Connection, roster_id: int) -> None:
    connection.execute(delete(roster_row).where(roster_row.c.roster_id == roster_id))


def counts(connection: Connection, roster_id: int) -> dict[tuple[str, str], int]:
    """Return how many rows there are by outcome and by what became of them.

    The second is ``applied``, ``accept``, ``reject`` or ``open``.
    """
    fate = case((roster_row.c.applied_at.is_not(None), "applied"), else_=func.coalesce(roster_row.c.decision, "open"))
    wanted = select(roster_row.c.outcome, fate.label("fate"), func.count().label("many")).where(
        roster_row.c.roster_id == roster_id
    )
    return {
        (row.outcome, row.fate): row.many for row in connection.execute(wanted.group_by(roster_row.c.outcome, fate))
    }


def rows_of(
    connection: Connection, roster_id: int, outcomes: Collection[str], *, after: int, most: int
) -> Sequence[AnyRow]:
    """Return rows of these outcomes beyond ``after``, in the order of the file, with the child's file if any."""
    wanted = (
        select(roster_row, child.c.code, child.c.sealed.label("file"), child.c.key_id.label("file_key"))
        .outerjoin(child, child.c.id == roster_row.c.child_id)
        .where(roster_row.c.roster_id == roster_id, roster_row.c.outcome.in_(outcomes), roster_row.c.seq > after)
    )
    return connection.execute(wanted.order_by(roster_row.c.seq).limit(most)).all()


def decide(
    connection: Connection,
    roster_id: int,
    decision: str | None,
    *,
    outcome: str | None = None,
    seqs: Collection[int] = (),
) -> int:
    """Note a decision on rows that are not applied; of a whole outcome only on those that need no second look."""
    these = and_(roster_row.c.roster_id == roster_id, roster_row.c.applied_at.is_(None))
    open_ones = roster_row.c.outcome.in_(("changed", "new", "missing"))
    if outcome is not None:
        which = and_(roster_row.c.outcome == outcome, roster_row.c.problem == "")
    else:
        which = roster_row.c.seq.in_(seqs)
    return connection.execute(update(roster_row).where(these, open_ones, which).values(decision=decision)).rowcount


def to_apply(connection: Connection, roster_id: int, most: int) -> Sequence[AnyRow]:
    """Return accepted rows that are not applied yet."""
    wanted = select(roster_row).where(
        roster_row.c.roster_id == roster_id, roster_row.c.decision == "accept", roster_row.c.applied_at.is_(None)
    )
    return connection.execute(wanted.order_by(roster_row.c.seq).limit(most)).all()


def set_applied(connection: Connection, roster_id: int, children: Sequence[tuple[int, int]], at: datetime) -> None:
    """Note that rows were applied, each to its child."""
    statement = text(
        "UPDATE roster_row r SET applied_at = :at, child_id = given.child_id"
        " FROM unnest(CAST(:seqs AS int[]), CAST(:ids AS bigint[])) AS given(seq, child_id)"
        " WHERE r.roster_id = :roster_id AND r.seq = given.seq"
    )
    values = {"seqs": [seq for seq, _ in children], "ids": [child_id for _, child_id in children]}
    connection.execute(statement, {"roster_id": roster_id, "at": at, **values})


def to_enrol(connection: Connection, *, after: int, most: int) -> Sequence[AnyRow]:
    """Return the children with a number above ``after`` whom a roster brought and who never had a case.

    Each with its ``jurisdiction`` and the ``unit_id`` of a roster that brought it.
    """
    has_case = select(case_table.c.id).where(case_table.c.child_id == roster_row.c.child_id).exists()
    wanted = (
        select(roster_row.c.child_id, child.c.jurisdiction, func.min(roster.c.unit_id).label("unit_id"))
        .group_by(roster_row.c.child_id, child.c.jurisdiction)
        .join(roster, roster.c.id == roster_row.c.roster_id)
        .join(child, child.c.id == roster_row.c.child_id)
        .where(roster_row.c.outcome == "new", roster_row.c.applied_at.is_not(None), roster_row.c.child_id > after)
        .where(child.c.merged_into.is_(None), ~has_case)
    )
    return connection.execute(wanted.order_by(roster_row.c.child_id).limit(most)).all()


def by_id_numbers(connection: Connection, indexes: Collection[bytes], jurisdiction: str) -> dict[bytes, int]:
    """Return the standing file with each of these ID numbers."""
    found = connection.execute(_BY_ID, {"digests": list(indexes), "jurisdiction": jurisdiction})
    return {bytes(row.digest): row.id for row in found}


def by_index(
    connection: Connection, kind: str, digests: Collection[bytes], jurisdiction: str
) -> dict[bytes, list[int]]:
    """Return the standing files with each of these indexes of one kind."""
    given = {"kind": kind, "digests": list(digests), "jurisdiction": jurisdiction}
    found: dict[bytes, list[int]] = {}
    for row in connection.execute(_BY_KIND, given) if digests else ():
        found.setdefault(bytes(row.digest), []).append(row.id)
    return found


# Lists go as one array each: thousands of parameters would take longer to write than to look up.
_BY_ID = text(
    """
    SELECT c.id_no_index AS digest, c.id FROM child c
    WHERE c.id_no_index = ANY (CAST(:digests AS bytea[])) AND c.jurisdiction = :jurisdiction
      AND c.merged_into IS NULL
    ORDER BY c.id DESC
    """
)
_BY_KIND = text(
    """
    SELECT i.digest, c.id FROM child_index i JOIN child c ON c.id = i.child_id
    WHERE i.kind = :kind AND i.digest = ANY (CAST(:digests AS bytea[])) AND c.jurisdiction = :jurisdiction
      AND c.merged_into IS NULL
    ORDER BY c.id DESC
    """
)


def files(connection: Connection, ids: Collection[int], unit_id: int) -> dict[int, AnyRow]:
    """Return these files with whether the unit's register has them (listed)."""
    listed = (
        select(child_access.c.child_id)
        .where(child_access.c.child_id == child.c.id, child_access.c.unit_id == unit_id)
        .exists()
    )
    wanted = select(child, listed.label("listed")).where(child.c.id.in_(ids))
    return {row.id: row for row in connection.execute(wanted)}


def files_to_change(connection: Connection, ids: Collection[int]) -> dict[int, AnyRow]:
    """Return these files, locked, in one order whoever asks."""
    wanted = select(child).where(child.c.id.in_(ids)).order_by(child.c.id).with_for_update(key_share=True)
    return {row.id: row for row in connection.execute(wanted)}


def missing(connection: Connection, roster_id: int, unit_id: int) -> list[int]:
    """Return the children of a unit's register of whom no row of the roster tells."""
    told = select(roster_row.c.child_id).where(roster_row.c.roster_id == roster_id, roster_row.c.child_id.is_not(None))
    wanted = (
        select(child.c.id)
        .join(child_access, child_access.c.child_id == child.c.id)
        .where(child_access.c.unit_id == unit_id, child.c.merged_into.is_(None), child.c.id.not_in(told))
    )
    return list(connection.scalars(wanted.order_by(child.c.id)))


def take_numbers(connection: Connection, name: str, year: int, many: int) -> int:
    """Count up by many at once and return the first of them."""
    counted = text(
        "INSERT INTO counter (name, year, value) VALUES (:name, :year, :many)"
        " ON CONFLICT (name, year) DO UPDATE SET value = counter.value + :many RETURNING value"
    )
    return int(connection.execute(counted, {"name": name, "year": year, "many": many}).scalar_one()) - many + 1


def add_children(connection: Connection, rows: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Insert files and return the id of each by its code."""
    made = connection.execute(insert(child).returning(child.c.id, child.c.code), list(rows))
    return {row.code: row.id for row in made}

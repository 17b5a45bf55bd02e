"""The journal, its anchors and the record of reads: rows are added, never changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import groupby
from types import MappingProxyType

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    TextClause,
    UniqueConstraint,
    insert,
    select,
    text,
    tuple_,
)

from engine.core.journal import Entry, Stored
from engine.store.acts import item_act
from engine.store.cases import case, incident, instance, work_item
from engine.store.limits import limit_change
from engine.store.notices import notice
from engine.store.org import unit
from engine.store.paper import attachment, document
from engine.store.papers import paper_issue, paper_step
from engine.store.schema import AnyRow, hex_digest, identity, metadata, moment, reference

#: An entry that changes nothing of the case but the end of its journal.
NO_CHANGES: Mapping[str, object] = MappingProxyType({})

journal = Table(
    "journal",
    metadata,
    identity(),
    reference("case_id", "case.id"),
    Column("seq", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    moment("happened_at"),
    moment("recorded_at"),
    reference("person_id", "person.id", nullable=True),
    reference("unit_id", "unit.id", nullable=True),
    Column("role", Text),
    Column("on_behalf_of", Text),
    Column("body", Text, nullable=False),
    Column("prev", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    UniqueConstraint("case_id", "seq"),
    CheckConstraint("seq > 0", name="seq"),
    CheckConstraint("octet_length(prev) = 32 AND octet_length(hash) = 32", name="chain"),
    CheckConstraint("body IS JSON OBJECT", name="body"),
)
Index(None, journal.c.kind, journal.c.happened_at)

anchor = Table(
    "anchor",
    metadata,
    identity(),
    moment("at"),
    Column("case_count", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    CheckConstraint("case_count >= 0", name="case_count"),
    hex_digest("digest"),
)

access = Table(
    "access",
    metadata,
    identity(),
    reference("case_id", "case.id"),
    reference("person_id", "person.id"),
    reference("unit_id", "unit.id", nullable=True),
    moment("at"),
    Column("what", Text, nullable=False),
)
Index(None, access.c.case_id, access.c.at)
Index(None, access.c.person_id, access.c.at)

# One statement, so that the head moves if and only if the entries are written, and only from
# where this transaction found it. What else changes of the case goes with it.
_APPEND = """
    WITH moved AS (
        UPDATE "case" SET journal_seq = :seq, journal_head = :head{changes}
        WHERE id = :case_id AND journal_seq = :before
        RETURNING id
    )
    INSERT INTO journal (case_id, seq, kind, happened_at, recorded_at, person_id, unit_id, role,
                         on_behalf_of, body, prev, hash)
    SELECT moved.id, entry.*
    FROM moved, unnest(
        CAST(:seqs AS bigint[]), CAST(:kinds AS text[]), CAST(:happened AS timestamptz[]),
        CAST(:recorded AS timestamptz[]), CAST(:persons AS bigint[]), CAST(:units AS bigint[]),
        CAST(:roles AS text[]), CAST(:behalves AS text[]), CAST(:bodies AS text[]),
        CAST(:prevs AS bytea[]), CAST(:hashes AS bytea[])
    ) AS entry
    """


@dataclass(frozen=True, kw_only=True, slots=True)
class Chain:
    """A case's journal with what the case row says of it."""

    case_id: int
    number: str
    length: int
    head: bytes
    entries: Sequence[Stored]


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseTables:
    """What the tables hold of a case, as far as its journal tells it too."""

    case: AnyRow
    instances: Sequence[AnyRow]
    items: Sequence[AnyRow]
    documents: Sequence[AnyRow]
    files: Sequence[int]
    incidents: Sequence[int]
    notices: Sequence[AnyRow]
    limit_changes: Sequence[AnyRow]
    acts: Sequence[AnyRow]
    paper_issues: Sequence[AnyRow]
    paper_steps: Sequence[AnyRow]


class ChainMoved(RuntimeError):
    """The journal of a case was written to by someone who did not lock the case."""


def lock_case(connection: Connection, case_id: int) -> AnyRow | None:
    """Return the case, locked until the transaction ends; None where it cannot be seen."""
    return connection.execute(select(case).where(case.c.id == case_id).with_for_update()).one_or_none()


def append(
    connection: Connection,
    case_id: int,
    *,
    before: int,
    entries: Sequence[Stored],
    changes: Mapping[str, object] = NO_CHANGES,
) -> None:
    """Add entries to a case's journal, move its head and change its row, in one statement.

    Args:
        changes: other columns of the case, by their name.

    Raises:
        ChainMoved: the case cannot be written, or its journal does not end at ``before``.
    """
    plain = [stored.entry for stored in entries]
    values = {
        "case_id": case_id,
        "before": before,
        "seq": plain[-1].seq,
        "head": entries[-1].hash,
        "seqs": [entry.seq for entry in plain],
        "kinds": [entry.kind for entry in plain],
        "happened": [entry.happened_at for entry in plain],
        "recorded": [entry.recorded_at for entry in plain],
        "persons": [entry.person_id for entry in plain],
        "units": [entry.unit_id for entry in plain],
        "roles": [entry.role for entry in plain],
        "behalves": [entry.on_behalf_of for entry in plain],
        "bodies": [entry.body for entry in plain],
        "prevs": [stored.prev for stored in entries],
        "hashes": [stored.hash for stored in entries],
    }
    values |= {f"case_{column}": value for column, value in changes.items()}
    if connection.execute(_append(tuple(changes)), values).rowcount != len(entries):
        message = f"Expected the journal of case {case_id} to end at entry {before}, but it does not"
        raise ChainMoved(message)


@cache
def _append(columns: tuple[str, ...]) -> TextClause:
    """Return the statement that appends and changes these columns of the case."""
    changes = "".join(f", {case.c[column].name} = :case_{column}" for column in columns)
    return text(_APPEND.format(changes=changes))


def add_access(
    connection: Connection, *, case_id: int, person_id: int, unit_id: int | None, at: datetime, what: str
) -> None:
    """Record that a person read something of a case."""
    row = {"case_id": case_id, "person_id": person_id, "unit_id": unit_id, "at": at, "what": what}
    connection.execute(insert(access).values(row))


def add_accesses(
    connection: Connection, case_ids: Sequence[int], *, person_id: int, unit_id: int | None, at: datetime, what: str
) -> None:
    """Record that a person read something of each of these cases."""
    rows = [{"case_id": one, "person_id": person_id, "unit_id": unit_id, "at": at, "what": what} for one in case_ids]
    if rows:
        connection.execute(insert(access), rows)


def entries_of(connection: Connection, case_id: int) -> list[Stored]:
    """Return the journal of a case in order."""
    wanted = select(journal).where(journal.c.case_id == case_id).order_by(journal.c.seq)
    return [_stored(row) for row in connection.execute(wanted)]


def chains(connection: Connection, number: str | None = None) -> Iterator[Chain]:
    """Give every case with its journal, or only the case of this number.

    It is one statement, and so one instant: verbs that commit meanwhile break nothing.
    """
    wanted = (
        select(case.c.id.label("of_case"), case.c.number, case.c.journal_seq, case.c.journal_head, journal)
        .outerjoin(journal, journal.c.case_id == case.c.id)
        .order_by(case.c.id, journal.c.seq)
    )
    if number is not None:
        wanted = wanted.where(case.c.number == number)
    rows = connection.execute(wanted, execution_options={"stream_results": True, "yield_per": 1000})
    for case_id, group in groupby(rows, key=lambda row: row.of_case):
        found = list(group)
        first = found[0]
        yield Chain(
            case_id=case_id,
            number=first.number,
            length=first.journal_seq,
            head=bytes(first.journal_head),
            entries=[_stored(row) for row in found if row.seq is not None],
        )


def hashes_at(connection: Connection, places: Sequence[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
    """Return the hash of the entry at each (case, number) that is there."""
    wanted = select(journal.c.case_id, journal.c.seq, journal.c.hash).where(
        tuple_(journal.c.case_id, journal.c.seq).in_(places)
    )
    return {(row.case_id, row.seq): bytes(row.hash) for row in connection.execute(wanted)}


def add_anchor(connection: Connection, *, at: datetime, case_count: int, digest: str) -> None:
    """Record that the heads of all cases were anchored."""
    connection.execute(insert(anchor).values(at=at, case_count=case_count, digest=digest))


def anchors(connection: Connection) -> Sequence[AnyRow]:
    """Return the anchors (at, case_count, digest), oldest first."""
    return connection.execute(select(anchor).order_by(anchor.c.id)).all()


def heads(connection: Connection) -> list[tuple[int, int, bytes]]:
    """Return (case, number of entries, head) of every case, as an anchor covers them."""
    wanted = select(case.c.id, case.c.journal_seq, case.c.journal_head).order_by(case.c.id)
    return [(row.id, row.journal_seq, bytes(row.journal_head)) for row in connection.execute(wanted)]


def tables_of(connection: Connection, case_id: int) -> CaseTables:
    """Return what the tables hold of a case, to be compared with its journal."""
    other = case.alias()
    row = select(case, other.c.number.label("merged_into_number")).outerjoin(other, other.c.id == case.c.merged_into)
    items = select(work_item, unit.c.key.label("unit_key")).join(unit, unit.c.id == work_item.c.unit_id)
    told = select(notice.c.about, notice.c.kind, unit.c.key.label("unit_key"))
    files = select(attachment.c.id).where(attachment.c.case_id == case_id, attachment.c.kept.is_(True))
    return CaseTables(
        case=connection.execute(row.where(case.c.id == case_id)).one(),
        instances=connection.execute(select(instance).where(instance.c.case_id == case_id)).all(),
        items=connection.execute(items.where(work_item.c.case_id == case_id)).all(),
        documents=connection.execute(select(document).where(document.c.case_id == case_id)).all(),
        files=connection.scalars(files).all(),
        incidents=connection.scalars(select(incident.c.id).where(incident.c.case_id == case_id)).all(),
        notices=connection.execute(
            told.outerjoin(unit, unit.c.id == notice.c.unit_id).where(notice.c.case_id == case_id)
        ).all(),
        limit_changes=connection.execute(select(limit_change).where(limit_change.c.case_id == case_id)).all(),
        acts=connection.execute(select(item_act).where(item_act.c.case_id == case_id)).all(),
        paper_issues=connection.execute(select(paper_issue).where(paper_issue.c.case_id == case_id)).all(),
        paper_steps=connection.execute(select(paper_step).where(paper_step.c.case_id == case_id)).all(),
    )


def _stored(row: AnyRow) -> Stored:
    entry = Entry(
        case_id=row.case_id,
        seq=row.seq,
        kind=row.kind,
        happened_at=row.happened_at,
        recorded_at=row.recorded_at,
        person_id=row.person_id,
        unit_id=row.unit_id,
        role=row.role,
        on_behalf_of=row.on_behalf_of,
        body=row.body,
    )
    return Stored(entry=entry, prev=bytes(row.prev), hash=bytes(row.hash))

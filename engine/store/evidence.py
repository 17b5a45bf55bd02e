"""The journal, its anchors and the record of reads: rows are added, never changed."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from engine.store.schema import hex_digest, identity, metadata, moment, reference

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

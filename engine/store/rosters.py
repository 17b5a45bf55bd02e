"""Rosters that came as spreadsheets: the file until it is read, its rows until they are decided. All of it sealed."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, text

from engine.store.schema import both_or_neither, hex_digest, identity, metadata, moment, one_of, reference

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

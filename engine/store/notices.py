"""Notices: what a unit or a person is told about a case."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Table, Text, false, text

from engine.store.schema import identity, metadata, moment, reference

notice = Table(
    "notice",
    metadata,
    identity(),
    reference("case_id", "case.id"),
    reference("unit_id", "unit.id", nullable=True),
    reference("person_id", "person.id", nullable=True),
    reference("work_item_id", "work_item.id", nullable=True),
    Column("about", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("sentence", Text, nullable=False),
    moment("at"),
    moment("read_at", nullable=True),
    # Whether everybody outside whom it is to reach has a delivery of it.
    Column("spread", Boolean, nullable=False, server_default=text("false")),
    CheckConstraint("unit_id IS NOT NULL OR person_id IS NOT NULL", name="to_somebody"),
)
_unread = notice.c.read_at.is_(None)
Index("ix_notice_unit_unread", notice.c.unit_id, notice.c.at, postgresql_where=_unread)
Index("ix_notice_person_unread", notice.c.person_id, notice.c.at, postgresql_where=_unread)
Index(None, notice.c.case_id)
Index(None, notice.c.work_item_id)
Index("ix_notice_not_spread", notice.c.id, postgresql_where=notice.c.spread == false())

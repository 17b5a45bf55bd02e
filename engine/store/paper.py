"""What was filled in, attached, drawn up and receipted: answers and files lie here encrypted."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)

from engine.store.schema import hex_digest, identity, metadata, moment, one_of, reference

#: The largest file that a form takes, in bytes.
FILE_LIMIT = 10 * 1024 * 1024

MEDIA_TYPES = (
    "application/pdf",
    "image/jpeg",
    "image/png",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)

submission = Table(
    "submission",
    metadata,
    identity(),
    reference("case_id", "case.id"),
    reference("instance_id", "instance.id", nullable=True),
    reference("work_item_id", "work_item.id", nullable=True),
    Column("code", Text, nullable=False),
    reference("person_id", "person.id", nullable=True),
    reference("unit_id", "unit.id", nullable=True),
    moment("at"),
    Column("sealed", LargeBinary, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("digest", Text, nullable=False),
    hex_digest("digest"),
)
Index(None, submission.c.case_id, submission.c.code)
# A task is submitted once, whatever two browsers do.
Index(
    "uq_submission_work_item",
    submission.c.work_item_id,
    unique=True,
    postgresql_where=submission.c.work_item_id.is_not(None),
)

draft = Table(
    "draft",
    metadata,
    Column("work_item_id", BigInteger, ForeignKey("work_item.id", ondelete="CASCADE"), primary_key=True),
    reference("person_id", "person.id", primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("key_id", Text, nullable=False),
    moment("at"),
)

document = Table(
    "document",
    metadata,
    identity(),
    reference("case_id", "case.id"),
    reference("instance_id", "instance.id", nullable=True),
    reference("work_item_id", "work_item.id", nullable=True),
    Column("name", Text, nullable=False),
    Column("number", Text),
    moment("at"),
)
Index(None, document.c.case_id)
Index("uq_document_number", document.c.number, unique=True, postgresql_where=document.c.number.is_not(None))

attachment = Table(
    "attachment",
    metadata,
    identity(),
    reference("case_id", "case.id"),
    reference("work_item_id", "work_item.id", nullable=True),
    reference("person_id", "person.id", nullable=True),
    Column("field", Text, nullable=False),
    Column("name_sealed", LargeBinary, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    moment("at"),
    Column("kept", Boolean, nullable=False, server_default=text("false")),
    hex_digest("sha256"),
    one_of("media_type", *MEDIA_TYPES),
    CheckConstraint(f"size BETWEEN 1 AND {FILE_LIMIT}", name="size"),
)
Index(None, attachment.c.case_id)
Index(None, attachment.c.work_item_id)
Index("ix_attachment_unkept", attachment.c.at, postgresql_where=attachment.c.kept.is_(False))

#: The public form's receipt, known only by the digest of its code.
receipt = Table(
    "receipt",
    metadata,
    Column("digest", Text, primary_key=True),
    reference("case_id", "case.id"),
    moment("at"),
    hex_digest("digest"),
)
Index(None, receipt.c.case_id)

#: Gapless numbers by name and year; the row lock makes them so.
counter = Table(
    "counter",
    metadata,
    Column("name", Text, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("value", BigInteger, nullable=False),
    CheckConstraint("value > 0", name="value"),
)

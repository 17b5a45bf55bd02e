"""What was filled in, attached, drawn up and receipted: answers and files lie here encrypted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
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
    delete,
    func,
    insert,
    or_,
    select,
    text,
    update,
)

from engine.core.papers import STATES
from engine.store.cases import work_item, work_item_unit
from engine.store.schema import AnyRow, hex_digest, identity, metadata, moment, one_of, reference

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
    Column("version", Integer, nullable=False, server_default=text("1")),
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
    Column("state", Text, nullable=False, server_default=text("'made'")),
    one_of("state", *STATES),
)
Index(None, document.c.case_id)
Index(None, document.c.work_item_id)
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

#: How the field of a scan begins that was filed with a paper; it is opened with the paper and nowhere else.
OF_A_PAPER = "paper."
_FROM_A_FORM = ~attachment.c.field.startswith(OF_A_PAPER, autoescape=True)

#: All but the content, which no list reads.
_WITHOUT_CONTENT = [column for column in attachment.c if column.name != "content"]


def item_for_files(connection: Connection, item_id: int, unit_ids: Sequence[int]) -> AnyRow | None:
    """Return an item that one of these units may work (case_id, state, files: how many it has)."""
    theirs = select(work_item_unit.c.work_item_id).where(work_item_unit.c.unit_id.in_(unit_ids))
    files = select(func.count()).where(attachment.c.work_item_id == work_item.c.id).scalar_subquery()
    wanted = select(work_item.c.case_id, work_item.c.state, files.label("files")).where(
        work_item.c.id == item_id,
        or_(work_item.c.unit_id.in_(unit_ids), work_item.c.id.in_(theirs)),
    )
    return connection.execute(wanted).one_or_none()


def add_attachment(connection: Connection, **values: Any) -> int:
    """Insert an attachment and return its id."""
    added: int = connection.execute(insert(attachment).values(**values).returning(attachment.c.id)).scalar_one()
    return added


def attachment_with_content(connection: Connection, attachment_id: int) -> AnyRow | None:
    wanted = select(attachment).where(attachment.c.id == attachment_id, _FROM_A_FORM)
    return connection.execute(wanted).one_or_none()


def item_of_file(connection: Connection, item_id: int) -> AnyRow | None:
    """Return the procedure of a file's item, and the unit that has or did it."""
    wanted = select(work_item.c.procedure, work_item.c.unit_id).where(work_item.c.id == item_id)
    return connection.execute(wanted).one_or_none()


def keep_attachments(
    connection: Connection, item_id: int, ids: Sequence[int], person_id: int | None
) -> Sequence[AnyRow]:
    """Mark an item's own attachments as kept; a person's only where they attached them."""
    own = and_(attachment.c.work_item_id == item_id, attachment.c.id.in_(ids), attachment.c.kept.is_(False))
    if person_id is not None:
        own = and_(own, attachment.c.person_id == person_id)
    return connection.execute(update(attachment).where(own).values(kept=True).returning(*_WITHOUT_CONTENT)).all()


def attachments_of(connection: Connection, case_id: int) -> Sequence[AnyRow]:
    wanted = select(*_WITHOUT_CONTENT).where(attachment.c.case_id == case_id, attachment.c.kept.is_(True), _FROM_A_FORM)
    return connection.execute(wanted.order_by(attachment.c.id)).all()


def attachments_of_item(connection: Connection, item_id: int, person_id: int | None) -> Sequence[AnyRow]:
    seen = or_(attachment.c.kept.is_(True), attachment.c.person_id == person_id)
    wanted = select(*_WITHOUT_CONTENT).where(attachment.c.work_item_id == item_id, seen, _FROM_A_FORM)
    return connection.execute(wanted.order_by(attachment.c.id)).all()


def drop_unkept(connection: Connection, before: datetime) -> int:
    """Delete attachments that no submission kept; return how many."""
    stale = and_(attachment.c.kept.is_(False), attachment.c.at < before)
    return connection.execute(delete(attachment).where(stale)).rowcount

"""Papers as they were issued, and what became of each: both only ever added to. Never commits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    func,
    insert,
    select,
    update,
)

from engine.core import papers as rules
from engine.store.cases import case, instance, work_item
from engine.store.org import unit
from engine.store.paper import attachment, document, submission
from engine.store.schema import AnyRow, hex_digest, identity, metadata, moment, one_of, reference

#: What stood on a paper, from the first print on; a later version never changes it.
paper_issue = Table(
    "paper_issue",
    metadata,
    identity(),
    reference("case_id", "case.id"),
    reference("document_id", "document.id"),
    Column("version", Integer, nullable=False),
    moment("at"),
    reference("person_id", "person.id"),
    reference("unit_id", "unit.id"),
    Column("sealed", LargeBinary, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("digest", Text, nullable=False),
    UniqueConstraint("document_id", "version"),
    hex_digest("digest"),
)
Index(None, paper_issue.c.case_id)

#: What was done with a paper; who received it, where it lies and why stand sealed.
paper_step = Table(
    "paper_step",
    metadata,
    identity(),
    reference("case_id", "case.id"),
    reference("document_id", "document.id"),
    Column("kind", Text, nullable=False),
    moment("at"),
    reference("person_id", "person.id"),
    reference("unit_id", "unit.id"),
    reference("attachment_id", "attachment.id", nullable=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("digest", Text, nullable=False),
    one_of("kind", *rules.ACTS),
    hex_digest("digest"),
)
Index(None, paper_step.c.document_id)
Index(None, paper_step.c.case_id)
Index(None, paper_step.c.attachment_id)

#: The most that a list of a unit's papers shows.
MOST = 200

_PAPER = (
    select(
        document,
        case.c.number.label("case_number"),
        case.c.jurisdiction,
        case.c.child_id,
        work_item.c.unit_id,
        work_item.c.code,
        work_item.c.procedure,
        work_item.c.element,
        instance.c.release_id,
        unit.c.name.label("unit_name"),
    )
    .join(case, case.c.id == document.c.case_id)
    .join(work_item, work_item.c.id == document.c.work_item_id)
    .join(instance, instance.c.id == work_item.c.instance_id)
    .join(unit, unit.c.id == work_item.c.unit_id)
)


def paper_row(connection: Connection, document_id: int) -> AnyRow | None:
    """Return a paper with its case, its task and the unit that made it."""
    return connection.execute(_PAPER.where(document.c.id == document_id)).one_or_none()


def papers_of_units(connection: Connection, unit_ids: Sequence[int], state: str) -> Sequence[AnyRow]:
    """Return the papers that these units made and that are in a state, the oldest first."""
    wanted = _PAPER.where(work_item.c.unit_id.in_(unit_ids), document.c.state == state)
    return connection.execute(wanted.order_by(document.c.at, document.c.id).limit(MOST)).all()


def counts_of_units(connection: Connection, unit_ids: Sequence[int]) -> dict[str, int]:
    """Return how many papers of these units are in each state."""
    wanted = (
        select(document.c.state, func.count().label("many"))
        .join(work_item, work_item.c.id == document.c.work_item_id)
        .where(work_item.c.unit_id.in_(unit_ids))
        .group_by(document.c.state)
    )
    return {row.state: row.many for row in connection.execute(wanted)}


def submission_of(connection: Connection, item_id: int) -> AnyRow | None:
    """Return what was handed in for the task of a paper."""
    return connection.execute(select(submission).where(submission.c.work_item_id == item_id)).one_or_none()


def issues_of(connection: Connection, document_id: int) -> Sequence[AnyRow]:
    """Return the versions of a paper without what stands on them, the first first."""
    columns = [column for column in paper_issue.c if column.name != "sealed"]
    wanted = select(*columns).where(paper_issue.c.document_id == document_id)
    return connection.execute(wanted.order_by(paper_issue.c.version)).all()


def issue_row(connection: Connection, document_id: int, version: int) -> AnyRow | None:
    """Return one version of a paper with what stands on it."""
    wanted = select(paper_issue).where(paper_issue.c.document_id == document_id, paper_issue.c.version == version)
    return connection.execute(wanted).one_or_none()


def steps_of(connection: Connection, document_id: int) -> Sequence[AnyRow]:
    """Return what was done with a paper, the first first."""
    wanted = select(paper_step, unit.c.name.label("unit_name")).join(unit, unit.c.id == paper_step.c.unit_id)
    return connection.execute(wanted.where(paper_step.c.document_id == document_id).order_by(paper_step.c.id)).all()


def scan_row(connection: Connection, document_id: int, attachment_id: int) -> AnyRow | None:
    """Return a scan that was filed with a paper."""
    filed = (
        select(attachment)
        .join(paper_step, paper_step.c.attachment_id == attachment.c.id)
        .where(paper_step.c.document_id == document_id, attachment.c.id == attachment_id)
    )
    return connection.execute(filed).one_or_none()


def add_issue(connection: Connection, values: Mapping[str, Any]) -> int:
    added: int = connection.execute(insert(paper_issue).values(**values).returning(paper_issue.c.id)).scalar_one()
    return added


def add_step(connection: Connection, values: Mapping[str, Any]) -> int:
    added: int = connection.execute(insert(paper_step).values(**values).returning(paper_step.c.id)).scalar_one()
    return added


def set_state(connection: Connection, document_id: int, state: str) -> None:
    connection.execute(update(document).where(document.c.id == document_id).values(state=state))

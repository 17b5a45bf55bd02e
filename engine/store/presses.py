"""Which press of a form's button has led to which case, so that two presses at the same instant make one report.

Rows live a day: they guard against a double press and a network that repeats, not against reporting again.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import Column, Connection, Index, Table, Text, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from engine.store.schema import hex_digest, metadata, moment, reference

KEPT = timedelta(days=1)

press = Table(
    "press",
    metadata,
    Column("digest", Text, primary_key=True),
    reference("case_id", "case.id", nullable=True),
    moment("at"),
    hex_digest("digest"),
)
Index(None, press.c.at)
Index(None, press.c.case_id)


def digest_of(token: str) -> str:
    """Return under what a press is kept: the token itself is in the form alone."""
    return hashlib.sha256(token.encode()).hexdigest()


def take(connection: Connection, digest: str, at: datetime) -> bool:
    """Return whether this press is the first; of two at the same instant the second waits for the first."""
    connection.execute(delete(press).where(press.c.at < at - KEPT))
    first = insert(press).values(digest=digest, at=at).on_conflict_do_nothing().returning(press.c.digest)
    return connection.scalar(first) is not None


def lead(connection: Connection, digest: str, case_id: int) -> None:
    """Note the case that a press has led to."""
    connection.execute(update(press).where(press.c.digest == digest).values(case_id=case_id))


def led_to(connection: Connection, digest: str) -> int | None:
    """Return the case that a press has led to."""
    found: int | None = connection.scalar(select(press.c.case_id).where(press.c.digest == digest))
    return found

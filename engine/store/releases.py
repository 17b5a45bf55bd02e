"""Releases: the bundle of models, forms and parameters that a jurisdiction runs on. Holds no case data."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    ScalarSelect,
    Table,
    Text,
    UniqueConstraint,
    select,
)

from engine.store.schema import hex_digest, identity, metadata, moment, one_of, reference

release = Table(
    "release",
    metadata,
    identity(),
    Column("jurisdiction", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("state", Text, nullable=False),
    moment("effective_at", nullable=True),
    moment("published_at", nullable=True),
    Column("digest", Text, nullable=False),
    UniqueConstraint("jurisdiction", "number"),
    CheckConstraint("number > 0", name="number"),
    one_of("state", "draft", "checked", "approved", "published", "withdrawn"),
    hex_digest("digest"),
    CheckConstraint(
        "state <> 'published' OR (published_at IS NOT NULL AND effective_at IS NOT NULL)",
        name="published",
    ),
)
#: The release in force: the latest published one of the jurisdiction that is effective by now.
Index(
    "ix_release_in_force",
    release.c.jurisdiction,
    release.c.effective_at,
    postgresql_where=release.c.state == "published",
)

blob = Table(
    "blob",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("content", LargeBinary, nullable=False),
    hex_digest("sha256"),
)

artifact = Table(
    "artifact",
    metadata,
    reference("release_id", "release.id", primary_key=True),
    Column("path", Text, primary_key=True),
    Column("sha256", Text, ForeignKey("blob.sha256"), nullable=False),
)
Index(None, artifact.c.sha256)


def in_force(jurisdiction: Any, now: Any) -> ScalarSelect[int]:
    """Return a sub-select: the id of the release of a jurisdiction that is in force at an instant."""
    return (
        select(release.c.id)
        .where(release.c.jurisdiction == jurisdiction, release.c.state == "published", release.c.effective_at <= now)
        .order_by(release.c.effective_at.desc(), release.c.number.desc())
        .limit(1)
        .scalar_subquery()
    )

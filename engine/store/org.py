"""Areas, units and people: who there is and where. Holds no case data."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    Table,
    Text,
    text,
)

from engine.store.schema import identity, metadata, moment, reference, words

area = Table(
    "area",
    metadata,
    identity(),
    Column("key", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("level", Text, nullable=False),
    reference("parent_id", "area.id", nullable=True),
    Column("jurisdiction", Text, nullable=False, index=True),
    CheckConstraint("parent_id <> id", name="not_its_own_parent"),
    CheckConstraint("key = jurisdiction OR starts_with(key, jurisdiction || '.')", name="key_in_jurisdiction"),
)
Index(None, area.c.parent_id)

unit = Table(
    "unit",
    metadata,
    identity(),
    Column("key", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    reference("area_id", "area.id"),
    words("roles"),
    Column("jurisdiction", Text, nullable=False, index=True),
    moment("ended_at", nullable=True),
    CheckConstraint("starts_with(key, jurisdiction || '.')", name="key_in_jurisdiction"),
)
Index(None, unit.c.area_id)

person = Table(
    "person",
    metadata,
    identity(),
    Column("login", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    words("duties"),
    moment("created_at"),
    moment("ended_at", nullable=True),
    Column("must_change", Boolean, nullable=False, server_default=text("false")),
    Column("session_epoch", Integer, nullable=False, server_default=text("1")),
    CheckConstraint("login = lower(login) AND login ~ '^[a-z0-9][a-z0-9._@-]{1,63}$'", name="login"),
    CheckConstraint("ended_at >= created_at", name="ended_after_created"),
    # Who guards, who checks and who runs the system are three different people.
    CheckConstraint(
        "('administrator' = ANY (duties))::int + ('auditor' = ANY (duties))::int"
        " + ('security_officer' = ANY (duties))::int <= 1",
        name="duties_apart",
    ),
)

membership = Table(
    "membership",
    metadata,
    identity(),
    reference("person_id", "person.id"),
    reference("unit_id", "unit.id"),
    Column("head", Boolean, nullable=False, server_default=text("false")),
    moment("since"),
    moment("until", nullable=True),
    CheckConstraint("until >= since", name="until_after_since"),
)
Index(
    "uq_membership_current",
    membership.c.person_id,
    membership.c.unit_id,
    unique=True,
    postgresql_where=membership.c.until.is_(None),
)
Index(None, membership.c.unit_id)

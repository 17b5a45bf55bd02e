"""Areas, units and people: who there is and where. Holds no case data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    Index,
    Integer,
    ScalarSelect,
    Table,
    Text,
    and_,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from engine.store.schema import AnyRow, identity, metadata, moment, reference, words

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


def areas_of(connection: Connection, jurisdiction: str) -> Sequence[AnyRow]:
    """Return the areas of a jurisdiction (id, key, name, level, parent_id), by key."""
    return connection.execute(select(area).where(area.c.jurisdiction == jurisdiction).order_by(area.c.key)).all()


def area_parents(connection: Connection, jurisdiction: str) -> dict[str, str | None]:
    """Return the key of each area's parent, by the area's key."""
    rows = areas_of(connection, jurisdiction)
    keys = {row.id: row.key for row in rows}
    return {row.key: keys.get(row.parent_id) for row in rows}


def units_with_roles(connection: Connection, jurisdiction: str) -> Sequence[AnyRow]:
    """Return the units that are there now (id, key, name, roles, area_key), by key."""
    wanted = (
        select(unit.c.id, unit.c.key, unit.c.name, unit.c.roles, area.c.key.label("area_key"))
        .join(area, area.c.id == unit.c.area_id)
        .where(unit.c.jurisdiction == jurisdiction, unit.c.ended_at.is_(None))
    )
    return connection.execute(wanted.order_by(unit.c.key)).all()


def directory_mark(jurisdiction: Any) -> ScalarSelect[str]:
    """Return a sub-select: a text that changes with the areas and units of a jurisdiction."""
    areas = select(func.count()).select_from(area).where(area.c.jurisdiction == jurisdiction).scalar_subquery()
    units = select(
        func.concat_ws(
            " ",
            func.count(),
            func.max(unit.c.id),
            func.count(unit.c.ended_at),
            func.sum(func.hashtext(func.array_to_string(unit.c.roles, ","))),
            areas,
        )
    )
    return units.where(unit.c.jurisdiction == jurisdiction).scalar_subquery()


def put_areas(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write areas (key, name, level, parent_id, jurisdiction); those that are there are changed."""
    made = upsert(area).values(list(rows))
    changed = {name: made.excluded[name] for name in ("name", "level", "parent_id")}
    connection.execute(made.on_conflict_do_update(index_elements=[area.c.key], set_=changed))


def put_units(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write units (key, name, area_id, roles, jurisdiction); one that had ended is there again."""
    made = upsert(unit).values(list(rows))
    changed = {name: made.excluded[name] for name in ("name", "area_id", "roles")} | {"ended_at": None}
    connection.execute(made.on_conflict_do_update(index_elements=[unit.c.key], set_=changed))


def end_units_but(connection: Connection, jurisdiction: str, keys: Sequence[str], now: datetime) -> None:
    """End the units of a jurisdiction that are not among these."""
    gone = and_(unit.c.jurisdiction == jurisdiction, unit.c.ended_at.is_(None), unit.c.key.not_in(keys))
    connection.execute(update(unit).where(gone).values(ended_at=now))


def unit_by_key(connection: Connection, key: str) -> AnyRow | None:
    return connection.execute(select(unit).where(unit.c.key == key, unit.c.ended_at.is_(None))).one_or_none()


def add_person(connection: Connection, **values: Any) -> int:
    """Insert a person and return the id."""
    added: int = connection.execute(insert(person).values(**values).returning(person.c.id)).scalar_one()
    return added


def change_person(connection: Connection, person_id: int, **values: Any) -> int:
    """Change a person, end every session of theirs, and return the new session epoch."""
    changed = (
        update(person)
        .where(person.c.id == person_id)
        .values(session_epoch=person.c.session_epoch + 1, **values)
        .returning(person.c.session_epoch)
    )
    epoch: int = connection.execute(changed).scalar_one()
    return epoch


def person_by_login(connection: Connection, login: str) -> AnyRow | None:
    return connection.execute(select(person).where(person.c.login == login.lower())).one_or_none()


def person_by_id(connection: Connection, person_id: int) -> AnyRow | None:
    return connection.execute(select(person).where(person.c.id == person_id)).one_or_none()


def anybody(connection: Connection) -> bool:
    """Say whether any person was ever added."""
    return connection.execute(select(person.c.id).limit(1)).first() is not None


def join_unit(connection: Connection, person_id: int, unit_id: int, *, head: bool, since: datetime) -> None:
    """Let a person act for a unit from now on; one who does already, keeps the day it began."""
    made = upsert(membership).values(person_id=person_id, unit_id=unit_id, head=head, since=since)
    current = made.on_conflict_do_update(
        index_elements=[membership.c.person_id, membership.c.unit_id],
        index_where=membership.c.until.is_(None),
        set_={"head": head},
    )
    connection.execute(current)


def leave_units(connection: Connection, person_id: int, until: datetime, *, unit_id: int | None = None) -> int:
    """End a person's membership of one unit, or of all; return how many ended."""
    theirs = and_(membership.c.person_id == person_id, membership.c.until.is_(None))
    if unit_id is not None:
        theirs = and_(theirs, membership.c.unit_id == unit_id)
    return connection.execute(update(membership).where(theirs).values(until=until)).rowcount


def person_with_units(connection: Connection, person_id: int, now: datetime) -> Sequence[AnyRow]:
    """Return a person who has not ended, a row for each unit they act for now; by the unit's key.

    A person without a unit is one row with ``unit_id`` null.
    """
    current = and_(
        membership.c.person_id == person.c.id,
        membership.c.since <= now,
        or_(membership.c.until.is_(None), membership.c.until > now),
    )
    alive = and_(unit.c.id == membership.c.unit_id, unit.c.ended_at.is_(None))
    wanted = (
        select(
            person.c.id,
            person.c.name,
            person.c.duties,
            person.c.must_change,
            person.c.session_epoch,
            membership.c.head,
            unit.c.id.label("unit_id"),
            unit.c.key.label("unit_key"),
            unit.c.name.label("unit_name"),
            unit.c.roles,
            unit.c.jurisdiction,
            area.c.key.label("area_key"),
        )
        .select_from(person)
        .outerjoin(membership, current)
        .outerjoin(unit, alive)
        .outerjoin(area, area.c.id == unit.c.area_id)
        .where(person.c.id == person_id, or_(person.c.ended_at.is_(None), person.c.ended_at > now))
        .order_by(unit.c.key)
    )
    return connection.execute(wanted).all()


def everybody(connection: Connection, jurisdiction: str | None = None) -> Sequence[AnyRow]:
    """Return people with the units they act for (a row each), by login and unit."""
    wanted = (
        select(person.c.login, person.c.name, person.c.duties, person.c.ended_at, membership.c.head)
        .add_columns(unit.c.key.label("unit_key"), unit.c.name.label("unit_name"))
        .select_from(person)
        .outerjoin(membership, and_(membership.c.person_id == person.c.id, membership.c.until.is_(None)))
        .outerjoin(unit, unit.c.id == membership.c.unit_id)
        .order_by(person.c.login, unit.c.key)
    )
    if jurisdiction is not None:
        wanted = wanted.where(unit.c.jurisdiction == jurisdiction)
    return connection.execute(wanted).all()

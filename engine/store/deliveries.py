"""What leaves the system: outbox, mail addresses, webhooks, daily digests; who opened a notice. Never commits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    Date,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    and_,
    delete,
    extract,
    false,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from engine.store.cases import case, work_item
from engine.store.notices import notice
from engine.store.org import membership, person, unit
from engine.store.schema import AnyRow, identity, metadata, moment, one_of, reference

MAIL, HOOK = "mail", "hook"
WAITING, SENT, DEAD = "waiting", "sent", "dead"
#: How many notices are taken up at once, and how many rows a page of dead letters shows.
AT_ONCE, MOST = 500, 200
#: From this part of its limit on an item is near its end.
NEAR = 0.8

#: Where a person wants mail; the address is sealed, the code known by its digest alone.
mail_address = Table(
    "mail_address",
    metadata,
    reference("person_id", "person.id", primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("code_digest", LargeBinary),
    moment("code_until", nullable=True),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    moment("verified_at", nullable=True),
)

webhook = Table(
    "webhook",
    metadata,
    reference("unit_id", "unit.id", primary_key=True),
    Column("url", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("key_id", Text, nullable=False),
    moment("at"),
    reference("person_id", "person.id"),
    CheckConstraint("url ~ '^https?://'", name="url"),
)

#: The numbers of a unit's morning; one row a unit and day, whoever makes it.
daily_digest = Table(
    "daily_digest",
    metadata,
    identity(),
    reference("unit_id", "unit.id"),
    Column("day", Date, nullable=False),
    moment("at"),
    Column("open", Integer, nullable=False),
    Column("near", Integer, nullable=False),
    Column("overdue", Integer, nullable=False),
    Column("urged", Integer, nullable=False),
    UniqueConstraint("unit_id", "day"),
)

delivery = Table(
    "delivery",
    metadata,
    identity(),
    Column("key", Text, nullable=False, unique=True),
    Column("channel", Text, nullable=False),
    reference("notice_id", "notice.id", nullable=True),
    reference("digest_id", "daily_digest.id", nullable=True),
    reference("person_id", "person.id", nullable=True),
    reference("unit_id", "unit.id", nullable=True),
    Column("state", Text, nullable=False, server_default=text("'waiting'")),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    moment("made_at"),
    moment("next_at"),
    moment("sent_at", nullable=True),
    Column("error", Text),
    one_of("channel", MAIL, HOOK),
    one_of("state", WAITING, SENT, DEAD),
    CheckConstraint("num_nonnulls(notice_id, digest_id) = 1", name="of_one_thing"),
    CheckConstraint("(channel = 'mail') = (person_id IS NOT NULL)", name="to_person"),
    CheckConstraint("(channel = 'hook') = (unit_id IS NOT NULL)", name="to_unit"),
)
Index("ix_delivery_waiting", delivery.c.next_at, postgresql_where=delivery.c.state == WAITING)
Index("ix_delivery_dead", delivery.c.id, postgresql_where=delivery.c.state == DEAD)
Index(None, delivery.c.notice_id)

notice_reading = Table(
    "notice_reading",
    metadata,
    reference("notice_id", "notice.id", primary_key=True),
    reference("person_id", "person.id", primary_key=True),
    moment("at"),
)


def current(at: datetime) -> Any:
    """Return the condition that somebody acts for a unit at an instant."""
    open_end = or_(membership.c.until.is_(None), membership.c.until > at)
    return and_(membership.c.since <= at, open_end, person.c.ended_at.is_(None))


def take_up(connection: Connection) -> Sequence[AnyRow]:
    """Return notices of which nothing was sent yet, locked; those that another worker has are skipped."""
    wanted = select(notice.c.id, notice.c.unit_id, notice.c.person_id).where(notice.c.spread == false())
    return connection.execute(wanted.order_by(notice.c.id).limit(AT_ONCE).with_for_update(skip_locked=True)).all()


def mark_spread(connection: Connection, ids: Sequence[int]) -> None:
    connection.execute(update(notice).where(notice.c.id.in_(ids)).values(spread=True))


def wanting_mail(connection: Connection, unit_ids: Sequence[int], at: datetime, *, heads: bool) -> Sequence[AnyRow]:
    """Return who of these units wants mail and has proved the address (unit_id, person_id)."""
    wanted = (
        select(membership.c.unit_id, membership.c.person_id)
        .join(person, person.c.id == membership.c.person_id)
        .join(mail_address, mail_address.c.person_id == membership.c.person_id)
        .where(membership.c.unit_id.in_(unit_ids), current(at), mail_address.c.verified_at.is_not(None))
    )
    return connection.execute(wanted.where(membership.c.head) if heads else wanted).all()


def persons_wanting_mail(connection: Connection, ids: Sequence[int]) -> set[int]:
    wanted = select(mail_address.c.person_id).where(
        mail_address.c.person_id.in_(ids), mail_address.c.verified_at.is_not(None)
    )
    return set(connection.scalars(wanted))


def units_with_hook(connection: Connection, ids: Sequence[int]) -> set[int]:
    return set(connection.scalars(select(webhook.c.unit_id).where(webhook.c.unit_id.in_(ids))))


def put_out(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add deliveries; one whose key is there already stays as it is."""
    for row in rows:
        connection.execute(upsert(delivery).values(**row).on_conflict_do_nothing(index_elements=[delivery.c.key]))


def next_waiting(connection: Connection, now: datetime) -> AnyRow | None:
    """Return a delivery whose time has come, locked, with what it is about."""
    wanted = (
        select(
            delivery,
            notice.c.case_id,
            notice.c.work_item_id,
            notice.c.kind,
            notice.c.about,
            notice.c.at.label("told_at"),
            case.c.number.label("case_number"),
            daily_digest.c.day,
            daily_digest.c.open,
            daily_digest.c.near,
            daily_digest.c.overdue,
            daily_digest.c.urged,
            mail_address.c.sealed.label("address"),
            mail_address.c.key_id.label("address_key"),
            mail_address.c.verified_at,
            webhook.c.url,
            webhook.c.sealed.label("secret"),
            webhook.c.key_id.label("secret_key"),
        )
        .outerjoin(notice, notice.c.id == delivery.c.notice_id)
        .outerjoin(case, case.c.id == notice.c.case_id)
        .outerjoin(daily_digest, daily_digest.c.id == delivery.c.digest_id)
        .outerjoin(mail_address, mail_address.c.person_id == delivery.c.person_id)
        .outerjoin(webhook, webhook.c.unit_id == delivery.c.unit_id)
        .where(delivery.c.state == WAITING, delivery.c.next_at <= now)
        .order_by(delivery.c.next_at, delivery.c.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=delivery)
    )
    return connection.execute(wanted).one_or_none()


def change(connection: Connection, delivery_id: int, **values: Any) -> None:
    connection.execute(update(delivery).where(delivery.c.id == delivery_id).values(**values))


def dead_letters(connection: Connection) -> Sequence[AnyRow]:
    """Return what could not be sent, the latest first, with the unit or person it was for."""
    wanted = (
        select(delivery, unit.c.name.label("unit_name"), person.c.name.label("person_name"))
        .outerjoin(unit, unit.c.id == delivery.c.unit_id)
        .outerjoin(person, person.c.id == delivery.c.person_id)
        .where(delivery.c.state == DEAD)
    )
    return connection.execute(wanted.order_by(delivery.c.id.desc()).limit(MOST)).all()


def revive(connection: Connection, delivery_id: int, now: datetime) -> int:
    """Let a dead letter be sent again; return how many there were."""
    gone = and_(delivery.c.id == delivery_id, delivery.c.state == DEAD)
    return connection.execute(update(delivery).where(gone).values(state=WAITING, tries=0, next_at=now)).rowcount


def states(connection: Connection) -> dict[str, int]:
    """Return how many deliveries are in each state."""
    wanted = select(delivery.c.state, func.count().label("many")).group_by(delivery.c.state)
    return {row.state: row.many for row in connection.execute(wanted)}


def hooks(connection: Connection) -> Sequence[AnyRow]:
    wanted = select(webhook.c.unit_id, webhook.c.url, webhook.c.at, unit.c.key, unit.c.name)
    return connection.execute(wanted.join(unit, unit.c.id == webhook.c.unit_id).order_by(unit.c.key)).all()


def put_hook(connection: Connection, values: Mapping[str, Any]) -> None:
    made = upsert(webhook).values(**values)
    connection.execute(made.on_conflict_do_update(index_elements=[webhook.c.unit_id], set_=dict(values)))


def drop_hook(connection: Connection, unit_id: int) -> int:
    return connection.execute(delete(webhook).where(webhook.c.unit_id == unit_id)).rowcount


def address_of(connection: Connection, person_id: int) -> AnyRow | None:
    return connection.execute(select(mail_address).where(mail_address.c.person_id == person_id)).one_or_none()


def put_address(connection: Connection, person_id: int, values: Mapping[str, Any]) -> None:
    made = upsert(mail_address).values(person_id=person_id, **values)
    connection.execute(made.on_conflict_do_update(index_elements=[mail_address.c.person_id], set_=dict(values)))


def change_address(connection: Connection, person_id: int, **values: Any) -> None:
    connection.execute(update(mail_address).where(mail_address.c.person_id == person_id).values(**values))


def drop_address(connection: Connection, person_id: int) -> None:
    connection.execute(delete(mail_address).where(mail_address.c.person_id == person_id))


def units_without_digest(connection: Connection, day: date, at: datetime) -> list[int]:
    """Return the units that have a head and no digest of this day."""
    have = select(daily_digest.c.unit_id).where(daily_digest.c.day == day)
    wanted = (
        select(membership.c.unit_id)
        .join(person, person.c.id == membership.c.person_id)
        .join(unit, unit.c.id == membership.c.unit_id)
        .where(membership.c.head, current(at), unit.c.ended_at.is_(None), membership.c.unit_id.not_in(have))
    )
    return sorted(set(connection.scalars(wanted)))


def counts(connection: Connection, unit_ids: Sequence[int], now: datetime) -> dict[int, dict[str, int]]:
    """Return the numbers of units: open items, those with four fifths of the limit used, overdue, urged."""
    whole = extract("epoch", work_item.c.due_at - work_item.c.opened_at)
    used = extract("epoch", now - work_item.c.opened_at) > whole * NEAR
    overdue = work_item.c.due_at <= now
    wanted = (
        select(
            work_item.c.unit_id,
            func.count().label("open"),
            func.count().filter(and_(work_item.c.due_at > now, used)).label("near"),
            func.count().filter(overdue).label("overdue"),
            func.count().filter(work_item.c.urged > 0).label("urged"),
        )
        .where(work_item.c.unit_id.in_(unit_ids), work_item.c.state.in_(("open", "claimed")))
        .group_by(work_item.c.unit_id)
    )
    names = ("open", "near", "overdue", "urged")
    found = {row.unit_id: {name: getattr(row, name) for name in names} for row in connection.execute(wanted)}
    return {one: found.get(one, dict.fromkeys(names, 0)) for one in unit_ids}


def add_digest(connection: Connection, values: Mapping[str, Any]) -> int | None:
    """Insert a digest and return its id; None where the unit has one of that day."""
    made = upsert(daily_digest).values(**values)
    once = made.on_conflict_do_nothing(index_elements=[daily_digest.c.unit_id, daily_digest.c.day])
    made_id: int | None = connection.scalar(once.returning(daily_digest.c.id))
    return made_id


def latest_digests(connection: Connection, unit_ids: Sequence[int]) -> Sequence[AnyRow]:
    """Return the latest digest of each of these units, with the unit's name."""
    other = daily_digest.alias()
    last = select(func.max(other.c.day)).where(other.c.unit_id == daily_digest.c.unit_id).scalar_subquery()
    wanted = (
        select(daily_digest, unit.c.name.label("unit_name"))
        .join(unit, unit.c.id == daily_digest.c.unit_id)
        .where(daily_digest.c.unit_id.in_(unit_ids), daily_digest.c.day == last)
        .order_by(daily_digest.c.unit_id)
    )
    return connection.execute(wanted).all()


def unread_of(connection: Connection, unit_ids: Sequence[int]) -> list[int]:
    """Return the notices to these units that nobody has read."""
    wanted = select(notice.c.id).where(notice.c.unit_id.in_(unit_ids), notice.c.read_at.is_(None))
    return list(connection.scalars(wanted))


def notice_row(connection: Connection, notice_id: int) -> AnyRow | None:
    return connection.execute(select(notice).where(notice.c.id == notice_id)).one_or_none()


def add_readings(connection: Connection, ids: Sequence[int], person_id: int, at: datetime) -> None:
    """Note that a person opened these notices; the first time counts."""
    rows = [{"notice_id": one, "person_id": person_id, "at": at} for one in ids]
    if rows:
        connection.execute(upsert(notice_reading).on_conflict_do_nothing(), rows)
        unread = and_(notice.c.id.in_(ids), notice.c.read_at.is_(None))
        connection.execute(update(notice).where(unread).values(read_at=at))


def readings_of_case(connection: Connection, case_id: int) -> Sequence[AnyRow]:
    """Return who opened which notice of a case, and when."""
    wanted = (
        select(notice_reading, person.c.name)
        .join(notice, notice.c.id == notice_reading.c.notice_id)
        .join(person, person.c.id == notice_reading.c.person_id)
        .where(notice.c.case_id == case_id)
        .order_by(notice_reading.c.at)
    )
    return connection.execute(wanted).all()

"""What people did with an item beside doing it: handed on, asked about, pressed, corrected. Rows are only added."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Index, LargeBinary, Select, Table, Text, and_, exists, func, or_, select

from engine.store.cases import case, child, work_item, work_item_unit
from engine.store.org import person, unit
from engine.store.schema import AnyRow, both_or_neither, hex_digest, identity, metadata, moment, one_of, reference

#: Kinds that name a unit or a person; kinds that answer or take back an earlier act.
DIRECTED = ("transfer", "delegate", "consult")
ENDING = ("return", "withdraw", "cancel", "opinion", "answer")

item_act = Table(
    "item_act",
    metadata,
    identity(),
    reference("case_id", "case.id"),
    reference("work_item_id", "work_item.id"),
    Column("kind", Text, nullable=False),
    moment("at"),
    reference("person_id", "person.id"),
    reference("unit_id", "unit.id"),
    Column("role", Text, nullable=False),
    reference("to_unit_id", "unit.id", nullable=True),
    reference("to_person_id", "person.id", nullable=True),
    reference("of_act_id", "item_act.id", nullable=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("digest", Text, nullable=False),
    one_of("kind", *DIRECTED, *ENDING, "urge", "press", "correct"),
    both_or_neither("directed", "kind IN ('transfer', 'delegate', 'consult')", "to_unit_id IS NOT NULL"),
    both_or_neither("ending", "kind IN ('return', 'withdraw', 'cancel', 'opinion', 'answer')", "of_act_id IS NOT NULL"),
    hex_digest("digest"),
)
Index(None, item_act.c.work_item_id)
Index(None, item_act.c.case_id)
Index(None, item_act.c.to_unit_id, item_act.c.kind, postgresql_where=item_act.c.to_unit_id.is_not(None))
Index(None, item_act.c.unit_id, item_act.c.kind)
# What was asked is answered once, and what was handed over comes back once, whatever two browsers do.
Index("uq_item_act_of_act_id", item_act.c.of_act_id, unique=True, postgresql_where=item_act.c.of_act_id.is_not(None))

_to = unit.alias("to_unit")
_to_person = person.alias("to_person")
_end = item_act.alias("end")
_ENDED = exists().where(_end.c.of_act_id == item_act.c.id)
_UNDER_WAY = work_item.c.state.in_(("open", "claimed"))


def of_item(connection: Connection, item_id: int) -> Sequence[AnyRow]:
    """Return the acts on an item in order, with the names of everybody and everything that they name."""
    wanted = (
        select(
            item_act,
            person.c.name.label("by"),
            unit.c.name.label("unit_name"),
            _to.c.name.label("to_unit_name"),
            _to_person.c.name.label("to_person_name"),
        )
        .join(person, person.c.id == item_act.c.person_id)
        .join(unit, unit.c.id == item_act.c.unit_id)
        .outerjoin(_to, _to.c.id == item_act.c.to_unit_id)
        .outerjoin(_to_person, _to_person.c.id == item_act.c.to_person_id)
        .where(item_act.c.work_item_id == item_id)
        .order_by(item_act.c.id)
    )
    return connection.execute(wanted).all()


def of_case(connection: Connection, case_id: int) -> Sequence[AnyRow]:
    """Return the acts on all items of a case, in order."""
    return connection.execute(select(item_act).where(item_act.c.case_id == case_id).order_by(item_act.c.id)).all()


def corrections_of(connection: Connection, case_id: int) -> Sequence[AnyRow]:
    """Return the corrections in a case in order, each with ``by`` and ``unit_name``."""
    wanted = (
        select(item_act, person.c.name.label("by"), unit.c.name.label("unit_name"))
        .join(person, person.c.id == item_act.c.person_id)
        .join(unit, unit.c.id == item_act.c.unit_id)
        .where(item_act.c.case_id == case_id, item_act.c.kind == "correct")
    )
    return connection.execute(wanted.order_by(item_act.c.id)).all()


def act_by_id(connection: Connection, act_id: int) -> AnyRow | None:
    return connection.execute(select(item_act).where(item_act.c.id == act_id)).one_or_none()


def role_of(connection: Connection, act_id: int) -> str:
    """Return the role in which somebody did an act."""
    return str(connection.execute(select(item_act.c.role).where(item_act.c.id == act_id)).scalar_one())


def item_of(connection: Connection, item_id: int) -> AnyRow | None:
    """Return an item, of whichever unit and state, with its number of the case and the child's code."""
    wanted = (
        select(
            work_item,
            unit.c.name.label("unit_name"),
            person.c.name.label("holder_name"),
            case.c.number.label("case_number"),
            child.c.code.label("child_code"),
        )
        .join(case, case.c.id == work_item.c.case_id)
        .outerjoin(child, child.c.id == case.c.child_id)
        .join(unit, unit.c.id == work_item.c.unit_id)
        .outerjoin(person, person.c.id == work_item.c.person_id)
        .where(work_item.c.id == item_id)
    )
    return connection.execute(wanted).one_or_none()


def labels(connection: Connection, item_ids: Sequence[int], unit_ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Return the child's code and the name of those of these items that the units may claim."""
    theirs = select(work_item_unit.c.work_item_id).where(work_item_unit.c.unit_id.in_(unit_ids))
    wanted = (
        select(work_item.c.id, work_item.c.name, child.c.code)
        .join(case, case.c.id == work_item.c.case_id)
        .outerjoin(child, child.c.id == case.c.child_id)
        .where(work_item.c.id.in_(item_ids), work_item.c.id.in_(theirs))
    )
    return {row.id: (row.code or "", row.name) for row in connection.execute(wanted)}


def last_urge(connection: Connection, item_id: int, person_id: int) -> datetime | None:
    """Return when the person urged the item last."""
    mine = and_(item_act.c.work_item_id == item_id, item_act.c.person_id == person_id, item_act.c.kind == "urge")
    found: datetime | None = connection.scalar(select(func.max(item_act.c.at)).where(mine))
    return found


def waiting_for(connection: Connection, unit_ids: Sequence[int], person_ids: Sequence[int]) -> Sequence[AnyRow]:
    """Return what these units or people are asked and have not answered: opinions and instructions, oldest first."""
    theirs = select(work_item_unit.c.work_item_id).where(work_item_unit.c.unit_id.in_(unit_ids))
    asked = and_(
        item_act.c.kind == "consult",
        item_act.c.to_unit_id.in_(unit_ids),
        or_(item_act.c.to_person_id.is_(None), item_act.c.to_person_id.in_(person_ids)),
        _UNDER_WAY,
    )
    pressed = and_(item_act.c.kind == "press", work_item.c.id.in_(theirs))
    return connection.execute(_listed().where(or_(asked, pressed), ~_ENDED).order_by(item_act.c.id)).all()


def handed_out(connection: Connection, unit_ids: Sequence[int], person_id: int) -> Sequence[AnyRow]:
    """Return what these units have transferred and the person has delegated, and is still under way, newest first."""
    moved = and_(item_act.c.kind == "transfer", item_act.c.unit_id.in_(unit_ids))
    given = and_(item_act.c.kind == "delegate", item_act.c.person_id == person_id)
    wanted = _listed().where(or_(moved, given), ~_ENDED, _UNDER_WAY)
    return connection.execute(wanted.order_by(item_act.c.id.desc()).limit(_MOST)).all()


def urged(connection: Connection, unit_ids: Sequence[int]) -> Sequence[AnyRow]:
    """Return the latest urge of each item that these units may claim and that is under way, newest first."""
    theirs = select(work_item_unit.c.work_item_id).where(work_item_unit.c.unit_id.in_(unit_ids))
    latest = (
        select(func.max(item_act.c.id)).where(item_act.c.kind == "urge").group_by(item_act.c.work_item_id)
    ).scalar_subquery()
    wanted = _listed().where(work_item.c.id.in_(theirs), _UNDER_WAY, work_item.c.urged > 0, item_act.c.id.in_(latest))
    return connection.execute(wanted.order_by(item_act.c.id.desc()).limit(_MOST)).all()


#: How many rows a section of the page shows.
_MOST = 200


def _listed() -> Select[Any]:
    return (
        select(
            item_act,
            work_item.c.name,
            work_item.c.code,
            work_item.c.procedure,
            work_item.c.state,
            work_item.c.due_at,
            work_item.c.opened_at,
            work_item.c.urged,
            work_item.c.version.label("item_version"),
            case.c.number.label("case_number"),
            child.c.code.label("child_code"),
            unit.c.name.label("unit_name"),
            person.c.name.label("by"),
            _to.c.name.label("to_unit_name"),
            _to_person.c.name.label("to_person_name"),
        )
        .join(work_item, work_item.c.id == item_act.c.work_item_id)
        .join(case, case.c.id == item_act.c.case_id)
        .outerjoin(child, child.c.id == case.c.child_id)
        .join(unit, unit.c.id == item_act.c.unit_id)
        .join(person, person.c.id == item_act.c.person_id)
        .outerjoin(_to, _to.c.id == item_act.c.to_unit_id)
        .outerjoin(_to_person, _to_person.c.id == item_act.c.to_person_id)
    )

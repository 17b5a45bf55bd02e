"""How much of a child's file a person sees: all of it, what they said themselves, or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from engine.core.model import Acting
from engine.service import children
from engine.service.discretion import Discretions
from engine.service.submissions import known_of_child
from engine.service.unit import Unit
from engine.store import children as rows
from engine.store import views


@dataclass(frozen=True, kw_only=True, slots=True)
class Sight:
    """A child's file as one person sees it; ``whole``: nothing is kept back."""

    row: Row[Any]
    known: Mapping[str, Any]
    cases: Sequence[Row[Any]]
    whole: bool


def of_child(unit: Unit, discretions: Discretions, acting: Acting, child_id: int) -> Sight | None:
    """Return what the person sees of a child; None where there is no such file, or it is not theirs to see.

    Whoever keeps the register in which the child stands sees the file; so does whoever has a part in a case
    of the child beyond having reported it.
    """
    row = views.child_row(unit.connection, child_id)
    if row is None:
        return None
    cases = views.cases_of_child(unit.connection, child_id)
    if rows.in_register_of(unit.connection, child_id, acting.unit_ids):
        return Sight(row=row, known=children.read(unit, row), cases=cases, whole=True)
    if not cases:
        return None
    each = [discretions.of(unit, acting, one.id) for one in cases]
    widest = next((one for one in each if one.answers_of is None), each[0])
    known = known_of_child(unit, row, [one.id for one in cases], widest)
    return Sight(row=row, known=known, cases=cases, whole=widest.answers_of is None)


def note_read(unit: Unit, acting: Acting, sight: Sight) -> None:
    """Record that the person read a child's file, in the case where there is one, and beside the file."""
    home = next(iter(acting.unit_ids), None)
    if sight.cases:
        unit.read(sight.cases[0].id, "儿童档案", unit_id=home)
    if acting.person_id is not None:
        rows.add_look(
            unit.connection,
            person_id=acting.person_id,
            unit_id=home,
            at=unit.now,
            kind="read",
            child_id=sight.row.id,
            found=1,
        )

"""Nobody leaves with items in their hands: they are counted, or handed over one by one with an entry each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from engine.core.errors import Invalid, Refused
from engine.service.opening import ENGINE
from engine.service.unit import Unit
from engine.store import absences, org, tables
from engine.store import casework as rows
from engine.store.schema import AnyRow


def hand_over(unit: Unit, person: AnyRow, *, from_units: Sequence[int] | None, to_login: str | None) -> int:
    """Let a person go from these units, or from all: what they hold goes to somebody, or stands against it.

    Returns how many items were handed over; absences in which the person stands in end.

    Raises:
        Refused: they hold items, or stand in for somebody, and nobody is named to take over.
        Invalid: whoever is named cannot do all of it.
    """
    with unit.acting_as(ENGINE):
        held = [one for one in rows.claimed_by(unit.connection, person.id) if _leaves(one, from_units)]
    covered = [one for one in absences.not_over(unit.connection, [person.id], unit.now) if _covers(one, person.id)]
    if to_login is None:
        _require_nothing(person, held, [one.name for one in covered])
        return 0
    to = org.person_by_login(unit.connection, to_login.strip())
    if to is None or to.ended_at is not None or to.id == person.id:
        raise Invalid({"hand_over_to": f"没有可以接手的人：{to_login}"})
    theirs = {one.unit_id for one in org.person_with_units(unit.connection, to.id, unit.now)}
    foreign = [one for one in held if not theirs.intersection(one.candidates)]
    if foreign:
        raise Invalid({"hand_over_to": f"{to_login} 不在其中 {len(foreign)} 件事项的单位，请另选接手人"})
    with unit.acting_as(ENGINE):
        for one in held:
            _give(unit, one, to.id)
    for one in covered:
        absences.end(unit.connection, one.id, at=unit.now, by=None)
    return len(held)


def _leaves(item: AnyRow, from_units: Sequence[int] | None) -> bool:
    """Say whether an item cannot stay with the person: they keep no unit that may do it."""
    return from_units is None or set(item.candidates) <= set(from_units)


def _covers(row: AnyRow, person_id: int) -> bool:
    return bool(row.substitute_id == person_id)


def _require_nothing(person: AnyRow, held: Sequence[AnyRow], covered: Sequence[str]) -> None:
    counts = Counter(one.name for one in held)
    parts = [f"名下还有 {len(held)} 件待办：" + "、".join(f"{name} {count} 件" for name, count in counts.items())]
    said = parts if held else []
    said += [f"正在或者将要代 {'、'.join(dict.fromkeys(covered))} 办理"] if covered else []
    if said:
        raise Refused(f"{person.login} {'；'.join(said)}。请先移交，或者用 --hand-over-to 指定同单位的接手人")


def _give(unit: Unit, item: AnyRow, to: int) -> None:
    unit.lock_case(item.case_id)
    unit.pending.change(tables.work_item, item.id, person_id=to, version=item.version + 1)
    body = {"item": item.id, "code": item.code, "person": to, "before": item.person_id}
    unit.journal(item.case_id, "item_handed_over", body, unit_id=item.unit_id, role=item.role)

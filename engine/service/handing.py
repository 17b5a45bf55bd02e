"""The verbs that move an item between units and people: 转办, 委派, 退回, 撤回. The limit goes on in all of them.

Every verb opens one unit of work, fetches for the acting person, decides, and records.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.core.errors import Invalid, Refused
from engine.core.handing import DELEGATE, TRANSFER, Act, standing
from engine.core.model import Acting, ActingUnit
from engine.core.routing import Unit as DirectoryUnit
from engine.service import acts, refusals
from engine.service.acts import Doors, Place, worded
from engine.service.running import OpenItem, RunningCase
from engine.service.telling import tell_unit
from engine.store import absences, tables
from engine.store import acts as queries
from engine.store import casework as rows
from engine.store.schema import AnyRow


class Handing:
    """The verbs; one object a process."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors

    def transfer(self, acting: Acting, item_id: int, unit_key: str, *, reason: str, seen: int) -> str:
        """Hand an item to another unit that may do it, and return that unit's name; the old one goes on reading.

        Raises:
            NotFound: no such item, or not one of the person's units. Invalid: by field.
            Refused: a colleague holds it, opinions are outstanding, or it has changed since.
        """
        with self._doors.own(acting, item_id) as (case, item):
            refusals.require_seen(case, item, seen)
            require_movable(case, item, acting)
            to = next((one for one in targets(case, item, case.by.role) if one.key == unit_key), None)
            if to is None:
                raise Invalid({"to": "请选择一个可以办理此事的单位"})
            words = worded(reason)
            act_id, digest = acts.record(case, item.id, TRANSFER, words, to_unit=to)
            _place(case, item, leaves=case.by.unit_id, unit=to, role=_role_there(case, to))
            case.note("item_transferred", item=item.id, code=item.code, act=act_id, unit=to.key, digest=digest)
            sentence = f"“{item.name}”转由本单位办理，时限不变"
            tell_unit(case, to, about=item.code, kind="transferred", sentence=sentence, item_id=item.id)
            return to.name

    def delegate(self, acting: Acting, item_id: int, person_id: int, *, reason: str, seen: int) -> str:
        """Give an item of a unit that the person heads to one of its people, and return their name.

        Raises:
            NotFound, Refused, Invalid: as :meth:`transfer`; only the head may.
        """
        with self._doors.own(acting, item_id) as (case, item):
            refusals.require_seen(case, item, seen)
            unit = require_head(item, acting)
            person = next((one for one in colleagues(case, unit) if one.person_id == person_id), None)
            if person is None or person_id == item.person_id:
                raise Invalid({"to": "请选择本单位的另一位同事"})
            words = worded(reason)
            acts.by_unit(case, unit)
            act_id, digest = acts.record(case, item.id, DELEGATE, words, to_unit_id=unit.id, to_person=person_id)
            _hold(case, item, person_id)
            case.note("item_delegated", item=item.id, code=item.code, act=act_id, person=person_id, digest=digest)
            return str(person.name)

    def send_back(self, acting: Acting, item_id: int, *, reason: str, seen: int) -> str:
        """Send an item back to the unit or person that handed it over (退回), and return their name.

        Raises:
            NotFound, Refused, Invalid: as :meth:`transfer`; nobody has handed it over.
        """
        with self._doors.own(acting, item_id) as (case, item):
            refusals.require_seen(case, item, seen)
            act = _standing(case, item)
            if act is None:
                raise Refused(
                    f"“{item.name}”不是转办或者委派来的，没有可以退回的单位。"
                    "程序已走过的环节不能退回；办不了的，请退还本单位或者转办"
                )
            require_movable(case, item, acting)
            return _undo(case, item, act, "return", worded(reason))

    def withdraw(self, acting: Acting, item_id: int, *, reason: str, seen: int) -> str:
        """Take back what one's unit has transferred and nobody has begun, or what one has delegated (撤回).

        Raises:
            NotFound, Invalid: as :meth:`transfer`.
            Refused: not theirs to take back, or it has been claimed there.
        """
        with self._doors.of_case(acting, item_id) as at:
            case, item = at.case, at.item
            refusals.require_seen(case, item, seen)
            act = withdrawable(at, acting, acts.of_item(case.unit, item.id))
            if act is None:
                raise Refused(
                    f"“{item.name}”不能由您撤回：只有转办、委派此件的人和其单位负责人，在对方签收以前可以撤回"
                )
            words = worded(reason)
            unit = next(one for one in acting.units if one.id == act.unit_id)
            acts.by_unit(case, unit)
            return _undo(case, item, act, "withdraw", words)


def require_movable(case: RunningCase, item: OpenItem, acting: Acting) -> None:
    """Refuse to move what a colleague holds, unless by the head, or what somebody was asked about."""
    if not any(unit.head and unit.id in item.candidates for unit in acting.units):
        refusals.require_free(case, item, acting)
    if item.consulted:
        raise Refused(f"“{item.name}”还有 {item.consulted} 份加签（会签）意见没有收到，请先撤销加签，再转出")


def require_head(item: OpenItem, acting: Acting) -> ActingUnit:
    """Return the unit of the item that the person heads.

    Raises:
        Refused: they head none.
    """
    found = next((unit for unit in acting.units if unit.head and unit.id in item.candidates), None)
    if found is None:
        raise Refused(f"“{item.name}”只能由本单位负责人委派，请与负责人联系")
    return found


def targets(case: RunningCase, item: OpenItem, role: str | None) -> list[DirectoryUnit]:
    """Return the units to which a unit that has the item in this role may hand it on, by name."""
    wanted = _handable(case, role)
    found = [unit for unit in case.directory.units if wanted.intersection(unit.roles)]
    return sorted((unit for unit in found if unit.id not in item.candidates), key=lambda unit: unit.name)


def _handable(case: RunningCase, role: str | None) -> frozenset[str]:
    """Return the role in which a unit has the item, and those that may be handed its items."""
    role = role or ""
    known = case.release.roles.get(role)
    more = known.hands_to if known else ()
    return refusals.expanded(case.release, [role, *more])


def _role_there(case: RunningCase, unit: DirectoryUnit) -> str:
    """Return in which role the unit takes it: the same, else the first that it may."""
    if case.by.role and unit.holds(case.by.role):
        return case.by.role
    return next(role for role in unit.roles if role in _handable(case, case.by.role))


def colleagues(case: RunningCase, unit: ActingUnit) -> Sequence[AnyRow]:
    """Return who acts for the unit now: person_id, name."""
    return absences.members_of(case.unit.connection, [unit.id], case.now)


def _standing(case: RunningCase, item: OpenItem) -> Act | None:
    return standing(acts.of_item(case.unit, item.id), candidates=item.candidates, holder=item.person_id)


def may_move(case: RunningCase, item: OpenItem, acting: Acting) -> bool:
    """Say whether the person may hand the item on, or back."""
    try:
        require_movable(case, item, acting)
    except Refused:
        return False
    return True


def withdrawable(at: Place, acting: Acting, done: Sequence[Act]) -> Act | None:
    """Return the hand-over of an item that the person may take back now."""
    item = at.item
    act = standing(done, candidates=item.candidates, holder=item.person_id)
    if act is None or item.consulted or (act.kind == TRANSFER and item.state != "open"):
        return None
    unit = next((one for one in acting.units if one.id == act.unit_id), None)
    mine = unit is not None and (unit.head or act.person_id == acting.person_id)
    return act if mine else None


def _undo(case: RunningCase, item: OpenItem, act: Act, kind: str, words: str) -> str:
    """Let an item go back where a hand-over came from, and return the name of whoever has it now."""
    done, digest = acts.record(case, item.id, kind, words, of_act=act.id)
    past = {"return": "item_returned", "withdraw": "item_withdrawn"}[kind]
    common: dict[str, Any] = {"item": item.id, "code": item.code, "act": done, "of": act.id, "digest": digest}
    if act.kind == TRANSFER:
        unit = case.directory.unit_by_id(act.unit_id)
        if unit is None:
            raise Refused("原单位已不在单位目录中，不能退回，请转办其他单位")
        told = case.directory.unit_by_id(act.to_unit_id) if kind == "withdraw" else unit
        role = queries.role_of(case.unit.connection, act.id)
        _place(case, item, leaves=act.to_unit_id, unit=unit, role=role)
        case.note(past, **common, unit=unit.key)
        sentence = f"“{item.name}”已由转办单位撤回" if kind == "withdraw" else f"“{item.name}”已退回本单位"
        if told is not None:
            tell_unit(case, told, about=item.code, kind=past.removeprefix("item_"), sentence=sentence, item_id=item.id)
        return unit.name
    person = _still_there(case, act) if kind == "return" else None
    if person is not None:
        _hold(case, item, person.person_id)
    else:
        _let_go(case, item)
    case.note(past, **common, person=person.person_id if person else None)
    return str(person.name) if person else "本单位"


def _still_there(case: RunningCase, act: Act) -> AnyRow | None:
    """Return who delegated, if they still act for the unit."""
    members = absences.members_of(case.unit.connection, [act.unit_id], case.now)
    return next((one for one in members if one.person_id == act.person_id), None)


def _place(case: RunningCase, item: OpenItem, *, leaves: int | None, unit: DirectoryUnit, role: str) -> None:
    """Let a unit claim the item instead of another; the rest of those that may go on."""
    before = rows.candidates_of(case.unit.connection, item.id)
    others = [(one.unit_id, one.role) for one in before if one.unit_id not in (leaves, unit.id)]
    item.unit_id, item.candidates = unit.id, (unit.id, *(unit_id for unit_id, _ in others))
    _let_go(case, item, unit_id=unit.id, source_unit_id=case.by.unit_id)
    case.unit.flush()
    rows.replace_candidates(case.unit.connection, item.id, [(unit.id, role), *others])
    case.let_read([unit.id], "item")


def _let_go(case: RunningCase, item: OpenItem, **changes: Any) -> None:
    item.state, item.person_id, item.version = "open", None, item.version + 1
    given = {"state": "open", "person_id": None, "version": item.version}
    case.unit.pending.change(tables.work_item, item.id, **given, **changes)


def _hold(case: RunningCase, item: OpenItem, person_id: int) -> None:
    item.state, item.person_id, item.version = "claimed", person_id, item.version + 1
    given = {"state": "claimed", "person_id": person_id, "version": item.version}
    case.unit.pending.change(tables.work_item, item.id, **given)

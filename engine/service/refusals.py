"""Who may do what to an item, a case or a procedure, and the sentence where they may not."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from engine.bpmn.directory import Event
from engine.bpmn.release import Release
from engine.core.errors import NotFound, Refused
from engine.core.model import Acting, ActingUnit
from engine.service.running import OpenItem, RunningCase
from engine.service.telling import shown
from engine.store import casework as rows

#: In events.yaml: every unit that may see the case.
ANYBODY = "any"

_ENDS = {"completed": "办结", "cancelled": "取消"}


def unit_of(acting: Acting, key: str) -> ActingUnit:
    """Return the unit in whose name a person acts.

    Raises:
        NotFound: they do not act for it.
    """
    unit = acting.unit(key)
    if unit is None:
        raise NotFound("您没有以该单位名义办理的权限")
    return unit


def starter_role(release: Release, procedure: str, roles: Iterable[str]) -> str:
    """Return the role in which a unit with these roles may start the procedure by hand.

    Raises:
        Refused: it is not published here, cannot be started by hand, or not by them.
    """
    compiled = release.procedures.get(procedure)
    if compiled is None:
        raise Refused(f"本地区尚未发布程序 {procedure}，不能启动")
    door = compiled.model.door(None)
    if door is None:
        raise Refused(f"“{compiled.model.name}”由前一程序启动，不能手工启动")
    allowed = expanded(release, door.starters)
    for role in sorted(roles):
        if role in allowed:
            return role
    raise Refused(f"“{compiled.model.name}”不由您的单位启动")


def require_child(connection: Connection, child_id: int, jurisdiction: str) -> None:
    """Refuse the file of a child whom the person may not see, or of another jurisdiction: the two look the same."""
    row = rows.child_by_id(connection, child_id)
    if row is None or row.jurisdiction != jurisdiction:
        raise NotFound("没有这份儿童档案，或者您无权查看")
    if row.merged_into is not None:
        raise Refused("这份档案已并入另一份，请打开并入的档案办理")


def expanded(release: Release, roles: Iterable[str]) -> frozenset[str]:
    """Return the roles with groups replaced by those that belong to them."""
    found: set[str] = set()
    for role in roles:
        found.update(release.members(role) or (role,))
    return frozenset(found)


def require_seen(case: RunningCase, item: OpenItem, seen_version: int) -> None:
    """Refuse an act on an item that has changed since it was looked at."""
    if item.version != seen_version:
        holder = _holder(case, item)
        who = f"，现由{holder}办理" if holder else "，现待签收"
        raise Refused(f"“{item.name}”在您打开之后有了变化{who}。请核对后再提交，您填写的内容已保留")


def require_free(case: RunningCase, item: OpenItem, acting: Acting) -> None:
    """Refuse an act on an item that a colleague holds."""
    if item.person_id not in (None, acting.person_id) and not stands_in(case, item, acting):
        raise Refused(f"“{item.name}”已由{_holder(case, item)}签收，请与其联系，或请其退回后再办理")


def require_mine(case: RunningCase, item: OpenItem, acting: Acting) -> None:
    """Refuse what only the holder may do, or who stands in for the holder."""
    if item.state != "claimed" or (item.person_id != acting.person_id and not stands_in(case, item, acting)):
        raise Refused(f"“{item.name}”不在您名下，请先签收，或者请经办人办理")


def stands_in(case: RunningCase, item: OpenItem, acting: Acting) -> bool:
    """Say whether the person stands in now for whoever holds the item."""
    procedure = case.instances[item.instance_id].key
    return item.person_id != acting.person_id and acting.stands_in_for(item.person_id, procedure, case.now)


def require_heard(item: OpenItem) -> None:
    """Refuse to complete what somebody was asked about and has not answered."""
    if item.consulted:
        raise Refused(
            f"“{item.name}”还有 {item.consulted} 份加签（会签）意见没有收到，收到后再提交；"
            "不再需要的，请先撤销加签。您填写的内容已保留"
        )


def no_longer_open(case: RunningCase, item_id: int) -> Refused:
    """Return the refusal of an act on an item that is closed: by whom, when."""
    row = rows.item_with_people(case.unit.connection, item_id)
    if row is None:
        return Refused("这件待办已经不在，请返回待办查看")
    how = _ENDS.get(row.state, row.state)
    by = f"由{row.unit_name}{row.person_name or ''}" if row.state == "completed" else "因程序推进"
    return Refused(f"“{row.name}”已于 {shown(row.done_at)} {by}{how}，不能再次提交。您填写的内容已保留")


def speaker(case: RunningCase, acting: Acting, event: str, unit_key: str | None) -> tuple[Event, ActingUnit, str]:
    """Return the event, and the unit and role in which the person says it.

    Raises:
        NotFound: the person does not act for the unit.
        Refused: there is no such event here, or it is not theirs to say.
    """
    said = case.release.events.get(event)
    if said is None:
        raise Refused(f"本地区没有“{event}”这一事件")
    units = [unit for unit in acting.units if unit_key in (None, unit.key)]
    if not units:
        raise NotFound("您没有以该单位名义办理的权限")
    allowed = expanded(case.release, said.said_by)
    for unit in units:
        for role in sorted(unit.roles):
            if role in allowed or ANYBODY in said.said_by:
                return said, unit, role
    raise Refused(f"“{said.label}”不由您的单位登记")


def somebody_publishes(case: RunningCase, said: Event) -> bool:
    """Say whether a procedure that listens to the event is published at all."""
    return any(key in case.release.procedures for key in said.joins)


def _holder(case: RunningCase, item: OpenItem) -> str:
    row = rows.item_with_people(case.unit.connection, item.id)
    if row is None or row.holder_name is None:
        return ""
    return f"{row.unit_name}{row.holder_name}"

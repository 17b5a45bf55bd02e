"""The verbs of those who wait for an item, or stand above it: 催办, 督办 and its answer.

Every verb opens one unit of work, fetches for the acting person, decides, and records.
"""

from __future__ import annotations

from datetime import timedelta

from engine.core.errors import NotFound, Refused
from engine.core.handing import unended
from engine.core.model import Acting, ActingUnit
from engine.service import acts, refusals
from engine.service.acts import NO_ITEM, Doors, Place, worded
from engine.service.opening import ENGINE, loaded
from engine.service.running import By, OpenItem, RunningCase
from engine.service.telling import shown, superiors, tell_unit
from engine.store import acts as queries
from engine.store import casework as rows
from engine.store import tables

#: How soon the same person may urge the same item again. Half a working day: the unit has had the time to look,
#: and no more than two urgings a day come from one person. The law sets no such time, so no jurisdiction differs.
BETWEEN = timedelta(hours=4)

#: The duty of those who audit cases; they may press like a superior unit's head.
SUPERVISOR = "supervisor"


class Pressing:
    """The verbs; one object a process."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors

    def urge(self, acting: Acting, item_id: int, *, reason: str) -> None:
        """Ask the unit of an item to do it soon (催办): any unit of the case, once in four hours each person.

        Raises:
            NotFound: no such item, or not in a case of theirs. Invalid: no reason.
            Refused: it is the person's own, closed, or urged by them just before.
        """
        with self._doors.of_case(acting, item_id) as at:
            case, item = at.case, at.item
            words = worded(reason)
            if not at.units:
                raise NotFound(NO_ITEM)
            if item.person_id == acting.person_id:
                raise Refused(f"“{item.name}”由您自己办理，不用催办")
            last = queries.last_urge(case.unit.connection, item.id, acting.person_id or 0)
            if last is not None and case.now < last + BETWEEN:
                again = shown(last + BETWEEN, at=case.now)
                raise Refused(f"您已于 {shown(last, at=case.now)} 催办过“{item.name}”，{again} 以后可以再催")
            act_id, digest = acts.record(case, item.id, "urge", words)
            item.urged += 1
            case.unit.pending.change(tables.work_item, item.id, urged=item.urged)
            case.note("item_urged", item=item.id, code=item.code, act=act_id, digest=digest)
            _tell_own(case, item, "urged", f"有人催办“{item.name}”，请尽快办理")

    def press(self, acting: Acting, item_id: int, *, instruction: str) -> None:
        """Press with an instruction that the item's unit must answer (督办).

        Raises:
            NotFound, Invalid: as :meth:`urge`.
            Refused: not theirs to press, closed, or their last instruction is still unanswered.
        """
        with self._doors.of_case(acting, item_id) as at:
            case, item = at.case, at.item
            unit = presser(at, acting)
            if unit is None:
                raise Refused(f"“{item.name}”不由您督办：督办由上级单位负责人、监督人员提出；需要催促的，请用“催办”")
            words = worded(instruction, "请写明督办要求：做什么、何时反馈", "reason")
            unanswered = unended(acts.of_item(case.unit, item.id), "press")
            if any(one.person_id == acting.person_id for one in unanswered):
                raise Refused(f"您对“{item.name}”的上一次督办还没有答复，收到答复后再督办")
            acts.by_unit(case, unit)
            act_id, digest = acts.record(case, item.id, "press", words)
            item.pressed += 1
            case.unit.pending.change(tables.work_item, item.id, pressed=item.pressed)
            case.note("item_pressed", item=item.id, code=item.code, act=act_id, digest=digest)
            _tell_own(case, item, "pressed", f"“{item.name}”被督办，请查看要求并答复")

    def answer(self, acting: Acting, act_id: int, *, words: str) -> None:
        """Answer an instruction, for a unit of the item; also once the item is done.

        Raises:
            NotFound: no such instruction, or not on an item of theirs. Invalid: nothing was written.
            Refused: it has been answered.
        """
        with self._doors.database.unit(acting) as unit:
            act = queries.act_by_id(unit.connection, act_id)
            theirs = rows.may_claim(unit.connection, act.work_item_id, acting.unit_ids) if act else ()
            by = acting.first_of(one.unit_id for one in theirs)
            if act is None or act.kind != "press" or by is None:
                raise NotFound(NO_ITEM)
            role = next(one.role for one in theirs if one.unit_id == by.id)
            unit.go_on_as(ENGINE)
            by_whom = By(unit_id=by.id, role=role)
            case = loaded(unit, self._doors.releases, self._doors.directories, act.case_id, by_whom)
            said = worded(words, "请写明落实情况", "reason")
            if all(one.id != act_id for one in unended(acts.of_item(unit, act.work_item_id), "press")):
                raise Refused("这一次督办已经答复过了")
            row = queries.item_of(unit.connection, act.work_item_id)
            if row is None:
                raise NotFound(NO_ITEM)
            done, digest = acts.record(case, row.id, "answer", said, of_act=act_id)
            unit.pending.change(tables.work_item, row.id, pressed=row.pressed - 1)
            case.note("press_answered", item=row.id, code=row.code, act=done, of=act_id, digest=digest)
            presser_unit = case.directory.unit_by_id(act.unit_id)
            if presser_unit is not None:
                sentence = f"“{row.name}”的督办已有答复，请查看"
                tell_unit(case, presser_unit, about=row.code, kind="answered", sentence=sentence, item_id=row.id)


def presser(at: Place, acting: Acting) -> ActingUnit | None:
    """Return the unit in whose name the person may press: above the item's units, as head or as a supervisor."""
    above = refusals.expanded(at.case.release, superiors(at.case))
    for unit in at.units:
        head = unit.head and bool(unit.roles & above)
        if unit.id not in at.item.candidates and (head or SUPERVISOR in acting.duties):
            return unit
    return None


def _tell_own(case: RunningCase, item: OpenItem, kind: str, sentence: str) -> None:
    unit = case.directory.unit_by_id(item.unit_id)
    if unit is not None:
        tell_unit(case, unit, about=item.code, kind=kind, sentence=sentence, item_id=item.id)

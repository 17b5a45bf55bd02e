"""The verbs of asking before completing: 加签 (one), 会签 (several, all needed), the opinion, and taking it back.

Every verb opens one unit of work, fetches for the acting person, decides, and records.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from engine.core.errors import Invalid, NotFound, Refused
from engine.core.handing import unended
from engine.core.model import Acting
from engine.service import acts, refusals
from engine.service.acts import NO_ITEM, Doors, worded
from engine.service.handing import colleagues
from engine.service.opening import ENGINE, loaded
from engine.service.running import By, OpenItem, RunningCase
from engine.service.telling import tell_unit
from engine.store import acts as queries
from engine.store import tables
from engine.store.schema import AnyRow

#: More than these are not asked at once: a meeting is called instead.
MOST_ASKED = 10


class Consulting:
    """The verbs; one object a process."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors

    def consult(
        self,
        acting: Acting,
        item_id: int,
        *,
        units: Sequence[str] = (),
        people: Sequence[int] = (),
        question: str,
        seen: int,
    ) -> int:
        """Ask units by key, and colleagues by id, for their opinion; return how many are asked.

        The item stays with its holder and is completed only once all have answered.

        Raises:
            NotFound: no such item, or not one of the person's units. Invalid: by field.
            Refused: it is not in the person's hands, has changed, or somebody is asked already.
        """
        with self._doors.own(acting, item_id) as (case, item):
            refusals.require_seen(case, item, seen)
            refusals.require_mine(case, item, acting)
            asked = _asked(case, item, acting, units, people)
            words = worded(question, "请写明要征求什么意见")
            _require_unasked(case, item, asked)
            for unit_id, person_id in asked:
                self._ask(case, item, unit_id, person_id, words)
            item.consulted += len(asked)
            case.unit.pending.change(tables.work_item, item.id, consulted=item.consulted)
            return len(asked)

    def _ask(self, case: RunningCase, item: OpenItem, unit_id: int, person_id: int | None, words: str) -> None:
        act_id, digest = acts.record(case, item.id, "consult", words, to_unit_id=unit_id, to_person=person_id)
        unit = case.directory.unit_by_id(unit_id)
        key = unit.key if unit else str(unit_id)
        case.note("item_consulted", item=item.id, code=item.code, act=act_id, unit=key, person=person_id, digest=digest)
        if unit is not None and person_id is None:
            sentence = f"请本单位就“{item.name}”提出意见"
            tell_unit(case, unit, about=item.code, kind="consulted", sentence=sentence, item_id=item.id)

    def opinion(self, acting: Acting, act_id: int, *, words: str) -> None:
        """Answer what one's unit, or the person, was asked.

        Raises:
            NotFound: no such question, or not to them. Invalid: nothing was written.
            Refused: it has been answered or taken back.
        """
        with self._doors.database.unit(acting) as unit:
            act = queries.act_by_id(unit.connection, act_id)
            if act is None or not self._is_asked(acting, act):
                raise NotFound(NO_ITEM)
            by_unit = next(one for one in acting.units if one.id == act.to_unit_id)
            unit.go_on_as(ENGINE)
            by = By(unit_id=by_unit.id, role=acts.first_role(by_unit))
            case = loaded(unit, self._doors.releases, self._doors.directories, act.case_id, by)
            item = case.items.get(act.work_item_id)
            if item is None:
                raise refusals.no_longer_open(case, act.work_item_id)
            if act.to_person_id not in (None, acting.person_id):
                procedure = case.instances[item.instance_id].key
                if not acting.stands_in_for(act.to_person_id, procedure, case.now):
                    raise NotFound(NO_ITEM)
                case.by = replace(case.by, on_behalf_of=str(act.to_person_id))
            said = worded(words, "请写明意见")
            _require_waiting(case, item, act_id)
            done, digest = acts.record(case, item.id, "opinion", said, of_act=act_id)
            _one_less(case, item)
            case.note("opinion_given", item=item.id, code=item.code, act=done, of=act_id, digest=digest)
            asker = case.directory.unit_by_id(act.unit_id)
            if asker is not None and asker.id != by_unit.id:
                sentence = f"“{item.name}”收到{by_unit.name}的意见"
                tell_unit(case, asker, about=item.code, kind="opinion", sentence=sentence, item_id=item.id)

    @staticmethod
    def _is_asked(acting: Acting, act: AnyRow) -> bool:
        return act.kind == "consult" and act.to_unit_id in acting.unit_ids

    def cancel(self, acting: Acting, item_id: int, act_id: int, *, reason: str) -> None:
        """Take a question back (撤销加签), by whoever holds the item or heads its unit.

        Raises:
            NotFound: no such item, or not one of the person's units. Invalid: no reason.
            Refused: it has been answered or taken back, or is not theirs to take back.
        """
        with self._doors.own(acting, item_id) as (case, item):
            if not any(unit.head and unit.id in item.candidates for unit in acting.units):
                refusals.require_mine(case, item, acting)
            words = worded(reason)
            _require_waiting(case, item, act_id)
            done, digest = acts.record(case, item.id, "cancel", words, of_act=act_id)
            _one_less(case, item)
            case.note("consult_cancelled", item=item.id, code=item.code, act=done, of=act_id, digest=digest)


def _asked(
    case: RunningCase, item: OpenItem, acting: Acting, units: Iterable[str], people: Iterable[int]
) -> list[tuple[int, int | None]]:
    """Return whom to ask, each as a unit and, for a colleague, the person.

    Raises:
        Invalid: nobody, too many, or somebody who cannot be asked.
    """
    own = next(one for one in acting.units if one.id == case.by.unit_id)
    known = [case.directory.unit(key) for key in dict.fromkeys(units)]
    members = {one.person_id for one in colleagues(case, own)} - {acting.person_id}
    wanted = list(dict.fromkeys(people))
    asked: list[tuple[int, int | None]] = [(one.id, None) for one in known if one is not None and one.id != own.id]
    asked += [(own.id, one) for one in wanted if one in members]
    if len(asked) != len(known) + len(wanted):
        raise Invalid({"to": "请选择本地区的其他单位，或者本单位的同事"})
    if not 0 < len(asked) <= MOST_ASKED:
        raise Invalid({"to": f"请选择征求意见的单位或者同事，一次最多 {MOST_ASKED} 个"})
    return asked


def _require_unasked(case: RunningCase, item: OpenItem, asked: Iterable[tuple[int, int | None]]) -> None:
    waiting = {(one.to_unit_id, one.to_person_id) for one in unended(acts.of_item(case.unit, item.id), "consult")}
    if waiting.intersection(asked):
        raise Refused(f"“{item.name}”已向所选的单位或者同事征求意见，正在等待答复，不用再次加签")


def _require_waiting(case: RunningCase, item: OpenItem, act_id: int) -> None:
    if all(one.id != act_id for one in unended(acts.of_item(case.unit, item.id), "consult")):
        raise Refused("这一份意见已经答复，或者已被撤销加签")


def _one_less(case: RunningCase, item: OpenItem) -> None:
    item.consulted -= 1
    case.unit.pending.change(tables.work_item, item.id, consulted=item.consulted)

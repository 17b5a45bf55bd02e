"""What pages show of the verbs on an item: which a person may do, what each asks, and what waits for whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.core.errors import NotFound, Refused
from engine.core.handing import Act, standing, unended
from engine.core.model import Acting
from engine.service import acts, handing, refusals
from engine.service.acts import NAMES, NO_ITEM, ActView, Doors, Place
from engine.service.discretion import REPORTER
from engine.service.opening import ENGINE, loaded
from engine.service.pressing import presser
from engine.service.running import By, OpenItem, RunningCase
from engine.service.unit import Unit
from engine.store import acts as queries
from engine.store import casework as rows
from engine.store.schema import AnyRow

#: What a unit of the item may do with it beside doing it, in the order of the page.
OF_UNIT = ("transfer", "delegate", "return", "consult", "cancel")
#: What any unit of the case may do, if it may.
OF_CASE = ("withdraw", "urge", "press")
#: What is asked of each verb's page: whether a unit or a person is chosen.
CHOOSES_UNIT = frozenset({"transfer", "consult"})
CHOOSES_PERSON = frozenset({"delegate", "consult"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """A unit or a person to choose; ``value`` is a unit's key or a person's id."""

    value: str
    name: str
    sub: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ActAsked:
    """What the page of a verb shows; ``act`` is the one that is answered, taken back or sent back."""

    verb: str
    title: str
    item_id: int
    name: str
    code: str
    case_id: int
    case_number: str
    child_code: str
    unit_name: str
    holder_name: str | None
    due_at: datetime | None
    version: int
    units: Sequence[Choice] = ()
    people: Sequence[Choice] = ()
    questions: Sequence[Choice] = ()
    act: ActView | None = None
    back_to: str = ""
    theirs: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """One line of what waits for an answer, was urged, or was handed out."""

    act_id: int
    kind: str
    name: str
    item_id: int
    item_name: str
    code: str
    case_id: int
    case_number: str
    child_code: str
    at: datetime
    due_at: datetime | None
    by: str
    to: str
    words: str
    urged: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """What the page 协办与督办 shows."""

    waiting: Sequence[Waiting]
    urged: Sequence[Waiting]
    handed_out: Sequence[Waiting]


class ActReads:
    """Reads for the acting person."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors

    def asked(self, acting: Acting, item_id: int, verb: str) -> ActAsked:
        """Return what a verb's page asks.

        Raises:
            NotFound: no such item or verb, or not theirs. Refused: not now; with the reason.
        """
        if verb in OF_UNIT:
            with self._doors.own(acting, item_id) as (case, item):
                return self._asked(case, item, acting, verb, theirs=True)
        if verb in OF_CASE:
            with self._doors.of_case(acting, item_id) as at:
                theirs = any(one.id in at.item.candidates for one in acting.units)
                return self._asked(at.case, at.item, acting, verb, theirs=theirs)
        raise NotFound(NO_ITEM)

    def _asked(self, case: RunningCase, item: OpenItem, acting: Acting, verb: str, *, theirs: bool) -> ActAsked:
        at = Place(case=case, item=item, units=acting.units)
        done = acts.of_item(case.unit, item.id)
        if verb not in (of_item(at, acting, done, case.by.role) if theirs else of_case(at, acting, done)):
            raise _not_now(case, item, acting, verb)
        kept = self._doors.discretions.of(case.unit, acting, case.id)
        row = queries.item_of(case.unit.connection, item.id)
        if row is None:
            raise NotFound(NO_ITEM)
        back = standing(done, candidates=item.candidates, holder=item.person_id)
        views = {one.id: one for one in acts.views(case.unit, item.id, kept)}
        unit = next((one for one in acting.units if one.id == case.by.unit_id), None)
        hidden = kept.hides(item.unit_id, item.code)
        return ActAsked(
            verb=verb,
            title=NAMES[verb],
            item_id=item.id,
            name=item.name,
            code=item.code,
            case_id=case.id,
            case_number=row.case_number,
            child_code=row.child_code or "",
            unit_name=REPORTER if hidden else row.unit_name,
            holder_name=None if hidden else row.holder_name,
            due_at=item.due_at,
            version=item.version,
            units=_unit_choices(case, item, verb) if verb in CHOOSES_UNIT else (),
            people=[
                Choice(value=str(one.person_id), name=one.name, sub="负责人" if one.head else "")
                for one in (handing.colleagues(case, unit) if unit and verb in CHOOSES_PERSON else ())
                if one.person_id not in (acting.person_id if verb == "consult" else None, item.person_id)
            ],
            questions=[
                Choice(value=str(one.id), name=views[one.id].to, sub=views[one.id].words)
                for one in (unended(done, "consult") if verb == "cancel" else ())
            ],
            act=views.get(back.id) if back and verb in ("return", "withdraw") else None,
            back_to=_back_to(views, back) if back else "",
            theirs=theirs,
        )

    def of_case(self, acting: Acting, case_id: int) -> dict[int, frozenset[str]]:
        """Return what the person may do, as a unit of the case, with each of its items that are under way.

        Raises:
            NotFound: no such case, or not theirs to see.
        """
        with self._doors.database.unit(acting) as unit:
            readers = rows.readers_of_case(unit.connection, case_id)
            if not readers:
                raise NotFound(NO_ITEM)
            kept = self._doors.discretions.of(unit, acting, case_id)
            unit.go_on_as(ENGINE)
            by = By(unit_id=None, role=None)
            case = loaded(unit, self._doors.releases, self._doors.directories, case_id, by)
            units = [one for one in acting.units if one.id in readers]
            done = acts.of_case(unit, case_id)
            return {
                item.id: of_case(Place(case=case, item=item, units=units), acting, done.get(item.id, ()))
                for item in case.items.values()
                if kept.shows(case.instances[item.instance_id].key)
            }

    def to_answer(self, acting: Acting, act_id: int) -> ActAsked:
        """Return what is asked of somebody who is to give an opinion, or to answer an instruction.

        Raises:
            NotFound: no such question, or not to them. Refused: it has been answered or taken back.
        """
        with self._doors.database.unit(acting) as unit:
            act = queries.act_by_id(unit.connection, act_id)
            if act is None or act.kind not in ("consult", "press"):
                raise NotFound(NO_ITEM)
            mine = [one.act_id for one in self._waiting(unit, acting)]
            row = queries.item_of(unit.connection, act.work_item_id)
            to_us = act.to_unit_id in acting.unit_ids or bool(
                act.kind == "press" and rows.may_claim(unit.connection, act.work_item_id, acting.unit_ids)
            )
            if row is None or not to_us:
                raise NotFound(NO_ITEM)
            kept = self._doors.discretions.of(unit, acting, act.case_id)
            view = next(one for one in acts.views(unit, row.id, kept) if one.id == act_id)
            if act_id not in mine:
                raise Refused("这一件已经答复，或者已经撤销，不用再答复")
            unit.read(act.case_id, f"查看“{row.name}”的{NAMES[act.kind]}", unit_id=next(iter(acting.unit_ids), None))
            return ActAsked(
                verb="opinion" if act.kind == "consult" else "answer",
                title="提出意见" if act.kind == "consult" else "答复督办",
                item_id=row.id,
                name=row.name,
                code=row.code,
                case_id=row.case_id,
                case_number=row.case_number,
                child_code=row.child_code or "",
                unit_name=REPORTER if kept.hides(row.unit_id, row.code) else row.unit_name,
                holder_name=None if kept.hides(row.unit_id, row.code) else row.holder_name,
                due_at=row.due_at,
                version=row.version,
                act=view,
                theirs=bool(rows.may_claim(unit.connection, row.id, acting.unit_ids)),
            )

    def desk(self, acting: Acting) -> Desk:
        """Return what others ask of the person's units, what was urged, and what is handed out."""
        with self._doors.database.unit(acting) as unit:
            return Desk(
                waiting=self._waiting(unit, acting),
                urged=self._lines(unit, acting, queries.urged(unit.connection, acting.unit_ids)),
                handed_out=self._lines(
                    unit, acting, queries.handed_out(unit.connection, acting.unit_ids, acting.person_id or 0)
                ),
            )

    def waiting_count(self, acting: Acting) -> int:
        """Return how much waits for an answer of the person's units."""
        with self._doors.database.unit(acting) as unit:
            return len(_reached(unit, acting))

    def _waiting(self, unit: Unit, acting: Acting) -> list[Waiting]:
        return self._lines(unit, acting, _reached(unit, acting))

    def _lines(self, unit: Unit, acting: Acting, found: Sequence[AnyRow]) -> list[Waiting]:
        kept = {
            case_id: self._doors.discretions.of(unit, acting, case_id) for case_id in {one.case_id for one in found}
        }
        return [
            Waiting(
                act_id=one.id,
                kind=one.kind,
                name=NAMES[one.kind],
                item_id=one.work_item_id,
                item_name=one.name,
                code=one.code,
                case_id=one.case_id,
                case_number=one.case_number,
                child_code=one.child_code or "",
                at=one.at,
                due_at=one.due_at,
                by=REPORTER if kept[one.case_id].hides(one.unit_id) else f"{one.unit_name} {one.by}",
                to=one.to_person_name or one.to_unit_name or "",
                words=acts.opened_words(unit, one) if kept[one.case_id].shows_of(one.unit_id) else "",
                urged=one.urged,
            )
            for one in found
        ]


def _reached(unit: Unit, acting: Acting) -> list[AnyRow]:
    """Return what the person's units, the person and those whom they stand in for are asked and have not answered."""
    absent = {one.person_id for one in acting.covers if one.runs(unit.now)}
    found = queries.waiting_for(unit.connection, acting.unit_ids, sorted({acting.person_id or 0, *absent}))
    return [
        one
        for one in found
        if one.to_person_id in (None, acting.person_id)
        or acting.stands_in_for(one.to_person_id, one.procedure, unit.now)
    ]


def of_item(at: Place, acting: Acting, done: Sequence[Act], role: str | None) -> frozenset[str]:
    """Return the verbs of a person whose unit may claim the item."""
    case, item = at.case, at.item
    head = any(unit.head and unit.id in item.candidates for unit in acting.units)
    mine = item.person_id == acting.person_id or refusals.stands_in(case, item, acting)
    found = set(of_case(at, acting, done))
    if handing.may_move(case, item, acting):
        found |= {"transfer"} if handing.targets(case, item, role) else set()
        found |= {"return"} if standing(done, candidates=item.candidates, holder=item.person_id) else set()
    if head and not item.consulted:
        found.add("delegate")
    if mine and item.state == "claimed":
        found.add("consult")
    if item.consulted and (head or mine):
        found.add("cancel")
    return frozenset(found)


def of_case(at: Place, acting: Acting, done: Sequence[Act]) -> frozenset[str]:
    """Return the verbs of a person whose unit may read the case."""
    found = set()
    if at.item.person_id != acting.person_id:
        found.add("urge")
    if handing.withdrawable(at, acting, done):
        found.add("withdraw")
    if presser(at, acting):
        found.add("press")
    return frozenset(found)


def _unit_choices(case: RunningCase, item: OpenItem, verb: str) -> list[Choice]:
    found = handing.targets(case, item, case.by.role) if verb == "transfer" else case.directory.units
    names = {key: key.rpartition(".")[2] for key in case.directory.areas}
    return [
        Choice(
            value=unit.key, name=unit.name, sub="" if unit.area == case.row.jurisdiction else names.get(unit.area, "")
        )
        for unit in sorted(found, key=lambda one: one.name)
        if unit.id != case.by.unit_id
    ]


def _back_to(views: dict[int, ActView], back: Act) -> str:
    view = views.get(back.id)
    if view is None:
        return ""
    return view.unit_name if back.kind == "transfer" else view.by


def _not_now(case: RunningCase, item: OpenItem, acting: Acting, verb: str) -> Refused:
    """Return why a verb cannot be done now, in the words of the verb itself where it has some."""
    try:
        if verb == "delegate":
            handing.require_head(item, acting)
        elif verb == "consult":
            refusals.require_mine(case, item, acting)
        elif verb in ("transfer", "return"):
            handing.require_movable(case, item, acting)
    except Refused as why:
        return why
    sentences = {
        "transfer": f"本地区没有其他单位可以办理“{item.name}”，不能转办",
        "return": f"“{item.name}”不是转办或者委派来的，没有可以退回的单位。程序已走过的环节不能退回",
        "withdraw": f"“{item.name}”不能由您撤回，或者对方已经签收。需要收回的，请与现在的单位联系，由其退回",
        "urge": f"“{item.name}”由您自己办理，不用催办",
        "press": f"“{item.name}”不由您督办：督办由上级单位负责人、监督人员提出",
    }
    return Refused(sentences.get(verb, f"“{item.name}”现在不能{NAMES[verb]}"))

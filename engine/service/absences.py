"""Who is away and who stands in: recorded by oneself or by the head of the unit, warned of, ended early.

The substitute is somebody of the same unit: what a unit may read is decided by its office, and nobody opens
its cases to another unit by going on leave. A head's powers (委派) are not covered.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engine.core.civil import end_of, instant_of
from engine.core.cover import Absence, knot, left_alone, overlapping
from engine.core.deadlines import day_of
from engine.core.errors import Invalid, NotFound, Refused
from engine.core.model import Acting
from engine.service.releases import Releases
from engine.service.unit import Database, Unit
from engine.store import absences as queries
from engine.store.schema import AnyRow

ADMIN = "admin"
NOBODY = "没有这一条请假记录，或者您无权办理"
#: Nobody arranges further ahead; a longer absence is a change of post.
LONGEST = timedelta(days=366)


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """Somebody for whom an absence may be recorded, or who may stand in."""

    id: int
    name: str
    units: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AbsenceView:
    """An absence that runs or is to come; ``first`` and ``last`` are days."""

    id: int
    person_id: int
    name: str
    substitute_name: str | None
    first: date
    last: date
    procedures: Sequence[str]
    recorded_by: str
    runs: bool
    may_end: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrangements:
    """What the page 请假与代办 shows: own absences, those one covers, those of people one heads."""

    own: Sequence[AbsenceView]
    covering: Sequence[AbsenceView]
    headed: Sequence[AbsenceView]
    people: Sequence[Member]
    substitutes: Sequence[Member]
    procedures: Sequence[tuple[str, str]]


class Absences:
    """The verbs; one object a process."""

    def __init__(self, database: Database, releases: Releases) -> None:
        self._database = database
        self._releases = releases

    def arrangements(self, acting: Acting) -> Arrangements:
        """Return what concerns the person, and whom they may name."""
        with self._database.unit(acting) as unit:
            members = queries.members_of(unit.connection, acting.unit_ids, unit.now)
            headed = _headed(acting, members)
            known = dict(self._procedures(unit, acting))
            found = queries.not_over(unit.connection, sorted({acting.person_id or 0, *headed}), unit.now)
            shown = [_view(one, acting, headed, unit.now, known) for one in found]
            substituted = {one.id for one in found if one.substitute_id == acting.person_id}
            return Arrangements(
                own=[one for one in shown if one.person_id == acting.person_id],
                covering=[one for one in shown if one.id in substituted],
                headed=[one for one in shown if one.person_id in headed - {acting.person_id}],
                people=[one for one in _people(members) if one.id in headed | {acting.person_id}],
                substitutes=_people(members),
                procedures=list(known.items()),
            )

    def record(
        self,
        acting: Acting,
        person_id: int,
        substitute_id: int | None,
        *,
        first: date,
        last: date,
        procedures: Iterable[str] = (),
        confirmed: bool = False,
    ) -> list[str]:
        """Record that somebody is away from the first day to the last, and who stands in.

        Returns the sentences that have to be confirmed, and records nothing then; nothing to confirm: it is done.

        Raises:
            NotFound: not oneself, nor somebody of a unit that the person heads.
            Invalid: by field. Refused: it makes a chain or a circle.
        """
        with self._database.unit(acting) as unit:
            members = queries.members_of(unit.connection, acting.unit_ids, unit.now)
            if person_id not in _headed(acting, members) | {acting.person_id}:
                raise NotFound(NOBODY)
            names = {one.person_id: one.name for one in members}
            chosen = self._chosen(unit, acting, procedures)
            _require_days(first, last, unit.now)
            _require_colleague(members, person_id, substitute_id)
            new = Absence(
                person_id=person_id,
                substitute_id=substitute_id,
                since=max(instant_of(first), unit.now),
                until=end_of(last),
                procedures=chosen,
            )
            with unit.acting_as(ADMIN):
                queries.lock(unit.connection)
                others = queries.not_over(unit.connection, sorted(names), unit.now)
                _require_no_knot(new, others)
                warned = _warnings(new, others, members, names)
                if warned and not confirmed:
                    return warned
                queries.add(
                    unit.connection,
                    person_id=person_id,
                    substitute_id=substitute_id,
                    since=new.since,
                    until=new.until,
                    procedures=sorted(chosen),
                    recorded_by=acting.person_id,
                    recorded_at=unit.now,
                )
        return []

    def end(self, acting: Acting, absence_id: int) -> None:
        """End an absence now; one that has ended stays as it is.

        Raises:
            NotFound: no such absence, or not theirs to end.
        """
        with self._database.unit(acting) as unit:
            members = queries.members_of(unit.connection, acting.unit_ids, unit.now)
            with unit.acting_as(ADMIN):
                row = queries.by_id(unit.connection, absence_id)
                if row is None or row.person_id not in _headed(acting, members) | {acting.person_id}:
                    raise NotFound(NOBODY)
                if row.ended_at is None and row.until > unit.now:
                    queries.end(unit.connection, absence_id, at=unit.now, by=acting.person_id)

    def _procedures(self, unit: Unit, acting: Acting) -> list[tuple[str, str]]:
        if not acting.units:
            return []
        release = self._releases.in_force(unit.connection, acting.units[0].jurisdiction, unit.now)
        return [(key, one.model.name) for key, one in sorted(release.procedures.items())]

    def _chosen(self, unit: Unit, acting: Acting, procedures: Iterable[str]) -> frozenset[str]:
        chosen = frozenset(procedures)
        if not chosen <= {key for key, _ in self._procedures(unit, acting)}:
            raise Invalid({"procedures": "请从列出的程序中选择"})
        return chosen


def _headed(acting: Acting, members: Iterable[AnyRow]) -> set[int]:
    """Return the people of the units that the person heads."""
    units = {one.id for one in acting.units if one.head}
    return {one.person_id for one in members if one.unit_id in units}


def _people(members: Iterable[AnyRow]) -> list[Member]:
    units: dict[int, list[str]] = {}
    names = {}
    for one in members:
        names[one.person_id] = one.name
        units.setdefault(one.person_id, []).append(one.unit_name)
    return [Member(id=key, name=name, units="、".join(units[key])) for key, name in names.items()]


def _view(row: AnyRow, acting: Acting, headed: set[int], now: datetime, known: dict[str, str]) -> AbsenceView:
    return AbsenceView(
        id=row.id,
        person_id=row.person_id,
        name=row.name,
        substitute_name=row.substitute_name,
        first=day_of(row.since),
        last=day_of(row.until - timedelta(seconds=1)),
        procedures=[known.get(key, key) for key in row.procedures],
        recorded_by=row.recorder_name,
        runs=row.since <= now,
        may_end=row.person_id in headed | {acting.person_id},
    )


def _require_days(first: date, last: date, now: datetime) -> None:
    if last < first:
        raise Invalid({"last": "结束日期不能早于开始日期"})
    if last < day_of(now):
        raise Invalid({"last": "结束日期已经过去，请填写今日或者以后的日期"})
    if last - first > LONGEST:
        raise Invalid({"last": "一次请假不能超过一年；长期离岗的，请管理员调整人员"})


def _require_colleague(members: Sequence[AnyRow], person_id: int, substitute_id: int | None) -> None:
    """Refuse a substitute who shares no unit with the absent person."""
    if substitute_id is None:
        return
    if substitute_id == person_id:
        raise Invalid({"substitute": "代办人不能是请假人自己"})
    units = {one.unit_id for one in members if one.person_id == person_id}
    if all(one.unit_id not in units for one in members if one.person_id == substitute_id):
        raise Invalid({"substitute": "代办人须是同一单位的同事"})


def _require_no_knot(new: Absence, others: Sequence[AnyRow]) -> None:
    found = knot(new, [_absence(one) for one in others])
    if found is None:
        return
    row = next(one for one in others if _absence(one) == found.other)
    if found.circle:
        raise Refused(f"{row.name}请假期间由请假人代办，两人不能互相代办，请另选代办人")
    if row.person_id == new.substitute_id:
        raise Refused(f"{row.name}当时也请假，由{row.substitute_name}代办，代办不能再转，请另选代办人")
    raise Refused(f"请假人当时正代{row.name}办理，请{row.name}先另定代办人，再请假")


def _warnings(new: Absence, others: Sequence[AnyRow], members: Sequence[AnyRow], names: dict[int, str]) -> list[str]:
    known = [_absence(one) for one in others]
    said = []
    if new.substitute_id is None:
        said.append("没有代办人：其名下的事项在请假期间无人办理，时限照常计算")
    elif any(one.person_id == new.substitute_id and one.meets(new) for one in known):
        said.append(f"代办人{names[new.substitute_id]}在这段时间也请假")
    if list(overlapping(new, known)):
        said.append("这段时间已有一次请假，两次的代办人都可以办理")
    units = {one.unit_id: one.unit_name for one in members if one.person_id == new.person_id}
    for unit_id, name in units.items():
        there = [one.person_id for one in members if one.unit_id == unit_id]
        if left_alone(new, known, there):
            said.append(f"{name}在这段时间会没有人在岗，紧急事项无人签收")
        elif new.substitute_id is not None and new.substitute_id not in there:
            said.append(f"代办人不在{name}，该单位的事项不能代办")
    return said


def _absence(row: AnyRow) -> Absence:
    return Absence(
        person_id=row.person_id,
        substitute_id=row.substitute_id,
        since=row.since,
        until=row.until,
        procedures=frozenset(row.procedures),
    )

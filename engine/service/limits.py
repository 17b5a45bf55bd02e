"""The verbs of limits: extend, suspend, resume; what each needs is data of the limit's parameter.

Every verb opens one unit of work, fetches for the acting person, decides, and records.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from engine import feel
from engine.core.civil import DaysDuration, Length, MonthsDuration
from engine.core.deadlines import day_of, is_positive
from engine.core.errors import Invalid, NotFound, Refused
from engine.core.model import Acting
from engine.service import duetimes, limitreading, limitrights, refusals, stepping
from engine.service.directory import Directories
from engine.service.discretion import Discretion, Discretions
from engine.service.limitchanges import EXTEND, RESUME, SUSPEND, LimitChange, text_of
from engine.service.limitreading import REASON, changes_of
from engine.service.limitrights import WORDS, Place, Right
from engine.service.limitviews import Asked, LimitView, May
from engine.service.limitwords import length_words
from engine.service.opening import loaded
from engine.service.releases import Releases
from engine.service.running import By, OpenItem, RunningCase
from engine.service.telling import shown, tell_of_limit
from engine.service.terms import Limit
from engine.service.unit import Database, Unit
from engine.store import casework as rows
from engine.store import inbox, tables, views
from engine.store import limits as queries

ENGINE = "engine"
#: A reason is some sentences, not a file.
MOST_WORDS = 1000
#: What happened to a limit, as its journal entry and its notice are called.
KINDS = {EXTEND: "extended", SUSPEND: "suspended", RESUME: "resumed"}


class Limits:
    """The verbs; one object a process."""

    def __init__(
        self, database: Database, releases: Releases, directories: Directories, discretions: Discretions
    ) -> None:
        self._database = database
        self._releases = releases
        self._directories = directories
        self._discretions = discretions

    def may(self, acting: Acting, item_id: int) -> May:
        """Return what the person may do with the limit of an open item, of whichever unit.

        Raises:
            NotFound: no such item, or not in a case of theirs.
        """
        with self._opened(acting, item_id) as at:
            return limitrights.may(at)

    def may_of_case(self, acting: Acting, case_id: int) -> dict[int, May]:
        """Return what the person may do with the limits of a case: the items with nothing are left out."""
        return {item_id: allowed for item_id, (_, allowed) in self.of_case(acting, case_id).items() if allowed.verbs}

    def of_case(self, acting: Acting, case_id: int) -> dict[int, tuple[LimitView, May]]:
        """Return how the limits of a case's open items came about, and what the person may do with each.

        Raises:
            NotFound: no such case, or not theirs to see.
        """
        with self._database.unit(acting) as unit:
            readers = rows.readers_of_case(unit.connection, case_id)
            if not readers:
                raise NotFound(_NO_CASE)
            kept = self._discretions.of(unit, acting, case_id)
            unit.go_on_as(ENGINE)
            case = self._load(unit, case_id)
            found: dict[int, tuple[LimitView, May]] = {}
            for row in inbox.rows_of_case(unit.connection, case_id):
                at = limitrights.place_of(case, case.items[row.id], acting, readers)
                seen = limitreading.view(case, at.live, at.live.release, at.task, row, kept)
                if seen is not None and kept.shows(at.live.key):
                    found[row.id] = (seen, limitrights.may(at))
            return found

    def asked(self, acting: Acting, item_id: int) -> Asked:
        """Return what somebody is shown who wants to change a limit.

        Raises:
            NotFound: as :meth:`may`, or nothing gives a unit of theirs such a power: there is no page for them.
            Refused: they have it, but not now; with the reason.
        """
        with self._opened(acting, item_id) as at:
            allowed = limitrights.may(at)
            if not limitrights.has_power(at):
                raise NotFound(_NO_ITEM)
            if not allowed.verbs:
                limitrights.require(at, RESUME if at.item.suspended_at else EXTEND)
            return self._asked(at, acting, allowed)

    def extend(
        self, acting: Acting, item_id: int, *, length: str = "", until: date | None = None, reason: str, seen: int
    ) -> datetime | None:
        """Extend a limit by a length (``P5D``, or a number of its own days) or until a day; return the new due time.

        Raises:
            NotFound: as :meth:`may`. Invalid: by field; nothing has changed.
            Refused: not theirs to extend, too long, too often, overdue, or it has changed since.
        """
        with self._opened(acting, item_id) as at:
            change = LimitChange(kind=EXTEND, at=at.case.now, length=_length(length, until), until=until)
            return self._change(at, change, _worded(reason), seen)

    def suspend(self, acting: Acting, item_id: int, *, reason: str, seen: int) -> None:
        """Let a limit stand still from now on.

        Raises:
            As :meth:`extend`.
        """
        with self._opened(acting, item_id) as at:
            self._change(at, LimitChange(kind=SUSPEND, at=at.case.now), _worded(reason), seen)

    def resume(self, acting: Acting, item_id: int, *, reason: str, seen: int) -> datetime | None:
        """Let a limit run again, and return its due time.

        Raises:
            As :meth:`extend`.
        """
        with self._opened(acting, item_id) as at:
            return self._change(at, LimitChange(kind=RESUME, at=at.case.now), _worded(reason), seen)

    @contextmanager
    def _opened(self, acting: Acting, item_id: int) -> Iterator[Place]:
        """Fetch an item of a case that the person may read, lock the case, and go on as the engine inside."""
        with self._database.unit(acting) as unit:
            row = queries.item_of(unit.connection, item_id)
            if row is None or not self._discretions.of(unit, acting, row.case_id).shows(row.procedure):
                raise NotFound(_NO_ITEM)
            readers = rows.readers_of_case(unit.connection, row.case_id)
            unit.go_on_as(ENGINE)
            case = self._load(unit, row.case_id)
            item = case.items.get(item_id)
            if item is None:
                raise refusals.no_longer_open(case, item_id)
            yield limitrights.place_of(case, item, acting, readers)

    def _load(self, unit: Unit, case_id: int) -> RunningCase:
        return loaded(unit, self._releases, self._directories, case_id, By(unit_id=None, role=None))

    def _asked(self, at: Place, acting: Acting, allowed: May) -> Asked:
        unit, item = at.case.unit, at.item
        kept = self._discretions.of(unit, acting, at.case.id)
        head = views.case_row(unit.connection, at.case.id)
        main = at.case.directory.unit_by_id(item.unit_id)
        authority = at.parameter.extend if at.parameter else None
        latest = _by_at_most(at, authority.most) if EXTEND in allowed.verbs and authority else None
        unit.read(at.case.id, f"查看“{item.name}”的时限", unit_id=at.units[0].id if at.units else None)
        return Asked(
            item_id=item.id,
            name=item.name,
            code=item.code,
            case_id=at.case.id,
            case_number=at.case.row.number,
            child_code=head.child_code if head else "",
            unit_name=main.name if main and not kept.hides(main.id, item.code) else "",
            due_at=item.due_at,
            provisional=item.provisional,
            suspended_since=item.suspended_at,
            working=at.is_working,
            may=allowed,
            latest=_last_day(latest),
            seen=len(item.changes),
            changes=changes_of(unit, item.id, kept),
        )

    def _change(self, at: Place, change: LimitChange, reason: str, seen: int) -> datetime | None:
        if self._is_done(at, change, reason, seen):
            return at.item.due_at
        if seen != len(at.item.changes):
            raise Refused(
                f"“{at.item.name}”的时限在您打开之后有了变动，现在{_state(at.item, at.case.now)}。请核对后再提交"
            )
        right = limitrights.require(at, change.kind)
        limit = _limit(at, change)
        if change.kind == EXTEND:
            _require_length(at, right, limit)
        _record(at, right, change, limit, reason)
        stepping.settle(at.case)
        return at.item.due_at

    def _is_done(self, at: Place, change: LimitChange, reason: str, seen: int) -> bool:
        """Say whether this is the change made last, sent twice."""
        if len(at.item.changes) != seen + 1:
            return False
        last = at.item.changes[-1]
        same = (last.kind, last.length, last.until) == (change.kind, change.length, change.until)
        told = changes_of(at.case.unit, at.item.id, Discretion())[-1]
        return same and told.reason == reason and told.person_id == at.case.unit.acting.person_id


_NO_ITEM = "没有这件待办，或者您无权查看"
_NO_CASE = "没有这个个案，或者您无权查看"


def _worded(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise Invalid({"reason": "请写明理由，将记入个案日志"})
    if len(reason) > MOST_WORDS:
        raise Invalid({"reason": f"理由请在{MOST_WORDS}字以内，现有{len(reason)}字"})
    return reason


def _length(text: str, until: date | None) -> Length | None:
    """Return a length as it was typed; a plain number is one of days."""
    text = text.strip().upper()
    if bool(text) == (until is not None):
        raise Invalid({"length": "请填写延长多久，或者延至哪一日，两者填一项"})
    if not text:
        return None
    text = f"P{text}D" if text.isdecimal() else text
    try:
        value = feel.parse_duration(text)
    except feel.FeelError as error:
        raise Invalid({"length": "请填写延长的天数，例如 5"}) from error
    if not isinstance(value, MonthsDuration | DaysDuration) or not is_positive(value):
        raise Invalid({"length": "延长的时间要大于零"})
    return value


def _limit(at: Place, change: LimitChange) -> Limit:
    limit = at.case.terms(at.live).limit(at.task, at.item.opened_at, (*at.item.changes, change))
    if limit is None:
        raise Refused(f"“{at.item.name}”没有时限，不需要{WORDS[change.kind]}")
    return limit


def _by_at_most(at: Place, most: Length | None) -> datetime | None:
    """Return the due time that the longest single extension gives."""
    if most is None:
        return None
    change = LimitChange(kind=EXTEND, at=at.case.now, length=most)
    return _limit(at, change).due


def _require_length(at: Place, right: Right, limit: Limit) -> None:
    """Refuse an extension that makes the limit no longer, or longer than the authority reaches."""
    before, why = at.item.due_at, limit.why
    if why and why.before and why.before.last_day and not why.last_day:
        raise Invalid({"length": "这一时限按整日计算，请填写延长的天数，例如 5"})
    if limit.due is None or before is None or limit.due <= before:
        due = shown(before, at=at.case.now) if before else ""
        raise Invalid({"until": f"延期后要晚于现在的到期时间 {due}"})
    latest = _by_at_most(at, right.authority.most)
    if latest is not None and limit.due > latest:
        most = length_words(right.authority.most, working=at.is_working)
        raise Refused(f"“{at.item.name}”一次最多延长{most}（至 {shown(latest, at=at.case.now)}）。请改短后再提交")


def _record(at: Place, right: Right, change: LimitChange, limit: Limit, reason: str) -> None:
    case, item, before = at.case, at.item, at.item.due_at
    case.by = By(unit_id=right.unit.id, role=right.role)
    item.changes = (*item.changes, change)
    item.suspended_at = {SUSPEND: change.at, RESUME: None}.get(change.kind, item.suspended_at)
    sealed, key_id = case.unit.vault.seal(reason.encode(), context=REASON)
    digest = hashlib.sha256(sealed).hexdigest()
    by = {"length": text_of(change.length), "until": change.until}
    change_id = rows.add(
        case.unit.connection,
        tables.limit_change,
        case_id=case.id,
        work_item_id=item.id,
        kind=change.kind,
        at=change.at,
        **by,
        due_before=before,
        due_after=limit.due,
        source=right.authority.source,
        sealed=sealed,
        key_id=key_id,
        digest=digest,
        person_id=case.unit.acting.person_id,
        unit_id=right.unit.id,
        role=right.role,
    )
    extended = {**by, "working": at.is_working} if change.kind == EXTEND else {}
    case.note(
        f"limit_{KINDS[change.kind]}",
        item=item.id,
        code=item.code,
        change=change_id,
        digest=digest,
        source=right.authority.source,
        **extended,
    )
    why = {"suspended": True} if change.kind == SUSPEND else {}
    # The time of a pause does not pass, so its reminders stand; an extension has a last day of its own to remind of.
    duetimes.set_due(case, item, limit, told=0 if change.kind == EXTEND else item.stage, **why)
    stepping.look_again(case, at.live)
    tell_of_limit(case, item, KINDS[change.kind], f"“{item.name}”已{WORDS[change.kind]}，{_state(item, case.now)}")


def _state(item: OpenItem, now: datetime) -> str:
    if item.suspended_at is not None:
        return f"自 {shown(item.suspended_at, at=now)} 起不计入时限"
    return f"应于 {shown(item.due_at, at=now)} 前办结" if item.due_at else "无时限"


def _last_day(latest: datetime | None) -> date | None:
    """Return the last day at whose 24:00 that instant has not passed."""
    return day_of(latest) - timedelta(days=1) if latest else None

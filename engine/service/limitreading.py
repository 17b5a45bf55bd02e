"""Reads how the due time of an item came about, for the pages that say why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row

from engine import feel
from engine.bpmn.model import TaskModel
from engine.bpmn.release import Release
from engine.core.calendars import Calendar, Year
from engine.core.civil import DaysDuration, exactly
from engine.core.deadlines import Days, Due, Kind, Roll, Rule
from engine.service import beside
from engine.service.discretion import REPORTER, Discretion
from engine.service.limitviews import Change, LimitView
from engine.service.limitwords import is_working, length_words, off_words, rule_words
from engine.service.running import Live, OpenItem, RunningCase
from engine.service.unit import Unit
from engine.store import limits as queries

#: Where the reasons of changes are sealed.
REASON = "limit_change.sealed"


def view(
    case: RunningCase, live: Live | None, release: Release, task: TaskModel, row: Row[Any], kept: Discretion
) -> LimitView | None:
    """Return the limit of an item, or None where it has none.

    An open one is reckoned again from what the case holds; of a closed one is said what was stored.
    """
    if row.limit_name is None:
        return None
    item = case.items.get(row.id)
    limit = case.terms(live).limit(task, item.opened_at, item.changes) if live and item else None
    why = limit.why if limit else None
    rule = release.rules.get(row.limit_name, Rule())
    length = limit.length if limit else release.parameters.get(row.limit_name)
    return LimitView(
        name=row.limit_name,
        length=length_words(length, working=is_working(rule)),
        rule=rule_words(rule, why),
        start=row.limit_start or row.opened_at,
        first_day=why.first_day if why else None,
        last_day=why.last_day if why else None,
        rolls=list(_rolls(why)) if why else (),
        skipped=[(day, off_words(day, case.calendar)) for day in why.skipped] if why else (),
        calendars=_sources(case.calendar, rule, why) if why else (),
        guessed_years=why.unpublished if why else (),
        provisional=row.provisional,
        due_at=row.due_at,
        suspended_since=row.suspended_at,
        clause=clause_words(release, row.limit_name),
        changes=changes_of(case.unit, row.id, kept, working=is_working(rule)),
        suspended=_left_out(why) if why else "",
        beside=_beside(case, live, release, item) if live and item else (),
    )


def _beside(case: RunningCase, live: Live, release: Release, item: OpenItem) -> list[str]:
    return [said + clause_words(release, name) for said, name in beside.sentences(case, live, item)]


def _rolls(why: Due) -> Iterator[tuple[date, date]]:
    if why.before is not None:
        yield from _rolls(why.before)
    if why.rolled_from is not None and why.last_day is not None:
        yield why.rolled_from, why.last_day


def _left_out(why: Due) -> str:
    """Return what pauses left out: whole days, or hours and minutes where instants count."""
    whole = why.last_day is not None
    return length_words(DaysDuration(why.suspended.days) if whole else exactly(why.suspended))


def _sources(calendar: Calendar, rule: Rule, why: Due) -> list[str]:
    """Return where the plans stand that decided which days of this limit count, or whether its last one does."""
    if rule.days is Days.NATURAL and rule.roll is Roll.NONE:
        return []
    looked = list(_looked_at(why))
    plans = (plan for _, plan in sorted(calendar.years.items()))
    return [plan.source for plan in plans if any(_speaks(plan, first, last) for first, last in looked)]


def _looked_at(why: Due) -> Iterator[tuple[date, date]]:
    """Yield from which day to which it was asked whether they are worked, for the limit and each extension."""
    if why.before is not None:
        yield from _looked_at(why.before)
    last = why.last_day
    if last is None:
        return
    first = why.first_day if why.kind is Kind.WORKING else why.rolled_from
    yield min(first or last, last), max(first or last, last)


def _speaks(plan: Year, first: date, last: date) -> bool:
    """Say whether a plan decides about a day between two; it may name days of the December before."""
    of_year = first.year <= plan.year <= last.year
    return of_year or any(first <= day <= last for day in plan.off | plan.work)


def changes_of(unit: Unit, item_id: int, kept: Discretion, *, working: bool = False) -> Sequence[Change]:
    """Return what was done to the limit of an item, in order, with what the reader may know of it."""
    return [
        Change(
            id=row.id,
            kind=row.kind,
            at=row.at,
            person_id=row.person_id,
            by="" if kept.hides(row.unit_id) else row.by,
            unit_name=REPORTER if kept.hides(row.unit_id) else row.unit_name,
            reason=unit.vault.open(bytes(row.sealed), row.key_id, context=REASON).decode()
            if kept.shows_of(row.unit_id)
            else "",
            length=length_words(feel.parse_duration(row.length), working=working) if row.length else "",
            until=row.until,
            before=row.due_before,
            due=row.due_after,
            source=row.source,
        )
        for row in queries.with_people(unit.connection, item_id)
    ]


def clause_words(release: Release, name: str) -> str:
    """Return where the length of a limit stands, or that it is ours."""
    known = release.sources.get(name)
    if known is None:
        return ""
    if known.default:
        said = f"文件只写“{known.word}”" if known.word else "文件未写时限"
        return f"{said}；此时限为本区设定，可由政策人员调整。"
    return f"时限见条款 {known.source}。"

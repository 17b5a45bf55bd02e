"""The verbs of calendars: show the years, say what a file would move, load it and count the limits again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import groupby

import structlog

from engine.bpmn.calendarfiles import read_calendar
from engine.bpmn.findings import ModelError
from engine.core.calendars import Calendar, Year
from engine.core.deadlines import end_of
from engine.core.errors import Invalid, NotFound, Refused
from engine.core.model import Acting, system
from engine.service import recounting, stepping
from engine.service.almanac import calendar_of, digest_of, put, year_of
from engine.service.calendarviews import Earlier, Loaded, Move, Preview, Shown, YearLine, YearView
from engine.service.directory import Directories
from engine.service.opening import loaded
from engine.service.releases import Releases
from engine.service.running import By, RunningCase
from engine.service.telling import open_incident
from engine.service.unit import Database, Unit
from engine.store import calendars as queries
from engine.store import casework as rows
from engine.store.schema import AnyRow

log = structlog.get_logger()

#: Whose business the calendar is.
DUTIES = frozenset({"policy_officer", "administrator"})
PERSON, ADMIN, ENGINE = "person", "admin", "engine"
#: How many problems of a file are told at once.
MOST_TOLD = 20
#: How long after a load it is looked for what it left undone.
LEFT_UNDONE = timedelta(days=7)


class Calendars:
    """The verbs; one object a process."""

    def __init__(self, database: Database, releases: Releases, directories: Directories) -> None:
        self._database = database
        self._releases = releases
        self._directories = directories
        self._caught_up: set[int] = set()

    def years(self, acting: Acting) -> Shown:
        """Return the years that have a plan, the latest first.

        Raises:
            NotFound: it is not their business.
        """
        _require_duty(acting)
        with self._database.unit(acting) as unit:
            every = queries.with_people(unit.connection)
            lines = [_line(found) for found in _by_year(every).values()]
            return Shown(years=lines, published_until=self._directories.almanac.now(unit.connection).published_until)

    def year(self, acting: Acting, year: int) -> YearView:
        """Return the plan of a year with its days, and the plans that it replaced.

        Raises:
            NotFound: there is none, or it is not their business.
        """
        _require_duty(acting)
        with self._database.unit(acting) as unit:
            found = queries.with_people(unit.connection, year)
        if not found:
            raise NotFound(f"{year}年的放假安排还没有载入")
        plan = year_of(found[0])
        return YearView(
            line=_line(found),
            off=[(day, plan.names.get(day, "")) for day in sorted(plan.off)],
            work=[(day, plan.names.get(day, "")) for day in sorted(plan.work)],
            earlier=[Earlier(loaded_at=one.loaded_at, loaded_by=_who(one), source=one.source) for one in found[1:]],
        )

    def preview(self, acting: Acting, content: bytes, file: str) -> Preview:
        """Return what loading a file would change; nothing is changed.

        Raises:
            NotFound: it is not their business. Invalid: the file is no plan; every problem with its line.
        """
        _require_duty(acting)
        given = _read(content, file)
        with self._database.unit(acting) as unit:
            in_force = queries.in_force(unit.connection)
        now = next((row for row in in_force if row.year == given.year), None)
        before = year_of(now) if now is not None else None
        trial = Calendar({**calendar_of(in_force).years, given.year: given})
        return Preview(
            year=given.year,
            seen=now.id if now is not None else 0,
            title=given.title,
            source=given.source,
            same=now is not None and now.digest == digest_of(given),
            replaces=now is not None and now.digest != digest_of(given),
            added_off=sorted(given.off - (before.off if before else frozenset())),
            removed_off=sorted((before.off if before else frozenset()) - given.off),
            added_work=sorted(given.work - (before.work if before else frozenset())),
            removed_work=sorted((before.work if before else frozenset()) - given.work),
            names=given.names,
            moves=self._moves(acting, given.year, trial),
        )

    def load(self, acting: Acting, content: bytes, file: str, *, seen: int | None = None) -> Loaded:
        """Put a plan in force, and count again every open limit that looks at it, each case by itself.

        The plan that it replaces stays readable. A case that fails has an incident and stops no
        other. Loading the same file again changes nothing but what was left undone. ``seen`` is what
        a preview said of the plan in force; None replaces whatever there is.

        Raises:
            NotFound: it is not their business. Invalid: the file is no plan; every problem with its line.
            Refused: somebody has loaded another plan of the year since the preview.
        """
        _require_duty(acting)
        given = _read(content, file)
        same = self._put(acting, given, seen)
        return self._count_again(acting, given, same=same)

    def catch_up(self) -> int:
        """Count again what a load left undone because it was stopped in between; return how many cases moved.

        Each plan of the last days is looked at once in the life of a process.
        """
        acting = system(ENGINE)
        with self._database.unit(acting) as unit:
            since = unit.now - LEFT_UNDONE
            recent = [row for row in queries.in_force(unit.connection) if row.loaded_at > since]
        moved = 0
        for row in recent:
            if row.id not in self._caught_up:
                moved += self._count_again(acting, year_of(row), same=True).cases
                self._caught_up.add(row.id)
        return moved

    def _count_again(self, acting: Acting, given: Year, *, same: bool) -> Loaded:
        """Count the limits again that look at a plan which is in force, each case by itself."""
        moved: list[Move] = []
        cases = failed = 0
        for case_id in self._candidates(acting, given.year):
            found = self._recount(acting, case_id, given)
            failed += found is None
            cases += bool(found)
            moved += found or ()
        return Loaded(
            year=given.year,
            same=same,
            cases=cases,
            moved=sum(one.old != one.new for one in moved),
            made_final=sum(one.was_provisional and not one.is_provisional for one in moved),
            failed=failed,
        )

    def _put(self, acting: Acting, given: Year, seen: int | None) -> bool:
        """Keep a plan; say whether it was in force already."""
        with self._database.unit(replace(acting, actor=ADMIN, units=())) as unit:
            queries.lock(unit.connection)
            now = next((row for row in queries.in_force(unit.connection) if row.year == given.year), None)
            if now is not None and now.digest == digest_of(given):
                return True
            if seen is not None and seen != (now.id if now is not None else 0):
                raise Refused(
                    f"{given.year}年的放假安排在您预览之后有了改动，预览的已不是现状。请重新选择文件，再预览一次"
                )
            put(unit.connection, given, now=unit.now, person_id=acting.person_id)
            return False

    def _moves(self, acting: Acting, year: int, trial: Calendar) -> list[Move]:
        found: list[Move] = []
        for case_id in self._candidates(acting, year):
            with self._database.unit(_engine(acting)) as unit:
                case = self._load(unit, case_id)
                case.calendar = trial
                found += recounting.moves(case)
        return found

    def _candidates(self, acting: Acting, year: int) -> list[int]:
        """Return the cases with something open that looks at the days of a year, or rests on a guess."""
        begins, ends = _reach(year)
        with self._database.unit(_engine(acting)) as unit:
            found = queries.under_way(unit.connection, begins, ends)
            return sorted({row.case_id for row in found if self._looks(unit, row)})

    def _looks(self, unit: Unit, row: AnyRow) -> bool:
        release = self._releases.by_id(unit.connection, row.release_id)
        model = release.procedures[row.procedure].model
        drawn = model.timers.get(row.element or "")
        return recounting.looks_at_calendar(release, *(drawn.limits if drawn else [row.name]))

    def _recount(self, acting: Acting, case_id: int, given: Year) -> Sequence[Move] | None:
        """Count one case again; None where it failed, which an incident tells."""
        try:
            with self._database.unit(_engine(acting)) as unit:
                case = self._load(unit, case_id)
                found = recounting.recount(case, given.year, given.source)
                if found:
                    stepping.settle(case)
                return found
        except Exception:
            log.exception("recount_failed", case=case_id, year=given.year)
            self._set_aside(acting, case_id, given.year)
            return None

    def _set_aside(self, acting: Acting, case_id: int, year: int) -> None:
        """Make it visible that a case keeps its old limits; one that cannot even be opened stays in the log."""
        with suppress(Exception), self._database.unit(_engine(acting)) as unit:
            sentence = f"按{year}年放假安排重新推算时限没有成功，原时限仍有效；请管理员查看后重新载入该年安排"
            open_incident(self._load(unit, case_id), None, rows.FAILED, sentence)

    def _load(self, unit: Unit, case_id: int) -> RunningCase:
        return loaded(unit, self._releases, self._directories, case_id, By(unit_id=None, role=None))


def _require_duty(acting: Acting) -> None:
    """Refuse whoever has another office; the system itself (the command line) has none."""
    if acting.actor == PERSON and not acting.duties & DUTIES:
        raise NotFound("没有这个页面，或者您无权查看")


def _engine(acting: Acting) -> Acting:
    """Return the person as one for whom the database answers as the engine; what they caused stays theirs."""
    return replace(acting, actor=ENGINE, units=())


def _read(content: bytes, file: str) -> Year:
    try:
        return read_calendar(content, file)
    except ModelError as error:
        told, more = error.findings[:MOST_TOLD], len(error.findings) - MOST_TOLD
        said = [f"第{one.line}行：{one.message}" if one.line else one.message for one in told]
        said += [f"另有{more}处有误，请先改好以上各处"] if more > 0 else []
        raise Invalid({"file": "；".join(said)}) from error


def _reach(year: int) -> tuple[datetime, datetime]:
    """Return from when to when days can be changed by a plan: it may reach into the December before."""
    begins, ends = date(year - 1, 11, 30), date(year, 12, 31)
    return end_of(begins), end_of(ends)


def _by_year(every: Sequence[AnyRow]) -> Mapping[int, Sequence[AnyRow]]:
    return {year: list(rows_) for year, rows_ in groupby(every, key=lambda row: row.year)}


def _line(found: Sequence[AnyRow]) -> YearLine:
    row, plan = found[0], year_of(found[0])
    return YearLine(
        year=row.year,
        title=row.title,
        source=row.source,
        off=len(plan.off),
        work=len(plan.work),
        loaded_by=_who(row),
        loaded_at=row.loaded_at,
        versions=len(found),
    )


def _who(row: AnyRow) -> str:
    return row.loaded_by or "系统"

"""What the worker does with rosters: reads one into rows, and applies what was accepted.

Progress is kept in the database, so that pages show it and a worker that died is taken over from.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice
from typing import Any

import structlog

from engine.adapters import spreadsheets
from engine.bpmn.release import Release
from engine.core.deadlines import day_of
from engine.core.errors import Invalid
from engine.core.model import Acting, system
from engine.core.routing import Directory
from engine.service import childchanges, childfile, childindex, childreaders, children, rosterrows
from engine.service.childchanges import Why
from engine.service.directory import Directories
from engine.service.releases import Releases
from engine.service.rostermatch import BAD, CONTEXT, MISSING, Matcher
from engine.service.rosterrows import Parsed, Reader
from engine.service.unit import Database, Unit
from engine.store import casework, tables
from engine.store import children as child_rows
from engine.store import rosters as rows

log = structlog.get_logger()

STAGED_AT_ONCE, APPLIED_AT_ONCE = 1000, 500
#: A worker says at every batch that it is alive; after this long without, another takes over.
LEASE = timedelta(minutes=3)
ENGINE = system("engine")
#: The day on which a roster no longer told of a child; taken back when one does again.
ABSENT = "absent_since"


class TakenOver(Exception):
    """Another worker has this roster now."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a roster belongs: what its jurisdiction asks and whom it has."""

    release: Release
    directory: Directory
    area: str


class RosterWork:
    """Reads and applies rosters, one at a time."""

    def __init__(self, database: Database, releases: Releases, directories: Directories) -> None:
        self._database = database
        self._releases = releases
        self._directories = directories

    def run(self) -> int:
        """Do everything that waits; return how many rosters were worked on."""
        done = 0
        while self._one():
            done += 1
        return done

    def _one(self) -> bool:
        with self._database.unit(ENGINE) as unit:
            roster = rows.take_work(unit.connection, now=unit.now, stale=unit.now - LEASE)
            if roster is None:
                return False
            place = self._place(unit, roster)
        with suppress(TakenOver):
            try:
                self._read(roster, place) if roster.state == "reading" else self._apply(roster, place)
            except Invalid as invalid:
                self._end(roster, "failed", problem=invalid.sentence)
            except TakenOver:
                raise
            except Exception:
                log.exception("roster_failed", roster=roster.id)
                self._end(roster, "failed", problem="处理时出错，已记录；请稍后重新导入，或者联系管理员")
        return True

    def _place(self, unit: Unit, roster: Any) -> Place:
        directory = self._directories.of(unit.connection, roster.jurisdiction)
        own = directory.unit_by_id(roster.unit_id)
        return Place(
            release=self._releases.in_force(unit.connection, roster.jurisdiction, unit.now),
            directory=directory,
            area=own.area if own else roster.jurisdiction,
        )

    def _read(self, roster: Any, place: Place) -> None:
        with self._database.unit(ENGINE) as unit:
            rows.drop_rows(unit.connection, roster.id)
            content = unit.vault.open(bytes(roster.content), roster.key_id, context="roster.content")
        matcher = Matcher(jurisdiction=roster.jurisdiction, unit_id=roster.unit_id, roster_id=roster.id)
        parsed = self._reader(roster, place).rows(spreadsheets.lines(roster.kind, content))
        for batch in _batches(parsed, STAGED_AT_ONCE):
            with self._database.unit(ENGINE) as unit:
                unit.pending.add(tables.roster_row, matcher.settle(unit, batch))
                self._step(unit, roster, matcher.seq, 0)
        with self._database.unit(ENGINE) as unit:
            self._add_missing(unit, roster, matcher)
        self._end(roster, "ready", content=None, done=matcher.seq, total=matcher.seq)

    def _reader(self, roster: Any, place: Place) -> Reader:
        fields = {one.key: one for one in childfile.fields_of(place.release)}
        mapping = {int(index): key for index, key in json.loads(roster.mapping).items() if key in fields}
        return Reader(
            head=roster.header_digest or "",
            mapping=mapping,
            fields=fields,
            places=rosterrows.places(place.directory, place.area),
            today=day_of(self._database.clock()),
        )

    @staticmethod
    def _add_missing(unit: Unit, roster: Any, matcher: Matcher) -> None:
        """Stage a row for each child of the register of whom nothing is told, and who is not known to be gone."""
        staged = []
        gone = rows.missing(unit.connection, roster.id, roster.unit_id)
        files = rows.files(unit.connection, gone, roster.unit_id)
        sealed, key_id = unit.vault.seal({"values": {}}, context=CONTEXT)
        for child_id in gone:
            if children.read(unit, files[child_id]).get(ABSENT):
                continue
            matcher.seq += 1
            row = {"roster_id": roster.id, "seq": matcher.seq, "sheet": 0, "line": 0, "digest": b"", "sealed": sealed}
            staged.append(
                {**row, "key_id": key_id, "outcome": MISSING, "child_id": child_id, "keys": "", "problem": ""}
            )
        unit.pending.add(tables.roster_row, staged)

    def _apply(self, roster: Any, place: Place) -> None:
        with self._database.unit(ENGINE) as unit:
            total = sum(many for (_, fate), many in rows.counts(unit.connection, roster.id).items() if fate == "accept")
        # In the journal it is the person who supplied the roster.
        by = Acting(person_id=roster.person_id, name="", actor="engine")
        applier = Applier(roster, place)
        done = 0
        while True:
            with self._database.unit(by) as unit:
                batch = rows.to_apply(unit.connection, roster.id, APPLIED_AT_ONCE)
                if not batch:
                    break
                applier.apply(unit, batch)
                done += len(batch)
                self._step(unit, roster, done, total)
        with self._database.unit(ENGINE) as unit:
            fates = rows.counts(unit.connection, roster.id)
        left = any(fate == "open" for (outcome, fate) in fates if outcome not in {"same", BAD})
        self._end(roster, "ready" if left else "done", done=total, total=total)

    def _step(self, unit: Unit, roster: Any, done: int, total: int) -> None:
        now = self._database.clock()
        if not rows.progress(unit.connection, roster.id, held=roster.version, done=done, total=total, at=now):
            raise TakenOver

    def _end(self, roster: Any, state: str, **values: Any) -> None:
        with self._database.unit(ENGINE) as unit:
            if not rows.change(
                unit.connection, roster.id, seen=roster.version, state=state, changed_at=unit.now, **values
            ):
                raise TakenOver


class Applier:
    """Takes accepted rows into the files of children."""

    def __init__(self, roster: Any, place: Place) -> None:
        self._roster = roster
        self._place = place
        self._why = Why(kind=childchanges.ROSTER, unit_id=roster.unit_id, source=f"名册{roster.id}")
        self._keepers: dict[str | None, frozenset[int]] = {}

    def apply(self, unit: Unit, batch: Sequence[Any]) -> None:
        """Write the rows of a batch, and note that they are applied."""
        known = [row for row in batch if row.child_id is not None]
        new = [(row, self._values(unit, row)) for row in batch if row.child_id is None]
        made = self._open(unit, [values for _, values in new]) if new else []
        for case_id in child_rows.open_cases(unit.connection, [row.child_id for row in known]):
            unit.lock_case(case_id)  # a case is locked before its child
        files = rows.files_to_change(unit.connection, sorted({row.child_id for row in known}))
        for row in known:
            self._change(unit, row, files[row.child_id])
        applied = [(row.seq, row.child_id) for row in known]
        applied += [(row.seq, child_id) for (row, _), child_id in zip(new, made, strict=True)]
        rows.set_applied(unit.connection, self._roster.id, applied, unit.now)

    @staticmethod
    def _values(unit: Unit, row: Any) -> dict[str, Any]:
        values: dict[str, Any] = unit.vault.open_record(bytes(row.sealed), row.key_id, context=CONTEXT)["values"]
        return values

    def _open(self, unit: Unit, files: Sequence[Mapping[str, Any]]) -> list[int]:
        """Open files, numbered on from the last, indexed and in the register of their place."""
        first = rows.take_numbers(unit.connection, "child", children.ALL_YEARS, len(files))
        codes = [f"儿-{first + index:05d}" for index in range(len(files))]
        ids = rows.add_children(
            unit.connection, [self._row(unit, code, values) for code, values in zip(codes, files, strict=True)]
        )
        for code, values in zip(codes, files, strict=True):
            childindex.keep(unit, ids[code], {}, values)
            opened = replace(self._why, kind=childchanges.OPENED)
            childchanges.record(unit, childchanges.row_of(unit, ids[code], {}, values, opened))
            childreaders.let_read(unit, ids[code], self._readers(values))
        return [ids[code] for code in codes]

    def _row(self, unit: Unit, code: str, values: Mapping[str, Any]) -> dict[str, Any]:
        sealed, key_id = unit.vault.seal(values, context="child.sealed")
        return {
            "code": code,
            "jurisdiction": self._roster.jurisdiction,
            "area_id": self._place.directory.areas.get(self._area(values) or ""),
            "sealed": sealed,
            "key_id": key_id,
            "id_no_index": unit.vault.blind_index(str(values["id_no"])) if values.get("id_no") else None,
            "created_at": unit.now,
            "indexed": childindex.SET,
        }

    def _change(self, unit: Unit, row: Any, file: Any) -> None:
        before = children.read(unit, file)
        values = self._values(unit, row)
        if row.outcome == MISSING:
            after = {**before, ABSENT: day_of(unit.now).isoformat()}
        elif row.outcome == "new":  # a file that was not in this register: what it holds is not overwritten
            after = {**before, **{key: value for key, value in values.items() if before.get(key) in (None, "", [])}}
        else:
            after = {key: value for key, value in {**before, **values}.items() if key != ABSENT}
        children.replace(unit, file, before, after, self._place.directory.areas, self._why)
        if row.outcome != MISSING:
            childreaders.let_read(unit, file.id, self._readers(after))
        self._tell_case(unit, file.id, before, after)

    def _tell_case(self, unit: Unit, child_id: int, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        """Note in the child's open case which fields of the file have changed."""
        keys = sorted(key for key in {*before, *after} if before.get(key) != after.get(key))
        case_id = casework.open_case_of(unit.connection, child_id) if keys else None
        if case_id is not None:
            unit.journal(
                case_id, "child_changed", {"keys": keys, "roster": self._roster.id}, unit_id=self._roster.unit_id
            )

    def _area(self, values: Mapping[str, Any]) -> str | None:
        said = values.get(children.RESIDENCE)
        return str(said) if said in self._place.directory.areas else self._place.area

    def _readers(self, values: Mapping[str, Any]) -> frozenset[int]:
        area = self._area(values)
        if area not in self._keepers:
            found = childreaders.keepers(self._place.release, self._place.directory, area)
            self._keepers[area] = found | {self._roster.unit_id}
        return self._keepers[area]


def _batches(parsed: Iterator[Parsed], size: int) -> Iterator[list[Parsed]]:
    take: Callable[[], list[Parsed]] = lambda: list(islice(parsed, size))  # noqa: E731
    return iter(take, [])

"""Two files of one child become one: compared side by side, joined with a reason, parted again where they can be.

Both codes stay: the file that goes in keeps its row and its number, and says where it went (architecture D8).
Which units may join is the jurisdiction's parameter.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.core.errors import Invalid, NotFound, Refused
from engine.core.model import Acting, ActingUnit
from engine.service import (
    childchanges,
    childfile,
    childreaders,
    children,
    childsight,
    finding,
    merging,
    opening,
    stepping,
)
from engine.service.childchanges import Why
from engine.service.directory import Directories
from engine.service.discretion import Discretions
from engine.service.opening import ENGINE
from engine.service.releases import Releases
from engine.service.running import By
from engine.service.submissions import in_words
from engine.service.unit import Database, Unit
from engine.store import casework, register, relations, tables
from engine.store import children as rows

NO_OTHER = "没有这个儿童代码，或者不在您的查阅范围"


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """One field of both files in words; ``differs`` where both hold something else."""

    key: str
    title: str
    kept: str
    gone: str
    differs: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """Two files side by side, and what joining them would do beside their fields."""

    kept_id: int
    kept_code: str
    kept_line: str
    gone_id: int
    gone_code: str
    why: str
    pairs: Sequence[Pair]
    cases: Sequence[str]
    joins_cases: bool
    versions: tuple[int, int]


class Joining:
    """Joins and parts files."""

    def __init__(
        self, database: Database, releases: Releases, directories: Directories, discretions: Discretions
    ) -> None:
        self._database = database
        self._releases = releases
        self._directories = directories
        self._discretions = discretions

    def doubles(self, acting: Acting, child_id: int) -> list[tuple[str, str]]:
        """Return the codes of files that may be of the same child and that the person may read, with why.

        Raises:
            NotFound, Refused: the file is not theirs to read, or to join.
        """
        with self._database.unit(acting) as unit:
            sight, _ = self._theirs(unit, acting, child_id)
            with unit.acting_as(ENGINE):
                found = finding.alike(unit, sight.row.jurisdiction, sight.known)
            seen = [(row, why) for row, why in found if row.id != child_id]
            return [
                (row.code, why)
                for row, why in seen
                if (other := childsight.of_child(unit, self._discretions, acting, row.id)) and other.whole
            ]

    def compare(self, acting: Acting, child_id: int, code: str) -> Compared:
        """Return this file and the one that would go into it.

        Raises:
            NotFound, Refused: as :meth:`doubles`. Invalid: at ``code``.
        """
        with self._database.unit(acting) as unit:
            kept, _ = self._theirs(unit, acting, child_id)
            gone = self._other(unit, acting, kept, code)
            release = self._releases.in_force(unit.connection, kept.row.jurisdiction, unit.now)
            directory = self._directories.of(unit.connection, kept.row.jurisdiction)

            def words(one: Any, known: Mapping[str, Any]) -> str:
                value = known.get(one.key)
                return "" if value in (None, "", []) else in_words(one, value, directory)

            pairs = [
                Pair(
                    key=one.key, title=one.title, kept=left, gone=right, differs=bool(left and right) and left != right
                )
                for one in childfile.fields_of(release)
                for left, right in [(words(one, kept.known), words(one, gone.known))]
                if left or right
            ]
            with unit.acting_as(ENGINE):
                alike = {row.id: why for row, why in finding.alike(unit, kept.row.jurisdiction, kept.known)}
                both = all(rows.open_cases(unit.connection, [one.row.id]) for one in (kept, gone))
            for one in (kept, gone):
                childsight.note_read(unit, acting, one)
            return Compared(
                kept_id=kept.row.id,
                kept_code=kept.row.code,
                kept_line=str(kept.known.get("child_name") or "姓名不详"),
                gone_id=gone.row.id,
                gone_code=gone.row.code,
                why=alike.get(gone.row.id, ""),
                pairs=pairs,
                cases=[one.number for one in gone.cases],
                joins_cases=both,
                versions=(kept.row.version, gone.row.version),
            )

    def join(
        self,
        acting: Acting,
        child_id: int,
        code: str,
        *,
        taken: Collection[str],
        reason: str,
        seen: tuple[int, int],
    ) -> None:
        """Let the file of this code go into the other; ``taken`` are fields whose value the kept file takes over.

        Cases and relatives go along. Where both children have an open case the two become one, which cannot be
        undone; everything else can (:meth:`part`).

        Raises:
            NotFound, Refused: as :meth:`doubles`; or a file was changed since. Invalid: by field.
        """
        if not reason.strip():
            raise Invalid({"reason": "请写明理由：怎么确认是同一名儿童"})
        with self._database.unit(acting) as unit:
            kept, by = self._theirs(unit, acting, child_id)
            gone = self._other(unit, acting, kept, code)
            unit.go_on_as(ENGINE)
            at = By(unit_id=by.id, role=None)
            joined = self._join_open_cases(unit, kept.row.id, gone.row.id, at)
            moved = rows.cases_of(unit.connection, gone.row.id)
            for case_id in moved:
                unit.lock_case(case_id)
            files = self._locked(unit, kept.row.id, gone.row.id, seen)
            before = children.read(unit, files[kept.row.id])
            other = children.read(unit, files[gone.row.id])
            over = {key: other[key] for key in taken if key in other}
            why = Why(kind=childchanges.MERGED, unit_id=by.id, reason=reason.strip())
            directory = self._directories.of(unit.connection, kept.row.jurisdiction)
            after = {**other, **before, **over}
            unit.flush()
            children.replace(unit, files[kept.row.id], before, after, directory.areas, why)
            self._move_cases(unit, moved, gone.row.id, kept.row.id, by, "children_joined")
            told = {
                "into": kept.row.id,
                "from": gone.row.id,
                "before": before,
                "after": after,
                "cases": moved,
                "relations": relations.move(unit.connection, gone.row.id, kept.row.id),
                "units": sorted(
                    rows.readers_of(unit.connection, gone.row.id) - rows.readers_of(unit.connection, kept.row.id)
                ),
                "joined_case": joined,
            }
            childreaders.let_read(unit, kept.row.id, told["units"])
            self._inherit_entry(unit, gone.row.id, kept.row.id)
            childchanges.record(unit, childchanges.sealed_row(unit, gone.row.id, ("merged_into",), told, why))
            unit.pending.change(
                tables.child, gone.row.id, merged_into=kept.row.id, version=files[gone.row.id].version + 1
            )

    def part(self, acting: Acting, gone_id: int, *, reason: str) -> int:
        """Undo a join: the file stands by itself again with its cases and relatives; return its id.

        What was changed in the kept file since stays as it is.

        Raises:
            NotFound: no such joined file. Refused: two open cases had become one. Invalid: no reason.
        """
        if not reason.strip():
            raise Invalid({"reason": "请写明理由"})
        with self._database.unit(acting) as unit, unit.acting_as(ENGINE):
            row = casework.child_by_id(unit.connection, gone_id)
            kept_id = row.merged_into if row is not None else None
        if kept_id is None:
            raise NotFound("这份档案没有并入别的档案")
        with self._database.unit(acting) as unit:
            kept, by = self._theirs(unit, acting, kept_id)
            unit.go_on_as(ENGINE)
            last = rows.changes_raw(unit.connection, gone_id, childchanges.MERGED)
            if last is None:
                raise Refused("这份档案是随个案并案合并的，不能单独撤销")
            told = unit.vault.open_record(bytes(last.sealed), last.key_id, context=childchanges.CONTEXT)
            if told["joined_case"]:
                raise Refused("合并时两件在办个案已并为一件，不能撤销；请在保留的档案上更正")
            for case_id in sorted(told["cases"]):
                unit.lock_case(case_id)
            files = self._locked(unit, kept_id, gone_id, None)
            now = children.read(unit, files[kept_id])
            why = Why(kind=childchanges.PARTED, unit_id=by.id, reason=reason.strip())
            directory = self._directories.of(unit.connection, kept.row.jurisdiction)
            back = _taken_back(now, told["before"], told["after"])
            children.replace(unit, files[kept_id], now, back, directory.areas, why)
            self._move_cases(unit, told["cases"], kept_id, gone_id, by, "children_parted")
            relations.move_back(unit.connection, told["relations"], gone_id, kept_id)
            childreaders.let_go(unit, kept_id, told["units"])
            childchanges.record(unit, childchanges.sealed_row(unit, gone_id, ("merged_into",), {"from": kept_id}, why))
            unit.pending.change(tables.child, gone_id, merged_into=None, version=files[gone_id].version + 1)
        return gone_id

    def _join_open_cases(self, unit: Unit, kept_id: int, gone_id: int, by: By) -> int | None:
        """Let the open case of the file that goes in join the open one of the other; return the case that joined."""
        mine, theirs = (casework.open_case_of(unit.connection, one) for one in (kept_id, gone_id))
        if mine is None or theirs is None:
            return None
        case = opening.loaded(unit, self._releases, self._directories, theirs, by)
        stepping.settle(merging.join(case, mine, self._releases, self._directories))
        stepping.settle(case)
        # The files are joined here, with all that belongs to them.
        unit.pending.take(tables.child, gone_id)
        unit.flush()
        return theirs

    @staticmethod
    def _move_cases(unit: Unit, case_ids: Sequence[int], before: int, child_id: int, by: ActingUnit, kind: str) -> None:
        for case_id in case_ids:
            unit.journal(case_id, kind, {"child": child_id, "before": before}, unit_id=by.id)
            unit.pending.change(tables.case, case_id, child_id=child_id)

    @staticmethod
    def _locked(unit: Unit, kept_id: int, gone_id: int, seen: tuple[int, int] | None) -> dict[int, Any]:
        files: dict[int, Any] = {}
        for one in sorted((kept_id, gone_id)):
            files[one] = casework.child_to_change(unit.connection, one)
        if any(row is None for row in files.values()):
            raise NotFound(NO_OTHER)
        if seen is not None and (files[kept_id].version, files[gone_id].version) != seen:
            raise Refused("两份档案之一刚刚被改动，请重新核对后再合并")
        return files

    @staticmethod
    def _inherit_entry(unit: Unit, gone_id: int, kept_id: int) -> None:
        """Let the register keep what it says of the child where only the file that went in stood in it."""
        entry = register.entry_of(unit.connection, gone_id)
        if entry is not None and register.entry_of(unit.connection, kept_id) is None:
            values = {key: value for key, value in entry._mapping.items() if key != "child_id"}  # noqa: SLF001
            register.put(unit.connection, kept_id, values)

    def _other(self, unit: Unit, acting: Acting, kept: childsight.Sight, code: str) -> childsight.Sight:
        found = next(iter(rows.by_code(unit.connection, code.strip())), None)
        other = childsight.of_child(unit, self._discretions, acting, found) if found else None
        if other is None or not other.whole or other.row.jurisdiction != kept.row.jurisdiction:
            raise Invalid({"code": NO_OTHER})
        if other.row.id == kept.row.id or other.row.merged_into is not None:
            raise Invalid({"code": "请写另一份、还没有合并的档案的儿童代码"})
        return other

    def _theirs(self, unit: Unit, acting: Acting, child_id: int) -> tuple[childsight.Sight, ActingUnit]:
        sight = childsight.of_child(unit, self._discretions, acting, child_id)
        if sight is None:
            raise NotFound("没有这份儿童档案，或者您无权查看")
        release = self._releases.in_force(unit.connection, sight.row.jurisdiction, unit.now)
        by = childreaders.may(release, acting, childreaders.MERGES) if sight.whole else None
        if by is None:
            raise Refused("合并档案不由您的单位办理")
        if sight.row.merged_into is not None:
            raise Refused("这份档案已并入另一份，请打开保留的档案")
        return sight, by


def _taken_back(now: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return a file without what a join brought into it; what was changed since stays."""
    brought = {key for key in after if after[key] != before.get(key) and now.get(key) == after[key]}
    kept = {key: value for key, value in now.items() if key not in brought}
    return kept | {key: before[key] for key in brought if key in before}

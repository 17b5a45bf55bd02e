"""Compares rows of a roster with the files that are there: same, changed, new. Reads with the engine's authority."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.core import idcards, names
from engine.service import childindex, children
from engine.service.rosterrows import Parsed
from engine.service.unit import Unit
from engine.store import rosters as rows

CONTEXT = "roster_row.sealed"
SAME, CHANGED, NEW, MISSING, BAD = "same", "changed", "new", "missing", "bad"
LISTED_ELSEWHERE = "已有档案，不在本单位台账；接受后列入台账，只补空缺的项目"
TWICE = "与本表第{line}行（第{sheet}张工作表）是同一名儿童"


@dataclass(kw_only=True, slots=True)
class Matcher:
    """Compares the rows of one roster batch by batch; remembers whom the rows before told of."""

    jurisdiction: str
    unit_id: int
    roster_id: int
    seq: int = 0
    told: dict[bytes, tuple[int, int]] = field(default_factory=dict)

    def settle(self, unit: Unit, batch: Sequence[Parsed]) -> list[dict[str, Any]]:
        """Return the rows to stage."""
        keyed = [(row, _Keys.of(unit, row)) for row in batch]
        good = [keys for row, keys in keyed if not row.problem]
        found = _Found.of(unit, self.jurisdiction, good)
        files = rows.files(unit.connection, found.all_ids(), self.unit_id)
        return [self._staged(unit, row, keys, found, files) for row, keys in keyed]

    def _staged(self, unit: Unit, row: Parsed, keys: _Keys, found: _Found, files: Mapping[int, Any]) -> dict[str, Any]:
        self.seq += 1
        problem, outcome, child_id, changed = row.problem, BAD, None, ""
        if not problem and (before := self.told.get(keys.who)):
            problem = TWICE.format(sheet=before[0] + 1, line=before[1])
        if not problem:
            self.told[keys.who] = (row.sheet, row.line)
            outcome, child_id, changed, problem = self._compared(unit, row, keys, found, files)
            problem = "；".join(one for one in (problem, *row.doubts) if one)
        sealed, key_id = unit.vault.seal({"values": dict(row.values)}, context=CONTEXT)
        return {
            "roster_id": self.roster_id,
            "seq": self.seq,
            "sheet": row.sheet,
            "line": row.line,
            "digest": keys.row,
            "sealed": sealed,
            "key_id": key_id,
            "outcome": outcome,
            "child_id": child_id,
            "keys": changed,
            "problem": problem,
        }

    def _compared(
        self, unit: Unit, row: Parsed, keys: _Keys, found: _Found, files: Mapping[int, Any]
    ) -> tuple[str, int | None, str, str]:
        """Return outcome, child, the keys that differ, and what a person must look at first."""
        child_id, alike = found.child_of(keys, files)
        file = files.get(child_id) if child_id is not None else None
        if file is None:
            return NEW, None, "", alike
        if not file.listed:
            return NEW, child_id, "", LISTED_ELSEWHERE
        known = children.read(unit, file)
        differing = [key for key, value in row.values.items() if known.get(key) != value]
        gone = [] if not known.get("absent_since") else ["absent_since"]
        return (CHANGED if differing or gone else SAME), child_id, " ".join(differing + gone), ""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Keys:
    """What a row can be found by, as blind indexes."""

    row: bytes
    who: bytes
    id_no: bytes | None
    student: bytes | None
    named: bytes | None
    spelled: tuple[bytes, ...]

    @classmethod
    def of(cls, unit: Unit, row: Parsed) -> _Keys:
        values, vault = row.values, unit.vault
        text = json.dumps(values, ensure_ascii=False, sort_keys=True)
        number, name, born = (str(values.get(key) or "") for key in ("id_no", "child_name", "birth_date"))
        who = idcards.plain(number) or f"{name} {born}"

        def index(kind: str, said: str) -> bytes | None:
            return childindex.digest(vault, kind, said) if said else None

        return cls(
            row=vault.blind_index(f"row:{text}"),
            who=vault.blind_index(f"who:{who}"),
            id_no=index(childindex.ID, number),
            student=index(childindex.STUDENT, str(values.get("student_no") or "")),
            named=index(childindex.NAME_BIRTH, childindex.pair(names.plain(name), born) if name and born else ""),
            spelled=tuple(
                childindex.digest(vault, childindex.INITIALS_BIRTH, childindex.pair(one, born))
                for one in childindex.initials_of(name)
                if born
            ),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Found:
    """The files that rows of one batch may be about."""

    by_id: Mapping[bytes, int]
    by_student: Mapping[bytes, Sequence[int]]
    by_name: Mapping[bytes, Sequence[int]]
    by_initials: Mapping[bytes, Sequence[int]]

    @classmethod
    def of(cls, unit: Unit, jurisdiction: str, keys: Sequence[_Keys]) -> _Found:
        connection = unit.connection
        by_id = rows.by_id_numbers(connection, {one.id_no for one in keys if one.id_no}, jurisdiction)
        unknown = [one for one in keys if one.id_no not in by_id]

        def by(kind: str, digests: set[bytes]) -> Mapping[bytes, Sequence[int]]:
            return rows.by_index(connection, kind, digests, jurisdiction)

        return cls(
            by_id=by_id,
            by_student=by(childindex.STUDENT, {one.student for one in unknown if one.student}),
            by_name=by(childindex.NAME_BIRTH, {one.named for one in unknown if one.named}),
            by_initials=by(childindex.INITIALS_BIRTH, {each for one in unknown for each in one.spelled}),
        )

    def all_ids(self) -> set[int]:
        lists = [*self.by_student.values(), *self.by_name.values(), *self.by_initials.values()]
        return {*self.by_id.values(), *(one for found in lists for one in found)}

    def child_of(self, keys: _Keys, files: Mapping[int, Any]) -> tuple[int | None, str]:
        """Return the file that a row is about, or None and why another may be of the same child."""
        sure = self.by_id.get(keys.id_no or b"") or next(iter(self.by_student.get(keys.student or b"", ())), None)
        if sure:
            return sure, ""
        named = self.by_name.get(keys.named or b"", ())
        if len(named) == 1 and (keys.id_no is None or files[named[0]].id_no_index is None):
            return named[0], ""
        if named:
            return None, _alike(named, files, self.said_of(keys), "姓名和出生日期相同")
        spelled = [one for each in keys.spelled for one in self.by_initials.get(each, ())]
        return None, _alike(spelled, files, self.said_of(keys), "姓名拼音首字母和出生日期相同") if spelled else ""

    @staticmethod
    def said_of(keys: _Keys) -> str:
        return "，证件号码不同" if keys.id_no else ""


def _alike(ids: Sequence[int], files: Mapping[int, Any], more: str, why: str) -> str:
    """Return what is said of possible doubles; only those in the unit's own register are named by their code."""
    codes = sorted({files[one].code for one in ids if files[one].listed})
    return f"可能重复：与{'、'.join(codes) or '已有的一份档案'}{why}{more}，请先核对"

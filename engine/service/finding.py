"""Search before create: whether a child has a file already. Finding is not reading (architecture D9).

A file that the person may read is shown with code, sex, age and village. Of one that they may not read
they learn that it is there, and only where they asked for one child: by its number, or by name and day of
birth. A name alone or initials never tell. Every search is recorded, and how often one may ask is bounded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from engine.core import searching
from engine.core.errors import Refused
from engine.core.model import Acting
from engine.core.routing import Directory
from engine.core.searching import Term
from engine.service import childindex, childsight
from engine.service.answering import LEAD_ROLES
from engine.service.directory import Directories
from engine.service.discretion import Discretions
from engine.service.inboxrows import child_line
from engine.service.unit import Database, Unit
from engine.store import casework, views
from engine.store import children as rows

#: Within an hour: searches of one person, and files that were withheld from them.
HOUR, MOST_SEARCHES, MOST_WITHHELD = timedelta(hours=1), 120, 20
#: How many files one index leads to at most, and how many are shown.
MOST_INDEXED, MOST_SHOWN = 2000, 50
#: What two files share, and what that is called; what says most stands first.
SHARED: Sequence[tuple[frozenset[str], str]] = (
    (frozenset({"student"}), "学籍号相同"),
    (frozenset({"name", "birth"}), "姓名和出生日期相同"),
    (frozenset({"initials", "birth"}), "姓名拼音首字母和出生日期相同"),
    (frozenset({"name", "school"}), "姓名和学校相同"),
    (frozenset({"initials", "school"}), "姓名拼音首字母和学校相同"),
)
SAME_ID = "证件号码相同"


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundChild:
    """A file that the person may read, with the latest case of it that they may read too."""

    id: int
    code: str
    line: str
    case_id: int | None
    case_number: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundChildren:
    """What a search has come to; ``keepers`` are units to ask, one for each file that is withheld."""

    readable: Sequence[FoundChild] = ()
    keepers: Sequence[str] = ()
    more: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Double:
    """A file that may be of the same child; ``code`` and ``line`` only where the person may read it."""

    child_id: int
    why: str
    code: str
    line: str
    keeper: str


class Finding:
    """Finds children for the acting person."""

    def __init__(self, database: Database, directories: Directories, discretions: Discretions) -> None:
        self._database = database
        self._directories = directories
        self._discretions = discretions

    def find(self, acting: Acting, text: str) -> FoundChildren:
        """Return the files that fit everything in the text; each part of it narrows what the others find.

        Raises:
            Refused: the person has searched too often within the hour.
        """
        asked = searching.terms(text)
        jurisdictions = sorted({one.jurisdiction for one in acting.units})
        if not asked or not jurisdictions:
            return FoundChildren()
        with self._database.unit(acting) as unit:
            self._require_calm(unit, acting)
            with unit.acting_as("engine"):
                found = [row for code in jurisdictions for row in self._fitting(unit, code, asked)]
            sights = [(row, childsight.of_child(unit, self._discretions, acting, row.id)) for row in found]
            readable = [self._shown(unit, one) for _, one in sights if one is not None]
            hidden = [row for row, one in sights if one is None] if searching.is_exact(asked) else []
            self._record(unit, acting, "search", asked, found=len(readable), withheld=len(hidden))
            return FoundChildren(
                readable=readable[:MOST_SHOWN],
                keepers=[self._keeper(unit, row) for row in hidden],
                more=len(readable) > MOST_SHOWN,
            )

    def doubles(self, acting: Acting, jurisdiction: str, fields: Mapping[str, Any]) -> list[Double]:
        """Return the files that may be of the child that these fields tell of; empty where that cannot be said.

        It never refuses: a report must go on. Who has asked too often is told of none.
        """
        with self._database.unit(acting) as unit:
            asked = rows.looks_since(unit.connection, acting.person_id or 0, unit.now - HOUR)
            if asked.searches >= MOST_SEARCHES or asked.withheld >= MOST_WITHHELD:
                return []
            with unit.acting_as("engine"):
                found = alike(unit, jurisdiction, fields)
            doubles = [self._double(unit, acting, row, why) for row, why in found]
            if doubles:
                withheld = sum(not one.code for one in doubles)
                self._record(unit, acting, "doubles", (), found=len(doubles) - withheld, withheld=withheld)
            return doubles

    def _double(self, unit: Unit, acting: Acting, row: Any, why: str) -> Double:
        sight = childsight.of_child(unit, self._discretions, acting, row.id)
        line = child_line(sight.known, unit.now) if sight else ""
        code = row.code if sight else ""
        return Double(child_id=row.id, why=why, code=code, line=line, keeper=self._keeper(unit, row))

    def _fitting(self, unit: Unit, jurisdiction: str, asked: Sequence[Term]) -> Sequence[Any]:
        directory = self._directories.of(unit.connection, jurisdiction)
        sets = [_ids(unit, jurisdiction, directory, one) for one in asked]
        ids = frozenset.intersection(*sets)
        into = rows.targets(unit.connection, ids) if ids else {}
        return rows.standing(unit.connection, {into.get(one, one) for one in ids}, jurisdiction) if ids else ()

    def _shown(self, unit: Unit, sight: childsight.Sight) -> FoundChild:
        latest = next(iter(sight.cases), None)
        return FoundChild(
            id=sight.row.id,
            code=sight.row.code,
            line=child_line(sight.known, unit.now),
            case_id=latest.id if latest else None,
            case_number=latest.number if latest else None,
        )

    def _keeper(self, unit: Unit, row: Any) -> str:
        """Return whom to ask for a file: the lead agency of the place, whatever unit deals with the child."""
        directory = self._directories.of(unit.connection, row.jurisdiction)
        area = directory.area_key(row.area_id) or row.jurisdiction
        lead = next((one for role in LEAD_ROLES if (one := directory.nearest(role, area))), None)
        return lead.name if lead else ""

    @staticmethod
    def _require_calm(unit: Unit, acting: Acting) -> None:
        asked = rows.looks_since(unit.connection, acting.person_id or 0, unit.now - HOUR)
        if asked.searches >= MOST_SEARCHES or asked.withheld >= MOST_WITHHELD:
            raise Refused("一小时内查找次数过多，请稍后再查；孩子有危险的，不必查找，直接报告")

    @staticmethod
    def _record(unit: Unit, acting: Acting, kind: str, asked: Sequence[Term], *, found: int, withheld: int) -> None:
        kinds = sorted({one for term in asked for one in term.kinds})
        home = next(iter(acting.unit_ids), None)
        rows.add_look(
            unit.connection,
            person_id=acting.person_id,
            unit_id=home,
            at=unit.now,
            kind=kind,
            asked=kinds,
            found=found,
            withheld=withheld,
        )


def alike(unit: Unit, jurisdiction: str, fields: Mapping[str, Any]) -> list[tuple[Any, str]]:
    """Return files that may be of the same child, each with why; read with the engine's authority."""
    keys = childindex.digests(unit.vault, fields)
    shared = rows.sharing(unit.connection, keys) if keys else {}
    why = {child_id: reason for child_id, kinds in shared.items() if (reason := _why(kinds))}
    if number := fields.get("id_no"):
        same = rows.by_id_index(unit.connection, unit.vault.blind_index(str(number)), jurisdiction)
        why |= dict.fromkeys(same, SAME_ID)
    return [(row, why[row.id]) for row in rows.standing(unit.connection, why, jurisdiction)] if why else []


def _why(kinds: frozenset[str]) -> str:
    return next((words for needed, words in SHARED if needed <= kinds), "")


def _ids(unit: Unit, jurisdiction: str, directory: Directory, term: Term) -> frozenset[int]:
    found: set[int] = set()
    for kind in term.kinds:
        found |= _READERS.get(kind, _indexed)(unit, jurisdiction, directory, kind, term.text)
    return frozenset(found)


def _indexed(unit: Unit, _jurisdiction: str, directory: Directory, kind: str, text: str) -> set[int]:
    texts = {text}
    if kind == searching.SCHOOL:
        texts |= {one.key for one in directory.units if text in one.name}
    keys = {(kind, childindex.digest(unit.vault, kind, one)) for one in texts}
    return {child_id for child_id, _ in rows.with_any(unit.connection, keys, MOST_INDEXED)}


def _by_id(unit: Unit, jurisdiction: str, _directory: Directory, _kind: str, text: str) -> set[int]:
    return set(rows.by_id_index(unit.connection, unit.vault.blind_index(text), jurisdiction))


def _by_code(unit: Unit, _jurisdiction: str, _directory: Directory, _kind: str, text: str) -> set[int]:
    return set(rows.by_code(unit.connection, text))


def _by_case(unit: Unit, _jurisdiction: str, _directory: Directory, _kind: str, text: str) -> set[int]:
    row = casework.case_by_number(unit.connection, text)
    return {row.child_id} if row and row.child_id else set()  # a case may be about an area


def _by_receipt(unit: Unit, _jurisdiction: str, _directory: Directory, _kind: str, text: str) -> set[int]:
    case_id = views.case_of_receipt(unit.connection, hashlib.sha256(text.encode()).hexdigest())
    row = views.case_row(unit.connection, case_id) if case_id else None
    return {row.child_id} if row and row.child_id else set()  # a case may be about an area


_READERS = {
    searching.ID: _by_id,
    searching.CODE: _by_code,
    searching.CASE: _by_case,
    searching.RECEIPT: _by_receipt,
}

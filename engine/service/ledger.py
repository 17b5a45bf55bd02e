"""台账: the children in the registers of the person's units, filtered by what their files hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.bpmn.release import Release
from engine.core.deadlines import day_of
from engine.core.model import Acting
from engine.core.routing import Directory
from engine.service import childfile, children, registering
from engine.service.directory import Directories
from engine.service.exporting import MOST_ROWS, Sheet
from engine.service.inboxrows import child_line
from engine.service.releases import Releases
from engine.service.submissions import in_words
from engine.service.unit import Database, Unit
from engine.store import children as rows
from engine.store import register

PAGE, BATCH, MOST = 50, 2000, 60_000
#: Filters by a field of the file, as the page calls them; ``scope`` and ``absent`` are worked out.
BY_FIELD = ("school_state", "flags", "risk")
SCOPES = {"in": "属于", "out": "不属于"}


@dataclass(frozen=True, kw_only=True, slots=True)
class LedgerRow:
    """One child as the list shows it; the name is shown, since whoever reads the list reads the files."""

    id: int
    code: str
    name: str
    line: str
    school: str
    flags: str
    risk: str
    in_scope: bool
    why: str
    absent: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class LedgerPage:
    """A page of the list, how many there are in all, and what one may filter by."""

    rows: Sequence[LedgerRow]
    count: int
    following: int
    areas: Sequence[tuple[str, str]]
    choices: Mapping[str, Sequence[tuple[str, str]]]
    titles: Mapping[str, str]


class Ledger:
    """Lists registers for the acting person; each listing is recorded."""

    def __init__(self, database: Database, releases: Releases, directories: Directories) -> None:
        self._database = database
        self._releases = releases
        self._directories = directories

    def page(self, acting: Acting, wanted: Mapping[str, str], after: int = 0) -> LedgerPage:
        """Return the children that fit what is wanted (area, school_state, flags, risk, scope, absent)."""
        code = next((one.jurisdiction for one in acting.units), "")
        with self._database.unit(acting) as unit:
            if not code:
                return LedgerPage(rows=(), count=0, following=0, areas=(), choices={}, titles={})
            release = self._releases.in_force(unit.connection, code, unit.now)
            directory = self._directories.of(unit.connection, code)
            areas = _areas(acting, directory)
            ids = _below(directory, wanted.get("area", "")) if wanted.get("area") in dict(areas) else None
            filters = {key: value for key, value in wanted.items() if key != "area" and value}
            found = list(self._fitting(unit, acting, release, directory, ids, filters, after))
            count = rows.count_in_registers(unit.connection, acting.unit_ids, ids)
            if filters:
                count = sum(1 for _ in self._fitting(unit, acting, release, directory, ids, filters, 0, most=MOST))
            self._record(unit, acting, min(len(found), PAGE))
            fields = {one.key: one for one in childfile.fields_of(release)}
            return LedgerPage(
                rows=found[:PAGE],
                count=count,
                following=found[PAGE - 1].id if len(found) > PAGE else 0,
                areas=areas,
                choices={
                    key: [(one.value, one.label) for one in fields[key].options] for key in BY_FIELD if key in fields
                },
                titles={key: fields[key].title for key in BY_FIELD if key in fields},
            )

    def sheet(self, acting: Acting, wanted: Mapping[str, str]) -> Sheet:
        """Return what fits to be taken along: codes and no names; it counts as read."""
        columns = ("儿童代码", "情况", "就学", "重点标识", "风险等级", "保护范围", "理由", "名册")
        code = next((one.jurisdiction for one in acting.units), "")
        if not code:
            return Sheet(title="台账", columns=columns, rows=())
        with self._database.unit(acting) as unit:
            release = self._releases.in_force(unit.connection, code, unit.now)
            directory = self._directories.of(unit.connection, code)
            ids = _below(directory, wanted.get("area", "")) if wanted.get("area") in directory.areas else None
            filters = {key: value for key, value in wanted.items() if key != "area" and value}
            found = list(self._fitting(unit, acting, release, directory, ids, filters, 0, most=MOST_ROWS))
            self._record(unit, acting, len(found))
            cells = [
                (
                    *(one.code, one.line, one.school, one.flags, one.risk),
                    *("属于" if one.in_scope else "不属于", one.why, "缺失" if one.absent else ""),
                )
                for one in found
            ]
            return Sheet(title="台账", columns=columns, rows=cells)

    def _fitting(
        self,
        unit: Unit,
        acting: Acting,
        release: Release,
        directory: Directory,
        area_ids: Sequence[int] | None,
        filters: Mapping[str, str],
        after: int,
        most: int = PAGE + 1,
    ) -> Iterator[LedgerRow]:
        """Yield what fits, opening files only as far as a page needs them."""
        size, shown = BATCH if filters else most, 0
        while True:
            batch = rows.in_registers(unit.connection, acting.unit_ids, area_ids, after=after, most=size)
            decided = register.states_of(unit.connection, [one.id for one in batch]) if batch else {}
            for row in batch:
                known = children.read(unit, row)
                one = _row(unit, release, directory, row, known, decided.get(row.id))
                if _fits(one, known, filters):
                    yield one
                    shown += 1
                    if shown >= most:
                        return
            if len(batch) < size or not filters:
                return
            after = batch[-1].id

    @staticmethod
    def _record(unit: Unit, acting: Acting, found: int) -> None:
        home = next(iter(acting.unit_ids), None)
        look = {"person_id": acting.person_id, "unit_id": home, "at": unit.now, "kind": "list"}
        rows.add_look(unit.connection, **look, asked=["register"], found=found)


def _row(
    unit: Unit, release: Release, directory: Directory, row: Any, known: Mapping[str, Any], decided: Any
) -> LedgerRow:
    fields = {one.key: one for one in childfile.fields_of(release)}

    def words(key: str) -> str:
        value = known.get(key)
        return in_words(fields[key], value, directory) if key in fields and value not in (None, "", []) else ""

    judged = registering.judge(release, known, day_of(unit.now))
    return LedgerRow(
        id=row.id,
        code=row.code,
        name=str(known.get("child_name") or ""),
        line=child_line(known, unit.now),
        school="　".join(one for one in (words("school_state"), words("school"), words("grade")) if one),
        flags=words("flags"),
        risk=str(known.get("risk") or ""),
        in_scope=decided.state == registering.LISTED if decided else judged.in_scope,
        why=decided.why if decided else judged.why,
        absent=bool(known.get("absent_since")),
    )


def _fits(row: LedgerRow, known: Mapping[str, Any], filters: Mapping[str, str]) -> bool:
    for key, value in filters.items():
        if key in BY_FIELD:
            held = known.get(key)
            if value not in (held if isinstance(held, list) else [held]):
                return False
        elif (key == "scope" and row.in_scope != (value == "in")) or (key == "absent" and not row.absent):
            return False
    return True


def _areas(acting: Acting, directory: Directory) -> list[tuple[str, str]]:
    """Return the areas that the person's units serve and those below them, by their key."""
    own = [one.area_key for one in acting.units]
    keys = [key for key in directory.areas if any(key == one or key.startswith(f"{one}.") for one in own)]
    return [(key, key.partition(".")[2].replace(".", " ") or "全部") for key in sorted(keys)]


def _below(directory: Directory, area: str) -> list[int]:
    return [number for key, number in directory.areas.items() if key == area or key.startswith(f"{area}.")]

"""Rosters: a spreadsheet is taken in, its columns are said, its differences are decided. All work is the worker's."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engine.adapters import spreadsheets
from engine.adapters.files import safe_name
from engine.core.errors import Invalid, NotFound, Refused
from engine.core.model import Acting, ActingUnit
from engine.core.routing import Directory
from engine.service import childfile, childreaders, refusals, rostercolumns, rosterrows
from engine.service.directory import Directories
from engine.service.forms import Field
from engine.service.releases import Releases
from engine.service.rostermatch import CONTEXT
from engine.service.submissions import in_words
from engine.service.unit import Database, Unit
from engine.store import children
from engine.store import rosters as rows

MOST_LISTED, PAGE = 50, 50
FRESH = timedelta(minutes=1)
ACCEPT, REJECT = "accept", "reject"
DECISIONS: Mapping[str, str | None] = {ACCEPT: ACCEPT, REJECT: REJECT, "open": None}
NO_ROSTER = "没有这份名册，或者不属于您的单位"
NO_HEAD = "没有找到表头：前几行里要有一行写明“姓名”和另外至少一项（证件号、出生日期、学校……）。请整理表格后再导入"
#: What a row of a page may be about.
OUTCOMES = ("changed", "new", "missing", "bad", "same")


@dataclass(frozen=True, kw_only=True, slots=True)
class RosterLine:
    """One roster in the list."""

    id: int
    name: str
    at: datetime
    state: str
    done: int
    total: int
    problem: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One column of the head, and what it was taken for."""

    index: int
    word: str
    key: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RosterView:
    """One roster with its columns and how many rows came out how."""

    id: int
    name: str
    at: datetime
    unit_name: str
    state: str
    done: int
    total: int
    problem: str
    version: int
    columns: Sequence[Column]
    choices: Sequence[tuple[str, str]]
    counts: Mapping[tuple[str, str], int]

    def many(self, outcome: str, *fates: str) -> int:
        """Return how many rows of an outcome there are; of these fates, if any are named."""
        return sum(n for (one, fate), n in self.counts.items() if one == outcome and (not fates or fate in fates))


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One row as a person decides on it; ``values`` are (title, old, new)."""

    seq: int
    where: str
    code: str
    child_id: int | None
    outcome: str
    values: Sequence[tuple[str, str, str]]
    problem: str
    decision: str | None
    applied: bool


class Rosters:
    """The verbs of a person with a roster."""

    def __init__(self, database: Database, releases: Releases, directories: Directories) -> None:
        self._database = database
        self._releases = releases
        self._directories = directories
        self._kept: dict[str, tuple[datetime, frozenset[str]]] = {}

    def keeps_register(self, acting: Acting) -> bool:
        """Say whether the person has a register to look at; every page asks, so it may be a minute old."""
        return any(one.roles & self._roles(acting, one.jurisdiction) for one in acting.units)

    def _roles(self, acting: Acting, jurisdiction: str) -> frozenset[str]:
        now = self._database.clock()
        asked, roles = self._kept.get(jurisdiction, (None, frozenset()))
        if asked is None or now - asked > FRESH:
            with self._database.unit(acting) as unit:
                release = self._releases.in_force(unit.connection, jurisdiction, unit.now)
            roles = childreaders.roles_of(release, childreaders.KEEPS)
            self._kept[jurisdiction] = (now, roles)
        return roles

    def units_of(self, acting: Acting) -> list[ActingUnit]:
        """Return the person's units that keep a register, and so may supply rosters."""
        with self._database.unit(acting) as unit:
            return [one for one in acting.units if self._keeps(unit, one)]

    def listed(self, acting: Acting) -> list[RosterLine]:
        """Return the rosters of the person's units, the latest first."""
        with self._database.unit(acting) as unit:
            found = rows.of_units(unit.connection, acting.unit_ids, MOST_LISTED)
            return [
                RosterLine(
                    id=row.id,
                    name=_name(unit, row),
                    at=row.at,
                    state=row.state,
                    done=max(row.done, 0),
                    total=row.total,
                    problem=row.problem,
                )
                for row in found
            ]

    def receive(self, acting: Acting, unit_key: str, name: str, content: bytes) -> int:
        """Take in a spreadsheet for a unit and return the roster's id; a head that is known goes on by itself.

        Raises:
            Invalid: the file cannot be taken, with the reason. Refused: the unit keeps no register.
        """
        by = refusals.unit_of(acting, unit_key)
        kind = spreadsheets.judge(name, content)
        with self._database.unit(acting) as unit:
            if not self._keeps(unit, by):
                raise Refused("您的单位不报送名册；请由村（居）、镇街或者民政部门导入")
            fields = self._fields(unit, by.jurisdiction)
        head = rosterrows.find_head(spreadsheets.lines(kind, content), fields)
        if head is None:
            raise Invalid({spreadsheets.KEY: NO_HEAD})
        names = spreadsheets.sheets(kind, content)
        with self._database.unit(acting) as unit:
            return self._keep(unit, by, (kind, name, content), head.cells, names, fields)

    def _keep(
        self,
        unit: Unit,
        by: ActingUnit,
        file: tuple[str, str, bytes],
        head: Sequence[str],
        names: Sequence[str],
        fields: Sequence[Field],
    ) -> int:
        kind, name, content = file
        digest = rostercolumns.head_digest(head)
        remembered = rows.mapping_of(unit.connection, by.id, digest)
        guessed = {str(index): key for index, key in rostercolumns.guess(head, fields).items()}
        sealed, key_id = unit.vault.seal(content, context="roster.content")
        told = {"head": list(head), "sheets": list(names)}
        return rows.add(
            unit.connection,
            jurisdiction=by.jurisdiction,
            unit_id=by.id,
            person_id=unit.acting.person_id,
            at=unit.now,
            changed_at=unit.now,
            name_sealed=unit.vault.seal(safe_name(name).encode(), context="roster.name_sealed").sealed,
            key_id=key_id,
            digest=hashlib.sha256(sealed).hexdigest(),
            content=sealed,
            kind=kind,
            state="queued" if remembered else "mapping",
            header_digest=digest,
            header_sealed=unit.vault.seal(told, context="roster.header_sealed").sealed,
            mapping=remembered or json.dumps(guessed),
        )

    def map_columns(self, acting: Acting, roster_id: int, mapping: Mapping[int, str], *, seen: int) -> None:
        """Say what the columns mean; it is remembered for the unit's next roster with the same head.

        Raises:
            Invalid: the name is missing, or a field is named twice. Refused: it was read meanwhile.
        """
        with self._database.unit(acting) as unit:
            row = _row(unit, roster_id)
            fields = {one.key for one in self._fields(unit, row.jurisdiction)}
            chosen = {str(index): key for index, key in sorted(mapping.items()) if key in fields}
            keys = list(chosen.values())
            if rostercolumns.NAMED not in keys:
                raise Invalid({"": "至少要指明哪一列是“姓名”"})
            if "id_no" not in keys and "birth_date" not in keys:
                raise Invalid({"": "还要指明“证件号”或者“出生日期”中的一列，否则无法核对是不是同一名儿童"})
            if len(set(keys)) < len(keys):
                raise Invalid({"": "有两列选了同一个项目，请只留一列"})
            if row.state not in {"mapping", "failed"} or row.content is None:
                raise Refused("这份名册已经读取，不能再改列；请重新导入")
            text = json.dumps(chosen)
            _change(unit, roster_id, seen, state="queued", mapping=text, problem="")
            rows.remember_mapping(
                unit.connection, unit_id=row.unit_id, header_digest=row.header_digest, mapping=text, at=unit.now
            )

    def view(self, acting: Acting, roster_id: int) -> RosterView:
        """Return one roster of the person's units.

        Raises:
            NotFound: no such roster, or another unit's.
        """
        with self._database.unit(acting) as unit:
            row = _row(unit, roster_id)
            fields = self._fields(unit, row.jurisdiction)
            told = _told(unit, row)
            mapping = {int(index): key for index, key in json.loads(row.mapping).items()}
            own = next((one.name for one in acting.units if one.id == row.unit_id), "")
            return RosterView(
                id=row.id,
                name=_name(unit, row),
                at=row.at,
                unit_name=own,
                state=row.state,
                done=max(row.done, 0),
                total=row.total,
                problem=row.problem,
                version=row.version,
                columns=[
                    Column(index=index, word=word, key=mapping.get(index, ""))
                    for index, word in enumerate(told["head"])
                    if word
                ],
                choices=[(one.key, one.title) for one in fields],
                counts=rows.counts(unit.connection, roster_id),
            )

    def differences(self, acting: Acting, roster_id: int, outcome: str, after: int = 0) -> tuple[list[Difference], int]:
        """Return a page of rows of one outcome, and the number after which the next page begins (0: none).

        Raises:
            NotFound: no such roster, or another unit's.
        """
        with self._database.unit(acting) as unit:
            row = _row(unit, roster_id)
            fields = {one.key: one for one in self._fields(unit, row.jurisdiction)}
            directory = self._directories.of(unit.connection, row.jurisdiction)
            sheets = _told(unit, row)["sheets"]
            chosen = (outcome,) if outcome in OUTCOMES else ("changed",)
            found = rows.rows_of(unit.connection, roster_id, chosen, after=after, most=PAGE + 1)
            shown = [_difference(unit, one, fields, directory, sheets) for one in found[:PAGE]]
            look = {"person_id": acting.person_id, "unit_id": row.unit_id, "at": unit.now, "kind": "list"}
            children.add_look(unit.connection, **look, asked=["roster"], found=len(shown))
            return shown, found[PAGE - 1].seq if len(found) > PAGE else 0

    def decide(
        self, acting: Acting, roster_id: int, decision: str, *, outcome: str | None = None, seqs: Collection[int] = ()
    ) -> int:
        """Accept, reject or leave open: a whole outcome, or single rows; return how many rows it was about.

        Of a whole outcome rows that a person must look at first are left as they are.

        Raises:
            NotFound: no such roster, or another unit's. Refused: it is being read or applied.
        """
        if decision not in DECISIONS:
            raise Invalid({"": "没有这个选择"})
        with self._database.unit(acting) as unit:
            row = _row(unit, roster_id)
            if row.state not in {"ready", "done"}:
                raise Refused("名册正在处理，请稍候再决定")
            return rows.decide(unit.connection, roster_id, DECISIONS[decision], outcome=outcome, seqs=seqs)

    def apply(self, acting: Acting, roster_id: int, *, seen: int) -> int:
        """Let the worker take the accepted rows into the files; return how many they are.

        Raises:
            NotFound: no such roster, or another unit's. Refused: nothing is accepted, or it is being worked on.
        """
        with self._database.unit(acting) as unit:
            row = _row(unit, roster_id)
            if row.state != "ready":
                raise Refused("名册正在处理或者已经办完，没有可以执行的")
            accepted = sum(n for (_, fate), n in rows.counts(unit.connection, roster_id).items() if fate == ACCEPT)
            if not accepted:
                raise Refused("还没有接受任何一行；请先逐行或者成批接受，再执行")
            _change(unit, roster_id, seen, state="applying", done=-1, total=accepted)
            return accepted

    def _keeps(self, unit: Unit, by: ActingUnit) -> bool:
        release = self._releases.in_force(unit.connection, by.jurisdiction, unit.now)
        return bool(by.roles & childreaders.roles_of(release, childreaders.KEEPS))

    def _fields(self, unit: Unit, jurisdiction: str) -> tuple[Field, ...]:
        return childfile.fields_of(self._releases.in_force(unit.connection, jurisdiction, unit.now))


def _row(unit: Unit, roster_id: int) -> Any:
    row = rows.by_id(unit.connection, roster_id, content=True)
    if row is None:
        raise NotFound(NO_ROSTER)
    return row


def _change(unit: Unit, roster_id: int, seen: int, **values: Any) -> None:
    if not rows.change(unit.connection, roster_id, seen=seen, changed_at=unit.now, **values):
        raise Refused("这份名册刚刚被同事或者系统改动，请刷新后再试")


def _name(unit: Unit, row: Any) -> str:
    return unit.vault.open(bytes(row.name_sealed), row.key_id, context="roster.name_sealed").decode()


def _told(unit: Unit, row: Any) -> dict[str, Any]:
    return unit.vault.open_record(bytes(row.header_sealed), row.key_id, context="roster.header_sealed")


def _difference(
    unit: Unit, row: Any, fields: Mapping[str, Field], directory: Directory, sheets: Sequence[str]
) -> Difference:
    values = unit.vault.open_record(bytes(row.sealed), row.key_id, context=CONTEXT)["values"]
    # A file outside the unit's register is not opened: the database gives none.
    listed = row.file is not None and (row.outcome != "new")
    known = unit.vault.open_record(bytes(row.file), row.file_key, context="child.sealed") if listed else {}
    changed = row.outcome == "changed"
    told = values or ("child_name", "birth_date", "residence")
    keys = row.keys.split() if changed else [key for key in fields if key in told]
    title = sheets[row.sheet] if row.sheet < len(sheets) else ""
    shown = [fields[key] for key in keys if key in fields]
    return Difference(
        seq=row.seq,
        where="" if row.outcome == "missing" else f"{title + '　' if title else ''}第{row.line}行",
        code=row.code or "" if listed else "",
        child_id=row.child_id if listed else None,
        outcome=row.outcome,
        values=[
            (one.title, _words(one, known.get(one.key), directory), _words(one, values.get(one.key), directory))
            for one in shown
        ],
        problem=row.problem,
        decision=row.decision,
        applied=row.applied_at is not None,
    )


def _words(one: Field, value: Any, directory: Directory) -> str:
    return "" if value in (None, "", []) else in_words(one, value, directory)

"""A child's file as its page shows it: sections, relatives, history, and why the child is in scope or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from engine.core.deadlines import day_of
from engine.core.errors import NotFound
from engine.core.model import Acting
from engine.core.routing import Directory
from engine.service import childchanges, childfile, childreaders, childsight, registering
from engine.service.childchanges import Change
from engine.service.directory import Directories
from engine.service.discretion import Discretions
from engine.service.filechanges import KINDS, NO_FILE, RELATED
from engine.service.forms import Field
from engine.service.inboxrows import child_line
from engine.service.releases import Releases
from engine.service.submissions import in_words
from engine.service.unit import Database, Unit
from engine.store import children as rows
from engine.store import register, relations, views

UNCOLLECTED = "未采集"
#: How a change came about, as the history calls it.
CHANGES = {
    "opened": "建档",
    "answered": "办理中更正",
    "edited": "更正",
    "roster": "名册",
    "related": "亲属",
    "merged": "合并",
    "parted": "撤销合并",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class SectionView:
    """A section with what is known: (title, words); what nobody has asked about is counted."""

    key: str
    title: str
    pairs: Sequence[tuple[str, str]]
    empty: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Relative:
    """A relative; ``other_id`` only where the person may read that file too."""

    id: int
    kind: str
    name: str
    code: str
    other_id: int | None
    phone: str
    address: str
    note: str


@dataclass(frozen=True, kw_only=True, slots=True)
class HistoryLine:
    """One change of where the child lives or who looks after it."""

    at: datetime
    kind: str
    words: str
    who: str
    reason: str
    source: str
    since: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class FileView:
    """Everything that the page of a child's file shows; a part of it where not all may be read."""

    id: int
    code: str
    name: str
    line: str
    whole: bool
    may_edit: bool
    may_merge: bool
    risk: str
    flags: Sequence[str]
    absent_since: date | None
    in_scope: bool | None
    why: str
    listed: str
    sections: Sequence[SectionView]
    relatives: Sequence[Relative]
    history: Sequence[HistoryLine]
    merged: Sequence[tuple[int, str]]
    merged_into: tuple[int, str] | None
    cases: Sequence[Row[Any]]


class FileViews:
    """Reads of children's files; each is recorded."""

    def __init__(
        self, database: Database, releases: Releases, directories: Directories, discretions: Discretions
    ) -> None:
        self._database = database
        self._releases = releases
        self._directories = directories
        self._discretions = discretions

    def view(self, acting: Acting, child_id: int) -> FileView:
        """Return a child's file, and record that it was read.

        Raises:
            NotFound: no such file, or nothing of it that the person may read.
        """
        with self._database.unit(acting) as unit:
            sight = childsight.of_child(unit, self._discretions, acting, child_id)
            if sight is None:
                raise NotFound(NO_FILE)
            childsight.note_read(unit, acting, sight)
            release = self._releases.in_force(unit.connection, sight.row.jurisdiction, unit.now)
            directory = self._directories.of(unit.connection, sight.row.jurisdiction)
            fields = {one.key: one for one in childfile.fields_of(release)}
            known, whole = sight.known, sight.whole
            judged = registering.judge(release, known, day_of(unit.now)) if whole else None
            entry = register.entry_of(unit.connection, child_id) if whole else None
            into = views.child_row(unit.connection, sight.row.merged_into) if sight.row.merged_into else None
            return FileView(
                id=child_id,
                code=sight.row.code,
                name=str(known.get("child_name") or ""),
                line=child_line(known, unit.now),
                whole=whole,
                may_edit=whole and into is None and childreaders.may(release, acting, childreaders.KEEPS) is not None,
                may_merge=whole and childreaders.may(release, acting, childreaders.MERGES) is not None,
                risk=str(known.get("risk") or ""),
                flags=list(known.get("flags") or ()),
                absent_since=date.fromisoformat(known["absent_since"]) if known.get("absent_since") else None,
                in_scope=entry.in_scope if entry else judged.in_scope if judged else None,
                why=entry.why if entry else judged.why if judged else "",
                listed=_listed(entry),
                sections=[_section(one, known, directory) for one in childfile.sections(tuple(fields.values()))],
                relatives=self._relatives(unit, child_id) if whole else [],
                history=_history(childchanges.read(unit, child_id), fields, directory) if whole else [],
                merged=[(one.id, one.code) for one in rows.merged_of(unit.connection, child_id)] if whole else [],
                merged_into=(into.id, into.code) if into else None,
                cases=sight.cases,
            )

    @staticmethod
    def _relatives(unit: Unit, child_id: int) -> list[Relative]:
        found = relations.of_child(unit.connection, child_id)
        others = [one.other_id for one in found if one.other_id]
        readable = {row.id: row.code for row in rows.readable(unit.connection, others)} if others else {}
        told = [(one, unit.vault.open_record(bytes(one.sealed), one.key_id, context=RELATED)) for one in found]
        return [
            Relative(
                id=one.id,
                kind=KINDS[one.kind],
                name=words.get("name", ""),
                code=readable.get(one.other_id) or words.get("code", ""),
                other_id=one.other_id if one.other_id in readable else None,
                phone=words.get("phone", ""),
                address=words.get("address", ""),
                note=words.get("note", ""),
            )
            for one, words in told
        ]


def _listed(entry: Any) -> str:
    if entry is None:
        return "尚未登记，按档案现有内容推算"
    since = f"{entry.since.year}年{entry.since.month}月{entry.since.day}日起"
    return {"listed": f"{since}在册", "exited": f"已退出（{entry.reason or '原因未写'}）"}.get(
        entry.state, f"{since}不在册"
    )


def _section(section: childfile.Section, known: Mapping[str, Any], directory: Directory) -> SectionView:
    uncollected = set(known.get(childfile.UNCOLLECTED) or ())
    pairs = []
    for one in section.fields:
        value = known.get(one.key)
        if value not in (None, "", []):
            pairs.append((one.title, in_words(one, value, directory)))
        elif one.key in uncollected:
            pairs.append((one.title, UNCOLLECTED))
    return SectionView(key=section.key, title=section.title, pairs=pairs, empty=len(section.fields) - len(pairs))


def _history(changes: Sequence[Change], fields: Mapping[str, Field], directory: Directory) -> list[HistoryLine]:
    """Return the opening of the file and the changes of home, care and school, the latest first."""
    lines = []
    for one in changes:
        told = [
            f"{fields[key].title}：{_words(fields[key], old, directory)} → {_words(fields[key], new, directory)}"
            for key, (old, new) in one.values.items()
            if key in childfile.HISTORY and key in fields and one.kind != "opened"
        ]
        if one.kind == "related":
            told = [f"{'移除' if one.more.get('ended') else '登记'}{one.more.get('relation', '亲属')}"]
        if told or one.kind in {"opened", "merged", "parted"}:
            who = "　".join(part for part in (one.unit_name, one.person_name) if part)
            lines.append(
                HistoryLine(
                    at=one.at,
                    kind=CHANGES[one.kind],
                    words="；".join(told),
                    who=who or "系统",
                    reason=one.reason,
                    source="" if one.source.isascii() else one.source,
                    since=one.since,
                )
            )
    return lines


def _words(one: Field, value: Any, directory: Directory) -> str:
    return "空" if value in (None, "", []) else in_words(one, value, directory)

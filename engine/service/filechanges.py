"""Correcting a child's file: one section at a time, with reason and source; relatives; each change is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from engine.core.deadlines import day_of
from engine.core.errors import Invalid, NotFound, Refused
from engine.core.model import Acting, ActingUnit
from engine.service import (
    birthdays,
    childchanges,
    childfile,
    childreaders,
    children,
    childsight,
    opening,
    stepping,
)
from engine.service.childchanges import Why
from engine.service.directory import Directories
from engine.service.discretion import Discretions
from engine.service.forms import AMBIENT, Field, Form, Option
from engine.service.opening import ENGINE
from engine.service.releases import Releases
from engine.service.running import By
from engine.service.unit import Database, Unit
from engine.store import casework, relations
from engine.store import children as rows

NO_FILE = "没有这份儿童档案，或者您无权查看"
#: What every change asks beside the fields themselves.
SINCE, SOURCE, REASON, CONFIRMED = "change_since", "change_source", "change_reason", "change_confirmed"
SOURCES = ("家长告知", "儿童告知", "走访", "证件", "学校", "其他单位", "其他")
KINDS: Mapping[str, str] = {
    "father": "父亲",
    "mother": "母亲",
    "carer": "照料人",
    "sibling": "兄弟姐妹",
    "grandparent": "祖父母、外祖父母",
    "other": "其他亲属",
}
RELATED = "relation.sealed"


@dataclass(frozen=True, kw_only=True, slots=True)
class EditView:
    """One section of a file as a form."""

    id: int
    code: str
    name: str
    jurisdiction: str
    section: str
    form: Form
    values: Mapping[str, Any]
    version: int


class FileChanges:
    """The verbs that change a child's file by hand."""

    def __init__(
        self, database: Database, releases: Releases, directories: Directories, discretions: Discretions
    ) -> None:
        self._database = database
        self._releases = releases
        self._directories = directories
        self._discretions = discretions

    def editing(self, acting: Acting, child_id: int, section: str) -> EditView:
        """Return one section as a form.

        Raises:
            NotFound: no such file or section for the person. Refused: the file is not theirs to change.
        """
        with self._database.unit(acting) as unit:
            sight, _ = self._theirs(unit, acting, child_id)
            release = self._releases.in_force(unit.connection, sight.row.jurisdiction, unit.now)
            found = next((one for one in childfile.sections(childfile.fields_of(release)) if one.key == section), None)
            if found is None:
                raise NotFound("档案没有这一部分")
            keys = {one.key for one in found.fields}
            held = [key for key in sight.known.get(childfile.UNCOLLECTED, ()) if key in keys]
            return EditView(
                id=child_id,
                code=sight.row.code,
                name=str(sight.known.get("child_name") or ""),
                jurisdiction=sight.row.jurisdiction,
                section=section,
                form=_form(found),
                values={**{key: sight.known[key] for key in keys if key in sight.known}, childfile.UNCOLLECTED: held},
                version=sight.row.version,
            )

    def edit(
        self, acting: Acting, child_id: int, section: str, answers: Mapping[str, Any], *, seen: int
    ) -> tuple[str, ...]:
        """Change a section; what is left empty is taken out of the file. Return the keys that changed.

        Raises:
            NotFound, Refused: as :meth:`editing`; or somebody changed the file since. Invalid: by field.
        """
        view = self.editing(acting, child_id, section)
        with self._database.unit(acting) as unit:
            _, by = self._theirs(unit, acting, child_id)
            cleaned = view.form.check(answers, {}, unit.now)
            own = {one.key for one in view.form.fields} - {SINCE, SOURCE, REASON, CONFIRMED, childfile.UNCOLLECTED}
            why = Why(
                kind=childchanges.EDITED,
                unit_id=by.id,
                reason=str(cleaned[REASON]),
                source=str(cleaned.get(SOURCE) or ""),
                since=date.fromisoformat(cleaned[SINCE]) if cleaned.get(SINCE) else None,
            )
            unit.go_on_as(ENGINE)
            for case_id in rows.open_cases(unit.connection, [child_id]):  # a case is locked before its child
                unit.lock_case(case_id)
            row = casework.child_to_change(unit.connection, child_id)
            if row is None or row.merged_into is not None:
                raise NotFound(NO_FILE)
            if row.version != seen:
                raise Refused("这份档案刚刚被别人改动，请核对下方与最新内容后再提交")
            before = children.read(unit, row)
            after = _after(before, own, cleaned)
            _require_possible(after, before, own, day_of(unit.now), confirmed=cleaned.get(CONFIRMED) is True)
            return self._write(unit, row, before, after, why)

    def _write(
        self, unit: Unit, row: Any, before: Mapping[str, Any], after: Mapping[str, Any], why: Why
    ) -> tuple[str, ...]:
        directory = self._directories.of(unit.connection, row.jurisdiction)
        keys = tuple(sorted(key for key in {*before, *after} if before.get(key) != after.get(key)))
        if not keys:
            return ()
        children.replace(unit, row, before, after, directory.areas, why)
        if children.RESIDENCE in keys:
            self._move_register(unit, row, after)
        case_id = casework.open_case_of(unit.connection, row.id)
        if case_id is not None:
            unit.flush()
            by = By(unit_id=why.unit_id, role=None)
            case = opening.loaded(unit, self._releases, self._directories, case_id, by)
            case.note("child_changed", keys=list(keys), change=rows.latest_change(unit.connection, row.id))
            if children.BIRTH_DATE in keys:
                birthdays.set_birthdays(case, after.get(children.BIRTH_DATE))
            stepping.settle(case)
        return keys

    def _move_register(self, unit: Unit, row: Any, after: Mapping[str, Any]) -> None:
        """Let a child who moves stand in the register of the new place, and no longer in that of the old one."""
        held = rows.readers_of(unit.connection, row.id)
        if not held:
            return
        directory = self._directories.of(unit.connection, row.jurisdiction)
        release = self._releases.in_force(unit.connection, row.jurisdiction, unit.now)
        area = str(after.get(children.RESIDENCE) or "")
        new = childreaders.keepers(release, directory, area if area in directory.areas else row.jurisdiction)
        childreaders.let_go(unit, row.id, held - new)
        childreaders.let_read(unit, row.id, new - held)

    def relate(
        self, acting: Acting, child_id: int, kind: str, told: Mapping[str, str], *, code: str = "", reason: str
    ) -> None:
        """Note a relative; a brother or sister who has a file is linked both ways.

        Raises:
            NotFound, Refused: as :meth:`editing`. Invalid: by field.
        """
        with self._database.unit(acting) as unit:
            sight, by = self._theirs(unit, acting, child_id)
            other = self._other(unit, acting, sight, kind, code)
            name = str(told.get("name") or "").strip()[:50]
            problems = {} if reason.strip() else {"reason": "请写明理由：怎么知道的"}
            if kind not in KINDS:
                problems["kind"] = "请选择关系"
            if not name and other is None:
                problems["name"] = "请填写姓名，兄弟姐妹已有档案的填儿童代码"
            if problems:
                raise Invalid(problems)
            words = {key: str(told.get(key) or "").strip()[:200] for key in ("phone", "address", "note")}
            unit.go_on_as(ENGINE)
            self._add_relation(unit, child_id, kind, other.row if other else None, {"name": name, **words})
            if other is not None:
                self._add_relation(unit, other.row.id, kind, sight.row, {"name": ""})
            why = Why(kind=childchanges.RELATED, unit_id=by.id, reason=reason.strip())
            for one in [sight.row, *([other.row] if other else [])]:
                told_of = {"relation": KINDS[kind], "name": name, "code": other.row.code if other else ""}
                childchanges.record(unit, childchanges.sealed_row(unit, one.id, ("relation",), told_of, why))

    def end_relation(self, acting: Acting, child_id: int, relation_id: int, *, reason: str) -> None:
        """Take a relative out of the file; what was known stays among the changes.

        Raises:
            NotFound, Refused: as :meth:`editing`. Invalid: no reason.
        """
        with self._database.unit(acting) as unit:
            _, by = self._theirs(unit, acting, child_id)
            row = relations.by_id(unit.connection, relation_id)
            if row is None or row.child_id != child_id or row.ended_at is not None:
                raise NotFound("没有这条亲属记录")
            if not reason.strip():
                raise Invalid({"reason": "请写明理由"})
            told = unit.vault.open_record(bytes(row.sealed), row.key_id, context=RELATED)
            unit.go_on_as(ENGINE)
            ids = relations.end(unit.connection, row, unit.now)
            why = Why(kind=childchanges.RELATED, unit_id=by.id, reason=reason.strip())
            told_of = {"relation": KINDS[row.kind], "name": told.get("name", ""), "ended": True}
            for one in ids:
                childchanges.record(unit, childchanges.sealed_row(unit, one, ("relation",), told_of, why))

    def _other(
        self, unit: Unit, acting: Acting, sight: childsight.Sight, kind: str, code: str
    ) -> childsight.Sight | None:
        if not code.strip():
            return None
        if kind != "sibling":
            raise Invalid({"code": "只有兄弟姐妹可以填儿童代码"})
        found = next(iter(rows.by_code(unit.connection, code.strip())), None)
        other = childsight.of_child(unit, self._discretions, acting, found) if found else None
        if other is None or other.row.id == sight.row.id or other.row.jurisdiction != sight.row.jurisdiction:
            raise Invalid({"code": "没有这个儿童代码，或者不在您的查阅范围"})
        return other

    @staticmethod
    def _add_relation(unit: Unit, child_id: int, kind: str, other: Any, told: Mapping[str, str]) -> None:
        given = {**told, "code": other.code if other is not None else ""}
        sealed, key_id = unit.vault.seal(given, context=RELATED)
        other_id = other.id if other is not None else None
        relations.add(
            unit.connection, child_id=child_id, kind=kind, other_id=other_id, sealed=sealed, key_id=key_id, at=unit.now
        )

    def _theirs(self, unit: Unit, acting: Acting, child_id: int) -> tuple[childsight.Sight, ActingUnit]:
        """Return the file and the unit for which the person may change it."""
        sight = childsight.of_child(unit, self._discretions, acting, child_id)
        if sight is None:
            raise NotFound(NO_FILE)
        release = self._releases.in_force(unit.connection, sight.row.jurisdiction, unit.now)
        by = childreaders.may(release, acting, childreaders.KEEPS) if sight.whole else None
        if by is None:
            raise Refused("这份档案由村（居）、镇街或者民政部门更正；您知道的新情况，请从报告情况提交")
        return sight, by


def _form(section: childfile.Section) -> Form:
    """Return the form of a section: its fields, what of them could not be learnt, and why the file changes."""
    own = tuple(
        replace(one, required=False, visible_when=None, required_when=None, prefill=None, auto=False)
        for one in section.fields
    )
    options = tuple(Option(value=one.key, label=one.title) for one in own)
    schema = {"items": {"type": "string"}, "type": "array", "uniqueItems": True}
    uncollected = Field(
        key=childfile.UNCOLLECTED,
        title="问过、暂未采集到的项目",
        kind="multi",
        options=options,
        hint="勾选的在档案里写“未采集”，与没有问过的不同。",
        schema=schema,
    )
    sources = tuple(Option(value=one, label=one) for one in SOURCES)
    why = (
        Field(key=SINCE, title="从哪一天起", kind="date", hint="住址、监护、就学变动的，写变动的日期。"),
        Field(key=SOURCE, title="来源", kind="enum", options=sources, required=True),
        Field(key=REASON, title="更正理由", kind="text", rows=2, required=True, schema={"maxLength": 500}),
        Field(key=CONFIRMED, title="已核对与身份证号码不一致的内容，仍按所填保存", kind="bool"),
    )
    fields = (*own, uncollected, *why)
    return Form(code="B-FILE", title=section.title, fields=fields, names=AMBIENT)


def _after(before: Mapping[str, Any], own: set[str], cleaned: Mapping[str, Any]) -> dict[str, Any]:
    after = {key: value for key, value in before.items() if key not in own}
    after |= {key: cleaned[key] for key in own if key in cleaned}
    asked = {key for key in cleaned.get(childfile.UNCOLLECTED, ()) if key not in after}
    kept = {key for key in before.get(childfile.UNCOLLECTED, ()) if key not in own}
    uncollected = sorted(asked | kept)
    after.pop(childfile.UNCOLLECTED, None)
    return {**after, childfile.UNCOLLECTED: uncollected} if uncollected else after


def _require_possible(
    after: Mapping[str, Any], before: Mapping[str, Any], own: set[str], today: date, *, confirmed: bool
) -> None:
    """Refuse what cannot be true of what was changed, and ask once more about what is doubtful.

    Raises:
        Invalid: by field.
    """
    changed = {key for key in own if after.get(key) != before.get(key)}
    problems = {key: said for key, said in childfile.impossible(after, today).items() if key in changed}
    if not problems and not confirmed and changed & {"id_no", "birth_date", "sex"}:
        doubts = "；".join(childfile.doubtful(after))
        problems = {CONFIRMED: f"{doubts}。请核对；确实如此的，选“是”再提交"} if doubts else {}
    if problems:
        raise Invalid(problems)

"""更正: what was handed in wrongly is set right by a new sealed entry with old and new, never by an edit.

A correction rewinds nothing: the procedure stays where it is, papers and hand-overs stand. What it decides later
is decided by the corrected value, where nothing newer has been learnt since; that, too, is an entry of the journal.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.bpmn.model import TaskModel
from engine.bpmn.release import Release
from engine.core.errors import Invalid, NotFound, Refused
from engine.core.model import Acting, ActingUnit
from engine.service import acts, answering, stepping
from engine.service.acts import NO_ITEM, Doors, worded
from engine.service.corrections import REASON, opened
from engine.service.forms import Form
from engine.service.opening import ENGINE, loaded
from engine.service.running import By, RunningCase
from engine.service.submissions import masked
from engine.service.telling import tell_unit
from engine.service.unit import Unit
from engine.store import acts as queries
from engine.store import casework as rows
from engine.store.schema import AnyRow

#: Kinds of fields whose answers are no words: a file is added by the paper that it belongs to.
NOT_CORRECTED = frozenset({"file"})


@dataclass(frozen=True, kw_only=True, slots=True)
class ToCorrect:
    """A completed item as the page of its correction shows it; ``seen`` goes back with the correction."""

    item_id: int
    name: str
    code: str
    case_id: int
    case_number: str
    child_code: str
    unit_name: str
    jurisdiction: str
    form: Form
    values: Mapping[str, Any]
    context: Mapping[str, Any]
    seen: int
    decides: Sequence[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Place:
    """A submission with all that decides about its correction."""

    case: RunningCase
    item: AnyRow
    release: Release
    task: TaskModel
    form: Form
    before: Mapping[str, Any]
    hidden: Mapping[str, str]
    context: Mapping[str, Any]
    count: int

    def editable(self) -> Form:
        kept = [
            one for one in self.form.fields if not (one.auto or one.kind in NOT_CORRECTED or one.key in self.hidden)
        ]
        return replace(self.form, fields=tuple(kept))


class Correcting:
    """The verb; one object a process."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors

    def asked(self, acting: Acting, item_id: int) -> ToCorrect:
        """Return a completed item for whoever may correct it.

        Raises:
            NotFound: no such item, or not done by one of the person's units.
            Refused: it is not theirs to correct.
        """
        with self._doors.database.unit(acting) as unit:
            at = self._place(unit, acting, item_id)
            form = at.editable()
            keys = {one.key for one in form.fields}
            unit.read(at.case.id, f"更正“{at.item.name}”", unit_id=at.case.by.unit_id)
            return ToCorrect(
                item_id=item_id,
                name=at.item.name,
                code=at.item.code,
                case_id=at.case.id,
                case_number=at.item.case_number,
                child_code=at.item.child_code or "",
                unit_name=at.item.unit_name,
                jurisdiction=at.item.jurisdiction,
                form=form,
                values={key: value for key, value in at.before.items() if key in keys},
                context=at.context,
                seen=at.count,
                decides=[one.title for one in form.fields if one.decides],
            )

    def correct(
        self, acting: Acting, item_id: int, answers: Mapping[str, Any], *, reason: str, seen: int
    ) -> Sequence[str]:
        """Set right what was handed in, and return the titles of the fields that changed.

        Raises:
            NotFound, Refused: as :meth:`asked`; or it was corrected since the page was opened.
            Invalid: by field; nothing changed, or no reason.
        """
        with self._doors.database.unit(acting) as unit:
            at = self._place(unit, acting, item_id)
            if seen != at.count:
                raise Refused(f"“{at.item.name}”在您打开之后已有更正，请核对后再提交，您填写的内容已保留")
            changes = _changes(at, answers, reason)
            words = json.dumps({REASON: reason.strip(), "changes": changes}, ensure_ascii=False, sort_keys=True)
            act_id, digest = acts.record(at.case, item_id, "correct", words)
            common = {"item": item_id, "code": at.item.code}
            at.case.note("item_corrected", **common, act=act_id, digest=digest, fields=sorted(changes))
            _learn(at, {key: new for key, (_, new) in changes.items()})
            self._tell(at)
            stepping.settle(at.case)
            return [at.form.field(key).title for key in changes]

    def _place(self, unit: Unit, acting: Acting, item_id: int) -> _Place:
        """Fetch a submission for whoever handed it in, or heads the unit that did, and go on as the engine."""
        candidates = rows.may_claim(unit.connection, item_id, acting.unit_ids)
        submitted = rows.submission_of_item(unit.connection, item_id) if candidates else None
        row = queries.item_of(unit.connection, item_id)
        if submitted is None or row is None:
            raise NotFound(NO_ITEM)
        by = corrector(acting, unit_id=submitted.unit_id, person_id=submitted.person_id)
        if by is None:
            raise Refused(f"“{row.name}”只能由填写人或者其单位负责人更正，请与其联系")
        role = next((one.role for one in candidates if one.unit_id == by.id), acts.first_role(by))
        unit.go_on_as(ENGINE)
        case = loaded(unit, self._doors.releases, self._doors.directories, row.case_id, By(unit_id=by.id, role=role))
        live = case.instances.get(row.instance_id)
        release = live.release if live else self._doors.releases.by_id(unit.connection, _release_of(case, row))
        task = release.procedures[row.procedure].model.tasks[row.element]
        form = self._doors.releases.form(release, task.form)
        before = dict(answering.opened(unit, submitted))
        made = [one for one in queries.of_item(unit.connection, item_id) if one.kind == "correct"]
        for one in made:
            before |= {key: new for key, (_, new) in opened(unit, one)["changes"].items()}
        context = dict(case.terms(live).context) if live else {"case": case.known(), **release.parameters}
        return _Place(
            case=case,
            item=row,
            release=release,
            task=task,
            form=form,
            before={key: value for key, value in before.items() if value is not None},
            hidden=masked(acting, release, form, submitted.person_id),
            context=context,
            count=len(made),
        )

    @staticmethod
    def _tell(at: _Place) -> None:
        """Tell the units that were told of the item, and those that go on with the case."""
        case = at.case
        told = {one.unit_id for one in rows.notices_of(case.unit.connection, case.id) if _is_of(one, at.item.id)}
        told |= {one.unit_id for one in case.items.values()}
        for unit_id in sorted(one for one in told - {case.by.unit_id} if one is not None):
            unit = case.directory.unit_by_id(unit_id)
            if unit is not None:
                sentence = f"“{at.item.name}”所填内容有更正，请查看"
                tell_unit(case, unit, about=at.item.code, kind="corrected", sentence=sentence, item_id=at.item.id)


def corrector(acting: Acting, *, unit_id: int | None, person_id: int | None) -> ActingUnit | None:
    """Return the unit for which the person may correct what it handed in: their own, or as its head."""
    unit = next((one for one in acting.units if one.id == unit_id), None)
    mine = unit is not None and (unit.head or person_id == acting.person_id)
    return unit if mine else None


def _changes(at: _Place, answers: Mapping[str, Any], reason: str) -> dict[str, tuple[Any, Any]]:
    """Return old and new of each field that changes.

    Raises:
        Invalid: by field; nothing changed, or no reason.
    """
    keys = {one.key for one in at.editable().fields}
    rest = {key: value for key, value in at.before.items() if key not in keys}
    given = {key: value for key, value in answers.items() if key in keys}
    problems: dict[str, str] = {}
    cleaned: Mapping[str, Any] = {}
    try:
        automatic = {one.key for one in at.form.fields if one.auto}
        carried = {key: value for key, value in rest.items() if key not in automatic}
        cleaned = at.form.check({**carried, **given}, at.context, at.case.now)
    except Invalid as invalid:
        problems |= invalid.problems
    try:
        worded(reason, "请写明更正的理由")
    except Invalid as invalid:
        problems |= invalid.problems
    if problems:
        raise Invalid(problems)
    changed = {
        key: (at.before.get(key), cleaned.get(key)) for key in sorted(keys) if at.before.get(key) != cleaned.get(key)
    }
    if not changed:
        raise Invalid({"": "没有改动任何内容，不用更正"})
    return changed


def _learn(at: _Place, new: Mapping[str, Any]) -> None:
    """Let facts and the child's file take what is right, where they still hold what was wrong."""
    case = at.case
    before = answering.without_names(case, at.form, at.form.decisive(at.before))
    after = answering.without_names(case, at.form, at.form.decisive({**at.before, **new}))
    learnt = {
        key: value
        for key, value in after.items()
        if key in new and value != before.get(key) and case.facts.get(key) == before.get(key)
    }
    if learnt:
        case.learn(learnt)
        case.note("facts_corrected", item=at.item.id, code=at.item.code, fields=sorted(learnt))
    if answering.may_correct(case, at.task):
        answering.correct_of_child(case, at.release, at.before, new, code=at.task.code)


def _is_of(notice: AnyRow, item_id: int) -> bool:
    return bool(notice.work_item_id == item_id and notice.kind == "told")


def _release_of(case: RunningCase, row: AnyRow) -> int:
    found = rows.instances_of(case.unit.connection, case.id)
    return int(next(one.release_id for one in found if one.id == row.instance_id))

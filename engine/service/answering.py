"""What is done with a filled-in form: checked, sealed, learnt from, recorded, and passed to the engine."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from engine.bpmn.directory import Event
from engine.bpmn.memory import PERIOD_START
from engine.bpmn.model import TaskModel
from engine.bpmn.release import Release
from engine.core.errors import Invalid
from engine.service import birthdays, children, files, items, merging, registering, stepping, subjects, timers
from engine.service.childchanges import ANSWERED, Why
from engine.service.children import RESIDENCE
from engine.service.discretion import BROUGHT_BY, POLICE
from engine.service.forms import Field, Form
from engine.service.running import Live, OpenItem, RunningCase
from engine.service.telling import make_documents, tell_roles
from engine.service.unit import Unit
from engine.store import casework as rows
from engine.store import tables

#: Blocks whose answers belong to the child's file.
CHILD_BLOCKS = ("B-CHILD", "B-GUARD")

#: What process data says of a reference that is not a unit.
NO_UNIT = "非单位"

#: What process data says of a place that is no area of the directory.
NO_AREA = "非地区"
#: What process data says of what somebody wrote in their own words.
WRITTEN = "已填写"
#: Kinds of fields whose answers are among their options.
_CHOSEN = frozenset({"enum", "multi"})

#: In a task's ``sets``: the key of the unit that did the task.
UNIT = "unit"

#: What the lead agency and those above it may read from the first day (architecture D9).
LEAD_ROLES = ("civil_affairs", "superior")


def form_of(case: RunningCase, item: OpenItem) -> Form:
    """Return the item's form as the release of its instance has it."""
    live = case.instances[item.instance_id]
    return case.releases.form(live.release, live.procedure.model.tasks[item.element].form)


def complete(
    case: RunningCase,
    item: OpenItem,
    answers: Mapping[str, Any],
    *,
    person_id: int | None,
    attachments: Sequence[int],
) -> int | None:
    """Take the answers of an item and let its procedure go on.

    Returns the id of the case that this one joins, where the task says so.

    Raises:
        Invalid: by field, in the form's own labels; nothing has changed.
    """
    live = case.instances[item.instance_id]
    task = live.procedure.model.tasks[item.element]
    asked = case.releases.form(live.release, task.form)
    terms = case.terms(live)
    cleaned = asked.check(answers, terms.context, case.now)
    cleaned |= _automatic(case, asked, cleaned, terms.context.get(PERIOD_START))
    _record(case, live, item, task, asked, cleaned, person_id, attachments)
    residence = _area(asked, cleaned, RESIDENCE) if may_correct(case, task) or not case.child_area else None
    take_areas(case, place=_area(asked, cleaned, "place"), residence=residence)
    learnt = {**_emptied(asked, answers), **cleaned}
    _learn_of_child(case, live.release, learnt, code=task.code, overwrite=may_correct(case, task))
    decisive = without_names(case, asked, asked.decisive(cleaned))
    case.elsewhere = subjects.named_by(case, task, asked, terms, cleaned, decisive)
    if case.elsewhere is None and not case.is_of_area:
        registering.decide(case, terms.that_hold_of(task.register, decisive), cleaned)
    unit = case.directory.unit_by_id(case.by.unit_id)
    fields = decisive | terms.sets(task, {**decisive, UNIT: unit.key if unit else None})
    _go_on(case, live, item, fields)
    items.rate(case)
    after = case.terms(live)
    make_documents(case, live, task, after, item)
    tell_roles(case, live, task, after, item.id)
    _move(case, task, cleaned, item)
    return merging.target_of(case, task, after, cleaned)


def _go_on(case: RunningCase, live: Live, item: OpenItem, fields: Mapping[str, Any]) -> None:
    """Step the engine once all items of the task are done; until then only learn."""
    del case.items[item.id]
    waiting = [one for one in case.items.values() if one.instance_id == live.id and one.token == item.token]
    if waiting:
        case.learn(fields)
        return
    stepping.complete(case, item, fields)


def _record(
    case: RunningCase,
    live: Live,
    item: OpenItem,
    task: TaskModel,
    asked: Form,
    cleaned: Mapping[str, Any],
    person_id: int | None,
    attachments: Sequence[int],
) -> None:
    submission_id, digest = _seal(case, live, item.code, cleaned, item_id=item.id, person_id=person_id)
    case.unit.pending.change(
        tables.work_item,
        item.id,
        state="completed",
        person_id=person_id,
        unit_id=case.by.unit_id or item.unit_id,
        done_at=case.now,
        done_by=person_id,
        version=item.version + 1,
    )
    all_kept = files.keep(case.unit, item.id, _ids(cleaned, attachments))
    _require_files(asked, cleaned, {one.id for one in all_kept})
    for kept in all_kept:
        case.note("file_attached", attachment=kept.id, field=kept.field, size=kept.size, digest=kept.sha256)
    timers.drop(case, timers.of_item(case, item))
    case.note(
        "item_completed",
        item=item.id,
        code=item.code,
        submission=submission_id,
        digest=digest,
        clauses=list(task.clauses),
        due=item.due_at.isoformat() if item.due_at else None,
    )


def _seal(
    case: RunningCase,
    live: Live | None,
    code: str,
    answers: Mapping[str, Any],
    *,
    item_id: int | None = None,
    person_id: int | None = None,
) -> tuple[int, str]:
    plain = json.dumps(answers, ensure_ascii=False, sort_keys=True).encode()
    sealed, key_id = case.unit.vault.seal(plain, context="submission.sealed")
    digest = hashlib.sha256(sealed).hexdigest()
    submission_id = rows.add(
        case.unit.connection,
        tables.submission,
        case_id=case.id,
        instance_id=live.id if live else None,
        work_item_id=item_id,
        code=code,
        person_id=person_id,
        unit_id=case.by.unit_id,
        at=case.now,
        sealed=sealed,
        key_id=key_id,
        digest=digest,
    )
    return submission_id, digest


def opened(unit: Unit, row: Any) -> dict[str, Any]:
    """Return the answers of a submission; ``row`` is a row of ``submission``."""
    plain = unit.vault.open(bytes(row.sealed), row.key_id, context="submission.sealed")
    answers: dict[str, Any] = json.loads(plain)
    return answers


def known_of_child(unit: Unit, case: RunningCase) -> dict[str, Any]:
    """Return what the file of the case's child holds; nothing where the case is about an area."""
    row = None if case.is_of_area else rows.child_by_id(unit.connection, case.row.child_id)
    return children.read(unit, row) if row else {}


def _require_files(asked: Form, cleaned: Mapping[str, Any], kept: Collection[int]) -> None:
    """Refuse an answer that names files which were never attached to this item by this person.

    Raises:
        Invalid: by field.
    """
    asked_for = (one for one in asked.fields if one.kind == "file")
    invented = {one.key: one.title for one in asked_for if not set(cleaned.get(one.key, ())) <= set(kept)}
    if invented:
        raise Invalid({key: f"“{title}”里的附件已不在，请重新上传" for key, title in invented.items()})


def _ids(cleaned: Mapping[str, Any], attachments: Iterable[int]) -> list[int]:
    given = {one for value in cleaned.values() if isinstance(value, list) for one in value if isinstance(one, int)}
    return sorted(given | {int(one) for one in attachments})


def _automatic(case: RunningCase, asked: Form, cleaned: Mapping[str, Any], since: Any) -> dict[str, Any]:
    """Return what the engine fills in: numbers of registers, and the counts with which a cycle closes."""
    counts = {one.key for one in asked.fields if one.auto and one.kind == "int"}
    found: dict[str, Any] = {}
    if counts:
        found |= {key: value for key, value in registering.counted(case, since).items() if key in counts}
    for field in asked.fields:
        if field.auto and not field.decides and field.kind == "text" and not cleaned.get(field.key):
            year = case.now.year
            name = f"{case.row.jurisdiction}:{asked.code}:{field.key}"
            counted = rows.next_number(case.unit.connection, name, year)
            found[field.key] = f"〔{year}〕{counted}号"
    return found


def _area(asked: Form, cleaned: Mapping[str, Any], key: str) -> str | None:
    field: Field | None = next((one for one in asked.fields if one.key == key), None)
    value = cleaned.get(key)
    return str(value) if field is not None and field.kind == "area" and value else None


def take_areas(case: RunningCase, *, place: Any = None, residence: Any = None) -> None:
    """Let the place and the child's residence route from now on, as far as they are known areas."""
    changes = {}
    if place in case.directory.areas and place != case.place_area:
        case.place_area = place
        changes["place_area_id"] = case.directory.areas[place]
    if not case.is_of_area and residence in case.directory.areas and residence != case.child_area:
        case.child_area = residence
        changes["area_id"] = case.directory.areas[residence]
    if changes:
        case.unit.pending.change(tables.case, case.id, **changes)


def may_correct(case: RunningCase, task: TaskModel) -> bool:
    """Say whether the task's answers correct what is known of the child; a report only adds what was unknown.

    Anybody may report any child, so a report must not rewrite its file or send its case elsewhere; what the
    report says otherwise stands in the report, for those who deal with it.
    """
    return task.role not in BROUGHT_BY or case.by.role in POLICE


def _learn_of_child(
    case: RunningCase, release: Release, cleaned: Mapping[str, Any], *, code: str, overwrite: bool
) -> None:
    if case.is_of_area:
        return
    keys = release.block_keys(*CHILD_BLOCKS)
    before = {} if overwrite else known_of_child(case.unit, case)
    known = {key: value for key, value in cleaned.items() if key in keys and before.get(key) in (None, "", [])}
    if not overwrite:
        known = {key: value for key, value in known.items() if value != []}
    why = Why(kind=ANSWERED, unit_id=case.by.unit_id, source=code)
    children.add_to(case.unit, case.row.child_id, known, case.directory.areas, why)
    if children.BIRTH_DATE in known:
        birthdays.set_birthdays(case, known[children.BIRTH_DATE])


def _emptied(asked: Form, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the choices of several that a form shows and leaves without any: what was chosen before is so no more."""
    return {one.key: [] for one in asked.fields if one.kind == "multi" and answers.get(one.key) == []}


def correct_of_child(
    case: RunningCase, release: Release, old: Mapping[str, Any], new: Mapping[str, Any], *, code: str
) -> None:
    """Let the child's file take corrected answers, where it still holds what they correct."""
    if case.is_of_area:
        return
    known = known_of_child(case.unit, case)
    given = {key: value for key, value in new.items() if value not in (None, "")}
    keys = [key for key in release.block_keys(*CHILD_BLOCKS) if key in given and known.get(key) == old.get(key)]
    _learn_of_child(case, release, {key: new[key] for key in keys}, code=code, overwrite=True)


def _move(case: RunningCase, task: TaskModel, cleaned: Mapping[str, Any], item: OpenItem) -> None:
    if task.moves is None or task.moves.feel is None:
        return
    target = cleaned.get(task.moves.feel)
    if target:
        items.move(case, task.moves.name, item.role, str(target))


def without_names(case: RunningCase, asked: Form, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return process data in which whoever is no unit is nobody in particular.

    A reference may hold the key of a unit or the name of a relative; names of families stay in the
    sealed submission (architecture D8), and the engine only needs to know that it is no unit.
    """
    kinds = {field.key: field for field in asked.fields}
    return {key: _unnamed(case, kinds[key], value) for key, value in given.items()}


def _unnamed(case: RunningCase, field: Field, value: Any) -> Any:
    if field.kind == "ref" and isinstance(value, str):
        known = case.directory.unit(value) or rows.case_by_number(case.unit.connection, value)
        return value if known else NO_UNIT
    if field.kind == "area" and value is not None:
        return value if value in case.directory.areas else NO_AREA
    if field.kind == "text" and value is not None:
        return WRITTEN
    if field.kind in _CHOSEN and value is not None:
        chosen = {option.value for option in field.options}
        return _fitting(chosen, value)
    if field.kind == "table" and isinstance(value, list):
        columns = {column.key: column for column in field.columns}
        return [{key: _unnamed(case, columns[key], cell) for key, cell in row.items()} for row in value]
    return value


def _fitting(chosen: Collection[str], value: Any) -> Any:
    """Return what is one of the choices; a start by hand is not checked against a form."""
    if isinstance(value, list):
        return [one for one in value if one in chosen]
    return value if value in chosen else None


def decisive(case: RunningCase, procedure: str, known: Mapping[str, Any]) -> dict[str, Any]:
    """Return the process data among the answers that are known before the first task."""
    found: dict[str, Any] = {}
    for task in case.release.procedures[procedure].model.tasks.values():
        asked = case.releases.form(case.release, task.form)
        given = {key: value for key, value in known.items() if any(one.key == key for one in asked.fields)}
        decided = {key: value for key, value in asked.decisive(given).items() if key in given}
        found |= without_names(case, asked, decided)
    return found


def decisive_of_child(case: RunningCase, known: Mapping[str, Any]) -> dict[str, Any]:
    """Return the process data that a child's file holds when its case opens."""
    fields: Mapping[str, Any] = case.release.blocks.get(CHILD_BLOCKS[0], {}).get("properties", {})
    decide = {key for key, prop in fields.items() if prop.get("x-decides") is True}
    return {key: value for key, value in known.items() if key in decide and value not in (None, "", [])}


def keep_what_was_known(case: RunningCase, live: Live, known: Mapping[str, Any]) -> None:
    """Keep the answers that a start brought with it, sealed like any others."""
    submission_id, digest = _seal(case, live, f"{live.key}-start", known)
    case.note("start_recorded", instance=live.id, submission=submission_id, digest=digest)


def record_event(
    case: RunningCase, said: Event, answers: Mapping[str, Any], reason: str, person_id: int | None
) -> None:
    """Record what was said to have happened.

    Raises:
        Invalid: an answer that the event asks for is missing, or one is not asked.
    """
    asked = {one.key: one for one in said.fields}
    problems = {
        one.key: f"请填写“{one.title}”" for one in said.fields if one.required and answers.get(one.key) in (None, "")
    }
    problems |= {key: f"没有“{key}”这一项" for key in answers if key not in asked}
    if problems:
        raise Invalid(problems)
    given = {key: value for key, value in answers.items() if value not in (None, "")}
    submission_id, digest = _seal(case, None, said.name, {**given, "reason": reason}, person_id=person_id)
    case.note("event_said", event=said.name, submission=submission_id, digest=digest)
    case.learn(dict(said.sets))


def let_lead_agencies_read(case: RunningCase) -> None:
    """Let the lead agency of the area and those above it read the case (architecture D9)."""
    area = case.child_area or case.place_area
    found = (case.directory.nearest(role, area) for role in LEAD_ROLES)
    case.let_read(sorted({unit.id for unit in found if unit is not None}), "lead")

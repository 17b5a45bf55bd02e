"""One work item with its form, its reasons and its limit, for a person whose unit may claim it or did it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row

from engine.bpmn.release import Release
from engine.core.errors import NotFound
from engine.core.model import Acting
from engine.service import acts, actviews, answering, files, limitreading, limitrights, reasons
from engine.service.acts import ActView, Place
from engine.service.casework import Casework
from engine.service.correcting import corrector
from engine.service.discretion import Discretions
from engine.service.forms import Form
from engine.service.inboxrows import InboxRow, Rows, flags_of, line_of
from engine.service.limitviews import LimitView, May
from engine.service.releases import Releases
from engine.service.running import RunningCase
from engine.service.submissions import known_of_child, masked
from engine.service.unit import Database, Unit
from engine.store import casework as rows
from engine.store import inbox as queries


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemView:
    """One work item with its form; ``values`` are prefilled, or what was submitted once it is done."""

    row: InboxRow
    case_id: int
    case_number: str
    child_id: int | None
    jurisdiction: str
    form: Form
    values: Mapping[str, Any]
    context: Mapping[str, Any]
    why: reasons.Why
    limit: LimitView | None
    may: May
    references: Sequence[str]
    attachments: Sequence[files.Attached]
    version: int
    may_claim: bool
    may_release: bool
    may_complete: bool
    done_by: str | None
    acts: Sequence[ActView] = ()
    verbs: frozenset[str] = frozenset()


class Items:
    """Reads one item; the database's row-level security says the same again."""

    def __init__(
        self, database: Database, releases: Releases, casework: Casework, discretions: Discretions, shown: Rows
    ) -> None:
        self._database = database
        self._releases = releases
        self._casework = casework
        self._discretions = discretions
        self._rows = shown

    def of(self, acting: Acting, item_id: int) -> ItemView:
        """Return an item that one of the person's units may claim or did.

        Raises:
            NotFound: no such item, or not one of theirs: the two look the same.
        """
        with self._database.unit(acting) as unit:
            row = queries.row_of(unit.connection, item_id)
            theirs = rows.may_claim(unit.connection, item_id, acting.unit_ids)
            if row is None or not theirs:
                raise NotFound("没有这件待办，或者不属于您的单位")
            unit.read(row.case_id, f"办理“{row.name}”", unit_id=theirs[0].unit_id)
            with unit.acting_as("engine"):
                case = self._casework.look(unit, row.case_id)
                return self._view(unit, acting, row, case, theirs[0].role)

    def _view(self, unit: Unit, acting: Acting, row: Row[Any], case: RunningCase, role: str) -> ItemView:
        live = case.instances.get(row.instance_id)
        # What was filled in is read by the release it was filled in under.
        release = live.release if live else self._releases.by_id(unit.connection, row.release_id)
        task = release.procedures[row.procedure].model.tasks[row.element]
        form = self._releases.form(release, task.form)
        context = dict(case.terms(live).context) if live else {"case": case.facts, **release.parameters}
        mine = acting.may_act_for(row.person_id, row.procedure, unit.now)
        people = rows.item_with_people(unit.connection, row.id)
        kept = self._discretions.of(unit, acting, row.case_id)
        shown = row._replace(source_name=None) if kept.hides(row.source_unit_id) else row
        first_word = kept.answers_of is None or _is_first_word(unit, case, row)
        values = self._values(unit, acting, row, form, context, case, release, first_word=first_word)
        limit = limitreading.view(case, live, release, task, row, kept)
        told = self._rows.row(unit, shown, self._rows.shared(unit, [row]))
        if kept.answers_of is not None:
            known = known_of_child(unit, row, [row.case_id], kept) or values
            told = replace(told, child_line=line_of(row, known, unit.now), flags=flags_of(row, known))
        return ItemView(
            row=told,
            case_id=row.case_id,
            case_number=row.case_number,
            child_id=row.child_id,
            jurisdiction=row.jurisdiction,
            form=form,
            values=values,
            context=context,
            why=reasons.why(case, live, task, shown, limit, place=first_word),
            limit=limit,
            may=_may(case, row.id, acting),
            references=reasons.references(case, kept.shows),
            attachments=files.of_item(unit, row.id),
            version=row.version,
            may_claim=row.state == "open",
            may_release=row.state == "claimed" and mine,
            may_complete=row.state == "open" or (row.state == "claimed" and mine),
            done_by=people.person_name if people else None,
            acts=acts.views(unit, row.id, kept),
            verbs=_verbs(case, row.id, acting, role),
        )

    def _values(
        self,
        unit: Unit,
        acting: Acting,
        row: Row[Any],
        form: Form,
        context: Mapping[str, Any],
        case: RunningCase,
        release: Release,
        *,
        first_word: bool,
    ) -> dict[str, Any]:
        """Return what was handed in, or what the form holds at first: what is known of the child already."""
        submitted = rows.submission_of_item(unit.connection, row.id)
        if submitted is not None:
            hidden = masked(acting, release, form, submitted.person_id)
            given = answering.opened(unit, submitted)
            return {key: value for key, value in given.items() if key not in hidden}
        if not first_word:
            return {}
        keys = {field.key for field in form.fields}
        known = answering.known_of_child(unit, case)
        return {key: value for key, value in known.items() if key in keys} | form.prefilled(context)


def _may(case: RunningCase, item_id: int, acting: Acting) -> May:
    """Return what the person may do with the limit of an item; nothing with that of a closed one."""
    item = case.items.get(item_id)
    if item is None:
        return May()
    readers = rows.readers_of_case(case.unit.connection, case.id)
    return limitrights.may(limitrights.place_of(case, item, acting, readers))


def _verbs(case: RunningCase, item_id: int, acting: Acting, role: str) -> frozenset[str]:
    """Return what the person may do with an item beside doing it; a closed one may be corrected."""
    item = case.items.get(item_id)
    if item is None:
        done = rows.submission_of_item(case.unit.connection, item_id)
        mine = done is not None and corrector(acting, unit_id=done.unit_id, person_id=done.person_id)
        return frozenset({"correct"} if mine else ())
    at = Place(case=case, item=item, units=acting.units)
    return actviews.of_item(at, acting, acts.of_item(case.unit, item_id), role)


def _is_first_word(unit: Unit, case: RunningCase, row: Row[Any]) -> bool:
    """Say whether the item is of the report that the child's file was opened with: what it holds is the reporter's."""
    child = None if case.is_of_area else rows.child_by_id(unit.connection, case.row.child_id)
    first = min(one.id for one in rows.instances_of(unit.connection, case.id))
    return child is not None and child.created_at == case.row.opened_at and bool(row.instance_id == first)

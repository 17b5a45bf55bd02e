"""What was answered in a case, in the words of its forms. Reads only; each reading is recorded."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from engine.bpmn.release import Release
from engine.core.deadlines import SHANGHAI
from engine.core.errors import NotFound
from engine.core.model import Acting
from engine.core.routing import Directory
from engine.service import answering, children
from engine.service.corrections import CorrectionView
from engine.service.corrections import views as views_of
from engine.service.directory import Directories
from engine.service.discretion import REPORTER, Discretion, Discretions
from engine.service.forms import Field, Form
from engine.service.releases import Releases
from engine.service.unit import Database, Unit
from engine.store import acts, views
from engine.store.schema import AnyRow

#: What is shown of a submission's author, and of a masked answer, to those who may not know.
HIDDEN = "仅{roles}可见"


@dataclass(frozen=True, kw_only=True, slots=True)
class Submitted:
    """One form that was handed in; ``answers`` are labels with words, a table's rows one a line."""

    item_id: int
    name: str
    code: str
    procedure_name: str
    by: str
    at: datetime
    answers: Sequence[tuple[str, str]]
    corrections: Sequence[CorrectionView] = ()


class Submissions:
    """Reads what was handed in, for the acting person."""

    def __init__(self, database: Database, releases: Releases, directories: Directories) -> None:
        self._database = database
        self._releases = releases
        self._directories = directories
        self._discretions = Discretions(releases, directories)

    def of_case(self, acting: Acting, case_id: int) -> tuple[str, list[Submitted]]:
        """Return the case's number and what was handed in, the latest first.

        An answer that only some roles may read says so to everybody else, and so does its author,
        unless it is the person's own.

        Raises:
            NotFound: no such case, or not theirs to see.
        """
        with self._database.unit(acting) as unit:
            row = views.case_row(unit.connection, case_id)
            if row is None:
                raise NotFound("没有这个个案，或者您无权查看")
            unit.read(case_id, "各环节所填内容", unit_id=next(iter(acting.unit_ids), None))
            directory = self._directories.of(unit.connection, row.jurisdiction)
            kept = self._discretions.of(unit, acting, case_id)
            handed_in = views.submitted_items(unit.connection, case_id)
            found = [one for one in handed_in if kept.shows(one.procedure) and kept.shows_of(one.unit_id)]
            made: dict[int, list[AnyRow]] = {}
            for one in acts.corrections_of(unit.connection, case_id):
                made.setdefault(one.work_item_id, []).append(one)
            return row.number, [
                self._one(unit, acting, one, directory, kept, made.get(one.work_item_id, ())) for one in found
            ]

    def _one(
        self,
        unit: Unit,
        acting: Acting,
        row: Row[Any],
        directory: Directory,
        kept: Discretion,
        corrections: Sequence[AnyRow],
    ) -> Submitted:
        release = self._releases.by_id(unit.connection, row.release_id)
        model = release.procedures[row.procedure].model
        form = self._releases.form(release, model.tasks[row.element].form)
        hidden = masked(acting, release, form, row.person_id)
        by = f"{row.unit_name or ''}　{row.person_name or ''}".strip("　") or "公众"
        unnamed = REPORTER if kept.hides(row.unit_id, row.code) else next(iter(hidden.values()), "")
        return Submitted(
            item_id=row.work_item_id,
            name=row.name,
            code=row.code,
            procedure_name=model.name,
            by=unnamed or by,
            at=row.at,
            answers=_words(form, answering.opened(unit, row), hidden, directory),
            corrections=views_of(
                unit, corrections, form, hidden, lambda field, value: in_words(field, value, directory), by=unnamed
            ),
        )


def known_of_child(unit: Unit, child: Row[Any], case_ids: Sequence[int], kept: Discretion) -> dict[str, Any]:
    """Return what the child's file holds; for those who only reported the child, what they said themselves."""
    if child.sealed is None:  # of an area's case
        return {}
    known = children.read(unit, child)
    if kept.answers_of is None:
        return known
    said: dict[str, Any] = {}
    for one in said_in(unit, case_ids, kept.answers_of).values():
        said |= one
    return only_said(known, said)


def said_in(unit: Unit, case_ids: Sequence[int], unit_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """Return what these units answered last in each case, by field."""
    said: dict[int, dict[str, Any]] = {}
    for row in views.submissions_of_units(unit.connection, case_ids, sorted(unit_ids)):
        said.setdefault(row.case_id, {}).update(answering.opened(unit, row))
    return said


def only_said(known: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """Return of what is known what somebody said themselves, as they said it."""
    return {key: said[key] for key in known if said.get(key) not in (None, "", [])}


def masked(acting: Acting, release: Release, form: Form, author_id: int | None) -> dict[str, str]:
    """Return what stands for each answer that the person may not read, by field; nothing is kept from its author."""
    if author_id is not None and author_id == acting.person_id:
        return {}
    return {one.key: who for one in form.fields if (who := _kept_from(acting, release, one))}


def _kept_from(acting: Acting, release: Release, field: Field) -> str:
    """Return who may read a masked answer, where the person is none of them."""
    allowed = {role for one in field.masked for role in release.expand(one)}
    if not allowed or any(unit.roles & allowed for unit in acting.units):
        return ""
    return HIDDEN.format(roles=release.role_name(field.masked[0]))


def _words(
    form: Form, answers: Mapping[str, Any], hidden: Mapping[str, str], directory: Directory
) -> list[tuple[str, str]]:
    return [
        (field.title, hidden.get(field.key) or in_words(field, answers[field.key], directory))
        for field in form.fields
        if answers.get(field.key) not in (None, "", [])
    ]


def in_words(field: Field, value: Any, directory: Directory) -> str:
    """Return an answer as a person reads it."""
    words: dict[str, Callable[[], str]] = {
        "bool": lambda: "是" if value else "否",
        "multi": lambda: "、".join(field.label_of(str(one)) for one in value),
        "file": lambda: f"{len(value)} 个文件",
        "table": lambda: "\n".join(_row(field, row, directory) for row in value),
        "date": lambda: _day(date.fromisoformat(str(value))),
        "datetime": lambda: _moment(datetime.fromisoformat(str(value)).astimezone(SHANGHAI)),
        "area": lambda: _place(str(value), directory),
        "ref": lambda: _place(str(value), directory),
    }
    return words.get(field.kind, lambda: field.label_of(str(value)))()


def _row(field: Field, row: Mapping[str, Any], directory: Directory) -> str:
    cells = [in_words(column, row[column.key], directory) for column in field.columns if row.get(column.key)]
    return "　".join(cells)


def _day(when: date) -> str:
    return f"{when.year}年{when.month}月{when.day}日"


def _moment(at: datetime) -> str:
    return f"{_day(at)} {at:%H:%M}"


def _place(key: str, directory: Directory) -> str:
    unit = directory.unit(key)
    if unit is not None:
        return unit.name
    return key.partition(".")[2].replace(".", " ") or key if key in directory.areas else key

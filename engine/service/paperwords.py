"""What is filled into a paper: the answers of its task, what the child's file holds, and what it knows of itself."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from engine.bpmn import paperfilling
from engine.bpmn.paperfiles import ANSWERS, GENERAL
from engine.bpmn.release import Release
from engine.core.deadlines import day_of
from engine.core.errors import NotFound, Refused
from engine.core.model import Acting
from engine.core.routing import Directory
from engine.service import acts, answering
from engine.service.directory import Directories
from engine.service.discretion import Discretion, Discretions
from engine.service.forms import Field, Form, form_of
from engine.service.releases import Releases
from engine.service.submissions import in_words, known_of_child, masked
from engine.service.unit import Unit
from engine.store import acts as act_rows
from engine.store import papers as rows
from engine.store import views

#: The act that sets answers right: ``changes`` holds old and new by field.
CORRECTION = "correct"
NO_PAPER = "没有这份文书，或者您无权查看"
NO_TEMPLATE = "这份文书没有模板，程序版本里也没有通用模板，不能打印；请管理员补上模板后发布新版本"


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A paper with the task that made it, as the acting person may know it."""

    row: Row[Any]
    release: Release
    form: Form
    directory: Directory
    kept: Discretion
    answers: Mapping[str, Any]
    whole: bool

    @property
    def own(self) -> int:
        """The unit that made the paper, and that alone deals with it."""
        return int(self.row.unit_id)


class PaperDesk:
    """Fetches papers for a person, and fills them."""

    def __init__(self, releases: Releases, directories: Directories, discretions: Discretions) -> None:
        self._releases = releases
        self._directories = directories
        self._discretions = discretions

    def fetch(self, unit: Unit, acting: Acting, document_id: int) -> Paper:
        """Return a paper that the person may know of.

        Raises:
            NotFound: no such paper, or none of what they are shown of the case.
        """
        row = rows.paper_row(unit.connection, document_id)
        if row is None:
            raise NotFound(NO_PAPER)
        kept = self._discretions.of(unit, acting, row.case_id)
        if not (kept.shows(row.procedure) and kept.shows_of(row.unit_id)):
            raise NotFound(NO_PAPER)
        release = self._releases.by_id(unit.connection, row.release_id)
        form = self._releases.form(release, release.procedures[row.procedure].model.tasks[row.element].form)
        handed_in = rows.submission_of(unit.connection, row.work_item_id)
        answers = self._answers(unit, handed_in)
        hidden = masked(acting, release, form, handed_in.person_id if handed_in is not None else None)
        return Paper(
            row=row,
            release=release,
            form=form,
            directory=self._directories.of(unit.connection, row.jurisdiction),
            kept=kept,
            answers=answers,
            whole=not kept.hides(row.unit_id, row.code) and not any(key in answers for key in hidden),
        )

    @staticmethod
    def _answers(unit: Unit, handed_in: Row[Any] | None) -> dict[str, Any]:
        """Return what was handed in, as it was corrected since."""
        if handed_in is None:
            return {}
        answers = answering.opened(unit, handed_in)
        for act in act_rows.of_item(unit.connection, handed_in.work_item_id):
            if act.kind == CORRECTION:
                changes = json.loads(acts.opened_words(unit, act))["changes"]
                answers |= {key: new for key, (_, new) in changes.items()}
        return {key: value for key, value in answers.items() if value is not None}

    def filled(self, unit: Unit, paper: Paper, *, version: int) -> bytes:
        """Return the paper as it would be issued now.

        Raises:
            Refused: there is no template for it.
        """
        template = paper.release.papers.get(paper.row.name) or paper.release.papers.get(GENERAL)
        if template is None:
            raise Refused(NO_TEMPLATE)
        words, tables = self._words(unit, paper)
        head = self._head(unit, paper, version)
        return paperfilling.fill(template, {**words, **head}, tables)

    def _words(self, unit: Unit, paper: Paper) -> tuple[dict[str, str], dict[str, list[dict[str, str]]]]:
        case = views.case_row(unit.connection, paper.row.case_id)
        known: dict[str, Any] = {}
        if case is not None and case.sealed is not None:
            known = known_of_child(unit, case, [paper.row.case_id], paper.kept)
        blocks = (form_of(key, block, paper.release.names) for key, block in paper.release.blocks.items())
        words: dict[str, str] = {}
        for form in blocks:
            words |= _said(form.fields, known, paper.directory)
        words |= _said(paper.form.fields, paper.answers, paper.directory)
        tables = {
            field.key: [_said(field.columns, row, paper.directory) for row in paper.answers[field.key]]
            for field in paper.form.fields
            if field.kind == "table" and paper.answers.get(field.key)
        }
        answered = [one for one in paper.form.fields if paper.answers.get(one.key) not in (None, "", [])]
        every = [{"项目": one.title, "内容": words[one.key]} for one in answered]
        return words, {**tables, ANSWERS: every}

    def _head(self, unit: Unit, paper: Paper, version: int) -> dict[str, str]:
        row = paper.row
        day = day_of(row.at)
        case = views.case_row(unit.connection, row.case_id)
        handed_in = rows.submission_of(unit.connection, row.work_item_id)
        author = handed_in.person_id if handed_in is not None else None
        people = views.names_of_people(unit.connection, [author] if author else [])
        return {
            "文书名": row.name,
            "文号": row.number or "",
            "机关": row.unit_name,
            "地区": paper.release.name,
            "个案编号": row.case_number,
            "儿童代码": (case.child_code or "") if case is not None else "",
            "日期": f"{day.year}年{day.month}月{day.day}日",
            "经办人": people.get(author or 0, ""),
            "版次": f"第{version}版" if version > 1 else "",
        }


def _said(fields: Iterable[Field], values: Mapping[str, Any], directory: Directory) -> dict[str, str]:
    """Return answers in words; what was not answered is left out."""
    return {
        one.key: in_words(one, values[one.key], directory)
        for one in fields
        if values.get(one.key) not in (None, "", [])
    }

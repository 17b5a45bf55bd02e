"""Lists are taken along as spreadsheets: whole, without names, without formulas, and on record."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from engine.adapters.sheets import write_sheet
from engine.core.errors import NotFound
from engine.core.listing import View, Wanted
from engine.core.model import system
from engine.service.cases import Cases
from engine.service.directory import Directories
from engine.service.unit import Database
from engine.store import tables as t
from tests.service.mini import Town, a_town

SCHOOL, POLICE, TOWNSHIP = "xx.school.东镇", "xx.police", "xx.township.东镇"


def read(content: bytes) -> list[list[Any]]:
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")', "\t=1", "'=1"])
def test_a_text_is_never_a_formula(text: str) -> None:
    book = load_workbook(io.BytesIO(write_sheet("表", ["列"], [[text]])))
    assert book.active is not None
    cell = book.active["A2"]

    assert cell.data_type == "s"
    assert cell.value == text


def test_times_are_those_of_shanghai_and_unseen_signs_are_left_out() -> None:
    row: list[Any] = [datetime(2018, 3, 11, 17, tzinfo=UTC), date(2018, 3, 12), 7, "a\x07b"]

    read_back = read(write_sheet("表", ["时间", "日期", "数", "文"], [row]))[1]

    assert [str(one) for one in read_back] == ["2018-03-12 01:00:00", "2018-03-12 00:00:00", "7", "ab"]


@pytest.fixture
def town(db: Database) -> Town:
    return a_town(db)


def reported(town: Town) -> int:
    teacher = town.person("teacher", SCHOOL)
    started = town.casework.start(teacher, SCHOOL, "P01", child={"child_name": "小试", "residence": "xx.东镇"})
    report = town.item(teacher, "P01-T2")
    town.casework.complete(teacher, report.id, {"narrative": "独自在家"}, report.version)
    return started.case_id


def readings(db: Database, case_id: int) -> list[str]:
    with db.unit(system("engine")) as unit:
        return list(unit.connection.scalars(select(t.access.c.what).where(t.access.c.case_id == case_id)))


def test_a_list_is_taken_along_without_a_name_and_counts_as_read(db: Database, town: Town) -> None:
    case_id = reported(town)
    officer, clerk = town.person("officer", POLICE), town.person("clerk", TOWNSHIP)

    head, *rows = read(town.inbox.sheet(officer, Wanted(view=View.UNIT)).content())

    assert head[:3] == ["事项编号", "事项", "环节"]
    assert [row[2] for row in rows] == ["P01-T3"]
    assert "小试" not in str(rows)
    assert "导出待办列表" in readings(db, case_id)
    assert read(town.inbox.sheet(clerk, Wanted(view=View.UNIT)).content()) == [head]
    assert read(town.inbox.notices_sheet(officer).content())[0][0] == "时间"


def test_the_story_of_a_case_is_taken_along_by_those_who_may_read_it(db: Database, town: Town) -> None:
    case_id = reported(town)
    officer, clerk = town.person("officer", POLICE), town.person("clerk", TOWNSHIP)
    cases = Cases(db, town.releases, Directories())

    story = read(cases.timeline_sheet(officer, case_id).content())

    assert any("报告" in str(row[1]) for row in story[1:])
    assert "小试" not in str(story)
    assert "导出办理经过" in readings(db, case_id)
    assert len(read(cases.sheet(officer, "").content())) == 2
    assert len(read(cases.sheet(clerk, "").content())) == 1
    with pytest.raises(NotFound):
        cases.timeline_sheet(clerk, case_id)

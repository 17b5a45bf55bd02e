"""Spreadsheets from outside: honest ones are read whole, hostile ones are refused before they cost anything."""

from __future__ import annotations

import resource
import time
from datetime import datetime

import pytest

from engine.adapters import spreadsheets
from engine.adapters.files import LARGEST
from engine.adapters.spreadsheets import judge, lines
from engine.core.errors import Invalid
from tests.adapters.sheets import a_csv, a_workbook, part, repacked

ROWS = [["姓名", "出生日期"], ["叶小禾", "2017-09-01"]]
PLAIN = a_workbook(ROWS)
SHEET = "xl/worksheets/sheet1.xml"
SECOND, MEGABYTE = 5.0, 1024


def cells(name: str, content: bytes) -> list[tuple[str, ...]]:
    return [one.cells for one in lines(judge(name, content), content)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_text_files_are_read_in_the_encodings_that_offices_write(encoding: str) -> None:
    assert cells("花名册.csv", a_csv(ROWS, encoding)) == [tuple(one) for one in ROWS]


def test_a_workbook_is_read_with_dates_and_numbers_as_texts() -> None:
    content = a_workbook([["姓名", "日", "号", "是"], ["叶小禾", datetime(2017, 9, 1), 12.0, True]])  # noqa: DTZ001

    assert cells("a.xlsx", content)[1] == ("叶小禾", "2017-09-01", "12", "是")


def test_rows_keep_the_numbers_that_the_spreadsheet_shows() -> None:
    content = a_workbook([["姓名"], [], [None], ["叶小禾"]], [["姓名"], ["何小北"]])

    assert [(one.sheet, one.line) for one in lines("xlsx", content)] == [(0, 1), (0, 4), (1, 1), (1, 2)]


def test_what_cannot_be_taken_as_it_stands_is_named_by_its_column() -> None:
    content = a_workbook([["a", "b", "c", "d"], ["=1+1", 330283200803120028, "#N/A", "好"]])

    (_, line) = lines("xlsx", content)

    assert set(line.bad) == {0, 1, 2}
    assert "公式" in line.bad[0]
    assert "丢失" in line.bad[1]


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", '=HYPERLINK("http://x")'])
def test_a_formula_in_a_text_file_is_no_value(text: str) -> None:
    (_, line) = lines("csv", a_csv([["姓名", "备注"], ["叶小禾", '"' + text.replace('"', '""') + '"']]))

    assert line.cells[1] == ""
    assert "公式" in line.bad[1]


BOMB = repacked(PLAIN, {"xl/media/a.xml": b"<a>" + b" " * (200 * 1024 * 1024)})
TEXTS = repacked(PLAIN, {"xl/sharedStrings.xml": b"<sst>" + b" " * (60 * 1024 * 1024)})
XXE = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + part(PLAIN, SHEET)
LAUGHS = b'<!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + part(PLAIN, SHEET)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.xlsx", BOMB, "过大"),
        ("a.xlsx", TEXTS, "过大"),
        ("a.xlsx", repacked(PLAIN, {SHEET: XXE}), "不该有的定义"),
        ("a.xlsx", repacked(PLAIN, {SHEET: LAUGHS}), "不该有的定义"),
        ("a.xlsx", repacked(PLAIN, {SHEET: part(PLAIN, SHEET).decode().encode("utf-16")}), "不该有的定义"),
        ("a.xlsx", repacked(PLAIN, {"xl/vbaProject.bin": b"x"}), "宏"),
        ("a.xlsx", repacked(PLAIN, {"xl/embeddings/o.bin": b"x"}), "宏"),
        ("a.xlsm", PLAIN, "宏"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "旧版"),
        ("a.csv", PLAIN, "扩展名"),
        ("a.xlsx", a_csv(ROWS), "扩展名"),
        ("a.pdf", b"%PDF-1.4", "只收"),
        ("a.xlsx", b"PK\x03\x04" + bytes(64), "损坏"),
        ("a.xlsx", PLAIN[: len(PLAIN) // 2], "损坏"),
        ("a.csv", b"", "空"),
        ("a.csv", "姓名\0,出生日期".encode(), "读不出"),
        ("a.csv", b"\xff\xff\xff", "读不出"),
    ],
    ids=[str(number) for number in range(17)],
)
def test_hostile_and_mistaken_files_are_refused_before_they_cost_anything(name: str, content: bytes, says: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.monotonic()

    with pytest.raises(Invalid, match=says):
        list(lines(judge(name, content), content))

    assert time.monotonic() - started < SECOND
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * MEGABYTE


def test_a_sheet_that_says_to_reach_to_its_end_is_not_walked() -> None:
    sheet = part(PLAIN, SHEET).replace(b"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>')
    far = sheet.replace(b"</sheetData>", b'<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>')
    started = time.monotonic()

    found = cells("a.xlsx", repacked(PLAIN, {SHEET: far}))

    assert found[:2] == [tuple(one) for one in ROWS]
    assert time.monotonic() - started < SECOND


def test_too_many_rows_columns_or_sheets_are_refused_by_their_number() -> None:
    wide = a_workbook([["x"] * 101])
    with pytest.raises(Invalid, match="100列"):
        list(lines("xlsx", wide))
    with pytest.raises(Invalid, match="60000行"):
        list(lines("csv", b"\n".join([b"a"] * (spreadsheets.MOST_ROWS + 1))))
    with pytest.raises(Invalid, match="20张"):
        list(lines("xlsx", a_workbook(*[[["a"]]] * 21)))


def test_a_broken_quote_is_said_and_not_guessed_at() -> None:
    with pytest.raises(Invalid, match="引号"):
        list(lines("csv", b'a,"b\nc,d'))


def test_a_file_beyond_ten_megabytes_is_told_so() -> None:
    with pytest.raises(Invalid, match="超过10MB"):
        judge("a.csv", "姓名".encode() * (LARGEST // 6 + 1))

"""Writes a list as a spreadsheet. A text stays a text, whatever sign it begins with: nothing is ever a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from engine.core.civil import SHANGHAI

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: What a cell holds at most; a longer text is cut by the programs that open it, or refused.
LONGEST = 32_000
WIDTH = 18

Value = str | int | date | datetime | None


def write_sheet(title: str, columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """Return a workbook of one sheet: a head that stays in sight, then the rows; instants in Shanghai time."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_plain(title)[:30])
    sheet.freeze_panes = "A2"
    for number in range(1, len(columns) + 1):
        sheet.column_dimensions[get_column_letter(number)].width = WIDTH
    sheet.append([_cell(sheet, one, bold=True) for one in columns])
    for row in rows:
        sheet.append([_cell(sheet, one) for one in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: Any, value: Value, *, bold: bool = False) -> Any:
    match value:
        case datetime():
            cell = WriteOnlyCell(sheet, value.astimezone(SHANGHAI).replace(tzinfo=None))
            cell.number_format = "yyyy-mm-dd hh:mm"
        case date():
            cell = WriteOnlyCell(sheet, datetime(value.year, value.month, value.day))  # noqa: DTZ001 -- a cell has no zone
            cell.number_format = "yyyy-mm-dd"
        case str():
            cell = WriteOnlyCell(sheet, _plain(value))
            cell.data_type = "s"  # also where it begins with = + - or @
        case _:
            cell = WriteOnlyCell(sheet, value)
    if bold:
        cell.font = Font(bold=True)
    return cell


def _plain(text: str) -> str:
    """Return the text without signs that no spreadsheet can hold."""
    return ILLEGAL_CHARACTERS_RE.sub("", text)[:LONGEST]

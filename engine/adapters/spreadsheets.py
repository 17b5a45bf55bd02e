"""Rosters as files: .xlsx and .csv, judged before they are opened and read row by row in bounded memory.

Nothing of a file is calculated, fetched or run. What cannot be taken as it stands (a formula, a number that
lost its digits) is named by its column; the row goes on to whoever decides what becomes of it.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import PurePosixPath
from typing import Any

from defusedxml.ElementTree import fromstring
from openpyxl import DEFUSEDXML
from openpyxl.reader.excel import ExcelReader
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from engine.adapters.files import LARGEST, MOST_PARTS
from engine.core.errors import Invalid

XLSX, CSV = "xlsx", "csv"
#: What a workbook may unpack to, and its shared texts, which must be held in memory.
LARGEST_UNPACKED, LARGEST_TEXTS = 160 * 1024 * 1024, 48 * 1024 * 1024
MOST_ROWS, MOST_COLUMNS, MOST_SHEETS, LONGEST_CELL = 60_000, 100, 20, 1000
#: Rows that are there without holding anything; a sheet that is said to reach to its last row is not walked.
MOST_EMPTY = 5_000
#: A number of more digits has lost the last of them in a spreadsheet.
MOST_DIGITS = 15
KEY = "file"
_CHUNK, _OVERLAP = 256 * 1024, 32
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"})
FORMULA, LONG, BROKEN = "是公式，请改成值再导入", "太长", "是错误值"
LOST = "以数字保存，后几位已丢失，请改成文本格式重新填写"


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One row with something in it: sheet from 0, line as the spreadsheet counts; ``bad`` says why, by column."""

    sheet: int
    line: int
    cells: tuple[str, ...] = field(repr=False)
    bad: Mapping[int, str]


def judge(name: str, content: bytes) -> str:
    """Return what kind of file this is: ``xlsx`` or ``csv``.

    Raises:
        Invalid: empty, too large, of another kind, broken, with macros, or made to do harm.
    """
    ending = PurePosixPath(name.lower()).suffix
    if not content:
        raise _refused("文件是空的")
    if len(content) > LARGEST:
        raise _refused(f"文件超过{LARGEST // 1024 // 1024}MB，请分成几份导入")
    if ending in {".xlsm", ".xltm", ".xlsb", ".xlam"}:
        raise _refused("文件可能含有宏，不收；请另存为 .xlsx")
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise _refused("这是旧版 .xls 或者加了密码的文件，请另存为不加密的 .xlsx")
    zipped = content.startswith(b"PK")
    if (ending == ".xlsx") != zipped or ending not in {".xlsx", ".csv"}:
        raise _refused("只收 .xlsx 和 .csv；文件内容要与扩展名相符，请上传原文件")
    if zipped:
        _judge_package(content)
        return XLSX
    _decoded(content)
    return CSV


class _Sheet(ReadOnlyWorksheet):
    """A sheet that is read from its first row to its last: how far it says it reaches is hearsay.

    The library would read a sheet that says nothing of its size once more to find out.
    """

    def _get_size(self) -> None:
        return


class _Reader(ExcelReader):
    """Reads the parts that rows need: texts, styles (which numbers are days), and the sheets themselves."""

    def read_worksheets(self) -> None:
        book: Any = self.wb
        for sheet, found in self.parser.find_sheets():
            if found.target in self.valid_files and "chartsheet" not in found.Type:
                book._sheets.append(_Sheet(self.wb, sheet.name, found.target, self.shared_strings))  # noqa: SLF001


def sheets(kind: str, content: bytes) -> list[str]:
    """Return the names of the sheets; a .csv is one without a name."""
    if kind == CSV:
        return [""]
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            root = fromstring(package.read("xl/workbook.xml"))
    except Exception as error:  # whatever a broken package makes the libraries raise
        raise _refused("文件已损坏，打不开") from error
    return [str(one.get("name") or "") for one in root.iter() if one.tag.endswith("}sheet")]


def lines(kind: str, content: bytes) -> Iterator[Line]:
    """Yield the rows that hold something, sheet by sheet.

    Raises:
        Invalid: too many rows, columns or sheets, or broken in the middle.
    """
    for count, line in enumerate(_of_csv(content) if kind == CSV else _of_workbook(content), start=1):
        if count > MOST_ROWS:
            raise _refused(f"超过{MOST_ROWS}行，请分成几份导入")
        yield line


def _refused(sentence: str) -> Invalid:
    return Invalid({KEY: sentence})


def _judge_package(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            names = [part.filename.lower() for part in parts]
            if "xl/workbook.xml" not in names or "[content_types].xml" not in names:
                raise _refused("文件不是电子表格，请上传 .xlsx 原文件")
            if len(parts) > MOST_PARTS or len(set(names)) < len(names):
                raise _refused("文件结构不正常，不收；请另存一份再导入")
            if any(one.endswith(("vbaproject.bin", ".exe", ".dll", ".js")) or "/embeddings/" in one for one in names):
                raise _refused("文件含有宏或者嵌入的对象，不收；请另存为不含宏的 .xlsx")
            if any(part.flag_bits & 1 for part in parts):
                raise _refused("文件加了密码，打不开；请去掉密码再导入")
            _judge_parts(package, parts)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise _refused("文件已损坏，打不开") from error


def _judge_parts(package: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    """Unpack every part once, counting: what a package says of its sizes is hearsay."""
    left = LARGEST_UNPACKED
    for part in parts:
        own = LARGEST_TEXTS if part.filename.lower().endswith("sharedstrings.xml") else LARGEST_UNPACKED
        is_xml = part.filename.lower().endswith((".xml", ".rels", ".vml"))
        tail = b""
        with package.open(part) as stream:
            while piece := stream.read(_CHUNK):
                left, own = left - len(piece), own - len(piece)
                if left < 0 or own < 0:
                    raise _refused("文件解开后过大，不收")
                seen = tail + piece
                if is_xml and (b"\x00" in seen or b"<!DOCTYPE" in seen or b"<!ENTITY" in seen):
                    raise _refused("文件里有不该有的定义，不收；请用办公软件另存一份再导入")
                tail = seen[-_OVERLAP:]


def _workbook(content: bytes) -> Any:
    if not DEFUSEDXML:  # pragma: no cover -- both come from one lock
        message = "Expected defusedxml beside openpyxl"
        raise RuntimeError(message)
    try:
        reader = _Reader(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        reader.read()
    except Exception as error:  # whatever a broken package makes the library raise
        raise _refused("文件已损坏，打不开") from error
    book: Any = reader.wb
    if len(book.worksheets) > MOST_SHEETS:
        book.close()
        raise _refused(f"工作表超过{MOST_SHEETS}张，请分成几份导入")
    return book


def _of_workbook(content: bytes) -> Iterator[Line]:
    with closing(_workbook(content)) as book:
        for number, sheet in enumerate(book.worksheets):
            empty = 0
            try:
                for at, row in enumerate(sheet.iter_rows(values_only=True), start=1):
                    line = _line(number, at, row)
                    empty = 0 if line else empty + 1
                    if line:
                        yield line
                    elif empty > MOST_EMPTY:
                        break
            except Invalid:
                raise
            except Exception as error:  # whatever a broken sheet makes the library raise
                raise _refused(f"第{number + 1}张工作表读到一半出错，文件可能已损坏") from error


def _of_csv(content: bytes) -> Iterator[Line]:
    text = _decoded(content)
    head = text[:4096].partition("\n")[0]
    delimiter = max(",\t;", key=head.count)
    csv.field_size_limit(LARGEST)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        for row in reader:
            if line := _line(0, reader.line_num, row):
                yield line
    except csv.Error as error:
        raise _refused("逗号分隔文件的引号不成对，请用办公软件另存一份再导入") from error


def _decoded(content: bytes) -> str:
    """Return the text of a .csv: UTF-8 with or without its mark, else GB18030, which office software here writes."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise _refused("读不出文字，请把文件另存为 UTF-8 或者 GB18030 编码的 .csv")


def _line(sheet: int, at: int, row: Any) -> Line | None:
    if len(row) > MOST_COLUMNS:
        if any(one not in (None, "") for one in row[MOST_COLUMNS:]):
            raise _refused(f"超过{MOST_COLUMNS}列，请只留名册需要的列")
        row = row[:MOST_COLUMNS]
    bad: dict[int, str] = {}
    cells = tuple(_text(value, index, bad) for index, value in enumerate(row))
    return Line(sheet=sheet, line=at, cells=cells, bad=bad) if any(cells) or bad else None


def _text(value: Any, index: int, bad: dict[int, str]) -> str:  # noqa: PLR0911 -- one line a kind of value
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case str():
            return _plain(value.strip(), index, bad)
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
        case date():
            return value.isoformat()
        case int() | float():
            return _number(value, index, bad)
        case _:
            bad[index] = FORMULA  # an array formula, or something newer
            return ""


def _plain(text: str, index: int, bad: dict[int, str]) -> str:
    if text.startswith("="):
        bad[index] = FORMULA
        return ""
    if text in _ERRORS:
        bad[index] = BROKEN
        return ""
    if len(text) > LONGEST_CELL:
        bad[index] = LONG
    return text[:LONGEST_CELL].replace("\0", "")


def _number(value: float, index: int, bad: dict[int, str]) -> str:
    text = str(int(value)) if value == int(value) else str(value)
    if len(text.lstrip("-")) > MOST_DIGITS:
        bad[index] = LOST
    return text

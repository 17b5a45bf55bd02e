"""Reads the file of a year's plan of holidays; every problem is a finding with its line. Runs nothing.

YAML, JSON and CSV say the same things; docs/reference/time.md shows each.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from engine.bpmn.calendardays import LONGEST_QUOTE, BadDays, read_days
from engine.bpmn.findings import Finding, ModelError
from engine.bpmn.lint.rules import calendar
from engine.bpmn.safetext import find_line, line_of, read_json, read_yaml
from engine.core.calendars import Fault, Year, faults

FIRST, LAST = 1949, 2999
#: How long a title, a source or the name of a holiday may be: a plan is kept as one file, a line each.
LONGEST, LONGEST_NAME = 200, 40
#: What each thing may be called; the first is what we write ourselves.
WORDS: Mapping[str, tuple[str, ...]] = {
    "year": ("year", "年份", "年"),
    "title": ("title", "标题", "名称"),
    "source": ("source", "依据", "出处"),
    "off": ("off", "放假", "休"),
    "work": ("work", "上班", "班"),
}
#: How the files of spreadsheets, of word processors and of PDF begin, and a text of two bytes a letter.
_OTHER_PROGRAMS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"\xff\xfe", b"\xfe\xff")
#: What a file that is neither YAML nor JSON is told by, and which findings say that it is not.
_NO_TREE, _SYNTAX = "读不懂这个文件", frozenset({"yaml", "json"})
_ADVICE = "请用记事本写成“年份: 2027”这样的几行，或者在表格程序中另存为 .csv，再选一次"
_SAID = {
    Fault.OTHER_YEAR: "{day}不在{year}年，也不在上一年的12月：请核对年份",
    Fault.BOTH: "{day}既写了放假，又写了上班：只能写一处",
    Fault.NOT_A_WEEKEND: "{day}不是周末，本来就上班：请从调休上班中删去",
    Fault.TOO_MANY: "放假的日子太多，不像{year}年的放假安排：请核对",
}


@dataclass(frozen=True, slots=True)
class _Entry:
    """Some days as they are written: ``text`` in the file, below the name of a holiday or none."""

    name: str
    text: str
    line: int


def read_calendar(content: bytes, file: str) -> Year:
    """Return the plan that a file holds; its ending says how it is written, YAML where it has none we know.

    Raises:
        ModelError: with every finding.
    """
    if content.startswith(_OTHER_PROGRAMS):
        raise _unreadable(file)
    text = _decoded(content)
    reader = _Reader(file, text)
    known = reader.known(_from_csv(text, file) if file.lower().endswith(".csv") else _from_tree(text, file))
    off, work = reader.days(known, "off"), reader.days(known, "work")
    year = reader.year(known, [*off, *work])
    title, source = (reader.text(known.get(word), WORDS[word][1]) for word in ("title", "source"))
    if not source:
        reader.problem("没有写依据：请补写，即通知的名称和文号")
    if not off and not reader.findings:
        reader.problem("没有一个放假的日子：请在“放假”下写明", where=known.get("off"))
    for day, fault in faults(year, off=frozenset(off), work=frozenset(work)):
        entry = work.get(day) or off.get(day) if day else None
        reader.problem(_SAID[fault].format(day=day, year=year), entry.line if entry else 0)
    if reader.findings:
        raise ModelError(reader.findings)
    return Year(
        year=year,
        off=frozenset(off),
        work=frozenset(work),
        source=source,
        title=title,
        names={day: entry.name for day, entry in {**off, **work}.items() if entry.name},
    )


def write_calendar(year: Year) -> str:
    """Return a plan as YAML that :func:`read_calendar` reads back as the same plan."""
    lines = [f"year: {year.year}", f"title: {_quoted(year.title)}", f"source: {_quoted(year.source)}"]
    for key, days in (("off", year.off), ("work", year.work)):
        lines.append(f"{key}:" if days else f"{key}: {{}}")
        lines += [f"  {_quoted(name)}: {written}" for name, written in _grouped(days, year.names)]
    return "\n".join(lines) + "\n"


class _Reader:
    """Collects the findings of one file."""

    def __init__(self, file: str, text: str) -> None:
        self._file = file
        self._text = text
        self.findings: list[Finding] = []

    def problem(self, message: str, line: int = 0, *, where: Any = None) -> None:
        line = line or (line_of(where) if where is not None else 0)
        self.findings.append(calendar.RULE.at_file(self._file, message, line=line))

    def known(self, data: Any) -> dict[str, Any]:
        """Return what is said under our own words; all else is a finding."""
        if not isinstance(data, Mapping):
            self.problem("看不出是放假安排：要有年份、依据、放假、上班几项", 1)
            raise ModelError(self.findings)
        ours = {other: word for word, others in WORDS.items() for other in others}
        for word in data:
            if word not in ours:
                named = "、".join(one[1] for one in WORDS.values())
                self.problem(f"不认识“{str(word)[:LONGEST_QUOTE]}”：请从 {named} 中选用", self._line(str(word)))
        return {ours[word]: value for word, value in data.items() if word in ours}

    def year(self, known: Mapping[str, Any], days: list[date]) -> int:
        """Return the year that is named, else the last that a day of the plan lies in."""
        said = known.get("year", max((day.year for day in days), default=None))
        year = int(str(said)[:4]) if re.fullmatch(r"\d{4}年?", str(said)) else 0
        if not FIRST <= year <= LAST:
            self.problem("没有写明年份：请补写，例如“年份: 2027”", 1)
            raise ModelError(self.findings)
        return year

    def text(self, said: Any, what: str, *, longest: int = LONGEST, line: int = 0) -> str:
        """Return a text that can be kept, and read again, in one line; all else is a finding."""
        text = "" if said is None else _one_line(str(said))
        plain = text.isprintable() and not isinstance(said, Mapping | list)
        if not plain or len(text) > longest:
            wrong = f"超过{longest}个字：请写短一些" if plain else "不是文字，或者有看不见的字符：请重新写一遍"
            self.problem(what + wrong, line or self._line(text))
        return text

    def days(self, known: Mapping[str, Any], key: str) -> dict[date, _Entry]:
        """Return the days under a word, each with the entry it stands in."""
        year = str(known.get("year", ""))[:4]
        found: dict[date, _Entry] = {}
        for entry in self._entries(known.get(key), ""):
            self.text(entry.name, "节日的名称", longest=LONGEST_NAME, line=entry.line)
            try:
                days = read_days(entry.text, year=int(year) if year.isdecimal() else None)
            except BadDays as error:
                self.problem(str(error), entry.line)
                continue
            for day in days:
                if day in found:
                    self.problem(f"{day}写了两次：请删去一处", entry.line)
                found[day] = entry
        return found

    def _entries(self, said: Any, name: str) -> list[_Entry]:
        """Return what is written as a text, a list of texts, or either below the names of holidays."""
        if isinstance(said, Mapping):
            return [entry for below, days in said.items() for entry in self._entries(days, _one_line(str(below)))]
        if isinstance(said, list):
            return [entry for one in said for entry in self._entries(one, name)]
        if said is None:
            return []
        if isinstance(said, _Entry):
            return [said]
        text = str(said).strip()
        return [_Entry(name=name, text=text, line=self._line(text) or self._line(name))]

    def _line(self, text: str) -> int:
        return find_line(self._text, text) if text else 0


def _decoded(content: bytes) -> str:
    """Return the text; a table program or editor of a Chinese Windows may have written GB 18030."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("utf-8", "replace")


def _from_tree(text: str, file: str) -> Any:
    plain = text.encode()
    try:
        return read_json(plain, file) if file.lower().endswith(".json") else read_yaml(plain, file)
    except ModelError as error:
        found = [(one, _NO_TREE if one.rule in _SYNTAX else one.message) for one in error.findings]
        raise ModelError([replace(one, message=f"{message}：{_ADVICE}") for one, message in found]) from error


def _from_csv(text: str, file: str) -> dict[str, Any]:
    """Return rows of ``day, off or work, holiday``; other rows are ``source, …`` and the like."""
    kinds = {word: key for key in ("off", "work") for word in WORDS[key]}
    data: dict[str, Any] = {}
    days: dict[str, list[_Entry]] = {}
    for number, row in enumerate(_rows(text, file), 1):
        first, second, third = ([one.strip() for one in row] + ["", "", ""])[:3]
        if second.lower() in kinds:
            days.setdefault(kinds[second.lower()], []).append(_Entry(name=_one_line(third), text=first, line=number))
        elif first and (first not in {"date", "日期"}):
            data[first] = second
    return {**data, **days}


def _rows(text: str, file: str) -> list[list[str]]:
    try:
        return list(csv.reader(text.splitlines()))
    except csv.Error as error:
        raise _unreadable(file) from error


def _unreadable(file: str) -> ModelError:
    return ModelError([calendar.RULE.at_file(file, f"{_NO_TREE}：{_ADVICE}")])


def _one_line(text: str) -> str:
    """Return a text with single spaces for all that parts words, as copied from a page or over two lines."""
    return " ".join(text.split())


def _grouped(days: frozenset[date], names: Mapping[date, str]) -> list[tuple[str, str]]:
    """Return each holiday with its days as ranges, in the order of the year."""
    groups: dict[str, list[list[date]]] = {}
    for day in sorted(days):
        runs = groups.setdefault(names.get(day, ""), [])
        if runs and (day - runs[-1][-1]).days == 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return [(name, "、".join(_range(run) for run in runs)) for name, runs in groups.items()]


def _range(run: list[date]) -> str:
    return f"{run[0]} 至 {run[-1]}" if len(run) > 1 else str(run[0])


def _quoted(text: str) -> str:
    """Return a text as YAML, in quotes where it could be taken for something else."""
    if re.fullmatch(r"[\w（）〔〕，；、。《》 .]*[\w〕）》]", text) and not re.fullmatch(r"[\w.]*", text, re.ASCII):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'

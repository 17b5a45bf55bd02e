"""Reads the file of a year's plan of holidays; every problem is a finding with its line. Runs nothing.

Officers write such a file too, so each word may be Chinese; what is wrong is said in Chinese words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from engine.bpmn.findings import Finding, ModelError
from engine.bpmn.safetext import line_of, read_yaml
from engine.core.calendars import MOST_OFF, Fault, Year, faults

#: The words of a file, and what they are called in Chinese.
WORDS = {"year": "年份", "title": "名称", "source": "依据", "off": "放假", "work": "上班"}
FIRST, LAST = 1949, 2999
_RANGE = re.compile(r"(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)")
_SAID = {
    Fault.OTHER_YEAR: "{day}不在{year}年内，请核对年份",
    Fault.BOTH: "{day}既写在“放假”又写在“上班”，只能写一处",
    Fault.NOT_A_WEEKEND: "{day}不是周六、周日，本来就上班，请从“上班”中删去",
    Fault.TOO_MANY: "放假多于{most}天，不像是{year}年的放假安排，请核对",
}


def read_calendar(content: bytes, file: str) -> Year:
    """Return the plan that a file holds.

    The days ``off`` and ``work`` stand in lists, or in lists below the names of their holidays; a
    run of days may be written ``2027-10-01..2027-10-07``.

    Raises:
        ModelError: with every finding.
    """
    reader = _Reader(file, read_yaml(content, file))
    year, source = reader.year(), reader.text("source")
    if not source:
        reader.problem("缺少依据，请写明文件名称和文号，例如 依据: 国办发明电〔2026〕7号", "source")
    off, work = reader.days("off"), reader.days("work")
    for day, fault in faults(year, off=frozenset(off), work=frozenset(work)):
        said = _SAID[fault].format(day=day, year=year, most=MOST_OFF)
        reader.problem(said, "off" if day is None or day in off else "work")
    if reader.findings:
        raise ModelError(reader.findings)
    return Year(
        year=year,
        off=frozenset(off),
        work=frozenset(work),
        source=source,
        title=reader.text("title"),
        names={day: name for day, name in {**off, **work}.items() if name},
    )


class _Reader:
    """Reads one file and collects what is wrong with it."""

    def __init__(self, file: str, data: Any) -> None:
        self._file = file
        self.findings: list[Finding] = []
        if not isinstance(data, Mapping):
            self._add("文件要写成年份、依据、放假、上班几项，每项一行", 0)
            raise ModelError(self.findings)
        self._data: Mapping[str, Any] = data
        self._keys = {word: next((key for key in (word, name) if key in data), word) for word, name in WORDS.items()}
        for key in data:
            if key not in {*WORDS, *WORDS.values()}:
                self._add(f"不认识“{key}”，可以写 {'、'.join(WORDS.values())}", line_of(data, key))

    def problem(self, message: str, word: str) -> None:
        self._add(message, line_of(self._data, self._keys[word]))

    def year(self) -> int:
        """Return the year; nothing else can be judged without it.

        Raises:
            ModelError: there is none.
        """
        said = self._data.get(self._keys["year"])
        if isinstance(said, bool) or not isinstance(said, int) or not FIRST <= said <= LAST:
            self.problem("缺少年份，例如 年份: 2027", "year")
            raise ModelError(self.findings)
        return said

    def text(self, word: str) -> str:
        return str(self._data.get(self._keys[word]) or "").strip()

    def days(self, word: str) -> dict[date, str]:
        """Return the days of a word, each with the name of its holiday or nothing."""
        said = self._data.get(self._keys[word]) or []
        groups = said if isinstance(said, Mapping) else {"": said}
        found: dict[date, str] = {}
        for name, listed in groups.items():
            line = line_of(said, name) or line_of(self._data, self._keys[word])
            if not isinstance(listed, list):
                self._add(f"“{WORDS[word]}”要写成日期的列表，例如 {WORDS[word]}: [2027-01-01]", line)
                continue
            for day in (day for one in listed for day in self._run(one, WORDS[word], line)):
                if day in found:
                    self._add(f"“{WORDS[word]}”里的{day}写了两次", line)
                found[day] = str(name)
        return found

    def _run(self, said: Any, word: str, line: int) -> Iterator[date]:
        """Yield the day, or the days from one to another, that stand in one place."""
        if isinstance(said, date):
            yield said
            return
        ends = _RANGE.fullmatch(str(said).strip())
        try:
            first, last = (date.fromisoformat(one) for one in (ends.groups() if ends else (str(said),) * 2))
        except ValueError:
            self._add(f"“{word}”里的“{said}”不是日期，请写成 2027-01-01 或 2027-10-01..2027-10-07", line)
            return
        if not timedelta(0) <= last - first < timedelta(days=MOST_OFF):
            self._add(f"“{word}”里的“{said}”起止颠倒或过长，请核对", line)
            return
        yield from (first + timedelta(days=count) for count in range((last - first).days + 1))

    def _add(self, message: str, line: int) -> None:
        self.findings.append(Finding(rule="calendar", message=message, file=self._file, element="", line=line))

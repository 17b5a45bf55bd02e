"""Reads the file of a year's plan of holidays; every problem is a finding with its line. Runs nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.bpmn.findings import Finding, ModelError
from engine.bpmn.safetext import line_of, read_yaml
from engine.core.calendars import Fault, Year, faults

WORDS = ("year", "title", "source", "off", "work")
FIRST, LAST = 1949, 2999
_SAID = {
    Fault.OTHER_YEAR: "{day}不属于{year}年的安排",
    Fault.BOTH: "{day}既写在 off 又写在 work，只能写一处",
    Fault.NOT_A_WEEKEND: "{day}不是周末，本来就上班，不能写在 work",
    Fault.TOO_MANY: "放假的日子太多，不像是{year}年的放假安排",
}


def read_calendar(content: bytes, file: str) -> Year:
    """Return the plan that a file holds: ``year``, ``source``, ``title``, and the days ``off`` and ``work``.

    Days stand in a list, or below the name of their holiday: ``{国庆节: [2018-10-01, …]}``.

    Raises:
        ModelError: with every finding.
    """
    data = read_yaml(content, file)
    reader = _Reader(file)
    if not isinstance(data, Mapping):
        reader.problem("文件要写成 year、title、source、off、work 几项", 0)
        raise ModelError(reader.findings)
    for word in data:
        if word not in WORDS:
            reader.problem(f"不认识“{word}”，可以写 {'、'.join(WORDS)}", line_of(data, word))
    year = data.get("year")
    if isinstance(year, bool) or not isinstance(year, int) or not FIRST <= year <= LAST:
        reader.problem("缺少年份（year），例如 year: 2027", line_of(data, "year"))
        raise ModelError(reader.findings)
    source = str(data.get("source") or "").strip()
    if not source:
        reader.problem("缺少出处（source），请写明文件名称和文号", line_of(data, "source"))
    off, work = reader.days(data, "off"), reader.days(data, "work")
    for day, fault in faults(year, off=frozenset(off), work=frozenset(work)):
        where = "off" if day in off else "work"
        reader.problem(_SAID[fault].format(day=day, year=year), line_of(data, where))
    if reader.findings:
        raise ModelError(reader.findings)
    named = {day: name for day, name in {**off, **work}.items() if name}
    return Year(
        year=year,
        off=frozenset(off),
        work=frozenset(work),
        source=source,
        title=str(data.get("title") or "").strip(),
        names=named,
    )


class _Reader:
    """Collects the findings of one file."""

    def __init__(self, file: str) -> None:
        self._file = file
        self.findings: list[Finding] = []

    def problem(self, message: str, line: int) -> None:
        self.findings.append(Finding(rule="calendar", message=message, file=self._file, element="", line=line))

    def days(self, data: Mapping[str, Any], key: str) -> dict[date, str]:
        """Return the days below a key, each with the name of its holiday or nothing."""
        said = data.get(key)
        if said is None:
            said = []
        groups = said if isinstance(said, Mapping) else {"": said}
        found: dict[date, str] = {}
        for name, listed in groups.items():
            line = line_of(said, name) or line_of(data, key)
            if not isinstance(listed, list):
                self.problem(f"{key} 要写成日期的列表，例如 {key}: [2027-01-01]", line)
                continue
            for one in listed:
                day = self._day(one, key, line)
                if day is not None and day in found:
                    self.problem(f"{key} 里 {day} 写了两次", line)
                elif day is not None:
                    found[day] = str(name)
        return found

    def _day(self, said: Any, key: str, line: int) -> date | None:
        try:
            return said if isinstance(said, date) else date.fromisoformat(str(said))
        except ValueError:
            self.problem(f"{key} 里的“{said}”不是日期，请写成 2027-01-01", line)
            return None

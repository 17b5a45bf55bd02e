"""The rows of a roster as values, each with what is wrong with it. Pure but for the clock's day that it is given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from engine.adapters.spreadsheets import Line
from engine.core import idcards
from engine.core.routing import Directory
from engine.service import childfile, rostercolumns
from engine.service.forms import Field
from engine.service.rostercolumns import Places, Unfit

#: A head stands within the first rows of its sheet, below a title and who filled the list in.
MOST_ABOVE = 10
OTHER_HEAD = "表头与第一张不同，这张工作表没有读取"


@dataclass(frozen=True, kw_only=True, slots=True)
class Parsed:
    """One row: its values, or why it cannot be taken; ``doubts`` are for a person to look at."""

    sheet: int
    line: int
    values: Mapping[str, Any] = field(repr=False)
    problem: str = ""
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """Reads rows below heads of one kind, as the mapping says."""

    head: str
    mapping: Mapping[int, str]
    fields: Mapping[str, Field]
    places: Places
    today: date

    def rows(self, lines: Iterable[Line]) -> Iterator[Parsed]:
        """Yield the rows of all sheets that have the head; a sheet with another head is one row that says so."""
        sheet, reading, above = -1, False, 0
        for line in lines:
            if line.sheet != sheet:
                sheet, reading, above = line.sheet, False, 0
            if reading:
                yield self.row(line)
                continue
            above += 1
            if rostercolumns.is_head(line.cells, tuple(self.fields.values())):
                reading = rostercolumns.head_digest(line.cells) == self.head
                if not reading:
                    yield Parsed(sheet=line.sheet, line=line.line, values={}, problem=OTHER_HEAD)
                    above = -(10**9)

    def row(self, line: Line) -> Parsed:
        """Return one row; what is wrong is said by column, without what stands there."""
        values: dict[str, Any] = {}
        wrong: list[str] = []
        for index, key in self.mapping.items():
            one, cell = self.fields[key], line.cells[index] if index < len(line.cells) else ""
            try:
                if reason := line.bad.get(index):
                    raise Unfit(reason)  # noqa: TRY301 -- one way for what is wrong with a cell
                value = rostercolumns.value_of(one, cell, self.places)
            except Unfit as unfit:
                wrong.append(f"第{index + 1}列“{one.title}”{unfit}")
                continue
            if value not in (None, "", []):
                values[key] = value
        wrong += self._lacking(values, blamed=bool(wrong))
        doubts = tuple(childfile.doubtful(values))
        return Parsed(sheet=line.sheet, line=line.line, values=values, problem="；".join(wrong), doubts=doubts)

    def _lacking(self, values: dict[str, Any], *, blamed: bool) -> list[str]:
        """Return what is missing or impossible in the whole row; a valid ID number fills in what it tells."""
        titles = {key: f"第{index + 1}列“{self.fields[key].title}”" for index, key in self.mapping.items()}
        impossible = childfile.impossible(values, self.today)
        wrong = [f"{titles.get(key, '')}{sentence}" for key, sentence in impossible.items()]
        card = idcards.read(str(values.get("id_no") or ""))
        if card and not wrong:
            values.setdefault("birth_date", card.born.isoformat())
            values.setdefault("sex", card.sex)
        if blamed or wrong:
            return wrong
        if not values.get(rostercolumns.NAMED):
            return [f"{titles[rostercolumns.NAMED]}没有填写"]
        if not (values.get("id_no") or values.get("birth_date")):
            return ["证件号和出生日期都没有，无法核对是不是同一名儿童，请补填其中一项"]
        return []


def find_head(lines: Iterable[Line], fields: Sequence[Field]) -> Line | None:
    """Return the head of the first table of a file, looked for in the first rows."""
    for count, line in enumerate(lines):
        if rostercolumns.is_head(line.cells, fields):
            return line
        if count >= MOST_ABOVE:
            break
    return None


def places(directory: Directory, area: str) -> Places:
    """Return what finds areas by name, first within ``area``, and units by name."""
    within = {key for key in directory.areas if key == area or key.startswith(f"{area}.")}
    near, far = _spoken(within), _spoken(directory.areas)
    units = {one.name: one for one in directory.units}

    def unit(name: str, refs: Sequence[str]) -> str | None:
        found = units.get(name)
        return found.key if found and (not refs or set(refs) & set(found.roles)) else None

    return Places(area=lambda name: near.get(_joined(name)) or far.get(_joined(name)), unit=unit)


def _joined(name: str) -> str:
    return "".join(sign for sign in name if sign.isalnum())


def _spoken(keys: Iterable[str]) -> dict[str, str]:
    """Return areas by every way to write them from below: 上坪村, 溪口镇上坪村; those that mean two are left out."""
    found: dict[str, set[str]] = {}
    for key in keys:
        parts = key.split(".")[1:]
        for start in range(len(parts)):
            found.setdefault(_joined("".join(parts[start:])), set()).add(key)
    return {name: next(iter(meant)) for name, meant in found.items() if len(meant) == 1}

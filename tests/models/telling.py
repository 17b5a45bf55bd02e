"""A case told step by step through real models, without a database: what the tests of the procedures speak."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from engine.bpmn.adapter import Position, Surroundings
from engine.bpmn.formfiles import deciding
from engine.bpmn.release import Release, compile_release

ROOT = Path(__file__).parents[2]
#: What begins by the clock; a procedure that is told alone has no cadence of another one.
CADENCES = re.compile(r"(?m)^cadences:.*\n(?:[- #].*\n)*")
START = datetime(2018, 3, 12, 1, 0, tzinfo=UTC)


@cache
def release(jurisdiction: str, procedures: tuple[str, ...]) -> Release:
    """Compile the files of the repository for one jurisdiction, with these procedures alone and no clock."""
    paths = [path for folder in ("processes", "forms") for path in (ROOT / folder).rglob("*.*")]
    bundle = {str(path.relative_to(ROOT)): path.read_bytes() for path in paths}
    key = f"processes/{jurisdiction}/jurisdiction.yaml"
    only = f"procedures: [{', '.join(procedures)}]"
    alone = re.sub(r"(?m)^procedures: .*$", only, bundle[key].decode())
    bundle[key] = CADENCES.sub("", alone).encode()
    return compile_release(jurisdiction, bundle)


@dataclass
class Told:
    """One case: its facts, its procedures under way, and everything they said."""

    jurisdiction: str
    procedures: tuple[str, ...]
    now: datetime = START
    facts: dict[str, Any] = field(default_factory=dict)
    running: dict[str, list[Position]] = field(default_factory=dict)
    thrown: list[str] = field(default_factory=list)
    ends: list[tuple[str, str]] = field(default_factory=list)

    @property
    def release(self) -> Release:
        return release(self.jurisdiction, self.procedures)

    def start(self, procedure: str, by: str, **fields: Any) -> Told:
        """Start a procedure by hand, as a unit of this role."""
        self.facts |= fields
        model = self.release.procedures[procedure]
        return self._moved(procedure, None, model.start(None, self._around(), started_by=by, fields=fields))

    def done(self, code: str, **fields: Any) -> Told:
        """Complete the oldest open task of this code; fields that decide and are not given are empty."""
        procedure, index, position, element = self._open_item(code)
        model = self.release.procedures[procedure]
        keys = deciding(self.release.forms[model.model.tasks[element].form])
        assert set(fields) <= set(keys), f"{code} keeps no {set(fields) - set(keys)}"
        values = dict.fromkeys(keys) | fields
        self.facts |= values
        token = next(item.token for item in position.items if item.element == element)
        return self._moved(procedure, index, model.complete(position.state, token, values, self._around()))

    def said(self, event: str) -> Told:
        """Let something happen outside any task."""
        known = self.release.events.get(event)
        self.facts |= dict(known.sets) if known else {}
        self._send(event)
        return self

    def later(self, **delay: float) -> Told:
        """Move the clock; what falls due fires."""
        self.now += timedelta(**delay)
        for procedure, positions in list(self.running.items()):
            for index, position in enumerate(positions):
                if not position.ended:
                    model = self.release.procedures[procedure]
                    self._moved(procedure, index, model.fire(position.state, self._around()))
        return self

    @property
    def open(self) -> list[str]:
        """The codes of all open tasks."""
        return sorted(code for *_, code in self._items())

    def timers(self) -> Mapping[str, datetime]:
        return {t.name: t.due_at for ps in self.running.values() for p in ps if not p.ended for t in p.timers}

    def _items(self) -> Iterable[tuple[str, int, Position, str, str]]:
        for procedure, positions in self.running.items():
            tasks = self.release.procedures[procedure].model.tasks
            for index, position in enumerate(positions):
                for item in position.items if not position.ended else ():
                    yield procedure, index, position, item.element, tasks[item.element].code

    def _open_item(self, code: str) -> tuple[str, int, Position, str]:
        for procedure, index, position, element, found in self._items():
            if found == code:
                return procedure, index, position, element
        raise AssertionError(f"{code} is not open; open are {self.open}")

    def _around(self) -> Surroundings:
        return Surroundings(parameters=self.release.parameters, case=dict(self.facts), now=self.now)

    def _moved(self, procedure: str, index: int | None, position: Position) -> Told:
        positions = self.running.setdefault(procedure, [])
        if index is None:
            positions.append(position)
        else:
            positions[index] = position
        self.ends += [(procedure, name) for name in position.ends]
        for taken in position.decisions:
            self.facts |= taken.outputs
        for one in position.thrown:
            self.thrown.append(one.message)
            self._send(one.message)
        return self

    def _send(self, message: str) -> None:
        """Deliver as the engine does: who waits, then an open door, then a new instance."""
        taken = [self._give(key, i, message, door=False) for key, i in self._alive()]
        if any(taken):
            return
        if any(self._give(key, i, message, door=True) for key, i in self._alive()):
            return
        for key, procedure in self.release.procedures.items():
            door = procedure.model.door(message)
            if door is not None and not door.joins:
                self._moved(key, None, procedure.start(message, self._around()))
                return

    def _alive(self) -> list[tuple[str, int]]:
        return [(key, i) for key, ps in self.running.items() for i, p in enumerate(ps) if not p.ended]

    def _give(self, key: str, index: int, message: str, *, door: bool) -> bool:
        position = self.running[key][index]
        if position.ended:
            return False
        moved = self.release.procedures[key].deliver(position.state, message, self._around(), door=door)
        if moved is not None:
            self._moved(key, index, moved)
        return moved is not None

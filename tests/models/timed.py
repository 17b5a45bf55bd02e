"""A told case that also knows when each task opened and is due, what tasks set, and what runs beside."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any, Self
from uuid import UUID

import pytest

from engine.bpmn.adapter import Position, Surroundings
from engine.bpmn.formfiles import deciding
from engine.service.terms import Terms
from tests.models.telling import Told

ALL = ("P04", "P05", "P06", "P07")
EVERYWHERE = pytest.mark.parametrize("place", ["fh", "yz", "jl", "qz", "dl"])
CLOCKED = pytest.mark.parametrize("place", ["fh", "yz", "qz", "dl"])
SHANGHAI = timezone(timedelta(hours=8))


def at(text: str) -> datetime:
    """Read ``2018-07-16 00:00`` as the time in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@dataclass
class Timed(Told):
    """One case whose tasks have limits; ``opened`` keeps when each token came to its task."""

    opened: dict[UUID, datetime] = field(default_factory=dict)

    def start(self, procedure: str, by: str, **fields: Any) -> Self:
        super().start(procedure, by, **fields)
        return self

    def said(self, event: str) -> Self:
        super().said(event)
        return self

    def done(self, code: str, **fields: Any) -> Self:
        """Complete the oldest open task of this code, with what it sets."""
        procedure, index, position, element = self._open_item(code)
        model = self.release.procedures[procedure]
        task = model.model.tasks[element]
        keys = deciding(self.release.forms[task.form])
        assert set(fields) <= set(keys), f"{code} keeps no {set(fields) - set(keys)}"
        answers = dict.fromkeys(keys) | fields
        values = answers | self._terms(procedure, position).sets(task, answers | {"unit": f"{self.jurisdiction}.unit"})
        self.facts |= values
        token = next(item.token for item in position.items if item.element == element)
        self._moved(procedure, index, model.complete(position.state, token, values, self._around()))
        return self

    def until(self, when: str) -> Self:
        """Move the clock to this instant; what falls due on the way fires."""
        self.later(seconds=(at(when) - self.now).total_seconds())
        return self

    def due(self, code: str) -> datetime | None:
        """When the oldest open task of this code is due now."""
        procedure, _, position, element = self._open_item(code)
        terms = self._terms(procedure, position)
        token = next(item.token for item in position.items if item.element == element)
        limit = terms.limit(terms.model.tasks[element], self.opened[token])
        return limit.due.astimezone(SHANGHAI) if limit and limit.due else None

    def watched(self, code: str) -> dict[str, datetime]:
        """When the further limits of an open task are due now."""
        procedure, _, position, element = self._open_item(code)
        terms = self._terms(procedure, position)
        token = next(item.token for item in position.items if item.element == element)
        found = terms.watches(terms.model.tasks[element], self.opened[token])
        return {one.name: one.due.astimezone(SHANGHAI) for one in found if one.due}

    def told_by(self, code: str, **answers: Any) -> tuple[str, ...]:
        """Whom the open task of this code tells when it is done with these answers."""
        procedure, _, position, element = self._open_item(code)
        terms = self._terms(procedure, position, **answers)
        return terms.that_hold(terms.model.tasks[element].notify)

    def role(self, code: str) -> str:
        procedure, _, _, element = self._open_item(code)
        return self.release.procedures[procedure].model.tasks[element].role

    def clock(self) -> datetime | None:
        """When the refusal is complete, if the watch runs."""
        due = self.timers().get("refusal_threshold")
        return due.astimezone(SHANGHAI) if due else None

    def known(self, procedure: str) -> Any:
        """The process data of the latest instance of a procedure."""
        return self.running[procedure][-1].context

    def ended(self, procedure: str) -> str | None:
        """The end that an ended procedure reached last; None while it runs."""
        if not self.running[procedure][-1].ended:
            return None
        return [name for key, name in self.ends if key == procedure][-1]

    def units(self, code: str) -> tuple[str, ...]:
        """The units that each get an item of the open task of this code."""
        procedure, _, position, element = self._open_item(code)
        terms = self._terms(procedure, position)
        return terms.units(terms.model.tasks[element])

    def _terms(self, procedure: str, position: Position, **answers: Any) -> Terms:
        model = self.release.procedures[procedure].model
        names = self.release.process_names[procedure]
        return Terms(
            model=model, parameters=self.release.parameters, context={**position.context, **answers}, names=names
        )

    def _around(self) -> Surroundings:
        running = sorted({key for key, positions in self.running.items() if not positions[-1].ended})
        facts = self.facts | {"running": running}
        return Surroundings(parameters=self.release.parameters, case=facts, now=self.now)

    def _moved(self, procedure: str, index: int | None, position: Position) -> Told:
        for item in position.items:
            self.opened.setdefault(item.token, self.now)
        return super()._moved(procedure, index, position)


START = at("2018-01-15 11:00")


def a_case(place: str, *messages: str, now: datetime = START, **facts: Any) -> Timed:
    """A case of a child who is safe, to which these messages have come."""
    case = Timed(place, ALL, now=now, facts={"child_state": "安全", **facts})
    for message in messages:
        case.said(message)
    return case


def placed(place: str = "dl", *, now: str = "2018-05-10 20:40", **facts: Any) -> Timed:
    """A child has just been taken to a rescue station."""
    case = a_case(place, "placement_needed", now=at(now), **facts).done("P04-T1")
    case.done("P04-T2", place_type="救助管理机构", place_ref=f"{place}.rescue_station")
    return case.done("P04-T3", reached_at=case.now)

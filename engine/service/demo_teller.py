"""Tells one case of the demonstration: each beat is done by somebody with an account, at its time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

from engine.bpmn.release import Release
from engine.core.errors import ShouhuError
from engine.core.model import Acting, system
from engine.core.routing import Directory, Unit
from engine.service import answering
from engine.service.casework import Casework
from engine.service.demo_stories import Beat
from engine.service.files import Files
from engine.service.forms import Field, neutral
from engine.service.running import OpenItem, RunningCase
from engine.service.scenario.play import PAGE
from engine.service.scenario.world import VirtualClock
from engine.service.unit import Database
from engine.store import casework as rows

ZONE = ZoneInfo("Asia/Shanghai")
ENGINE = system("engine")


@dataclass(kw_only=True)
class Teller:
    """What the cases of one jurisdiction are told with; ``staff`` has who acts for each unit, by key."""

    database: Database
    clock: VirtualClock
    casework: Casework
    files: Files
    release: Release
    directory: Directory
    staff: Mapping[str, Acting]

    def tell(self, beats: Iterable[Beat], *, child: Mapping[str, Any], home: str, begins: datetime) -> Told:
        """Begin a case and do its beats in order."""
        self.clock.at = begins
        told = Told(home=home, begins=begins)
        for beat in beats:
            self._move(begins + beat.after)
            if "start" in beat.what:
                self._start(told, beat.what, child)
            elif "event" in beat.what:
                self._say(told, beat.what)
            else:
                self._complete(told, beat.what)
        return told

    def go_on(self, until: datetime) -> None:
        """Let time pass; what falls due on the way is done at its moment."""
        self._move(until)

    def claim_one(self, told: Told) -> None:
        """Let somebody take the first open item of a case, so that there is work in hand."""
        with self.database.unit(ENGINE) as unit:
            case = self.casework.look(unit, told.case_id)
            free = [item for item in case.items.values() if item.state == "open"]
        for item in free[:1]:
            self.casework.claim(self._who(item), item.id, item.version)

    def _move(self, until: datetime) -> None:
        while True:
            with self.database.unit(ENGINE) as unit:
                due = rows.next_due(unit.connection)
            if due is None or due > until:
                break
            self.clock.at = max(due, self.clock.at)
            self.casework.fire_due()
        self.clock.at = until

    def _start(self, told: Told, what: Mapping[str, Any], child: Mapping[str, Any]) -> None:
        unit = self._nearest(what["as"], told.home)
        acting = self.staff[unit.key]
        told.case_id = self.casework.start(acting, unit.key, what["start"], child=child).case_id

    def _say(self, told: Told, what: Mapping[str, Any]) -> None:
        if what["event"] not in self.release.events:
            return
        unit = self._nearest(what["as"], told.home)
        answers = self._filled(what["with"], told)
        acting = self.staff[unit.key]
        self.casework.happened(acting, told.case_id, what["event"], answers, reason="电话核实", unit_key=unit.key)

    def _complete(self, told: Told, what: Mapping[str, Any]) -> None:
        with self.database.unit(ENGINE) as unit:
            case = self.casework.look(unit, told.case_id)
            item = next((one for one in case.items.values() if one.code == what["complete"]), None)
            if item is None:
                return
            acting = self._who(item)
            answers, files = self._answers(case, item, self._filled(what["with"], told), acting)
        for key in files:
            page = BytesIO(PAGE)
            answers[key] = [self.files.attach(acting, item.id, key, "附件.pdf", "application/pdf", page)]
        self.casework.complete(acting, item.id, answers, item.version)

    def _answers(
        self, case: RunningCase, item: OpenItem, given: Mapping[str, Any], acting: Acting
    ) -> tuple[dict[str, Any], list[str]]:
        """Return the answers, and the fields that need a file."""
        asked = answering.form_of(case, item)
        context = case.terms(case.instances[item.instance_id]).context
        fields = {one.key: one for one in asked.fields}
        answers = {key: value for key, value in given.items() if key in fields and _offered(fields[key], value)}
        files: list[str] = []
        while missing := asked.required(answers, context) - set(answers):
            for key in missing:
                one = fields[key]
                files += [key] if one.kind == "file" else []
                area = case.child_area
                unit_key = acting.units[0].key
                answers[key] = neutral(one, now=self.clock.at, unit_key=unit_key, area_key=area, attachment_id=0)
        return answers, files

    def _who(self, item: OpenItem) -> Acting:
        units = [self.directory.unit_by_id(one) for one in (item.unit_id, *item.candidates)]
        for unit in units:
            if unit is not None and unit.key in self.staff:
                return self.staff[unit.key]
        raise ShouhuError(f"{item.code} 没有演示账号可以办理")

    def _nearest(self, role: str, home: str) -> Unit:
        unit = self.directory.nearest(self.release.role_key(role), home)
        if unit is None or unit.key not in self.staff:
            raise ShouhuError(f"{home} 没有担任 {role} 的演示账号")
        return unit

    def _filled(self, value: Any, told: Told) -> Any:
        """Return a value of a beat with its ``@`` words put in."""
        if isinstance(value, Mapping):
            return {key: self._filled(one, told) for key, one in value.items()}
        if isinstance(value, list):
            return [self._filled(one, told) for one in value]
        if not isinstance(value, str) or not value.startswith("@"):
            return value
        return self._word(value[1:], told)

    def _word(self, word: str, told: Told) -> str:
        name, _, hours = word.partition(":")
        if name == "home":
            return told.home
        at = (told.begins + timedelta(hours=float(hours)) if hours else self.clock.at).astimezone(ZONE)
        if name == "now":
            return at.isoformat(timespec="seconds")
        return at.date().isoformat() if name == "day" else self._nearest(name, told.home).key


@dataclass(kw_only=True)
class Told:
    """A case that is being told."""

    home: str
    begins: datetime
    case_id: int = field(default=0)


def _offered(one: Field, value: Any) -> bool:
    """Return whether this jurisdiction's form offers the answer at all."""
    if not one.options:
        return True
    return set(value if isinstance(value, list) else [value]) <= {option.value for option in one.options}

"""Reports: a procedure started and its first form handed in, as one unit of work.

A form may be pressed twice at the same instant; its token makes one report of both.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.core.errors import Refused
from engine.core.model import Acting, system
from engine.service import answering, children, finding, merging, refusals
from engine.service.directory import Directories
from engine.service.opening import ENGINE, case_for, loaded
from engine.service.receipts import digest_of
from engine.service.releases import Releases
from engine.service.running import By, OpenItem, RunningCase
from engine.service.starting import begin, take_areas
from engine.service.unit import Database, Unit
from engine.store import casework as rows
from engine.store import presses

#: The role of somebody who reports through the public form.
CITIZEN = "citizen"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reported:
    """The case that a report has come to."""

    case_id: int
    number: str


class Reports:
    """The two ways to report; one object a process."""

    def __init__(self, database: Database, releases: Releases, directories: Directories) -> None:
        self._database = database
        self._releases = releases
        self._directories = directories

    def report(
        self,
        acting: Acting,
        unit_key: str,
        procedure: str,
        code: str,
        *,
        answers: Mapping[str, Any],
        child: Mapping[str, Any],
        known: Mapping[str, Any],
        press: str = "",
        same: int | None = None,
    ) -> Reported:
        """Start a procedure and hand in its task ``code`` in one go: a report is there whole, or not at all.

        ``same`` is the file of the same child, as the reporter chose it among possible doubles; one that is
        none of them is left aside. ``known`` are the answers that decide before the first task is filled in.
        ``press`` is the token of the form: pressed twice, even at the same instant, it makes one report and
        leads to one case.

        Raises:
            NotFound, Refused: as ``Casework.start``. Invalid: by field; nothing has changed.
        """
        by = refusals.unit_of(acting, unit_key)
        with self._database.unit(acting) as unit:
            release = self._releases.in_force(unit.connection, by.jurisdiction, unit.now)
            role = refusals.starter_role(release, procedure, by.roles)
            unit.go_on_as(ENGINE)
            if (before := _pressed_before(unit, press)) is not None:
                return before
            at = By(unit_id=by.id, role=role)
            whose = _chosen(unit, by.jurisdiction, child, same)
            case = case_for(unit, self._releases, self._directories, by.jurisdiction, whose, at)
            started = begin(case, procedure, started_by=role, unit_id=by.id, fields=known)
            case = self._load(unit, started.case_id, at)
            item = next((case.items[one] for one in started.items if case.items[one].code == code), None)
            if item is not None:
                self._hand_in(case, item, answers, acting.person_id)
            return _reported(unit, press, started.case_id, started.number)

    def report_public(
        self,
        jurisdiction: str,
        procedure: str,
        answers: Mapping[str, Any],
        child: Mapping[str, Any],
        *,
        press: str = "",
    ) -> str:
        """Take a citizen's report and return the code of its receipt, which is shown once.

        Two presses of one form at the same instant make one report, and both are shown its code.

        Raises:
            Invalid: an answer is not of the form's kind; by field.
        """
        with self._database.unit(system("public")) as unit:
            unit.go_on_as(ENGINE)
            nobody = By(unit_id=None, role=CITIZEN)
            code = _receipt_code(unit, press)
            if _pressed_before(unit, press) is not None:
                return code
            case = case_for(unit, self._releases, self._directories, jurisdiction, child, nobody)
            take_areas(case, {**child, **answers})
            started = begin(case, procedure, started_by=CITIZEN, unit_id=None, fields=answers)
            case = self._load(unit, started.case_id, nobody)
            first = case.items[min(started.items)]
            self._hand_in(case, first, answers, None)
            rows.add_receipt(unit.connection, digest=digest_of(code), case_id=case.id, at=unit.now)
            _reported(unit, press, case.id, case.row.number)
            return code

    def _load(self, unit: Unit, case_id: int, by: By) -> RunningCase:
        return loaded(unit, self._releases, self._directories, case_id, by)

    def _hand_in(self, case: RunningCase, item: OpenItem, answers: Mapping[str, Any], person_id: int | None) -> None:
        target_id = answering.complete(case, item, answers, person_id=person_id, attachments=())
        merging.settle(case, target_id, self._releases, self._directories)


def _chosen(unit: Unit, jurisdiction: str, child: Mapping[str, Any], same: int | None) -> int | Mapping[str, Any]:
    """Return the file that was chosen among the possible doubles, else what is known of the child."""
    if same is None or children.find(unit, jurisdiction, child) is not None:
        return child
    return same if any(row.id == same for row, _ in finding.alike(unit, jurisdiction, child)) else child


def _pressed_before(unit: Unit, press: str) -> Reported | None:
    """Return the case that the same press has led to; the first of two goes on, the second waits for it."""
    if not press or presses.take(unit.connection, presses.digest_of(press), unit.now):
        return None
    led = presses.led_to(unit.connection, presses.digest_of(press))
    row = None if led is None else rows.lock_case(unit.connection, led)
    if row is None:
        raise Refused("这份报告正在提交，请稍候在“在办”中查看")
    return Reported(case_id=row.id, number=row.number)


def _reported(unit: Unit, press: str, case_id: int, number: str) -> Reported:
    if press:
        unit.flush()
        presses.lead(unit.connection, presses.digest_of(press), case_id)
    return Reported(case_id=case_id, number=number)


def _receipt_code(unit: Unit, press: str) -> str:
    """Return a code of 128 bits that nobody can guess; the same for two presses of one form."""
    if not press:
        return secrets.token_hex(16)
    return unit.vault.blind_index(f"receipt:{presses.digest_of(press)}")[:16].hex()

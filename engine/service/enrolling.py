"""Lets the children whom a roster has brought be entered into the register, as those who have moved to a place are.

A roster opens files; whether a child belongs into the register is decided by people, in the task that the
arrival of a child opens. Each child in its own unit of work, so a broken one stops no other.
"""

from __future__ import annotations

import structlog

from engine.core.model import system
from engine.service import stepping
from engine.service.directory import Directories
from engine.service.opening import case_of_child
from engine.service.releases import Releases
from engine.service.running import By
from engine.service.unit import Database
from engine.store import rosters as rows
from engine.store.schema import AnyRow

log = structlog.get_logger()

ENGINE = system("engine")
#: The event that opens the task.
ARRIVED = "child_arrived"
AT_ONCE = 200


class Enrolling:
    """What the worker does after rosters; one object a process."""

    def __init__(self, database: Database, releases: Releases, directories: Directories) -> None:
        self._database = database
        self._releases = releases
        self._directories = directories

    def run(self) -> int:
        """Tell of every child whom a roster brought and who has no case yet; return how many."""
        told, after = 0, 0
        while batch := self._waiting(after):
            for one in batch:
                told += self._tell(one)
            after = batch[-1].child_id
        return told

    def _waiting(self, after: int) -> list[AnyRow]:
        with self._database.unit(ENGINE) as unit:
            return list(rows.to_enrol(unit.connection, after=after, most=AT_ONCE))

    def _tell(self, one: AnyRow) -> bool:
        try:
            with self._database.unit(ENGINE) as unit:
                by = By(unit_id=one.unit_id, role=None)
                case = case_of_child(unit, self._releases, self._directories, one.jurisdiction, one.child_id, by)
                if case.instances:
                    return False  # somebody was faster
                if not stepping.deliver(case, ARRIVED, None):
                    stepping.keep_awaiting(case, ARRIVED, None)
                stepping.settle(case)
        except Exception:
            log.exception("child_not_enrolled", child=one.child_id)
            return False
        return True

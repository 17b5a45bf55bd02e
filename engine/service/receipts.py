"""Tells who holds a receipt how far a report has come."""

from __future__ import annotations

import hashlib

from engine.core.errors import NotFound
from engine.core.model import system
from engine.service.unit import Database
from engine.store import casework as rows
from engine.store import views

#: What a receipt tells, in order.
RECEIVED, ACCEPTED, HANDLED = "已收到", "已受理", "已处置"


class Receipts:
    """Tells who holds a receipt how far the report has come, and nothing else."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def look_up(self, code: str) -> str:
        """Return 已收到, 已受理 or 已处置.

        Raises:
            NotFound: there is no such receipt.
        """
        digest = digest_of(code)
        with self._database.unit(system("public")) as unit, unit.acting_as("engine"):
            case_id = views.case_of_receipt(unit.connection, digest)
            if case_id is None:
                raise NotFound("没有这个回执号")
            instances = rows.instances_of(unit.connection, case_id)
        if any(one.procedure == "P02" and one.ended_at for one in instances):
            return HANDLED
        return ACCEPTED if any(one.procedure == "P02" for one in instances) else RECEIVED


def digest_of(code: str) -> str:
    """Return that by which a receipt is known: the code itself is kept nowhere."""
    return hashlib.sha256(code.encode()).hexdigest()

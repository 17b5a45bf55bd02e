"""From an area's cycle to a child's case: what a task there says of a child is done in the child's own case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.service import registering, stepping
from engine.service.directory import Directories
from engine.service.opening import case_of_child
from engine.service.releases import Releases
from engine.service.running import RunningCase


def pass_on(case: RunningCase, answers: Mapping[str, Any], releases: Releases, directories: Directories) -> None:
    """Do in the child's case, opened if there is none, what a task of this case said of the child."""
    told, case.elsewhere = case.elsewhere, None
    if told is None or not (told.messages or told.register):
        return
    jurisdiction = case.row.jurisdiction
    other = case_of_child(case.unit, releases, directories, jurisdiction, told.child_id, case.by)
    registering.decide(other, told.register, answers)
    for message in told.messages:
        _deliver(other, message)
    stepping.settle(other)


def _deliver(other: RunningCase, message: str) -> None:
    if stepping.deliver(other, message, None):
        return
    published = (one.model for one in other.release.procedures.values())
    if any(message in model.catches or model.door(message) for model in published):
        other.note("message_unheard", message=message)
    else:
        stepping.keep_awaiting(other, message, None)

"""Starts a procedure in a case by hand, or attaches to the one that runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.bpmn.release import Release
from engine.service import answering, stepping
from engine.service.running import Live, RunningCase

#: The process property that lets a procedure run more than once for a child at the same time.
MANY = "many"
PLACE, RESIDENCE = "place", "residence"


@dataclass(frozen=True, kw_only=True, slots=True)
class Started:
    """A case with the procedure that was started in it; ``items`` are the ids of what is open.

    ``attached``: it ran already, and the start entered it.
    """

    case_id: int
    number: str
    instance_id: int
    items: tuple[int, ...]
    name: str
    attached: bool = False


def begin(
    case: RunningCase,
    procedure: str,
    *,
    started_by: str,
    unit_id: int | None,
    fields: Mapping[str, Any] | None,
) -> Started:
    known = dict(fields or {})
    take_areas(case, known)
    running = case.live_of(procedure)
    attached = bool(running) and not each_is_its_own(case.release, procedure)
    if attached:
        live: Live = running[0]
        case.note("start_attached", instance=live.id, procedure=procedure)
        stepping.enter(case, live, started_by, unit_id)
    else:
        decisive = answering.decisive(case, procedure, known)
        case.learn(decisive)
        live = stepping.start(
            case,
            case.release,
            procedure,
            door=None,
            started_by=started_by,
            unit_id=unit_id,
            fields=decisive,
        )
        if known:
            answering.keep_what_was_known(case, live, known)
    stepping.settle(case)
    return started(case, live, attached=attached)


def each_is_its_own(release: Release, procedure: str) -> bool:
    """Say whether each start by hand is an instance of its own (a report), whatever runs already."""
    return release.procedures[procedure].model.properties.get(procedure, {}).get(MANY) == "true"


def started(case: RunningCase, live: Live, *, attached: bool = False) -> Started:
    """Return what came of a start, once the case is settled."""
    items = tuple(one.id for one in case.items.values() if one.instance_id == live.id)
    return Started(
        case_id=case.id,
        number=case.row.number,
        instance_id=live.id,
        items=items,
        name=live.procedure.model.name,
        attached=attached,
    )


def take_areas(case: RunningCase, answers: Mapping[str, Any]) -> None:
    """Take over where it happened and where the child lives, as far as the answers say."""
    answering.take_areas(case, place=answers.get(PLACE), residence=answers.get(RESIDENCE))

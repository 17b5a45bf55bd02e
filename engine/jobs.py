"""What is done beside the pages and not at an instant: anchoring, counting again, mail and webhooks, sweeping."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from engine.build import Services
from engine.service import childindex
from engine.settings import Settings

SWEEP_EVERY = timedelta(hours=1)
#: Files of children that an older release opened get their indexes; where there are none it is one query.
INDEX_EVERY = timedelta(seconds=20)
#: How long a roster waits at most before somebody looks at it.
ROSTERS_EVERY = timedelta(seconds=2)
ENROL_EVERY = timedelta(seconds=20)
DELIVER_EVERY = timedelta(seconds=5)
MORNING_EVERY = timedelta(minutes=1)
CATCH_UP_EVERY = timedelta(minutes=10)


def tasks(services: Services, settings: Settings) -> dict[str, tuple[Callable[[], object], timedelta]]:
    """Return the worker's tasks with their intervals."""
    return {
        "anchor": (services.audit.anchor, settings.anchor_every),
        "recount": (services.calendars.catch_up, CATCH_UP_EVERY),
        "index": (lambda: childindex.catch_up(services.database), INDEX_EVERY),
        "rosters": (services.roster_work.run, ROSTERS_EVERY),
        "enrol": (services.enrolling.run, ENROL_EVERY),
        "spread": (services.courier.spread, DELIVER_EVERY),
        "send": (services.courier.send, DELIVER_EVERY),
        "mornings": (services.courier.count_mornings, MORNING_EVERY),
        "sweep": (services.files.sweep, SWEEP_EVERY),
        "drafts": (services.drafts.sweep, SWEEP_EVERY),
    }

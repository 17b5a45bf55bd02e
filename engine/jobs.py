"""What is done beside the pages and not at an instant: anchoring the journal, sweeping what was not sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from engine.build import Services
from engine.settings import Settings

SWEEP_EVERY = timedelta(hours=1)


def tasks(services: Services, settings: Settings) -> dict[str, tuple[Callable[[], object], timedelta]]:
    """Return the worker's tasks with their intervals."""
    return {
        "anchor": (services.audit.anchor, settings.anchor_every),
        "sweep": (services.files.sweep, SWEEP_EVERY),
    }

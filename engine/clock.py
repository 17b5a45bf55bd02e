"""Wakes what is due, every few seconds; holds no state: what is due stands in the database."""

from __future__ import annotations

import signal
from collections.abc import Callable
from datetime import timedelta
from types import FrameType

import structlog
from apscheduler.schedulers.blocking import BlockingScheduler

log = structlog.get_logger()


def run(tasks: dict[str, tuple[Callable[[], object], timedelta]]) -> None:
    """Call each task again and again at its interval until SIGTERM or SIGINT.

    A task that fails is logged and called again at its next time; a late one is not made up for.
    """
    scheduler = BlockingScheduler(timezone="UTC")
    for name, (task, every) in tasks.items():
        scheduler.add_job(
            _guarded(name, task),
            "interval",
            id=name,
            seconds=every.total_seconds(),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )

    def stop(_sign: int, _frame: FrameType | None) -> None:
        if not scheduler.running:  # still in the first round: no task may take the signal for a failure of its own
            raise SystemExit(0)
        scheduler.shutdown(wait=False)

    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, stop)
    for name, (task, _every) in tasks.items():
        _guarded(name, task)()
    scheduler.start()


def _guarded(name: str, task: Callable[[], object]) -> Callable[[], None]:
    def guarded() -> None:
        try:
            task()
        except Exception:
            log.exception("task_failed", task=name)

    return guarded

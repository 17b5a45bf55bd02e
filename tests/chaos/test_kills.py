"""``kill -9`` of every part while people work: what was acknowledged stays, once, and goes on.

``SHOUHU_CHAOS_KILLS=200 ./test tests/chaos`` is the full run; the everyday one kills twelve times.
"""

from __future__ import annotations

import itertools
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine.adapters.postgres import Cluster
from tests.chaos.load import Load
from tests.chaos.verdict import faults
from tests.support.people import add_staff, services_of
from tests.support.stack import Stack, running

pytestmark = pytest.mark.chaos

KILLS = int(os.environ.get("SHOUHU_CHAOS_KILLS", "12"))
PARTS = ("web", "postgres", "web", "clock", "worker", "postgres")
TWO_STEPS = Path(__file__).parent / "two_step"
PLACE = "fh.溪口镇"


@contextmanager
def at_work(private_folder: Path, name: str, **env: str) -> Iterator[tuple[Stack, Load]]:
    """Start a system of its own with four police officers."""
    data = private_folder / name
    data.mkdir(mode=0o755)
    with running(data, "--empty", env=env) as stack:
        services = services_of(data)
        cluster = Cluster(folder=data / "postgres")
        logins = tuple(f"officer-{number}" for number in range(4))
        add_staff(services, dict.fromkeys(logins, "fh.police"))
        yield stack, Load(stack.url, cluster, services, PLACE, logins)
        services.close()


def kill(stack: Stack, load: Load, part: str) -> bool:
    """Kill a part as soon as requests are under way; say whether some were."""
    until = time.monotonic() + 15
    while not (pid := stack.pids().get(part)) or not load.in_flight:
        if time.monotonic() > until:
            break
        time.sleep(0.01)
    if pid is None:
        pytest.fail(f"{part} was not started again:\n" + "\n".join(stack.said[-10:]))
    busy = load.in_flight > 0
    os.killpg(pid, signal.SIGKILL)  # the pages are several processes; each part leads a group of its own
    return busy


def wait_for_more(load: Load, done: int, patience: float = 40) -> None:
    """Wait until work goes on after a kill."""
    until = time.monotonic() + patience
    while len(load.done) <= done:
        assert time.monotonic() < until, f"nothing was done for {patience} s; {load.problems} {load.setbacks[-5:]}"
        time.sleep(0.02)


def test_nothing_acknowledged_is_lost_doubled_or_stuck(private_folder: Path) -> None:
    with at_work(private_folder, "chaos") as (stack, load):
        busy = 0
        with load.going():
            for part in itertools.islice(itertools.cycle(PARTS), KILLS):
                wait_for_more(load, len(load.done))
                busy += kill(stack, load, part)

        assert load.problems == []
        assert faults(load.cluster, load.services, done=load.done, receipts=load.receipts) == []
        assert len(load.done) >= KILLS
        assert busy >= 0.8 * KILLS, f"only {busy} of {KILLS} kills met a request under way"


def test_a_completion_in_two_steps_is_found_out(private_folder: Path) -> None:
    """A test of the test: half of a completion is committed, the rest a moment later."""
    with at_work(private_folder, "twosteps", PYTHONPATH=str(TWO_STEPS)) as (stack, load):
        with load.going(patience=10):
            for _ in range(4):
                wait_for_more(load, len(load.done))
                kill(stack, load, "web")

        found = " ".join(faults(load.cluster, load.services, done=load.done, receipts=load.receipts))

    assert "handed in, but not done" in found or "next, or twice" in found

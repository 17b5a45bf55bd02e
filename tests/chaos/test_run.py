"""The group that ``./run`` starts: one folder, one group, stopped as one, found again after the worst."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.adapters.postgres import Cluster, free_port
from tests.support.people import add_staff, services_of
from tests.support.stack import ROOT, Stack, running

pytestmark = pytest.mark.chaos


def wait_until(holds: Callable[[], bool], patience: float = 30) -> None:
    until = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < until, "it did not come to that"
        time.sleep(0.05)


def lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_a_killed_supervisor_takes_its_parts_along_and_the_next_start_finds_the_data(private_folder: Path) -> None:
    data = private_folder / "again"
    data.mkdir(mode=0o755)
    with running(data, "--empty") as first:
        services = services_of(data)
        add_staff(services, {"officer": "fh.police"})
        services.close()
        parts = first.pids()
        assert set(parts) == {"web", "clock", "worker", "postgres"}

        first.process.kill()

        wait_until(lambda: not any(lives(parts[name]) for name in ("web", "clock", "worker")))

    with running(data, "--empty", port=first.port) as second:
        services = services_of(data)
        assert services.people.acting_by_login("officer").units[0].key == "fh.police"
        services.close()
        parts = second.pids()

        second.process.send_signal(signal.SIGTERM)
        second.process.wait(40)

        assert second.process.returncode == 0
        assert not any(lives(pid) for pid in parts.values())
        assert not Cluster(folder=data / "postgres").answers()


@pytest.fixture(scope="module")
def stack(private_folder: Path) -> Iterator[Stack]:
    data = private_folder / "group"
    data.mkdir(mode=0o755)
    with running(data, "--empty") as stack:
        yield stack


def started(data: Path, port: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "engine.cli", "run", "--empty", "--data", str(data), "--port", str(port)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)


def test_a_second_system_on_the_same_folder_is_refused_with_a_sentence(stack: Stack) -> None:
    refused = started(stack.data, free_port())

    assert refused.returncode == 1
    assert "正被另一个运行中的系统使用" in refused.stderr


def test_a_port_in_use_is_named(stack: Stack, private_folder: Path) -> None:
    refused = started(private_folder / "other", stack.port)

    assert refused.returncode == 1
    assert f"端口 {stack.port} 已被占用" in refused.stderr


def test_nothing_is_open_in_shared_temporary_folders(stack: Stack) -> None:
    shared = ("/tmp/", "/dev/shm/", "/var/tmp/")  # noqa: S108
    opened = [
        str(target)
        for pid in stack.pids().values()
        for handle in Path(f"/proc/{pid}/fd").glob("*")
        if (target := handle.readlink()) and not target.is_relative_to(stack.data)
    ]

    assert [one for one in opened if one.startswith(shared)] == []

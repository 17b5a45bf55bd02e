"""The command itself: a sample of the corpus, each file in a process of its own, with its time and memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.gate.case import Case
from tests.gate.judge import REPOSITORY, without_settings
from tests.gate.models import by_class
from tests.gate.probe import QUARANTINE, Probe, a_probe

pytestmark = pytest.mark.thorough
SECONDS, MEGABYTES = 2.0, 200
#: Files that are heavy by themselves, and some that would do most if they were run.
HEAVY = (
    *("billion-laughs", "quadratic-blow-up", "fifty-megabytes", "a-million-attributes", "ten-thousand-deep"),
    *("a-hundred-thousand-attributes", "too-many-elements", "external-entity-http", "too-long", "growing-loop"),
    *("condition-deep", "condition-huge-power", "form-pattern", "table-output-cell", "script-fork"),
)
#: Stands in the process before anything else, and writes down what is done there.
WITNESS = """
import atexit, os, resource, sys
_log = os.open(os.environ["WITNESS"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
_events = {"socket.connect", "socket.bind", "socket.getaddrinfo", "subprocess.Popen", "os.system", "os.exec", "os.fork",
           "os.posix_spawn", "os.remove", "os.rename", "os.mkdir", "sqlite3.connect", "urllib.Request"}
def _see(event, args):
    if event in _events:
        os.write(_log, f"{event} {args}".replace(chr(10), " ").encode() + b"\\n")
    elif event == "open" and set(args[1] or "") & set("wax+") and isinstance(args[0], str):
        if not args[0].endswith(".pyc") and args[0] != os.devnull:
            os.write(_log, f"open {args[0]}".encode() + b"\\n")
def _weigh():
    status = dict(line.split(":", 1) for line in open("/proc/self/status").read().splitlines())
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    os.write(_log, f"KILOBYTES {max(int(status['VmHWM'].split()[0]), children)}\\n".encode())
atexit.register(_weigh)
sys.addaudithook(_see)
"""


@dataclass(frozen=True)
class Run:
    """How the command ended, what it said, and what it took; ``done`` is what it did beside reading."""

    code: int
    said: list[dict[str, Any]]
    seconds: float
    megabytes: float
    done: list[str]


def sample() -> list[Case]:
    """Return the heavy models, and the first of each class."""
    elsewhere = [[case for case in cases if case.within is None] for cases in by_class().values()]
    chosen = [case for cases in elsewhere for case in cases if case.name in HEAVY]
    chosen += [case for cases in elsewhere for case in cases[:1] if case.name not in HEAVY]
    return chosen


def ran(files: Sequence[Path], folder: Path) -> Run:
    """Run the command on files, without settings and away from the repository's folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sitecustomize.py").write_text(WITNESS)
    environment = {
        **without_settings(os.environ),
        "PYTHONPATH": f"{folder}{os.pathsep}{REPOSITORY}",
        "WITNESS": str(folder / "witness.log"),
    }
    command = [sys.executable, "-m", "engine.cli", "model", "check", *map(str, files), "--json"]
    output = folder / "output"
    with output.open("wb") as out:
        child = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env=environment, cwd=folder)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    witnessed = (folder / "witness.log").read_text().splitlines()
    # What the system says of a child begins with the memory of its parent, this process.
    weighed = [int(line.split()[1]) for line in witnessed if line.startswith("KILOBYTES")]
    return Run(
        code=child.returncode,
        said=[json.loads(line) for line in output.read_text().splitlines()],
        seconds=usage.ru_utime + usage.ru_stime,
        megabytes=max(weighed) / 1024,
        done=[line for line in witnessed if not line.startswith("KILOBYTES")],
    )


@pytest.fixture(scope="module")
def probe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Probe]:
    with a_probe(tmp_path_factory.mktemp("probe")) as made:
        yield made


@pytest.fixture(scope="module")
def runs(probe: Probe, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    """Run the sample, two at a time; the seconds are those that the processor was busy with it."""
    folder = tmp_path_factory.mktemp("door")

    def run(case: Case) -> Run:
        here = folder / case.name
        here.mkdir()
        file = here / case.path
        file.write_bytes(probe.fill_in(case.wrong, case.name))
        return ran([file], here / "run")

    with ThreadPoolExecutor(2) as pool:
        return dict(zip([case.name for case in sample()], pool.map(run, sample()), strict=True))


def test_the_sample_is_large_enough() -> None:
    assert len(sample()) >= 20
    assert {case.name for case in sample()} >= set(HEAVY)


@pytest.mark.parametrize("name", [case.name for case in sample()])
def test_the_command_refuses_a_faulty_file(name: str, runs: dict[str, Run]) -> None:
    run = runs[name]

    assert run.code == 1
    assert [one["severity"] for file in run.said for one in file["findings"] if one["severity"] == "error"]
    assert run.seconds <= SECONDS
    assert run.megabytes <= MEGABYTES


def test_the_command_does_nothing_but_start_its_reader(runs: dict[str, Run], probe: Probe) -> None:
    done = {line for run in runs.values() for line in run.done}
    readers = {line for line in done if line.startswith("subprocess.Popen") and QUARANTINE in line}

    assert done - readers == set()
    assert max(sum(line.startswith("subprocess.Popen") for line in run.done) for run in runs.values()) <= 2
    assert probe.effects() == []


def test_the_command_passes_the_good_models(tmp_path: Path) -> None:
    good = sorted((Path(__file__).parent / "good").glob("*.bpmn"))

    run = ran(good, tmp_path / "run")

    assert run.code == 0
    assert len(run.said) == len(good)


def test_the_time_that_passes_is_short_too(tmp_path: Path) -> None:
    begun = time.monotonic()

    ran([Path(__file__).parent / "good/bpmnio-line.bpmn"], tmp_path / "run")

    assert time.monotonic() - begun < 5 * SECONDS

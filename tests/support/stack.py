"""The whole system as ``./run`` starts it, in a folder of its own and on a free port."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from engine.adapters.postgres import free_port

ROOT = Path(__file__).resolve().parents[2]
READY = "守护已启动"
PATIENCE = 180.0


@dataclass
class Stack:
    """A running system; ``said`` is what it printed."""

    data: Path
    port: int
    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)
    ready: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def pids(self) -> dict[str, int]:
        """Return the process of each part: ``web``, ``clock``, ``worker``, ``postgres``."""
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                words = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
            except (OSError, ValueError, IndexError):
                continue
            if parent == self.process.pid and words != [""]:
                name = "postgres" if words[0].endswith("postgres") else {"serve": "web"}.get(words[3], words[3])
                found[name] = int(entry.name)
        return found

    def listen(self) -> None:
        """Keep what is printed, and say when the system is ready or has ended."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line.rstrip())
            if READY in line:
                self.ready.set()
        self.ready.set()


@contextmanager
def running(data: Path, *arguments: str, env: Mapping[str, str] = {}, port: int | None = None) -> Iterator[Stack]:
    """Start the system, wait until its pages answer, and stop it as Ctrl-C does."""
    port = port or free_port()
    command = [sys.executable, "-m", "engine.cli", "run", "--data", str(data), "--port", str(port), *arguments]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "SHOUHU_SIGN_IN_LIMIT": "100000 per minute", **env},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    stack = Stack(data, port, process)
    listener = threading.Thread(target=stack.listen, daemon=True)
    listener.start()
    try:
        stack.ready.wait(PATIENCE)
        if process.poll() is not None or not any(READY in line for line in stack.said):
            raise AssertionError("the system did not start:\n" + "\n".join(stack.said[-30:]) + last_words(data))
        yield stack
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        listener.join(5)
        assert process.stdout is not None
        process.stdout.close()


def last_words(data: Path) -> str:
    """Return the end of every log, for a failing test."""
    logs = sorted((data / "logs").glob("*.log")) if (data / "logs").exists() else []
    return "".join(
        f"\n--- {log.name}\n" + "\n".join(log.read_text(errors="replace").splitlines()[-15:]) for log in logs
    )


def safe_name(text: str) -> str:
    """Return a file name made of a test's name."""
    return re.sub(r"[^\w.-]+", "_", text)[:80]

"""Keeps the parts of one system running as one group: starts, watches, starts again, stops."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from engine.adapters.postgres import Cluster

#: How long a part that keeps ending waits before it is started again: doubled each time up to the last.
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
#: A part that has lived for so long starts with the first pause again.
SETTLED = 20.0
LOOK_EVERY = 0.1


@dataclass(kw_only=True)
class Part:
    """One process of the group, with its log."""

    name: str
    command: list[str]
    env: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    started: float = 0.0
    pause: float = FIRST_PAUSE
    again_at: float = 0.0

    def start(self) -> None:
        """Start the process in a session of its own, so that Ctrl-C reaches the supervisor alone."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own program
                self.command,
                env=dict(self.env),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.started = time.monotonic()

    def look(self) -> bool:
        """Start the process again when it has ended and its pause is over; return whether it was."""
        if self.process is None or self.process.poll() is None:
            return False
        now = time.monotonic()
        if self.again_at == 0.0:
            self._end_group(signal.SIGKILL)  # children of a killed parent would keep its port
            self.pause = FIRST_PAUSE if now - self.started > SETTLED else min(self.pause * 2, LONGEST_PAUSE)
            self.again_at = now + self.pause
        if now < self.again_at:
            return False
        self.again_at = 0.0
        self.start()
        return True

    def stop(self, until: float) -> None:
        """Wait for the process to end until then, and kill what is left of its group."""
        if self.process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.1, until - time.monotonic()))
        self._end_group(signal.SIGKILL)
        self.process.wait()

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def _end_group(self, sign: signal.Signals) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, sign)


@dataclass(kw_only=True)
class Supervisor:
    """The group: a database server (or none, where an external one serves) and the parts that use it."""

    cluster: Cluster | None
    parts: list[Part]
    say: Callable[[str], None]
    _stopping: bool = False

    def listen(self) -> None:
        """Stop on SIGTERM, SIGINT and SIGHUP from now on."""
        for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(sign, self._on_signal)

    @property
    def stopping(self) -> bool:
        return self._stopping

    def start(self) -> None:
        """Start every part."""
        for part in self.parts:
            part.start()

    def watch(self, until: Callable[[], bool] = lambda: False) -> None:
        """Keep everything running until told to stop, or until the condition holds."""
        while not self._stopping and not until():
            if self.cluster is not None and not self.cluster.is_alive():
                self.say("PostgreSQL 意外停止，正在重新启动 …")
                self.cluster.start()
            for part in self.parts:
                if part.look():
                    self.say(f"{part.name} 意外停止，已重新启动。")
            time.sleep(LOOK_EVERY)

    def stop(self) -> None:
        """Stop the parts together, then the database under them."""
        for part in self.parts:
            part.ask_to_stop()
        until = time.monotonic() + 15
        for part in self.parts:
            part.stop(until)
        if self.cluster is not None:
            self.cluster.stop()

    def _on_signal(self, _sign: int, _frame: FrameType | None) -> None:
        self._stopping = True

"""Sees what the checking of a model does beside answering: files, sockets, processes, texts run as Python."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

#: What payloads may name; put in when a model is written out.
CANARY, SECRET, PORT = "@CANARY@", "@SECRET@", "@PORT@"
#: What stands in the file that models try to read.
SECRET_TEXT = "canary-7f3a91-never-to-be-told"
#: The program that reads the XML of strangers apart.
QUARANTINE = "engine.bpmn.inspection"
_WRITING = frozenset("wax+")
_EVENTS = frozenset(
    {
        *("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"),
        *("subprocess.Popen", "os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn"),
        *("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.chmod", "os.chown", "os.link", "os.symlink"),
        *("os.truncate", "os.kill", "os.putenv", "ctypes.dlopen", "ctypes.dlsym", "sqlite3.connect"),
        *("urllib.Request", "http.client.connect", "ftplib.connect", "smtplib.connect", "webbrowser.open"),
        *("pty.spawn", "pickle.find_class", "shutil.rmtree", "shutil.copyfile"),
    }
)


@dataclass
class Probe:
    """A canary file, a secret file and a listening socket; ``seen`` has what was done while it watched."""

    folder: Path
    listener: socket.socket
    seen: list[str] = field(default_factory=list)

    def canary(self, name: str) -> Path:
        """Return the file that the payloads of one case try to write."""
        return self.folder / f"canary-{name}"

    @property
    def secret(self) -> Path:
        return self.folder / "secret.txt"

    @property
    def port(self) -> int:
        return int(self.listener.getsockname()[1])

    def fill_in(self, content: bytes, name: str) -> bytes:
        """Return the model of a case with the real places in it."""
        for mark, value in ((CANARY, self.canary(name)), (SECRET, self.secret), (PORT, self.port)):
            content = content.replace(mark.encode(), str(value).encode())
        return content

    def effects(self) -> list[str]:
        """Return what happened since the last call, in words; empty is what every model must leave."""
        found = [*self.seen]
        self.seen.clear()
        for canary in sorted(self.folder.glob("canary-*")):
            canary.unlink()
            found.append(f"{canary} written")
        while self._reached():
            found.append("socket reached")
        return found

    def _reached(self) -> bool:
        try:
            connection, _ = self.listener.accept()
        except BlockingIOError:
            return False
        connection.close()
        return True


_watching: Probe | None = None
_hooked = False


def _audit(event: str, args: tuple[Any, ...]) -> None:
    if _watching is None:
        return
    if event == "open":
        if _opens_what_it_must_not(*args, secret=_watching.secret):
            _watching.seen.append(f"{event} {args}")
    elif event in _EVENTS and not _is_quarantine(event, args):
        _watching.seen.append(f"{event} {args}")
    elif event == "compile" and _is_payload(args[0]):
        _watching.seen.append("compile of a text of the model")


def _opens_what_it_must_not(path: object, mode: str | None, flags: object, *, secret: Path) -> bool:
    """Whether a file is opened for writing, or is the secret; pipes to the quarantine are numbers."""
    if isinstance(path, int) or str(path) == os.devnull or str(path).endswith(".pyc"):
        return False
    return bool(set(mode or "") & _WRITING) or bool(isinstance(flags, int) and flags & 3) or str(path) == str(secret)


def _is_quarantine(event: str, args: tuple[Any, ...]) -> bool:
    """Whether this is the one process that the gate may start: its own reader, in Python's isolated mode."""
    words = args[1] if event == "subprocess.Popen" else ()
    return bool(words) and words[1:3] == ["-I", "-S"] and any(QUARANTINE in str(word) for word in words)


def _is_payload(source: object) -> bool:
    """Whether Python was asked to read a text that came out of a model: those name the canary or the port."""
    assert _watching is not None
    text = source if isinstance(source, str) else source.decode("utf-8", "replace") if isinstance(source, bytes) else ""
    return str(_watching.canary("")) in text or f":{_watching.port}" in text


@contextmanager
def watching(probe: Probe) -> Iterator[Probe]:
    """Record while the body runs."""
    global _watching, _hooked  # noqa: PLW0603 - an audit hook cannot be removed, so there is one for all
    if not _hooked:
        sys.addaudithook(_audit)
        _hooked = True
    _watching = probe
    try:
        yield probe
    finally:
        _watching = None


@contextmanager
def a_probe(folder: Path) -> Iterator[Probe]:
    """A probe with its files in a folder and a socket of its own on the loopback."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    listener.setblocking(False)
    probe = Probe(folder=folder, listener=listener)
    probe.secret.write_text(SECRET_TEXT)
    try:
        yield probe
    finally:
        listener.close()

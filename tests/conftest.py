"""What every test may ask for: a stopped clock and a database of its own on a real PostgreSQL."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
import structlog

from engine.adapters import postgres
from engine.adapters.vault import Vault
from engine.service import database
from engine.service.unit import Database

REPOSITORY = Path(__file__).resolve().parent.parent
NOON = datetime(2018, 3, 12, 4, 0, tzinfo=UTC)
TEMPLATE = "template_shouhu"


#: What is left out of ``./test --quick``: whole cases and attacks on a database each, servers, and long walks.
THOROUGH = (
    *(
        "adapters/",
        "service/test_deliveries.py",
        "store/test_migrations.py",
        "store/test_audit.py",
        "service/test_calendar",
    ),
    *(
        "security/",
        "register/",
        "scenarios/",
        "gate/test_gate.py",
        "models/test_floors.py",
        "models/test_what_follows.py",
    ),
    *("web/test_on_the_database.py", "feel/test_escapes.py", "bpmn/test_restore.py", "bpmn/test_soundness_drawn.py"),
)


def pytest_configure() -> None:
    """Log as the program does: the default would draw every trace with all its values, which takes seconds."""
    structlog.configure(
        processors=[structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what takes its time."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here) and item.path.relative_to(here).as_posix().startswith(THOROUGH):
            item.add_marker(pytest.mark.thorough)


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name bytes by their length: an archive made twice differs, and both halves of a run must agree on names."""
    return f"{len(val)}-bytes" if isinstance(val, bytes) else None


@dataclass
class Clock:
    """A clock that stands still until a test moves it."""

    now: datetime = field(default=NOON)

    def __call__(self) -> datetime:
        return self.now

    def shift(self, by: timedelta) -> None:
        self.now += by


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


@pytest.fixture(scope="session")
def private_folder() -> Iterator[Path]:
    """A folder that the server can reach whoever runs the tests; gone afterwards.

    It lies in ``var/test``, or in a temporary folder where the repository is closed to the server's user.
    """
    folder = Path(tempfile.mkdtemp(prefix="s", dir=_test_folder()))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def _test_folder() -> Path | None:
    below = REPOSITORY / "var" / "test"
    with suppress(OSError):
        below.mkdir(parents=True, exist_ok=True)
        if postgres.closed_parent(below / "x") is None:
            return below
    return None


@pytest.fixture(scope="session")
def server(private_folder: Path) -> Iterator[str]:
    """Start a server and return its administrator's URL."""
    running = postgres.Cluster(folder=private_folder / "pg", durable=False)
    running.prepare()
    running.start()
    yield running.url()
    running.stop()


@pytest.fixture(scope="session")
def cluster(server: str, private_folder: Path) -> Cluster:
    """A server with the roles and a migrated template to copy."""
    vault = Vault.create(private_folder / "keys")
    owner_password, app_password = secrets.token_hex(16), secrets.token_hex(16)
    database.prepare(
        server,
        owner_password=owner_password,
        app_password=app_password,
        vault=vault,
        now=NOON,
        database=TEMPLATE,
    )
    return Cluster(admin_url=server, owner_password=owner_password, app_password=app_password, vault=vault)


_numbers = count(1)


@pytest.fixture
def prepared(cluster: Cluster) -> Iterator[Prepared]:
    """A copy of the migrated template for one test."""
    name = f"shouhu_{next(_numbers)}"
    database.create_database(cluster.admin_url, name, template=TEMPLATE)
    access = cluster.access(name)
    admin = cluster.access(name).owner_url.replace(f"{database.OWNER}:{cluster.owner_password}", _admin(cluster))
    yield Prepared(admin_url=admin, owner_url=access.owner_url, app_url=access.app_url)
    database.drop_database(cluster.admin_url, name)


def _admin(cluster: Cluster) -> str:
    return cluster.admin_url.partition("://")[2].partition("@")[0]


@pytest.fixture
def database_url(prepared: Prepared) -> str:
    """How the application reaches the test's database."""
    return prepared.app_url


@pytest.fixture
def clock() -> Clock:
    """A clock that stands at noon of a Monday in Shanghai."""
    return Clock()


@pytest.fixture
def db(cluster: Cluster, database_url: str, clock: Clock) -> Iterator[Database]:
    """The test's database, opened as the application opens it."""
    opened = Database(database_url, cluster.vault, clock, pool_size=2)
    yield opened
    opened.close()

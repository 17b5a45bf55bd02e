"""``shouhu run``: the whole system on this machine, with demonstration data, as one group of processes."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import click

from engine import build as building
from engine.adapters.postgres import Cluster, PostgresError, closed_parent, is_free
from engine.cli import serve
from engine.cli.supervisor import Part, Supervisor
from engine.core.errors import ShouhuError
from engine.service import demo
from engine.service.database import APPLICATION
from engine.settings import SettingMissingError, Settings

ROOT = serve.ROOT
DATABASE = "shouhu"
#: How long the pages may take to answer for the first time.
PATIENCE = 120.0


@dataclass(frozen=True, kw_only=True)
class Secrets:
    """What is drawn once for a data folder and kept in it, mode 600."""

    owner_password: str = field(repr=False)
    app_password: str = field(repr=False)
    secret_key: str = field(repr=False)

    @classmethod
    def of(cls, data: Path) -> Secrets:
        """Read the secrets of a data folder; draw them the first time."""
        path = data / "secrets.json"
        if not path.exists():
            fresh = {name: secrets.token_urlsafe(32) for name in cls.__dataclass_fields__}
            new = data / "secrets.json.new"
            with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                json.dump(fresh, file)
                file.flush()
                os.fsync(file.fileno())
            new.rename(path)
        return cls(**json.loads(path.read_text(encoding="utf-8")))


@click.command()
@click.option("--port", default=8000, show_default=True, help="Port of the pages on 127.0.0.1.")
@click.option("--data", type=click.Path(path_type=Path), help="Where everything is kept. Default: var/")
@click.option("--empty", is_flag=True, help="No demonstration data: only the directories and an administrator.")
def run(port: int, data: Path | None, empty: bool) -> None:
    """Start PostgreSQL, pages, worker and clock; Ctrl-C stops them all. Data is kept and found again."""
    folder = data_folder(data)
    try:
        with alone(folder):
            _run(folder, port, empty=empty)
    except (ShouhuError, PostgresError, SettingMissingError, OSError) as error:
        click.echo(f"未能启动：{error}", err=True)
        sys.exit(1)


def _run(folder: Path, port: int, *, empty: bool) -> None:
    began = time.monotonic()
    require_free(port)
    kept = Secrets.of(folder)
    supervisor = Supervisor(cluster=None, parts=[], say=say)
    try:
        supervisor.listen()
        cluster = None
        url = os.environ.get("SHOUHU_DATABASE_URL")
        if url is None:
            say("正在启动数据库 PostgreSQL …")
            cluster = supervisor.cluster = Cluster(folder=folder / "postgres", log=folder / "logs" / "postgres.log")
            cluster.prepare()
            cluster.start()
            url = cluster.url(DATABASE, APPLICATION, kept.app_password)
        settings = Settings(
            database_url=url, secret_key=kept.secret_key, data=folder, port=port, demonstration=not empty
        )
        accounts = first_use(settings, cluster, kept, empty=empty)
        supervisor.parts = parts(settings)
        supervisor.start()
        say("正在启动网页、时钟和后台任务 …")
        deadline = time.monotonic() + PATIENCE
        supervisor.watch(until=lambda: answers(port) or time.monotonic() > deadline)
        if supervisor.stopping:
            return
        if not answers(port):
            say(f"网页在 {PATIENCE:.0f} 秒内没有应答，请看 {folder / 'logs' / 'web.log'}")
            sys.exit(1)
        greet(settings, accounts, time.monotonic() - began)
        supervisor.watch()
    finally:
        say("正在停止 …")
        supervisor.stop()


def first_use(settings: Settings, cluster: Cluster | None, kept: Secrets, *, empty: bool) -> list[str]:
    """Prepare the database; the first time fill it. Return the lines that tell who may sign in."""
    if cluster is not None:
        say("正在准备数据表和各地程序 …")
        serve.prepare(settings, admin_url=cluster.url(), owner_password=kept.owner_password)
    services = building.build(settings)
    try:
        if empty:
            password = services.people.add_administrator()
            return [f"管理员 admin，初始密码 {password}（只显示这一次）"] if password else []
        say("正在准备演示数据（五个地区，人物均为虚构）…")
        return demo.fill(services)
    finally:
        services.close()


def parts(settings: Settings) -> list[Part]:
    """Return the processes beside the database."""
    env = {
        **os.environ,
        "PYTHONUNBUFFERED": "1",
        "SHOUHU_DATABASE_URL": settings.database_url,
        "SHOUHU_SECRET_KEY": settings.secret_key,
        "SHOUHU_DATA": str(settings.data),
        "SHOUHU_PORT": str(settings.port),
        "SHOUHU_COOKIE_SECURE": os.environ.get("SHOUHU_COOKIE_SECURE", "0"),
        "SHOUHU_DEMONSTRATION": "1" if settings.demonstration else "0",
        serve.SUPERVISED: str(os.getpid()),
    }
    return [
        Part(
            name=label,
            command=[sys.executable, "-m", "engine.cli", command],
            env=env,
            log=settings.data / "logs" / f"{file}.log",
        )
        for label, command, file in (
            ("网页", "serve", "web"),
            ("时钟", "clock", "clock"),
            ("后台任务", "worker", "worker"),
        )
    ]


def greet(settings: Settings, accounts: list[str], seconds: float) -> None:
    """Say where the pages are and who may sign in."""
    say("")
    for line in accounts:
        say(line)
    say(f"守护已启动（{seconds:.0f} 秒）：http://127.0.0.1:{settings.port}/    按 Ctrl-C 停止")
    say(f"数据保存在 {settings.data}")


# ---------------------------------------------------------------------- folder and port


def data_folder(chosen: Path | None) -> Path:
    """Return the data folder, made if it is missing.

    Started by root below a folder that is closed to others, PostgreSQL's other user cannot reach
    ``var``; the default then lies in ``/var/lib``, and says so.
    """
    folder = (chosen or ROOT / "var").absolute()
    if chosen is None and closed_parent(folder / "postgres") is not None:
        name = sha256(os.fsencode(ROOT)).hexdigest()[:12]
        folder = Path("/var/lib/shouhu") / name
        say(f"{ROOT} 对其他用户关闭，而以 root 启动时 PostgreSQL 须用另一用户运行，数据改存于 {folder}。")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the data folder; two systems on one would harm each other.

    Raises:
        OSError: another holds it.
    """
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise OSError(
                f"数据文件夹 {folder} 正被另一个运行中的系统使用。请先停止它，或用 --data 另选文件夹。"
            ) from error
        yield


def require_free(port: int) -> None:
    """Refuse a port that somebody listens on.

    Raises:
        OSError: with the sentence.
    """
    if not is_free(port):
        raise OSError(f"端口 {port} 已被占用。请用 --port 另选一个，例如 ./run --port {port + 1}")


def answers(port: int) -> bool:
    """Whether the pages can work."""
    with (
        suppress(urllib.error.URLError, OSError),
        urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as response,
    ):
        return bool(response.status == 200)  # noqa: PLR2004
    return False


def say(line: str) -> None:
    """Say one line at once."""
    click.echo(line)
    sys.stdout.flush()

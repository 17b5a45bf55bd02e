"""``shouhu init · serve · worker · clock · doctor``: the parts for production; several nodes may run each."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from pathlib import Path
from typing import Any

import click
import structlog
from gunicorn.app.base import BaseApplication
from sqlalchemy import make_url

from engine import build as building
from engine import clock as ticking
from engine import jobs
from engine.adapters.vault import Vault
from engine.core.errors import ShouhuError
from engine.core.model import system
from engine.service import database, releases
from engine.service import demo as filling
from engine.settings import SettingMissingError, Settings

ROOT = Path(__file__).resolve().parents[2]
#: How often the clock looks for units and children whose period has not been planned.
PLANNING = timedelta(minutes=1)
#: Set by a supervisor: whoever is started by it ends with it, even when it is killed.
SUPERVISED = "SHOUHU_SUPERVISED"
_PR_SET_PDEATHSIG = 1


def a_part(part: Callable[..., None]) -> Callable[..., None]:
    """Start a part of the system: logs as lines, and a sentence instead of a trace for what can be mended."""

    @wraps(part)
    def started(*args: Any, **kwargs: Any) -> None:
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
        logging.getLogger("apscheduler").setLevel(logging.WARNING)
        structlog.configure(
            processors=[
                structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ]
        )
        follow_supervisor()
        try:
            part(*args, **kwargs)
        except (ShouhuError, SettingMissingError) as error:
            click.echo(str(error), err=True)
            sys.exit(1)

    return started


def follow_supervisor() -> None:
    """Ask the kernel to end this process when its supervisor dies (Linux; elsewhere nothing happens)."""
    supervisor = os.environ.get(SUPERVISED)
    if supervisor is None or not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != int(supervisor):
        sys.exit("The supervisor has ended.")


@click.command()
@click.option("--admin-url", envvar="SHOUHU_ADMIN_DATABASE_URL", required=True, help="May create roles and databases.")
@click.option("--owner-password", envvar="SHOUHU_OWNER_PASSWORD", required=True, help="Of the role that owns tables.")
@a_part
def init(admin_url: str, owner_password: str) -> None:
    """Prepare the database of SHOUHU_DATABASE_URL: roles, tables, keys, first releases, an administrator."""
    settings = Settings.from_env(os.environ)
    prepare(settings, admin_url=admin_url, owner_password=owner_password)
    password = building.build(settings).people.add_administrator()
    if password is not None:
        click.echo(f"管理员 admin 的初始密码：{password}（只显示这一次，首次登录须修改）")


def prepare(settings: Settings, *, admin_url: str, owner_password: str) -> None:
    """Bring a database up to this program: roles, tables, keys, and the first release of each jurisdiction.

    What is there already stays; model files that changed since become a draft.
    """
    app = make_url(settings.database_url)
    if app.database is None or app.password is None:
        raise SettingMissingError("SHOUHU_DATABASE_URL names no database or no password.")
    database.prepare(
        admin_url,
        owner_password=owner_password,
        app_password=str(app.password),
        vault=Vault.create(settings.keys),
        now=building.wall_clock(),
        database=app.database,
    )
    services = building.build(settings)
    with services.database.unit(system("admin")) as unit:
        releases.seed(unit.connection, ROOT, now=unit.now)
    services.close()


@click.command()
@a_part
def serve() -> None:
    """Serve the pages on SHOUHU_HOST and SHOUHU_PORT."""
    settings = Settings.from_env(os.environ)
    Web(settings).run()


@click.command()
@a_part
def clock() -> None:
    """Wake what is due, every few seconds; several clocks share the work."""
    settings = Settings.from_env(os.environ)
    services = checked(settings)
    cadences = services.cadences
    ticking.run(
        {
            "due": (services.casework.fire_due, settings.timer_poll),
            "cycles": (cadences.begin_due, settings.timer_poll),
            "planning": (cadences.plan, PLANNING),
        }
    )


@click.command()
@a_part
def worker() -> None:
    """Anchor the journal and sweep what was never sent."""
    settings = Settings.from_env(os.environ)
    ticking.run(jobs.tasks(checked(settings), settings))


@click.command()
@a_part
def demo() -> None:
    """Fill a prepared, empty database with invented staff and cases; they sign in where SHOUHU_DEMONSTRATION=1."""
    for line in filling.fill(checked(Settings.from_env(os.environ))):
        click.echo(line)


@click.command()
@a_part
def doctor() -> None:
    """Say whether settings, keys, database and tables fit together."""
    checked(Settings.from_env(os.environ))
    click.echo("设置、密钥、数据库和表结构都相符。")


def checked(settings: Settings) -> building.Services:
    """Build the services and refuse a database that does not fit."""
    services = building.build(settings)
    building.check(services)
    return services


class Web(BaseApplication):
    """The pages behind gunicorn: loaded once, then forked; each process opens connections of its own."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Tell gunicorn what it needs; it reads nothing from files or the command line."""
        private = self._settings.data / "run"
        private.mkdir(parents=True, exist_ok=True)
        for name, value in {
            "bind": f"{self._settings.host}:{self._settings.port}",
            "workers": self._settings.web_workers,
            "threads": self._settings.web_threads,
            "worker_class": "gthread",
            "preload_app": True,
            "timeout": 60,
            "graceful_timeout": 10,
            "keepalive": 5,
            "worker_tmp_dir": str(private),
            "control_socket_disable": True,
            "max_requests": 20000,
            "max_requests_jitter": 2000,
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Build the application."""
        from web.app import create_app

        services = checked(self._settings)
        services.close()
        return create_app(services, self._settings)

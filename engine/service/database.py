"""Prepares a database: its two roles, the database itself, its tables. Run by ``shouhu init`` and tests.

The owner makes and changes tables; the application role reads and writes rows under row-level
security and owns nothing. Neither is superuser, neither goes past row-level security.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

import psycopg
from psycopg import sql
from sqlalchemy import Connection, NullPool, create_engine, insert, make_url, select

from engine import migrations
from engine.adapters.vault import Vault, VaultError
from engine.core.errors import ShouhuError
from engine.service.unit import driver_url
from engine.store.vault import vault_key

OWNER = "shouhu_owner"
APPLICATION = "shouhu_app"


class DatabaseUnfit(ShouhuError):
    """The database cannot be used as it is; the sentence says why and what to do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Access:
    """How the owner and the application reach one database; both hold a password."""

    owner_url: str = field(repr=False)
    app_url: str = field(repr=False)


def prepare(
    admin_url: str,
    *,
    owner_password: str,
    app_password: str,
    vault: Vault,
    now: datetime,
    database: str = "shouhu",
) -> Access:
    """Make roles, database, tables and the register of keys, as far as they are missing.

    The passwords of the two roles are set anew each time.

    Args:
        admin_url: a superuser, or one who may create roles and databases, of any database there.

    Raises:
        DatabaseUnfit: a role of that name has powers it must not have.
        VaultError: the database was sealed with keys that the vault does not hold.
    """
    prepare_roles(admin_url, owner_password=owner_password, app_password=app_password)
    create_database(admin_url, database)
    access = access_to(admin_url, database, owner_password=owner_password, app_password=app_password)
    migrate(access.owner_url)
    register_keys(access.owner_url, vault, now)
    return access


def access_to(admin_url: str, database: str, *, owner_password: str, app_password: str) -> Access:
    """Return the two URLs of a database on the server of ``admin_url``."""
    base = make_url(admin_url).set(drivername="postgresql", database=database)
    owner = base.set(username=OWNER, password=owner_password)
    app = base.set(username=APPLICATION, password=app_password)
    return Access(
        owner_url=owner.render_as_string(hide_password=False),
        app_url=app.render_as_string(hide_password=False),
    )


def prepare_roles(admin_url: str, *, owner_password: str, app_password: str) -> None:
    """Make the two roles of the server, or set their passwords."""
    with administer(admin_url) as connection:
        for role, password in ((OWNER, owner_password), (APPLICATION, app_password)):
            powers = connection.execute(
                "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = %s", (role,)
            ).fetchone()
            if powers is not None and powers[0]:
                message = f"数据库角色 {role} 拥有超级用户或绕过行级安全的权限，请先收回。"
                raise DatabaseUnfit(message)
            verb = sql.SQL("CREATE" if powers is None else "ALTER")
            statement = sql.SQL("{} ROLE {} LOGIN PASSWORD {}")
            connection.execute(statement.format(verb, sql.Identifier(role), sql.Literal(password)))
        superuser = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
        if superuser is not None and not superuser[0]:
            # One who is not superuser makes a database for the owner only as a member of that role.
            connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(OWNER)))


def create_database(admin_url: str, database: str, *, template: str | None = None) -> None:
    """Make a database of the owner's, sorted by code point, or a copy; leave one that is there.

    Args:
        template: the database to copy, with nobody connected to it; absent: an empty one.
    """
    with administer(admin_url) as connection:
        there = connection.execute("SELECT FROM pg_database WHERE datname = %s", (database,)).fetchone()
        if there is not None:
            return
        name, owner = sql.Identifier(database), sql.Identifier(OWNER)
        locale = "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C' ENCODING 'UTF8'"
        statement = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} {}")
        source = sql.Identifier(template or "template0")
        connection.execute(statement.format(name, owner, source, sql.SQL("" if template else locale)))
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
        grant = sql.SQL("GRANT CONNECT ON DATABASE {} TO {}")
        connection.execute(grant.format(name, sql.Identifier(APPLICATION)))


def drop_database(admin_url: str, database: str) -> None:
    """Remove a throw-away database; whoever is connected to it is cut off."""
    with administer(admin_url) as connection:
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        connection.execute(statement.format(sql.Identifier(database)))


def migrate(owner_url: str) -> None:
    """Bring the tables to the revision that this program expects."""
    with owner_connection(owner_url) as connection:
        migrations.upgrade(connection)


def require_current(connection: Connection) -> None:
    """Refuse a database whose tables are of another revision than this program's.

    Raises:
        DatabaseUnfit: with both revisions.
    """
    here, expected = migrations.current(connection), migrations.head()
    if here != expected:
        message = f"数据库版本为 {here or '空'}，程序需要 {expected}。请先运行 shouhu init。"
        raise DatabaseUnfit(message)


def register_keys(owner_url: str, vault: Vault, now: datetime) -> None:
    """Write down which keys the database is sealed with; a new database takes the vault's.

    Raises:
        VaultError: the database has keys that the vault does not hold.
    """
    with owner_connection(owner_url) as connection, connection.begin():
        check_keys(connection, vault)
        known = set(connection.scalars(select(vault_key.c.id)))
        fresh = [key for key in vault.keys if key.id not in known]
        for key in fresh:
            row = {"id": key.id, "purpose": key.purpose, "check": key.check(), "created_at": now}
            connection.execute(insert(vault_key).values(row))


def check_keys(connection: Connection, vault: Vault) -> None:
    """Refuse a vault that does not hold every key that the database was sealed with.

    Raises:
        VaultError: names the first key that is missing or differs.
    """
    held = {key.id: key.check() for key in vault.keys}
    for row in connection.execute(select(vault_key).order_by(vault_key.c.id)):
        if row.id not in held:
            message = f"缺少本数据库的密钥 {row.id}。没有它，已加密的儿童信息打不开；请放回密钥后再启动。"
            raise VaultError(message)
        if held[row.id] != row.check:
            message = f"密钥 {row.id} 与本数据库登记的不是同一把。请放回原来的密钥后再启动。"
            raise VaultError(message)


@contextmanager
def owner_connection(owner_url: str) -> Iterator[Connection]:
    """Connect once as the owner; nothing is pooled."""
    engine = create_engine(driver_url(owner_url), poolclass=NullPool)
    with engine.connect() as connection:
        yield connection


@contextmanager
def administer(admin_url: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """Connect as the server's administrator, outside any transaction."""
    url = make_url(admin_url).set(drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
        yield connection

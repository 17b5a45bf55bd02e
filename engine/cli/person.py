"""``shouhu person``: who may sign in, and for which units; a password is printed once and never an argument."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import update_wrapper
from typing import Any, Concatenate, ParamSpec

import click

from engine import build as building
from engine.core.errors import ShouhuError
from engine.service.people import DUTIES, Listed, People
from engine.settings import SettingMissingError, Settings

Given = ParamSpec("Given")


def with_services(command: Callable[Concatenate[Any, Given], None]) -> Callable[Given, None]:
    """Hand the services to a command; what can be mended ends with its sentence and status 1.

    A test hands its own as the ``obj`` of the context.
    """

    def called(context: click.Context, /, *args: Given.args, **kwargs: Given.kwargs) -> None:
        handed = context.find_root().obj
        services: Any = None
        try:
            services = handed or building.build(Settings.from_env(os.environ))
            command(services, *args, **kwargs)
        except (ShouhuError, SettingMissingError) as error:
            click.echo(str(error), err=True)
            sys.exit(1)
        finally:
            if services is not None and not handed:
                services.close()

    return called_as(command, click.pass_context(called))


def called_as(command: Callable[..., None], wrapper: Callable[Given, None]) -> Callable[Given, None]:
    """Return the wrapper with the name, words and options of the command."""
    update_wrapper(wrapper, command)
    return wrapper


@click.group()
def person() -> None:
    """People: who may sign in, and for which units they act."""


@person.command()
@click.argument("login")
@click.argument("name")
@click.option("--unit", "units", multiple=True, help="Key of a unit for which they act; may be repeated.")
@click.option("--head", "heads", multiple=True, help="Key of a unit of which they are the head; may be repeated.")
@click.option("--duty", "duties", multiple=True, type=click.Choice(sorted(DUTIES)), help="May be repeated.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@with_services
def add(
    services: Any,
    login: str,
    name: str,
    units: tuple[str, ...],
    heads: tuple[str, ...],
    duties: tuple[str, ...],
    password_stdin: bool,
) -> None:
    """Add a person; without --password-stdin a password is made up and printed once."""
    people: People = services.people
    given = _from_stdin() if password_stdin else None
    password = given or people.new_password()
    people.add(login, name, password, units=units, heads=heads, duties=duties)
    click.echo(f"已添加 {login.lower()}（{name}）。")
    _show(given, password)


@person.command()
@click.argument("login")
@click.option("--hand-over-to", help="Login of who takes over the items in the person's hands.")
@with_services
def end(services: Any, login: str, hand_over_to: str | None) -> None:
    """End a person: they no longer sign in or act; what they did stays theirs."""
    moved = services.people.end(login, hand_over_to=hand_over_to)
    click.echo(f"已停用 {login}，其登录即刻失效。{_moved(moved, hand_over_to)}")


@person.command()
@click.argument("login")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@with_services
def password(services: Any, login: str, password_stdin: bool) -> None:
    """Give a person a new password, which they must change at the next sign-in."""
    given = _from_stdin() if password_stdin else None
    made = services.people.set_password(login, given)
    click.echo(f"已重设 {login} 的密码，其他登录即刻失效。")
    _show(given, made)


@person.group()
def unit() -> None:
    """For which units a person acts."""


@unit.command("add")
@click.argument("login")
@click.argument("unit_key")
@click.option("--head", is_flag=True, help="As the head of the unit.")
@with_services
def join(services: Any, login: str, unit_key: str, head: bool) -> None:
    """Let a person act for a unit from now on."""
    services.people.join(login, unit_key, head=head)
    click.echo(f"{login} 现在可以代表 {unit_key} 办理。")


@unit.command("end")
@click.argument("login")
@click.argument("unit_key")
@click.option("--hand-over-to", help="Login of who takes over the items of the unit in the person's hands.")
@with_services
def leave(services: Any, login: str, unit_key: str, hand_over_to: str | None) -> None:
    """End a person's membership of a unit."""
    moved = services.people.leave(login, unit_key, hand_over_to=hand_over_to)
    click.echo(f"{login} 不再代表 {unit_key} 办理。{_moved(moved, hand_over_to)}")


@person.command("list")
@click.option("--jurisdiction", help="Only people of this jurisdiction's units.")
@with_services
def everybody(services: Any, jurisdiction: str | None) -> None:
    """List people, their units (a head's marked *) and duties."""
    for one in services.people.everybody(jurisdiction):
        click.echo(_line(one))


def _moved(count: int, to: str | None) -> str:
    return f"其名下 {count} 件待办已移交 {to}。" if count else ""


def _line(one: Listed) -> str:
    parts = [one.login, one.name, " ".join(one.units) or "-", " ".join(one.duties) or "-"]
    return "\t".join([*parts, "已停用"] if one.ended_at else parts)


def _from_stdin() -> str:
    return sys.stdin.readline().rstrip("\n")


def _show(given: str | None, made: str) -> None:
    if given is None:
        click.echo(f"初始密码：{made}（只显示这一次，首次登录须修改）")


commands = [person]

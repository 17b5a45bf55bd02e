"""``shouhu calendar``: which years have a plan of holidays, and load the next one from a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from engine.cli.person import with_services
from engine.core.model import system
from engine.service.calendarviews import Loaded, Move, Preview
from engine.service.limitwords import day_words
from engine.service.telling import shown

#: Whoever runs commands on this machine; a person is named with ``--by``.
OPERATOR = system("admin")
#: No due time lies in it, so that every one is told with its year.
_NO_YEAR = datetime(1, 1, 2, tzinfo=UTC)
#: How many moves are listed; the rest is counted.
MOST_LISTED = 200


@click.group()
def calendar() -> None:
    """The plans of holidays and worked weekends, year by year."""


@calendar.command(name="list")
@with_services
def list_(services: Any) -> None:
    """List the years that have a plan."""
    found = services.calendars.years(OPERATOR)
    for one in found.years:
        changed = f"，第{one.versions}版" if one.versions > 1 else ""
        click.echo(f"{one.year}年　放假{one.off}天　调休上班{one.work}天　{one.source}（{one.loaded_by}载入{changed}）")
    until = found.published_until
    click.echo(f"已公布至{until.year}年{day_words(until)}，此后按周末推算。" if until else "还没有载入任何一年。")


@calendar.command()
@click.argument("year", type=int)
@with_services
def show(services: Any, year: int) -> None:
    """Show the days of a YEAR."""
    found = services.calendars.year(OPERATOR, year)
    click.echo(f"{year}年　{found.line.title}　{found.line.source}")
    click.echo(f"放假：{_named(found.off)}")
    click.echo(f"调休上班：{_named(found.work)}")
    for one in found.earlier:
        click.echo(f"此前版本：{one.loaded_at:%Y-%m-%d}　{one.loaded_by}　{one.source}")


@calendar.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would move.")
@click.option("--by", "login", help="Login of whoever loads it; stands in the journal of each case that moves.")
@with_services
def load(services: Any, file: Path, login: str | None, *, dry_run: bool) -> None:
    """Load the plan of a year from FILE, and count open limits again."""
    acting = services.people.acting_by_login(login) if login else OPERATOR
    content = file.read_bytes()
    if dry_run:
        _tell_preview(services.calendars.preview(acting, content, file.name))
        return
    _tell_loaded(services.calendars.load(acting, content, file.name))


def _tell_preview(found: Preview) -> None:
    state = "与现行安排相同" if found.same else "将替换现行安排" if found.replaces else "此前没有"
    click.echo(f"{found.year}年放假安排（{found.source}）：{state}")
    for words, days in (
        ("新增放假", found.added_off),
        ("取消放假", found.removed_off),
        ("新增上班", found.added_work),
        ("取消上班", found.removed_work),
    ):
        if days:
            click.echo(f"{words}：{'、'.join(map(day_words, days))}")
    _tell_moves(found.moves)
    click.echo("以上为预览，没有改动任何内容。去掉 --dry-run 即载入。")


def _tell_moves(moves: Sequence[Move]) -> None:
    for one in moves[:MOST_LISTED]:
        sure = "，转为确定" if one.was_provisional and not one.is_provisional else ""
        old, new = (shown(due, at=_NO_YEAR) if due else "无期限" for due in (one.old, one.new))
        change = f"{old} → {new}" if one.old != one.new else f"{new} 不变"
        click.echo(f"{one.case_number}　{one.name}　{one.unit_name}　{change}{sure}")
    if len(moves) > MOST_LISTED:
        click.echo(f"……另有{len(moves) - MOST_LISTED}项")
    click.echo(f"共{len(moves)}项期限受影响。")


def _tell_loaded(found: Loaded) -> None:
    before = "此前已载入，" if found.same else "已载入。"
    click.echo(
        f"{found.year}年放假安排{before}重算{found.cases}个个案：{found.moved}项期限改期，{found.made_final}项转为确定。"
    )
    if found.failed:
        click.echo(f"有{found.failed}个个案没有重算成功，已列为异常；处理后请再次载入同一文件。")


def _named(days: Iterable[tuple[date, str]]) -> str:
    words = [day_words(day) + (f"（{name}）" if name else "") for day, name in days]
    return "、".join(words) or "无"


commands = [calendar]

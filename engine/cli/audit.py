"""``shouhu audit``: prove that nobody has changed the journal, anchor it, hand it out."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from engine.cli.person import with_services


@click.group()
def audit() -> None:
    """The evidence: verify, anchor, export."""


@audit.command()
@click.argument("case", required=False)
@with_services
def verify(services: Any, case: str | None) -> None:
    """Work the chains out again, of one CASE or of all with the anchors; exit 1 where one is broken."""
    cases = entries = 0
    sound = True
    for one in services.audit.verify(case):
        cases, entries = cases + 1, entries + one.entries
        if one.broken is not None:
            sound = False
            place = f"第{one.broken.seq}条" if one.broken.seq else "个案"
            click.echo(f"{one.number}：{place}：{one.broken.reason}")
    anchors = services.audit.verify_anchors() if case is None else []
    for one in anchors:
        if one.problem is not None:
            sound = False
            click.echo(f"锚定 {one.file or '（文件缺失）'}：{one.problem}")
    click.echo(
        f"已核对{cases}个个案、{entries}条记录、{len(anchors)}次锚定：{'全部完好' if sound else '有记录被改动'}。"
    )
    if not sound:
        sys.exit(1)


@audit.command()
@with_services
def anchor(services: Any) -> None:
    """Write the heads of all chains to a file outside the database."""
    made = services.audit.anchor()
    click.echo(f"已将{made.case_count}个个案的末条校验值写入 {made.file}，请另存到本机以外。")


@audit.command()
@click.argument("case")
@with_services
def export(services: Any, case: str) -> None:
    """Print a CASE's journal as JSON that can be verified without this program."""
    click.echo(json.dumps(services.audit.export(case), ensure_ascii=False, indent=2))


commands = [audit]

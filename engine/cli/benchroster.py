"""``shouhu bench roster``: a whole roster, from the file to the review and into the files of children."""

from __future__ import annotations

import io
import json
import resource
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Any

import click
from openpyxl import Workbook

from engine.cli.scenario import ROOT, stage
from engine.core.idcards import check_sign
from engine.core.model import Acting
from engine.service.rosters import Rosters
from engine.service.rosterwork import RosterWork
from engine.service.scenario.read import read_scenario
from engine.service.scenario.world import World

#: The golden case whose world the benchmark borrows, and who brings the roster.
WORLD, UNIT = "fh_s2", "fh.civil_affairs"
HEAD = (
    *("序号", "姓名", "性别", "身份证号", "出生日期", "现住村", "家庭住址", "学校", "年级", "父母外出情况"),
    *("父亲姓名", "母亲姓名", "联系电话", "照料人姓名", "备注"),
)
FAMILY, GIVEN = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张", "小明乐禾安宁子轩雨欣思远佳怡浩然梓涵一诺晨曦文博"
VILLAGES = ("上坪村", "竹园村", "松坑村", "海角村", "云溪村")


@dataclass(kw_only=True)
class Meter:
    """Times what is done, and keeps the figures."""

    figures: list[dict[str, Any]] = field(default_factory=list)

    def time(self, name: str, act: Callable[[], Any], rows: int) -> Any:
        begun = time.perf_counter()
        result = act()
        seconds = time.perf_counter() - begun
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        figure = {"name": name, "s": round(seconds, 2), "rows": rows, "per_s": round(rows / seconds)}
        self.figures.append(figure | {"peak_rss_mb": round(peak)})
        return result


@click.command("roster")
@click.option("-n", "count", default=50_000, show_default=True, help="How many rows.")
@click.option("--json", "as_json", is_flag=True)
def roster(count: int, *, as_json: bool) -> None:
    """Time a roster of many rows: taken in, read and compared, applied, and sent again."""
    content = a_file(count)
    meter = Meter()
    with stage(durable=True) as made, made.world(read_scenario(ROOT / "scenarios" / f"{WORLD}.yaml")) as world:
        _measure(world, content, count, meter)
    for figure in meter.figures:
        shown = json.dumps(figure) if as_json else "  ".join(f"{key}={value}" for key, value in figure.items())
        click.echo(shown)


def _measure(world: World, content: bytes, count: int, meter: Meter) -> None:
    unit = world.directory().unit(UNIT)
    if unit is None:
        raise click.ClickException("没有所需的单位")
    acting = world.acting(unit)
    rosters = Rosters(world.database, world.releases, world.directories)
    worker = RosterWork(world.database, world.releases, world.directories)
    first = meter.time("receive", partial(rosters.receive, acting, UNIT, "a.xlsx", content), count)
    _map(rosters, acting, first)
    meter.time("read_and_compare", worker.run, count)
    _expect(rosters, acting, first, "new", count)
    rosters.decide(acting, first, "accept", outcome="new")
    rosters.apply(acting, first, seen=rosters.view(acting, first).version)
    meter.time("apply", worker.run, count)
    again = rosters.receive(acting, UNIT, "a.xlsx", content)
    meter.time("read_and_compare_again", worker.run, count)
    _expect(rosters, acting, again, "same", count)
    meter.time("first_page_of_review", partial(rosters.differences, acting, again, "same"), 50)


def _map(rosters: Rosters, acting: Acting, roster_id: int) -> None:
    view = rosters.view(acting, roster_id)
    mapping = {one.index: one.key for one in view.columns if one.key}
    rosters.map_columns(acting, roster_id, mapping, seen=view.version)


def _expect(rosters: Rosters, acting: Acting, roster_id: int, outcome: str, count: int) -> None:
    view = rosters.view(acting, roster_id)
    if view.many(outcome) != count:
        raise click.ClickException(f"应有 {count} 行 {outcome}，实有 {dict(view.counts)}；{view.problem}")


def a_file(count: int) -> bytes:
    """Return a workbook of so many invented children."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("花名册")
    sheet.append(list(HEAD))
    for row in _children(count):
        sheet.append(row)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def _children(count: int) -> Iterator[list[Any]]:
    for index in range(count):
        born = date(2006, 1, 1) + timedelta(days=index % 4000)
        body = f"330283{born:%Y%m%d}{index // 4000 * 7 % 1000:03d}"
        number = body + check_sign(body)
        name = FAMILY[index % 24] + GIVEN[index // 24 % 24] + GIVEN[index // 576 % 24]
        village = VILLAGES[index % 5]
        yield [
            *(index + 1, name, "男" if int(number[16]) % 2 else "女", number, born.isoformat(), village),
            *(f"{index % 30 + 1}组{index % 80 + 1}号", "中心学校", f"{index % 9 + 1}年级", "父母双方外出务工"),
            *(f"{name[0]}父", "何母", f"139{index:08d}", "祖母", "" if index % 3 else "随祖父母生活"),
        ]

"""``shouhu bench``: the figures that README quotes, measured on this machine."""

from __future__ import annotations

import json
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click
from sqlalchemy import event, text

from engine import feel
from engine.bpmn.catalog import read_procedure
from engine.bpmn.decisions import read_decisions
from engine.bpmn.soundness import check_soundness, measure
from engine.cli.benchinbox import inbox
from engine.cli.benchroster import roster
from engine.cli.scenario import ROOT, stage
from engine.core.model import Acting, system
from engine.service.scenario.read import read_scenario
from engine.service.scenario.stage import Stage
from engine.service.scenario.world import World

#: The golden case whose world the benchmark borrows.
WORLD = "fh_s2"

REPORT = {
    "reporter_type": "村居委",
    "reporter_name": "村干部",
    "reporter_phone": "0000-0000",
    "situations": ["S2"],
    "suspected": False,
    "found_at": "2018-01-15T09:00:00+08:00",
    "place": "fh.青溪镇.竹溪村",
    "reachable": "可",
    "carer_name": "叔公",
    "capacity": "不足",
    "performing": "不履行",
    "narrative": "儿童由叔公照看，父亲外出，未履行监护责任。",
}


@click.group()
def bench() -> None:
    """Measure; nothing here is a test."""


@bench.command("engine")
@click.option("-n", "count", default=200, show_default=True, help="How many completions.")
@click.option("--json", "as_json", is_flag=True)
def engine(count: int, *, as_json: bool) -> None:
    """Time a whole completion, cold, beside a bare commit of the same bytes on the same server."""
    with stage(durable=True) as made:
        shown = _engine(made, count)
    for figure in shown:
        click.echo(json.dumps(figure, ensure_ascii=False) if as_json else _words(figure))


@bench.command("feel")
@click.option("-n", "count", default=20_000, show_default=True)
@click.option("--json", "as_json", is_flag=True)
def feel_(count: int, *, as_json: bool) -> None:
    """Time a compiled condition of the kind that gateways hold, and a table of 20 rules and 4 inputs."""
    names = frozenset({"case", "situations", "reply", "remove"})
    condition = feel.compile('list contains(situations, "S7") and (remove = true or case.child_state = "危险")', names)
    given = {"situations": ["S1", "S7"], "remove": False, "case": {"child_state": "危险"}}
    table = read_decisions(_table_20x4())["measure"]
    inputs = {"times": 19, "degree": "轻微", "amount": 500, "alone": True}
    shown = [
        _figure("condition", _times(lambda: condition.evaluate(given), count)),
        _figure("decision_20x4", _times(lambda: table.evaluate(inputs), max(count // 10, 1))),
    ]
    for figure in shown:
        click.echo(json.dumps(figure, ensure_ascii=False) if as_json else _words(figure))


@bench.command("gate")
@click.option("-n", "count", default=5, show_default=True)
@click.option("--json", "as_json", is_flag=True)
def gate_(count: int, *, as_json: bool) -> None:
    """Time the search over each diagram that ships, and the command over the largest of them as a stranger's file."""
    shown = [_searched(path, count) for path in sorted((ROOT / "processes").glob("*/*.bpmn"))]
    shown.sort(key=lambda figure: -float(figure["median_ms"]))
    largest = max((ROOT / "processes").glob("*/*.bpmn"), key=lambda path: path.stat().st_size)
    with tempfile.TemporaryDirectory() as folder:
        alone = Path(shutil.copy(largest, folder))
        command = [sys.executable, "-m", "engine.cli", "model", "check", str(alone)]
        check = partial(subprocess.run, command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
        shown.append(_figure("model_check_of_the_largest_file", _times(check, count)))
    for figure in shown:
        click.echo(json.dumps(figure, ensure_ascii=False) if as_json else _words(figure))


def _searched(path: Path, count: int) -> dict[str, Any]:
    name = path.relative_to(ROOT / "processes").as_posix()
    model = read_procedure(path.read_bytes(), file=name)
    figure = _figure(f"soundness {name}", _times(lambda: check_soundness(model, heard=None), count))
    return figure | {"nodes": len(model.nodes), "states": measure(model)}


def _table_20x4() -> bytes:
    """Return a table of 20 rules over 4 inputs, of which only the last rule holds for what is measured."""
    names = ("times", "degree", "amount", "alone")
    rules = [(f"[{n}..{n + 1})", f'"程度{n % 5}", "轻微"', f"&gt; {n * 10}", "-", f'"措施{n}"') for n in range(20)]
    columns = "".join(f"<input><inputExpression><text>{name}</text></inputExpression></input>" for name in names)
    rows = "".join(
        f"<rule>{''.join(f'<inputEntry><text>{cell}</text></inputEntry>' for cell in cells)}"
        f"<outputEntry><text>{outcome}</text></outputEntry></rule>"
        for *cells, outcome in rules
    )
    data = "".join(f'<inputData id="{name}" name="{name}"><variable name="{name}"/></inputData>' for name in names)
    needs = "".join(
        f'<informationRequirement><requiredInput href="#{name}"/></informationRequirement>' for name in names
    )
    return (
        f'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="bench" namespace="urn:bench">{data}'
        f'<decision id="measure" name="measure"><variable name="measure"/>{needs}'
        f'<decisionTable hitPolicy="UNIQUE">{columns}<output name="measure"/>{rows}</decisionTable>'
        "</decision></definitions>"
    ).encode()


def _engine(made: Stage, count: int) -> list[dict[str, Any]]:
    with made.world(read_scenario(ROOT / "scenarios" / f"{WORLD}.yaml")) as world:
        world.settle_in()
        unit = world.directory().unit("fh.village_committee.竹溪村")
        if unit is None:
            raise click.ClickException("没有所需的单位")
        acting = world.acting(unit)
        waiting = [_report(world, acting, unit.key, number) for number in range(count + 10)]
        for item_id, version in waiting[:10]:
            world.casework.complete(acting, item_id, REPORT, version)
        meter = _Meter(world)
        whole = [
            _timed(partial(world.casework.complete, acting, item_id, REPORT, version))
            for item_id, version in waiting[10:]
        ]
        statements, written = meter.per_run(count)
        bare = _bare(world, count, written)
    return [
        _figure("core_transaction", whole) | {"statements": statements, "bytes": written},
        _figure("bare_commit", bare) | {"statements": 1, "bytes": written},
    ]


def _report(world: World, acting: Acting, unit_key: str, number: int) -> tuple[int, int]:
    child = {"child_name": f"儿{number}", "sex": "男", "birth_date": "2010-01-01", "residence": "fh.青溪镇.竹溪村"}
    started = world.casework.start(acting, unit_key, "P01", child=child)
    with world.database.unit(system("engine")) as unit:
        case = world.casework.look(unit, started.case_id)
        item = next(one for one in case.items.values() if one.code == "P01-T2")
        return item.id, item.version


class _Meter:
    """Counts the statements and the bytes of what is written."""

    def __init__(self, world: World) -> None:
        self.statements = 0
        self.bytes = 0
        event.listen(world.database.engine, "before_cursor_execute", self._see)

    def _see(self, _connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        self.statements += 1
        if statement.lstrip().startswith(("INSERT", "UPDATE", "WITH")):
            rows = parameters if many else [parameters]
            self.bytes += sum(
                _size(value) for row in rows for value in (row.values() if isinstance(row, dict) else row)
            )

    def per_run(self, count: int) -> tuple[float, int]:
        return round(self.statements / count, 1), self.bytes // count


def _size(value: Any) -> int:
    if isinstance(value, bytes | str):
        return len(value.encode() if isinstance(value, str) else value)
    return sum(map(_size, value)) if isinstance(value, list | tuple) else 8


def _bare(world: World, count: int, size: int) -> list[float]:
    """Commit the same number of bytes in one row, as often, with the same durability."""
    statement = text("INSERT INTO blob (sha256, content) VALUES (:digest, :payload)")
    payload = secrets.token_bytes(max(size, 1))
    times = []
    for _ in range(count):
        digest = secrets.token_hex(32)
        begun = time.perf_counter()
        with world.database.engine.begin() as connection:
            connection.execute(statement, {"digest": digest, "payload": payload})
        times.append(time.perf_counter() - begun)
    return times


def _timed(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def _times(act: Callable[[], object], count: int) -> list[float]:
    return [_timed(act) for _ in range(count)]


def _figure(name: str, times: Sequence[float]) -> dict[str, Any]:
    ordered = sorted(times)
    return {
        "name": name,
        "median_ms": round(statistics.median(ordered) * 1000, 4),
        "p95_ms": round(ordered[int(len(ordered) * 0.95) - 1] * 1000, 4),
        "per_s": round(len(ordered) / sum(ordered), 1),
        "n": len(ordered),
    }


def _words(figure: dict[str, Any]) -> str:
    return "  ".join(f"{key}={value}" for key, value in figure.items())


bench.add_command(roster)
bench.add_command(inbox)

commands = [bench]

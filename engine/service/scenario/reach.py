"""What the diagrams and tables hold that a case can reach, and what the cases that were played have reached."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, select

from engine.bpmn.adapter import Surroundings
from engine.bpmn.decisions.source import children, read, text
from engine.bpmn.release import Release, effective
from engine.core import values
from engine.core.model import system
from engine.service.modelfiles import jurisdictions, load_bundle
from engine.service.scenario.world import World
from engine.store import tables

END, RULE, TASK = "ends", "rules", "tasks"
KINDS = (END, RULE, TASK)


class Spot(NamedTuple):
    """Something that a case can reach: an end event or a user task by its element, a rule by its number."""

    kind: str
    file: str
    element: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawn:
    """How a spot is called, and in which procedure of which jurisdictions it lies."""

    name: str
    procedure: str
    jurisdictions: tuple[str, ...]


def drawn(root: Path, releases: Mapping[str, Release]) -> dict[Spot, Drawn]:
    """Return every spot of the published procedures; a file that several jurisdictions share counts once."""
    found: dict[Spot, Drawn] = {}
    for code in jurisdictions(root):
        if code in releases:
            bundle = load_bundle(root, code)
            for spot, one in _spots(bundle, code, releases[code]):
                before = found[spot].jurisdictions if spot in found else ()
                found[spot] = Drawn(name=one[1], procedure=one[0], jurisdictions=tuple(dict.fromkeys((*before, code))))
    return found


def _spots(bundle: Mapping[str, bytes], code: str, release: Release) -> Iterator[tuple[Spot, tuple[str, str]]]:
    """Yield the spots of one jurisdiction, each with its procedure and its name."""
    for key, procedure in release.procedures.items():
        file = effective(bundle, code, "processes", f"{key}.bpmn") or key
        for node in procedure.model.nodes.values():
            if node.kind == "endEvent":
                yield Spot(END, file, node.element), (key, node.name)
            if node.kind == "userTask":
                yield Spot(TASK, file, node.element), (key, f"{procedure.model.tasks[node.element].code} {node.name}")
            if node.decision:
                table = effective(bundle, code, "processes", f"{node.decision}.dmn") or node.decision
                for number, note in _rules(bundle.get(table, b"")):
                    yield Spot(RULE, table, str(number)), (key, note)


def _rules(xml: bytes) -> Iterator[tuple[int, str]]:
    """Yield the number of each rule of a table, with what is noted beside it."""
    for table in read(xml).iter("{*}decisionTable"):
        for number, rule in enumerate(children(table, "rule"), 1):
            notes = (text(one) or "" for one in children(rule, "annotationEntry"))
            yield number, "；".join(note.strip() for note in notes if note.strip())


def reached(world: World, root: Path) -> frozenset[Spot]:
    """Return what the cases of a played world have reached: by their journals, items and instances."""
    code, release = world.scenario.jurisdiction, world.release()
    bundle = load_bundle(root, code)

    def file_of(name: str) -> str:
        return effective(bundle, code, "processes", name) or name

    with world.database.unit(system("engine")) as unit:
        rules = [
            Spot(RULE, file_of(f"{decision}.dmn"), str(number))
            for decision, numbers in _taken(unit.connection)
            for number in numbers
        ]
        opened = select(tables.instance.c.procedure, tables.work_item.c.element).join(
            tables.instance, tables.instance.c.id == tables.work_item.c.instance_id
        )
        tasks = [Spot(TASK, file_of(f"{key}.bpmn"), element) for key, element in unit.connection.execute(opened)]
        ends = [Spot(END, file_of(f"{key}.bpmn"), element) for key, element in _passed(unit.connection, world, release)]
    return frozenset((*rules, *tasks, *ends))


def _taken(connection: Connection) -> Iterable[tuple[str, list[int]]]:
    """Yield each decision that a journal tells of, with the rules that decided it."""
    journal = tables.journal
    for body in connection.scalars(select(journal.c.body).where(journal.c.kind == "decision_taken")):
        told = json.loads(body)
        yield told["decision"], told["rules"]


def _passed(connection: Connection, world: World, release: Release) -> Iterator[tuple[str, str]]:
    """Yield the end events that tokens have met, by the trail that each instance keeps for its picture."""
    instance, case = tables.instance, tables.case
    wanted = select(instance.c.procedure, instance.c.state, case.c.facts).join(case, case.c.id == instance.c.case_id)
    for key, state, facts in connection.execute(wanted):
        procedure = release.procedures[key]
        around = Surroundings(
            parameters=release.parameters, case=values.from_json(json.loads(facts)), now=world.clock()
        )
        trail = procedure.look(bytes(state), around).trail
        ended = (element for element, how in trail.items() if how == "done")
        yield from ((key, one) for one in ended if procedure.model.nodes[one].kind == "endEvent")

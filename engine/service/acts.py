"""What every act on an item beside doing it has in common: its words sealed, its row, its journal entry."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from engine.core.errors import Invalid, NotFound
from engine.core.handing import Act
from engine.core.model import Acting, ActingUnit
from engine.core.routing import Unit as DirectoryUnit
from engine.service import refusals
from engine.service.directory import Directories
from engine.service.discretion import REPORTER, Discretion, Discretions
from engine.service.opening import ENGINE, loaded, opened_item
from engine.service.releases import Releases
from engine.service.running import By, OpenItem, RunningCase
from engine.service.unit import Database, Unit
from engine.store import acts as queries
from engine.store import casework as rows
from engine.store import tables
from engine.store.schema import AnyRow

#: Where the words of acts are sealed.
WORDS = "item_act.sealed"
#: A reason is some sentences, not a file.
MOST_WORDS = 1000
NO_ITEM = "没有这件待办，或者您无权查看"

#: What an act is called on pages and in sentences.
NAMES = {
    "transfer": "转办",
    "delegate": "委派",
    "return": "退回",
    "withdraw": "撤回",
    "consult": "加签",
    "cancel": "撤销加签",
    "opinion": "意见",
    "urge": "催办",
    "press": "督办",
    "answer": "督办答复",
    "correct": "更正",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class ActView:
    """One act as the page of its item shows it; what the reader may not know is left out."""

    id: int
    kind: str
    name: str
    at: datetime
    by: str
    unit_name: str
    to: str
    words: str
    of_act_id: int | None
    ended: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """An item in a case that the person may read; ``units`` are the person's that may."""

    case: RunningCase
    item: OpenItem
    units: Sequence[ActingUnit]


@dataclass(frozen=True, kw_only=True, slots=True)
class Doors:
    """How the verbs come to an item: as one of its units, or as a unit of its case."""

    database: Database
    releases: Releases
    directories: Directories
    discretions: Discretions

    @contextmanager
    def own(self, acting: Acting, item_id: int) -> Iterator[tuple[RunningCase, OpenItem]]:
        """Open an item that one of the person's units may claim; see :func:`opened_item`."""
        with opened_item(self.database, self.releases, self.directories, acting, item_id) as opened:
            yield opened

    @contextmanager
    def of_case(self, acting: Acting, item_id: int) -> Iterator[Place]:
        """Open an item of a case that the person may read, lock the case, and go on as the engine inside.

        Raises:
            NotFound: no such item, or not theirs to see. Refused: it is closed; by whom, when.
        """
        with self.database.unit(acting) as unit:
            row = self.row(unit, acting, item_id)
            readers = rows.readers_of_case(unit.connection, row.case_id)
            unit.go_on_as(ENGINE)
            units = [one for one in acting.units if one.id in readers]
            by = By(unit_id=units[0].id, role=first_role(units[0])) if units else By(unit_id=None, role=None)
            case = loaded(unit, self.releases, self.directories, row.case_id, by)
            item = case.items.get(item_id)
            if item is None:
                raise refusals.no_longer_open(case, item_id)
            yield Place(case=case, item=item, units=units)

    def row(self, unit: Unit, acting: Acting, item_id: int) -> AnyRow:
        """Return an item of whichever unit and state, for a person who may read its case and procedure.

        Raises:
            NotFound: no such item, or not theirs to see.
        """
        row = queries.item_of(unit.connection, item_id)
        if row is None or not self.discretions.of(unit, acting, row.case_id).shows(row.procedure):
            raise NotFound(NO_ITEM)
        return row


def first_role(unit: ActingUnit) -> str:
    """Return the role in which a unit does what no role is asked for."""
    return min(unit.roles, default="")


def worded(words: str, what: str = "请写明理由，将记入个案日志", field: str = "reason") -> str:
    """Return what somebody wrote, or refuse nothing and too much.

    Raises:
        Invalid: by field.
    """
    words = words.strip()
    if not words:
        raise Invalid({field: what})
    if len(words) > MOST_WORDS:
        raise Invalid({field: f"请在{MOST_WORDS}字以内，现有{len(words)}字"})
    return words


def record(
    case: RunningCase,
    item_id: int,
    kind: str,
    words: str,
    *,
    to_unit: DirectoryUnit | None = None,
    to_unit_id: int | None = None,
    to_person: int | None = None,
    of_act: int | None = None,
) -> tuple[int, str]:
    """Write one act in the name of who acts, and return its id and the digest of its sealed words."""
    sealed, key_id = case.unit.vault.seal(words.encode(), context=WORDS)
    digest = hashlib.sha256(sealed).hexdigest()
    act_id = rows.add(
        case.unit.connection,
        tables.item_act,
        case_id=case.id,
        work_item_id=item_id,
        kind=kind,
        at=case.now,
        person_id=case.unit.acting.person_id,
        unit_id=case.by.unit_id,
        role=case.by.role or "",
        to_unit_id=to_unit.id if to_unit else to_unit_id,
        to_person_id=to_person,
        of_act_id=of_act,
        sealed=sealed,
        key_id=key_id,
        digest=digest,
    )
    return act_id, digest


def of_item(unit: Unit, item_id: int) -> list[Act]:
    """Return the acts on an item, as the rules of :mod:`engine.core.handing` read them."""
    return [_act(one) for one in queries.of_item(unit.connection, item_id)]


def of_case(unit: Unit, case_id: int) -> dict[int, list[Act]]:
    """Return the acts on each item of a case."""
    found: dict[int, list[Act]] = {}
    for row in queries.of_case(unit.connection, case_id):
        found.setdefault(row.work_item_id, []).append(_act(row))
    return found


def _act(row: AnyRow) -> Act:
    return Act(
        id=row.id,
        kind=row.kind,
        person_id=row.person_id,
        unit_id=row.unit_id,
        to_unit_id=row.to_unit_id,
        to_person_id=row.to_person_id,
        of_act_id=row.of_act_id,
    )


def opened_words(unit: Unit, row: AnyRow) -> str:
    return unit.vault.open(bytes(row.sealed), row.key_id, context=WORDS).decode()


def views(unit: Unit, item_id: int, kept: Discretion) -> list[ActView]:
    """Return what was done with an item, in order, as far as the reader may know of it; corrections apart."""
    found = queries.of_item(unit.connection, item_id)
    ended = {one.of_act_id for one in found}
    return [
        ActView(
            id=row.id,
            kind=row.kind,
            name=NAMES[row.kind],
            at=row.at,
            by="" if kept.hides(row.unit_id) else row.by,
            unit_name=REPORTER if kept.hides(row.unit_id) else row.unit_name,
            to=row.to_person_name or row.to_unit_name or "",
            words=opened_words(unit, row) if kept.shows_of(row.unit_id) else "",
            of_act_id=row.of_act_id,
            ended=row.id in ended,
        )
        for row in found
        if row.kind != "correct"
    ]


def by_unit(case: RunningCase, unit: ActingUnit, role: str | None = None) -> None:
    """Let what follows be done in the name of a unit."""
    case.by = replace(case.by, unit_id=unit.id, role=role or first_role(unit))

"""The journal alone tells what the tables hold; where they differ, it is said."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from engine.core.journal import Entry, body_text
from engine.core.model import Acting, system
from engine.core.replay import DoesNotFit, fold
from engine.service.replay import differences
from engine.service.unit import Database
from engine.store import tables as t
from tests.conftest import NOON, Clock
from tests.service.mini import Town, a_town

ENGINE = system("engine")
SCHOOL, POLICE, TOWNSHIP = "xx.school.东镇", "xx.police", "xx.township.东镇"


def _told(db: Database) -> list[str]:
    """Compare every case of the database; return the differences of all."""
    with db.unit(ENGINE) as unit:
        cases = unit.connection.scalars(select(t.case.c.id)).all()
        assert cases
        return [line for case_id in cases for line in differences(unit.connection, case_id)]


@pytest.fixture
def town(db: Database) -> Town:
    return a_town(db)


def _work(town: Town, acting: Acting, code: str, **answers: object) -> None:
    item = town.item(acting, code)
    town.casework.complete(acting, item.id, answers, item.version)


def _walk(town: Town, clock: Clock) -> int:
    """Play a case through claims, releases, timers, reminders, an event and its end."""
    teacher, officer, clerk = (
        town.person("teacher", SCHOOL),
        town.person("officer", POLICE),
        town.person("clerk", TOWNSHIP),
    )
    case_id = town.casework.start(teacher, SCHOOL, "P01", child={"child_name": "小试", "residence": "xx.东镇"}).case_id
    clock.shift(timedelta(minutes=5))
    _work(town, teacher, "P01-T2", narrative="独自在家")
    for _ in range(2):
        item = town.item(officer, "P01-T3")
        town.casework.claim(officer, item.id, item.version)
        town.casework.release(officer, item.id, item.version + 1)
    clock.shift(timedelta(hours=3))
    town.casework.fire_due()
    _work(town, officer, "P01-T3", urgent=True)
    clock.shift(timedelta(days=11))
    town.casework.fire_due()
    _work(town, clerk, "P02-T1", seen=True)
    return case_id


def test_a_case_folds_into_its_tables_at_every_step(town: Town, db: Database, clock: Clock) -> None:
    _walk(town, clock)

    assert _told(db) == []


def test_a_case_of_an_event_folds_too(town: Town, db: Database, clock: Clock) -> None:
    teacher, officer = town.person("teacher", SCHOOL), town.person("officer", POLICE)
    started = town.casework.start(teacher, SCHOOL, "P01", child={"child_name": "小试", "residence": "xx.东镇"})
    _work(town, teacher, "P01-T2", narrative="独自在家")
    _work(town, officer, "P01-T3", urgent=False)

    town.casework.happened(officer, started.case_id, "parent_returned", {"by": "父亲"}, reason="已到家")

    assert _told(db) == []


@pytest.mark.parametrize(
    ("table", "changes", "words"),
    [
        ("work_item", {"state": "cancelled"}, "state"),
        ("work_item", {"due_at": NOON}, "due_at"),
        ("work_item", {"code": "P99-T1"}, "code"),
        ("instance", {"procedure": "P99"}, "instance"),
        ("case", {"number": "XX-1"}, "number"),
        ("document", {"name": "别的"}, "document"),
        ("notice", {"about": "P99-T1"}, "notice"),
    ],
)
def test_a_table_that_was_changed_without_the_journal_is_told(
    table: str, changes: dict[str, object], words: str, town: Town, db: Database, clock: Clock
) -> None:
    _walk(town, clock)
    with db.unit(ENGINE) as unit:
        done = unit.connection.execute(update(t.metadata.tables[table]).values(**changes))
        assert done.rowcount > 0

    assert words in "\n".join(_told(db))


def an_entry(seq: int, kind: str, **body: object) -> Entry:
    return Entry(
        case_id=1,
        seq=seq,
        kind=kind,
        happened_at=NOON,
        recorded_at=NOON,
        person_id=1,
        unit_id=None,
        role=None,
        on_behalf_of=None,
        body=body_text(body),
    )


OPENED = an_entry(1, "case_opened", number="XX-1", child=1)
ITEM = an_entry(2, "item_opened", item=7, code="P01-T2", role="school", unit="xx.school")


@pytest.mark.parametrize(
    "entries",
    [
        [ITEM],
        [OPENED, OPENED],
        [OPENED, ITEM, ITEM],
        [OPENED, an_entry(2, "item_claimed", item=7, person=1)],
        [OPENED, ITEM, an_entry(3, "item_released", item=7)],
        [OPENED, ITEM, *[an_entry(seq, "item_claimed", item=7, person=1) for seq in (3, 4)]],
        [OPENED, ITEM, *[an_entry(seq, "item_completed", item=7) for seq in (3, 4)]],
        [OPENED, ITEM, an_entry(3, "item_cancelled", item=7), an_entry(4, "item_moved", item=7, unit="x")],
        [OPENED, an_entry(2, "instance_ended", instance=1)],
        [OPENED, an_entry(2, "case_closed"), an_entry(3, "case_closed")],
        [OPENED, ITEM, an_entry(3, "opinion_given", item=7, act=1, of=1, digest="x")],
        [OPENED, ITEM, an_entry(3, "item_handed_over", item=7, person=2)],
        [OPENED, ITEM, *[an_entry(seq, "item_urged", item=7, act=1, digest="x") for seq in (3, 4)]],
        [OPENED, ITEM, an_entry(3, "item_corrected", item=7, act=1, digest="x")],
    ],
)
def test_an_entry_that_cannot_have_happened_is_refused(entries: list[Entry]) -> None:
    with pytest.raises(DoesNotFit) as refused:
        fold(entries)

    assert refused.value.seq == entries[-1].seq

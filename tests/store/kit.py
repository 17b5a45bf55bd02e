"""Small worlds for tests of the store: two townships, their police, and a case of one of them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import insert, select

from engine.core.model import Acting, system
from engine.service.org import write_directory
from engine.service.people import People
from engine.service.unit import Database, Unit
from engine.store import tables as t

AREAS = (
    {"key": "xx", "name": "某区", "level": "district"},
    {"key": "xx.东镇", "level": "township"},
    {"key": "xx.西镇", "level": "township"},
)
UNITS = (
    {"key": "xx.police", "name": "某区公安分局", "roles": ["police"], "area": "xx"},
    {"key": "xx.township.东镇", "name": "东镇人民政府", "roles": ["township"], "area": "xx.东镇"},
    {"key": "xx.township.西镇", "name": "西镇人民政府", "roles": ["township"], "area": "xx.西镇"},
)
PASSWORD = "四块钱一斤的大苹果呀"
ENGINE = system("engine")
TABLES_OF_CASES = (
    *("child", "case", "case_access", "instance", "work_item", "work_item_unit", "timer", "subscription"),
    *("awaiting", "incident", "document", "attachment", "receipt", "notice", "journal", "access", "submission"),
    *("draft", "limit_change", "item_act", "press", "child_index", "child_access", "child_change", "relation"),
    *("child_look", "roster_row", "occurrence", "register_entry"),
    *("paper_issue", "paper_step"),
    "follow_up",
)


@dataclass(frozen=True)
class World:
    """One case of the eastern township, a person there, and one of the western township who has no part in it."""

    east: Acting
    west: Acting
    child_id: int
    case_id: int
    instance_id: int
    item_id: int


def a_directory(db: Database) -> None:
    write_directory(db, "xx", AREAS, UNITS)


def a_person(db: Database, login: str, unit_key: str | None = None) -> Acting:
    people = People(db)
    # The same cheap hash for all: these tests are not about passwords.
    units = [unit_key] if unit_key else []
    return people.acting(
        people.add(login, login, units=units, password_hash="scrypt$1$1$1$AA==$AA==", must_change=False)
    )


def a_case(unit: Unit, number: str = "XX-2018-000001", code: str | None = None) -> tuple[int, int]:
    """Insert a child with an open case, as the engine, and return both ids."""
    sealed = unit.vault.seal({"child_name": "小东"}, context="child.sealed")
    connection = unit.connection
    child_id = connection.execute(
        insert(t.child)
        .values(
            code=code or f"C-{number}",
            jurisdiction="xx",
            sealed=sealed.sealed,
            key_id=sealed.key_id,
            created_at=unit.now,
        )
        .returning(t.child.c.id)
    ).scalar_one()
    case_id = connection.execute(
        insert(t.case)
        .values(number=number, child_id=child_id, jurisdiction="xx", opened_at=unit.now)
        .returning(t.case.c.id)
    ).scalar_one()
    unit.hold(case_id)
    return child_id, case_id


def a_release(unit: Unit) -> int:
    values = {"jurisdiction": "xx", "number": 1, "state": "draft", "digest": "0" * 64}
    made: int = unit.connection.execute(insert(t.release).values(**values).returning(t.release.c.id)).scalar_one()
    return made


def an_item(unit: Unit, case_id: int, instance_id: int, unit_id: int) -> int:
    made: int = unit.connection.execute(
        insert(t.work_item)
        .values(
            case_id=case_id,
            instance_id=instance_id,
            token=uuid4(),
            element="take_report",
            code="P01-T2",
            name="报告",
            procedure="P01",
            role="township",
            unit_id=unit_id,
            jurisdiction="xx",
            opened_at=unit.now,
        )
        .returning(t.work_item.c.id)
    ).scalar_one()
    unit.connection.execute(insert(t.work_item_unit).values(work_item_id=made, unit_id=unit_id, role="township"))
    return made


def a_world(db: Database) -> World:
    """Make a world in which every table with case data has a row of the one case."""
    a_directory(db)
    east, west = a_person(db, "east", "xx.township.东镇"), a_person(db, "west", "xx.township.西镇")
    home = east.units[0].id
    with db.unit(ENGINE) as unit:
        child_id, case_id = a_case(unit)
        values = {"case_id": case_id, "procedure": "P01", "release_id": a_release(unit), "codec": "1"}
        instance_id = unit.connection.execute(
            insert(t.instance).values(**values, state=b"x", started_at=unit.now).returning(t.instance.c.id)
        ).scalar_one()
        item_id = an_item(unit, case_id, instance_id, home)
        place = {"case_id": case_id, "instance_id": instance_id}
        sealed = {"sealed": b"x", "key_id": "k", "at": unit.now}
        digest = {"digest": "0" * 64}
        rows = {
            t.case_access: {"case_id": case_id, "unit_id": home, "since": unit.now, "why": "item"},
            t.timer: {**place, "token": uuid4(), "kind": "bpmn", "name": "t_report", "due_at": unit.now},
            t.subscription: {**place, "message": "guardian_resumed"},
            t.awaiting: {"case_id": case_id, "message": "school_told", "at": unit.now},
            t.incident: {**place, "kind": "failed", "sentence": "没有单位", "at": unit.now},
            t.document: {**place, "name": "责令书", "at": unit.now},
            t.receipt: {"case_id": case_id, "at": unit.now} | digest,
            t.register_entry: {
                "child_id": child_id,
                "case_id": case_id,
                "state": "listed",
                "in_scope": True,
                "why": "符合范围",
                "since": unit.now.date(),
                "decided_at": unit.now,
            },
            t.occurrence: {
                "jurisdiction": "xx",
                "cadence": "visit",
                "period": "2018-03",
                "child_id": child_id,
                "instance_id": instance_id,
                "due_at": unit.now,
            },
            t.press: {"case_id": case_id, "at": unit.now} | digest,
            t.notice: {
                "case_id": case_id,
                "unit_id": home,
                "about": "P02-T10",
                "kind": "told",
                "sentence": "通报",
                "at": unit.now,
            },
            t.access: {"case_id": case_id, "person_id": east.person_id, "at": unit.now, "what": "child"},
            t.submission: {**place, "code": "P01-T2", **sealed, **digest},
            t.draft: {"work_item_id": item_id, "person_id": east.person_id, **sealed},
            t.follow_up: {
                "work_item_id": item_id,
                "person_id": east.person_id,
                "on_day": unit.now.date(),
                **sealed,
            },
            t.limit_change: {
                "case_id": case_id,
                "work_item_id": item_id,
                "kind": "suspend",
                "source": "XX-1",
                "person_id": east.person_id,
                "unit_id": home,
                "role": "township",
                **sealed,
                **digest,
            },
            t.child_index: {"kind": "name", "digest": bytes(32), "child_id": child_id},
            t.child_access: {"child_id": child_id, "unit_id": home, "since": unit.now, "why": "register"},
            t.child_change: {"child_id": child_id, "kind": "opened", **sealed, **digest},
            t.relation: {"child_id": child_id, "kind": "father", **sealed},
            t.child_look: {"child_id": child_id, "person_id": east.person_id, "kind": "read", "at": unit.now},
            t.roster: {
                "jurisdiction": "xx",
                "unit_id": home,
                "person_id": east.person_id,
                "at": unit.now,
                "changed_at": unit.now,
                "name_sealed": b"x",
                "key_id": "k",
                "kind": "csv",
                "state": "ready",
                **digest,
            },
            t.item_act: {
                "case_id": case_id,
                "work_item_id": item_id,
                "kind": "urge",
                "person_id": east.person_id,
                "unit_id": home,
                "role": "township",
                **sealed,
                **digest,
            },
            t.attachment: {
                "case_id": case_id,
                "field": "files",
                "name_sealed": b"x",
                "media_type": "image/png",
                "size": 1,
                "sha256": "0" * 64,
                "key_id": "k",
                "content": b"x",
                "at": unit.now,
            },
        }
        for table, row in rows.items():
            unit.connection.execute(insert(table).values(**row))
        roster_id = unit.connection.scalar(select(t.roster.c.id))
        line = {"roster_id": roster_id, "seq": 1, "sheet": 0, "line": 2, "digest": b"x", "outcome": "new"}
        unit.connection.execute(insert(t.roster_row).values(**line, child_id=child_id, sealed=b"x", key_id="k"))
        paper = {"case_id": case_id, "document_id": unit.connection.scalar(select(t.document.c.id))}
        by_east = {**paper, "person_id": east.person_id, "unit_id": home, **sealed, **digest}
        unit.connection.execute(insert(t.paper_issue).values(**by_east, version=1))
        unit.connection.execute(insert(t.paper_step).values(**by_east, kind="issue"))
        unit.journal(case_id, "case_opened", {"number": "XX-2018-000001"})
    return World(east=east, west=west, child_id=child_id, case_id=case_id, instance_id=instance_id, item_id=item_id)

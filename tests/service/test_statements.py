"""How much a verb asks of the database: what is sent, counted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from engine.core.model import Acting
from engine.service.inboxrows import InboxRow
from engine.service.unit import Database
from tests.service.mini import Town, a_town

SCHOOL, POLICE = "xx.school.东镇", "xx.police"

#: What a completion may issue: it steps, opens an item, makes a document and tells whom it concerns.
MOST = 14


@contextmanager
def statements(db: Database) -> Iterator[list[str]]:
    """Give the statements that are sent inside."""
    sent: list[str] = []

    def see(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", see)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", see)


def reported(town: Town, teacher: Acting, officer: Acting) -> InboxRow:
    """Let a teacher report a child, and return the officer's task of accepting the report."""
    town.casework.start(teacher, SCHOOL, "P01", child={"residence": "xx.东镇"})
    item = town.item(teacher, "P01-T2")
    town.casework.complete(teacher, item.id, {"narrative": "独自在家"}, item.version)
    row: InboxRow = town.item(officer, "P01-T3")
    return row


def test_a_completion_is_few_statements(db: Database) -> None:
    town = a_town(db)
    teacher, officer = town.person("teacher", SCHOOL), town.person("officer", POLICE)
    reported(town, teacher, officer)
    town.casework.start(teacher, SCHOOL, "P01", child={"residence": "xx.东镇"})
    item = town.item(teacher, "P01-T2")

    with statements(db) as sent:
        town.casework.complete(teacher, item.id, {"narrative": "独自在家"}, item.version)

    assert len(sent) <= MOST, "\n".join(sent)


def test_telling_more_units_costs_no_further_statement(db: Database) -> None:
    town = a_town(db)
    teacher, officer = town.person("teacher", SCHOOL), town.person("officer", POLICE)
    counted = []
    for urgent in (False, False, True):
        item = reported(town, teacher, officer)
        with statements(db) as sent:
            town.casework.complete(officer, item.id, {"urgent": urgent}, item.version)
        counted.append(len(sent))

    assert counted[1] == counted[2], counted


def test_claiming_writes_the_item_and_its_entry_only(db: Database) -> None:
    town = a_town(db)
    teacher, officer = town.person("teacher", SCHOOL), town.person("officer", POLICE)
    item = reported(town, teacher, officer)

    with statements(db) as sent:
        town.casework.claim(officer, item.id, item.version)

    written = [one.split()[:2] for one in sent if not one.startswith("SELECT")]
    assert written == [["WITH", "moved"], ["UPDATE", '"work_item"']]

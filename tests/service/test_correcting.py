"""更正: old and new stand beside each other, nothing is edited, and nothing that was decided is undone."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from engine.core.errors import Invalid, NotFound, Refused
from engine.core.model import system
from engine.service.directory import Directories
from engine.service.submissions import Submissions, Submitted
from engine.service.unit import Database
from engine.store import tables
from tests.conftest import Clock
from tests.service.office import Office, an_office

WHY = "登记时看错"


@pytest.fixture
def office(db: Database, clock: Clock) -> Office:
    return an_office(db, clock)


def accepted(office: Office, *, urgent: bool = False) -> int:
    """Let the officer accept a report; return the completed item."""
    item = office.claimed()
    office.town.casework.complete(office.officer, item.id, {"urgent": urgent}, item.version)
    return item.id


def facts(office: Office) -> dict[str, object]:
    with office.db.unit(system("engine")) as unit:
        found: dict[str, object] = json.loads(unit.connection.scalars(select(tables.case.c.facts)).one())
        return found


def submitted(office: Office, item_id: int) -> Submitted:
    case_id = office.town.inbox.item(office.officer, item_id).case_id
    _, found = Submissions(office.db, office.town.releases, Directories()).of_case(office.officer, case_id)
    return next(one for one in found if one.item_id == item_id)


def test_a_correction_keeps_the_old_beside_the_new_with_its_reason(office: Office) -> None:
    item_id = accepted(office)
    assert "correct" in office.town.inbox.item(office.officer, item_id).verbs

    titles = office.correcting.correct(office.officer, item_id, {"urgent": True}, reason=WHY, seen=0)

    assert titles == ["紧迫"]
    told = submitted(office, item_id)
    assert told.answers == [("紧迫", "否")]
    assert [(one.changes, one.reason) for one in told.corrections] == [([("紧迫", "否", "是")], WHY)]
    case_id = office.town.inbox.item(office.officer, item_id).case_id
    assert office.differences(case_id) == []


def test_facts_learn_what_is_right_by_an_entry_and_nothing_is_rewound(office: Office) -> None:
    item_id = accepted(office)
    before = office.town.codes(office.clerk)

    office.correcting.correct(office.officer, item_id, {"urgent": True}, reason=WHY, seen=0)

    assert facts(office)["urgent"] is True
    case_id = office.town.inbox.item(office.officer, item_id).case_id
    assert [one for one in office.journal(case_id) if one.endswith("_corrected")] == [
        "item_corrected",
        "facts_corrected",
    ]
    assert office.town.codes(office.clerk) == before
    assert "corrected" in office.told(office.clerk), "who goes on with the case is told"


def test_a_second_correction_starts_from_the_first(office: Office) -> None:
    item_id = accepted(office)
    office.correcting.correct(office.officer, item_id, {"urgent": True}, reason=WHY, seen=0)

    assert office.correcting.asked(office.officer, item_id).values == {"urgent": True}
    with pytest.raises(Refused, match="已有更正"):
        office.correcting.correct(office.officer, item_id, {"urgent": False}, reason=WHY, seen=0)
    office.correcting.correct(office.officer, item_id, {"urgent": False}, reason="又核实", seen=1)
    assert [one.changes[0][1:] for one in submitted(office, item_id).corrections] == [("否", "是"), ("是", "否")]
    assert facts(office)["urgent"] is False


def test_the_head_corrects_and_nobody_else(office: Office) -> None:
    item_id = accepted(office)

    with pytest.raises(Refused, match="填写人或者其单位负责人"):
        office.correcting.correct(office.colleague, item_id, {"urgent": True}, reason=WHY, seen=0)
    for other in (office.west, office.clerk, office.lead):
        with pytest.raises(NotFound):
            office.correcting.correct(other, item_id, {"urgent": True}, reason=WHY, seen=0)
    office.correcting.correct(office.chief, item_id, {"urgent": True}, reason=WHY, seen=0)


def test_nothing_is_corrected_without_a_change_a_reason_or_a_fitting_answer(office: Office) -> None:
    item_id = accepted(office)

    for answers, reason, said in (
        ({"urgent": False}, WHY, "没有改动"),
        ({"urgent": True}, " ", "更正的理由"),
        ({}, WHY, "紧迫"),
        ({"urgent": "也许"}, WHY, "紧迫"),
    ):
        with pytest.raises(Invalid, match=said):
            office.correcting.correct(office.officer, item_id, answers, reason=reason, seen=0)
    assert submitted(office, item_id).corrections == []


def test_an_item_that_is_not_done_has_nothing_to_correct(office: Office) -> None:
    item = office.claimed()

    with pytest.raises(NotFound):
        office.correcting.asked(office.officer, item.id)


def test_what_a_report_said_is_corrected_in_the_report_and_not_in_the_child_s_file(office: Office) -> None:
    office.report()
    [report] = [one for one in office.town.inbox.items(office.teacher, view="done") if one.code == "P01-T2"]

    office.correcting.correct(
        office.teacher, report.id, {"narrative": "独自在家三天", "child_name": "小式"}, reason=WHY, seen=0
    )

    with office.db.unit(system("engine")) as unit:
        child = unit.connection.execute(select(tables.child)).one()
        known = json.loads(unit.vault.open(bytes(child.sealed), child.key_id, context="child.sealed"))
    assert known["child_name"] == "小试"

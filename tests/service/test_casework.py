"""The verbs of casework, tried on a small jurisdiction through the doors that pages use."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest

from engine.core.errors import Invalid, NotFound, Refused
from engine.core.model import Acting, system
from engine.service.scenario.observe import cases_of
from engine.service.unit import Database
from engine.store import casework as rows
from tests.conftest import Clock
from tests.service.mini import JURISDICTION, Town, a_town

SCHOOL, POLICE, TOWNSHIP = "xx.school.东镇", "xx.police", "xx.township.东镇"
CHILD = {"child_name": "小试", "residence": "xx.东镇"}


@pytest.fixture
def town(db: Database) -> Town:
    return a_town(db)


def reported(town: Town, teacher: Acting, **answers: Any) -> int:
    """Let a teacher report a child; return the id of the case."""
    started = town.casework.start(teacher, SCHOOL, "P01", child=CHILD)
    item = town.item(teacher, "P01-T2")
    town.casework.complete(teacher, item.id, {"narrative": "独自在家", **answers}, item.version)
    return started.case_id


def accepted(town: Town, officer: Acting, *, urgent: bool = False) -> None:
    item = town.item(officer, "P01-T3")
    town.casework.complete(officer, item.id, {"urgent": urgent}, item.version)


def test_a_report_lands_in_the_inbox_of_the_police_with_its_limit(town: Town, clock: Clock) -> None:
    teacher, officer = town.person("teacher", SCHOOL), town.person("officer", POLICE)

    reported(town, teacher)

    assert town.codes(officer) == ["P01-T3"]
    assert town.item(officer, "P01-T3").due_at == clock() + timedelta(hours=1)
    assert town.codes(teacher) == []


def test_the_nearest_unit_that_holds_the_role_gets_the_task(town: Town) -> None:
    """A report from 西镇 goes to its own police, although those of the district hold the role too."""
    west, district = town.person("west", "xx.police.西镇"), town.person("district", POLICE)
    with_it = town.casework.start(west, "xx.police.西镇", "P01", child={"residence": "xx.西镇"})

    assert with_it.items
    assert town.codes(district) == []


def test_an_accepted_report_starts_the_next_procedure_in_the_same_case(town: Town) -> None:
    teacher, officer, clerk = (
        town.person("teacher", SCHOOL),
        town.person("officer", POLICE),
        town.person("clerk", TOWNSHIP),
    )
    case_id = reported(town, teacher)

    accepted(town, officer)

    assert town.codes(clerk) == ["P02-T1"]
    assert town.item(clerk, "P02-T1").case_id == case_id


def test_an_item_claimed_by_a_colleague_is_refused_by_name(town: Town) -> None:
    teacher, amy, bo = town.person("teacher", SCHOOL), town.person("amy", POLICE), town.person("bo", POLICE)
    reported(town, teacher)
    item = town.item(amy, "P01-T3")
    town.casework.claim(amy, item.id, item.version)

    with pytest.raises(Refused, match="amy某"):
        town.casework.complete(bo, item.id, {"urgent": True}, item.version + 1)


def test_a_page_that_is_out_of_date_is_refused_and_nothing_changes(town: Town) -> None:
    teacher, amy, bo = town.person("teacher", SCHOOL), town.person("amy", POLICE), town.person("bo", POLICE)
    reported(town, teacher)
    item = town.item(amy, "P01-T3")
    town.casework.claim(amy, item.id, item.version)
    town.casework.release(amy, item.id, item.version + 1)

    with pytest.raises(Refused, match="有了变化"):
        town.casework.complete(bo, item.id, {"urgent": True}, item.version)
    assert town.codes(bo) == ["P01-T3"]


def test_a_second_submit_is_told_who_was_faster_and_when(town: Town) -> None:
    teacher, officer = town.person("teacher", SCHOOL), town.person("officer", POLICE)
    reported(town, teacher)
    item = town.item(officer, "P01-T3")
    accepted(town, officer)

    with pytest.raises(Refused, match=r"试验区公安分局officer某办结"):
        town.casework.complete(officer, item.id, {"urgent": False}, item.version)


def test_an_item_of_another_unit_looks_like_none_at_all(town: Town) -> None:
    teacher, officer = town.person("teacher", SCHOOL), town.person("officer", POLICE)
    reported(town, teacher)
    item = town.item(officer, "P01-T3")

    with pytest.raises(NotFound) as theirs:
        town.casework.complete(teacher, item.id, {"urgent": True}, item.version)
    with pytest.raises(NotFound) as nobodys:
        town.casework.complete(teacher, 999_999, {"urgent": True}, 1)

    assert theirs.value.sentence == nobodys.value.sentence


def test_a_form_that_lacks_an_answer_changes_nothing(town: Town) -> None:
    teacher = town.person("teacher", SCHOOL)
    town.casework.start(teacher, SCHOOL, "P01", child=CHILD)
    item = town.item(teacher, "P01-T2")

    with pytest.raises(Invalid, match="经过"):
        town.casework.complete(teacher, item.id, {}, item.version)
    assert town.item(teacher, "P01-T2").version == item.version


def test_a_procedure_is_not_started_by_a_unit_that_is_no_starter(town: Town) -> None:
    clerk = town.person("clerk", TOWNSHIP)

    with pytest.raises(Refused, match="不由您的单位启动"):
        town.casework.start(clerk, TOWNSHIP, "P01", child=CHILD)


def test_a_procedure_that_only_a_message_starts_is_not_started_by_hand(town: Town) -> None:
    officer = town.person("officer", POLICE)

    with pytest.raises(Refused, match="不能手工启动"):
        town.casework.start(officer, POLICE, "P02", child=CHILD)


def test_the_ladder_reminds_at_80_percent_and_tells_those_above_at_200(town: Town, clock: Clock) -> None:
    teacher, officer = town.person("teacher", SCHOOL), town.person("officer", POLICE)
    lead = town.person("lead", "xx.civil_affairs")
    reported(town, teacher)

    kinds = []
    for minutes in (47, 1, 12, 60):
        clock.shift(timedelta(minutes=minutes))
        town.casework.fire_due()
        kinds.append([one.kind for one in town.inbox.notices(officer)])
    above = [one.kind for one in town.inbox.notices(lead)]

    assert kinds == [[], ["reminder"], ["overdue", "reminder"], ["overdue", "reminder"]]
    assert above == ["escalated"]


def test_those_whom_a_task_names_are_told_when_it_is_done_and_only_then(town: Town) -> None:
    teacher, officer = town.person("teacher", SCHOOL), town.person("officer", POLICE)
    lead = town.person("lead", "xx.civil_affairs")
    reported(town, teacher)
    assert town.inbox.notices(lead) == []

    accepted(town, officer, urgent=True)

    assert [one.about for one in town.inbox.notices(lead)] == ["P01-T3"]


def test_an_event_that_nobody_waits_for_is_refused(town: Town) -> None:
    teacher, officer = town.person("teacher", SCHOOL), town.person("officer", POLICE)
    case_id = reported(town, teacher)

    with pytest.raises(Refused, match="没有任何环节在等"):
        town.casework.happened(officer, case_id, "parent_returned", {"by": "母亲"}, reason="电话")


def test_an_event_moves_the_procedure_that_waits_for_it(town: Town) -> None:
    teacher, officer = town.person("teacher", SCHOOL), town.person("officer", POLICE)
    clerk = town.person("clerk", TOWNSHIP)
    case_id = reported(town, teacher)
    accepted(town, officer)

    town.casework.happened(officer, case_id, "parent_returned", {"by": "母亲"}, reason="电话")

    assert town.codes(clerk) == []


def test_an_event_that_is_not_theirs_to_say_is_refused(town: Town) -> None:
    teacher, officer = town.person("teacher", SCHOOL), town.person("officer", POLICE)
    case_id = reported(town, teacher)
    accepted(town, officer)

    with pytest.raises(Refused, match="不由您的单位登记"):
        town.casework.happened(teacher, case_id, "parent_returned", {"by": "母亲"}, reason="见到")


def test_a_role_without_a_unit_becomes_an_incident_and_the_lead_agency_stands_in(db: Database) -> None:
    changed = JURISDICTION.replace("court_asked: {value: false", "court_asked: {value: true")
    town = a_town(db, jurisdiction=changed)
    teacher, officer = town.person("teacher", SCHOOL), town.person("officer", POLICE)
    lead = town.person("lead", "xx.civil_affairs")
    case_id = reported(town, teacher)

    accepted(town, officer)

    assert "P02-T2" in town.codes(lead)
    with db.unit(system("engine")) as unit:
        kinds = [one.kind for one in rows.incidents_of(unit.connection, case_id)]
    assert kinds == ["no_unit"]


def test_one_broken_case_stops_no_other(town: Town, clock: Clock, prepared: Any) -> None:
    import psycopg

    teacher, officer = town.person("teacher", SCHOOL), town.person("officer", POLICE)
    broken, whole = reported(town, teacher), None
    accepted(town, officer)
    started = town.casework.start(teacher, SCHOOL, "P01", child={"child_name": "另一", "residence": "xx.东镇"})
    whole = started.case_id
    item = town.item(teacher, "P01-T2")
    town.casework.complete(teacher, item.id, {"narrative": "另一件"}, item.version)
    with psycopg.connect(prepared.admin_url.replace("+psycopg", "")) as connection:
        connection.execute("UPDATE instance SET state = 'x' WHERE case_id = %s AND procedure = 'P02'", (broken,))

    clock.shift(timedelta(days=3))
    town.casework.fire_due()

    with db_of(town).unit(system("engine")) as unit:
        assert [one.kind for one in rows.incidents_of(unit.connection, broken)] == ["failed"]
        assert "overdue" in [one.kind for one in rows.notices_of(unit.connection, whole)]


def test_a_child_with_an_open_case_gets_no_second_one(town: Town) -> None:
    teacher, officer = town.person("teacher", SCHOOL), town.person("officer", POLICE)
    first = reported(town, teacher)
    with db_of(town).unit(system("engine")) as unit:
        child_id = rows.lock_case(unit.connection, first).child_id  # type: ignore[union-attr]

    second = town.casework.start(officer, POLICE, "P01", child=child_id)

    assert second.case_id == first
    with db_of(town).unit(system("engine")) as unit:
        assert len(cases_of(unit.connection, child_id)) == 1


def db_of(town: Town) -> Database:
    return town.database


def test_a_report_is_there_whole_or_not_at_all(town: Town) -> None:
    teacher, officer = town.person("teacher", SCHOOL), town.person("officer", POLICE)

    with pytest.raises(Invalid, match="经过"):
        town.reports.report(teacher, SCHOOL, "P01", "P01-T2", answers={}, child=CHILD, known={})
    assert town.codes(teacher) == []

    town.reports.report(teacher, SCHOOL, "P01", "P01-T2", answers={"narrative": "独自在家"}, child=CHILD, known={})
    assert town.codes(officer) == ["P01-T3"]


@pytest.mark.parametrize("press", ["", "once"])
def test_two_presses_at_the_same_instant_make_one_report(town: Town, press: str) -> None:
    """Without the token of the form they are two reports, as they must be: somebody may report twice."""
    teacher = town.person("teacher", SCHOOL)
    both = Barrier(2)

    def hand_in(_: int) -> int:
        both.wait()
        answers = {"narrative": "独自在家"}
        reported = town.reports.report(
            teacher, SCHOOL, "P01", "P01-T2", answers=answers, child=CHILD, known={}, press=press
        )
        return reported.case_id

    with ThreadPoolExecutor(2) as pool:
        led_to = set(pool.map(hand_in, range(2)))

    officer = town.person("officer", POLICE)
    assert len(led_to) == len(town.codes(officer)) == (1 if press else 2)


def test_a_press_that_was_refused_may_be_pressed_again(town: Town) -> None:
    teacher = town.person("teacher", SCHOOL)
    given: dict[str, Any] = {"child": CHILD, "known": {}, "press": "once"}

    with pytest.raises(Invalid):
        town.reports.report(teacher, SCHOOL, "P01", "P01-T2", answers={}, **given)

    town.reports.report(teacher, SCHOOL, "P01", "P01-T2", answers={"narrative": "独自在家"}, **given)
    assert town.codes(town.person("officer", POLICE)) == ["P01-T3"]


def test_a_citizen_who_presses_twice_makes_one_report_and_keeps_one_code(town: Town) -> None:
    answers = {"narrative": "独自在家", "place": "xx.东镇"}
    codes = {town.reports.report_public("xx", "P01", answers, {}, press="once") for _ in range(2)}

    assert len(codes) == 1
    assert town.codes(town.person("officer", POLICE)) == ["P01-T3"]


def test_a_child_of_another_jurisdiction_looks_like_none_at_all(town: Town) -> None:
    teacher = town.person("teacher", SCHOOL)

    with pytest.raises(NotFound):
        town.casework.start(teacher, SCHOOL, "P01", child=999_999)

"""Cycles begin by the clock: once a period for each unit and child, whatever restarts and however many clocks run."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine.core.errors import Invalid, Refused
from engine.core.model import Acting, system
from engine.service.cases import Cases
from engine.service.directory import Directories
from engine.service.unit import Database
from engine.store import tables
from tests.bpmn.builder import diagram, end, flow, message, start, throw, user
from tests.conftest import Clock
from tests.service.mini import JURISDICTION, Town, a_town, field

EAST, WEST, SCHOOL = "xx.township.东镇", "xx.township.西镇", "xx.school.东镇"
#: 00:05 of Monday, 2 April 2018; the 5th to the 7th are free, the quarter's first working day is the 2nd.
QUARTER = datetime(2018, 4, 1, 16, 5, tzinfo=UTC)

#: The census of a township; what it finds of a child knocks in the child's case.
P09 = diagram(
    start("enter", starters="township"),
    user("file", code="P09-T2", role="township", register="listed"),
    end("filed"),
    start("census", message("census_due")),
    user("check", code="P09-T3", role="@starter", limit="P09-T3: period_end", about="child"),
    throw("found", "visit_needed"),
    end("checked"),
    flow("enter", "file", "filed"),
    flow("census", "check", "found", "checked"),
    messages=["census_due", "visit_needed"],
    key="P09",
)
#: A visit to each child of the register, monthly.
P10 = diagram(
    start("by_hand", starters="township"),
    start("due", message("visit_due")),
    user("visit", code="P10-T2", role="township", limit="P10-T2: period_end"),
    end("seen"),
    flow("by_hand", "visit", "seen"),
    flow("due", "visit"),
    messages=["visit_due"],
    key="P10",
)
CADENCES = """
cadences:
- {key: census, message: census_due, each: township, every: P3M}
- {key: visit, message: visit_due, each: child, every: P1M, when: 'case.state_of_care != "好"'}
"""
TOWNSHIPS = """
- {key: xx.township.西镇, name: 西镇人民政府, roles: [township], area: xx.西镇}
absent"""


def form(title: str, properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    shape = {"title": title, "type": "object", "additionalProperties": False, "required": []}
    return {**shape, "properties": properties, **more}


CHILD = {"title": "儿童编号", "type": "string", "x-ui": {"kind": "ref"}}
FORMS_OF_CYCLES = {
    "P09-T2": form(
        "采集", {"state_of_care": field("照料", "text", **{"x-decides": True})}, **{"x-blocks": ["B-CHILD"]}
    ),
    "P09-T3": form("核对", {"child": CHILD}),
    "P10-T2": form("走访", {"seen": field("见到", "bool", **{"x-decides": True})}),
}


@pytest.fixture
def town(db: Database, clock: Clock) -> Town:
    clock.now = QUARTER
    town_of = JURISDICTION.replace("[P01, P02]", "[P01, P02, P09, P10]").replace("\nabsent", TOWNSHIPS) + CADENCES
    forms = {f"forms/base/{code}.json": json.dumps(schema) for code, schema in FORMS_OF_CYCLES.items()}
    return a_town(db, jurisdiction=town_of, P09=P09, P10=P10, **forms)


def at(day: str, time: str = "18:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{time}:00+08:00")


def begun(town: Town, cadence: str = "census") -> list[Any]:
    """What has begun of a cadence: period, unit or child, instance, and when."""
    o = tables.occurrence
    with town.database.unit(system("clock")) as unit:
        wanted = select(o).where(o.c.cadence == cadence, o.c.begun_at.is_not(None)).order_by(o.c.id)
        return list(unit.connection.execute(wanted))


def listed(town: Town, clerk: Acting, key: str = EAST, **child: Any) -> str:
    """Let a clerk enter a child in the register; return its code."""
    known = {"child_name": "小试", "birth_date": "2010-01-01", "residence": key.replace("township.", "")} | child
    started = town.casework.start(clerk, key, "P09", child=known)
    item = next(row for row in town.inbox.items(clerk, view="working") if row.id in started.items)
    town.casework.complete(clerk, item.id, {}, item.version)
    return item.child_code


def test_a_cycle_begins_within_the_working_hours_of_the_periods_first_working_day(town: Town, clock: Clock) -> None:
    town.cadences.run()
    assert begun(town) == []

    for minutes in range(0, 19 * 60, 5):
        clock.now = QUARTER + timedelta(minutes=minutes)
        town.cadences.run()

    moments = [one.begun_at for one in begun(town)]
    assert len(moments) == 2
    assert all(at("2018-04-02", "08:30") <= one <= at("2018-04-02", "17:35") for one in moments)
    assert abs(moments[0] - moments[1]) > timedelta(minutes=5)


def test_a_cycle_is_the_work_of_its_unit_in_the_case_of_its_area(town: Town, clock: Clock) -> None:
    clerk, other = town.person("clerk", EAST), town.person("other", WEST)
    clock.now = at("2018-04-02")

    town.cadences.run()

    row = town.item(clerk, "P09-T3")
    assert (row.child_code, row.child_line, row.flags) == ("东镇", "地区工作", ())
    assert row.due_at == at("2018-07-01", "00:00")
    assert town.inbox.item(clerk, row.id).child_id is None
    assert town.item(other, "P09-T3").case_id != row.case_id


def test_the_page_of_an_areas_case_names_the_area_and_its_story(town: Town) -> None:
    clerk = town.person("clerk", EAST)
    started = town.casework.start_cycle(clerk, EAST, "P09")
    cases = Cases(town.database, town.releases, Directories())

    view = cases.case(clerk, started.case_id)

    assert (view.child.id, view.child.code, view.child.name) == (None, "东镇", "")
    assert any("2018年第二季度" in one.words for one in view.timeline)
    assert [one.child_code for one in cases.search(clerk, "东镇")] == ["东镇"]


def test_a_cycle_begins_once_a_period_whatever_restarts(town: Town, clock: Clock) -> None:
    clerk = town.person("clerk", EAST)
    for day in ("2018-04-02", "2018-04-03", "2018-06-30"):
        clock.now = at(day)
        town.cadences.run()

    assert town.codes(clerk) == ["P09-T3"]

    clock.now = at("2018-07-02")
    town.cadences.run()
    assert town.codes(clerk) == ["P09-T3", "P09-T3"]
    assert len({row.case_id for row in town.inbox.items(clerk, view="working")}) == 1


def test_two_clocks_at_once_begin_each_cycle_once(town: Town, clock: Clock) -> None:
    clerk = town.person("clerk", EAST)
    for number in range(6):
        listed(town, clerk, child_name=f"小试{number}")
    clock.now = at("2018-04-02")

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: town.cadences.run(), range(4)))

    assert len(begun(town)) == 2
    assert len(begun(town, "visit")) == 6
    assert sorted(town.codes(clerk)) == ["P09-T3", *["P10-T2"] * 6]


def test_a_child_that_is_listed_within_the_month_is_caught_up_on(town: Town, clock: Clock) -> None:
    clerk = town.person("clerk", EAST)
    clock.now = at("2018-04-20")
    town.cadences.run()
    assert town.codes(clerk) == ["P09-T3"]

    listed(town, clerk)
    town.cadences.run()

    assert town.item(clerk, "P10-T2").due_at == at("2018-05-01", "00:00")


def test_a_child_of_whom_the_condition_does_not_hold_is_passed_over(town: Town, clock: Clock) -> None:
    clerk = town.person("clerk", EAST)
    code = listed(town, clerk)
    with town.database.unit(system("engine")) as unit:
        unit.connection.execute(tables.case.update().values(facts='{"state_of_care": "好"}'))
    clock.now = at("2018-04-20")

    town.cadences.run()

    assert code
    assert begun(town, "visit") == []
    assert "P10-T2" not in town.codes(clerk)


def test_a_start_by_hand_takes_the_cycle_from_the_clock(town: Town, clock: Clock) -> None:
    clerk = town.person("clerk", EAST)
    started = town.casework.start_cycle(clerk, EAST, "P09")
    again = town.casework.start_cycle(clerk, EAST, "P09")
    clock.now = at("2018-04-02")

    town.cadences.run()

    assert again.instance_id == started.instance_id
    assert town.codes(clerk) == ["P09-T3"]


def test_a_visit_begun_by_hand_is_that_of_the_month(town: Town, clock: Clock) -> None:
    clerk = town.person("clerk", EAST)
    listed(town, clerk)
    with town.database.unit(system("engine")) as unit:
        child_id = unit.connection.scalar(select(tables.child.c.id))
    town.casework.start(clerk, EAST, "P10", child=int(child_id or 0))
    clock.now = at("2018-04-20")

    town.cadences.run()

    assert town.codes(clerk).count("P10-T2") == 1


def test_a_cycle_of_this_period_that_is_done_is_not_begun_again_by_hand(town: Town) -> None:
    clerk = town.person("clerk", EAST)
    town.casework.start_cycle(clerk, EAST, "P09")
    item = town.item(clerk, "P09-T3")
    town.casework.complete(clerk, item.id, {}, item.version)

    with pytest.raises(Refused, match="2018年第二季度的这项工作已经办结"):
        town.casework.start_cycle(clerk, EAST, "P09")


def test_a_unit_without_such_a_duty_cannot_begin_a_cycle(town: Town) -> None:
    with pytest.raises(Refused, match="没有这项按期办理的工作"):
        town.casework.start_cycle(town.person("teacher", SCHOOL), SCHOOL, "P09")


def test_what_a_cycle_finds_of_a_child_knocks_in_the_childs_own_case(town: Town) -> None:
    clerk = town.person("clerk", EAST)
    code = listed(town, clerk)
    town.casework.start_cycle(clerk, EAST, "P09")
    item = town.item(clerk, "P09-T3")

    town.casework.complete(clerk, item.id, {"child": code}, item.version)

    visit = town.item(clerk, "P02-T1")
    assert visit.child_code == code
    assert visit.case_id != item.case_id


@pytest.mark.parametrize("other", ["儿-99999", "小试"])
def test_a_child_that_is_not_on_file_is_refused_by_its_code(town: Town, other: str) -> None:
    clerk = town.person("clerk", EAST)
    town.casework.start_cycle(clerk, EAST, "P09")
    item = town.item(clerk, "P09-T3")

    with pytest.raises(Invalid) as refused:
        town.casework.complete(clerk, item.id, {"child": other}, item.version)

    assert "没有编号为" in refused.value.problems["child"]
    assert town.codes(clerk) == ["P09-T3"]


def test_a_child_of_another_township_is_refused(town: Town) -> None:
    clerk, other = town.person("clerk", EAST), town.person("other", WEST)
    code = listed(town, other, WEST)
    town.casework.start_cycle(clerk, EAST, "P09")
    item = town.item(clerk, "P09-T3")

    with pytest.raises(Invalid) as refused:
        town.casework.complete(clerk, item.id, {"child": code}, item.version)

    assert "不在本地区" in refused.value.problems["child"]

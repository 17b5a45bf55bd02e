"""Lists narrow to what is asked for; filters are kept by name; a day to look again is one person's own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from engine.core.errors import Invalid, NotFound, Refused
from engine.core.listing import LimitState, Sort, View, Wanted
from engine.core.model import Acting, system
from engine.service.filters import MOST, Filters
from engine.service.followups import FollowUps
from engine.service.unit import Database
from engine.store import tables as t
from tests.conftest import Clock
from tests.service.mini import Town, a_town

SCHOOL, POLICE, TOWNSHIP, CIVIL = "xx.school.东镇", "xx.police", "xx.township.东镇", "xx.civil_affairs"
TODAY = date(2018, 3, 12)


@pytest.fixture
def town(db: Database) -> Town:
    return a_town(db)


def reported(town: Town, teacher: Acting) -> int:
    """Report a child and return the case."""
    started = town.casework.start(teacher, SCHOOL, "P01", child={"child_name": "小试", "residence": "xx.东镇"})
    report = next(one for one in town.inbox.items(teacher, view="working") if one.case_id == started.case_id)
    town.casework.complete(teacher, report.id, {"narrative": "独自在家", "place": "xx.东镇"}, report.version)
    return started.case_id


def ids(town: Town, acting: Acting, wanted: Wanted) -> list[int]:
    return [row.case_id for row in town.inbox.listing(acting, wanted).rows]


def test_an_item_is_in_the_view_of_whoever_has_to_do_with_it(town: Town) -> None:
    teacher, officer, clerk = (town.person("a1", SCHOOL), town.person("b1", POLICE), town.person("c1", TOWNSHIP))
    case_id = reported(town, teacher)
    accept = town.item(officer, "P01-T3")

    assert ids(town, officer, Wanted(view=View.UNIT)) == [case_id]
    town.casework.claim(officer, accept.id, accept.version)
    assert ids(town, officer, Wanted(view=View.UNIT)) == []
    assert ids(town, officer, Wanted(view=View.MINE)) == [case_id]
    assert ids(town, teacher, Wanted(view=View.HANDED)) == [case_id]

    town.casework.complete(officer, accept.id, {"urgent": False}, accept.version + 1)
    assert ids(town, officer, Wanted(view=View.DONE)) == [case_id]
    assert ids(town, officer, Wanted(view=View.HANDED)) == [case_id]
    assert ids(town, clerk, Wanted(view=View.UNIT)) == [case_id]
    assert ids(town, clerk, Wanted(view=View.HANDED)) == []


def test_what_goes_on_elsewhere_is_not_told_to_one_who_only_reported(town: Town) -> None:
    """The visit is of another procedure; what the school has handed on is the acceptance alone."""
    teacher, officer = town.person("a1", SCHOOL), town.person("b1", POLICE)
    reported(town, teacher)
    accept = town.item(officer, "P01-T3")
    with town.database.unit(system("engine")) as unit:
        school = teacher.units[0].id
        unit.connection.execute(update(t.work_item).where(t.work_item.c.id == accept.id).values(source_unit_id=school))
    town.casework.complete(officer, accept.id, {"urgent": False}, accept.version)
    with town.database.unit(system("engine")) as unit:
        unit.connection.execute(update(t.work_item).values(source_unit_id=school))

    assert ids(town, teacher, Wanted(view=View.HANDED)) == []


def test_an_item_of_two_units_is_listed_once_for_each(town: Town) -> None:
    """The visit falls to the township, and civil affairs may do it too."""
    teacher, officer = town.person("a1", SCHOOL), town.person("b1", POLICE)
    clerk, civil, both = town.person("c1", TOWNSHIP), town.person("d1", CIVIL), town.person("e1", TOWNSHIP, CIVIL)
    case_id = reported(town, teacher)
    accept = town.item(officer, "P01-T3")
    town.casework.complete(officer, accept.id, {"urgent": False}, accept.version)

    for person in (clerk, civil, both):
        assert ids(town, person, Wanted(view=View.UNIT)) == [case_id]
        assert town.inbox.counts(person)["unit"] == 1


def test_lists_narrow_by_limit_procedure_area_risk_and_case(town: Town, clock: Clock) -> None:
    teacher, officer = town.person("a1", SCHOOL), town.person("b1", POLICE)
    first = reported(town, teacher)
    clock.shift(timedelta(minutes=50))
    second = reported(town, teacher)
    with town.database.unit(system("engine")) as unit:
        unit.connection.execute(update(t.work_item).where(t.work_item.c.case_id == second).values(risk=3))
        areas = dict(unit.connection.execute(t.area.select().with_only_columns(t.area.c.key, t.area.c.id)).all())
        unit.connection.execute(update(t.case).where(t.case.c.id == second).values(area_id=areas["xx.西镇"]))
    unclaimed = Wanted(view=View.UNIT)

    assert ids(town, officer, unclaimed) == [first, second]
    assert ids(town, officer, replace(unclaimed, sort=Sort.NEW)) == [second, first]
    assert ids(town, officer, replace(unclaimed, sort=Sort.RISK)) == [second, first]
    assert ids(town, officer, replace(unclaimed, limit=LimitState.NEAR)) == [first]
    assert ids(town, officer, replace(unclaimed, limit=LimitState.OK)) == [second]
    assert ids(town, officer, replace(unclaimed, limit=LimitState.OVER)) == []
    assert ids(town, officer, replace(unclaimed, procedure="P02")) == []
    assert ids(town, officer, replace(unclaimed, area_id=areas["xx.西镇"])) == [second]
    assert ids(town, officer, replace(unclaimed, area_id=areas["xx"])) == [first, second]
    assert ids(town, officer, replace(unclaimed, risk=3)) == [second]
    assert ids(town, officer, replace(unclaimed, case_ids=(first,))) == [first]


def test_a_number_finds_its_case_and_nobody_elses(town: Town) -> None:
    teacher, officer, clerk = town.person("a1", SCHOOL), town.person("b1", POLICE), town.person("c1", TOWNSHIP)
    case_id = reported(town, teacher)
    row = town.inbox.items(officer, view="unit")[0]

    assert town.inbox.find(officer, row.child_code) == (case_id,)
    with pytest.raises(Invalid, match="没有查到"):
        town.inbox.find(clerk, row.child_code)
    with pytest.raises(Invalid, match="请写"):
        town.inbox.find(officer, " ")


def test_a_list_opens_with_the_persons_own_filter(db: Database, town: Town) -> None:
    officer = town.person("b1", POLICE)
    filters = Filters(db)
    wanted = Wanted(view=View.UNIT, limit=LimitState.NEAR, risk=3)

    kept = filters.keep(officer, " 临期  高风险 ", wanted, default=True)

    listing = town.inbox.listing(officer)
    assert listing.by is not None
    assert (listing.by.id, listing.by.name, listing.wanted) == (kept, "临期 高风险", wanted)
    assert town.inbox.listing(officer, Wanted()).by is None
    filters.open_with(officer, None)
    assert town.inbox.listing(officer).by is None


def test_a_shared_filter_is_changed_by_its_author_and_the_head_alone(db: Database, town: Town) -> None:
    author, colleague, stranger = town.person("b1", POLICE), town.person("b2", POLICE), town.person("c1", TOWNSHIP)
    filters = Filters(db)
    town.people.add("b3", "负责人", heads=[POLICE], must_change=False, password_hash="scrypt$1$1$1$AA==$AA==")
    head = town.people.acting_by_login("b3")
    kept = filters.keep(author, "急件", Wanted(view=View.UNIT), unit_key=POLICE)
    own = filters.keep(author, "自用", Wanted())

    assert [one.name for one in town.inbox.listing(colleague).filters] == ["急件"]
    assert town.inbox.listing(colleague, filter_id=kept).wanted.view is View.UNIT
    with pytest.raises(Refused, match="b1某或者单位负责人"):
        filters.change(colleague, kept, Wanted())
    with pytest.raises(Refused):
        filters.drop(colleague, kept)
    for person, number in ((stranger, kept), (colleague, own)):
        with pytest.raises(NotFound):
            filters.drop(person, number)
        with pytest.raises(NotFound):
            town.inbox.listing(person, filter_id=number)
    with pytest.raises(NotFound):
        filters.keep(stranger, "急件", Wanted(), unit_key=POLICE)

    filters.change(head, kept, Wanted(view=View.DONE))
    assert town.inbox.listing(author, filter_id=kept).wanted.view is View.DONE
    filters.drop(author, kept)
    assert town.inbox.listing(colleague).filters == []


def test_names_of_filters_are_short_and_ones_own(db: Database, town: Town) -> None:
    officer = town.person("b1", POLICE)
    filters = Filters(db)
    filters.keep(officer, "急件", Wanted())

    for name, said in (("急件", "同名"), ("  ", "名称"), ("长" * 41, "最多")):
        with pytest.raises(Invalid, match=said):
            filters.keep(officer, name, Wanted())
    for number in range(MOST - 1):
        filters.keep(officer, f"第{number}", Wanted())
    with pytest.raises(Invalid, match="最多保存"):
        filters.keep(officer, "再一个", Wanted())


def test_an_item_stands_on_top_on_its_day_for_whoever_set_it(db: Database, town: Town, clock: Clock) -> None:
    teacher, officer, colleague = town.person("a1", SCHOOL), town.person("b1", POLICE), town.person("b2", POLICE)
    case_id = reported(town, teacher)
    item = town.item(officer, "P01-T3")
    follow_ups = FollowUps(db)

    follow_ups.set(officer, item.id, TODAY + timedelta(days=1), "问邻居")
    assert town.inbox.listing(officer).today == ()
    before = town.item(officer, "P01-T3").due_at

    clock.shift(timedelta(days=1))
    assert [row.case_id for row in town.inbox.listing(officer).today] == [case_id]
    assert ids(town, officer, Wanted(view=View.UNIT, follow_up=True)) == [case_id]
    assert town.inbox.listing(colleague).today == ()
    assert town.item(officer, "P01-T3").due_at == before
    found = follow_ups.of(officer, item.id)
    assert found is not None
    assert (found.on_day, found.note) == (TODAY + timedelta(days=1), "问邻居")
    assert follow_ups.of(colleague, item.id) is None

    follow_ups.drop(officer, item.id)
    assert town.inbox.listing(officer).today == ()


def test_a_day_that_has_passed_and_an_item_of_others_are_refused(db: Database, town: Town) -> None:
    teacher, officer, clerk = town.person("a1", SCHOOL), town.person("b1", POLICE), town.person("c1", TOWNSHIP)
    reported(town, teacher)
    item = town.item(officer, "P01-T3")

    with pytest.raises(Invalid, match="不能早于今日"):
        FollowUps(db).set(officer, item.id, TODAY - timedelta(days=1))
    with pytest.raises(NotFound):
        FollowUps(db).set(clerk, item.id, TODAY)


def test_the_danger_that_a_task_rates_stands_in_the_list_of_the_case(town: Town) -> None:
    teacher, officer, clerk = town.person("a1", SCHOOL), town.person("b1", POLICE), town.person("c1", TOWNSHIP)
    for urgent in (False, True):
        reported(town, teacher)
        accept = town.item(officer, "P01-T3")
        assert accept.risk == 0
        town.casework.complete(officer, accept.id, {"urgent": urgent}, accept.version)

    rows = town.inbox.items(clerk, view="unit", sort="risk")
    assert [row.risk for row in rows] == [3, 1]

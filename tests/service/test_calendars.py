"""A year's plan arrives: what moves is said before, moved once, told and journalled."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError, ProgrammingError

from engine.core.errors import Invalid, NotFound, Refused
from engine.core.model import Acting, system
from engine.service import almanac, recounting
from engine.service.calendars import Calendars
from engine.service.calendarviews import Move
from engine.service.cases import Cases
from engine.service.directory import Directories
from engine.service.releases import Releases
from engine.service.unit import Database
from engine.store import tables
from tests.conftest import REPOSITORY, Clock
from tests.service.mini import P02
from tests.service.timed import AUTUMN, NEXT_YEAR, TOWNSHIP, Stage, a_stage, last

WHY = "父母在外省"


@pytest.fixture
def stage(db: Database, clock: Clock) -> Stage:
    """The last Wednesday but one of 2018; the plan of 2019 is not out yet."""
    made = a_stage(db, clock, "2018-12-26 10:00")
    made.load(AUTUMN)
    return made


def test_beyond_the_last_published_year_a_due_time_is_provisional_and_says_so(stage: Stage) -> None:
    item = stage.visit()

    # by weekends alone: 12/27, 28, 31, 1/1, 1/2
    assert item.due_at == last("2019-01-02")
    assert item.provisional
    below = stage.town.inbox.item(stage.clerk, item.id).why.until
    assert "2019年放假安排尚未公布，暂按周末推算；公布后自动重新推算。" in below
    assert stage.differences(item.case_id) == []


def test_a_year_that_arrives_moves_what_it_moves_with_its_ladder(stage: Stage) -> None:
    item = stage.visit()
    [(_, before)] = stage.ladder(item.id)

    came = stage.load(NEXT_YEAR)

    # 12/29 is worked, 12/30 to 1/1 are free: 12/27, 28, 29, 1/2, 1/3
    after = stage.item()
    assert after.due_at == last("2019-01-03")
    assert not after.provisional
    assert (came.cases, came.moved, came.made_final, came.failed) == (1, 1, 1, 0)
    [(stage_, rung)] = stage.ladder(item.id)
    assert stage_ == 1
    assert rung - item.opened_at == (last("2019-01-03") - item.opened_at) * 0.8
    assert rung > before
    assert stage.differences(item.case_id) == []


def test_what_moves_is_said_before_and_nothing_has_changed(stage: Stage) -> None:
    item = stage.visit()
    kinds = stage.kinds(item.case_id)

    found = stage.preview(NEXT_YEAR)

    [move] = found.moves
    assert (move.item_id, move.name, move.unit_name) == (item.id, item.name, "东镇人民政府")
    assert (move.old, move.new) == (last("2019-01-02"), last("2019-01-03"))
    assert (move.was_provisional, move.is_provisional) == (True, False)
    assert (found.same, found.replaces) == (False, False)
    assert date(2019, 1, 1) in found.added_off
    assert stage.item().due_at == last("2019-01-02")
    assert stage.kinds(item.case_id) == kinds
    assert [one.year for one in stage.town.calendars.years(system("admin")).years] == [2018]


def test_loading_the_same_year_twice_changes_nothing(stage: Stage) -> None:
    item = stage.visit()
    stage.load(NEXT_YEAR)
    kinds = stage.kinds(item.case_id)

    again = stage.load(NEXT_YEAR)

    assert (again.same, again.cases, again.moved, again.failed) == (True, 0, 0, 0)
    assert stage.kinds(item.case_id) == kinds


def test_the_change_stands_in_the_journal_with_year_and_source_and_the_unit_is_told(stage: Stage) -> None:
    item = stage.visit()
    officer = policy_officer(stage)

    stage.load(NEXT_YEAR, by=officer)

    with stage.db.unit(system("engine")) as unit:
        entry = unit.connection.execute(select(tables.journal).where(tables.journal.c.kind == "due_changed")).one()
        notice = unit.connection.execute(select(tables.notice).where(tables.notice.c.kind == "recounted")).one()
    assert '"calendar":2019' in entry.body
    assert "国办发明电〔2018〕15号" in entry.body
    assert entry.person_id == officer.person_id
    assert notice.sentence == "“做visit”按2019年放假安排重算，到期时间由 2019年1月2日 24:00 改为 2019年1月3日 24:00"
    assert (TOWNSHIP, "recounted") in stage.notices()
    assert item.id == notice.work_item_id


def test_a_corrected_plan_moves_again_and_the_earlier_one_stays_readable(stage: Stage) -> None:
    stage.visit()
    stage.load(NEXT_YEAR)

    found = stage.load(NEXT_YEAR.replace("2018-12-29, ", "").replace("15号", "15号（更正）"))

    assert (found.same, found.moved, found.made_final) == (False, 1, 0)
    assert stage.item().due_at == last("2019-01-04")
    year = stage.town.calendars.year(system("admin"), 2019)
    assert year.line.versions == 2
    assert [one.source for one in year.earlier] == ["国办发明电〔2018〕15号"]


def test_a_suspended_limit_waits_for_its_resumption_and_then_has_the_new_calendar(stage: Stage) -> None:
    item = stage.visit()
    stage.town.limits.suspend(stage.office, item.id, reason=WHY, seen=0)

    assert stage.load(NEXT_YEAR).cases == 0
    stage.move("2018-12-27 09:00")

    assert stage.town.limits.resume(stage.office, item.id, reason="已到家", seen=1) == last("2019-01-03")


def test_an_item_that_became_overdue_by_a_guess_is_no_longer_overdue(stage: Stage) -> None:
    item = stage.visit()
    stage.move("2019-01-03 09:00")
    assert stage.item().stage == 100

    stage.load(NEXT_YEAR)

    after = stage.item()
    assert (after.due_at, after.stage) == (last("2019-01-03"), 80)
    stage.move("2019-01-04 00:00")
    kinds = [kind for _, kind in stage.notices()]
    assert kinds.count("reminder") == 1
    assert kinds.count("overdue") == 2
    assert item.id == after.id


def test_limits_in_natural_days_are_left_alone(db: Database, clock: Clock) -> None:
    stage = a_stage(db, clock, "2018-12-26 10:00", visit="default: true")
    item = stage.visit()

    assert not item.provisional
    assert stage.preview(NEXT_YEAR).moves == []
    assert stage.load(NEXT_YEAR).cases == 0


def test_a_last_day_that_rolls_over_the_years_end_is_provisional_too(db: Database, clock: Clock) -> None:
    stage = a_stage(db, clock, "2018-12-27 10:00", visit="roll: next_working, default: true")
    stage.load(AUTUMN)

    item = stage.visit()
    assert (item.due_at, item.provisional) == (last("2019-01-01"), True)
    stage.load(NEXT_YEAR)

    assert stage.item().due_at == last("2019-01-02")
    view = stage.town.inbox.item(stage.clerk, item.id)
    assert "本应于1月1日届满，当日休息，顺延至1月2日。" in view.why.until


def test_a_case_that_fails_is_an_incident_and_stops_no_other(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    first = stage.visit()
    broken = first.case_id
    fine = another(stage)
    real = recounting.recount

    def recount(case: Any, *rest: Any) -> list[Move]:
        if case.id == broken:
            raise RuntimeError
        return real(case, *rest)

    monkeypatch.setattr(recounting, "recount", recount)
    found = stage.load(NEXT_YEAR)
    assert (found.cases, found.failed) == (1, 1)
    assert "incident_opened" in stage.kinds(broken)
    assert stage.due_of(fine) == last("2019-01-03")
    assert stage.due_of(first.id) == last("2019-01-02")

    monkeypatch.setattr(recounting, "recount", real)
    again = stage.load(NEXT_YEAR)

    assert (again.same, again.cases, again.failed) == (True, 1, 0)
    assert stage.due_of(first.id) == last("2019-01-03")


def test_what_a_load_left_undone_is_taken_up_at_the_next_start(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    item = stage.visit()
    with monkeypatch.context() as killed:
        killed.setattr(Calendars, "_recount", lambda *_: sys.exit())  # the process ends after the plan is kept
        with pytest.raises(SystemExit):
            stage.load(NEXT_YEAR)
    assert stage.due_of(item.id) == last("2019-01-02")

    first, again = stage.town.calendars.catch_up(), stage.town.calendars.catch_up()

    assert (first, again) == (1, 0)
    assert stage.due_of(item.id) == last("2019-01-03")
    assert not stage.item().provisional
    assert stage.differences(item.case_id) == []


def another(stage: Stage) -> int:
    """Report another child; return the id of the visit."""
    known = {row.id for row in stage.town.inbox.items(stage.clerk, view="working")}
    stage.visit()
    return next(row.id for row in stage.town.inbox.items(stage.clerk, view="working") if row.id not in known)


def policy_officer(stage: Stage) -> Acting:
    people = stage.town.people
    people.add("policy", "政策员", duties=["policy_officer"], must_change=False, password="四块钱一斤的大苹果呀")
    return people.acting_by_login("policy")


def test_only_those_whose_business_it_is_see_or_load_a_plan(stage: Stage) -> None:
    calendars = stage.town.calendars
    for act in (
        lambda: calendars.years(stage.clerk),
        lambda: calendars.year(stage.clerk, 2018),
        lambda: calendars.preview(stage.clerk, NEXT_YEAR.encode(), "a.yaml"),
        lambda: calendars.load(stage.clerk, NEXT_YEAR.encode(), "a.yaml"),
    ):
        with pytest.raises(NotFound):
            act()
    officer = policy_officer(stage)

    assert calendars.years(officer).published_until == date(2018, 12, 31)
    calendars.load(officer, NEXT_YEAR.encode(), "a.yaml")

    shown = calendars.years(officer)
    assert [(one.year, one.loaded_by) for one in shown.years] == [(2019, "政策员"), (2018, "系统")]
    assert shown.published_until == date(2019, 12, 31)


def test_a_file_that_is_no_plan_is_refused_with_its_lines(stage: Stage) -> None:
    with pytest.raises(Invalid) as refused:
        stage.load("年份: 2019\n依据: x\n放假: [2019-01-01]\n上班: [2019-01-02]\n")

    assert list(refused.value.problems) == ["file"]
    assert "第4行" in refused.value.problems["file"]
    assert "2019-01-02" in refused.value.problems["file"]


def test_the_database_keeps_every_plan_as_it_was_loaded(stage: Stage) -> None:
    for change in (update(tables.calendar).values(year=2030), tables.calendar.delete()):
        with pytest.raises((DBAPIError, ProgrammingError)), stage.db.unit(system("admin")) as unit:
            unit.connection.execute(change)
    values = {"year": 2030, "title": "", "source": "", "content": "", "digest": "0" * 64, "loaded_at": stage.clock()}
    with pytest.raises(ProgrammingError, match="row-level security"), stage.db.unit(stage.clerk) as unit:
        unit.connection.execute(tables.calendar.insert().values(**values))


def test_two_who_load_at_once_keep_one_plan_and_move_each_limit_once(stage: Stage) -> None:
    item = stage.visit()

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda _: stage.load(NEXT_YEAR), range(2)))

    assert sorted(one.same for one in results) == [False, True]
    assert stage.town.calendars.year(system("admin"), 2019).line.versions == 1
    assert stage.kinds(item.case_id).count("due_changed") == 1
    assert stage.differences(item.case_id) == []


def test_a_file_full_of_problems_is_told_the_first_and_their_number(stage: Stage) -> None:
    with pytest.raises(Invalid) as refused:
        stage.preview(NEXT_YEAR + "\n".join(f"甲{number}: 乙" for number in range(500)))

    told = refused.value.problems["file"].split("；")
    assert (len(told), told[-1]) == (21, "另有480处有误，请先改好以上各处")


def test_a_preview_that_is_no_longer_true_is_not_confirmed(stage: Stage) -> None:
    item = stage.visit()
    seen = stage.preview(NEXT_YEAR).seen
    stage.load(NEXT_YEAR.replace("15号", "15号（更正）"))

    with pytest.raises(Refused, match=r"在您预览之后有了改动.*再预览一次"):
        stage.town.calendars.load(system("admin"), NEXT_YEAR.encode(), "a.yaml", seen=seen)

    assert stage.due_of(item.id) == last("2019-01-03")
    again = stage.preview(NEXT_YEAR)
    assert not stage.town.calendars.load(system("admin"), NEXT_YEAR.encode(), "a.yaml", seen=again.seen).same


def test_a_limit_that_is_watched_beside_the_task_moves_too(db: Database, clock: Clock) -> None:
    watched = P02.replace(b'name="limit"', b'name="watch" value="t_wait"/><spiffworkflow:property name="limit"', 1)
    rules = {"t_wait: {value: P2D, default: true}": "t_wait: {value: P2D, days: working, default: true}"}
    stage = a_stage(db, clock, "2018-12-27 10:00", also=rules, P02=watched)
    stage.load(AUTUMN)
    item = stage.visit()
    assert stage.watched(item.id) == last("2018-12-31")

    stage.load(NEXT_YEAR)

    assert stage.watched(item.id) == last("2018-12-29")
    view = stage.town.inbox.item(stage.clerk, item.id)
    assert view.limit is not None
    said = view.limit.beside[0]
    assert said.startswith("2个工作日，自 12月27日 10:00 起算，次日起算，只计工作日")
    assert "12月29日 24:00 到时，届时仍未办结的，提醒本单位。文件未写时限；" in said


def test_a_new_database_knows_the_years_that_ship_and_one_in_service_keeps_its_own(db: Database, clock: Clock) -> None:
    calendars = Calendars(db, Releases(), Directories())
    for _ in range(2):
        with db.unit(system("admin")) as unit:
            almanac.seed(unit.connection, REPOSITORY, now=unit.now)

    found = calendars.years(system("admin"))

    assert [one.year for one in found.years] == list(range(2026, 2003, -1))
    assert {one.versions for one in found.years} == {1}
    assert found.published_until == date(2026, 12, 31)


def test_a_due_time_of_another_year_is_told_with_its_year(stage: Stage) -> None:
    item = stage.visit()
    stage.town.limits.extend(stage.clerk, item.id, length="1", reason=WHY, seen=0)

    cases = Cases(stage.db, stage.town.releases, Directories())
    told = [one.words for one in cases.case(stage.clerk, item.case_id).timeline]

    assert any(one.endswith("延期1个工作日，2019年1月3日 24:00前办结") for one in told)
    assert any(one.endswith("办理，2019年1月2日 24:00前办结") for one in told)
    assert stage.town.inbox.item(stage.clerk, item.id).why.until.startswith("自 2018年12月26日")

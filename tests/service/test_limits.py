"""Limits by working days, suspended, resumed and extended by whoever may."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from engine.core.errors import Invalid, NotFound, Refused, ShouhuError
from engine.core.model import system
from engine.service.unit import Database
from engine.store import tables
from tests.conftest import Clock
from tests.service.timed import AUTUMN, TOWNSHIP, VISIT, Stage, a_stage, at, last

WHY = "父母在外省，已约定返乡时间"


@pytest.fixture
def stage(db: Database, clock: Clock) -> Stage:
    """Wednesday before the National Day of 2018, whose calendar is known."""
    made = a_stage(db, clock, "2018-09-26 10:00")
    made.load(AUTUMN)
    return made


def test_working_days_leave_the_holiday_out_and_count_the_weekend_worked_for_it(stage: Stage) -> None:
    item = stage.visit()

    # 9/27, 28, 29 and 30 (a weekend that is worked), 10/8
    assert item.due_at == last("2018-10-08")
    assert not item.provisional


def test_why_tells_the_days_that_were_not_counted_and_by_which_plan(stage: Stage) -> None:
    item = stage.visit()

    view = stage.town.inbox.item(stage.clerk, item.id)

    assert view.limit is not None
    assert [day for day, _ in view.limit.skipped] == [date(2018, 10, day) for day in range(1, 8)]
    assert view.limit.length == "5个工作日"
    head, below = view.why.until.split("\n")
    assert head == "自 9月26日 10:00 起算 5个工作日，次日起算，只计工作日，调休上班日计入。"
    assert "其间7天不计：10月1日至7日（国庆节）" in below
    assert "国办发明电〔2017〕12号" in below
    assert "第一天是9月27日，最后一天是10月8日" in below


def test_lists_count_the_working_days_that_are_left_from_tomorrow_to_the_last(stage: Stage) -> None:
    stage.visit()

    left = []
    for day in ("2018-09-26 10:00", "2018-09-29 09:00", "2018-10-01 09:00", "2018-10-08 09:00"):
        stage.move(day)
        left.append(stage.item().working_days_left)

    assert left == [5, 2, 1, 0]


def test_the_page_of_a_case_tells_why_and_what_one_may_do(stage: Stage) -> None:
    item = stage.visit()

    limit, may = stage.town.limits.of_case(stage.office, item.case_id)[item.id]

    assert limit.last_day == date(2018, 10, 8)
    assert may.verbs == {"extend", "suspend"}


def test_a_suspended_limit_has_no_due_time_and_reminds_nobody(stage: Stage) -> None:
    item = stage.visit()
    stage.move("2018-09-28 09:00")

    stage.town.limits.suspend(stage.office, item.id, reason=WHY, seen=0)
    stage.move("2018-12-28 09:00")

    after = stage.item()
    assert after.due_at is None
    assert after.suspended_since == at("2018-09-28 09:00")
    assert after.stage == 0
    assert stage.ladder(item.id) == []
    assert {"overdue", "reminder", "escalated"}.isdisjoint(kind for _, kind in stage.notices())
    assert stage.differences(item.case_id) == []


def test_a_limit_resumed_after_ten_days_ends_with_exactly_the_days_that_were_left(stage: Stage) -> None:
    item = stage.visit()
    stage.move("2018-09-28 09:00")
    stage.town.limits.suspend(stage.office, item.id, reason=WHY, seen=0)
    stage.move("2018-10-08 11:00")

    due = stage.town.limits.resume(stage.office, item.id, reason="父亲已到家", seen=1)

    # one day was counted (9/27); four are left, and the day of resumption counts: 10/8, 9, 10, 11
    assert due == last("2018-10-11")
    assert stage.item().due_at == due
    assert [step for step, _ in stage.ladder(item.id)] == [1]
    assert stage.differences(item.case_id) == []


def test_a_reminder_that_was_given_before_a_pause_is_not_given_again(stage: Stage) -> None:
    item = stage.visit()
    stage.move("2018-10-08 09:00")
    assert stage.item().stage == 80

    stage.town.limits.suspend(stage.office, item.id, reason=WHY, seen=0)
    stage.move("2018-10-18 09:00")
    stage.town.limits.resume(stage.office, item.id, reason="已到家", seen=1)
    stage.move("2018-10-18 23:00")

    assert [kind for _, kind in stage.notices()].count("reminder") == 1
    assert stage.item().stage == 80
    assert [step for step, _ in stage.ladder(item.id)] == [2]


def test_after_an_extension_the_reminder_comes_again_before_the_new_day(stage: Stage) -> None:
    item = stage.visit()
    stage.move("2018-10-08 09:00")
    assert stage.item().stage == 80

    stage.town.limits.extend(stage.clerk, item.id, length="5", reason=WHY, seen=0)
    stage.move("2018-10-14 23:00")

    assert [kind for _, kind in stage.notices()].count("reminder") == 2
    assert [step for step, _ in stage.ladder(item.id)] == [2]


def test_whoever_has_no_such_power_is_told_who_has_it(stage: Stage) -> None:
    item = stage.visit()

    with pytest.raises(Refused, match="民政部门决定"):
        stage.town.limits.suspend(stage.clerk, item.id, reason=WHY, seen=0)
    stage.town.limits.suspend(stage.office, item.id, reason=WHY, seen=0)
    with pytest.raises(Refused, match="民政部门决定"):
        stage.town.limits.resume(stage.clerk, item.id, reason=WHY, seen=1)

    assert stage.town.limits.may(stage.clerk, item.id).verbs == frozenset()
    assert stage.town.limits.may(stage.office, item.id).verbs == {"resume"}


def test_somebody_without_the_case_finds_nothing(stage: Stage) -> None:
    item = stage.visit()
    stranger = stage.town.person("stranger", "xx.police.西镇")

    for ask in (stage.town.limits.may, stage.town.limits.asked):
        with pytest.raises(NotFound):
            ask(stranger, item.id)
    with pytest.raises(NotFound):
        stage.town.limits.suspend(stranger, item.id, reason=WHY, seen=0)


def test_an_extension_adds_days_of_the_limits_own_kind(stage: Stage) -> None:
    item = stage.visit()

    due = stage.town.limits.extend(stage.clerk, item.id, length="3", reason=WHY, seen=0)

    assert due == last("2018-10-11")
    view = stage.town.inbox.item(stage.clerk, item.id)
    assert view.limit is not None
    change = view.limit.changes[0]
    assert (change.kind, change.length, change.reason, change.by) == ("extend", "3个工作日", WHY, "clerk某")
    assert (change.before, change.due) == (last("2018-10-08"), due)
    assert stage.kinds(item.case_id)[-4:] == ["limit_extended", "due_changed", "notice_sent", "notice_sent"]
    assert [(unit, kind) for unit, kind in stage.notices() if kind == "extended"] == [
        (TOWNSHIP, "extended"),
        ("xx.civil_affairs", "extended"),
    ]
    assert stage.differences(item.case_id) == []


def test_an_extension_until_a_day_stays_at_that_day_when_the_calendar_changes(stage: Stage) -> None:
    item = stage.visit()

    stage.town.limits.extend(stage.clerk, item.id, until=date(2018, 10, 12), reason=WHY, seen=0)
    stage.load(AUTUMN.replace("2018-09-29, ", ""))

    assert stage.item().due_at == last("2018-10-12")


def test_a_second_extension_is_refused_where_one_is_allowed(stage: Stage) -> None:
    item = stage.visit()
    stage.town.limits.extend(stage.clerk, item.id, length="P2D", reason=WHY, seen=0)

    with pytest.raises(Refused, match="最多1次"):
        stage.town.limits.extend(stage.office, item.id, length="P1D", reason="再延一天", seen=1)

    assert stage.item().due_at == last("2018-10-10")
    assert stage.town.limits.may(stage.clerk, item.id).verbs == frozenset()


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"length": "0"}, "length"),
        ({"length": "abc"}, "length"),
        ({"length": ""}, "length"),
        ({"length": "2", "until": date(2018, 10, 10)}, "length"),
        ({"until": date(2018, 10, 8)}, "until"),
        ({"length": "PT1H"}, "length"),
        ({"length": "2", "reason": "  "}, "reason"),
        ({"length": "2", "reason": "长" * 1001}, "reason"),
    ],
)
def test_what_is_no_extension_is_refused_at_its_field(asked: dict[str, object], field: str, stage: Stage) -> None:
    item = stage.visit()
    given: dict[str, object] = {"reason": WHY, "seen": 0, **asked}

    with pytest.raises(Invalid) as refused:
        stage.town.limits.extend(stage.clerk, item.id, **given)  # type: ignore[arg-type]

    assert list(refused.value.problems) == [field]
    assert stage.item().due_at == last("2018-10-08")


@pytest.mark.parametrize("asked", [{"length": "P6D"}, {"length": "P1M"}, {"until": date(2018, 10, 16)}])
def test_more_than_the_most_is_refused_with_the_day_that_can_be_reached(asked: dict[str, object], stage: Stage) -> None:
    item = stage.visit()
    assert stage.town.limits.asked(stage.clerk, item.id).latest == date(2018, 10, 15)

    with pytest.raises(Refused, match="最多延长5个工作日（至 10月15日 24:00）"):
        stage.town.limits.extend(stage.clerk, item.id, reason=WHY, seen=0, **asked)  # type: ignore[arg-type]


def test_a_limit_that_has_passed_is_neither_extended_nor_suspended(stage: Stage) -> None:
    item = stage.visit()
    stage.move("2018-10-09 00:00")

    with pytest.raises(Refused, match="须在到期以前提出"):
        stage.town.limits.extend(stage.office, item.id, length="2", reason=WHY, seen=0)
    with pytest.raises(Refused, match="须在到期以前提出"):
        stage.town.limits.suspend(stage.office, item.id, reason=WHY, seen=0)


def test_a_suspended_limit_is_resumed_before_it_is_extended(stage: Stage) -> None:
    item = stage.visit()
    stage.town.limits.suspend(stage.office, item.id, reason=WHY, seen=0)

    with pytest.raises(Refused, match="请先恢复计时，再延期"):
        stage.town.limits.extend(stage.office, item.id, length="2", reason=WHY, seen=1)
    with pytest.raises(Refused, match="不需要再次中止"):
        stage.town.limits.suspend(stage.office, item.id, reason="又一次", seen=1)


def test_a_clock_that_was_set_back_resumes_nothing_and_is_named(stage: Stage) -> None:
    item = stage.visit()
    stage.town.limits.suspend(stage.office, item.id, reason=WHY, seen=0)
    stage.clock.now -= timedelta(hours=1)

    with pytest.raises(Refused, match="请管理员核对系统时间"):
        stage.town.limits.resume(stage.office, item.id, reason=WHY, seen=1)

    stage.clock.now += timedelta(hours=2)
    assert stage.town.limits.resume(stage.office, item.id, reason=WHY, seen=1) == last("2018-10-08")


def test_a_limit_of_which_nothing_is_said_cannot_be_moved(db: Database, clock: Clock) -> None:
    stage = a_stage(db, clock, "2018-09-26 10:00", visit="default: true")
    item = stage.visit()

    with pytest.raises(Refused, match=r"没有规定.*可以延期"):
        stage.town.limits.extend(stage.office, item.id, length="2", reason=WHY, seen=0)
    with pytest.raises(NotFound):
        stage.town.limits.asked(stage.office, item.id)


def test_the_power_may_lie_with_a_role_that_does_not_do_the_task(db: Database, clock: Clock) -> None:
    stage = a_stage(db, clock, "2018-09-26 10:00", visit=VISIT.replace("[civil_affairs, township]", "[police]"))
    item = stage.visit()

    assert stage.town.limits.may_of_case(stage.officer, item.case_id)[item.id].verbs == {"extend"}
    assert stage.town.limits.may_of_case(stage.clerk, item.case_id) == {}
    stage.town.limits.extend(stage.officer, item.id, length="1", reason=WHY, seen=0)
    with pytest.raises(Refused, match="由公安机关决定，您的单位没有这项权限"):
        stage.town.limits.extend(stage.clerk, item.id, length="1", reason=WHY, seen=1)


def test_the_same_click_twice_extends_once(stage: Stage) -> None:
    item = stage.visit()

    once = stage.town.limits.extend(stage.clerk, item.id, length="2", reason=WHY, seen=0)
    again = stage.town.limits.extend(stage.clerk, item.id, length="2", reason=WHY, seen=0)

    assert once == again == last("2018-10-10")
    assert stage.kinds(item.case_id).count("limit_extended") == 1


def test_a_change_in_between_is_said_before_anything_is_done(stage: Stage) -> None:
    item = stage.visit()
    stage.town.limits.extend(stage.clerk, item.id, length="2", reason=WHY, seen=0)

    with pytest.raises(Refused, match=r"有了变动，现在应于 10月10日 24:00 前办结"):
        stage.town.limits.suspend(stage.office, item.id, reason=WHY, seen=0)


def test_two_at_once_extend_once(stage: Stage) -> None:
    item = stage.visit()

    def extend(who: str) -> object:
        acting = stage.clerk if who == "clerk" else stage.office
        try:
            return stage.town.limits.extend(acting, item.id, length="2", reason=f"{who} asks", seen=0)
        except ShouhuError as error:
            return error

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(extend, ["clerk", "office"]))

    assert sum(isinstance(one, Refused) for one in results) == 1
    assert stage.item().due_at == last("2018-10-10")
    assert stage.kinds(item.case_id).count("limit_extended") == 1
    assert stage.differences(item.case_id) == []


def test_a_colleagues_open_form_is_not_disturbed_by_an_extension(stage: Stage) -> None:
    item = stage.visit()
    stage.town.limits.extend(stage.office, item.id, length="2", reason=WHY, seen=0)

    stage.town.casework.complete(stage.clerk, item.id, {"seen": True}, item.version)

    assert stage.differences(item.case_id) == []


def test_an_item_may_be_done_while_its_limit_is_suspended(stage: Stage) -> None:
    item = stage.visit()
    stage.town.limits.suspend(stage.office, item.id, reason=WHY, seen=0)

    stage.town.casework.complete(stage.clerk, item.id, {"seen": True}, item.version)

    assert stage.differences(item.case_id) == []
    with pytest.raises(Refused, match="办结"):
        stage.town.limits.resume(stage.office, item.id, reason=WHY, seen=1)
    closed = stage.town.inbox.item(stage.clerk, item.id)
    assert closed.limit is not None
    assert [one.kind for one in closed.limit.changes] == ["suspend"]


def test_hours_stand_still_to_the_second(db: Database, clock: Clock) -> None:
    stage = a_stage(
        db,
        clock,
        "2018-09-26 10:00",
        value="PT10H",
        visit="default: true, suspend: {by: [civil_affairs], default: true}",
    )
    item = stage.visit()
    stage.move("2018-09-26 12:00")
    stage.town.limits.suspend(stage.office, item.id, reason=WHY, seen=0)
    stage.move("2018-09-27 15:30")

    due = stage.town.limits.resume(stage.office, item.id, reason=WHY, seen=1)

    assert due == at("2018-09-27 23:30")
    # eight tenths of the ten hours: two passed before the pause, six after it
    assert stage.ladder(item.id) == [(1, at("2018-09-27 21:30"))]
    assert due - clock() == timedelta(hours=8)


def test_the_reason_lies_sealed_and_the_journal_holds_its_digest_alone(stage: Stage) -> None:
    item = stage.visit()
    stage.town.limits.extend(stage.clerk, item.id, length="2", reason="母亲王某在广州住院", seen=0)

    with stage.db.unit(stage.clerk) as unit:
        told = unit.connection.scalars(select(tables.journal.c.body)).all()
        kept = unit.connection.execute(select(tables.limit_change)).one()
    assert any(kept.digest in body for body in told)
    assert not any("王某" in body for body in told)
    assert "王某".encode() not in bytes(kept.sealed)


def test_what_was_done_to_a_limit_is_never_changed(stage: Stage) -> None:
    item = stage.visit()
    stage.town.limits.suspend(stage.office, item.id, reason=WHY, seen=0)

    for change in (tables.limit_change.delete(), tables.limit_change.update().values(role="x")):
        with pytest.raises(DBAPIError), stage.db.unit(system("engine")) as unit:
            unit.connection.execute(change)


@pytest.mark.parametrize("stopped", ["2018-10-08 09:00", "2018-10-11 09:00"])
def test_a_pause_after_an_extension_until_a_day_moves_that_day_too(stage: Stage, stopped: str) -> None:
    item = stage.visit()
    assert stage.town.limits.extend(stage.clerk, item.id, until=date(2018, 10, 12), reason=WHY, seen=0)
    stage.move(stopped)
    stage.town.limits.suspend(stage.office, item.id, reason=WHY, seen=1)
    stage.clock.now += timedelta(days=2)

    due = stage.town.limits.resume(stage.office, item.id, reason=WHY, seen=2)

    assert due == last("2018-10-14")
    assert stage.differences(item.case_id) == []


def test_a_limit_in_hours_that_is_extended_until_a_day_ends_with_it(db: Database, clock: Clock) -> None:
    extend = "default: true, extend: {by: [township], most: P2D, default: true}"
    stage = a_stage(db, clock, "2018-09-26 10:00", value="PT10H", visit=extend)
    item = stage.visit()
    assert stage.town.limits.asked(stage.clerk, item.id).latest == date(2018, 9, 28)
    with pytest.raises(Refused, match="至 9月28日 24:00"):
        stage.town.limits.extend(stage.clerk, item.id, until=date(2018, 9, 29), reason=WHY, seen=0)

    due = stage.town.limits.extend(stage.clerk, item.id, until=date(2018, 9, 26), reason=WHY, seen=0)

    assert due == last("2018-09-26")
    assert stage.differences(item.case_id) == []


def test_why_tells_every_roll_and_what_pauses_left_out(db: Database, clock: Clock) -> None:
    rolling = VISIT.replace("days: working", "roll: next_working")
    stage = a_stage(db, clock, "2018-09-26 10:00", visit=rolling)
    stage.load(AUTUMN)
    item = stage.visit()
    stage.town.limits.suspend(stage.office, item.id, reason=WHY, seen=0)
    stage.clock.now = at("2018-09-28 10:00")
    stage.town.limits.resume(stage.office, item.id, reason=WHY, seen=1)
    stage.town.limits.extend(stage.clerk, item.id, length="5", reason=WHY, seen=2)

    view = stage.town.inbox.item(stage.clerk, item.id)

    # 27/9 is left out; five days end on 2/10, roll to 8/10, and five more end on Saturday 13/10
    assert view.limit is not None
    assert view.limit.rolls == [
        (date(2018, 10, 2), date(2018, 10, 8)),
        (date(2018, 10, 13), date(2018, 10, 15)),
    ]
    assert view.limit.suspended == "1天"
    assert view.limit.calendars == ["国办发明电〔2017〕12号"]
    assert "本应于10月2日届满，当日休息，顺延至10月8日。" in view.why.until
    assert "中止计时共1天，不计入。" in view.why.until

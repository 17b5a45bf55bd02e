"""发起办理: what a unit may start by hand is offered, started once, and led to; what is not theirs is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from engine.core.errors import NotFound
from engine.core.model import system
from engine.store import tables as t
from tests.register.conftest import Land
from tests.security.conftest import CHILD
from tests.web.conftest import Staff
from tests.web.latin import latin_in

Browsers = Callable[[str], Staff]
SCHOOL, TOWN = "fh.school.溪口镇", "fh.township.溪口镇"
DROPOUT = {"unit": SCHOOL, "procedure": "P08"}


def count(land: Land, table: Any) -> int:
    with land.services.database.unit(system("engine")) as unit:
        return unit.connection.scalar(select(func.count()).select_from(table)) or 0


def running(land: Land) -> list[str]:
    with land.services.database.unit(system("engine")) as unit:
        wanted = select(t.instance.c.procedure).where(t.instance.c.ended_at.is_(None)).order_by(t.instance.c.id)
        return list(unit.connection.scalars(wanted))


def due_of(land: Land, code: str) -> datetime | None:
    with land.services.database.unit(system("engine")) as unit:
        return unit.connection.scalar(select(t.work_item.c.due_at).where(t.work_item.c.code == code))


def a_child(land: Land) -> str:
    """Report a child whom the teacher and the police may read from then on, and return where it is started for."""
    land.report()
    return "/children/1/start"


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def test_a_school_starts_a_procedure_and_is_led_to_its_task_with_the_due_time(land: Land, browser_of: Browsers) -> None:
    at, teacher = a_child(land), browser_of("teacher")
    page = teacher.text(at)

    started = teacher.submit(at, DROPOUT)

    assert "发起：控辍保学" in page
    assert "发起：监护干预" not in page, "that is for police, township and village"
    assert latin_in(page) == []
    assert started.status_code == 302
    assert started.location.startswith("/items/")
    told = teacher.text(started.location)
    assert re.search(r"“控辍保学”已发起。请办理“排查并辍学登记”，应于 \d+月\d+日 \d\d:\d\d 前办结。", told)
    assert "P08" in running(land)


def test_a_procedure_that_is_not_the_units_is_refused_and_nothing_runs(land: Land, browser_of: Browsers) -> None:
    at, before = a_child(land), running(land)
    teacher = browser_of("teacher")

    refused = teacher.submit(at, {"unit": SCHOOL, "procedure": "P06"})
    borrowed = teacher.submit(at, {"unit": TOWN, "procedure": "P06"})

    assert (refused.status_code, "不由您的单位启动" in text(refused)) == (409, True)
    assert borrowed.status_code == 404
    assert running(land) == before


def test_a_child_whom_one_may_not_read_cannot_be_started_for(land: Land, browser_of: Browsers) -> None:
    at, before = a_child(land), running(land)
    for login, unit in (("stranger", "fh.school.锦屏街道"), ("elsewhere", "dl.police.jinzhou")):
        person = browser_of(login)
        assert person.get(at).status_code == 404
        assert person.submit(at, {"unit": unit, "procedure": "P08"}, page="/start").status_code == 404
    assert running(land) == before


def test_two_presses_start_one_and_a_second_start_enters_what_runs(land: Land, browser_of: Browsers) -> None:
    at, teacher = a_child(land), browser_of("teacher")
    hidden = teacher.hidden(at)

    first, second = (teacher.client.post(at, data={**hidden, **DROPOUT}) for _ in range(2))
    page = teacher.text(at)
    again = teacher.submit(at, DROPOUT)

    assert first.location == second.location
    assert "补充：控辍保学" in page
    assert "发起：控辍保学" not in page
    assert "此前已在办，没有另开" in teacher.text(again.location)
    assert running(land).count("P08") == 1


def test_what_decides_before_the_first_task_is_asked_with_the_start(land: Land, browser_of: Browsers) -> None:
    a_child(land)
    land.accept()
    town = browser_of("town")
    at = "/children/1/start"
    entrust = {"unit": TOWN, "procedure": "P11"}

    page = town.text(at)
    wrong = town.submit(at, {**entrust, "f.leave_on": "2018-02-30"})
    started = town.submit(at, {**entrust, "f.leave_on": "2018-03-25"})

    assert "外出日" in page
    assert (wrong.status_code, "2018-02-30" in text(wrong)) == (422, True)
    assert started.location == "/cases/1", "the first task is the village's"
    assert re.search("“委托监护”已发起。已送[^：]*：“", town.text(started.location))
    assert due_of(land, "P11-T1") == datetime(2018, 3, 24, 16, tzinfo=UTC), "before the parents leave"


def test_a_child_without_a_file_gets_one_once_after_a_search_that_finds_nobody(
    land: Land, browser_of: Browsers
) -> None:
    teacher = browser_of("teacher")
    searched = text(teacher.submit("/start", {"q": "叶小苗 2010-05-01"}))
    typed = {
        "f.child_name": "叶小苗",
        "f.sex": "女",
        "f.birth_date": "2010-05-01",
        "f.residence.text": "上坪村",
        "what": f"{SCHOOL} P08",
        "do": "complete",
    }
    hidden = teacher.hidden("/start/new")

    lacking = teacher.client.post("/start/new", data={**hidden, **typed, "f.child_name": ""})
    first = teacher.client.post("/start/new", data={**hidden, **typed})
    with teacher.client.session_transaction() as session:
        session.pop("done", None)  # as two presses at the same instant are
    second = teacher.client.post("/start/new", data={**hidden, **typed})

    assert "新建档案并发起" in searched
    assert (lacking.status_code, "叶小苗" not in text(lacking)) == (422, True)
    assert first.location.startswith("/items/")
    assert second.status_code == 200, "now there is somebody of this name and birthday"
    assert "可能已有这名儿童的档案" in text(second)
    twice = teacher.client.post("/start/new", data={**hidden, **typed, "same": "new"})
    assert (twice.status_code, "不必再次提交" in text(twice)) == (409, True)
    assert count(land, t.child) == 1


def test_a_double_whom_one_may_not_read_is_started_by_nobody_else(land: Land, browser_of: Browsers) -> None:
    a_child(land)
    before = running(land)
    stranger = browser_of("stranger")
    typed = {
        "f.child_name": "别名",
        "f.sex": "女",
        "f.birth_date": "2009-01-01",
        "f.id_no": CHILD["id_no"],
        "f.residence.text": "上坪村",
        "what": "fh.school.锦屏街道 P08",
        "do": "complete",
    }

    asked = text(stranger.submit("/start/new", typed))
    same = stranger.submit("/start/new", {**typed, "same": "1"})
    forced = stranger.submit("/start/new", {**typed, "same": "new"})

    assert "已有档案，由奉化区民政局管理" in asked
    assert (same.status_code, "不在您的查阅范围" in text(same)) == (409, True)
    assert "证件号码相同的是同一名儿童" in text(forced)
    with pytest.raises(NotFound):
        land.services.casework.start(
            land.person("stranger"), "fh.school.锦屏街道", "P08", child={"child_name": "别名", "id_no": CHILD["id_no"]}
        )
    assert running(land) == before
    assert count(land, t.child) == 1


def test_the_work_of_the_period_is_started_once_by_the_unit_whose_it_is(land: Land, browser_of: Browsers) -> None:
    town, teacher = browser_of("town"), browser_of("teacher")
    census = {"unit": TOWN, "procedure": "P09"}
    page = town.text("/start")

    first = town.submit("/start/cycle", census, page="/start")
    told, after = town.text(first.location), town.text("/start")
    second = town.submit("/start/cycle", census, page="/start")

    assert "本期工作" in page
    assert latin_in(page) == []
    assert first.status_code == 302
    assert "已发起" in told
    assert "在办，查看" in after
    assert "没有另开" in town.text(second.location)
    assert running(land) == ["P09"]
    refused = teacher.submit("/start/cycle", {"unit": SCHOOL, "procedure": "P09"}, page="/start")
    assert (refused.status_code, "不能启动" in text(refused)) == (409, True)

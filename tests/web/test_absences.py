"""请假与代办 by form: recorded, warned of, refused with everything typed kept, and ended early."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.conftest import Clock
from tests.web.latin import latin_in
from tests.web.verbs import Office, an_office, said

DO = {"do": "do_it"}


@pytest.fixture
def office(private_folder: Path, database_url: str, clock: Clock) -> Iterator[Office]:
    made = an_office(private_folder, database_url, clock)
    yield made
    made.services.close()


def leave(office: Office, substitute: str, **more: str) -> dict[str, str]:
    days = {"first": "2018-03-12", "last": "2018-03-14"}
    return {**days, "substitute": str(office.person(substitute)), **DO, **more}


def test_a_substitute_works_in_the_name_of_the_absent_and_the_case_tells_it(office: Office) -> None:
    item, officer = office.claimed(), office.at("officer")
    assert officer.submit("/absences", leave(office, "mate")).location == "/absences"
    assert "由吴海代办" in said(officer.get("/absences"))

    mate = office.at("mate")
    assert "代周明" in said(mate.get("/inbox?view=mine"))
    assert "由您代办" in said(mate.get("/absences"))
    assert "（代周明）" in said(mate.get(f"/items/{item}"))
    assert mate.submit(f"/items/{item}", {"f.urgent": "false", "do": "complete"}).location == "/inbox"
    assert "吴海（代周明）" in said(mate.get("/cases/1"))


def test_the_cover_ends_by_itself_and_early(office: Office) -> None:
    item, officer = office.claimed(), office.at("officer")
    officer.submit("/absences", leave(office, "mate"))
    assert office.ids("mate", "mine") == [item]

    ended = officer.submit("/absences/1/end", {}, page="/absences")
    assert "已提前结束" in said(officer.get(ended.location))
    assert office.ids("mate", "mine") == []
    officer.submit("/absences", leave(office, "mate"))
    office.clock.shift(timedelta(days=3))
    assert office.ids("mate", "mine") == []


def test_somebody_else_neither_sees_nor_ends_an_absence(office: Office) -> None:
    office.at("officer").submit("/absences", leave(office, "mate"))
    west = office.at("west")

    assert "周明" not in said(west.get("/absences"))
    assert west.submit("/absences/1/end", {}, page="/absences").status_code == 404
    assert west.submit("/absences", leave(office, "mate", person=str(office.person("officer")))).status_code == 404


def test_what_is_risky_is_confirmed_before_it_is_done(office: Office) -> None:
    west = office.at("west")
    fields = {"first": "2018-03-12", "last": "2018-03-14", "substitute": "", **DO}

    asked = west.submit("/absences", fields)
    assert "没有代办人" in said(asked)
    assert "没有人在岗" in said(asked)
    assert 'value="2018-03-14"' in asked.get_data(as_text=True)
    assert "我的请假" not in said(west.get("/absences"))

    assert west.submit("/absences", {**fields, "confirmed": "1"}).location == "/absences"
    assert "我的请假" in said(west.get("/absences"))


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"first": ""}, 422, "请填写开始日期"),
        ({"last": "下周"}, 422, "日期请写成"),
        ({"last": "2018-03-01"}, 422, "不能早于开始日期"),
        ({"procedure": "P99"}, 422, "列出的程序"),
        ({"substitute": "999"}, 422, "同一单位"),
    ],
)
def test_what_cannot_be_is_refused_with_everything_kept(
    office: Office, changes: dict[str, str], status: int, words: str
) -> None:
    officer = office.at("officer")

    answer = officer.submit("/absences", leave(office, "mate") | changes)

    assert answer.status_code == status
    assert words in said(answer)
    kept = leave(office, "mate") | changes
    assert f'value="{kept["first"]}"' in answer.get_data(as_text=True)


def test_a_circle_is_refused_in_a_sentence(office: Office) -> None:
    office.at("officer").submit("/absences", leave(office, "mate"))

    answer = office.at("mate").submit("/absences", leave(office, "officer"))

    assert answer.status_code == 409
    assert "不能互相代办" in said(answer)


def test_the_head_records_for_a_colleague_and_a_double_press_records_once(office: Office) -> None:
    chief = office.at("chief")
    fields = chief.hidden("/absences") | leave(office, "mate", person=str(office.person("officer")))

    answers = [chief.client.post("/absences", data=fields) for _ in range(2)]

    assert [one.location for one in answers] == ["/absences", "/absences"]
    page = said(chief.get("/absences"))
    assert page.count("由吴海代办") == 1
    assert "本单位人员请假" in page


def test_the_page_is_in_chinese(office: Office) -> None:
    office.at("officer").submit("/absences", leave(office, "mate"))

    assert [latin_in(office.at(login).text("/absences")) for login in ("officer", "mate", "chief")] == [[], [], []]

"""Search before create: a child is found by what is known of it, and finding is not reading."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.core.errors import Refused
from engine.core.model import system
from engine.service import childindex
from engine.store import tables as t
from tests.conftest import Clock
from tests.register.conftest import Land
from tests.security.conftest import CHILD, REPORT
from tests.web.conftest import Staff

NAMED = "小禾 2008-03-12"


@pytest.mark.parametrize(
    "text",
    [
        "小禾",
        " 小　禾 ",
        "XH",
        "330283200803120024",
        "３３０２８３２００８０３１２００２４",
        "2008-03-12",
        "儿-1",
        NAMED,
        "XH 20080312",
    ],
)
def test_who_may_read_finds_the_child_by_anything_that_is_known(text: str, land: Land) -> None:
    land.report()

    found = land.services.finding.find(land.person("police"), text)

    assert [(one.code, one.line) for one in found.readable] == [("儿-00001", "女，10岁，上坪村")]
    assert found.readable[0].case_number
    assert not found.keepers


def test_everything_that_is_asked_must_fit(land: Land) -> None:
    land.report()

    assert not land.services.finding.find(land.person("police"), "小禾 2009-03-12").readable


@pytest.mark.parametrize("text", ["330283200803120024", NAMED])
def test_who_may_not_read_learns_only_that_there_is_a_file_and_whom_to_ask(text: str, land: Land) -> None:
    land.report()

    found = land.services.finding.find(land.person("stranger"), text)

    assert not found.readable
    assert found.keepers == ["奉化区民政局"]


@pytest.mark.parametrize("text", ["小禾", "XH", "2008-03-12", "儿-1", "FH-2018-0001"])
def test_a_name_or_a_number_of_ours_tells_a_stranger_nothing(text: str, land: Land) -> None:
    land.report()

    found = land.services.finding.find(land.person("stranger"), text)

    assert (found.readable, found.keepers) == ([], [])


def test_nobody_finds_children_of_another_jurisdiction(land: Land) -> None:
    land.report()

    found = land.services.finding.find(land.person("elsewhere"), NAMED)

    assert (found.readable, found.keepers) == ([], [])


def test_every_search_is_recorded_without_its_words_and_the_auditor_sees_it(land: Land) -> None:
    land.report()
    land.services.finding.find(land.person("stranger"), NAMED)

    with land.services.database.unit(system("auditor")) as unit:
        row = unit.connection.execute(select(t.child_look).where(t.child_look.c.kind == "search")).one()
    assert (row.asked, row.found, row.withheld) == (["birth", "name"], 0, 1)
    assert "小禾" not in str(row)


def test_who_asks_for_too_many_files_of_others_must_wait_but_may_report(land: Land, clock: Clock) -> None:
    land.report()
    stranger = land.person("stranger")
    for _ in range(20):
        land.services.finding.find(stranger, NAMED)

    with pytest.raises(Refused, match="次数过多"):
        land.services.finding.find(stranger, NAMED)
    assert land.services.finding.doubles(stranger, "fh", {"child_name": "小禾", "birth_date": "2008-03-12"}) == []
    clock.shift(timedelta(hours=1, minutes=1))
    assert land.services.finding.find(stranger, NAMED).keepers


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"child_name": "小禾", "birth_date": "2008-03-12"}, "姓名和出生日期相同"),
        ({"child_name": "晓荷", "birth_date": "2008-03-12"}, "姓名拼音首字母和出生日期相同"),
        ({"child_name": "晓荷", "id_no": CHILD["id_no"]}, "证件号码相同"),
    ],
)
def test_a_possible_double_is_named_with_why(fields: dict[str, str], why: str, land: Land) -> None:
    land.report()

    (double,) = land.services.finding.doubles(land.person("police"), "fh", fields)

    assert (double.why, double.code) == (why, "儿-00001")


@pytest.mark.parametrize("fields", [{"child_name": "小禾"}, {"birth_date": "2008-03-12"}, {"child_name": "晓荷"}])
def test_one_thing_in_common_makes_no_double(fields: dict[str, str], land: Land) -> None:
    land.report()

    assert land.services.finding.doubles(land.person("police"), "fh", fields) == []


def test_files_of_an_older_release_are_indexed_by_the_worker(land: Land) -> None:
    land.report()
    with land.services.database.unit(system("engine")) as unit:
        unit.connection.execute(t.child_index.delete())
        unit.connection.execute(t.child.update().values(indexed=0))
    assert not land.services.finding.find(land.person("police"), "小禾").readable

    assert childindex.catch_up(land.services.database) == 1

    assert land.services.finding.find(land.person("police"), "小禾").readable
    assert childindex.catch_up(land.services.database) == 0


def _typed(child: dict[str, str]) -> dict[str, object]:
    place = {"f.residence.text": "上坪村", "f.place.text": "上坪村", "f.found_at": "2018-03-12T11:30"}
    rest = {f"f.{key}": value for key, value in REPORT.items() if key not in {"place", "found_at", "suspected"}}
    return {**{f"f.{key}": value for key, value in child.items()}, **rest, **place, "f.suspected": "false"}


def test_before_a_second_file_is_opened_the_reporter_is_asked_and_never_stopped(
    land: Land, browser_of: Callable[[str], Staff]
) -> None:
    land.report()
    stranger = browser_of("stranger")
    typed = {**_typed({"child_name": "小禾", "sex": "女", "birth_date": "2008-03-12"}), "do": "complete"}

    asked = stranger.submit("/report", typed)
    assert asked.status_code == 200
    page = asked.get_data(as_text=True)
    assert "可能已有这名儿童的档案" in page
    assert "姓名和出生日期相同" in page
    assert "儿-00001" not in page

    assert stranger.submit("/report", {**typed, "same": "new"}).status_code == 302
    assert land.services.finding.find(land.person("police"), "小禾").readable[0].code == "儿-00001"
    assert len(land.services.finding.find(land.person("police"), "小禾").readable) == 2


def test_a_reporter_who_says_the_same_child_reports_to_the_file_that_is_there(
    land: Land, browser_of: Callable[[str], Staff]
) -> None:
    first = land.report()
    typed = {**_typed({"child_name": "小禾", "sex": "女", "birth_date": "2008-03-12"}), "do": "complete"}

    done = browser_of("stranger").submit("/report", {**typed, "same": "1"})

    assert done.location == f"/cases/{first}"
    # A file that shares nothing is not taken, whatever number is sent.
    other = {**_typed({"child_name": "阿强", "sex": "男", "birth_date": "2011-01-01"}), "do": "complete", "same": "1"}
    assert browser_of("colleague").submit("/report", other).location != f"/cases/{first}"


def test_the_page_of_search_tells_readers_and_strangers_apart(land: Land, browser_of: Callable[[str], Staff]) -> None:
    land.report()

    read = browser_of("police").submit("/cases", {"q": NAMED}).get_data(as_text=True)
    assert "儿-00001" in read
    assert "女，10岁，上坪村" in read
    told = browser_of("stranger").submit("/cases", {"q": NAMED}).get_data(as_text=True)
    assert "已有档案，不在您的查阅范围" in told
    assert "奉化区民政局" in told
    assert "儿-00001" not in told
    assert "上坪村" not in told


def test_a_receipt_or_a_case_number_leads_those_who_may_read_to_the_child(land: Land) -> None:
    told = {"channel": "其他", "anonymous": True, "received_by": "fh.police"}
    answers = {**told, "situations": ["S4"], "place": "fh.溪口镇.上坪村", "narrative": "夜里哭喊"}
    code = land.services.reports.report_public("fh", "P01", answers, {"child_name": "小满"})
    spaced = " ".join(code[at : at + 4] for at in range(0, len(code), 4)).upper()
    (seen,) = land.services.finding.find(land.person("police"), spaced).readable

    assert seen.case_number
    assert land.services.finding.find(land.person("police"), seen.case_number).readable[0].id == seen.id
    assert not land.services.finding.find(land.person("stranger"), spaced).readable

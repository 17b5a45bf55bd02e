"""Two files of one child become one: by those who may, with a reason, and back again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from engine.core.errors import Invalid, NotFound, Refused
from engine.core.model import system
from engine.service import children, replay
from engine.store import tables as t
from tests.register.conftest import Land
from tests.register.test_files import edit, shown
from tests.register.test_rosters import Office
from tests.web.conftest import Staff
from tests.web.latin import latin_in

TWICE = [
    [1, "叶小禾", "330283200803120028", "", "上坪村", "3组18号", "父母双方外出务工", ""],
    [2, "叶晓禾", "", "2008-03-12", "上坪村", "3组19号", "", "爱画画"],
]


@pytest.fixture
def office(land: Land) -> Office:
    """A township with one child twice in its register, its two names alike."""
    made = Office(land=land, acting=land.person("town"))
    made.accept_all(made.bring(TWICE[:1]))
    made.accept_all_of(made.bring(TWICE))
    return made


def versions(land: Land, login: str = "town") -> tuple[int, int]:
    seen: tuple[int, int] = land.services.joining.compare(land.person(login), 1, "儿-00002").versions
    return seen


def join(land: Land, login: str = "town", taken: tuple[str, ...] = (), reason: str = "看了户口簿") -> None:
    land.services.joining.join(
        land.person(login), 1, "儿-00002", taken=taken, reason=reason, seen=versions(land, login)
    )


def disagreements(land: Land, case_id: int) -> list[str]:
    """Return where a case's journal and its tables do not say the same."""
    with land.services.database.unit(system("engine")) as unit:
        return list(replay.differences(unit.connection, case_id))


def test_possible_doubles_are_offered_with_why_and_shown_side_by_side(office: Office, land: Land) -> None:
    assert land.services.joining.doubles(office.acting, 1) == [("儿-00002", "姓名拼音首字母和出生日期相同")]

    compared = land.services.joining.compare(office.acting, 1, "儿-00002")

    pairs = {one.title: (one.kept, one.gone, one.differs) for one in compared.pairs}
    assert pairs["现住详细地址"] == ("3组18号", "3组19号", True)
    assert pairs["特别说明"] == ("", "爱画画", False)


def test_the_kept_file_takes_what_it_lacks_and_what_was_chosen(office: Office, land: Land) -> None:
    join(land, taken=("address",))

    told = shown(land)
    assert (told["姓名"], told["现住详细地址"], told["特别说明"]) == ("叶小禾", "3组19号", "爱画画")
    view = land.services.file_views.view(office.acting, 1)
    assert view.merged == [(2, "儿-00002")]
    gone = land.services.file_views.view(office.acting, 2)
    assert gone.merged_into == (1, "儿-00001")
    found = land.services.finding.find(office.acting, "叶晓禾").readable
    assert [one.code for one in found] == ["儿-00001"], "who asks by the other name is led to the file that stays"
    with pytest.raises(NotFound):
        edit(land, "town", "school", {"school_state": "在学"}, child_id=2)


def test_a_roster_finds_the_file_that_stays(office: Office, land: Land) -> None:
    join(land)

    assert office.counts(office.bring(TWICE[:1])) == {"same": 1}


def test_cases_and_relatives_go_along_and_the_journals_stay_true(office: Office, land: Land) -> None:
    case_id = land.report("teacher", {"child_name": "叶晓禾", "birth_date": "2008-03-12", "id_no": "G1234567"})
    with land.services.database.unit(system("engine")) as unit:
        child_id = unit.connection.execute(select(t.case.c.child_id).where(t.case.c.id == case_id)).scalar_one()
    land.services.file_changes.relate(office.acting, 2, "carer", {"name": "王阿婆"}, reason="走访")
    civil = land.person("civil")
    code = f"儿-{child_id:05d}"
    seen = land.services.joining.compare(civil, 1, code).versions
    land.services.joining.join(civil, 1, code, taken=(), reason="看了户口簿", seen=seen)
    join(land)

    view = land.services.file_views.view(civil, 1)
    assert [one.id for one in view.cases] == [case_id]
    assert [one.name for one in view.relatives] == ["王阿婆"]
    assert land.services.cases.case(land.person("police"), case_id).child.code == "儿-00001"
    assert disagreements(land, case_id) == []

    land.services.joining.part(civil, child_id, reason="不是同一人")
    assert land.services.cases.case(land.person("police"), case_id).child.code == code
    assert land.services.file_views.view(civil, 1).cases == []
    assert disagreements(land, case_id) == []


def test_a_join_is_undone_and_later_corrections_stay(office: Office, land: Land) -> None:
    before = office.files()
    join(land, taken=("address",))
    edit(land, "town", "school", {"school_state": "在学"})

    land.services.joining.part(office.acting, 2, reason="是两姐妹")

    kept, gone = office.files()
    assert kept == {**before[0], "school_state": "在学"}
    assert gone == before[1]
    assert land.services.file_views.view(office.acting, 2).merged_into is None
    assert len(land.services.finding.find(office.acting, "2008-03-12").readable) == 2


def test_two_open_cases_become_one_and_cannot_be_parted(office: Office, land: Land) -> None:
    first = land.report("teacher", {"child_name": "叶小禾", "id_no": "330283200803120028"})
    second = land.report("colleague", {"child_name": "叶小荷", "birth_date": "2008-03-12"})
    civil = land.person("civil")
    seen = land.services.joining.compare(civil, 1, "儿-00003")
    assert seen.joins_cases
    land.services.joining.join(civil, 1, "儿-00003", taken=(), reason="看了户口簿", seen=seen.versions)

    with land.services.database.unit(system("engine")) as unit:
        states = {row.id: row.state for row in unit.connection.execute(select(t.case.c.id, t.case.c.state))}
        assert children.find(unit, "fh", {"id_no": "330283200803120028"}) == 1
    assert states == {first: "open", second: "merged"}
    with pytest.raises(Refused, match="不能撤销"):
        land.services.joining.part(civil, 3, reason="弄错了")


def test_only_whom_the_jurisdiction_names_may_join(office: Office, land: Land) -> None:
    land.services.people.add(
        "village", "何桂兰", units=["fh.supervisor.上坪村"], password_hash="scrypt$1$1$1$AA==$AA=="
    )
    village = land.services.people.acting_by_login("village")
    assert land.services.file_views.view(village, 1).may_edit
    assert not land.services.file_views.view(village, 1).may_merge

    with pytest.raises(Refused):
        land.services.joining.compare(village, 1, "儿-00002")
    with pytest.raises(NotFound):
        land.services.joining.compare(land.person("police"), 1, "儿-00002")


def test_a_join_needs_a_reason_another_file_and_what_was_seen(office: Office, land: Land) -> None:
    with pytest.raises(Invalid, match="理由"):
        join(land, reason=" ")
    for code in ("儿-00001", "儿-99999", ""):
        with pytest.raises(Invalid):
            land.services.joining.compare(office.acting, 1, code)
    with pytest.raises(Refused, match="刚刚被改动"):
        land.services.joining.join(office.acting, 1, "儿-00002", taken=(), reason="看了户口簿", seen=(9, 9))


def test_files_are_joined_and_parted_by_their_pages(
    office: Office, land: Land, browser_of: Callable[[str], Staff]
) -> None:
    town = browser_of("town")
    first = town.text("/children/1/join")
    assert "儿-00002（姓名拼音首字母和出生日期相同）" in first
    page = town.submit("/children/1/join", {"code": "儿-00002"}).get_data(as_text=True)
    assert "3组19号" in page
    seen = dict(zip(("kept", "gone"), map(str, versions(land)), strict=True))
    asked = {"code": "儿-00002", "do": "join", "t.address": "gone", **seen}
    refused = town.submit("/children/1/join", asked)
    assert refused.status_code == 422
    assert "请写明理由" in refused.get_data(as_text=True)

    assert town.submit("/children/1/join", {**asked, "reason": "看了户口簿"}).status_code == 302
    joined = town.text("/children/1")
    assert "并入的档案" in joined
    assert "已并入" in town.text("/children/2")
    parted = town.submit("/children/1/part", {"gone": "2", "reason": "两姐妹"}, page="/children/1")
    assert parted.location == "/children/2"
    assert [latin_in(one) for one in (first, page, joined, town.text("/children/2"))] == [[]] * 4

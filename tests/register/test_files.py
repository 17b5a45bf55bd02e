"""一人一档: the file is read by those who keep the register, corrected with a reason, and each change is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from engine.core.errors import Invalid, NotFound, Refused
from engine.core.model import system
from engine.store import tables as t
from tests.register.conftest import Land
from tests.register.test_rosters import ROWS, Office
from tests.web.conftest import Staff
from tests.web.latin import latin_in

WHY = {"change_source": "走访", "change_reason": "入户核对户口簿"}


@pytest.fixture
def office(land: Land) -> Office:
    """A township in whose register three children stand."""
    made = Office(land=land, acting=land.person("town"))
    made.accept_all(made.bring(ROWS))
    return made


def edit(land: Land, login: str, section: str, changes: dict[str, Any], child_id: int = 1) -> tuple[str, ...]:
    """Change some fields of a section as its form does, with everything else as it is."""
    acting = land.person(login)
    view = land.services.file_changes.editing(acting, child_id, section)
    given = {**view.values, **WHY, **changes}
    answers = {key: value for key, value in given.items() if value is not None}
    return tuple(land.services.file_changes.edit(acting, child_id, section, answers, seen=view.version))


def shown(land: Land, login: str = "town", child_id: int = 1) -> dict[str, str]:
    view = land.services.file_views.view(land.person(login), child_id)
    return {label: text for section in view.sections for label, text in section.pairs}


def test_a_correction_is_kept_with_who_why_and_since_when(office: Office, land: Land) -> None:
    keys = edit(land, "town", "basic", {"residence": "fh.溪口镇.竹园村", "change_since": "2018-03-01"})

    assert keys == ("residence",)
    assert shown(land)["现住地"] == "溪口镇 竹园村"
    line = land.services.file_views.view(office.acting, 1).history[0]
    assert line.words == "现住地：溪口镇 上坪村 → 溪口镇 竹园村"
    assert (line.who, line.reason, line.source) == ("溪口镇人民政府　陈雅琴", "入户核对户口簿", "走访")
    assert str(line.since) == "2018-03-01"
    with land.services.database.unit(system("engine")) as unit:
        row = unit.connection.execute(select(t.child_change).order_by(t.child_change.c.id.desc())).first()
    assert row is not None
    assert (row.kind, row.keys) == ("edited", "residence")
    assert "竹园村" not in str(row)


@pytest.mark.parametrize(
    ("section", "changes", "field"),
    [
        ("basic", {"birth_date": "2019-01-01"}, "birth_date"),
        ("basic", {"birth_date": "1980-01-01"}, "birth_date"),
        ("basic", {"id_no": "330283200803120021"}, "id_no"),
        ("care", {"carer_id_no": "330283196003120021"}, "carer_id_no"),
        ("basic", {"change_reason": None}, "change_reason"),
        ("basic", {"change_source": None}, "change_source"),
        ("school", {"school_state": "飞升"}, "school_state"),
    ],
)
def test_what_cannot_be_true_is_refused_by_its_field(
    section: str, changes: dict[str, Any], field: str, office: Office, land: Land
) -> None:
    before = office.files()

    with pytest.raises(Invalid) as refused:
        edit(land, "town", section, changes)

    assert set(refused.value.problems) == {field}
    assert office.files() == before


def test_what_is_doubtful_is_asked_once_more_and_then_kept(office: Office, land: Land) -> None:
    with pytest.raises(Invalid, match="性别与身份证号码里的不一致"):
        edit(land, "town", "basic", {"sex": "男"})

    assert edit(land, "town", "basic", {"sex": "男", "change_confirmed": True}) == ("sex",)


def test_not_collected_is_told_apart_from_never_asked(office: Office, land: Land) -> None:
    edit(land, "town", "care", {"uncollected": ["father_phone"]})

    told = shown(land)
    assert told["父亲电话"] == "未采集"
    assert "母亲电话" not in told
    edit(land, "town", "care", {"uncollected": [], "father_phone": "13900002222"})
    assert shown(land)["父亲电话"] == "13900002222"


def test_only_the_register_s_keepers_correct_and_nobody_else_reads(office: Office, land: Land) -> None:
    edit(land, "civil", "school", {"school_state": "在学"})

    for login in ("police", "teacher", "court", "elsewhere"):
        with pytest.raises(NotFound):
            land.services.file_views.view(land.person(login), 1)
        with pytest.raises(NotFound):
            edit(land, login, "school", {"school_state": "辍学"})


def test_who_only_reported_a_child_sees_and_changes_nothing_of_the_file(office: Office, land: Land) -> None:
    land.report("teacher", {"child_name": "叶小禾", "id_no": "330283200803120028"}, narrative="放学无人接")
    view = land.services.file_views.view(land.person("teacher"), 1)

    assert not view.whole
    assert (view.history, view.relatives, view.in_scope) == ([], [], None)
    assert "3组18号" not in str(view)
    with pytest.raises(Refused):
        land.services.file_changes.editing(land.person("teacher"), 1, "basic")


def test_two_people_do_not_overwrite_each_other(office: Office, land: Land) -> None:
    acting = land.person("civil")
    view = land.services.file_changes.editing(acting, 1, "school")
    edit(land, "town", "health", {"health": "良好"})

    with pytest.raises(Refused, match="刚刚被别人改动"):
        land.services.file_changes.edit(acting, 1, "school", {**WHY, "school_state": "在学"}, seen=view.version)


def test_a_child_who_moves_leaves_the_register_of_the_old_place(office: Office, land: Land) -> None:
    edit(land, "civil", "basic", {"residence": "fh.锦屏街道.桃园社区"})

    with pytest.raises(NotFound):
        land.services.file_views.view(office.acting, 1)
    assert shown(land, "civil")["现住地"] == "锦屏街道 桃园社区"


def test_a_corrected_birthday_reaches_the_open_case(office: Office, land: Land) -> None:
    case_id = land.report("teacher", {"child_name": "叶小禾", "id_no": "330283200803120028"})
    edit(land, "town", "basic", {"birth_date": "2008-04-12", "change_confirmed": True})

    with land.services.database.unit(system("engine")) as unit:
        due = unit.connection.scalars(
            select(t.timer.c.due_at).where(t.timer.c.case_id == case_id, t.timer.c.kind == "birthday")
        ).all()
        kinds = unit.connection.scalars(select(t.journal.c.kind).where(t.journal.c.case_id == case_id)).all()
    assert {(one.year, one.month) for one in due} == {(2024, 4), (2026, 4)}
    assert "child_changed" in kinds


def test_brothers_and_sisters_are_linked_both_ways(office: Office, land: Land) -> None:
    changes = land.services.file_changes
    changes.relate(office.acting, 1, "sibling", {}, code="儿-00002", reason="同一户口簿")
    changes.relate(office.acting, 1, "carer", {"name": "王阿婆", "phone": "13900003333"}, reason="走访")

    view = land.services.file_views.view(office.acting, 1)
    assert [(one.kind, one.name, one.code) for one in view.relatives] == [
        ("兄弟姐妹", "", "儿-00002"),
        ("照料人", "王阿婆", ""),
    ]
    other = land.services.file_views.view(office.acting, 2)
    assert [(one.kind, one.code) for one in other.relatives] == [("兄弟姐妹", "儿-00001")]
    changes.end_relation(office.acting, 2, other.relatives[0].id, reason="登记错了")
    assert [one.kind for one in land.services.file_views.view(office.acting, 1).relatives] == ["照料人"]


@pytest.mark.parametrize(
    ("kind", "told", "code", "reason", "field"),
    [
        ("carer", {"name": "王阿婆"}, "", "", "reason"),
        ("carer", {}, "", "走访", "name"),
        ("aunt", {"name": "王阿婆"}, "", "走访", "kind"),
        ("sibling", {}, "儿-99999", "走访", "code"),
        ("sibling", {}, "儿-00001", "走访", "code"),
        ("carer", {}, "儿-00002", "走访", "code"),
    ],
)
def test_a_relative_that_cannot_be_is_refused(
    kind: str, told: dict[str, str], code: str, reason: str, field: str, office: Office, land: Land
) -> None:
    with pytest.raises(Invalid) as refused:
        land.services.file_changes.relate(office.acting, 1, kind, told, code=code, reason=reason)

    assert field in refused.value.problems


def test_a_section_is_corrected_by_its_page(office: Office, land: Land, browser_of: Callable[[str], Staff]) -> None:
    town = browser_of("town")
    page = town.text("/children/1")
    assert "不属于留守儿童" in page
    assert 'href="/children/1/edit/school"' in page
    form = town.text("/children/1/edit/school")

    bad = town.submit("/children/1/edit/school", {"f.school_state": "在学", "do": "complete"})
    assert bad.status_code == 422
    assert "请填写“更正理由”" in bad.get_data(as_text=True)
    assert '<option value="在学" selected>' in bad.get_data(as_text=True)
    fields = {"f.school_state": "在学", "f.change_source": "学校", "f.change_reason": "学校名单", "do": "complete"}
    assert town.submit("/children/1/edit/school", fields).status_code == 302

    after = town.text("/children/1")
    assert "<dt>学业状况</dt><dd>在学</dd>" in after
    kin = {"kind": "carer", "name": "王阿婆", "reason": "走访"}
    assert town.submit("/children/1/relatives", {**kin, "reason": ""}, page="/children/1").status_code == 422
    assert town.submit("/children/1/relatives", kin, page="/children/1").status_code == 302
    told = town.text("/children/1")
    assert "王阿婆" in told
    assert [latin_in(one) for one in (page, form, after, told)] == [[]] * 4
    assert browser_of("teacher").get("/children/1").status_code == 404

"""Who may read what: guessing ids, reporting somebody else's child and sitting in another agency tell nothing."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from engine.core.errors import Invalid, NotFound, Refused
from engine.core.model import system
from engine.store import tables
from tests.security.conftest import CHILD, REPORT, Land
from tests.web.conftest import Staff

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\n%%EOF\n"
Browsers = Callable[[str], Staff]


def child_of(land: Land, case_id: int) -> int:
    with land.services.database.unit(system("engine")) as unit:
        wanted = tables.case.select().where(tables.case.c.id == case_id)
        return int(unit.connection.execute(wanted).one().child_id)


def attached(land: Land, login: str, code: str, key: str = "files") -> int:
    item = land.item(login, code)
    return land.services.files.attach(land.person(login), item.id, key, "笔录.pdf", "application/pdf", io.BytesIO(PDF))


@pytest.mark.parametrize("login", ["elsewhere", "stranger"])
def test_nobody_starts_a_procedure_for_the_file_of_a_child_they_may_not_see(land: Land, login: str) -> None:
    case_id = land.report()

    with pytest.raises(NotFound):
        land.start(login, child_of(land, case_id))


def test_a_case_of_another_unit_or_jurisdiction_is_as_if_it_were_not(land: Land, browser_of: Browsers) -> None:
    case_id = land.report()
    item = land.item("police", "P01-T3").id
    paths = [f"/cases/{case_id}", f"/cases/{case_id}/answers", f"/children/{child_of(land, case_id)}", f"/items/{item}"]
    paths += [f"/cases/{case_id}/events/child_found", "/files/1"]

    for login in ("stranger", "elsewhere"):
        person = browser_of(login)
        found = {path: person.get(path).status_code for path in paths}
        missing = {path: person.get(path.replace(str(case_id), "999")).status_code for path in paths}

        assert set(found.values()) == set(missing.values()) == {404}
        assert CHILD["child_name"] not in person.get("/cases?q=" + CHILD["id_no"]).get_data(as_text=True)


def test_what_another_unit_is_to_do_cannot_be_done_claimed_or_given_back(land: Land) -> None:
    land.report()
    item = land.item("police", "P01-T3")
    casework, stranger = land.services.casework, land.person("town")

    with pytest.raises(NotFound):
        casework.claim(stranger, item.id, item.version)
    with pytest.raises(NotFound):
        casework.release(stranger, item.id, item.version)
    with pytest.raises(NotFound):
        casework.complete(stranger, item.id, {}, item.version)


def test_an_event_is_said_by_those_units_only_that_may_say_it(land: Land) -> None:
    case_id = land.report()
    land.accept()
    happened = land.services.casework.happened

    with pytest.raises(NotFound):
        happened(land.person("elsewhere"), case_id, "child_found", {}, reason="看见")
    with pytest.raises(Refused):
        happened(land.person("teacher"), case_id, "child_found", {}, reason="看见")
    with pytest.raises(NotFound):
        happened(land.person("teacher"), case_id, "child_found", {}, reason="看见", unit_key="fh.police")


def test_who_reports_a_child_by_its_id_number_learns_nothing_of_the_child(land: Land, browser_of: Browsers) -> None:
    """A stranger with an ID number must not come to a child's file by reporting the child."""
    first = land.report()
    land.accept()
    number_only = {"id_no": CHILD["id_no"], "child_name": "猜的名字"}
    guessed = {**REPORT, "narrative": "随便报一下", "reporter_name": "某某"}

    started = land.start("stranger", number_only)
    stranger = browser_of("stranger")
    form = stranger.get(f"/items/{land.item('stranger', 'P01-T2').id}").get_data(as_text=True)
    land.complete("stranger", "P01-T2", {**guessed, **number_only, "place": "fh.锦屏街道"})
    pages = {
        path: stranger.get(path).get_data(as_text=True)
        for path in (f"/cases/{first}", f"/cases/{first}/answers", f"/children/{child_of(land, first)}", "/cases")
    }

    assert started.case_id == first
    assert "随便报一下" in pages[f"/cases/{first}/answers"]
    for page in (form, *pages.values()):
        assert "小禾" not in page
        assert "上坪村" not in page
        assert "已有三天" not in page
        assert "许老师" not in page


def test_a_reporter_does_not_read_what_the_police_wrote(land: Land, browser_of: Browsers) -> None:
    case_id = land.report()
    file_id = attached(land, "police", "P01-T3")
    item = land.item("police", "P01-T3")
    land.services.casework.complete(
        land.person("police"),
        item.id,
        {"in_scope": "留守", "jurisdiction_ok": True, "imminent": True, "accepted_at": "2018-03-12T12:00:00+08:00"},
        item.version,
        [file_id],
    )
    teacher = browser_of("teacher")

    answers = teacher.get(f"/cases/{case_id}/answers").get_data(as_text=True)

    assert "已有三天" in answers
    assert "受理时间" not in answers
    assert teacher.get(f"/files/{file_id}").status_code == 404
    assert "笔录" not in teacher.get(f"/cases/{case_id}").get_data(as_text=True)
    assert browser_of("police").get(f"/files/{file_id}").status_code == 200


def test_each_of_several_reporters_is_known_to_the_police_alone(land: Land, browser_of: Browsers) -> None:
    case_id = land.report()
    land.report("stranger", CHILD, place="fh.锦屏街道")
    land.accept()
    land.accept()
    paths = [f"/cases/{case_id}", f"/cases/{case_id}/answers", "/inbox?view=working", "/notices"]

    town = [browser_of("town").get(path).get_data(as_text=True) for path in paths]
    police = "".join(browser_of("police").get(path).get_data(as_text=True) for path in paths)

    for page in town:
        assert "许老师" not in page
        assert "外校老师" not in page
        assert "中心学校" not in page
        assert "13900001111" not in page
    assert "许老师" in police
    assert "外校老师" in police


def test_who_reads_their_own_file_is_not_named_by_it_as_the_reporter(land: Land, browser_of: Browsers) -> None:
    started = land.start("teacher")
    file_id = attached(land, "teacher", "P01-T2")
    land.complete("teacher", "P01-T2", {**CHILD, **REPORT})
    land.accept()
    teacher = browser_of("teacher")

    assert teacher.get(f"/files/{file_id}").status_code == 200
    assert "许老师" not in browser_of("town").get(f"/cases/{started.case_id}").get_data(as_text=True)


def test_a_colleague_of_the_reporter_does_not_read_who_reported(land: Land, browser_of: Browsers) -> None:
    land.start("teacher")
    item = land.item("teacher", "P01-T2")
    land.complete("teacher", "P01-T2", {**CHILD, **REPORT})

    assert "许老师实名" in browser_of("teacher").get(f"/items/{item.id}").get_data(as_text=True)
    assert "许老师实名" not in browser_of("colleague").get(f"/items/{item.id}").get_data(as_text=True)


def test_a_draft_file_of_a_colleague_is_not_handed_out(land: Land, browser_of: Browsers) -> None:
    land.start("teacher")
    file_id = attached(land, "teacher", "P01-T2")

    assert browser_of("colleague").get(f"/files/{file_id}").status_code == 404


def test_a_report_corrects_nothing_that_is_known_of_a_child(land: Land, browser_of: Browsers) -> None:
    """Anybody may report any child; nobody rewrites its file or sends its case elsewhere by it."""
    case_id = land.report()
    land.accept()
    other = {**CHILD, "child_name": "改名", "birth_date": "1990-01-01", "residence": "fh.锦屏街道", "grade": "三年级"}

    land.report("stranger", other, place="fh.锦屏街道")

    page = browser_of("police").get(f"/children/{child_of(land, case_id)}").get_data(as_text=True)
    assert "小禾" in page
    assert "改名" not in page
    assert "上坪村" in page
    assert "三年级" in page


def test_evidence_that_was_never_attached_is_not_taken_for_evidence(land: Land) -> None:
    land.report()
    item = land.item("police", "P01-T3")
    form = land.services.inbox.item(land.person("police"), item.id).form
    keys = [one.key for one in form.fields if one.kind == "file"]

    for key in keys:
        with pytest.raises(Invalid):
            land.accept(**{key: [999]})

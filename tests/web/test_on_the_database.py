"""The pages over the real services and a real database: a report of a teacher, read by police and township."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask

from engine.build import Services, build
from engine.core.model import system
from engine.service import almanac, modelfiles, releases
from engine.service.passwords import hash_password
from engine.service.unit import Database
from engine.settings import Settings
from tests.conftest import Clock
from tests.web.conftest import Staff
from tests.web.fakes import PASSWORD
from tests.web.latin import latin_in, pages
from web.app import create_app

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = {
    "teacher": ("许老师", "fh.school.溪口镇"),
    "police": ("周明", "fh.police"),
    "town": ("陈雅琴", "fh.township.溪口镇"),
}
REPORT = {
    "f.child_name": "小禾",
    "f.sex": "女",
    "f.residence.text": "上坪村",
    "f.reporter_type": "学校",
    "f.reporter_name": "许老师",
    "f.reporter_phone": "0000-0000",
    "f.situations": ["S1"],
    "f.suspected": "false",
    "f.found_at": "2018-03-12T11:30",
    "f.place.text": "上坪村",
    "f.narrative": "已有三天独自在家",
    "do": "complete",
}


@pytest.fixture
def real(db: Database, clock: Clock, private_folder: Path, database_url: str) -> Iterator[Services]:
    """One jurisdiction in force, with a member of staff at three units."""
    settings = Settings(database_url=database_url, secret_key="not a secret", data=private_folder)
    services = build(settings, clock)
    bundle = modelfiles.load_bundle(ROOT, "fh")
    with services.database.unit(system("admin")) as unit:
        releases.publish(unit.connection, "fh", bundle, now=unit.now, effective_at=unit.now)
        almanac.seed(unit.connection, ROOT, now=unit.now)
    hashed = hash_password(PASSWORD)
    for login, (name, unit_key) in PEOPLE.items():
        services.people.add(login, name, units=[unit_key], password_hash=hashed, must_change=False)
    yield services
    services.close()


@pytest.fixture
def app(real: Services) -> Flask:
    app = create_app(real, SimpleNamespace(secret_key="not a secret"))
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


def at_a_browser(app: Flask, login: str) -> Staff:
    person = Staff(app.test_client())
    assert person.sign_in(login).status_code == 302
    return person


def test_a_teachers_report_is_accepted_and_read_by_those_who_may(app: Flask, clock: Clock) -> None:
    teacher, police, town = (at_a_browser(app, login) for login in PEOPLE)

    reported = teacher.submit("/report", REPORT)
    assert reported.status_code == 302, reported.get_data(as_text=True)
    case = reported.location

    waiting = police.get("/inbox?view=unit").get_data(as_text=True)
    assert "受理登记" in waiting
    assert "女" in waiting
    assert "小禾" not in waiting

    answers = f"{case}/answers"
    assert "已有三天独自在家" in police.get(answers).get_data(as_text=True)
    assert "许老师" in police.get(answers).get_data(as_text=True)
    assert "许老师" not in town.get(answers).get_data(as_text=True)
    assert "仅公安机关可见" in town.get(answers).get_data(as_text=True)

    child = teacher.get("/children/1").get_data(as_text=True)
    assert "溪口镇 上坪村" in child

    item = waiting.split('href="/items/')[1].split('"')[0]
    fields = {"f.in_scope": "留守", "f.jurisdiction_ok": "true", "f.imminent": "true", "do": "complete"}
    form = police.get(f"/items/{item}").get_data(as_text=True)
    assert "受理时间" in form
    first = police.submit(f"/items/{item}", fields | {"f.accepted_at": "2018-03-12T12:00"})
    assert first.location == "/inbox"
    second = police.client.post(f"/items/{item}", data=fields | police.hidden("/report"))
    assert second.status_code == 409
    assert "办结" in second.get_data(as_text=True)

    assert "出警" in police.get("/inbox?view=unit").get_data(as_text=True)
    told = police.get(case).get_data(as_text=True)
    assert "办结“受理登记”" in told


def test_places_are_found_by_name_and_units_by_role(real: Services) -> None:
    lookups = real.directory

    assert [one.key for one in lookups.areas("fh", "上坪村")] == ["fh.溪口镇.上坪村"]
    assert lookups.areas("fh", "上坪村")[0].sub == "奉化区 › 溪口镇"
    assert {one.key for one in lookups.units("fh", "", ["police"])} == {"fh.police"}
    assert lookups.serving("fh", ["school"], "fh.溪口镇.上坪村") == "fh.school.溪口镇"
    assert lookups.name_of("fh", "fh.police") == "奉化公安分局"
    assert lookups.name_of("fh", "姑姑") is None
    assert "溪口镇" in [one.name for one in lookups.places("fh")]


#: Who else walks through the pages; together they come to every one.
WALKERS = {
    "village": ("方委员", ["fh.village_committee.上坪村"], []),
    "civil": ("袁科长", ["fh.civil_affairs"], []),
    "policy": ("梁予安", [], ["policy_officer"]),
    "admin": ("卓管理员", [], ["administrator"]),
}


#: Pages to which a link must lead.
EVERYWHERE = {
    *(
        "/inbox",
        "/desk",
        "/cases",
        "/cases/N",
        "/cases/N/answers",
        "/items/N",
        "/items/N/act/transfer",
        "/items/N/correct",
    ),
    *(
        "/children/N",
        "/children/N/edit/basic",
        "/register",
        "/rosters",
        "/papers",
        "/papers/N",
        "/notices",
        "/notices/N",
    ),
    *("/report", "/absences", "/account", "/account/mail", "/calendars", "/calendars/N", "/deliveries"),
}


def test_nothing_that_staff_see_is_in_latin_letters(app: Flask, real: Services) -> None:
    hashed = hash_password(PASSWORD)
    for login, (name, units, duties) in WALKERS.items():
        real.people.add(login, name, units=units, duties=duties, password_hash=hashed, must_change=False)
    people = {login: at_a_browser(app, login) for login in (*PEOPLE, *WALKERS)}
    people["teacher"].submit("/report", REPORT)

    walked = {login: list(pages(person.text, "/inbox")) for login, person in people.items()}

    came_to = {re.sub(r"\d+", "N", path.partition("?")[0]) for found in walked.values() for path, _ in found}
    assert came_to >= EVERYWHERE
    assert all(len(found) > 3 for found in walked.values()), {login: len(found) for login, found in walked.items()}
    spoken = {f"{login} {path}": latin_in(page) for login, found in walked.items() for path, page in found}
    assert {path: latin for path, latin in spoken.items() if latin} == {}


def test_the_calendars_of_every_year_are_in_chinese(app: Flask, real: Services) -> None:
    real.people.add("policy", "梁予安", PASSWORD, duties=["policy_officer"], must_change=False)
    officer = at_a_browser(app, "policy")

    walked = [(path, page) for path, page in pages(officer.text, "/calendars") if path.startswith("/calendars")]

    assert len(walked) > 20
    assert {path: latin for path, page in walked if (latin := latin_in(page))} == {}


def test_a_latin_word_anywhere_on_a_page_is_found() -> None:
    page = '<a href="/x" aria-label="Search">查找 P01-T3 FH-2026-0001 <b>submit</b></a><script>let x</script>'

    assert latin_in(page) == ["submit", "Search"]

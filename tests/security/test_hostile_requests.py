"""Requests that no browser of ours sends: each gets a page that says so, and none a failure, a redirect or a wait."""

from __future__ import annotations

import io
import logging
import time
from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from tests.security.conftest import CHILD, REPORT, Land
from tests.web.conftest import Staff
from tests.web.fakes import PASSWORD
from web.forms.page import FormPage, Lookup
from web.forms.typed import MOST_ROWS

Browsers = Callable[[str], Staff]
LONG_NUMBER = "9" * 5000


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "\t//evil.example",
        "/\r\n/evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/%09/evil.example",
    ],
)
def test_signing_in_leads_nowhere_but_into_this_site(app: Flask, land: Land, target: str) -> None:
    person = Staff(app.test_client())

    answer = person.submit("/sign-in", {"login": "teacher", "password": PASSWORD, "next": target})
    size = person.client.get("/text-size", query_string={"big": "1", "next": target})

    for one in (answer, size):
        assert one.status_code == 302
        assert one.headers["Location"].startswith("/")
        assert not one.headers["Location"].startswith(("//", "/\\", "/\t", "/\n", "/\r"))


def test_what_was_typed_before_signing_in_is_sent_to_this_site_only(app: Flask, land: Land) -> None:
    person = Staff(app.test_client())
    fields = {"login": "teacher", "password": PASSWORD, "next": "/\t/evil.example", "kept": '[["f.narrative", "x"]]'}

    page = person.submit("/sign-in", fields).get_data(as_text=True)

    assert "evil.example" not in page


@pytest.mark.parametrize("kept", ["[" * 200_000, '{"a": 1}', "[[1]]", '[["f.x", {"y": 1}]]', "null", "7"])
def test_what_is_said_to_have_been_typed_may_be_anything(app: Flask, land: Land, kept: str) -> None:
    answer = Staff(app.test_client()).submit("/sign-in", {"login": "teacher", "password": PASSWORD, "kept": kept})

    assert answer.status_code in {200, 302}


@pytest.mark.parametrize(
    "path",
    [
        "/cases/99999999999999999999",
        f"/items/{LONG_NUMBER}",
        "/children/99999999999999999999",
        "/files/99999999999999999999",
        "/cases/99999999999999999999/answers",
        "/cases?q=%00",
        "/inbox?page=99999999999999999999",
        f"/inbox?page={LONG_NUMBER}",
        "/inbox?procedure=%00",
        "/report?unit=%00",
        "/cases/1/events/%00",
    ],
)
def test_an_address_that_cannot_be_is_not_found_and_breaks_nothing(
    land: Land, browser_of: Browsers, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = browser_of("teacher").get(path)

    assert answer.status_code in {200, 400, 404}
    assert not caplog.records


@pytest.mark.parametrize(
    "fields",
    [
        {"f.harms.rows": "100000000"},
        {"f.situations": ["S1"] * 3000},
        {"f.child_name": "名\x00字"},
        {"f.found_at": "0001-01-01T00:00"},
        {"f.found_at": "9999-12-31T23:59"},
        {"f.birth_date": "9999-12-31"},
        {"f.birth_date": "0001-01-01"},
        {"unit": "\x00"},
    ],
)
def test_a_report_with_impossible_answers_is_given_back_or_taken(
    land: Land, browser_of: Browsers, fields: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    typed = {f"f.{key}": value for key, value in {**CHILD, **REPORT}.items() if not isinstance(value, bool)}
    typed |= {"f.suspected": "false", "f.found_at": "2018-03-12T11:30", "f.residence.text": "上坪村"}
    teacher = browser_of("teacher")

    began = time.monotonic()
    with caplog.at_level(logging.ERROR):
        answer = teacher.submit("/report", {**typed, **fields, "do": "complete"})

    assert answer.status_code in {302, 400, 422}
    assert not caplog.records
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("rows", ["100000000", LONG_NUMBER, "-5", "x", ""])
def test_a_table_is_never_longer_than_it_may_be(rows: str) -> None:
    nothing = Lookup(find=lambda _field, _text: [], words=lambda _field, key: key)
    page = FormPage(form=None, context={}, lookup=nothing, given=MultiDict({"f.harms.rows": rows}))

    page.press("add:harms")

    assert 1 <= page.rows("f.harms") <= MOST_ROWS


@pytest.mark.parametrize("file_id", ["99999999999999999999", LONG_NUMBER, "-1", "0", "1; DROP TABLE attachment"])
def test_an_invented_file_is_not_a_file(
    land: Land, browser_of: Browsers, file_id: str, caplog: pytest.LogCaptureFixture
) -> None:
    land.report()
    item = land.item("police", "P01-T3").id
    with caplog.at_level(logging.ERROR):
        answer = browser_of("police").submit(
            f"/items/{item}", {"f.files.id": file_id, "f.files.name": "假", "f.in_scope": "留守", "do": "complete"}
        )

    assert answer.status_code in {200, 302, 422}
    assert not caplog.records


def test_nobody_unsigned_fills_the_disk(app: Flask, land: Land) -> None:
    """A large body is read only for those who may attach files."""
    head = b'--b\r\nContent-Disposition: form-data; name="f.files"; filename="x.pdf"\r\n\r\n'
    huge = head + bytes(30 * 1024 * 1024) + b"\r\n--b--\r\n"

    answer = app.test_client().post("/items/1", data=huge, content_type="multipart/form-data; boundary=b")

    assert answer.status_code == 413


def test_a_script_typed_anywhere_stays_text(land: Land, browser_of: Browsers) -> None:
    evil = "</script><script>alert(1)</script><img src=x>\"'"
    typed = {**CHILD, "child_name": evil, **REPORT, "narrative": evil, "reporter_name": evil}
    started = land.start("teacher", {**CHILD, "child_name": evil})
    item = land.item("teacher", "P01-T2")
    land.services.files.attach(
        land.person("teacher"), item.id, "files", f"{evil}.pdf", "text/html", io.BytesIO(b"%PDF-1.4\n%%EOF")
    )
    land.complete("teacher", "P01-T2", typed)
    police = browser_of("police")
    waiting = land.item("police", "P01-T3").id

    for path in (
        f"/cases/{started.case_id}",
        f"/cases/{started.case_id}/answers",
        "/children/1",
        "/inbox?view=working",
        f"/items/{waiting}",
        "/notices",
        f"/cases?q={evil}",
    ):
        page = police.get(path).get_data(as_text=True)
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_pages_with_a_childs_data_are_kept_by_no_cache(land: Land, browser_of: Browsers) -> None:
    case_id = land.report()
    police = browser_of("police")

    for path in (f"/cases/{case_id}", f"/cases/{case_id}/answers", "/children/1", "/inbox", "/cases", "/notices"):
        answer = police.get(path)
        assert answer.headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_foreign_host_name_is_not_repeated(app: Flask, land: Land) -> None:
    answer = app.test_client().get("/inbox", headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})

    assert "evil.example" not in str(answer.headers) + answer.get_data(as_text=True)


def test_signing_in_starts_another_session_and_needs_its_own_token(app: Flask, land: Land) -> None:
    client = app.test_client()
    client.get("/sign-in")
    with client.session_transaction() as before:
        planted = before["csrf_token"]
        before["done"] = {"planted": "/inbox"}

    Staff(client).sign_in("teacher")

    with client.session_transaction() as after:
        assert "done" not in after
        assert after.get("csrf_token") != planted


@pytest.mark.parametrize("path", ["/report", "/sign-out", "/account", "/notices/read", "/items/1", "/items/1/claim"])
def test_no_form_is_taken_without_its_token(browser_of: Browsers, path: str) -> None:
    assert browser_of("teacher").client.post(path, data={"do": "complete"}).status_code == 400


def test_a_cookie_of_before_signing_out_opens_nothing(land: Land, browser_of: Browsers, app: Flask) -> None:
    teacher = browser_of("teacher")
    cookie = teacher.client.get_cookie("shouhu")
    assert cookie is not None
    teacher.submit("/sign-out", {}, page="/report")

    thief = app.test_client()
    thief.set_cookie("shouhu", cookie.value)

    assert thief.get("/inbox").status_code == 302


def test_the_number_of_an_identity_card_never_stands_in_an_address(land: Land, browser_of: Browsers) -> None:
    """Addresses are kept by browsers, proxies and logs; the search for a card's number is sent as a form."""
    land.report()
    police = browser_of("police")

    assert 'method="post"' in police.get("/cases").get_data(as_text=True).split('role="search"')[1][:200]
    assert CHILD["id_no"] not in police.get("/cases").get_data(as_text=True)
    found = police.submit("/cases", {"q": CHILD["id_no"]}).get_data(as_text=True)
    assert "查到 1 件" in found
    assert "查到 1 件" not in police.get(f"/cases?q={CHILD['id_no']}").get_data(as_text=True)

"""Who may open what: closed by default, by form, for half an hour, on every device at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from engine.service.unit import Unavailable
from tests.web.conftest import Staff
from tests.web.fakes import PASSWORD, FakeServices
from web.gate import OPEN_TO_ALL

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def test_every_route_is_closed_unless_it_says_why_it_is_open(app: Flask, nobody: Staff) -> None:
    closed = [rule for rule in app.url_map.iter_rules() if rule.endpoint not in OPEN_TO_ALL]

    for rule in closed:
        path = rule.rule.replace("<int:item_id>", "41").replace("<int:case_id>", "5").replace("<int:child_id>", "2")
        path = (
            path.replace("<int:attachment_id>", "8")
            .replace("<int:roster_id>", "3")
            .replace("<section>", "basic")
            .replace("<event>", "parent_returned")
        )
        path = path.replace("<int:absence_id>", "3").replace("<int:act_id>", "3").replace("<verb>", "transfer")
        answer = nobody.get(path) if "GET" in (rule.methods or ()) else nobody.client.post(path)
        assert answer.status_code in {302, 401}, rule
        assert "叶小禾" not in answer.get_data(as_text=True)
    assert len(closed) > 12


def test_every_open_route_exists_and_has_a_reason(app: Flask) -> None:
    assert {rule.endpoint for rule in app.url_map.iter_rules()} >= OPEN_TO_ALL.keys()
    assert all(len(reason) > 10 for reason in OPEN_TO_ALL.values())


def test_a_right_password_leads_to_where_one_wanted_to_go(nobody: Staff) -> None:
    asked = nobody.get("/items/41")
    assert asked.status_code == 302

    answer = nobody.submit("/sign-in", {"login": "chen", "password": PASSWORD}, page=asked.location)

    assert (answer.status_code, answer.location) == (302, "/items/41")


def test_a_wrong_password_is_refused_and_the_login_is_kept(nobody: Staff) -> None:
    answer = nobody.sign_in(password="wrong")

    page = answer.get_data(as_text=True)
    assert answer.status_code == 401
    assert "账号或者密码不对" in page
    assert 'value="chen"' in page
    assert "wrong" not in page


def test_signing_in_leads_to_no_other_site(nobody: Staff) -> None:
    for target in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
        nobody.client.delete_cookie("shouhu")
        fields = {"login": "chen", "password": PASSWORD, "next": target}
        assert nobody.submit("/sign-in", fields).location == "/inbox"


def test_too_many_attempts_to_sign_in_are_slowed_down(nobody: Staff) -> None:
    answers = [nobody.sign_in(password="wrong").status_code for _ in range(12)]

    assert answers[:10] == [401] * 10
    assert answers[-1] == 429


def test_a_form_without_its_token_changes_nothing(staff: Staff, services: FakeServices) -> None:
    answer = staff.client.post("/items/41/claim", data={"version": "2"})

    assert answer.status_code == 400
    assert services.casework.asked == []


def test_a_session_ends_when_the_password_changes_elsewhere(staff: Staff, services: FakeServices) -> None:
    services.people.epoch += 1

    assert staff.get("/inbox").location.startswith("/sign-in")


def test_a_session_ends_with_the_person(staff: Staff, services: FakeServices) -> None:
    services.people.ended = True

    assert staff.get("/inbox").status_code == 302


def test_a_session_is_kept_for_half_an_hour_and_hidden_from_scripts(app: Flask, nobody: Staff) -> None:
    cookie = nobody.sign_in().headers["Set-Cookie"]

    assert app.permanent_session_lifetime == timedelta(minutes=30)
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_what_was_typed_survives_an_ended_session(nobody: Staff) -> None:
    lost = nobody.client.post("/items/41", data={"f.findings": "姑姑夜班", "do": "complete", "version": "2"})
    page = lost.get_data(as_text=True)
    assert lost.status_code == 401
    assert "登录已过期" in page

    kept = '[["f.findings", "姑姑夜班"], ["version", "2"]]'
    fields = {"login": "chen", "password": PASSWORD, "next": "/items/41", "kept": kept}
    answer = nobody.submit("/sign-in", fields)

    page = answer.get_data(as_text=True)
    assert 'name="f.findings" value="姑姑夜班"' in page
    assert 'action="/items/41"' in page
    assert 'name="do" value="update"' in page


def test_an_initial_password_must_be_changed_before_anything_else(nobody: Staff, services: FakeServices) -> None:
    services.people.must_change = True
    nobody.sign_in()

    assert nobody.get("/inbox").location == "/account"

    new = "a much longer sentence"
    answer = nobody.submit("/account", {"old": PASSWORD, "new": new, "again": new})
    assert answer.location == "/inbox"
    assert nobody.get("/inbox").status_code == 200


def test_two_different_new_passwords_are_refused(staff: Staff) -> None:
    answer = staff.submit("/account", {"old": PASSWORD, "new": "one sentence here", "again": "another one here"})

    assert answer.status_code == 422
    assert "两次输入的新密码不一样" in answer.get_data(as_text=True)


@pytest.mark.parametrize("path", ["/inbox", "/items/41", "/cases/5", "/children/2", "/report", "/public/fh/report"])
def test_pages_carry_nothing_inline_and_nothing_from_elsewhere(staff: Staff, path: str) -> None:
    answer = staff.get(path)
    page = answer.get_data(as_text=True)

    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "'unsafe-inline'" not in policy.replace("style-src-attr 'unsafe-inline'", "")
    assert ("style-src-attr" in policy) == path.startswith("/cases")
    assert "style=" not in page
    assert "onclick" not in page
    assert "http://" not in page.replace("http://www.omg.org/spec/BPMN/20100524/MODEL", "")
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS


def test_health_is_told_to_anybody_and_readiness_is_true(nobody: Staff, services: FakeServices) -> None:
    assert nobody.get("/healthz").status_code == 200
    assert nobody.get("/readyz").status_code == 200

    services.broken = True
    assert nobody.get("/readyz").status_code == 503
    assert nobody.get("/healthz").status_code == 200


def test_large_text_stays_chosen(nobody: Staff) -> None:
    nobody.get("/text-size?big=1&next=/public/")

    assert '<html lang="zh-CN" class="big">' in nobody.get("/public/").get_data(as_text=True)


def test_a_failing_database_is_told_in_chinese_and_keeps_what_was_typed(staff: Staff, services: FakeServices) -> None:
    fields = staff.hidden("/items/41") | {"f.findings": "姑姑夜班", "do": "complete"}
    services.fail = Unavailable()

    read = staff.get("/inbox")
    assert read.status_code == 503
    assert "数据库暂时连接不上" in read.get_data(as_text=True)

    sent = staff.client.post("/items/41", data=fields)
    page = sent.get_data(as_text=True)
    assert sent.status_code == 503
    assert "是否提交成功还不能确定" in page
    assert 'name="f.findings" value="姑姑夜班"' in page
    assert 'action="/items/41"' in page


def test_an_error_of_ours_shows_no_trace_and_keeps_what_was_typed(staff: Staff, services: FakeServices) -> None:
    fields = staff.hidden("/items/41") | {"f.findings": "姑姑夜班", "do": "complete"}
    services.fail = RuntimeError("secret detail")

    page = staff.client.post("/items/41", data=fields).get_data(as_text=True)

    assert "secret detail" not in page
    assert "姑姑夜班" in page

"""The command line of people and evidence: what it says, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from click.testing import CliRunner, Result

from engine.cli.audit import audit
from engine.cli.person import person
from engine.service.audit import Audit
from engine.service.people import People
from engine.service.unit import Database
from tests.conftest import NOON, Prepared
from tests.store.kit import PASSWORD, a_directory, a_world

Services = SimpleNamespace


@pytest.fixture
def services(db: Database, tmp_path: Path) -> Services:
    return Services(people=People(db), audit=Audit(db, tmp_path / "anchors"))


def _person(services: Services, *words: str, typed: str = "") -> Result:
    return CliRunner().invoke(person, words, obj=services, input=typed)


def _audit(services: Services, *words: str) -> Result:
    return CliRunner().invoke(audit, words, obj=services)


def test_a_person_is_added_with_a_password_that_works_once_printed(db: Database, services: Services) -> None:
    a_directory(db)

    done = _person(services, "add", "east", "东镇办事员", "--unit", "xx.township.东镇", "--duty", "auditor")

    assert done.exit_code == 0
    password = done.output.partition("初始密码：")[2].partition("（")[0]
    signed_in = services.people.sign_in("east", password, NOON)
    assert signed_in.must_change
    assert signed_in.acting.duties == {"auditor"}


def test_a_password_can_be_piped_in_and_is_then_not_shown(db: Database, services: Services) -> None:
    done = _person(services, "add", "east", "东镇办事员", "--password-stdin", typed=f"{PASSWORD}\n")

    assert PASSWORD not in done.output
    assert services.people.sign_in("east", PASSWORD, NOON) is not None


def test_a_person_goes_through_units_password_and_end(db: Database, services: Services) -> None:
    a_directory(db)
    _person(services, "add", "east", "东镇办事员", "--unit", "xx.township.东镇")

    assert _person(services, "unit", "add", "east", "xx.police", "--head").exit_code == 0
    assert _person(services, "unit", "end", "east", "xx.township.东镇").exit_code == 0
    assert _person(services, "list").output == "east\t东镇办事员\txx.police*\t-\n"
    assert "初始密码" in _person(services, "password", "east").output
    assert _person(services, "end", "east").exit_code == 0
    assert _person(services, "list").output == "east\t东镇办事员\t-\t-\t已停用\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("end", "nobody"), "没有登录名为 nobody 的人"),
        (("add", "east", "x", "--unit", "xx.nowhere"), "没有代号为 xx.nowhere 的单位"),
        (("add", "east", "x", "--duty", "auditor", "--duty", "administrator"), "不能由一人兼任"),
    ],
)
def test_what_cannot_be_done_ends_with_a_sentence(words: tuple[str, ...], sentence: str, services: Services) -> None:
    done = _person(services, *words)

    assert (done.exit_code, sentence in done.output) == (1, True)


def test_verifying_says_how_much_is_whole_or_what_is_broken(
    db: Database, services: Services, prepared: Prepared
) -> None:
    a_world(db)
    assert _audit(services, "anchor").exit_code == 0
    whole = _audit(services, "verify")
    assert (whole.exit_code, whole.output) == (0, "已核对1个个案、1条记录、1次锚定：全部完好。\n")

    with psycopg.connect(prepared.admin_url.replace("+psycopg", ""), autocommit=True) as admin:
        admin.execute("ALTER TABLE journal DISABLE TRIGGER ALL")
        admin.execute("UPDATE journal SET kind = 'x'")

    broken = _audit(services, "verify", "XX-2018-000001")
    assert broken.exit_code == 1
    assert "XX-2018-000001：第1条：内容与校验值不符" in broken.output
    assert _audit(services, "verify", "XX-1").exit_code == 1


def test_an_export_is_one_object(db: Database, services: Services) -> None:
    a_world(db)

    assert json.loads(_audit(services, "export", "XX-2018-000001").output)["entries"][0]["kind"] == "case_opened"

"""Who may sign in, and for which units they then act."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from engine.core.errors import Invalid, NotFound, Refused
from engine.core.model import Acting, system
from engine.service.org import write_directory
from engine.service.passwords import NOBODY, hash_password, matches
from engine.service.people import People
from engine.service.unit import Database
from engine.store import org
from engine.store import tables as t
from tests.conftest import NOON, Clock
from tests.store.kit import AREAS, PASSWORD, UNITS, a_directory

NEW = "五块钱一斤的梨子呀呀"


@pytest.fixture
def people(db: Database) -> People:
    a_directory(db)
    return People(db)


@pytest.fixture
def east(people: People) -> Acting:
    return people.acting(people.add("East", "东镇办事员", PASSWORD, units=["xx.township.东镇"]))


def test_a_person_signs_in_and_acts_for_their_units(people: People, east: Acting) -> None:
    signed_in = people.sign_in("EAST", PASSWORD, NOON)

    assert signed_in is not None
    assert signed_in.must_change
    assert signed_in.acting == east
    unit = east.units[0]
    assert (unit.key, unit.roles, unit.head, unit.jurisdiction, unit.area_key) == (
        "xx.township.东镇",
        frozenset({"township"}),
        False,
        "xx",
        "xx.东镇",
    )


@pytest.mark.parametrize(("login", "password"), [("east", "wrong"), ("nobody", PASSWORD), ("", ""), ("east' --", "x")])
def test_a_wrong_login_and_a_wrong_password_are_the_same_no(
    login: str, password: str, people: People, east: Acting
) -> None:
    assert people.sign_in(login, password, NOON) is None


def test_for_an_unknown_login_a_password_is_worked_out_all_the_same(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = []

    def watched(given: str, stored: str) -> bool:
        compared.append(stored)
        return matches(given, stored)

    monkeypatch.setattr("engine.service.people.matches", watched)

    people.sign_in("nobody", PASSWORD, NOON)

    assert compared == [NOBODY]


def test_what_stands_for_nobody_is_nobodys_password() -> None:
    assert not matches("", NOBODY)
    assert NOBODY.split("$")[:4] == hash_password("x").split("$")[:4]


def test_equal_passwords_are_kept_differently_and_never_plain(db: Database, people: People, east: Acting) -> None:
    people.add("west", "西镇办事员", PASSWORD)

    with db.unit(system("admin")) as unit:
        kept = unit.connection.scalars(select(t.person.c.password_hash)).all()
    assert len(set(kept)) == 2
    assert all(PASSWORD not in one and one.startswith("scrypt$") for one in kept)


def test_a_person_who_ended_neither_signs_in_nor_acts(people: People, east: Acting) -> None:
    people.end("east")

    assert people.sign_in("east", PASSWORD, NOON) is None
    with pytest.raises(NotFound):
        people.acting(east.person_id or 0)
    with pytest.raises(Refused, match="已经停用"):
        people.end("east")
    with pytest.raises(Refused, match="已经停用"):
        people.join("east", "xx.police")


def test_the_last_administrator_cannot_be_ended(people: People) -> None:
    assert people.add_administrator() is not None

    with pytest.raises(Refused, match="最后一名"):
        people.end("admin")


def test_the_first_administrator_is_made_once(people: People) -> None:
    password = people.add_administrator()

    assert password is not None
    signed_in = people.sign_in("admin", password, NOON)
    assert signed_in is not None
    assert signed_in.must_change
    assert signed_in.acting.duties == {"administrator"}
    assert people.add_administrator() is None


def test_a_membership_counts_while_it_lasts(people: People, clock: Clock, east: Acting) -> None:
    people.join("east", "xx.police", head=True)
    acting = people.acting(east.person_id or 0)
    assert [(unit.key, unit.head) for unit in acting.units] == [("xx.police", True), ("xx.township.东镇", False)]

    clock.shift(timedelta(days=1))
    people.leave("east", "xx.township.东镇")
    assert [unit.key for unit in people.acting(east.person_id or 0).units] == ["xx.police"]
    with pytest.raises(Refused, match="不在"):
        people.leave("east", "xx.township.东镇")


def test_a_unit_that_ended_lends_nobody_its_roles(db: Database, people: People, east: Acting) -> None:
    with db.unit(system("admin")) as unit:
        unit.connection.execute(update(t.unit).where(t.unit.c.key == "xx.township.东镇").values(ended_at=NOON))

    assert people.acting(east.person_id or 0).units == ()


def test_a_changed_password_ends_every_other_session(people: People, east: Acting) -> None:
    before = people.session(east.person_id or 0)

    epoch = people.change_password(east, PASSWORD, NEW)

    after = people.session(east.person_id or 0)
    assert epoch == after.epoch == before.epoch + 1
    assert not after.must_change
    assert people.sign_in("east", PASSWORD, NOON) is None
    assert people.sign_in("east", NEW, NOON) is not None


def test_a_password_that_was_set_for_somebody_must_be_changed(people: People, east: Acting) -> None:
    people.change_password(east, PASSWORD, NEW)

    given = people.set_password("east")

    signed_in = people.sign_in("east", given, NOON)
    assert signed_in is not None
    assert signed_in.must_change


@pytest.mark.parametrize(
    ("old", "new", "field", "words"),
    [
        ("wrong", NEW, "old", "原密码"),
        (PASSWORD, PASSWORD, "new", "相同"),
        (PASSWORD, "short", "new", "至少"),
        (PASSWORD, "x" * 20, "new", "容易猜到"),
        (PASSWORD, "1234567890ab", "new", "容易猜到"),
        (PASSWORD, "my-name-is-EAST", "new", "登录名"),
        (PASSWORD, "长" * 129, "new", "最多"),
    ],
)
def test_a_new_password_is_refused_at_its_field(
    old: str, new: str, field: str, words: str, people: People, east: Acting
) -> None:
    with pytest.raises(Invalid) as refused:
        people.change_password(east, old, new)

    assert words in refused.value.problems[field]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"login": "east"}, "login"),
        ({"login": "李 四"}, "login"),
        ({"units": ["xx.nowhere"]}, "units"),
        ({"duties": ["king"]}, "duties"),
        ({"duties": ["auditor", "administrator"]}, "duties"),
        ({"password": "short"}, "password"),
    ],
)
def test_a_person_who_cannot_be_added_is_refused_at_the_field(
    changes: dict[str, object], field: str, people: People, east: Acting
) -> None:
    with pytest.raises(Invalid) as refused:
        people.add(**{"login": "west", "name": "西镇办事员", "password": PASSWORD} | changes)  # type: ignore[arg-type]

    assert list(refused.value.problems) == [field]
    assert [one.login for one in people.everybody()] == ["east"]


def test_everybody_is_listed_with_units_and_end(people: People, east: Acting) -> None:
    people.join("east", "xx.police", head=True)
    people.add("west", "西镇办事员", PASSWORD)
    people.end("west")

    listed = {one.login: one for one in people.everybody()}

    assert listed["east"].units == ("xx.police*", "xx.township.东镇")
    assert listed["west"].ended_at == NOON
    assert [one.login for one in people.everybody("xx")] == ["east"]


def test_a_directory_can_be_written_again_with_changes(db: Database, people: People) -> None:
    moved = {"key": "xx.police", "name": "新名", "roles": ["police", "police_station"], "area": "xx.东镇"}

    write_directory(db, "xx", AREAS, [moved], end_others=True)

    with db.unit(system("engine")) as unit:
        rows = org.units_with_roles(unit.connection, "xx")
        parents = org.area_parents(unit.connection, "xx")
    assert [(row.key, row.name, row.roles, row.area_key) for row in rows] == [
        ("xx.police", "新名", ["police", "police_station"], "xx.东镇")
    ]
    assert parents == {"xx": None, "xx.东镇": "xx", "xx.西镇": "xx"}

    write_directory(db, "xx", AREAS, UNITS)
    with db.unit(system("engine")) as unit:
        assert len(org.units_with_roles(unit.connection, "xx")) == len(UNITS)


def test_areas_may_come_in_any_order_but_not_without_their_parent(db: Database) -> None:
    village = {"key": "xx.东镇.上村", "level": "village"}

    write_directory(db, "xx", [village, *AREAS[::-1]], [])
    with db.unit(system("engine")) as unit:
        assert org.area_parents(unit.connection, "xx")["xx.东镇.上村"] == "xx.东镇"

    with pytest.raises(Invalid, match=r"上级 xx\.北镇 不存在"):
        write_directory(db, "xx", [{"key": "xx.北镇.下村", "level": "village"}], [])
    with pytest.raises(Invalid, match=r"区域 xx\.北镇 不存在"):
        write_directory(db, "xx", [], [{"key": "xx.court", "name": "法院", "roles": ["court"], "area": "xx.北镇"}])

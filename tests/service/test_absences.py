"""Absence: somebody of the unit stands in for a time, in lists and in acts; nobody leaves with items in their hands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from engine.core.errors import Invalid, NotFound, Refused
from engine.core.model import Acting, system
from engine.service.absences import Absences
from engine.service.unit import Database
from engine.store import tables
from tests.conftest import Clock
from tests.service.office import POLICE, WEST, Office, a_member, an_office

TODAY = date(2018, 3, 12)
FRIDAY = date(2018, 3, 16)


@dataclass(kw_only=True)
class Away:
    office: Office
    absences: Absences

    def record(self, who: Acting, substitute: Acting | None, *, by: Acting | None = None, **given: object) -> list[str]:
        values: dict[str, object] = {"first": TODAY, "last": FRIDAY, "confirmed": True, **given}
        other = substitute.person_id if substitute else None
        return self.absences.record(by or who, who.person_id or 0, other, **values)  # type: ignore[arg-type]

    def again(self, login: str) -> Acting:
        """Return somebody as the next request sees them."""
        return self.office.town.people.acting_by_login(login)


@pytest.fixture
def away(db: Database, clock: Clock) -> Away:
    office = an_office(db, clock)
    return Away(office=office, absences=Absences(db, office.town.releases))


def test_the_substitute_finds_and_does_what_the_absent_colleague_holds(away: Away) -> None:
    office = away.office
    item = office.claimed()
    away.record(office.officer, office.colleague)
    substitute = away.again("colleague")

    assert office.mine(substitute) == ["P01-T3"]
    assert office.view(substitute).may_complete
    office.town.casework.complete(substitute, item.id, {"urgent": False}, item.version)

    with office.db.unit(system("engine")) as unit:
        wanted = select(tables.journal).where(tables.journal.c.kind == "item_completed")
        last = unit.connection.execute(wanted.order_by(tables.journal.c.seq.desc())).first()
    assert last is not None
    assert (last.person_id, last.on_behalf_of) == (substitute.person_id, str(office.officer.person_id))
    assert office.differences(item.case_id) == []


def test_nobody_stands_in_before_after_or_beside_the_arrangement(away: Away) -> None:
    office = away.office
    item = office.claimed()
    away.record(office.officer, office.colleague, first=date(2018, 3, 13), last=date(2018, 3, 13))

    for day, mine in ((0, []), (1, ["P01-T3"]), (2, [])):
        office.clock.now = office.clock.now.replace(day=12 + day)
        assert office.mine(away.again("colleague")) == mine
        assert office.mine(away.again("chief")) == []
    with pytest.raises(Refused, match="officer某"):
        office.town.casework.complete(away.again("colleague"), item.id, {"urgent": False}, item.version)


def test_an_acting_that_was_read_before_the_end_does_nothing_after_it(away: Away) -> None:
    office = away.office
    item = office.claimed()
    away.record(office.officer, office.colleague)
    before = away.again("colleague")

    office.clock.shift(timedelta(days=5))

    assert office.mine(before) == []
    with pytest.raises(Refused, match="不在您名下"):
        office.town.casework.release(before, item.id, item.version)


def test_what_comes_later_is_covered_too(away: Away) -> None:
    office = away.office
    away.record(office.officer, office.colleague)
    item = office.report()
    office.handing.delegate(office.chief, item.id, office.officer.person_id or 0, reason="x", seen=item.version)

    assert office.mine(away.again("colleague")) == ["P01-T3"]


def test_only_the_chosen_procedures_are_covered(away: Away) -> None:
    office = away.office
    item = office.claimed()
    away.record(office.officer, office.colleague, procedures=["P02"])

    assert office.mine(away.again("colleague")) == []
    with pytest.raises(Refused, match="officer某"):
        office.town.casework.complete(away.again("colleague"), item.id, {"urgent": False}, item.version)


def test_an_absence_ends_early_by_oneself_or_the_head(away: Away) -> None:
    office = away.office
    office.claimed()
    away.record(office.officer, office.colleague)
    [mine] = away.absences.arrangements(office.officer).own

    with pytest.raises(NotFound):
        away.absences.end(office.colleague, mine.id)
    away.absences.end(office.chief, mine.id)
    away.absences.end(office.officer, mine.id)

    assert office.mine(away.again("colleague")) == []
    assert away.absences.arrangements(office.officer).own == []


def test_the_head_records_for_somebody_who_is_ill_and_others_do_not(away: Away) -> None:
    office = away.office
    away.record(office.officer, office.colleague, by=office.chief)
    [shown] = away.absences.arrangements(office.chief).headed
    assert (shown.name, shown.substitute_name, shown.recorded_by) == ("officer某", "colleague某", "chief某")

    for other in (office.colleague, office.west):
        with pytest.raises(NotFound):
            away.record(office.officer, office.colleague, by=other)


def test_two_do_not_stand_in_for_each_other_nor_in_a_chain(away: Away) -> None:
    office = away.office
    away.record(office.officer, office.colleague)

    with pytest.raises(Refused, match="互相代办"):
        away.record(office.colleague, office.officer)
    with pytest.raises(Refused, match="先另定代办人"):
        away.record(office.colleague, office.chief)
    with pytest.raises(Refused, match="代办不能再转"):
        away.record(office.chief, office.officer)
    away.record(office.chief, office.officer, first=date(2018, 3, 17), last=date(2018, 3, 18))


def test_a_substitute_is_a_colleague_of_the_same_unit(away: Away) -> None:
    office = away.office

    with pytest.raises(Invalid, match="同一单位"):
        away.record(office.officer, office.west)
    with pytest.raises(Invalid, match="自己"):
        away.record(office.officer, office.officer)


def test_the_days_and_procedures_are_checked(away: Away) -> None:
    office = away.office

    for given, said in (
        ({"last": date(2018, 3, 11)}, "不能早于"),
        ({"first": date(2018, 3, 1), "last": date(2018, 3, 2)}, "已经过去"),
        ({"last": date(2020, 1, 1)}, "一年"),
        ({"procedures": ["P99"]}, "列出的程序"),
    ):
        with pytest.raises(Invalid, match=said):
            away.record(office.officer, office.colleague, **given)


def test_what_is_risky_is_warned_of_and_done_only_when_confirmed(away: Away) -> None:
    office = away.office
    away.record(office.colleague, None)

    [away_too] = away.record(office.officer, office.colleague, confirmed=False)
    assert "也请假" in away_too
    assert away.absences.arrangements(office.officer).own == []
    [alone, nobody] = away.record(office.west, None, confirmed=False)
    assert "没有代办人" in alone
    assert "没有人在岗" in nobody
    away.record(office.officer, office.chief)
    assert any("已有一次请假" in one for one in away.record(office.officer, office.chief, confirmed=False))
    assert away.record(office.west, None) == []


def test_nobody_leaves_with_items_in_their_hands(away: Away) -> None:
    office, people = away.office, away.office.town.people
    item = office.claimed()

    with pytest.raises(Refused, match=r"1 件待办.*--hand-over-to"):
        people.end("officer")
    with pytest.raises(Invalid, match="不在其中 1 件"):
        people.end("officer", hand_over_to="west")
    with pytest.raises(Invalid, match="没有可以接手的人"):
        people.leave("officer", POLICE, hand_over_to="nobody")
    assert people.end("officer", hand_over_to="colleague") == 1

    assert office.mine(office.colleague) == ["P01-T3"]
    assert office.journal(item.case_id)[-1] == "item_handed_over"
    assert office.differences(item.case_id) == []


def test_who_keeps_a_unit_that_may_do_the_item_keeps_it(away: Away) -> None:
    office, people = away.office, away.office.town.people
    office.claimed()
    people.join("officer", WEST)

    assert people.leave("officer", WEST) == 0
    with pytest.raises(Refused, match="1 件待办"):
        people.leave("officer", POLICE)


def test_a_substitute_does_not_leave_those_whom_they_cover(away: Away) -> None:
    office, people = away.office, away.office.town.people
    a_member(office.town, "fresh", POLICE)
    away.record(office.officer, away.again("fresh"))

    with pytest.raises(Refused, match="代 officer某 办理"):
        people.end("fresh")
    assert people.end("fresh", hand_over_to="colleague") == 0
    assert away.absences.arrangements(office.officer).own == []

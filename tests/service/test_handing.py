"""转办, 委派, 退回, 撤回: an item moves with a reason, its limit goes on, and whoever may not is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.core.errors import Invalid, NotFound, Refused
from engine.service.unit import Database
from tests.conftest import Clock
from tests.service.office import POLICE, TOWNSHIP, WEST, WHY, Office, an_office


@pytest.fixture
def office(db: Database, clock: Clock) -> Office:
    return an_office(db, clock)


def test_an_item_is_transferred_to_another_unit_of_its_role_and_its_limit_goes_on(office: Office) -> None:
    before = office.report()
    office.clock.shift(timedelta(minutes=20))

    office.handing.transfer(office.officer, before.id, WEST, reason=WHY, seen=before.version)

    after = office.item(office.west)
    assert (after.state, after.due_at, after.unit_name) == ("open", before.due_at, "西镇公安分局")
    assert after.source_name == "试验区公安分局"
    assert office.town.codes(office.officer) == []
    assert "transferred" in office.told(office.west)
    assert office.differences(before.case_id) == []


def test_the_unit_that_handed_an_item_on_goes_on_reading_the_case(office: Office) -> None:
    item = office.report()
    office.handing.transfer(office.officer, item.id, WEST, reason=WHY, seen=item.version)

    assert office.acts.asked(office.officer, item.id, "withdraw").case_id == item.case_id
    assert [one.item_id for one in office.acts.desk(office.officer).handed_out] == [item.id]
    with pytest.raises(NotFound):
        office.town.casework.complete(office.officer, item.id, {"urgent": True}, item.version + 1)


def test_the_unit_that_was_handed_an_item_may_do_it(office: Office) -> None:
    item = office.report()
    office.handing.transfer(office.officer, item.id, WEST, reason=WHY, seen=item.version)

    there = office.item(office.west)
    office.town.casework.complete(office.west, item.id, {"urgent": True}, there.version)

    assert office.town.codes(office.clerk) == ["P02-T1"]
    assert office.differences(item.case_id) == []


@pytest.mark.parametrize("to", [TOWNSHIP, POLICE, "xx.nowhere"])
def test_an_item_goes_to_no_unit_without_its_role(office: Office, to: str) -> None:
    item = office.report()

    with pytest.raises(Invalid, match="可以办理此事的单位"):
        office.handing.transfer(office.officer, item.id, to, reason=WHY, seen=item.version)


def test_no_item_moves_without_a_reason(office: Office) -> None:
    item = office.claimed()

    with pytest.raises(Invalid, match="理由"):
        office.handing.transfer(office.officer, item.id, WEST, reason="  ", seen=item.version)
    person = office.colleague.person_id or 0
    with pytest.raises(Invalid, match="理由"):
        office.handing.delegate(office.chief, item.id, person, reason="", seen=item.version)
    assert office.item(office.officer).version == item.version


def test_an_item_that_has_changed_since_is_not_transferred(office: Office) -> None:
    item = office.report()
    office.town.casework.claim(office.officer, item.id, item.version)

    with pytest.raises(Refused, match="有了变化"):
        office.handing.transfer(office.officer, item.id, WEST, reason=WHY, seen=item.version)


def test_what_a_colleague_holds_is_transferred_by_the_head_alone(office: Office) -> None:
    item = office.claimed()

    with pytest.raises(Refused, match="officer某"):
        office.handing.transfer(office.colleague, item.id, WEST, reason=WHY, seen=item.version)

    office.handing.transfer(office.chief, item.id, WEST, reason=WHY, seen=item.version)
    assert office.item(office.west).state == "open"


def test_an_item_of_another_unit_or_one_that_is_done_is_not_transferred(office: Office) -> None:
    item = office.report()

    with pytest.raises(NotFound):
        office.handing.transfer(office.clerk, item.id, WEST, reason=WHY, seen=item.version)
    office.town.casework.complete(office.officer, item.id, {"urgent": False}, item.version)
    with pytest.raises(Refused, match="办结"):
        office.handing.transfer(office.officer, item.id, WEST, reason=WHY, seen=item.version + 1)


def test_the_head_gives_an_item_to_a_colleague_who_finds_it_in_their_own_list(office: Office) -> None:
    item = office.report()

    name = office.handing.delegate(
        office.chief, item.id, office.colleague.person_id or 0, reason="熟悉情况", seen=item.version
    )

    assert name == "colleague某"
    assert office.mine(office.colleague) == ["P01-T3"]
    assert office.item(office.officer).holder_name == "colleague某"
    assert office.differences(item.case_id) == []


def test_nobody_but_the_head_delegates_and_only_to_people_of_the_unit(office: Office) -> None:
    item = office.report()

    with pytest.raises(Refused, match="负责人"):
        office.handing.delegate(office.officer, item.id, office.colleague.person_id or 0, reason="x", seen=item.version)
    with pytest.raises(Invalid, match="本单位的另一位同事"):
        office.handing.delegate(office.chief, item.id, office.west.person_id or 0, reason="x", seen=item.version)


def test_the_head_takes_back_what_was_delegated(office: Office) -> None:
    item = office.report()
    person = office.colleague.person_id or 0
    office.handing.delegate(office.chief, item.id, person, reason="熟悉情况", seen=item.version)

    office.handing.withdraw(office.chief, item.id, reason="另行安排", seen=item.version + 1)

    assert office.item(office.officer).state == "open"
    assert office.mine(office.colleague) == []
    assert office.differences(item.case_id) == []
    with pytest.raises(Refused, match="不能由您撤回"):
        office.handing.withdraw(office.chief, item.id, reason="再撤", seen=item.version + 2)


def test_a_transferred_item_is_sent_back_to_the_unit_it_came_from(office: Office) -> None:
    item = office.report()
    office.handing.transfer(office.officer, item.id, WEST, reason=WHY, seen=item.version)
    office.town.casework.claim(office.west, item.id, item.version + 1)

    to = office.handing.send_back(office.west, item.id, reason="不在本辖区", seen=item.version + 2)

    assert to == "试验区公安分局"
    assert office.item(office.officer).state == "open"
    assert office.town.codes(office.west) == []
    assert "returned" in office.told(office.officer)
    assert office.differences(item.case_id) == []


def test_a_delegated_item_is_sent_back_to_the_head_who_gave_it(office: Office) -> None:
    item = office.report()
    person = office.colleague.person_id or 0
    office.handing.delegate(office.chief, item.id, person, reason="熟悉情况", seen=item.version)

    to = office.handing.send_back(office.colleague, item.id, reason="须回避", seen=item.version + 1)

    assert to == "chief某"
    assert office.mine(office.chief) == ["P01-T3"]
    assert office.differences(item.case_id) == []


def test_an_item_that_nobody_handed_over_has_nobody_to_go_back_to(office: Office) -> None:
    item = office.claimed()

    with pytest.raises(Refused, match="程序已走过的环节不能退回"):
        office.handing.send_back(office.officer, item.id, reason="x", seen=item.version)


def test_hand_overs_are_undone_one_by_one_the_last_first(office: Office) -> None:
    """The police hand it to the west, whose only member is no head: it goes back, and then no further."""
    item = office.report()
    office.handing.transfer(office.officer, item.id, WEST, reason=WHY, seen=item.version)
    office.handing.send_back(office.west, item.id, reason="不在本辖区", seen=item.version + 1)

    with pytest.raises(Refused, match="没有可以退回的单位"):
        office.handing.send_back(office.officer, item.id, reason="x", seen=item.version + 2)


def test_a_transfer_is_taken_back_until_it_has_been_claimed_there(office: Office) -> None:
    item = office.report()
    office.handing.transfer(office.officer, item.id, WEST, reason=WHY, seen=item.version)

    office.handing.withdraw(office.officer, item.id, reason="转错了", seen=item.version + 1)
    assert office.item(office.officer).state == "open"
    assert "withdrawn" in office.told(office.west)

    office.handing.transfer(office.officer, item.id, WEST, reason=WHY, seen=item.version + 2)
    office.town.casework.claim(office.west, item.id, item.version + 3)
    with pytest.raises(Refused, match="在对方签收以前"):
        office.handing.withdraw(office.officer, item.id, reason="又错了", seen=item.version + 4)
    assert office.differences(item.case_id) == []


def test_only_who_handed_it_over_and_their_head_take_it_back(office: Office) -> None:
    item = office.report()
    office.handing.transfer(office.officer, item.id, WEST, reason=WHY, seen=item.version)

    for other in (office.colleague, office.west, office.lead):
        with pytest.raises(Refused, match="不能由您撤回"):
            office.handing.withdraw(other, item.id, reason="x", seen=item.version + 1)
    office.handing.withdraw(office.chief, item.id, reason="由本局办理", seen=item.version + 1)
    assert office.town.codes(office.officer) == ["P01-T3"]


def test_each_page_offers_what_its_person_may_do_and_no_more(office: Office) -> None:
    item = office.claimed()

    assert office.view(office.officer).verbs == {"transfer", "consult"}
    assert office.view(office.colleague).verbs == {"urge"}
    assert office.view(office.chief).verbs == {"transfer", "delegate", "urge"}
    with pytest.raises(NotFound):
        office.acts.asked(office.west, item.id, "transfer")
    with pytest.raises(NotFound):
        office.acts.asked(office.officer, item.id, "abolish")


def test_the_timeline_tells_every_hand_over_and_the_item_why(office: Office) -> None:
    item = office.report()
    office.handing.transfer(office.officer, item.id, WEST, reason=WHY, seen=item.version)

    acts = office.view(office.west).acts
    assert [(one.name, one.to, one.words) for one in acts] == [("转办", "西镇公安分局", WHY)]
    assert office.journal(item.case_id)[-2:] == ["item_transferred", "notice_sent"]

"""加签 and 会签: an opinion is asked before an item is completed, and completes it only when it has come."""

from __future__ import annotations

import pytest

from engine.core.errors import Invalid, NotFound, Refused
from engine.service.unit import Database
from tests.conftest import Clock
from tests.service.office import CIVIL, TOWNSHIP, WEST, Office, an_office

ASK = "是否需要临时安置"


@pytest.fixture
def office(db: Database, clock: Clock) -> Office:
    return an_office(db, clock)


def asked(office: Office, *units: str, people: tuple[int, ...] = ()) -> int:
    """Let the officer, who holds the item, ask; return the item's id."""
    item = office.claimed()
    office.consulting.consult(office.officer, item.id, units=units, people=people, question=ASK, seen=item.version)
    return item.id


def done(office: Office, item_id: int) -> None:
    office.town.casework.complete(office.officer, item_id, {"urgent": False}, office.item(office.officer).version)


def test_an_item_is_completed_once_the_unit_that_was_asked_has_answered(office: Office) -> None:
    item_id = asked(office, TOWNSHIP)

    assert office.item(office.officer).consulted == 1
    with pytest.raises(Refused, match="1 份加签"):
        done(office, item_id)
    [waiting] = office.acts.desk(office.clerk).waiting
    assert (waiting.kind, waiting.words) == ("consult", ASK)
    office.consulting.opinion(office.clerk, waiting.act_id, words="不需要，祖母可照料")
    done(office, item_id)

    assert office.acts.desk(office.clerk).waiting == []
    told = [(one.name, one.unit_name, one.words) for one in office.town.inbox.item(office.officer, item_id).acts]
    assert told == [("加签", "试验区公安分局", ASK), ("意见", "东镇人民政府", "不需要，祖母可照料")]


def test_of_several_all_are_needed(office: Office) -> None:
    item_id = asked(office, TOWNSHIP, CIVIL)
    office.consulting.opinion(office.clerk, office.acts.desk(office.clerk).waiting[0].act_id, words="同意")

    with pytest.raises(Refused, match="1 份加签"):
        done(office, item_id)
    office.consulting.opinion(office.lead, office.acts.desk(office.lead).waiting[0].act_id, words="同意")
    done(office, item_id)


def test_the_unit_that_is_asked_may_read_the_case(office: Office) -> None:
    item = office.claimed()
    with pytest.raises(NotFound):
        office.pressing.urge(office.clerk, item.id, reason="x")

    office.consulting.consult(office.officer, item.id, units=[TOWNSHIP], question=ASK, seen=item.version)

    office.pressing.urge(office.clerk, item.id, reason="请尽快")
    assert office.differences(item.case_id) == []


def test_a_colleague_is_asked_and_answers_alone(office: Office) -> None:
    item_id = asked(office, people=(office.colleague.person_id or 0,))

    assert office.acts.desk(office.chief).waiting == []
    [waiting] = office.acts.desk(office.colleague).waiting
    with pytest.raises(NotFound):
        office.consulting.opinion(office.chief, waiting.act_id, words="x")
    office.consulting.opinion(office.colleague, waiting.act_id, words="同意受理")
    done(office, item_id)


def test_a_question_is_taken_back_with_a_reason_and_the_item_can_be_completed(office: Office) -> None:
    item_id = asked(office, TOWNSHIP)
    act = office.acts.desk(office.clerk).waiting[0].act_id

    with pytest.raises(Invalid, match="理由"):
        office.consulting.cancel(office.officer, item_id, act, reason="")
    with pytest.raises(Refused, match="不在您名下"):
        office.consulting.cancel(office.colleague, item_id, act, reason="x")
    office.consulting.cancel(office.officer, item_id, act, reason="已电话问清")
    done(office, item_id)

    with pytest.raises(Refused, match="办结"):
        office.consulting.opinion(office.clerk, act, words="迟到的意见")


def test_an_opinion_is_given_once_and_by_those_who_were_asked(office: Office) -> None:
    item_id = asked(office, TOWNSHIP)
    act = office.acts.desk(office.clerk).waiting[0].act_id

    for other in (office.west, office.lead, office.officer):
        with pytest.raises(NotFound):
            office.consulting.opinion(other, act, words="x")
    with pytest.raises(Invalid, match="意见"):
        office.consulting.opinion(office.clerk, act, words=" ")
    office.consulting.opinion(office.clerk, act, words="同意")
    with pytest.raises(Refused, match="已经答复"):
        office.consulting.opinion(office.clerk, act, words="再同意")
    assert office.differences(office.town.inbox.item(office.officer, item_id).case_id) == []


def test_only_who_holds_the_item_asks_and_only_others(office: Office) -> None:
    item = office.report()
    with pytest.raises(Refused, match="不在您名下"):
        office.consulting.consult(office.officer, item.id, units=[TOWNSHIP], question=ASK, seen=item.version)
    office.town.casework.claim(office.officer, item.id, item.version)
    with pytest.raises(Refused, match="有了变化"):
        office.consulting.consult(office.officer, item.id, units=[TOWNSHIP], question=ASK, seen=item.version)

    for nobody in ([], ["xx.police"], ["xx.nowhere"]):
        with pytest.raises(Invalid, match="请选择"):
            office.consulting.consult(office.officer, item.id, units=nobody, question=ASK, seen=item.version + 1)
    with pytest.raises(Invalid, match="征求什么意见"):
        office.consulting.consult(office.officer, item.id, units=[TOWNSHIP], question="", seen=item.version + 1)


def test_a_unit_that_is_asked_is_not_asked_again_meanwhile(office: Office) -> None:
    item_id = asked(office, TOWNSHIP)

    with pytest.raises(Refused, match="不用再次加签"):
        office.consulting.consult(
            office.officer, item_id, units=[TOWNSHIP], question=ASK, seen=office.item(office.officer).version
        )


def test_what_somebody_was_asked_about_is_not_handed_on(office: Office) -> None:
    item_id = asked(office, TOWNSHIP)

    with pytest.raises(Refused, match="先撤销加签"):
        office.handing.transfer(office.officer, item_id, WEST, reason="x", seen=office.item(office.officer).version)

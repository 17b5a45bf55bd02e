"""催办 by whoever waits, 督办 by whoever stands above, and its answer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.core.errors import Invalid, NotFound, Refused
from engine.service.unit import Database
from tests.conftest import Clock
from tests.service.office import Office, an_office


@pytest.fixture
def office(db: Database, clock: Clock) -> Office:
    return an_office(db, clock)


def test_any_unit_of_the_case_urges_and_the_list_shows_it(office: Office) -> None:
    item = office.claimed()

    office.pressing.urge(office.teacher, item.id, reason="孩子还在教室等")

    assert office.item(office.officer).urged == 1
    assert "urged" in office.told(office.officer)
    assert [one.item_id for one in office.acts.desk(office.officer).urged] == [item.id]
    assert office.differences(item.case_id) == []


def test_urging_leaves_the_form_that_is_being_filled_in_as_it_is(office: Office) -> None:
    item = office.claimed()
    office.pressing.urge(office.teacher, item.id, reason="孩子还在教室等")

    office.town.casework.complete(office.officer, item.id, {"urgent": True}, item.version)


def test_one_person_urges_once_in_four_hours_and_others_may(office: Office) -> None:
    item = office.claimed()
    office.pressing.urge(office.teacher, item.id, reason="一")

    office.clock.shift(timedelta(hours=3, minutes=59))
    with pytest.raises(Refused, match="以后可以再催"):
        office.pressing.urge(office.teacher, item.id, reason="二")
    office.pressing.urge(office.lead, item.id, reason="三")
    office.clock.shift(timedelta(minutes=1))
    office.pressing.urge(office.teacher, item.id, reason="四")

    assert office.item(office.officer).urged == 3


def test_nobody_urges_themselves_what_is_done_or_what_they_may_not_see(office: Office) -> None:
    item = office.claimed()

    with pytest.raises(Refused, match="由您自己办理"):
        office.pressing.urge(office.officer, item.id, reason="x")
    with pytest.raises(NotFound):
        office.pressing.urge(office.clerk, item.id, reason="x")
    with pytest.raises(Invalid, match="理由"):
        office.pressing.urge(office.teacher, item.id, reason=" ")
    office.town.casework.complete(office.officer, item.id, {"urgent": False}, item.version)
    with pytest.raises(Refused, match="办结"):
        office.pressing.urge(office.teacher, item.id, reason="x")


def test_the_head_of_a_superior_unit_presses_and_the_unit_answers(office: Office) -> None:
    item = office.claimed()

    office.pressing.press(office.lead, item.id, instruction="今日内受理并反馈")
    waiting = office.acts.desk(office.officer).waiting
    assert [(one.kind, one.words) for one in waiting] == [("press", "今日内受理并反馈")]
    assert office.item(office.officer).pressed == 1
    office.pressing.answer(office.officer, waiting[0].act_id, words="已安排，下午四时前受理")

    assert office.item(office.officer).pressed == 0
    assert office.acts.desk(office.officer).waiting == []
    assert "answered" in office.told(office.lead)
    assert office.differences(item.case_id) == []
    with pytest.raises(Refused, match="已经答复"):
        office.pressing.answer(office.officer, waiting[0].act_id, words="再答")


def test_an_instruction_stays_to_be_answered_when_the_item_is_done(office: Office) -> None:
    item = office.claimed()
    office.pressing.press(office.lead, item.id, instruction="今日内受理并反馈")
    office.town.casework.complete(office.officer, item.id, {"urgent": False}, item.version)

    [waiting] = office.acts.desk(office.officer).waiting
    office.pressing.answer(office.officer, waiting.act_id, words="已受理")

    assert office.acts.desk(office.officer).waiting == []
    assert office.differences(item.case_id) == []


def test_only_heads_above_press_with_an_instruction_and_not_twice_unanswered(office: Office) -> None:
    item = office.claimed()

    for other in (office.chief, office.teacher):
        with pytest.raises(Refused, match="不由您督办"):
            office.pressing.press(other, item.id, instruction="x")
    with pytest.raises(NotFound):
        office.pressing.press(office.west, item.id, instruction="x")
    with pytest.raises(Invalid, match="督办要求"):
        office.pressing.press(office.lead, item.id, instruction="")
    office.pressing.press(office.lead, item.id, instruction="一")
    with pytest.raises(Refused, match="还没有答复"):
        office.pressing.press(office.lead, item.id, instruction="二")


def test_an_instruction_is_answered_by_the_items_unit_alone_and_in_words(office: Office) -> None:
    item = office.claimed()
    office.pressing.press(office.lead, item.id, instruction="一")
    act = office.acts.desk(office.officer).waiting[0].act_id

    with pytest.raises(NotFound):
        office.pressing.answer(office.lead, act, words="x")
    with pytest.raises(NotFound):
        office.pressing.answer(office.officer, 999_999, words="x")
    with pytest.raises(Invalid, match="落实情况"):
        office.pressing.answer(office.officer, act, words="")


def test_what_is_urged_and_what_was_handed_on_stand_in_lists_of_their_own(office: Office) -> None:
    item = office.claimed()
    office.pressing.urge(office.teacher, item.id, reason="孩子还在教室等")

    assert [row.id for row in office.town.inbox.items(office.officer, view="urged")] == [item.id]
    assert office.town.inbox.items(office.colleague, view="urged") == []
    assert [row.id for row in office.town.inbox.items(office.teacher, view="handed")] == [item.id]

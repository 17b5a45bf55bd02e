"""Where an item goes back to, as a rule of its acts alone."""

from __future__ import annotations

from engine.core.handing import Act, standing

TO_B = Act(id=1, kind="transfer", person_id=1, unit_id=10, to_unit_id=20)
TO_C = Act(id=2, kind="transfer", person_id=2, unit_id=20, to_unit_id=30)
TO_PERSON = Act(id=3, kind="delegate", person_id=3, unit_id=30, to_unit_id=30, to_person_id=7)


def back(act: Act, number: int) -> Act:
    return Act(id=number, kind="return", person_id=9, unit_id=30, of_act_id=act.id)


def test_the_last_hand_over_that_stands_is_the_one_to_undo() -> None:
    assert standing([TO_B], candidates=[20], holder=None) == TO_B
    assert standing([TO_B, TO_C], candidates=[30], holder=None) == TO_C
    assert standing([TO_B, TO_C, TO_PERSON], candidates=[30], holder=7) == TO_PERSON
    assert standing([TO_B, TO_C, TO_PERSON, back(TO_PERSON, 4)], candidates=[30], holder=3) == TO_C
    assert standing([TO_B, TO_C, back(TO_C, 3)], candidates=[20], holder=None) == TO_B


def test_nothing_stands_that_was_undone_or_overtaken() -> None:
    assert standing([], candidates=[10], holder=None) is None
    assert standing([TO_B, back(TO_B, 2)], candidates=[10], holder=None) is None
    assert standing([TO_B], candidates=[40], holder=None) is None
    assert standing([TO_C, TO_PERSON], candidates=[40], holder=8) is None


def test_a_delegation_that_the_colleague_gave_up_leaves_the_transfer_below_it() -> None:
    assert standing([TO_C, TO_PERSON], candidates=[30], holder=None) == TO_C

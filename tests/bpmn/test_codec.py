"""What is stored comes back whole, and bytes of others are refused."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.bpmn import codec
from engine.bpmn.adapter import Surroundings
from engine.bpmn.findings import CannotGoOn, UnknownState
from engine.core.civil import DaysDuration, MonthsDuration
from tests.bpmn.builder import NOON, Play, a_play, boundary, end, flow, message, start, timer, user

#: A state as version 1 wrote it on 22 November 2026: the task ``order`` with its boundary event.
GOLDEN = bytes.fromhex(
    "015b302c7b224073746172746564223a5b2269222c22323032362d30332d30325430343a30303a30302b30303a3030225d2c"
    "2240737461727465645f6279223a22706f6c696365222c2240636f6d706c65746564223a5b226d222c7b7d5d2c2240726f75"
    "6e6473223a5b226d222c7b7d5d2c2240646f6e65223a5b226c222c227374617274225d2c224063616e63656c6c6564223a5b"
    "226c225d2c22616e73776572223a5b226c222c225331222c5b2264222c22323032362d30332d3031225d5d7d2c5b5b6e756c"
    "6c2c5b5b223739613866356164613138633436396538663565613830373362303338626538222c2d312c2240726f6f74222c"
    "36342c305d2c5b223935633562333166303664613436316362626166653239383736386664383664222c302c226f72646572"
    "407761746368222c36342c305d2c5b223038623037376234643332383464356238393032346638393233663161643164222c"
    "312c226c617465222c382c7b2261726d6564223a22323032362d30332d30325430343a30303a30302b30303a3030222c2264"
    "7565223a22323032362d30332d30355430343a30303a30302b30303a3030227d5d2c5b226331633865336634393939353433"
    "613639376565623739333464353533636463222c312c226f72646572222c31362c305d5d5d5d5d"
)

SHANGHAI = timezone(timedelta(hours=8))
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**80), 2**80),
    st.text(st.characters(codec="utf-8")),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.dates(),
    st.datetimes(timezones=st.sampled_from([UTC, SHANGHAI])),
    st.times(),
    st.builds(MonthsDuration, st.integers(-1200, 1200)),
    st.builds(DaysDuration, st.integers(-9999, 9999), st.integers(0, 86399).map(Decimal)),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=6), inner, max_size=4)),
    max_leaves=12,
)


def an_order() -> Play:
    return a_play(
        *(start(), user("order"), boundary("late", "order", timer("PT72H")), user("escalate"), end()),
        *(flow("start", "order", "end"), flow("late", "escalate", "end")),
    )


def exact(value: Any) -> Any:
    """A value with its kind, since 1 == True and days equal their hours."""
    if isinstance(value, dict):
        return {name: exact(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [exact(inner) for inner in value]
    if isinstance(value, DaysDuration):
        return value.days, value.seconds
    return type(value), value


@given(VALUES)
def test_every_value_comes_back_as_it_was(value: Any) -> None:
    stored = json.loads(json.dumps(codec.encode(value)))
    back = codec.decode(stored)
    if isinstance(value, int) and not isinstance(value, bool):
        assert back == value
    else:
        assert _numbers(exact(back)) == _numbers(exact(value))


def _numbers(value: Any) -> Any:
    """Large integers come back as decimals, which FEEL does not tell apart."""
    if isinstance(value, dict):
        return {name: _numbers(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_numbers(inner) for inner in value]
    if isinstance(value, tuple) and value[0] is int and abs(value[1]) >= 2**63:
        return Decimal, Decimal(value[1])
    return value


def test_a_time_with_its_kind_comes_back() -> None:
    for value in (date(2026, 3, 1), datetime(2026, 3, 1, tzinfo=UTC), time(8, 30), Decimal("1.50")):
        assert exact(codec.decode(codec.encode(value))) == exact(value)


def test_what_feel_does_not_have_is_not_stored() -> None:
    with pytest.raises(TypeError, match="object"):
        codec.encode(object())


@pytest.mark.parametrize(
    "answer", [{"typename": "harmless"}, {"typename": "UUID", "value": "x"}, ["m", {}], ["d", "x"]]
)
def test_no_answer_can_brick_an_instance(answer: Any) -> None:
    """With the library a field called ``typename`` makes the instance impossible to restore."""
    play = an_order()
    play.start(answer=answer)

    assert play.procedure.look(play.at.state, play.around).context["answer"] == answer


def test_the_state_of_version_1_is_read_for_ever() -> None:
    play = an_order()

    at = play.procedure.look(GOLDEN, play.around)

    assert [item.element for item in at.items] == ["order"]
    assert [(armed.element, armed.due_at) for armed in at.timers] == [("late", NOON + timedelta(hours=72))]
    assert at.context["answer"] == ["S1", date(2026, 3, 1)]
    assert at.context["rounds"] == {"order": 0, "escalate": 0}


@pytest.mark.parametrize("state", [b"", b"\x00[]", b"\x02[1,{},[]]", b'{"spec":{}}'])
def test_bytes_of_another_program_or_version_are_refused(state: bytes) -> None:
    play = an_order()

    with pytest.raises(UnknownState):
        play.procedure.look(state, play.around)


def test_a_state_of_a_diagram_without_the_open_task_is_refused_by_name() -> None:
    """The library saves such an instance and can never load it again."""
    state = an_order().start().state
    other = a_play(start(), user("visit"), end(), flow("start", "visit", "end"))

    with pytest.raises(CannotGoOn, match="order"):
        other.procedure.look(state, other.around)


def test_a_state_is_bytes_that_no_json_column_takes() -> None:
    """A column that re-orders keys makes the library lose all task data without an error."""
    play = an_order()

    with pytest.raises(ValueError, match=r"Expecting value|Invalid"):
        json.loads(play.start().state)


def test_a_state_is_small_and_has_no_spec_in_it() -> None:
    play = an_order()

    state = play.start(answer="x").state

    assert len(state) < 600
    assert b"PT72H" not in state


def test_the_clock_of_the_machine_is_not_in_the_state() -> None:
    play = an_order()
    loaded = codec.load(play.start().state, play.procedure.wiring, play.around)
    later = Surroundings(parameters={}, case={}, now=NOON + timedelta(days=1))

    assert codec.dump(loaded) == codec.dump(codec.load(codec.dump(loaded), play.procedure.wiring, later))


def test_a_message_waited_for_is_waited_for_again_after_a_restore() -> None:
    play = a_play(
        *(start(), user("order"), boundary("b", "order", message("refused")), end(), end("e2")),
        *(flow("start", "order", "end"), flow("b", "e2")),
        messages=("refused",),
    )
    play.start()

    at = play.says("refused")

    assert at is not None
    assert at.ended

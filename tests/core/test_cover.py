"""Who may stand in for whom, as a rule of periods and people alone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from engine.core.cover import Absence, Cover, knot, left_alone, overlapping

A, B, C = 1, 2, 3


def day(number: int) -> datetime:
    return datetime(2018, 3, number, tzinfo=UTC)


def away(person: int, substitute: int | None, first: int = 1, last: int = 10, *procedures: str) -> Absence:
    return Absence(
        person_id=person,
        substitute_id=substitute,
        since=day(first),
        until=day(last),
        procedures=frozenset(procedures),
    )


def test_two_who_stand_in_for_each_other_make_a_circle() -> None:
    found = knot(away(A, B), [away(B, A)])

    assert found is not None
    assert found.circle


@pytest.mark.parametrize("other", [away(B, C), away(C, A)])
def test_nobody_stands_in_for_somebody_who_has_a_substitute(other: Absence) -> None:
    found = knot(away(A, B), [other])

    assert found is not None
    assert not found.circle


@pytest.mark.parametrize("other", [away(B, C, 10, 20), away(B, None), away(C, B), away(A, C), away(A, B, 1, 10, "P05")])
def test_what_meets_at_no_instant_or_ends_in_one_person_is_no_chain(other: Absence) -> None:
    assert knot(away(A, B), [other]) is None


def test_an_absence_without_a_substitute_makes_no_chain() -> None:
    assert knot(away(A, None), [away(C, A)]) is None


def test_a_second_period_is_told_only_where_it_is_about_the_same_procedures() -> None:
    before = [away(A, B, 1, 10, "P05")]

    assert list(overlapping(away(A, C, 5, 12), before)) == before
    assert list(overlapping(away(A, C, 5, 12, "P05", "P08"), before)) == before
    assert list(overlapping(away(A, C, 5, 12, "P08"), before)) == []
    assert list(overlapping(away(A, C, 10, 12), before)) == []


def test_a_unit_is_left_alone_where_all_others_are_away_at_some_instant() -> None:
    assert left_alone(away(A, None), [], [A])
    assert left_alone(away(A, None, 1, 10), [away(B, None, 8, 20)], [A, B])
    assert not left_alone(away(A, None, 1, 8), [away(B, None, 8, 20)], [A, B])
    assert not left_alone(away(A, None), [away(B, None)], [A, B, C])


def test_a_cover_reaches_its_procedures_and_its_time_and_nothing_else() -> None:
    cover = Cover(person_id=A, name="甲", since=day(1), until=day(10), procedures=frozenset({"P05"}))

    assert cover.reaches("P05", day(1))
    assert not cover.reaches("P08", day(1))
    assert not cover.reaches("P05", day(10))

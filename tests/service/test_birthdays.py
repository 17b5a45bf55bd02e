"""The 16th and 18th birthdays come from the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from engine.core.birthdays import age_before, coming

NOW = datetime(2018, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("born", "sixteen", "eighteen"),
    [
        (date(2008, 10, 1), "2024-10-01T00:00:00+08:00", "2026-10-01T00:00:00+08:00"),
        (date(2008, 2, 29), "2024-02-29T00:00:00+08:00", "2026-03-01T00:00:00+08:00"),
    ],
)
def test_a_birthday_begins_at_midnight_in_shanghai(born: date, sixteen: str, eighteen: str) -> None:
    assert dict(coming(born, NOW)) == {
        "sixteenth_birthday": datetime.fromisoformat(sixteen),
        "eighteenth_birthday": datetime.fromisoformat(eighteen),
    }


def test_a_birthday_that_has_passed_is_not_waited_for() -> None:
    assert list(dict(coming(date(2001, 5, 5), NOW))) == ["eighteenth_birthday"]


@pytest.mark.parametrize(
    ("born", "age"),
    [(date(2011, 1, 1), 7), (date(2011, 1, 2), 6), (date(2000, 2, 29), 17), (date(2016, 2, 29), 1)],
)
def test_the_birthdays_that_are_waited_for_tell_the_age(born: date, age: int) -> None:
    assert age_before(dict(coming(born, NOW)), NOW) == age


def test_nobody_knows_the_age_of_a_child_whose_birth_date_is_unknown_or_who_is_grown_up() -> None:
    assert age_before({}, NOW) is None
    assert age_before(dict(coming(date(1999, 5, 5), NOW)), NOW) is None

"""Numbers of identity cards say who their holder is, or that they were mistyped."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core import idcards, names, searching

GOOD = "330283200803120028"


def test_a_number_tells_birthday_and_sex() -> None:
    card = idcards.read(GOOD)

    assert card is not None
    assert (card.born, card.sex) == (date(2008, 3, 12), "女")


@pytest.mark.parametrize("number", ["330283200803120021", "330283200802300021"])
def test_a_mistyped_number_says_so(number: str) -> None:
    assert idcards.read(number) is None
    assert idcards.problem(number)


@pytest.mark.parametrize("number", ["", "EA1234567", "330283080312002", "810000201801011234567"])
def test_papers_of_another_kind_are_not_judged(number: str) -> None:
    assert idcards.problem(number) is None


@given(st.from_regex(r"\A[1-9]\d{5}(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|1\d|2[0-8])\d{3}\Z"))
def test_any_slip_of_one_digit_is_noticed(body: str) -> None:
    number = body + idcards.check_sign(body)
    assert idcards.problem(number) is None
    slipped = number[:5] + str((int(number[5]) + 1) % 10) + number[6:]
    assert idcards.problem(slipped)


def test_full_width_digits_and_a_small_x_are_the_same_number() -> None:
    assert idcards.plain(" ３３０２８３　20080312 001x ") == "33028320080312001X"


def test_a_name_is_the_same_with_dots_and_spaces_or_without() -> None:
    assert names.plain("买买提·艾山") == names.plain("买买提 • 艾山") == "买买提艾山"


def test_every_reading_of_a_name_gives_initials_up_to_a_bound() -> None:
    letters = {"曾": ("c", "z"), "乐": ("l", "y")}

    assert names.initials("曾小乐", {**letters, "小": ("x",)}) == ("cxl", "cxy", "zxl", "zxy")
    assert len(names.initials("曾" * 8, letters)) == names.MOST_READINGS


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("儿-7", ("code",)),
        ("fh-2026-0001", ("case",)),
        ("330283200803120024", ("id_no", "student")),
        ("2008年3月12日", ("birth",)),
        ("20080312", ("birth",)),
        ("YXH", ("initials",)),
        ("叶小禾", ("name",)),
        ("溪口镇中心学校", ("school",)),
        ("0A1B 0A1B 0A1B 0A1B 0A1B 0A1B 0A1B 0A1B", ("receipt",)),
    ],
)
def test_what_is_typed_is_understood_by_its_shape(text: str, kinds: tuple[str, ...]) -> None:
    assert [one.kinds for one in searching.terms(text)] == [kinds]


@pytest.mark.parametrize(("text", "exact"), [("叶小禾", False), ("叶小禾 2008-03-12", True), ("YXH 2008-03-12", False)])
def test_a_name_alone_means_nobody_in_particular(text: str, exact: bool) -> None:
    assert searching.is_exact(searching.terms(text)) is exact

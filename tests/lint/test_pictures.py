"""The pages' pictures are there, are those of the present models, and are small enough to be read anywhere."""

from __future__ import annotations

import pytest
from lxml import etree

from tests.lint.catalogue import PICTURES
from tools.rule_pictures import RED, Picture, pictures

MOST_BYTES = 30_000
#: The red of a culprit, as the browser writes it.
AS_DRAWN = "rgb(200, 16, 46)"

each_picture = pytest.mark.parametrize("picture", list(pictures()), ids=lambda one: one.file.stem)


@each_picture
def test_a_picture_was_made_from_the_present_model(picture: Picture) -> None:
    assert picture.file.exists(), "python -m tools.rule_pictures"
    assert picture.is_current, f"python -m tools.rule_pictures {picture.rule}"


@each_picture
def test_a_picture_is_small_and_does_nothing(picture: Picture) -> None:
    content = picture.file.read_bytes()

    assert len(content) <= MOST_BYTES
    tags = {etree.QName(one).localname for one in etree.fromstring(content).iter("*")}
    assert not tags & {"script", "foreignObject", "image", "a"}


@each_picture
def test_only_a_wrong_picture_marks_a_culprit(picture: Picture) -> None:
    drawn = picture.file.read_text(encoding="utf-8")

    assert picture.file.stem.removeprefix(picture.rule).startswith("-wrong") or not any(
        one in drawn for one in (RED, AS_DRAWN)
    )


def test_every_picture_is_shown_by_a_page() -> None:
    assert {one.name for one in PICTURES.iterdir()} == {one.file.name for one in pictures()}

"""What the address of a list asks for, and the address of what is asked: codes and numbers, nothing of a family."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from engine.core.listing import LAST_PAGE, LimitState, Sort, View, Wanted

Word = TypeVar("Word", bound=StrEnum)

NUMBER = re.compile(r"[0-9]{1,18}")
PROCEDURE = re.compile(r"P[0-9]{2}[a-z]?")
#: What of an address makes a list other than the one that a person opens with.
NAMES = frozenset({"view", "sort", "procedure", "limit", "area", "risk", "case", "follow"})


def wanted_of(given: Mapping[str, str]) -> Wanted | None:
    """Return what an address asks for; None where it asks for nothing, so that the default filter counts."""
    if not NAMES & given.keys():
        return None
    procedure = given.get("procedure", "")
    return Wanted(
        view=_word(View, given.get("view")) or View.MINE,
        sort=_word(Sort, given.get("sort")) or Sort.DUE,
        procedure=procedure if PROCEDURE.fullmatch(procedure) else None,
        limit=_word(LimitState, given.get("limit")),
        area_id=_number(given.get("area")),
        risk=_number(given.get("risk")),
        case_ids=tuple(int(one) for one in given.get("case", "").split(".")[:MOST] if NUMBER.fullmatch(one)),
        follow_up=given.get("follow") == "1",
        page=page_of(given),
    )


#: No more cases stand in one address.
MOST = 20


def page_of(given: Mapping[str, str]) -> int:
    return min(max(_number(given.get("page")) or 1, 1), LAST_PAGE)


def filter_of(given: Mapping[str, str]) -> int | None:
    return _number(given.get("filter"))


def address_of(wanted: Wanted) -> dict[str, Any]:
    """Return the parts of the address of a list, without its page."""
    parts = {
        "view": wanted.view.value,
        "sort": wanted.sort.value if wanted.sort is not Sort.DUE else None,
        "procedure": wanted.procedure,
        "limit": wanted.limit.value if wanted.limit else None,
        "area": wanted.area_id,
        "risk": wanted.risk,
        "case": ".".join(map(str, wanted.case_ids)) or None,
        "follow": "1" if wanted.follow_up else None,
    }
    return {name: part for name, part in parts.items() if part is not None}


def _word(words: type[Word], text: str | None) -> Word | None:
    return next((one for one in words if one.value == text), None)


def _number(text: str | None) -> int | None:
    return int(text) if text and NUMBER.fullmatch(text) else None

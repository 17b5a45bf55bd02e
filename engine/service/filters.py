"""Filters that people keep by name: their own, or shared in a unit, where the author and the head may change them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.exc import IntegrityError

from engine.core.errors import Invalid, NotFound, Refused
from engine.core.listing import LimitState, Sort, View, Wanted
from engine.core.model import Acting
from engine.service.unit import Database, Unit
from engine.store import savedfilters as rows
from engine.store.schema import AnyRow

#: How many filters a person keeps; a list of them must stay a list.
MOST = 30
LONGEST_NAME = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class SavedFilter:
    """A filter as a person sees it; ``unit_name``: where it is shared, ``may_change``: whether they may change it."""

    id: int
    name: str
    wanted: Wanted
    author: str
    unit_name: str | None
    may_change: bool
    is_default: bool


class Filters:
    """Keeps, changes and drops filters."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(
        self, acting: Acting, name: str, wanted: Wanted, *, unit_key: str | None = None, default: bool = False
    ) -> int:
        """Keep a filter by name, for oneself or shared in one of one's units; return its id.

        Raises:
            Invalid: the name is empty, too long or taken; too many are kept.
            NotFound: the person does not act for the unit.
        """
        shared = acting.unit(unit_key) if unit_key else None
        if unit_key and shared is None:
            raise NotFound("没有这个单位，或者您不在这个单位")
        values = {"name": _name(name), "wanted": as_text(wanted), "person_id": acting.person_id}
        try:
            with self._database.unit(acting) as unit:
                if rows.count_of(unit.connection, acting.person_id or 0) >= MOST:
                    raise Invalid({"name": f"最多保存 {MOST} 个筛选，请先删除不用的"})
                made = rows.add(unit.connection, **values, unit_id=shared.id if shared else None, at=unit.now)
                if default:
                    rows.set_default(unit.connection, acting.person_id or 0, made)
                return made
        except IntegrityError as error:
            raise Invalid({"name": "您已有同名的筛选，请换一个名称"}) from error

    def change(self, acting: Acting, filter_id: int, wanted: Wanted) -> None:
        """Let a filter look for something else from now on."""
        with self._database.unit(acting) as unit:
            _require_own(acting, _found(unit, acting, filter_id))
            rows.change(unit.connection, filter_id, wanted=as_text(wanted), at=unit.now)

    def drop(self, acting: Acting, filter_id: int) -> None:
        with self._database.unit(acting) as unit:
            _require_own(acting, _found(unit, acting, filter_id))
            rows.drop(unit.connection, filter_id)

    def open_with(self, acting: Acting, filter_id: int | None) -> None:
        """Let one's list open with this filter; with None as it always did."""
        with self._database.unit(acting) as unit:
            if filter_id is not None:
                _found(unit, acting, filter_id)
            rows.set_default(unit.connection, acting.person_id or 0, filter_id)


def filters_for(unit: Unit, acting: Acting) -> list[SavedFilter]:
    """Return a person's filters and those shared in their units, their own first."""
    found = rows.filters_for(unit.connection, acting.person_id or 0, acting.unit_ids)
    return [
        SavedFilter(
            id=one.id,
            name=one.name,
            wanted=of_text(one.wanted),
            author=one.author,
            unit_name=one.unit_name,
            may_change=_may_change(acting, one),
            is_default=one.is_default,
        )
        for one in found
    ]


def as_text(wanted: Wanted) -> str:
    """Return what a filter looks for as JSON; what narrows nothing is left out, and so is the page."""
    said: Mapping[str, Any] = {
        "view": wanted.view,
        "sort": wanted.sort,
        "procedure": wanted.procedure,
        "limit": wanted.limit,
        "area_id": wanted.area_id,
        "risk": wanted.risk,
        "case_ids": list(wanted.case_ids) or None,
        "follow_up": wanted.follow_up or None,
    }
    return json.dumps({key: value for key, value in said.items() if value is not None})


def of_text(text: str) -> Wanted:
    """Return what :func:`as_text` wrote."""
    said = json.loads(text)
    return Wanted(
        view=View(said["view"]),
        sort=Sort(said["sort"]),
        procedure=said.get("procedure"),
        limit=LimitState(said["limit"]) if "limit" in said else None,
        area_id=said.get("area_id"),
        risk=said.get("risk"),
        case_ids=tuple(said.get("case_ids", ())),
        follow_up=said.get("follow_up", False),
    )


def chosen(filters: Sequence[SavedFilter], filter_id: int | None, page: int) -> tuple[SavedFilter | None, Wanted]:
    """Return the filter that is asked for, or the default, and what it looks for.

    Raises:
        NotFound: there is no such filter.
    """
    if filter_id is None:
        found = next((one for one in filters if one.is_default), None)
    else:
        found = next((one for one in filters if one.id == filter_id), None)
        if found is None:
            raise NotFound("没有这个筛选，可能已被删除")
    return found, replace(found.wanted if found else Wanted(), page=page)


def _found(unit: Unit, acting: Acting, filter_id: int) -> AnyRow:
    found = rows.filters_for(unit.connection, acting.person_id or 0, acting.unit_ids)
    row = next((one for one in found if one.id == filter_id), None)
    if row is None:
        raise NotFound("没有这个筛选，可能已被删除")
    return row


def _may_change(acting: Acting, row: AnyRow) -> bool:
    head = any(unit.id == row.unit_id and unit.head for unit in acting.units)
    return head or row.person_id == acting.person_id


def _require_own(acting: Acting, row: AnyRow) -> None:
    if not _may_change(acting, row):
        raise Refused(f"“{row.name}”是{row.unit_name}共用的筛选，只能由建立人{row.author}或者单位负责人修改、删除")


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name:
        raise Invalid({"name": "请写一个名称"})
    if len(name) > LONGEST_NAME:
        raise Invalid({"name": f"名称最多 {LONGEST_NAME} 个字"})
    return name

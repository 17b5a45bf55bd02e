"""What somebody looks for in a list of work items: a view, an order and filters, all of them codes and numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

#: How many rows a page of a list has.
PAGE = 50
#: Nobody turns more pages; beyond them a list is narrowed by filters.
LAST_PAGE = 20
#: Counted so far and no further: what is beyond says 999+.
COUNTED = 1_000


class View(StrEnum):
    """Whose work, and how far it is."""

    MINE = "mine"
    UNIT = "unit"  # nobody's yet
    WORKING = "working"
    URGED = "urged"
    HANDED = "handed"
    DONE = "done"


class Sort(StrEnum):
    """What stands first."""

    DUE = "due"
    RISK = "risk"
    NEW = "new"


class LimitState(StrEnum):
    """How a due time stands: late, 80 % used or due at once, neither, not counted, none."""

    OVER = "over"
    NEAR = "near"
    OK = "ok"
    HOLD = "hold"
    NONE = "none"


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """One page of a list; what is None or empty narrows nothing.

    ``area_id``: where the child lives, or it happened, that area and those below it. ``case_ids``: the
    cases that a search has found. ``follow_up``: what the person wants to look at again by today.
    """

    view: View = View.MINE
    sort: Sort = Sort.DUE
    procedure: str | None = None
    limit: LimitState | None = None
    area_id: int | None = None
    risk: int | None = None
    case_ids: tuple[int, ...] = ()
    follow_up: bool = False
    page: int = 1

    @property
    def is_narrowed(self) -> bool:
        """Say whether any filter is set."""
        filters = (self.procedure, self.limit, self.area_id, self.risk, self.case_ids, self.follow_up)
        return any(one not in (None, (), False) for one in filters)


@dataclass(frozen=True, kw_only=True, slots=True)
class Viewer:
    """For whom a list is made; ``narrow``: one who may see the procedures of their own units only.

    ``covered``: for whom they stand in now, and in which procedures; none: in all.
    """

    person_id: int | None
    unit_ids: tuple[int, ...]
    narrow: bool = False
    covered: Mapping[int, frozenset[str]] = field(default_factory=dict)

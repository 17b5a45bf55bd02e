"""What pages and commands show of calendars: the years, what a file would change, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class YearLine:
    """A year's plan in force; ``off`` and ``work`` count days, ``versions`` how often it was loaded."""

    year: int
    title: str
    source: str
    off: int
    work: int
    loaded_by: str
    loaded_at: datetime
    versions: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """All years, the latest first; beyond ``published_until`` due times are provisional."""

    years: Sequence[YearLine]
    published_until: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Earlier:
    """A plan that a later one has replaced."""

    loaded_at: datetime
    loaded_by: str
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class YearView:
    """One year with its days, each with its name where the plan gives one."""

    line: YearLine
    off: Sequence[tuple[date, str]]
    work: Sequence[tuple[date, str]]
    earlier: Sequence[Earlier]


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """A due time that another calendar moves or makes sure; ``item_id`` is None for a timer of a diagram."""

    case_id: int
    case_number: str
    item_id: int | None
    name: str
    code: str
    unit_name: str
    old: datetime | None
    new: datetime | None
    was_provisional: bool
    is_provisional: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """What loading a file would change. ``same``: it is in force already; ``replaces``: the year has another.

    ``seen`` tells the plan that was in force, and goes back with the confirmation; ``names`` are the holidays.
    """

    year: int
    seen: int
    title: str
    source: str
    same: bool
    replaces: bool
    added_off: Sequence[date]
    removed_off: Sequence[date]
    added_work: Sequence[date]
    removed_work: Sequence[date]
    names: Mapping[date, str]
    moves: Sequence[Move]


@dataclass(frozen=True, kw_only=True, slots=True)
class Loaded:
    """What came of loading a file; ``failed`` cases have an incident, and are done again by loading again."""

    year: int
    same: bool
    cases: int
    moved: int
    made_final: int
    failed: int

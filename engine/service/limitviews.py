"""What pages show of a limit: how its due time came about, what was done to it, and what may be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One thing done to a limit, with the words it was done with; ``due`` is what came of it at that time."""

    id: int
    kind: str
    at: datetime
    person_id: int
    by: str
    unit_name: str
    reason: str
    length: str
    until: date | None
    before: datetime | None
    due: datetime | None
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LimitView:
    """A limit, reckoned; lengths, rules and sources are words.

    ``rolls`` are the last days on which nobody works and where they went, that of an extension after
    that of the limit; ``suspended`` is what pauses left out.
    ``beside`` are sentences on further limits that run while the item is open.
    ``skipped`` are the days that were not counted and what they are; ``calendars`` the sources of the
    plans that were looked at, ``guessed_years`` those years that have none yet.
    """

    name: str
    length: str
    rule: Sequence[str]
    start: datetime
    first_day: date | None
    last_day: date | None
    rolls: Sequence[tuple[date, date]]
    skipped: Sequence[tuple[date, str]]
    calendars: Sequence[str]
    guessed_years: Sequence[int]
    provisional: bool
    due_at: datetime | None
    suspended_since: datetime | None
    clause: str
    changes: Sequence[Change] = ()
    suspended: str = ""
    beside: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class May:
    """What a person may do with a limit: of ``extend``, ``suspend`` and ``resume``.

    ``most`` is the longest single extension in words, ``left`` how many are left; nothing and None: no bound.
    """

    verbs: frozenset[str] = frozenset()
    most: str = ""
    left: int | None = None
    source: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What somebody who wants to change a limit is shown; ``seen`` goes back with the change."""

    item_id: int
    name: str
    code: str
    case_id: int
    case_number: str
    child_code: str
    unit_name: str
    due_at: datetime | None
    provisional: bool
    suspended_since: datetime | None
    working: bool
    may: May
    latest: date | None
    seen: int
    changes: Sequence[Change] = ()

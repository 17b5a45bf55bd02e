"""What people did to the limit of an item, as far as its due time follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from engine import feel
from engine.core.civil import Length, MonthsDuration
from engine.core.deadlines import Pause

SUSPEND, RESUME, EXTEND = "suspend", "resume", "extend"


@dataclass(frozen=True, kw_only=True, slots=True)
class LimitChange:
    """One change; an extension is by a length or until a day."""

    kind: str
    at: datetime
    length: Length | None = None
    until: date | None = None


def read(told: Iterable[Mapping[str, Any]] | None) -> tuple[LimitChange, ...]:
    """Return the changes of an item as :func:`engine.store.limits.changes_of_item` tells them."""
    return tuple(
        LimitChange(
            kind=one["kind"],
            at=datetime.fromisoformat(one["at"]).astimezone(UTC),
            length=feel.parse_duration(one["length"]) if one["length"] else None,
            until=date.fromisoformat(one["until"]) if one["until"] else None,
        )
        for one in told or ()
    )


def pauses(changes: Iterable[LimitChange]) -> Iterator[Pause]:
    """Yield the times in which the limit was suspended; the last may still be going on."""
    begin: datetime | None = None
    for one in changes:
        if one.kind == SUSPEND:
            begin = one.at
        elif one.kind == RESUME and begin is not None:
            yield Pause(begin, one.at)
            begin = None
    if begin is not None:
        yield Pause(begin)


def extensions(changes: Iterable[LimitChange], since: datetime) -> list[LimitChange]:
    """Return the extensions of the limit that began then; one that started anew has none of those before."""
    return [one for one in changes if one.kind == EXTEND and one.at >= since]


def text_of(length: Length | None) -> str | None:
    """Return a length as it is kept: ISO 8601, as FEEL reads it."""
    if length is None:
        return None
    if isinstance(length, MonthsDuration):
        return f"P{length.months}M"
    return f"P{length.days}DT{length.seconds}S" if length.seconds else f"P{length.days}D"

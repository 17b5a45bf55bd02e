"""What people did to the limit of an item, as far as its due time follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from engine import feel
from engine.core.deadlines import Pause

SUSPEND, RESUME, EXTEND = "suspend", "resume", "extend"


@dataclass(frozen=True, kw_only=True, slots=True)
class LimitChange:
    """One change; an extension is by a length (ISO 8601) or until a day."""

    kind: str
    at: datetime
    length: str | None = None
    until: date | None = None


def read(told: Iterable[Mapping[str, Any]] | None) -> tuple[LimitChange, ...]:
    """Return the changes of an item as :func:`engine.store.limits.changes_of_item` tells them."""
    return tuple(
        LimitChange(
            kind=one["kind"],
            at=datetime.fromisoformat(one["at"]).astimezone(UTC),
            length=one["length"],
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


def length_of(change: LimitChange) -> Any:
    """Return the length of an extension as FEEL reads it, or None where it is until a day."""
    return feel.parse_duration(change.length) if change.length else None

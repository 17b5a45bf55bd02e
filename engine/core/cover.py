"""Who stands in for whom while somebody is away: what may be arranged, and what it reaches. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Cover:
    """An absent colleague for whom somebody stands in; no ``procedures``: all of them."""

    person_id: int
    name: str
    since: datetime
    until: datetime
    procedures: frozenset[str] = frozenset()

    def runs(self, now: datetime) -> bool:
        return self.since <= now < self.until

    def reaches(self, procedure: str, now: datetime) -> bool:
        """Say whether an item of this procedure is done by the substitute now."""
        return self.runs(now) and (not self.procedures or procedure in self.procedures)


def covered(covers: Iterable[Cover], now: datetime) -> dict[int, frozenset[str]]:
    """Return for whom somebody stands in now, and in which procedures; none: in all."""
    found: dict[int, frozenset[str]] = {}
    for one in covers:
        if one.runs(now):
            before = found.get(one.person_id)
            both = before is not None and before and one.procedures
            found[one.person_id] = (before or frozenset()) | one.procedures if before is None or both else frozenset()
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class Absence:
    """A person who is away for a time, and who stands in; None: nobody."""

    person_id: int
    substitute_id: int | None
    since: datetime
    until: datetime
    procedures: frozenset[str] = frozenset()

    def meets(self, other: Absence) -> bool:
        """Say whether both run at some instant."""
        return self.since < other.until and other.since < self.until

    def shares(self, other: Absence) -> bool:
        """Say whether both are about one procedure."""
        return not self.procedures or not other.procedures or bool(self.procedures & other.procedures)


@dataclass(frozen=True, kw_only=True, slots=True)
class Knot:
    """Why an arrangement cannot be: the absence that stands against it, and whether it closes a circle."""

    other: Absence
    circle: bool


def knot(new: Absence, others: Iterable[Absence]) -> Knot | None:
    """Return what makes a chain or a circle of the new absence: nobody stands in for somebody who has a substitute.

    The substitute is away with a substitute of their own, or the absent person stands in for somebody else.
    """
    if new.substitute_id is None:
        return None
    for one in others:
        if one.substitute_id is None or not new.meets(one):
            continue
        if one.person_id == new.substitute_id:
            return Knot(other=one, circle=one.substitute_id == new.person_id)
        if one.substitute_id == new.person_id:
            return Knot(other=one, circle=one.person_id == new.substitute_id)
    return None


def overlapping(new: Absence, others: Iterable[Absence]) -> Iterator[Absence]:
    """Yield the absences of the same person that run meanwhile, in a procedure of this one."""
    return (one for one in others if one.person_id == new.person_id and new.meets(one) and new.shares(one))


def left_alone(new: Absence, others: Iterable[Absence], members: Collection[int]) -> bool:
    """Say whether nobody of these members is there at some time of the new absence.

    It is enough to look at its start and at every start within it: people only go away then.
    """
    known = [one for one in others if new.meets(one)]
    moments = {new.since, *(one.since for one in known if one.since > new.since)}
    return any(
        not set(members) - {new.person_id} - {one.person_id for one in known if one.since <= at < one.until}
        for at in moments
    )

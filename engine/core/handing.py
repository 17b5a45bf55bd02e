"""Where an item that was handed on goes back to: the last hand-over that still stands. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

TRANSFER, DELEGATE = "transfer", "delegate"


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """One act on an item as far as hand-overs go: who did it, to whom, and which earlier act it ends."""

    id: int
    kind: str
    person_id: int
    unit_id: int
    to_unit_id: int | None = None
    to_person_id: int | None = None
    of_act_id: int | None = None


def unended(acts: Iterable[Act], kind: str) -> list[Act]:
    """Return the acts of a kind that nothing has answered or taken back, in order."""
    acts = list(acts)
    ended = {one.of_act_id for one in acts}
    return [one for one in acts if one.kind == kind and one.id not in ended]


def standing(acts: Sequence[Act], *, candidates: Iterable[int], holder: int | None) -> Act | None:
    """Return the hand-over by which the item is where it is, or None.

    A transfer stands while its unit may claim the item, a delegation while its person holds it: where the
    procedure or a colleague has moved the item since, nothing is left to go back to.
    """
    units = frozenset(candidates)
    open_ones = [*unended(acts, TRANSFER), *unended(acts, DELEGATE)]
    for one in sorted(open_ones, key=lambda act: act.id, reverse=True):
        if one.kind == DELEGATE and one.to_person_id == holder:
            return one
        if one.kind == TRANSFER and one.to_unit_id in units:
            return one
    return None

"""Where two tokens that are under way at the same time are sure to pass one after the other. Pure.

``passes[p]``: the places that a token at ``p`` is sure to pass, whatever is chosen, unless a join takes it in before or
the level ends. Two tokens that were forked and are sure to pass one place should have been joined before it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from engine.bpmn.soundness.net import Kind, Net, Place


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two places at which tokens of one entry were at once.

    ``at`` is the first place that both are sure to pass, ``work`` the first where that is a fault.
    """

    one: int
    other: int
    at: int
    work: int


def sure_to_pass(net: Net) -> list[int]:
    """Return for every place, as bits, the places that a token there is sure to pass.

    Of a token that need never end, such as one that waits for news again and again, nothing is sure.
    """
    ending = _ending(net)
    everything = (1 << len(net.places)) - 1
    passes = [everything if number in ending else 0 for number in range(len(net.places))]
    changed = True
    while changed:
        changed = False
        for number in sorted(ending, reverse=True):
            now = _passed(net, number, passes)
            if now != passes[number]:
                passes[number], changed = now, True
    return passes


def _passed(net: Net, number: int, passes: list[int]) -> int:
    place = net.places[number]
    if place.kind is Kind.END or (place.joins and place.kind is Kind.FORK):
        return 1 << number
    if place.joins or place.kind is Kind.TERMINATE or not place.holds:
        return 0
    ahead = [passes[target] for target in _ahead(net, place)]
    if place.kind is Kind.FORK:
        together = 0
        for bits in ahead:
            together |= bits
        return together | 1 << number
    common = (1 << len(net.places)) - 1 if ahead else 0
    for bits in ahead:
        common &= bits
    return common | 1 << number


def _ahead(net: Net, place: Place) -> list[int]:
    return [way.target for way in place.ways] + [event for event in place.watched_by if net.places[event].interrupts]


def _ending(net: Net) -> set[int]:
    """Return the places from which a token, with all that come of it, can end or be taken in by a join."""
    found: set[int] = set()
    changed = True
    while changed:
        more = {n for n, place in enumerate(net.places) if n not in found and _ends(net, place, found)}
        found |= more
        changed = bool(more)
    return found


def _ends(net: Net, place: Place, found: set[int]) -> bool:
    if place.kind in {Kind.END, Kind.TERMINATE} or place.joins or not place.holds:
        return True
    ahead = _ahead(net, place)
    return found.issuperset(ahead) if place.kind is Kind.FORK else not found.isdisjoint(ahead)


def meetings(net: Net, met: Iterable[tuple[int, int]]) -> list[Meeting]:
    """Return where tokens are sure to come together, one for each place, the first pair in the order of the file."""
    passes = sure_to_pass(net)
    found: dict[int, Meeting] = {}
    for one, other in sorted(met):
        common = passes[one] & passes[other]
        row = sorted(_bits(common), key=lambda number: -(passes[number] & common).bit_count())
        works = [number for number in row if _matters(net, number, row)]
        if works:
            found.setdefault(row[0], Meeting(one, other, row[0], works[0]))
    return list(found.values())


def _matters(net: Net, number: int, row: list[int]) -> bool:
    """Whether it is a fault that two tokens pass: work or an end comes twice, or a join by one way twice."""
    place = net.places[number]
    if place.joins:
        return len(row) > 1
    return place.kind in {Kind.WORK, Kind.CATCH, Kind.RACE, Kind.END}


def merge_before(net: Net, place: int) -> int:
    """Return the nearest place at or before this one at which several ways come together."""
    seen: set[int] = set()
    behind = place
    while behind not in seen:
        seen.add(behind)
        sources = net.places[behind].sources
        if len(sources) != 1:
            return behind if sources else place
        behind = sources[0]
    return place


def _bits(bits: int) -> Collection[int]:
    return [number for number in range(bits.bit_length()) if bits >> number & 1]

"""Whether every token can be led to an end without the help of another: a proof that nothing gets stuck. Pure.

Where it holds for all places that tokens come to, no state of the level is without a way out. Tokens are led one after
the other; each step of the chosen one brings it nearer to its end, and no other can hold it up. It does not hold at a
parallel join, and where a message may never come: there only a search can tell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from engine.bpmn.soundness.guards import Between
from engine.bpmn.soundness.net import Kind, Net, Place, Way


def is_led_to_an_end(net: Net, reached: Collection[int]) -> bool:
    """Whether a token at each of these places can be led to an end, or can end the whole level."""
    proof = _Proof(net)
    proof.derive()
    return all(number in proof.good for number in reached)


@dataclass(slots=True)
class _Proof:
    """``good``: can be led to an end. ``final``: can be led to one that ends the level, whatever others do."""

    net: Net
    good: set[int] = field(default_factory=set)
    final: set[int] = field(default_factory=set)
    shared: set[str] = field(init=False)

    def __post_init__(self) -> None:
        waited = Counter(
            place.message for place in self.net.places if place.message and place.node.kind != "startEvent"
        )
        # Leading one token by such a message moves others too; that is only counted on where it ends the level.
        self.shared = {message for message, count in waited.items() if count > 1}

    def derive(self) -> None:
        """Find the places, from the ends backwards."""
        changed = True
        while changed:
            before = len(self.good) + len(self.final)
            for number in reversed(range(len(self.net.places))):
                place = self.net.places[number]
                if number not in self.final and self._is_final(place):
                    self.final.add(number)
                    self.good.add(number)
                if number not in self.good and self._is_good(number, place):
                    self.good.add(number)
            changed = len(self.good) + len(self.final) > before

    def _is_final(self, place: Place) -> bool:
        if place.kind is Kind.TERMINATE:
            return True
        if place.kind is Kind.END or (place.kind is Kind.FORK and place.joins):
            return False
        if place.kind in {Kind.CHOICE, Kind.SOME}:
            return self._chosen(place, self.final)
        return any(target in self.final for target in self._ahead(place, place.watched_by, self.shared))

    def _is_good(self, number: int, place: Place) -> bool:
        if place.kind is Kind.END or not place.holds:
            return True
        if place.kind is Kind.FORK:
            return not place.joins and all(way.target in self.good for way in place.ways)
        if place.kind in {Kind.CHOICE, Kind.SOME}:
            return self._chosen(place, self.good)
        events = [event for event in place.watched_by if self.net.places[event].interrupts]
        return any(target in self.good for target in self._ahead(place, events, set()))

    def _ahead(self, place: Place, events: list[int], shared: Collection[str]) -> list[int]:
        """Return where somebody can lead a token from here, if only what is sure to come is waited for."""
        ahead = [way.target for way in place.ways]
        if place.kind is Kind.CATCH and not self._comes(place, shared):
            ahead = []
        if place.kind is Kind.RACE:
            ahead = [target for target in ahead if self._comes(self.net.places[target], shared)]
        return [*ahead, *(event for event in events if self._comes(self.net.places[event], shared))]

    def _comes(self, event: Place, shared: Collection[str]) -> bool:
        return event.timed or (self.net.comes(event.message) and (event.message not in self.shared or bool(shared)))

    def _chosen(self, place: Place, wanted: Collection[int]) -> bool:
        """Whether a gateway can be made to lead there: of what conditions force, every way must."""
        forced = [way for way in place.ways if way.guard]
        free = [way for way in place.ways if not way.guard]
        return all(self._forced(way, wanted) for way in forced) and any(way.target in wanted for way in free)

    def _forced(self, way: Way, wanted: Collection[int]) -> bool:
        """Whether a way that a condition forces leads there, or a task it needs to be open does."""
        if way.target in wanted:
            return True
        return (
            any(self._needs(way, path) and self.net.asked[path] in self.final for path in way.guard.paths)
            if way.guard
            else False
        )

    def _needs(self, way: Way, path: str) -> bool:
        """Whether a condition cannot hold while no such task is open."""
        if way.guard is None or not path.startswith("open."):
            return False
        counts = {other: Between(0, float("inf")) for other in way.guard.paths}
        return way.guard.verdict(counts | {path: Between(0, 0)}) is False

"""Which tokens need be moved in a state, where the order of the others' moves does not matter: stubborn sets. Pure.

A set of places is stubborn where no move of a token elsewhere can bring a token to one of them, take one from it, or
change what its moves lead to. Looking only at the moves of such a set keeps whether every state can be brought to an
end (docs/explanation/soundness.md has the argument).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from engine.bpmn.soundness.net import Kind, Net, Place
from engine.bpmn.soundness.states import State, place_of


@dataclass(slots=True)
class _Reach:
    """What one step that begins at a place can touch, joins that go on with it included."""

    entered: set[int] = field(default_factory=set)
    asked: set[tuple[str, int]] = field(default_factory=set)
    thrown: set[str] = field(default_factory=set)
    ends_level: bool = False


class Reduction:
    """The stubborn sets of a level; those of a state depend only on where its tokens stand."""

    def __init__(self, net: Net) -> None:
        self.net = net
        self.staying = [n for n, place in enumerate(net.places) if (place.stays and not place.joins) or place.is_door]
        self.waits = {number: _messages(net, number) for number in self.staying}
        self.reach = {number: self._reach(number) for number in self.staying}
        self.disturbed_by = {one: [two for two in self.staying if self._disturb(one, two)] for one in self.staying}
        self.fed_by: dict[int, list[int]] = {number: [] for number in self.staying}
        for number in self.staying:
            for entered in self.reach[number].entered & self.fed_by.keys():
                self.fed_by[entered].append(number)
        self._chosen: dict[frozenset[int], frozenset[int]] = {}

    def places_to_move(self, state: State) -> frozenset[int]:
        """Return the places whose tokens are moved in a state."""
        standing = frozenset(place_of(token) for token in state.tokens)
        if standing not in self._chosen:
            movable = [number for number in sorted(standing) if number in self.reach and self._moves(number)]
            sets = (self._stubborn(number, standing) for number in movable)
            self._chosen[standing] = min(
                sets, key=lambda found: (len(found & standing), sorted(found)), default=standing
            )
        return self._chosen[standing]

    def _stubborn(self, seed: int, standing: frozenset[int]) -> frozenset[int]:
        found = {seed}
        agenda = [seed]
        for number in agenda:
            more = [*self.fed_by[number], *(self.disturbed_by[number] if number in standing else ())]
            for other in more:
                if other not in found:
                    found.add(other)
                    agenda.append(other)
        return frozenset(found)

    def _moves(self, number: int) -> bool:
        place = self.net.places[number]
        events = _events(self.net, place)
        timed = any(self.net.places[event].timed for event in events) or place.timed
        return (
            place.kind is Kind.WORK
            or place.is_door
            or timed
            or any(self.net.comes(message) for message in self.waits[number])
        )

    # -- what a step touches -----------------------------------------------------------------------

    def _reach(self, number: int) -> _Reach:
        place = self.net.places[number]
        found = _Reach()
        agenda = [*(way.target for way in place.ways), *_events(self.net, place)]
        if number in agenda:
            found.entered.add(number)
        seen: set[int] = set()
        while agenda:
            here = agenda.pop()
            if here in seen:
                continue
            seen.add(here)
            agenda.extend(self._passed(here, found))
        return found

    def _passed(self, number: int, found: _Reach) -> Iterator[int]:
        place = self.net.places[number]
        if place.stays and not place.joins and not (place.kind is Kind.CATCH and self._is_raced(place)):
            found.entered.add(number)
            return
        found.ends_level = found.ends_level or place.kind is Kind.TERMINATE
        if place.throws:
            found.thrown.add(place.throws)
        for way in place.ways:
            for path in way.guard.paths if way.guard else ():
                found.asked.add((path.partition(".")[0], self.net.asked[path]))
            yield way.target

    def _is_raced(self, place: Place) -> bool:
        return any(self.net.places[source].kind is Kind.RACE for source in place.sources)

    # -- what disturbs what --------------------------------------------------------------------------

    def _disturb(self, one: int, two: int) -> bool:
        """Whether the order matters in which tokens of two places move."""
        if one == two:
            return False
        left, right = self.reach[one], self.reach[two]
        if left.ends_level or right.ends_level or not self._hold(one, two):
            return True
        return (
            not self.waits[one].isdisjoint(self.waits[two])
            or self._tells(left, two)
            or self._tells(right, one)
            or self._asks(left, two)
            or self._asks(right, one)
            or self._await_each_other(one, two)
        )

    def _hold(self, one: int, two: int) -> bool:
        return self.net.places[one].holds and self.net.places[two].holds

    def _tells(self, reach: _Reach, other: int) -> bool:
        """Whether a message thrown may find the other token waiting, or where it waits next."""
        listening = (other, *self.reach[other].entered)
        return any(not reach.thrown.isdisjoint(self.waits[number]) for number in listening)

    def _asks(self, reach: _Reach, other: int) -> bool:
        """Whether a condition counts what the other token adds or takes away."""
        touched = {other, *self.reach[other].entered}
        if self.reach[other].thrown:
            touched |= {
                number for number in self.staying if not self.reach[other].thrown.isdisjoint(self.waits[number])
            }
        return any(number in touched for word, number in reach.asked)

    def _await_each_other(self, one: int, two: int) -> bool:
        """Whether both can still come to one inclusive join, which looks where they are."""
        joins = (place for place in self.net.places if place.awaits)
        return any(self._comes(join, one) and self._comes(join, two) for join in joins)

    def _comes(self, join: Place, number: int) -> bool:
        place = self.net.places[number]
        return any(join.awaits[event] for event in (number, *_events(self.net, place)))


def _events(net: Net, place: Place) -> Iterable[int]:
    if place.kind is Kind.RACE:
        return [way.target for way in place.ways]
    return place.watched_by


def _messages(net: Net, number: int) -> frozenset[str]:
    place = net.places[number]
    events = [place, *(net.places[event] for event in _events(net, place))]
    return frozenset(event.message for event in events if event.message)

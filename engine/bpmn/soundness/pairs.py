"""Which two places can hold a token at the same time: a quick answer that may say too much, never too little. Pure.

One or two tokens of a run are followed, step by step; of all others is known only where they might be. What two tokens
cannot do together, they cannot do among others either: where nothing is found here, no search is needed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations

from engine.bpmn.soundness.net import Kind, Net
from engine.bpmn.soundness.steps import WIDTH, Outcome, State, Steps, place_of


@dataclass(slots=True)
class Pairs:
    """What was found. ``met``: places at which two tokens of one entry stood or passed at the same time."""

    reached: set[int] = field(default_factory=set)
    #: Joins to which some token came, whether they ever go on or not.
    waiting: set[int] = field(default_factory=set)
    met: set[tuple[int, int]] = field(default_factory=set)
    #: Tokens of which there can be two, as numbers with the way by which they came to a join.
    doubled: set[int] = field(default_factory=set)


def find_pairs(net: Net, doors: Iterable[int]) -> Pairs:
    """Follow the tokens of each entry by a start event of its own."""
    return _Follower(net).follow(doors)


class _Follower:
    def __init__(self, net: Net) -> None:
        self.net = net
        self.steps = Steps(net, alone=False)
        self.found = Pairs(reached=self.steps.reached, met=self.steps.met)
        self.beside: dict[int, set[int]] = {}
        self.doors_of: dict[int, set[int]] = {}
        self.agenda: deque[tuple[State, int]] = deque()
        self.seen: set[tuple[State, int]] = set()
        self.at_joins: set[tuple[State, int]] = set()

    def follow(self, doors: Iterable[int]) -> Pairs:
        for door in doors:
            self._note(self.steps.enter(State(0, ()), door), door)
        while self.agenda or self._join():
            while self.agenda:
                state, door = self.agenda.popleft()
                for _, outcomes in self.steps.acts(state):
                    self._note(outcomes, door)
        return self.found

    def _note(self, outcomes: Iterable[Outcome], door: int) -> None:
        for (known, tokens), _ in outcomes:
            for few in {*combinations(tokens, 2), *((one,) for one in tokens)}:
                self._add(State(known, few), door)

    def _add(self, state: State, door: int) -> None:
        if (state, door) in self.seen:
            return
        self.seen.add((state, door))
        self.agenda.append((state, door))
        for token in state.tokens:
            joins = self.net.places[place_of(token)].joins
            (self.found.waiting if joins else self.found.reached).add(place_of(token))
            self.doors_of.setdefault(token, set()).add(door)
            if self.net.places[place_of(token)].joins:
                self.at_joins.add((state, door))
        if len(state.tokens) == 2:  # noqa: PLR2004
            one, other = state.tokens
            self.beside.setdefault(one, set()).add(other)
            self.beside.setdefault(other, set()).add(one)
            if one == other:
                self.found.doubled.add(one)
            elif place_of(one) != place_of(other):
                self.found.met.add((min(place_of(one), place_of(other)), max(place_of(one), place_of(other))))

    # -- joins: the others that it takes may be anywhere they can be at the same time ------------------

    def _join(self) -> bool:
        """Let every join go on whose other tokens can have come; return whether that led anywhere new."""
        for state, door in list(self.at_joins):
            for token in dict.fromkeys(state.tokens):
                rest = list(state.tokens)
                rest.remove(token)
                place = self.net.places[place_of(token)]
                if place.joins:
                    for left in self._gone_on(token, rest):
                        self._note(self.steps.pass_on(State(state.known, left), place_of(token)), door)
        return bool(self.agenda)

    def _gone_on(self, token: int, rest: list[int]) -> Iterator[tuple[int, ...]]:
        """Yield what is left of the other token where the join of this one can go on."""
        join = place_of(token)
        taken = [other for other in rest if place_of(other) == join and other != token]
        left = [other for other in rest if other not in taken]
        if self.net.places[join].kind is Kind.FORK:
            ways = {token, *taken}
            others = [join | 1 << WIDTH + way for way in range(len(self.net.places[join].sources))]
            if all(way in ways or self._together(way, [token, *rest]) for way in others):
                yield tuple(left)
        elif not left or self._lets_go(token, left[0]):
            yield tuple(left)

    def _lets_go(self, token: int, other: int) -> bool:
        """Whether an inclusive join may go on although there is another token."""
        join = place_of(token)
        came = token
        for way in range(len(self.net.places[join].sources)):
            one = join | 1 << WIDTH + way
            if self._together(one, [token, other]):
                came |= one
        return self.steps.may_go_on(came, (other,))

    def _together(self, token: int, others: list[int]) -> bool:
        return all(self._beside(token, other) for other in others)

    def _beside(self, one: int, other: int) -> bool:
        if other in self.beside.get(one, ()):
            return True
        here, there = self.doors_of.get(one, set()), self.doors_of.get(other, set())
        return bool(here and there) and len(here | there) > 1

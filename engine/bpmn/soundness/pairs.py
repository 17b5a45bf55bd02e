"""Which two places can hold a token at the same time: a quick answer that may say too much, never too little. Pure.

One or two tokens of a run are followed, step by step; of all others is known only where they might be. What two tokens
cannot do together, they cannot do among others either: where nothing is found here, no search is needed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations

from engine.bpmn.soundness.net import Kind, Net
from engine.bpmn.soundness.states import MOST_PAIRED_WAYS, WIDTH, Outcome, State, place_of
from engine.bpmn.soundness.steps import Steps, TooMany

#: So much work is done for one level before this gives up: passings of a node, states, and looks at joins.
MOST_LOOKS = 150_000


@dataclass(slots=True)
class Pairs:
    """What was found. ``met``: places at which two tokens of one entry stood or passed at the same time."""

    reached: set[int] = field(default_factory=set)
    #: Joins to which some token came, whether they ever go on or not.
    waiting: set[int] = field(default_factory=set)
    met: set[tuple[int, int]] = field(default_factory=set)
    #: Tokens of which there can be two, as numbers with the way by which they came to a join.
    doubled: set[int] = field(default_factory=set)
    states: int = 0
    complete: bool = True


def find_pairs(net: Net, doors: Iterable[int]) -> Pairs:
    """Follow the tokens of each entry by a start event of its own."""
    return _Follower(net).follow(doors)


class _Follower:
    def __init__(self, net: Net) -> None:
        self.net = net
        self.steps = Steps(net, alone=False, most_moves=MOST_LOOKS)
        self.found = Pairs(reached=self.steps.reached, met=self.steps.met)
        self.beside: dict[int, set[int]] = {}
        self.doors_of: dict[int, set[int]] = {}
        self.agenda: deque[tuple[State, int]] = deque()
        self.seen: set[tuple[State, int]] = set()
        self.at_joins: set[tuple[State, int]] = set()
        self.gone_on: set[tuple[State, int, int]] = set()

    def follow(self, doors: Iterable[int]) -> Pairs:
        self.found.complete = all(len(place.ways) <= MOST_PAIRED_WAYS for place in self.net.places)
        try:
            for door in doors:
                self._note(self.steps.enter(State(0, ()), door), door)
            while self.agenda or self._join():
                while self.agenda:
                    state, door = self.agenda.popleft()
                    for _, outcomes in self.steps.acts(state):
                        self._note(outcomes, door)
        except TooMany:
            self.found.complete = False
        self.found.states = len(self.seen)
        return self.found

    def _note(self, outcomes: Iterable[Outcome], door: int) -> None:
        for (known, tokens), _ in outcomes:
            for few in {*combinations(tokens, 2), *((one,) for one in tokens)}:
                self._add(State(known, few), door)

    def _add(self, state: State, door: int) -> None:
        if (state, door) in self.seen:
            return
        self.seen.add((state, door))
        self.steps.moves += 1
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
            if self.steps.moves > MOST_LOOKS:
                raise TooMany
            for token in dict.fromkeys(state.tokens):
                if not self.net.places[place_of(token)].joins:
                    continue
                rest = list(state.tokens)
                rest.remove(token)
                left = self._gone_on(token, rest)
                if left is not None:
                    self._pass_on(State(state.known, left), place_of(token), door)
                    self.at_joins.discard((state, door))
        return bool(self.agenda)

    def _pass_on(self, state: State, join: int, door: int) -> None:
        if (state, join, door) not in self.gone_on:
            self.gone_on.add((state, join, door))
            self._note(self.steps.pass_on(state, join), door)

    def _gone_on(self, token: int, rest: list[int]) -> tuple[int, ...] | None:
        """Return what is left of the other token where the join of this one can go on, else None."""
        join = place_of(token)
        taken = [other for other in rest if place_of(other) == join and other != token]
        left = [other for other in rest if other not in taken]
        self.steps.moves += 1 + len(self.net.places[join].sources) // 10
        if self.net.places[join].kind is Kind.FORK:
            lacking = self._ways_in(join) - {token, *taken}
            goes_on = all(self._can_all_be_beside(other, lacking) for other in (token, *rest))
        else:
            goes_on = not left or self._lets_go(token, left[0])
        return tuple(left) if goes_on else None

    def _ways_in(self, join: int) -> set[int]:
        return {join | 1 << WIDTH + way for way in range(len(self.net.places[join].sources))}

    def _lets_go(self, token: int, other: int) -> bool:
        """Whether an inclusive join may go on although there is another token."""
        came = token
        for one in self._ways_in(place_of(token)):
            if self._can_all_be_beside(token, {one}) and self._can_all_be_beside(other, {one}):
                came |= one
        return self.steps.may_go_on(came, (other,))

    def _can_all_be_beside(self, token: int, others: set[int]) -> bool:
        """Whether each of these tokens was seen beside this one, or came from another entry."""
        apart = others - self.beside.get(token, set())
        here = self.doors_of.get(token, set())
        return all((there := self.doors_of.get(other)) and len(here | there) > 1 for other in apart)

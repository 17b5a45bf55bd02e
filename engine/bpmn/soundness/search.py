"""Walks through the states of a level, the nearest first, within a budget of work that is the same everywhere. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from engine.bpmn.soundness.net import Net
from engine.bpmn.soundness.steps import Act, Outcome, State, Steps

#: So many states, and so many passings of a node, are looked at in one level before the search gives up.
MOST_STATES = 200_000
MOST_MOVES = 150_000
#: Where something is stuck, the search only goes on for so long to find other faults.
ENOUGH_MOVES = 20_000
#: More tokens than this in one place are not followed.
MOST_IN_ONE_PLACE = 2
#: In ``State.known``, the doors by which nobody has entered yet stand above this bit.
_DOORS = 64


@dataclass(slots=True)
class Step:
    """How a state was first reached."""

    before: int
    act: Act
    passed: tuple[int, ...]


@dataclass(slots=True)
class Graph:
    """The states found, by number, each with the way it was reached by and where it leads."""

    states: list[State] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    ahead: list[list[int]] = field(default_factory=list)
    looked_at: int = 0
    complete: bool = True

    def way_to(self, number: int) -> list[int]:
        """Return the states from the start to this one."""
        way = []
        while number >= 0:
            way.append(number)
            number = self.steps[number].before
        return way[::-1]


Found = Callable[[State, Act, tuple[int, ...]], bool]


@dataclass(slots=True)
class Search:
    """A search of one level from each of its doors; ``later``: by the others somebody may enter once afterwards."""

    net: Net
    later: bool = False
    most_states: int = MOST_STATES
    most_moves: int = MOST_MOVES
    graph: Graph = field(default_factory=Graph)
    _numbers: dict[State, int] = field(default_factory=dict)
    _dead: bool = False
    steps: Steps = field(init=False)

    def __post_init__(self) -> None:
        self.steps = Steps(self.net, alone=True)

    def run(self, doors: Iterable[int], found: Found | None = None) -> int | None:
        """Walk from these doors; stop at the first state that ``found`` likes and return it, else None."""
        every = sum(1 << door for door in self.net.doors) if self.later else 0
        for door in doors:
            first = State((every & ~(1 << door)) << _DOORS, ())
            hit = self._note(-1, Act("start", door), self.steps.enter(first, door), found)
            if hit is not None:
                return hit
        while self.graph.looked_at < len(self.graph.states):
            if self._is_enough():
                self.graph.complete = False
                return None
            number = self.graph.looked_at
            self.graph.looked_at += 1
            hit = self._expand(number, found)
            if hit is not None:
                return hit
        return None

    def _is_enough(self) -> bool:
        enough = ENOUGH_MOVES if self._dead else self.most_moves
        return len(self.graph.states) > self.most_states or self.steps.moves > enough

    def _expand(self, number: int, found: Found | None) -> int | None:
        state = self.graph.states[number]
        if not state.tokens or _crowded(state):
            return None
        for act, outcomes in [*self.steps.acts(state), *self._entries(state)]:
            hit = self._note(number, act, outcomes, found)
            if hit is not None:
                return hit
        self._dead = self._dead or not self.graph.ahead[number]
        return None

    def _entries(self, state: State) -> Iterator[tuple[Act, list[Outcome]]]:
        left = state.known >> _DOORS
        for door in self.net.doors if left else ():
            if left & 1 << door and self.net.enters(door):
                entered = State(state.known & ~(1 << door + _DOORS), state.tokens)
                yield Act("start", door), self.steps.enter(entered, door)

    def _note(self, before: int, act: Act, outcomes: list[Outcome], found: Found | None) -> int | None:
        for state, passed in outcomes:
            number = self._numbers.get(state)
            if number is None:
                number = self._numbers[state] = len(self.graph.states)
                self.graph.states.append(state)
                self.graph.steps.append(Step(before, act, passed))
                self.graph.ahead.append([])
                if found is not None and found(state, act, passed):
                    return number
            if before >= 0 and act.what != "start":
                self.graph.ahead[before].append(number)
        return None


def _crowded(state: State) -> bool:
    last, row = -1, 0
    for token in state.tokens:
        row = row + 1 if token == last else 1
        last = token
        if row > MOST_IN_ONE_PLACE:
            return True
    return False


def stuck_states(graph: Graph) -> tuple[list[int], list[int]]:
    """Return the states that have not ended and cannot move, and those that move but can never end, nearest first."""
    looked_at = range(graph.looked_at)
    ended = {n for n, state in enumerate(graph.states) if not state.tokens or _crowded(state)}
    dead = [number for number in looked_at if not graph.ahead[number] and number not in ended]
    if not graph.complete:
        return dead, []
    hopeful = _leading_to(graph, ended) | _leading_to(graph, dead)
    return dead, [number for number in looked_at if number not in hopeful]


def _leading_to(graph: Graph, goals: Iterable[int]) -> set[int]:
    behind: list[list[int]] = [[] for _ in graph.states]
    for number, ahead in enumerate(graph.ahead):
        for target in ahead:
            behind[target].append(number)
    found = set(goals)
    agenda = list(found)
    while agenda:
        for number in behind[agenda.pop()]:
            if number not in found:
                found.add(number)
                agenda.append(number)
    return found

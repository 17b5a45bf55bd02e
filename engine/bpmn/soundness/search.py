"""Walks through the states of a level, the nearest first, within a budget of work that is the same everywhere. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from engine.bpmn.soundness.net import Net
from engine.bpmn.soundness.reduction import Reduction
from engine.bpmn.soundness.states import Act, Outcome, State
from engine.bpmn.soundness.steps import MOST_MOVES, Steps, TooMany

#: Where something is stuck, a search only goes on for so long to find other faults.
ENOUGH_MOVES = 5_000
#: Of more tokens of one kind than this the others do as these do, and are left out.
MOST_IN_ONE_PLACE = 2


@dataclass(slots=True)
class Budget:
    """The work that is left for a diagram; it is counted, never timed, so that every machine finds the same.

    ``states`` counts those that were looked at.
    """

    moves: int = MOST_MOVES
    states: int = 0


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
    """A search of one level from each of its doors; ``later``: by the others somebody may enter once afterwards.

    ``reduced``: leaves out orders of moves that do not matter for whether all can be brought to an end.
    """

    net: Net
    budget: Budget
    later: bool = False
    reduced: bool = False
    #: Only tokens at these places are moved; None: all.
    only: Collection[int] | None = None
    graph: Graph = field(default_factory=Graph)
    _numbers: dict[State, int] = field(default_factory=dict)
    _enough: int = 0
    steps: Steps = field(init=False)
    _reduction: Reduction | None = field(init=False)

    def __post_init__(self) -> None:
        self.steps = Steps(self.net, alone=True)
        self._reduction = Reduction(self.net) if self.reduced else None

    def run(self, doors: Iterable[int], found: Found | None = None) -> int | None:
        """Walk from these doors; stop at the first state that ``found`` likes and return it, else None."""
        self._enough = self.steps.most_moves = max(0, self.budget.moves)
        try:
            return self._walk(doors, found)
        except TooMany:
            self.graph.complete = False
            self.graph.looked_at = max(0, self.graph.looked_at - 1)  # not to its end
            return None
        finally:
            self.budget.moves -= self.steps.moves
            self.budget.states += len(self.graph.states)

    def _walk(self, doors: Iterable[int], found: Found | None) -> int | None:
        for door in doors:
            others = [other for other in self.net.doors if other != door and self.net.enters(other)]
            first = State(0, tuple(sorted(others)) if self.later else ())
            hit = self._note(-1, Act("start", door), self.steps.enter(first, door), found)
            if hit is not None:
                return hit
        while self.graph.looked_at < len(self.graph.states):
            if self.steps.moves > self._enough:
                self.graph.complete = False
                return None
            number = self.graph.looked_at
            self.graph.looked_at += 1
            hit = self._expand(number, found)
            if hit is not None:
                return hit
        return None

    def _expand(self, number: int, found: Found | None) -> int | None:
        state = self.graph.states[number]
        if not state.tokens:
            return None
        only = self._reduction.places_to_move(state) if self._reduction else self.only
        for act, outcomes in self.steps.acts(state, only):
            hit = self._note(number, act, outcomes, found)
            if hit is not None:
                return hit
        if not self.graph.ahead[number]:
            self._enough = min(self._enough, self.steps.moves + ENOUGH_MOVES)
        return None

    def _note(self, before: int, act: Act, outcomes: list[Outcome], found: Found | None) -> int | None:
        for outcome, passed in outcomes:
            state = _thinned(outcome)
            number = self._numbers.get(state)
            if number is None:
                number = self._numbers[state] = len(self.graph.states)
                self.graph.states.append(state)
                self.graph.steps.append(Step(before, act, passed))
                self.graph.ahead.append([])
                if found is not None and found(state, act, passed):
                    return number
            if before >= 0:
                self.graph.ahead[before].append(number)
        return None


def _thinned(state: State) -> State:
    tokens = state.tokens
    kept = tuple(
        token
        for index, token in enumerate(tokens)
        if index < MOST_IN_ONE_PLACE or tokens[index - MOST_IN_ONE_PLACE] != token
    )
    return state if len(kept) == len(tokens) else State(state.known, kept)


def stuck_states(graph: Graph) -> tuple[list[int], list[int]]:
    """Return the states that have not ended and cannot move, and those that move but can never end, nearest first."""
    looked_at = range(graph.looked_at)
    ended = {n for n, state in enumerate(graph.states) if not state.tokens}
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

"""Finds the shortest run that shows a suspected fault, among all that can really happen. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from engine.bpmn.graph import following, reachable
from engine.bpmn.soundness.meeting import Meeting
from engine.bpmn.soundness.net import Kind, Net
from engine.bpmn.soundness.search import Budget, Graph, Search, Step
from engine.bpmn.soundness.states import Act, State, place_of
from engine.bpmn.soundness.steps import TooMany

_TWICE = 2


@dataclass(frozen=True, slots=True)
class Witness:
    """The states of a graph that lead to a fault; without any, ``sure`` says whether all was looked at."""

    graph: Graph
    way: list[int]
    sure: bool = True


def find_meeting(net: Net, doors: Iterable[int], meeting: Meeting, budget: Budget) -> Witness:
    """Find a run in which two tokens are at once where they were seen, and then both come to the same place."""
    witness = Witness(Graph(), [], sure=False)
    for only in (_leading_to(net, {meeting.one, meeting.other}), None):
        search = Search(net, budget, only=only)
        together = search.run(doors, lambda state, _, passed: _both(meeting, state, passed))
        if together is not None:
            return _driven(search, together, meeting)
        witness = Witness(search.graph, [], search.graph.complete)
    return witness


def find_two(net: Net, doors: Iterable[int], place: int, budget: Budget) -> Witness:
    """Find a run after which two tokens stand at one place."""
    return _find(net, doors, place, _TWICE, budget)


def find_place(net: Net, doors: Iterable[int], place: int, budget: Budget) -> Witness:
    """Find a run after which a token stands at a place."""
    return _find(net, doors, place, 1, budget)


def _find(net: Net, doors: Iterable[int], place: int, count: int, budget: Budget) -> Witness:
    witness = Witness(Graph(), [], sure=False)
    for only in (_leading_to(net, {place}), None):
        search = Search(net, budget, only=only)
        hit = search.run(doors, lambda state, *_: _standing(state, place) >= count)
        if hit is not None:
            return Witness(search.graph, search.graph.way_to(hit))
        witness = Witness(search.graph, [], search.graph.complete)
    return witness


def _leading_to(net: Net, goals: Collection[int]) -> set[int]:
    """Return the places from which a token can come to one of these; to move those first is mostly enough."""
    ways = following(net.model)
    wanted = {net.element(goal) for goal in goals}
    return {number for number in range(len(net.places)) if wanted & reachable(ways, net.element(number))}


def _both(meeting: Meeting, state: State, passed: tuple[int, ...]) -> bool:
    there = Counter([*(place_of(token) for token in state.tokens), *passed])
    wanted = Counter([meeting.one, meeting.other])
    return all(there[place] >= count for place, count in wanted.items())


def _standing(state: State, place: int) -> int:
    return sum(1 for token in state.tokens if place_of(token) == place)


def _driven(search: Search, start: int, meeting: Meeting) -> Witness:
    before = search.steps.moves
    search.steps.most_moves = before + max(0, search.budget.moves)
    try:
        return _drive(search, start, meeting)
    except TooMany:
        return Witness(search.graph, [], sure=False)
    finally:
        search.budget.moves -= search.steps.moves - before


def _drive(search: Search, start: int, meeting: Meeting) -> Witness:
    """Go on from where both tokens were, until both have come to the place; what stands there is not moved on."""
    graph, net, work = search.graph, search.net, meeting.work
    ends = net.places[work].kind is Kind.END
    only = _leading_to(net, {work}) - {work}
    first = graph.steps[start].passed.count(work) if ends else 0
    agenda = [(start, first)]
    seen = {(graph.states[start], first)}
    for number, passed in agenda:
        state = graph.states[number]
        if passed >= _TWICE or _standing(state, work) >= _TWICE:
            return Witness(graph, graph.way_to(number))
        for act, outcomes in search.steps.acts(state, only):
            for outcome in outcomes:
                count = passed + (outcome.passed.count(work) if ends else 0)
                if (outcome.state, count) not in seen:
                    seen.add((outcome.state, count))
                    agenda.append((_add(graph, number, act, outcome.state, outcome.passed), count))
    return Witness(graph, [])


def _add(graph: Graph, before: int, act: Act, state: State, passed: tuple[int, ...]) -> int:
    graph.states.append(state)
    graph.steps.append(Step(before, act, passed))
    graph.ahead.append([])
    return len(graph.states) - 1

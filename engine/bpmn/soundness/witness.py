"""Finds the shortest run that shows a suspected fault, among all that can really happen. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from engine.bpmn.soundness.meeting import Meeting
from engine.bpmn.soundness.net import Kind, Net
from engine.bpmn.soundness.search import Graph, Search, Step
from engine.bpmn.soundness.steps import Act, State, place_of

_TWICE = 2


@dataclass(frozen=True, slots=True)
class Witness:
    """The states of a graph that lead to a fault; without any, ``sure`` says whether all was looked at."""

    graph: Graph
    way: list[int]
    sure: bool = True


def find_meeting(net: Net, doors: Iterable[int], meeting: Meeting) -> Witness:
    """Find a run in which two tokens are at once where they were seen, and then both come to the same place."""
    search = Search(net)
    together = search.run(doors, lambda state, _, passed: _both(meeting, state, passed))
    if together is None:
        return Witness(search.graph, [], search.graph.complete)
    return _drive(search, together, meeting)


def find_two(net: Net, doors: Iterable[int], place: int) -> Witness:
    """Find a run after which two tokens stand at one place."""
    search = Search(net)
    hit = search.run(doors, lambda state, *_: _standing(state, place) >= _TWICE)
    return Witness(search.graph, [] if hit is None else search.graph.way_to(hit), search.graph.complete)


def find_place(net: Net, doors: Iterable[int], place: int) -> Witness:
    """Find a run after which a token stands at a place."""
    search = Search(net)
    hit = search.run(doors, lambda state, *_: _standing(state, place) > 0)
    return Witness(search.graph, [] if hit is None else search.graph.way_to(hit), search.graph.complete)


def _both(meeting: Meeting, state: State, passed: tuple[int, ...]) -> bool:
    there = Counter([*(place_of(token) for token in state.tokens), *passed])
    wanted = Counter([meeting.one, meeting.other])
    return all(there[place] >= count for place, count in wanted.items())


def _standing(state: State, place: int) -> int:
    return sum(1 for token in state.tokens if place_of(token) == place)


def _drive(search: Search, start: int, meeting: Meeting) -> Witness:
    """Go on from where both tokens were, until both have come to the place; what stands there is not moved on."""
    graph, net, work = search.graph, search.net, meeting.work
    ends = net.places[work].kind is Kind.END
    first = graph.steps[start].passed.count(work) if ends else 0
    agenda = [(start, first)]
    seen = {(graph.states[start], first)}
    for number, passed in agenda:
        state = graph.states[number]
        if passed >= _TWICE or _standing(state, work) >= _TWICE:
            return Witness(graph, graph.way_to(number))
        if search.steps.moves > 2 * search.most_moves:
            return Witness(graph, [], sure=False)
        for act, outcomes in search.steps.acts(state):
            if act.place == work:
                continue
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

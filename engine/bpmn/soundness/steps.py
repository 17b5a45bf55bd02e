"""How tokens move in one level: a step is what somebody or something does, up to where all tokens stay again. Pure.

The order is the engine's (``instance``, ``nodes``, ``joins``, ``waits``): who is ready goes on first come first served,
a parallel join gives a token to the first round that lacks it, an inclusive join goes on when all else is at rest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from math import inf
from typing import NamedTuple

from engine.bpmn.soundness.guards import UNKNOWN, Between
from engine.bpmn.soundness.net import Kind, Net, Place, Way
from engine.bpmn.soundness.states import PLACE, WIDTH, Act, Outcome, State, subsets, with_token, without_token

#: So much work is done for one diagram before the check gives up: passings of a node by a token, about 20 µs each.
MOST_MOVES = 100_000
#: More nodes than this in one step are a loop in which nothing waits.
MOST_PASSED = 1_000
#: Where boundary events may be: at tasks and subprocesses, and at tasks that wait for a message.
_WATCHED = frozenset({Kind.WORK, Kind.CATCH})
#: On the agenda: a task with boundary events that is about to open.
_OPENS = 1 << (WIDTH + 1)


class TooMany(Exception):
    """A step leads to more states than the work allowed lets one look at."""


class _Run(NamedTuple):
    known: int
    tokens: tuple[int, ...]
    agenda: tuple[int, ...]
    passed: tuple[int, ...]


@dataclass(slots=True)
class Steps:
    """The steps of one level. ``alone``: the tokens of a state are all there are; else others may be anywhere.

    ``reached`` collects the places that tokens came to, ``met`` those at which two stood when they were forked.
    ``moves`` counts the work done; beyond ``most_moves`` a step raises ``TooMany``.
    """

    net: Net
    alone: bool
    reached: set[int] = field(default_factory=set)
    met: set[tuple[int, int]] = field(default_factory=set)
    moves: int = 0
    most_moves: int = MOST_MOVES

    # -- what can be done -----------------------------------------------------------------------

    def enter(self, state: State, door: int) -> list[Outcome]:
        """Return where it may lead that a token enters by a start event."""
        return self._settle(_Run(state.known, state.tokens, (door,), ()))

    def pass_on(self, state: State, join: int) -> list[Outcome]:
        """Return where it may lead that a join goes on beside the tokens of a state."""
        return self._settle(_Run(state.known, state.tokens, (join,), ()))

    def acts(self, state: State, only: Collection[int] | None = None) -> Iterator[tuple[Act, list[Outcome]]]:
        """Yield everything that can be done or happen, or only to tokens at some places, with where it may lead."""
        messages: dict[str, int] = {}
        for token in dict.fromkeys(state.tokens):
            if only is None or token & PLACE in only:
                yield from self._acts_on(state, token)
                for message, catching in self._waits(token):
                    messages.setdefault(message, catching)
        for message, catching in messages.items():
            if self.net.comes(message):
                taken = self._deliver(message, _Run(state.known, state.tokens, (), ()))
                yield Act("message", catching, message), self._settle(taken)

    def _acts_on(self, state: State, token: int) -> Iterator[tuple[Act, list[Outcome]]]:
        number = token & PLACE
        place = self.net.places[number]
        rest = without_token(state.tokens, token)
        if place.is_door:
            yield Act("start", number), self._settle(_Run(state.known, rest, (number,), ()))
            yield Act("stay away", number), [Outcome(State(state.known, rest), ())]
        elif place.kind is Kind.WORK:
            yield Act("done", number), self._settle(_Run(state.known | place.done_bit, rest, (number,), ()))
            yield from self._due(state, token, place)
        elif place.kind is Kind.CATCH:
            if place.timed:
                yield Act("due", number), self._settle(_Run(state.known, rest, (number,), ()))
            yield from self._due(state, token, place)
        elif place.kind is Kind.RACE:
            for way in place.ways:
                if self.net.places[way.target].timed:
                    yield Act("due", way.target), self._settle(_Run(state.known, rest, (way.target,), ()))

    def _due(self, state: State, token: int, place: Place) -> Iterator[tuple[Act, list[Outcome]]]:
        for index, number in enumerate(place.watched_by):
            event = self.net.places[number]
            if event.timed and token >> WIDTH & 1 << index:
                rest = without_token(state.tokens, token)
                if not event.interrupts:
                    rest = with_token(rest, token & ~(1 << WIDTH + index))
                    self._meet(token & PLACE, number)
                yield Act("due", number), self._settle(_Run(state.known, rest, (number,), ()))

    def _waits(self, token: int) -> Iterator[tuple[str, int]]:
        """Yield the messages that a token waits for, and where."""
        number = token & PLACE
        place = self.net.places[number]
        if place.kind is Kind.CATCH and place.message:
            yield place.message, number
        elif place.kind is Kind.RACE:
            for way in place.ways:
                if self.net.places[way.target].message:
                    yield self.net.places[way.target].message, way.target
        if place.kind in _WATCHED:
            for index, event in enumerate(place.watched_by):
                if self.net.places[event].message and token >> WIDTH & 1 << index:
                    yield self.net.places[event].message, event

    # -- one step -------------------------------------------------------------------------------

    def _settle(self, run: _Run) -> list[Outcome]:
        """Move until all tokens stay; where a choice is free, every way is taken."""
        found: dict[State, Outcome] = {}
        open_runs, seen = [run], set()
        while open_runs:
            run = open_runs.pop()
            mark = run[:3]
            if mark in seen:
                continue
            seen.add(mark)
            if self.moves > self.most_moves or len(run.passed) > MOST_PASSED:
                raise TooMany
            if run.agenda:
                open_runs.extend(self._next(run))
                continue
            released = self._release(run)
            if released is not None:
                open_runs.append(released)
                continue
            outcome = Outcome(self._rest(run), run.passed)
            found.setdefault(outcome.state, outcome)
        return list(found.values())

    def _rest(self, run: _Run) -> State:
        """Return the state; a level that nothing holds has ended, and what else was in it is gone."""
        places = self.net.places
        held = not self.alone or any(places[token & PLACE].holds for token in run.tokens)
        return State(run.known, run.tokens if held else ())

    def _next(self, run: _Run) -> Iterator[_Run]:
        first = run.agenda[0]
        self.moves += 1
        self.reached.add(first & PLACE)
        run = run._replace(agenda=run.agenda[1:])
        if first & _OPENS:
            yield self._stay(run, first & PLACE)
            return
        place = self.net.places[first]
        if place.kind is Kind.RACE:
            yield self._stay(run, first)
            return
        run = run._replace(passed=(*run.passed, first))
        if place.throws:
            run = self._deliver(place.throws, run)
        if place.kind is Kind.TERMINATE:
            yield run._replace(tokens=(), agenda=())
        elif place.kind is Kind.END:
            yield run
        else:
            for targets in self._taken(place, run):
                yield self._go(run, first, targets)

    def _taken(self, place: Place, run: _Run) -> Iterator[tuple[int, ...]]:
        """Yield which ways may be taken together."""
        if place.kind is Kind.CHOICE:
            yield from ((way.target,) for way in self._choices(place, run))
        elif place.kind is Kind.SOME:
            yield from self._combinations(place, run)
        else:
            yield tuple(way.target for way in place.ways)

    def _choices(self, place: Place, run: _Run) -> Iterator[Way]:
        """Yield the ways of an exclusive gateway: the first condition that holds, else the default."""
        for way in place.ways:
            if way.default:
                continue
            holds = self._holds(way, run)
            if holds is not False:
                yield way
            if holds:
                return
        yield from (way for way in place.ways if way.default)

    def _combinations(self, place: Place, run: _Run) -> Iterator[tuple[int, ...]]:
        verdicts = [(way.target, self._holds(way, run)) for way in place.ways if not way.default]
        sure = [target for target, holds in verdicts if holds]
        free = [target for target, holds in verdicts if holds is None]
        order = {way.target: index for index, way in enumerate(place.ways)}
        for chosen in subsets(free, pairs_do=not self.alone):
            if (sure or chosen) and not any(two in place.apart for two in combinations((*sure, *chosen), 2)):
                yield tuple(sorted((*sure, *chosen), key=order.__getitem__))
        if not sure:
            yield from ((way.target,) for way in place.ways if way.default)

    def _holds(self, way: Way, run: _Run) -> bool | None:
        return way.guard.verdict(self._counts(way.guard.paths, run)) if way.guard else None

    def _counts(self, paths: frozenset[str], run: _Run) -> Mapping[str, Between]:
        most = 0 if self.alone else inf
        counts = {}
        for path in paths:
            number = self.net.asked.get(path, -1)
            if number < 0:
                counts[path] = UNKNOWN
            elif path.startswith("open."):
                here = sum(1 for token in run.tokens if token & PLACE == number)
                counts[path] = Between(here, here + most)
            else:
                done = bool(run.known & self.net.places[number].done_bit)
                counts[path] = Between(1, inf) if done else Between(0, most)
        return counts

    def _go(self, run: _Run, source: int, targets: tuple[int, ...]) -> _Run:
        for one, other in combinations(targets, 2):
            self._meet(one, other)
        for target in targets:
            run = self._arrive(run, source, target)
        return run

    def _arrive(self, run: _Run, source: int, target: int) -> _Run:
        place = self.net.places[target]
        if place.joins:
            return self._join(run, source, target)
        if place.kind in _WATCHED and not place.watched_by:
            return run._replace(tokens=with_token(run.tokens, target))
        ready = target | _OPENS if place.kind in _WATCHED else target
        return run._replace(agenda=(*run.agenda, ready))

    def _stay(self, run: _Run, number: int) -> _Run:
        armed = (1 << len(self.net.places[number].watched_by)) - 1
        return run._replace(tokens=with_token(run.tokens, number | armed << WIDTH))

    def _join(self, run: _Run, source: int, target: int) -> _Run:
        place = self.net.places[target]
        way = 1 << WIDTH + place.sources.index(source)
        if not self.alone:
            return run._replace(tokens=with_token(run.tokens, target | way))
        rounds = [token for token in run.tokens if token & PLACE == target and not token & way]
        came = max(rounds, default=target)
        tokens = without_token(run.tokens, came) if rounds else run.tokens
        came |= way
        if came >> WIDTH == (1 << len(place.sources)) - 1:
            return run._replace(tokens=tokens, agenda=(*run.agenda, target))
        return run._replace(tokens=with_token(tokens, came))

    def _release(self, run: _Run) -> _Run | None:
        """Let the first inclusive join go on for which no token is still to come."""
        if not self.alone:
            return None
        for token in run.tokens:
            place = self.net.places[token & PLACE]
            if place.kind is Kind.SOME and self.may_go_on(token, run.tokens):
                return run._replace(tokens=without_token(run.tokens, token), agenda=(token & PLACE,))
        return None

    def may_go_on(self, waiting: int, tokens: tuple[int, ...]) -> bool:
        """Whether no other token will come to an inclusive join by a way in that is still empty."""
        join, came = self.net.places[waiting & PLACE], waiting >> WIDTH
        for token in tokens:
            if token & PLACE == waiting & PLACE or self.net.places[token & PLACE].is_door:
                continue
            ways = self._reach(join, token & PLACE)
            if any(one and not one & came for one in ways):
                return False
        return True

    def _reach(self, join: Place, number: int) -> list[int]:
        place = self.net.places[number]
        if place.kind is Kind.RACE:
            return [join.awaits[way.target] for way in place.ways]
        return [join.awaits[number]]

    def _deliver(self, message: str, run: _Run) -> _Run:
        """Give a message to all who wait for it."""
        for token in run.tokens:
            for waited, event in list(self._waits(token)):
                if waited == message and token in run.tokens:
                    run = self._happen(run, token, event)
                    if not self._goes_on_beside(token, event):
                        break
                    token &= ~(1 << WIDTH + self.net.places[token & PLACE].watched_by.index(event))  # noqa: PLW2901
        return run

    def _happen(self, run: _Run, token: int, event: int) -> _Run:
        tokens = without_token(run.tokens, token)
        host = self.net.places[token & PLACE]
        if self._goes_on_beside(token, event):
            tokens = with_token(tokens, token & ~(1 << WIDTH + host.watched_by.index(event)))
            self._meet(token & PLACE, event)
        return run._replace(tokens=tokens, agenda=(*run.agenda, event))

    def _goes_on_beside(self, token: int, event: int) -> bool:
        """Whether a token stays where it is when this event happens to it."""
        return event in self.net.places[token & PLACE].watched_by and not self.net.places[event].interrupts

    def _meet(self, one: int, other: int) -> None:
        self.met.add((one, other) if one < other else (other, one))

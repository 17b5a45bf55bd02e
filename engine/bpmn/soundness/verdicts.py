"""Checks one diagram: looks at each level quickly, and searches where that leaves a suspicion. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace

from engine.bpmn.findings import Finding, Move
from engine.bpmn.graph import following, reachable
from engine.bpmn.lint.rule import Rule
from engine.bpmn.lint.rules import dead_activity, deadlock, inconclusive, lack_of_synchronisation, livelock
from engine.bpmn.model import ProcedureModel
from engine.bpmn.soundness import faults
from engine.bpmn.soundness.completion import is_led_to_an_end
from engine.bpmn.soundness.meeting import meetings
from engine.bpmn.soundness.net import Kind, Net, levels_of, part_ways, read_level
from engine.bpmn.soundness.pairs import Pairs, find_pairs
from engine.bpmn.soundness.search import Budget, Graph, Search, stuck_states
from engine.bpmn.soundness.states import place_of
from engine.bpmn.soundness.told import tell, title
from engine.bpmn.soundness.witness import Witness, find_meeting, find_place, find_two


def check_soundness(model: ProcedureModel, *, heard: Collection[str] | None) -> list[Finding]:
    """Return what keeps instances of a diagram from ending as they should.

    ``heard`` are the messages that people or other procedures can send; None: every message comes.
    The diagram should be free of other errors. The answer depends on it alone, never on the machine.
    """
    return list(_Diagram(model, heard).findings())


def measure(model: ProcedureModel) -> int:
    """Return how many states a check of the diagram looks at: of one or two tokens, and of all."""
    diagram = _Diagram(model, None)
    list(diagram.findings())
    return diagram.budget.states


@dataclass(slots=True)
class _Diagram:
    model: ProcedureModel
    heard: Collection[str] | None
    budget: Budget = field(default_factory=Budget)
    lost: set[str] = field(default_factory=set)
    prefixes: dict[str, tuple[Move, ...]] = field(default_factory=dict)

    def findings(self) -> Iterator[Finding]:
        """Yield the findings of all levels, outer before inner."""
        for scope in levels_of(self.model):
            if scope and (scope in self.lost or self.model.nodes[scope].scope in self.lost):
                self.lost.add(scope)
                continue
            yield from _Level(self, read_level(self.model, scope, self.heard)).findings()

    def prefix(self, scope: str) -> tuple[Move, ...]:
        """Return how a token comes into a level."""
        if not scope:
            return ()
        if scope not in self.prefixes:
            outer = self.model.nodes[scope].scope
            net = read_level(self.model, outer, self.heard)
            found = find_place(net, entries(net), net.number[scope], Budget())
            before = self.prefix(outer)
            self.prefixes[scope] = (*before, *tell(net, found.graph, found.way, _standing(before)))
        return self.prefixes[scope]


def _standing(prefix: tuple[Move, ...]) -> tuple[str, ...]:
    return prefix[-1].tokens if prefix else ()


def entries(net: Net) -> list[int]:
    """Return the start events by which somebody can enter; where nobody can, all of them."""
    return [door for door in net.doors if net.enters(door)] or net.doors


#: More ways at once than this are not looked at: nobody can see over such a diagram either.
MOST_WAYS = 150


@dataclass(slots=True)
class _Level:
    diagram: _Diagram
    net: Net

    def findings(self) -> Iterator[Finding]:
        """Yield the findings of the level; what only follows from another is left out."""
        if (wide := self._widest()) is not None and len(self.net.places[wide].ways) > MOST_WAYS:
            yield self._too_wide(wide)
            return
        pairs = self._pairs()
        proven = pairs.complete and is_led_to_an_end(self.net, pairs.reached | pairs.waiting)
        suspected = {place_of(token) for token in pairs.doubled} | (set() if proven else pairs.waiting)
        if part_ways(self.net, suspected):
            pairs = self._pairs()
        merged = list(self._meetings(pairs))
        yield from merged
        stuck = [] if proven else list(self._stuck(self._after({one.element for one in merged}, pairs)))
        yield from stuck
        if pairs.complete:
            yield from self._unreached(pairs, {one.element for one in stuck})
            if not any(one.severity == "error" for one in merged):
                yield from self._possible(pairs)
        elif not stuck:
            yield self._too_much(len(self.net.places) ** 2)

    def _pairs(self) -> Pairs:
        pairs = find_pairs(self.net, entries(self.net))
        self.diagram.budget.states += pairs.states
        return pairs

    # -- two tokens where one is meant -------------------------------------------------------------

    def _meetings(self, pairs: Pairs) -> Iterator[Finding]:
        """Yield where tokens come together; not where only the two come that another of these places let through."""
        found: dict[tuple[int, str], tuple[Finding, Witness]] = {}
        left_open: list[Finding] = []
        for key, finding, witness in self._met(pairs):
            if witness is None:
                left_open.append(finding)
            else:
                found[key] = finding, witness
        culprits = {place for place, _ in found}
        causes = [one for key, one in found.items() if not self._follows(one[1], culprits - {key[0]})]
        yield from (finding for finding, _ in causes or list(found.values())[:1])
        yield from left_open

    def _follows(self, witness: Witness, culprits: Collection[int]) -> bool:
        """Whether two tokens came to one of these places on the way."""
        tokens = witness.graph.states[witness.way[-1]].tokens
        came = [*faults.passed(witness), *(place_of(token) for token in tokens)]
        return any(came.count(one) > 1 for one in culprits)

    def _met(self, pairs: Pairs) -> Iterator[tuple[tuple[int, str], Finding, Witness | None]]:
        """Yield the place and rule of each meeting with the run that leads to it; without one, that it was too much."""
        told: set[tuple[int, str]] = set()
        for meeting in meetings(self.net, pairs.met):
            culprit, rule = faults.merging(self.net, meeting)
            never = self.net.places[meeting.work].joins and meeting.work not in pairs.reached
            if never or (culprit, rule.name) in told:  # a join that never goes on is the fault itself
                continue
            witness = find_meeting(self.net, entries(self.net), meeting, self.diagram.budget)
            if witness.way:
                told.add((culprit, rule.name))
                said = faults.two_come(self.net, meeting, witness)
                yield (culprit, rule.name), self._finding(rule, culprit, said, witness), witness
            elif not witness.sure:
                yield (culprit, rule.name), self._too_much(len(witness.graph.states)), None
                return

    def _possible(self, pairs: Pairs) -> Iterator[Finding]:
        """Say at which tasks two items may be open at once, where the data do not exclude it."""
        doubled = dict.fromkeys(place_of(token) for token in sorted(pairs.doubled))
        for number in doubled:
            place = self.net.places[number]
            if place.kind is Kind.WORK and place.node.kind == "userTask":
                witness = find_two(self.net, entries(self.net), number, self.diagram.budget)
                if witness.way:
                    message = (
                        f"{title(place.node)}可能同时有两件，如果数据不排除这种情形；"
                        f"不要两件的，请在它前面用条件 open.{place.node.element} = 0 挡住"
                    )
                    found = self._finding(lack_of_synchronisation.RULE, number, message, witness)
                    yield replace(found, severity="note")

    # -- stuck ---------------------------------------------------------------------------------------

    def _after(self, merged: Collection[str], pairs: Pairs) -> set[str]:
        """Return the nodes at which tokens too many, from ways merged wrongly before, may be left over."""
        ways = following(self.net.model)
        ahead = {one for element in merged for one in reachable(ways, element)}
        return ahead - {self.net.element(number) for number in pairs.waiting - pairs.reached}

    def _stuck(self, leftover: Collection[str]) -> Iterator[Finding]:
        """Yield where instances can stop or turn for ever."""
        for later in (False, True) if self._is_worth_entering_later() else (False,):
            search = self._searched(later=later)
            found = list(self._told(search.graph))
            yield from (one for one in found if one.element not in leftover)
            if found or not search.graph.complete:
                if not (found or search.graph.complete):
                    yield self._too_much(len(search.graph.states))
                return

    def _searched(self, *, later: bool) -> Search:
        """Search without needless orders of moves; what seems to turn for ever is looked at in every order."""
        search = Search(self.net, self.diagram.budget, later=later, reduced=True)
        search.run(entries(self.net))
        if stuck_states(search.graph)[1]:
            search = Search(self.net, self.diagram.budget, later=later)
            search.run(entries(self.net))
        return search

    def _is_worth_entering_later(self) -> bool:
        return len(self.net.doors) > 1 and any(place.joins for place in self.net.places)

    def _told(self, graph: Graph) -> Iterator[Finding]:
        dead, endless = stuck_states(graph)
        told: set[int] = set()
        for number in dead:
            for culprit in faults.culprits(self.net, graph.states[number]):
                if culprit not in told:
                    told.add(culprit)
                    witness = Witness(graph, graph.way_to(number))
                    yield self._finding(
                        deadlock.RULE, culprit, faults.nothing_moves(self.net, culprit, witness), witness
                    )
        for number in endless:
            culprit, message = faults.runs_for_ever(self.net, graph.states[number])
            if culprit not in told:
                told.add(culprit)
                yield self._finding(livelock.RULE, culprit, message, Witness(graph, graph.way_to(number)))

    # -- never reached -------------------------------------------------------------------------------

    def _unreached(self, pairs: Pairs, stuck: Collection[str]) -> Iterator[Finding]:
        ways = following(self.net.model)
        drawn = {
            one for door in self.net.doors for one in (self.net.element(door), *reachable(ways, self.net.element(door)))
        }
        lost = {number for element, number in self.net.number.items() if element in drawn} - pairs.reached
        self.diagram.lost |= {self.net.element(number) for number in lost}
        if not lost:
            return
        ahead = {one for element in stuck for one in (element, *reachable(ways, element))}
        silent = {number for number in lost if self._is_silent(number)}
        for number in silent:
            ahead |= {self.net.element(number), *reachable(ways, self.net.element(number))}
        for number in self._unheard(silent, lost):
            found = self._finding(dead_activity.RULE, number, faults.never_sent(self.net.places[number]))
            yield replace(found, severity="warning")
        first = [number for number in sorted(lost) if self._is_first(number, lost)]
        for number in first or sorted(lost)[:1]:
            if self.net.element(number) not in ahead:
                ahead |= reachable(ways, self.net.element(number))
                yield self._finding(dead_activity.RULE, number, faults.never_reached(self.net.places[number]))

    def _is_silent(self, number: int) -> bool:
        """Whether it is an event whose message nobody sends."""
        place = self.net.places[number]
        if number in self.net.doors:
            return not self.net.enters(number)
        return bool(place.message) and not self.net.comes(place.message)

    def _unheard(self, silent: Collection[int], lost: set[int]) -> list[int]:
        """Return those of the silent events behind which alone something is to be done."""
        return [n for n in sorted(silent) if any(self._is_work(one) for one in self._behind(n) & lost)]

    def _behind(self, number: int) -> set[int]:
        elements = reachable(following(self.net.model), self.net.element(number))
        return {self.net.number[element] for element in elements if element in self.net.number}

    def _is_work(self, number: int) -> bool:
        return self.net.places[number].kind not in {Kind.END, Kind.TERMINATE, Kind.CHOICE, Kind.FORK, Kind.SOME}

    def _is_first(self, number: int, lost: Collection[int]) -> bool:
        place = self.net.places[number]
        host = self.net.number.get(place.node.host)
        before = [*place.sources, *([host] if host is not None else [])]
        return not before or any(source not in lost for source in before)

    # -- findings ------------------------------------------------------------------------------------

    def _finding(self, rule: Rule, place: int, message: str, witness: Witness | None = None) -> Finding:
        found = rule.at_node(self.net.model, self.net.places[place].node, message)
        if witness is None:
            return found
        prefix = self.diagram.prefix(self.net.scope)
        around = tuple(one for one in _standing(prefix) if one != self.net.scope)
        return replace(found, steps=(*prefix, *tell(self.net, witness.graph, witness.way, around)))

    def _widest(self) -> int | None:
        """Return the gateway from which the most ways are gone at once."""
        forks = (number for number, place in enumerate(self.net.places) if place.kind in {Kind.FORK, Kind.SOME})
        return max(forks, key=lambda number: len(self.net.places[number].ways), default=None)

    def _too_wide(self, gateway: int) -> Finding:
        place = self.net.places[gateway]
        message = (
            f"从{title(place.node)}同时走{len(place.ways)}条路，查不过来，不能断定会不会卡住："
            "请把几条路放进一个子过程，或用一个任务派给多个单位（属性 each）"
        )
        return self._finding(inconclusive.RULE, gateway, message)

    def _too_much(self, states: int) -> Finding:
        widest = max(range(len(self.net.places)), key=lambda number: len(self.net.places[number].ways))
        called = title(self.net.places[widest].node)
        message = (
            f"查了{states}种情形还没有查完，不能断定会不会卡住："
            f"请减少同时走的路，例如把{called}分开的几条路各放进一个子过程"
        )
        return self._finding(inconclusive.RULE, widest, message)

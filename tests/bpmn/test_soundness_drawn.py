"""The check and the engine agree on diagrams drawn at random, and the short cuts of the check change nothing."""

from __future__ import annotations

from functools import cache

import pytest

from engine.bpmn.catalog import ProcedureModel, read_with_findings
from engine.bpmn.soundness import check_soundness
from engine.bpmn.soundness.completion import is_led_to_an_end
from engine.bpmn.soundness.net import levels_of, read_level
from engine.bpmn.soundness.pairs import find_pairs
from engine.bpmn.soundness.search import Budget, Search, stuck_states
from engine.bpmn.soundness.states import place_of
from tests.bpmn.drawn import Drawing, a_drawing
from tests.bpmn.enginestates import an_engine

MOST_CASES = 9
MOST_STEPS = 150
SEEDS = [range(first, first + 100) for first in range(0, 300, 100)]


@cache
def drawn(seed: int, *, rich: bool = False) -> tuple[Drawing, ProcedureModel] | None:
    """A diagram that passes the other rules and leaves few enough choices, with up to two changes; else None."""
    drawing = a_drawing(seed, rich=rich)
    for _ in range(seed % 3):
        drawing.change()
    cases = 1
    for values in drawing.choices.values():
        cases *= len(values)
    if len({*drawing.flows}) < len(drawing.flows) or cases > MOST_CASES:
        return None
    model, findings = read_with_findings(drawing.xml(), file="P00.bpmn")
    return None if any(one.severity == "error" for one in findings) else (drawing, model)


@pytest.mark.parametrize("seeds", SEEDS, ids=lambda seeds: f"from {seeds[0]}")
@pytest.mark.parametrize("rich", [False, True], ids=["plain", "rich"])
def test_what_gets_stuck_in_the_engine_is_found_and_nothing_else(seeds: range, rich: bool) -> None:
    compared = 0
    for seed in seeds:
        found = drawn(seed, rich=rich)
        if found is None:
            continue
        drawing, model = found
        heard = [None, ("heard",), ()][seed % 3] if rich else None
        engine = an_engine(drawing.xml(), drawing.choices, drawing.timers, heard)

        findings = check_soundness(model, heard=heard)

        stuck = engine.can_get_stuck(MOST_STEPS)
        errors = [one for one in findings if one.severity == "error"]
        deadlocks = [one for one in errors if one.rule == "deadlock"]
        assert errors or not stuck, seed
        assert stuck is not False or not deadlocks, (seed, deadlocks)
        assert errors == [] or seed % 3 or rich, (seed, errors)
        compared += stuck is not None
    assert compared > 40


@pytest.mark.parametrize("rich", [False, True], ids=["plain", "rich"])
def test_the_engine_follows_every_counter_example_to_where_it_says(rich: bool) -> None:
    followed = 0
    for seed in range(300):
        found = drawn(seed, rich=rich)
        if found is None or len(found[1].doors) > 1 or len(levels_of(found[1])) > 1:
            continue
        drawing, model = found
        engine = an_engine(drawing.xml(), drawing.choices, drawing.timers)
        for finding in check_soundness(model, heard=None):
            if not finding.steps:
                continue
            positions = engine.follow(finding.steps)
            assert positions, (seed, finding)
            assert finding.rule != "deadlock" or all(at.stuck for at in positions), (seed, finding)
            followed += 1
    assert followed > 30


@pytest.mark.parametrize("rich", [False, True], ids=["plain", "rich"])
def test_leaving_out_orders_of_moves_changes_no_answer(rich: bool) -> None:
    compared = 0
    for seed in range(300):
        found = drawn(seed, rich=rich)
        if found is None:
            continue
        for scope in levels_of(found[1]):
            net = read_level(found[1], scope, ())
            later = len(net.doors) > 1
            answers = []
            for reduced in (False, True):
                search = Search(net, Budget(40_000), later=later, reduced=reduced)
                search.run(net.doors)
                assert search.graph.complete
                dead, endless = stuck_states(search.graph)
                answers.append(({search.graph.states[number].tokens for number in dead}, bool(dead or endless)))
            assert answers[0] == answers[1], seed
            compared += 1
    assert compared > 150


@pytest.mark.parametrize("rich", [False, True], ids=["plain", "rich"])
def test_what_is_proven_without_a_search_is_what_a_search_finds(rich: bool) -> None:
    proven = 0
    for seed in range(300):
        found = drawn(seed, rich=rich)
        if found is None:
            continue
        for scope in levels_of(found[1]):
            net = read_level(found[1], scope, ("heard",))
            pairs = find_pairs(net, net.doors)
            search = Search(net, Budget(40_000))
            search.run(net.doors)
            standing = {place_of(token) for state in search.graph.states for token in state.tokens}
            assert search.steps.reached | standing <= pairs.reached | pairs.waiting, seed
            if is_led_to_an_end(net, pairs.reached | pairs.waiting):
                assert stuck_states(search.graph) == ([], []), seed
                proven += 1
    assert proven > 100

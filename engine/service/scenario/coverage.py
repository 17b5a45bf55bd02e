"""Plays scenarios and says what of the diagrams and tables no case has reached."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.service.scenario.reach import END, KINDS, RULE, Drawn, Spot, drawn
from engine.service.scenario.read import Scenario
from engine.service.scenario.results import CourseResult
from engine.service.scenario.stage import Stage


@dataclass(kw_only=True)
class Coverage:
    """All that can be reached, what was reached in which jurisdiction, and how the scenarios went."""

    spots: Mapping[Spot, Drawn]
    reached: dict[str, set[Spot]] = field(default_factory=dict)
    results: dict[str, Sequence[CourseResult]] = field(default_factory=dict)

    def take(self, scenario: Scenario, results: Sequence[CourseResult]) -> None:
        """Count what a scenario has reached that was played."""
        self.results[scenario.id] = results
        there = self.reached.setdefault(scenario.jurisdiction, set())
        there.update(*(result.reached for result in results))

    def missing(self, kind: str, jurisdiction: str | None = None) -> list[Spot]:
        """Return what was never reached, anywhere or in one jurisdiction, in the order of the files."""
        there = self.reached.get(jurisdiction, set()) if jurisdiction else set().union(*self.reached.values())
        return [
            spot
            for spot, one in self.spots.items()
            if spot.kind == kind and spot not in there and (jurisdiction is None or jurisdiction in one.jurisdictions)
        ]

    @property
    def whole(self) -> bool:
        """Whether every end and every rule was reached; tasks are only told."""
        return not self.missing(END) and not self.missing(RULE)

    @property
    def short(self) -> list[str]:
        """The scenarios that fell short, by their id; those that stopped at what is not published did not."""
        return [key for key, results in self.results.items() if not all(map(_holds, results))]

    def totals(self) -> dict[str, dict[str, int]]:
        """Return how many of each kind there are, and how many were reached."""
        found = {}
        for kind in KINDS:
            every = sum(spot.kind == kind for spot in self.spots)
            found[kind] = {"reached": every - len(self.missing(kind)), "all": every}
        return found

    def as_data(self) -> dict[str, Any]:
        """Return the coverage as the JSON output has it."""
        return {
            **self.totals(),
            "missing": [self._told(spot) for kind in KINDS for spot in self.missing(kind)],
            "by_jurisdiction": {
                code: {kind: [self._told(spot) for spot in self.missing(kind, code)] for kind in KINDS}
                for code in sorted({code for one in self.spots.values() for code in one.jurisdictions})
            },
            "short": self.short,
        }

    def _told(self, spot: Spot) -> dict[str, Any]:
        one = self.spots[spot]
        named = {"rule": int(spot.element)} if spot.kind == RULE else {"element": spot.element}
        where = {"kind": spot.kind, "file": spot.file, "procedure": one.procedure, **named, "name": one.name}
        return {**where, "jurisdictions": list(one.jurisdictions)}


def _holds(result: CourseResult) -> bool:
    return all(step.ok for step in result.steps)


def cover(stage: Stage, scenarios: Iterable[Scenario]) -> Coverage:
    """Play the scenarios with all their variants, and gather what they reach."""
    found = Coverage(spots=drawn(stage.sources, stage.published()))
    for one in scenarios:
        found.take(one, stage.perform(one))
    return found

"""A release: all that one jurisdiction runs on, compiled. Made by release.py; never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from engine.bpmn.adapter import Procedure
from engine.bpmn.cadences import months_of
from engine.bpmn.directory import AreaEntry, Cadence, Event, Parameter, Role, UnitEntry, UnitPattern
from engine.bpmn.findings import Finding
from engine.bpmn.properties import alternatives
from engine.core.deadlines import Rule


@dataclass(frozen=True, kw_only=True)
class Release:
    """All that one jurisdiction runs on. ``id`` and ``number`` are 0 until it is published.

    ``parameters`` holds parsed values by their keys as written (task codes are keys too);
    ``names`` those that an expression can use. ``findings`` are warnings: errors are refused.
    """

    jurisdiction: str
    name: str
    document: str
    scope: Mapping[str, Any]
    procedures: Mapping[str, Procedure]
    forms: Mapping[str, Mapping[str, Any]]
    blocks: Mapping[str, Mapping[str, Any]]
    process_names: Mapping[str, frozenset[str]]
    parameters: Mapping[str, Any]
    sources: Mapping[str, Parameter]
    roles: Mapping[str, Role]
    groups: Mapping[str, tuple[str, ...]]
    events: Mapping[str, Event]
    clauses: Mapping[str, Mapping[str, Any]]
    areas: tuple[AreaEntry, ...]
    units: tuple[UnitEntry, ...]
    patterns: tuple[UnitPattern, ...]
    diagrams: Mapping[str, bytes] = field(repr=False)
    papers: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    findings: tuple[Finding, ...] = ()
    cadences: tuple[Cadence, ...] = ()
    id: int = 0
    number: int = 0

    @cached_property
    def names(self) -> frozenset[str]:
        """The parameters that expressions can name."""
        return frozenset(key for key in self.parameters if key.isidentifier())

    @cached_property
    def marks(self) -> Mapping[str, str]:
        """The 代字 of the units that have one, by the unit's key."""
        return {unit.key: unit.mark for unit in self.units if unit.mark}

    @cached_property
    def rules(self) -> Mapping[str, Rule]:
        """How the days of a limit are counted, by the limit's name; a limit that is not here has the plain rule."""
        return {key: one.rule for key, one in self.sources.items() if one.rule is not None}

    @cached_property
    def outside(self) -> frozenset[str]:
        """The messages that come from no procedure: people say them, or the clock once a period."""
        return frozenset(self.events) | {one.message for one in self.cadences}

    def months_of(self, cadence: Cadence) -> int:
        """Return how many months the period of a cadence has; 0 where it is no period of the calendar."""
        return months_of(cadence.every, self.parameters)

    @cached_property
    def risks(self) -> Mapping[str, Mapping[str, int]]:
        """What answers say of the danger that a child is in, by field, in the order of the tasks that ask them."""
        return {
            key: prop["x-risk"]
            for _, schema in sorted(self.forms.items())
            for key, prop in schema.get("properties", {}).items()
            if prop.get("x-risk") and prop.get("x-decides")
        }

    @cached_property
    def aliases(self) -> Mapping[str, str]:
        """Every name of a role, to its key."""
        own = {role.key: role.key for role in self.roles.values()}
        return {alias: role.key for role in self.roles.values() for alias in role.aliases} | own

    def role_key(self, name: str) -> str:
        """Return the key of a role that may be written by another name of it."""
        return self.aliases.get(name, name)

    def members(self, role: str) -> tuple[str, ...]:
        """Return the roles that a group stands for here; a plain role stands for itself."""
        return self.groups.get(role) or (self.roles[role].members if role in self.roles else ()) or (role,)

    def expand(self, text: str) -> tuple[str, ...]:
        """Return the plain roles of a role text: aliases resolved, groups taken apart, ``@…`` kept."""
        found: list[str] = []
        for name in alternatives(text.replace("+", ",")):
            found += [name] if name.startswith("@") else self.members(self.role_key(name))
        return tuple(dict.fromkeys(found))

    def block_keys(self, *codes: str) -> frozenset[str]:
        """Return the keys of the fields of some blocks."""
        return frozenset(key for code in codes for key in self.blocks.get(code, {}).get("properties", ()))

    def role_name(self, role: str) -> str:
        """Return what a role is called."""
        known = self.roles.get(self.role_key(role))
        return known.name if known else role

    def units_of(self, area: AreaEntry) -> tuple[UnitEntry, ...]:
        """Return the units that an area of this level has, for areas made for a test."""
        return tuple(p.unit(self.jurisdiction, area) for p in self.patterns if area.level in p.levels)

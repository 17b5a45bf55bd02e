"""Roles, events, areas, units and parameters as plain data; directoryfiles.py reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.core.civil import Length
from engine.core.deadlines import Rule

FAMILY, GROUP, LOCAL = "family", "group", "local"


@dataclass(frozen=True, kw_only=True, slots=True)
class Role:
    """A role of the closed list; ``members`` are the roles that a group stands for.

    ``hands_to`` are the roles to whose units an item of this one may be handed on (转办), beside its own.
    """

    key: str
    name: str
    kind: str = "agency"
    aliases: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    hands_to: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class EventField:
    """One thing that is asked when an event is said."""

    key: str
    title: str
    kind: str
    required: bool = False
    options: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """Something that happens outside any task; the message that it sends has its name.

    ``said_by`` holds role keys, ``any`` for every unit of the case, ``clock`` for the clock.
    ``every`` names roles whose open items the event moves by routing, not by a diagram. ``sets`` are facts
    of the case that are known once it is said.
    """

    name: str
    label: str
    said_by: tuple[str, ...]
    joins: tuple[str, ...] = ()
    every: tuple[str, ...] = ()
    fields: tuple[EventField, ...] = ()
    sets: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class AreaEntry:
    """An area; its key is the path from the jurisdiction down."""

    key: str
    name: str
    level: str
    parent: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitEntry:
    """A unit of the directory and the area that it serves; ``mark`` is its 代字, as its papers are numbered."""

    key: str
    name: str
    roles: tuple[str, ...]
    area: str
    mark: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitPattern:
    """A unit that every area of some levels has; ``{area}`` in the name and the mark is the area's name."""

    levels: tuple[str, ...]
    key: str
    name: str
    roles: tuple[str, ...]
    mark: str = ""

    def unit(self, jurisdiction: str, area: AreaEntry) -> UnitEntry:
        """Return the unit of one area."""
        return UnitEntry(
            key=f"{jurisdiction}.{self.key}.{area.key.rsplit('.', 1)[-1]}",
            name=self.name.replace("{area}", area.name),
            roles=self.roles,
            area=area.key,
            mark=self.mark.replace("{area}", area.name),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Authority:
    """Which roles may suspend or extend a limit, and by which clause (``default``: by none of them).

    ``most`` is the longest that one extension may be, ``times`` how many there may be; None: no bound.
    """

    by: tuple[str, ...]
    source: str = ""
    default: bool = False
    most: Length | None = None
    times: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Parameter:
    """A limit or switch as written: the clause it comes from, or that it is ours.

    ``rule`` says how the days of the limit are counted, None where nothing is said of it;
    ``suspend`` and ``extend`` who may do so, None where nobody may.
    """

    key: str
    raw: Any
    source: str = ""
    default: bool = False
    word: str = ""
    rule: Rule | None = None
    suspend: Authority | None = None
    extend: Authority | None = None
    line: int = 0

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses that the limit itself, its suspension and its extension stand on."""
        said = (self.source, *(one.source for one in (self.suspend, self.extend) if one is not None))
        return tuple(dict.fromkeys(clause for clause in said if clause))


#: In ``Cadence.each``: every child that is listed in the register.
CHILD = "child"


@dataclass(frozen=True, kw_only=True, slots=True)
class Cadence:
    """What begins by the clock once a period: its message knocks at a door, for each unit of a role or each child.

    ``every`` is a length as written or a parameter that holds one, ``month`` the month in which a yearly one
    begins, ``when`` FEEL over the facts of the case.
    """

    key: str
    message: str
    each: str
    every: str
    month: int = 1
    when: str = ""
    clauses: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Jurisdiction:
    """One jurisdiction's file. ``absent`` maps roles that no unit holds to the reason."""

    code: str
    name: str
    document: str
    scope: Mapping[str, Any]
    procedures: tuple[str, ...]
    areas: tuple[AreaEntry, ...]
    units: tuple[UnitEntry, ...]
    patterns: tuple[UnitPattern, ...]
    parameters: Mapping[str, Parameter]
    groups: Mapping[str, tuple[str, ...]]
    absent: Mapping[str, str]
    cadences: tuple[Cadence, ...] = ()

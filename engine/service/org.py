"""Writes the directory of a jurisdiction, areas and units, as its file says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from engine.core.errors import Invalid
from engine.core.model import system
from engine.service.unit import Database
from engine.store import org


def write_directory(
    database: Database,
    jurisdiction: str,
    areas: Sequence[Mapping[str, Any]],
    units: Sequence[Mapping[str, Any]],
    *,
    end_others: bool = False,
) -> None:
    """Write areas and units by key: what is new is added, what is there is changed, nothing is deleted.

    Args:
        areas: ``{key, level, name?, parent?}``; the name is the last part of the key and the parent
            the rest of it, unless given.
        units: ``{key, name, roles, area}``.
        end_others: end the jurisdiction's units that are not among these.

    Raises:
        Invalid: an area's parent or a unit's area is neither given nor there; nothing is written.
    """
    with database.unit(system("admin")) as unit:
        ids = {row.key: row.id for row in org.areas_of(unit.connection, jurisdiction)}
        for generation in _by_depth(areas):
            org.put_areas(unit.connection, [_area(one, jurisdiction, ids) for one in generation])
            ids |= {row.key: row.id for row in org.areas_of(unit.connection, jurisdiction)}
        rows = [_unit(one, jurisdiction, ids) for one in units]
        if rows:
            org.put_units(unit.connection, rows)
        if end_others:
            org.end_units_but(unit.connection, jurisdiction, [row["key"] for row in rows], unit.now)


def _by_depth(areas: Iterable[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    """Group areas so that every parent comes in an earlier group than its children."""
    given = {one["key"]: one for one in areas}
    depths: dict[int, list[Mapping[str, Any]]] = {}
    for one in given.values():
        depth, above = 0, _parent(one)
        while above is not None and depth <= len(given):
            depth, above = depth + 1, _parent(given[above]) if above in given else None
        depths.setdefault(depth, []).append(one)
    return [depths[depth] for depth in sorted(depths)]


def _parent(one: Mapping[str, Any]) -> str | None:
    if "parent" in one:
        return None if one["parent"] is None else str(one["parent"])
    above, _, _ = str(one["key"]).rpartition(".")
    return above or None


def _area(one: Mapping[str, Any], jurisdiction: str, ids: Mapping[str, int]) -> dict[str, Any]:
    key, parent = str(one["key"]), _parent(one)
    if parent is not None and parent not in ids:
        raise Invalid({"areas": f"区域 {key} 的上级 {parent} 不存在"})
    return {
        "key": key,
        "name": one.get("name") or key.rpartition(".")[2],
        "level": one["level"],
        "parent_id": None if parent is None else ids[parent],
        "jurisdiction": jurisdiction,
    }


def _unit(one: Mapping[str, Any], jurisdiction: str, ids: Mapping[str, int]) -> dict[str, Any]:
    if one["area"] not in ids:
        raise Invalid({"units": f"单位 {one['key']} 的区域 {one['area']} 不存在"})
    return {
        "key": one["key"],
        "name": one["name"],
        "area_id": ids[one["area"]],
        "roles": list(one["roles"]),
        "jurisdiction": jurisdiction,
    }

"""Counts the clauses that diagrams, forms and parameters carry out. Changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.bpmn.catalog import ProcedureModel, read_procedure
from engine.bpmn.release import CLAUSES, effective
from engine.bpmn.safetext import mappings, read_json, read_yaml, texts
from engine.service.modelfiles import jurisdictions, load_bundle


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """The executable clauses of one jurisdiction, those carried out and those not."""

    jurisdiction: str
    covered: tuple[str, ...]
    missing: tuple[str, ...]


def coverage(root: Path) -> list[Coverage]:
    """Return which executable clauses the published files carry out, by jurisdiction."""
    register = list(mappings(read_yaml((root / CLAUSES).read_bytes(), CLAUSES)))
    found = []
    for code in jurisdictions(root):
        wanted = [str(o["id"]) for o in register if o.get("executable") is True and _of(str(o["id"]), code)]
        carried = _carried(load_bundle(root, code), code)
        found.append(
            Coverage(
                jurisdiction=code,
                covered=tuple(one for one in wanted if one in carried),
                missing=tuple(one for one in wanted if one not in carried),
            )
        )
    return found


def _of(clause: str, jurisdiction: str) -> bool:
    return clause.partition("-")[0].lower() == jurisdiction


def _carried(bundle: Mapping[str, bytes], code: str) -> set[str]:
    """Return the clauses that the diagrams, forms and parameters of a jurisdiction name."""
    path = f"processes/{code}/jurisdiction.yaml"
    written = read_yaml(bundle[path], path)
    parameters = written.get("parameters") or {}
    found = {str(one.get("source")) for one in parameters.values() if isinstance(one, Mapping)}
    found |= set(texts((written.get("scope") or {}).get("source")))
    for key in texts(written.get("procedures")):
        diagram = effective(bundle, code, "processes", f"{key}.bpmn")
        if diagram is not None:
            found |= _named_in(bundle, code, read_procedure(bundle[diagram], file=diagram))
    return found


def _named_in(bundle: Mapping[str, bytes], code: str, model: ProcedureModel) -> set[str]:
    found = {clause for node in model.nodes.values() for clause in node.clauses}
    of_process = model.properties.get(model.key, {}).get("clauses", "")
    found |= {clause.strip() for clause in of_process.split(",") if clause.strip()}
    for task in model.tasks.values():
        form = effective(bundle, code, "forms", f"{task.form}.json")
        if form is not None:
            schema = read_json(bundle[form], form)
            for part in (schema, *schema.get("properties", {}).values()):
                found |= set(texts(part.get("x-clauses")))
    return found

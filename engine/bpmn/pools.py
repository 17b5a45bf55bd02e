"""Tells the processes and pools of a file apart: one process runs, the pools around it are drawn for people. Pure."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.diagram import DRAWN_ONLY
from engine.bpmn.xmltext import BPMN, bpmn_children, local

FALSE = frozenset({"false", "0"})


def processes(root: etree._Element) -> list[etree._Element]:
    """Return the processes of a diagram, in the order of the file; none where it is no diagram."""
    return bpmn_children(root, "process") if local(root) == (BPMN, "definitions") else []


def main_process(root: etree._Element) -> etree._Element | None:
    """Return the process that runs; None where there is no process.

    It is one that says so, else one that is drawn in a pool; of several the one with most in it.
    """
    return max(processes(root), key=lambda one: _weight(root, one), default=None)


def _weight(root: etree._Element, process: etree._Element) -> tuple[bool, bool, int]:
    held = not is_empty(process)
    meant = process.get("isExecutable") in {"true", "1"}
    return held and meant, held and pool_of(root, process) is not None, len(process)


def is_empty(process: etree._Element) -> bool:
    """Whether nothing is drawn in a process that anybody could do or wait for."""
    return all(local(child)[1] in DRAWN_ONLY for child in bpmn_children(process))


def pools(root: etree._Element) -> list[etree._Element]:
    """Return the pools of all collaborations of a file."""
    return list(root.iter(f"{{{BPMN}}}participant"))


def pool_of(root: etree._Element, process: etree._Element) -> etree._Element | None:
    """Return the pool that a process is drawn in; None where it is in none."""
    key = process.get("id")
    return next((one for one in pools(root) if key and referred(one.get("processRef")) == key), None)


def referred(reference: str | None) -> str:
    """Return the id that a reference names, without the prefix of its file."""
    return (reference or "").strip().rpartition(":")[2]

"""The model gate: every rule is a module of ``rules`` and looks at one of three things.

``check_source(root, file)`` at the XML of a diagram, also of one that cannot be read further;
``check_model(model)`` at one diagram; ``check_parts(parts)`` at all that is published together.
A module has a ``RULE`` and exactly one of the three. Pure.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from types import ModuleType

from lxml import etree

from engine.bpmn.findings import Finding
from engine.bpmn.lint import rules
from engine.bpmn.lint.rule import SHARED_FILES, Rule
from engine.bpmn.model import ProcedureModel
from engine.bpmn.parts import Parts

__all__ = ["SHARED_FILES", "Rule", "all_rules", "check", "check_deeply", "check_model", "check_source", "local_rules"]


@cache
def _modules() -> tuple[ModuleType, ...]:
    found = pkgutil.iter_modules(rules.__path__, f"{rules.__name__}.")
    return tuple(importlib.import_module(one.name) for one in found)


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return every rule, by name."""
    return tuple(sorted((module.RULE for module in _modules()), key=lambda rule: str(rule.name)))


@cache
def local_rules() -> frozenset[str]:
    """Return the rules that a shared file may break for one jurisdiction alone."""
    return frozenset(rule.name for rule in all_rules() if rule.local)


def check_source(root: etree._Element, file: str) -> list[Finding]:
    """Return what the rules find in the XML of a diagram."""
    return list(_found("check_source", root, file))


def check_model(model: ProcedureModel) -> list[Finding]:
    """Return what the rules find in one diagram, but for the deep ones."""
    return list(_found("check_model", model, deep=False))


def check_deeply(model: ProcedureModel) -> list[Finding]:
    """Return what the deep rules find in a diagram in which nothing else is wrong."""
    return list(_found("check_model", model, deep=True))


def check(parts: Parts, *, whole: bool = True) -> list[Finding]:
    """Return everything that does not fit together; diagrams alone have been looked at when they were read.

    ``whole``: every procedure that is to be published could be read.
    """
    silent = frozenset() if whole else {rule.name for rule in all_rules() if rule.whole}
    return [one for one in _found("check_parts", parts) if one.rule not in silent]


def _found(look: str, *at: object, deep: bool = False) -> Iterator[Finding]:
    for module in _modules():
        if hasattr(module, look) and module.RULE.deep is deep:
            yield from getattr(module, look)(*at)

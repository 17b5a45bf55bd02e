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
from engine.bpmn.lint import crosschecks, rules
from engine.bpmn.lint.crosschecks import OF_THE_WHOLE
from engine.bpmn.lint.rule import Rule
from engine.bpmn.model import ProcedureModel
from engine.bpmn.parts import Parts

__all__ = ["OF_THE_WHOLE", "Rule", "all_rules", "check", "check_deeply", "check_model", "check_source"]


@cache
def _modules() -> tuple[ModuleType, ...]:
    found = pkgutil.iter_modules(rules.__path__, f"{rules.__name__}.")
    return tuple(importlib.import_module(one.name) for one in found)


def all_rules() -> tuple[Rule, ...]:
    """Return every rule, by name."""
    return tuple(sorted((module.RULE for module in _modules()), key=lambda rule: str(rule.name)))


def check_source(root: etree._Element, file: str) -> list[Finding]:
    """Return what the rules find in the XML of a diagram."""
    return list(_found("check_source", root, file))


def check_model(model: ProcedureModel) -> list[Finding]:
    """Return what the rules find in one diagram, but for the deep ones."""
    return list(_found("check_model", model, deep=False))


def check_deeply(model: ProcedureModel) -> list[Finding]:
    """Return what the deep rules find in a diagram in which nothing else is wrong."""
    return list(_found("check_model", model, deep=True))


def check(parts: Parts) -> list[Finding]:
    """Return everything that does not fit together; warnings have that severity."""
    reminders = (one for model in parts.models.values() for one in check_model(model) if one.severity != "error")
    return [*reminders, *crosschecks.check(parts), *_found("check_parts", parts)]


def _found(look: str, *at: object, deep: bool = False) -> Iterator[Finding]:
    for module in _modules():
        if hasattr(module, look) and module.RULE.deep is deep:
            yield from getattr(module, look)(*at)

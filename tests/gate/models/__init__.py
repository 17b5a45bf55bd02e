"""The faulty models, one class a module or a package of modules; each module has ``CASES``."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from types import ModuleType

from tests.gate.case import Case


def by_class() -> dict[str, tuple[Case, ...]]:
    """Return the cases of each class."""
    return {one.name: _cases(import_module(f"{__name__}.{one.name}")) for one in pkgutil.iter_modules(__path__)}


def _cases(module: ModuleType) -> tuple[Case, ...]:
    parts = (
        import_module(f"{module.__name__}.{one.name}") for one in pkgutil.iter_modules(getattr(module, "__path__", ()))
    )
    return (*getattr(module, "CASES", ()), *(case for part in parts for case in part.CASES))

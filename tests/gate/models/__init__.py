"""The faulty models, one class a module; each module has ``CASES``."""

from __future__ import annotations

import importlib
import pkgutil

from tests.gate.case import Case


def by_class() -> dict[str, tuple[Case, ...]]:
    """Return the cases of each class."""
    found = (one.name for one in pkgutil.iter_modules(__path__))
    return {name: importlib.import_module(f"{__name__}.{name}").CASES for name in sorted(found)}

"""How long the period of a cadence is. Runs nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine import feel
from engine.bpmn.properties import ISO_DURATION
from engine.core.cadences import LENGTHS
from engine.core.civil import MonthsDuration


def months_of(every: str, parameters: Mapping[str, Any]) -> int:
    """Return a period in months, as it is written or as the parameter of that name holds it; 0 where it is none."""
    value = parameters.get(every, every)
    if isinstance(value, str) and ISO_DURATION.match(value):
        value = feel.parse_duration(value)
    return value.months if isinstance(value, MonthsDuration) and value.months in LENGTHS else 0

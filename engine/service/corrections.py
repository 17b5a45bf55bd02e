"""What was set right in a submission, in words: old beside new, for those who may read either."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.service import acts
from engine.service.forms import Field, Form
from engine.service.unit import Unit
from engine.store.schema import AnyRow

REASON = "reason"
NOTHING = "（空）"


@dataclass(frozen=True, kw_only=True, slots=True)
class CorrectionView:
    """One correction: what stood there, what stands there now, and why; ``changes`` are label, old, new."""

    at: datetime
    by: str
    reason: str
    changes: Sequence[tuple[str, str, str]]


def opened(unit: Unit, row: AnyRow) -> dict[str, Any]:
    """Return what a correction says: ``reason``, and ``changes`` with old and new by field."""
    said: dict[str, Any] = json.loads(acts.opened_words(unit, row))
    return said


def views(
    unit: Unit,
    found: Sequence[AnyRow],
    form: Form,
    hidden: Mapping[str, str],
    words: Callable[[Field, Any], str],
    *,
    by: str = "",
) -> list[CorrectionView]:
    """Return corrections of one submission in words.

    ``hidden`` is what stands for answers that the reader may not know, ``by`` for an author who is not named.
    Why something was corrected is told to those alone from whom no answer is kept.
    """

    def shown(field: Field, value: Any) -> str:
        return NOTHING if value in (None, "", []) else hidden.get(field.key) or words(field, value)

    told = []
    for row in found:
        said = opened(unit, row)
        changes = [
            (one.title, *(shown(one, value) for value in said["changes"][one.key]))
            for one in form.fields
            if one.key in said["changes"]
        ]
        told.append(
            CorrectionView(
                at=row.at,
                by=by or f"{row.unit_name}　{row.by}",
                reason="" if hidden else said[REASON],
                changes=[(title, old, new) for title, old, new in changes],
            )
        )
    return told

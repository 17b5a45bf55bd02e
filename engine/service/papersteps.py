"""What is told of each act on a paper: checked, sealed, and read back in words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Row

from engine.core import papers as rules
from engine.core.errors import Invalid
from engine.service.telling import shown
from engine.service.unit import Unit

CONTEXT = "paper_step.sealed"
LONGEST = 200
#: What may be told of an act, with its label, in the order of the page.
LABELS: Mapping[str, str] = {
    "receiver": "受送达人",
    "relation": "代收人及与受送达人的关系",
    "way": "送达方式",
    "received_at": "收到时间",
    "witness": "见证人",
    "place": "原件存放处",
    "reason": "事由",
    "note": "备注",
}
#: Act → what must be told of it.
_NEEDED: Mapping[str, tuple[str, ...]] = {
    rules.ISSUE: (),
    rules.SIGN: (),
    rules.SERVE: ("receiver", "way", "received_at"),
    rules.FILE: ("place",),
    rules.MOVE: ("place", "reason"),
}
_TOLD: Mapping[str, tuple[str, ...]] = {
    rules.ISSUE: ("reason",),
    rules.SIGN: ("note",),
    rules.SERVE: ("receiver", "relation", "way", "received_at", "witness", "note"),
    rules.FILE: ("place", "note"),
    rules.MOVE: ("place", "reason"),
}


def checked(act: str, details: Mapping[str, str], *, now: datetime) -> dict[str, str]:
    """Return what is told of an act.

    Raises:
        Invalid: by field.
    """
    told = {key: str(details.get(key) or "").strip() for key in _TOLD[act]}
    problems = {key: f"请填写“{LABELS[key]}”" for key in _NEEDED[act] if not told[key]}
    problems |= {key: f"“{LABELS[key]}”不能超过 {LONGEST} 个字" for key, said in told.items() if len(said) > LONGEST}
    if act == rules.SERVE:
        problems |= _of_service(told, now) | problems
    if problems:
        raise Invalid(problems)
    return {key: said for key, said in told.items() if said}


def _of_service(told: Mapping[str, str], now: datetime) -> dict[str, str]:
    problems = {}
    if told["way"] and told["way"] not in rules.WAYS:
        problems["way"] = "请选择送达方式"
    if told["way"] in rules.WITNESSED and not told["witness"]:
        problems["witness"] = "留置送达须有见证人，请填写见证人"
    if told["received_at"]:
        try:
            received = datetime.fromisoformat(told["received_at"])
        except ValueError:
            received = None
        if received is None or received.tzinfo is None:
            problems["received_at"] = "“收到时间”要是日期和时间"
        elif received > now:
            problems["received_at"] = "“收到时间”不能晚于现在"
    return problems


def sealed(unit: Unit, told: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns that hold what is told: sealed, with its digest."""
    plain = json.dumps(dict(told), ensure_ascii=False, sort_keys=True).encode()
    box, key_id = unit.vault.seal(plain, context=CONTEXT)
    return {"sealed": box, "key_id": key_id, "digest": sha256(plain).hexdigest()}


def opened(unit: Unit, row: Row[Any]) -> dict[str, Any]:
    """Return what was told of an act."""
    return unit.vault.open_record(bytes(row.sealed), row.key_id, context=CONTEXT)


def in_words(told: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return labels with words, as the page shows them."""
    return [(LABELS[key], _word(key, str(told[key]))) for key in LABELS if told.get(key)]


def _word(key: str, said: str) -> str:
    if key == "way":
        return rules.WAYS.get(said, said)
    return shown(datetime.fromisoformat(said)) if key == "received_at" else said

"""What the diagram of each procedure of a case shows: the drawing and a word for each step's state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from web import words

WORDS = {"done": "已办结", "now": "办理中", "cancelled": "已取消"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Diagram:
    """One procedure's picture with its data for the script."""

    id: int
    title: str
    sub: str
    running: bool
    data: dict[str, Any]


def diagrams(view: Any, now: datetime) -> list[Diagram]:
    """Return the pictures of a case, running procedures first, newest first."""
    late = {(row.instance_id, row.element): words.limit_of(row, now) for row in view.items if row.due_at is not None}
    order = sorted(view.instances, key=lambda one: (one.ended_at is None, one.started_at), reverse=True)
    return [_diagram(instance, late, now) for instance in order]


def _diagram(instance: Any, late: dict[tuple[int, str], words.Limit], now: datetime) -> Diagram:
    trail = {}
    for element, state in instance.trail.items():
        shown, text = str(state), WORDS.get(str(state), "")
        limit = late.get((instance.id, element))
        if shown == "now" and limit is not None:
            shown, text = ("over" if limit.group == "over" else "now"), limit.words
        trail[element] = {"state": shown, "words": text}
    ended = f"{words.moment(instance.ended_at, now)} 结束：{instance.end_name}" if instance.ended_at else "在办"
    return Diagram(
        id=instance.id,
        title=instance.name,
        sub=f"{words.moment(instance.started_at, now)} 开始　{ended}　第 {instance.release_number} 版",
        running=instance.ended_at is None,
        data={"xml": instance.xml, "trail": trail},
    )

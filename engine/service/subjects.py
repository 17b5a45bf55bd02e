"""Whom a task of an area's cycle speaks of; ``passing`` does in the child's case what it says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.bpmn.model import TaskModel
from engine.core.errors import Invalid
from engine.service.forms import Form
from engine.service.running import Elsewhere, RunningCase
from engine.service.terms import Terms
from engine.store import casework as rows


def named_by(
    case: RunningCase,
    task: TaskModel,
    asked: Form,
    terms: Terms,
    cleaned: Mapping[str, Any],
    decisive: Mapping[str, Any],
) -> Elsewhere | None:
    """Return the child of whom the task speaks, by the code in its field; None where it speaks of none.

    Raises:
        Invalid: no child of this area has that code.
    """
    code = str(cleaned.get(task.about) or "").strip() if task.about else ""
    if not task.about or not code:
        return None
    child = rows.child_by_code(case.unit.connection, code, case.row.jurisdiction)
    title = asked.field(task.about).title
    if child is None:
        raise Invalid({task.about: f"“{title}”没有编号为“{code}”的儿童，请核对编号；还没有档案的，请先建档"})
    home = case.directory.area_key(child.area_id)
    if home is not None and case.child_area not in set(case.directory.upwards(home)):
        raise Invalid({task.about: f"编号“{code}”的儿童不在本地区，请核对编号"})
    return Elsewhere(
        child_id=child.merged_into or child.id,
        register=terms.that_hold_of(task.register, decisive),
        messages=list(terms.that_hold_of(task.tells, decisive)),
    )

"""What decides before the first task of a procedure that somebody starts by hand: asked with the start."""

from __future__ import annotations

import re
from dataclasses import replace

from engine import feel
from engine.bpmn.model import ProcedureModel, TaskModel
from engine.bpmn.release import Release
from engine.service.forms import Field, Form
from engine.service.releases import Releases

#: What a token passes on its way from a start event without stopping.
PASSED = frozenset({"startEvent", "exclusiveGateway", "parallelGateway", "inclusiveGateway"})
WORDS = re.compile(r"[^\W\d]\w*")


def form(releases: Releases, release: Release, model: ProcedureModel) -> Form:
    """Return the fields of the first tasks' forms on which the way to these tasks or their limits depend.

    None of them must be filled in: what is not known yet is asked by the task.
    """
    tasks, words = _way(model)
    asked = [releases.form(release, task.form) for task in tasks]
    fields = {
        one.key: one for found in asked for one in found.fields if one.decides and one.key in words and not one.auto
    }
    return Form(code=f"{model.key}-start", title=model.name, fields=tuple(map(_optional, fields.values())))


def first_tasks(model: ProcedureModel) -> list[TaskModel]:
    """Return the tasks that a start by hand may lead to, in no step between."""
    return _way(model)[0]


def _way(model: ProcedureModel) -> tuple[list[TaskModel], frozenset[str]]:
    door = model.door(None)
    tasks, texts, seen = [], [], set()
    ahead = [door.element] if door else []
    while ahead:
        element = ahead.pop()
        if element in seen:
            continue
        seen.add(element)
        if element in model.tasks:
            task = model.tasks[element]
            tasks.append(task)
            texts += [text for text in (task.limit.feel if task.limit else None, task.start) if text]
        elif model.nodes[element].kind in PASSED:
            leaving = model.leaving(element)
            texts += [one.condition for one in leaving if one.condition]
            ahead += [one.target for one in leaving]
    return tasks, frozenset(name for text in texts for name in _names(text))


def _names(text: str) -> frozenset[str]:
    """Return the names that an expression uses, whatever gives them their values."""
    return feel.compile(text, frozenset(WORDS.findall(text))).names


def _optional(one: Field) -> Field:
    return replace(one, required=False, required_when=None, visible_when=None, prefill=None)

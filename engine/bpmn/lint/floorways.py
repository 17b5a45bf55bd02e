"""Floors of the law about the ways through a diagram: what comes before, beside, and without waiting. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from engine.bpmn.floors import Alongside, Before, Freely, Goal, OnlyWhere
from engine.bpmn.model import Node, ProcedureModel, TaskModel
from engine.bpmn.properties import alternatives
from engine.bpmn.tokens import Ways

_TASKS = frozenset({"userTask"})
_GOALS = _TASKS | {"intermediateThrowEvent", "endEvent", "sendTask"}
_WORDS = re.compile(r"[^\W\d]\w*")
_THROWING = frozenset({"intermediateThrowEvent", "endEvent", "sendTask"})


def before(model: ProcedureModel, floor: Before) -> Iterator[tuple[Node, str]]:
    """Yield the first goals that a token can come to although none of the tasks was done.

    Where the task is there, but in other hands, it is the task that is named.
    """
    goals = _goals(model, floor.goal)
    if not goals:
        return
    ways, asked = Ways(model), bool(floor.done or floor.done_named)
    meant = [t for t in model.tasks.values() if not asked or t.code in floor.done or _has(t.name, floor.done_named)]
    tasks = {task.element for task in meant if not floor.roles or _is_theirs(task, floor)}
    others = {task.element for task in meant} - tasks if asked else set()
    missed = _missed(ways, goals, tasks)
    if missed and others and not _missed(ways, goals, tasks | others):
        for element in others:
            yield model.nodes[element], f"“{model.tasks[element].name}”交给了别的单位办理"
        return
    for goal in missed:
        if asked or goal.element not in tasks:
            what = f"绕过“{_names(model, tasks)}”走到" if tasks else "没有经过应有的任务就走到"
            yield goal, f"可以{what}“{goal.name or goal.element}”"


def _missed(ways: Ways, goals: Collection[Node], tasks: Collection[str]) -> list[Node]:
    """Return the first goals that a token can come to past the tasks."""
    came = ways.reached(ways.doors, done={*tasks, *(goal.element for goal in goals)})
    return [goal for goal in goals if goal.element in came]


def alongside(model: ProcedureModel, floor: Alongside) -> Iterator[tuple[Node, str]]:
    """Yield the first goals that a token can come to although none of the tasks was, or is sure to be, opened."""
    goals = _goals(model, floor.goal, _TASKS)
    if not goals:
        return
    ways = Ways(model)
    tasks = {
        one.element
        for one in model.tasks.values()
        if one.code in floor.opened or (_has(model.name, floor.goal.within) and _has(one.name, floor.opened_named))
    }
    came = ways.reached(ways.doors, without=ways.sure_to_open(tasks), done={goal.element for goal in goals})
    for goal in goals:
        if goal.element in came:
            what = f"不开“{_names(model, tasks)}”" if tasks else "没有应有的任务"
            yield goal, f"有的路上{what}就走到“{goal.name or goal.element}”"


def freely(model: ProcedureModel, floor: Freely) -> Iterator[tuple[Node, str]]:
    """Yield the timers that every way from some door to a goal has to wait for."""
    timers = [n.element for n in model.nodes.values() if n.kind == "intermediateCatchEvent" and n.event == "timer"]
    goal = floor.goal
    single = [Goal(codes=(one,)) for one in goal.codes] + [Goal(messages=(one,)) for one in goal.messages]
    single += [Goal(within=goal.within, named=(one,), but=goal.but) for one in goal.named]
    goals = [frozenset(node.element for node in _goals(model, one)) for one in single]
    if not timers or not any(goals):
        return
    ways = Ways(model)
    found: dict[str, None] = {}
    for door in (one.element for one in model.doors if not one.joins):
        anyhow, at_once = ways.reached([door]), ways.reached([door], without=timers)
        for nodes in goals:
            if nodes & anyhow and not nodes & at_once:
                blocking = [one for one in timers if not nodes & ways.reached([door], without=[one])]
                found[(blocking or timers)[0]] = None
    for timer in found:
        node = model.nodes[timer]
        yield node, f"不论什么情形都要先等“{node.name or timer}”"


def only_where(model: ProcedureModel, floor: OnlyWhere) -> Iterator[tuple[str, int, str]]:
    """Yield element, line and sentence of the texts that name the parameter elsewhere, in a diagram with the tasks.

    Timers may: whether everybody has to wait for one is what ``freely`` asks.
    """
    if not any(task.code in floor.codes for task in model.tasks.values()):
        return
    allowed = {*floor.elements, *(one.element for one in model.tasks.values() if one.code in floor.codes)}
    for task in model.tasks.values():
        if task.element not in allowed and floor.parameter in {one.name for one in (task.limit, *task.watch) if one}:
            yield task.element, task.line, f"“{task.name}”的期限用了“{floor.parameter}”"
    for text in model.expressions:
        if text.place != "timer" and text.element not in allowed and floor.parameter in _WORDS.findall(text.text):
            yield text.element, text.line, f"“{text.text}”把“{floor.parameter}”用在了别处"


def _goals(model: ProcedureModel, goal: Goal, kinds: Collection[str] = _GOALS) -> list[Node]:
    tasks = {one.element for one in model.tasks.values() if one.code in goal.codes}
    here = _has(model.name, goal.within)
    return [
        node
        for node in model.nodes.values()
        if node.element in tasks
        or (node.kind in _THROWING and node.message in goal.messages)
        or (here and node.kind in kinds and _has(node.name, goal.named) and not _has(node.name, goal.but))
    ]


def _has(name: str, words: Collection[str]) -> bool:
    return any(word in name for word in words)


def _is_theirs(task: TaskModel, floor: Before) -> bool:
    return _is_of(task, floor.roles) if task.role else _has(task.name, floor.without_role)


def _is_of(task: TaskModel, roles: Collection[str]) -> bool:
    """Return whether nobody but these roles can do a task."""
    named = [one for group in task.role.split("+") for one in alternatives(group)]
    return bool(named) and set(named) <= set(roles)


def _names(model: ProcedureModel, elements: Collection[str]) -> str:
    return "”“".join(dict.fromkeys(model.tasks[one].name for one in model.tasks if one in elements))

"""Tells which limits run beside that of an open item: watched ones, and timers that are drawn on its task."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.release import Release
from engine.service.duetimes import WATCH
from engine.service.limitwords import is_working, length_words, rule_words
from engine.service.running import Live, OpenItem, RunningCase, Timer
from engine.service.telling import shown

DRAWN = "bpmn"


def sentences(case: RunningCase, live: Live, item: OpenItem) -> list[tuple[str, str]]:
    """Return of each limit a sentence, and the name of the parameter that says how long it is; the next first."""
    timers = sorted(case.timers.values(), key=lambda one: one.due_at)
    return [*_watched(case, live, item, timers), *_drawn(case, live, item, timers)]


def _watched(case: RunningCase, live: Live, item: OpenItem, timers: list[Timer]) -> Iterator[tuple[str, str]]:
    task = live.procedure.model.tasks[item.element]
    limits = {one.name: one for one in case.terms(live).watches(task, item.opened_at)}
    for timer in timers:
        if timer.kind != WATCH or timer.work_item_id != item.id:
            continue
        limit = limits.get(timer.name)
        length = length_words(limit.length, working=is_working(limit.rule)) if limit else ""
        start = f"自 {shown(limit.start, at=case.now)} 起算" if limit and length else ""
        rule = rule_words(limit.rule, limit.why) if limit and length else ()
        # an expression that gives the instant itself says no length; its parameter does
        length = length or length_words(live.release.parameters.get(timer.name))
        how = "，".join(one for one in (length, start, *rule) if one)
        due = shown(timer.due_at, at=case.now)
        guess = "（暂定）" if limit and limit.provisional else ""
        yield f"{how + '，' if how else ''}{due} 到时{guess}，届时仍未办结的，提醒本单位。", timer.name


def _drawn(case: RunningCase, live: Live, item: OpenItem, timers: list[Timer]) -> Iterator[tuple[str, str]]:
    model = live.procedure.model
    for timer in timers:
        node, drawn = model.nodes.get(timer.element or ""), model.timers.get(timer.element or "")
        if timer.kind != DRAWN or timer.instance_id != live.id or node is None or drawn is None:
            continue
        if node.host == item.element:
            how = _length(live.release, drawn.limits)
            due = shown(timer.due_at, at=case.now)
            yield f"{how}{due} 到时，届时仍未办结的，程序转到“{node.name}”。", drawn.text


def _length(release: Release, names: tuple[str, str]) -> str:
    rule = next((release.rules[name] for name in names if name in release.rules), None)
    length = length_words(release.parameters.get(names[0]), working=rule is not None and is_working(rule))
    return f"{length}，" if length else ""

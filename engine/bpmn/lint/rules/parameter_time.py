"""Parameters that are to say how long something takes, and do not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine import feel
from engine.bpmn.directory import Parameter
from engine.bpmn.findings import Finding
from engine.bpmn.lint import moments
from engine.bpmn.lint.rule import Rule
from engine.bpmn.model import ProcedureModel
from engine.bpmn.parts import Parts
from engine.bpmn.properties import ISO_DURATION
from engine.core.civil import DaysDuration, MonthsDuration
from engine.core.deadlines import AT_ONCE

RULE = Rule(name="parameter-time", says="作期限用的参数要是大于零的时长，或 at_once")


def check_parts(parts: Parts) -> Iterator[Finding]:
    """Find durations that are none among the parameters, and limits that name a parameter which is no time."""
    known = parts.jurisdiction.parameters
    for one in known.values():
        value = _read(one.raw)
        if isinstance(value, (MonthsDuration, DaysDuration)):
            remark = moments.of_span(value, str(one.raw))
            if remark is not None:
                message = f"参数“{one.key}”：{remark.sentence}"
                yield RULE.at_file(parts.file, message, element=one.key, line=one.line)
    for model in parts.models.values():
        for element, name in _limits(model):
            if name in known and not _is_time(known[name]):
                message = f"期限用了参数“{name}”，它的值“{known[name].raw}”不是时间：请写作 P10D、PT24H 或 at_once"
                yield RULE.at_node(model, model.nodes[element], message)


def _limits(model: ProcedureModel) -> Iterator[tuple[str, str]]:
    """Yield each parameter that a diagram takes as a time, with the element at which it does."""
    yield from ((timer.element, timer.text) for timer in model.timers.values())
    for task in model.tasks.values():
        named = [one.name for one in (task.limit, *task.watch) if one is not None and one.feel is None]
        yield from ((task.element, name) for name in (*named, *(() if task.limit else (task.code,))))


def _is_time(one: Parameter) -> bool:
    value = _read(one.raw)
    return value is None or value == AT_ONCE or isinstance(value, (MonthsDuration, DaysDuration))


def _read(raw: Any) -> Any:
    try:
        return feel.parse_duration(raw) if isinstance(raw, str) and ISO_DURATION.match(raw) else raw
    except feel.FeelError:
        return None

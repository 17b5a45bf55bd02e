"""Reads a diagram and says what is in it; refuses, with reasons, what could not run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from types import MappingProxyType

from lxml import etree

from engine.bpmn.diagram import Reader
from engine.bpmn.findings import Finding, ModelError
from engine.bpmn.lint import check_deeply, check_model, check_source
from engine.bpmn.lint.rules import feel
from engine.bpmn.model import (
    Door,
    ExpressionAt,
    Flow,
    Named,
    Node,
    ProcedureModel,
    TaskModel,
    TimerModel,
)
from engine.bpmn.pools import is_empty, main_process, processes
from engine.bpmn.xmltext import bpmn_children, line_of, read_xml

#: Rules that say what a text is that is no FEEL.
_OF_TEXTS = frozenset({"code-text", "expression-language", "no-time", "odd-time", "timer"})
#: Rules that a diagram of elsewhere may break, and that say nothing of where its flows lead.
_NOT_OF_THE_WAY = frozenset({"code"})

__all__ = [
    "Door",
    "ExpressionAt",
    "Finding",
    "Flow",
    "ModelError",
    "Named",
    "Node",
    "ProcedureModel",
    "TaskModel",
    "TimerModel",
    "read_procedure",
    "read_published",
    "read_with_findings",
]


def read_procedure(xml: bytes, *, file: str) -> ProcedureModel:
    """Read a diagram.

    Raises:
        ModelError: with every finding, where the file is no diagram of the language.
    """
    model, findings = read_with_findings(xml, file=file)
    if any(one.severity == "error" for one in findings):
        raise ModelError(findings)
    return model


@lru_cache(maxsize=128)
def read_with_findings(xml: bytes, *, file: str) -> tuple[ProcedureModel, tuple[Finding, ...]]:
    """Read a diagram as far as it goes, and say what is wrong with it; the caller decides what is grave.

    Jurisdictions that share a file share its model.

    Raises:
        ModelError: there is no diagram in it at all.
    """
    root = read_xml(xml, file=file)
    odd = check_source(root, file)
    process = main_process(root)
    if process is None:
        raise ModelError(odd)
    model = _read(root, process, file)
    others = [_read(root, one, file) for one in processes(root) if one is not process and not is_empty(one)]
    found = [*odd, *(one for each in (model, *others) for one in check_model(each))]
    grave = {one.rule for one in found if one.severity == "error"}
    unread = _unread(found, (model, *others)) if grave else ()
    deep = check_deeply(model) if grave <= _NOT_OF_THE_WAY else ()
    return model, (*found, *unread, *deep)


@lru_cache(maxsize=128)
def read_published(xml: bytes, *, file: str) -> ProcedureModel:
    """Read a diagram that has been published; a rule that came later does not hold up what runs on it.

    Raises:
        ModelError: it can no longer be read at all.
    """
    root = read_xml(xml, file=file)
    process = main_process(root)
    if process is None:
        raise ModelError(check_source(root, file))
    return _read(root, process, file)


def _unread(found: Sequence[Finding], models: Iterable[ProcedureModel]) -> Iterator[Finding]:
    """Yield the texts of refused diagrams that are no FEEL, but for those that are told to be something else."""
    named = {one.element for one in found if one.rule in _OF_TEXTS}
    yield from (one for model in models for one in feel.of_refused(model) if one.element not in named)


def _read(root: etree._Element, process: etree._Element, file: str) -> ProcedureModel:
    messages = {m.get("id", ""): m.get("name", "") for m in bpmn_children(root, "message")}
    reader = Reader(file=file, messages=messages)
    reader.read(process)
    return _model(process, reader)


def _model(process: etree._Element, reader: Reader) -> ProcedureModel:
    given = reader.properties.get(process.get("id", ""), {})
    nodes = reader.nodes.values()
    catching = ("intermediateCatchEvent", "boundaryEvent", "receiveTask")
    throwing = ("intermediateThrowEvent", "endEvent", "sendTask")
    return ProcedureModel(
        key=process.get("id", ""),
        name=process.get("name", ""),
        file=reader.file,
        around_the_clock=given.get("clock") == "round",
        subject=given.get("subject", "child"),
        lanes=MappingProxyType(reader.lanes),
        lane_lines=MappingProxyType(reader.lane_lines),
        nodes=MappingProxyType(reader.nodes),
        flows=tuple(reader.flows),
        tasks=MappingProxyType(reader.tasks),
        doors=tuple(reader.doors),
        timers=MappingProxyType(reader.timers),
        expressions=tuple(_expressions(reader)),
        throws=_unique(n.message for n in nodes if n.message and n.kind in throwing),
        catches=_unique(n.message for n in nodes if n.message and n.kind in catching),
        properties=MappingProxyType(reader.properties),
        line=line_of(process),
    )


def _unique(names: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _expressions(reader: Reader) -> Iterator[ExpressionAt]:
    """Yield every FEEL text; ISO literals of timers too, since they stand in the same place."""
    for flow in reader.flows:
        if flow.condition:
            yield ExpressionAt(element=flow.element, place="condition", text=flow.condition, line=flow.line)
    for timer in reader.timers.values():
        texts = [("timer", timer.text), *([("from", timer.start)] if timer.start else [])]
        for place, text in texts:
            yield ExpressionAt(element=timer.element, place=place, text=text, line=timer.line)
    for node in reader.nodes.values():
        for one in node.notify:
            if one.feel:
                yield ExpressionAt(element=node.element, place="notify", text=one.feel, line=node.line)
    for task in reader.tasks.values():
        yield from _task_expressions(task)


def _task_expressions(task: TaskModel) -> Iterator[ExpressionAt]:
    timed = [("limit", task.limit), *(("watch", watch) for watch in task.watch)]
    for place, named in timed:
        if named and named.feel:
            yield _at(task, place, named.feel, knows_opened=True)
    if task.start:
        yield _at(task, "from", task.start, knows_opened=True)
    if task.each:
        yield _at(task, "each", task.each)
    plain = [("moves", task.moves), ("merges", task.merges)]
    plain += [("documents", one) for one in task.documents]
    plain += [("notify", one) for one in task.notify]
    plain += [("overdue_documents", one) for one in task.overdue_documents]
    plain += [("overdue_notify", one) for one in task.overdue_notify]
    plain += [("sets", one) for one in task.sets]
    plain += [("register", one) for one in task.register]
    plain += [("tells", one) for one in task.tells]
    for place, named in plain:
        if named and named.feel:
            yield _at(task, place, named.feel)


def _at(task: TaskModel, place: str, text: str, *, knows_opened: bool = False) -> ExpressionAt:
    return ExpressionAt(element=task.element, place=place, text=text, line=task.line, knows_opened=knows_opened)

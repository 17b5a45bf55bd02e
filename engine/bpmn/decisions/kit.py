"""Runs the public conformance kit of DMN: models with inputs and expected results in a folder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree

from engine.bpmn.decisions.boxes import Session
from engine.bpmn.decisions.model import Model
from engine.bpmn.decisions.source import DecisionError, Element, child, children, local, text
from engine.feel import FeelError, temporal, values
from engine.feel.runtime import Run, Value

_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_LEVEL = re.compile(r"(?:compliance-level-|Compliance Level )([0-9])")
_TOLERANCE = Decimal("1E-8")
_NOW = datetime(2026, 1, 1, tzinfo=UTC)
"""The instant of every case: a run of the kit reads no clock."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One case of the kit; ``reason`` is empty where it passed."""

    level: str
    folder: str
    file: str
    case: str
    reason: str

    @property
    def passed(self) -> bool:
        return not self.reason


def run(folder: Path) -> Iterator[Outcome]:
    """Yield the outcome of each case below a folder, in the order of names."""
    for place in sorted({path.parent for path in folder.rglob("*.dmn")}):
        models = _models(place)
        for path in sorted(place.glob("*.xml")):
            yield from _file(path, models)


def summary(outcomes: Iterator[Outcome]) -> dict[str, dict[str, Any]]:
    """Return the counts by level, with the failed cases and why."""
    found: dict[str, dict[str, Any]] = {}
    for outcome in outcomes:
        level = found.setdefault(outcome.level, {"passed": 0, "total": 0, "failed": []})
        level["total"] += 1
        if outcome.passed:
            level["passed"] += 1
        else:
            level["failed"].append(
                {"case": f"{outcome.folder}/{outcome.file}#{outcome.case}", "reason": outcome.reason}
            )
    return dict(sorted(found.items()))


def _models(folder: Path) -> dict[str, Model | DecisionError]:
    """Read the models of a folder, those that are imported first."""
    waiting = {path.name: path.read_bytes() for path in sorted(folder.glob("*.dmn"))}
    ready: dict[str, Model] = {}
    found: dict[str, Model | DecisionError] = {}
    for _ in range(len(waiting)):
        for name, xml in list(waiting.items()):
            try:
                wanted = set(_imports(xml))
                if wanted & {_namespace(other) for key, other in waiting.items() if key != name}:
                    continue
                model = Model(xml, ready)
                ready[model.namespace] = found[name] = model
            except DecisionError as error:
                found[name] = error
            del waiting[name]
    return found


def _imports(xml: bytes) -> Iterator[str]:
    for match in re.finditer(rb'<(?:\w+:)?import\s[^>]*?namespace="([^"]*)"', xml):
        yield match[1].decode()


def _namespace(xml: bytes) -> str:
    match = re.search(rb'<(?:\w+:)?definitions\b[^>]*?\snamespace="([^"]*)"', xml)
    return match[1].decode() if match else ""


def _file(path: Path, models: dict[str, Model | DecisionError]) -> Iterator[Outcome]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    root = etree.fromstring(path.read_bytes(), parser)
    if local(root) != "testCases":
        return
    labels = " ".join("".join(map(str, label.itertext())) for label in root.iter("{*}label"))
    level = _LEVEL.search(str(path.resolve())) or _LEVEL.search(labels)
    named = (text(root, "modelName") or "").strip()
    model = models.get(named) or models.get(named + ".dmn") or next(iter(models.values()), None)
    for number, case in enumerate(children(root, "testCase"), 1):
        yield Outcome(
            level=f"level{level[1]}" if level else "unknown",
            folder=path.parent.name,
            file=path.name,
            case=case.get("id") or str(number),
            reason=_case(case, model),
        )


def _case(case: Element, model: Model | DecisionError | None) -> str:
    if not isinstance(model, Model):
        return f"model cannot be read: {model.sentence if model else 'no model'}"
    given = {one.get("name") or "": read_value(one) for one in children(case, "inputNode")}
    for result in children(case, "resultNode"):
        expected = child(result, "expected")
        wanted = None if expected is None else read_value(expected)
        session = Session(run=Run(_NOW))
        try:
            value = _evaluate(case, result, model, given, session)
        except FeelError as error:
            session.run.note(error.sentence)
            value = None
        if not alike(value, wanted):
            run_ = Run()
            notes = "; ".join([*session.run.notes, *map(str, model.problems)])[:300]
            got, want = values.write(value, run_, inside=True)[:200], values.write(wanted, run_, inside=True)[:200]
            return f"{result.get('name')}: expected {want}, got {got}" + (f" ({notes})" if notes else "")
    return ""


def _evaluate(case: Element, result: Element, model: Model, given: dict[str, Value], session: Session) -> Value:
    invocable, kind = case.get("invocableName"), case.get("type")
    if kind == "decisionService" and invocable:
        key = model.find(invocable, "decisionService")
        value = None if key is None else model.serve(model.elements[key], given, session)
        outputs = [] if key is None else list(children(model.elements[key], "outputDecision"))
        if len(outputs) > 1 and isinstance(value, dict):
            return value.get(result.get("name") or "", value)
        return value
    if kind == "bkm" and invocable:
        key = model.find(invocable, "businessKnowledgeModel")
        function = None if key is None else model.evaluate(key, given, session)
        names = function.parameters if function else ()
        return function.body(session.run, [given.get(name) for name in names]) if function else None
    key = model.find(result.get("name") or "", "decision") or model.find(result.get("name") or "")
    if key is None:
        raise FeelError("没有这个决策")
    if local(model.elements[key]) == "decisionService":
        return model.serve(model.elements[key], given, session)
    return model.evaluate(key, given, session)


def read_value(holder: Element) -> Value:
    """Read a value of the kit's notation: ``value``, ``list`` of ``item``, or ``component``s."""
    listed = child(holder, "list")
    if listed is not None:
        return None if listed.get(_XSI + "nil") == "true" else [read_value(item) for item in children(listed, "item")]
    components = list(children(holder, "component"))
    if components:
        return {one.get("name") or "": read_value(one) for one in components}
    value = child(holder, "value")
    if value is None or value.get(_XSI + "nil") == "true":
        return None
    return _plain("".join(map(str, value.itertext())), (value.get(_XSI + "type") or "xsd:string").rpartition(":")[2])


def _plain(words: str, kind: str) -> Value:  # noqa: PLR0911
    bare = words.strip()
    match kind:
        case "decimal" | "double" | "float" | "integer" | "int" | "long":
            return Decimal(bare)
        case "boolean":
            return bare in {"true", "1"}
        case "date":
            return temporal.parse_date(bare)
        case "time":
            return temporal.parse_time(bare)
        case "dateTime":
            return temporal.parse_date_time(bare)
        case "duration":
            return temporal.parse_duration(bare)
        case _:
            return words


def alike(got: Value, wanted: Value) -> bool:
    """Return whether a result is the expected one; numbers may differ in the ninth place."""
    if type(got) is Decimal and type(wanted) is Decimal:
        return abs(got - wanted) <= _TOLERANCE * max(Decimal(1), abs(wanted))
    if type(got) is list and type(wanted) is list:
        return len(got) == len(wanted) and all(alike(a, b) for a, b in zip(got, wanted, strict=True))
    if type(got) is dict and type(wanted) is dict:
        return got.keys() == wanted.keys() and all(alike(value, wanted[key]) for key, value in got.items())
    return values.equal(got, wanted, Run()) is True

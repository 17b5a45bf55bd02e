"""A DMN model: its inputs, decisions, knowledge models and services, and what requires what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.bpmn.decisions.boxes import Box, Boxes, Session, Values
from engine.bpmn.decisions.source import (
    DecisionError,
    Element,
    Problem,
    child,
    children,
    line_of,
    local,
    name_of,
    read,
)  # fmt: skip
from engine.bpmn.decisions.types import WRONG, Types
from engine.feel.runtime import Function, Run, Value
from engine.feel.values import to_feel

_REQUIREMENTS = {
    "requiredInput": "informationRequirement", "requiredDecision": "informationRequirement",
    "requiredKnowledge": "knowledgeRequirement",
}  # fmt: skip


class Model:
    """One DMN file with those it imports. ``problems`` tells what cannot be used; such parts are null.

    ``given`` values are looked up by name: inputs, and decisions whose result is already known.
    """

    def __init__(self, xml: bytes, imports: Mapping[str, Model] | None = None) -> None:
        self.root = read(xml)
        self.namespace = self.root.get("namespace") or ""
        self.elements: dict[str, Element] = {}
        self.imported: dict[str, tuple[str, Model]] = {}  # namespace -> (name, model)
        self.types = Types()
        self.types.read(self.root)
        for one in children(self.root, "import"):
            self._import(one, imports or {})
        for element in children(self.root, "decision", "inputData", "businessKnowledgeModel", "decisionService"):
            self.elements[element.get("id") or name_of(element)] = element
        words = self.types.words() | {name_of(element) for element in self.elements.values()}
        for _, other in self.imported.values():
            words |= other.boxes.vocabulary.words
        self.boxes: Boxes = Boxes(self.types, words)
        self._compiled: dict[str, Box] = {}
        self._cyclic = self._find_cycles()
        for key in self.elements:
            self._box(key)

    @property
    def problems(self) -> list[Problem]:
        """Everything in the file that cannot be used."""
        return [*self.types.problems, *self.boxes.problems]

    def _import(self, element: Element, available: Mapping[str, Model]) -> None:
        namespace = element.get("namespace") or ""
        other = available.get(namespace)
        if other is None:
            if "/DMN/" in (element.get("importType") or ""):
                self.types.problems.append(
                    Problem(element="import", line=line_of(element), sentence=f"找不到导入的模型「{namespace}」")
                )
            return
        name = " ".join((element.get("name") or "").split())
        self.imported[namespace] = (name, other)
        for key, item in other.types.items.items():
            self.types.items[f"{name}.{key}" if name else key] = item

    # --- what requires what

    def _required(self, element: Element) -> list[tuple[Model, str, str]]:
        """Return (model, id, name here) of everything the element requires."""
        found = []
        for requirement in children(element, "informationRequirement", "knowledgeRequirement"):
            for target in children(requirement, *_REQUIREMENTS):
                place = self._target(target.get("href") or "")
                if place is None:
                    problem = Problem(
                        element=name_of(element), line=line_of(target), sentence=f"找不到「{target.get('href')}」"
                    )
                    if problem not in self.types.problems:
                        self.types.problems.append(problem)
                else:
                    model, key = place
                    found.append((model, key, name_of(model.elements[key])))
        return found

    def required(self, key: str) -> list[tuple[Model, str, str]]:
        """Return (model, id, name) of everything that the element of this id requires."""
        return self._required(self.elements[key])

    def _target(self, href: str) -> tuple[Model, str] | None:
        namespace, _, key = href.rpartition("#")
        if namespace and namespace != self.namespace:
            model = self.imported[namespace][1] if namespace in self.imported else None
            return (model, key) if model and key in model.elements else None
        return (self, key) if key in self.elements else None

    def _find_cycles(self) -> set[str]:
        """Return the ids of elements that require themselves, however far around."""
        state: dict[str, int] = {}
        cyclic: set[str] = set()
        for start in self.elements:
            stack = [(start, iter(self._own_requirements(start)))] if start not in state else []
            state.setdefault(start, 1)
            while stack:
                key, rest = stack[-1]
                following = next(rest, None)
                if following is None:
                    state[key] = 2
                    stack.pop()
                elif state.get(following) == 1:
                    cyclic.update(one for one, _ in stack)
                elif following not in state:
                    state[following] = 1
                    stack.append((following, iter(self._own_requirements(following))))
        for key in sorted(cyclic):
            element = self.elements[key]
            self.types.problems.append(Problem(element=key, line=line_of(element), sentence="决策绕了一圈又依赖自己"))
        return cyclic

    def _own_requirements(self, key: str) -> list[str]:
        return [other for model, other, _ in self._required(self.elements[key]) if model is self]

    # --- compiling

    def _names(self, element: Element) -> frozenset[str]:
        names = set()
        for model, key, name in self._required(element):
            names.add(name if model is self else self._prefix(model) or name)
            if local(element) == "decision" and local(model.elements[key]) == "decision":
                names.add(name)
        return frozenset(names)

    def _prefix(self, model: Model) -> str:
        return next((name for name, other in self.imported.values() if other is model), "")

    def _box(self, key: str) -> Box | None:
        element = self.elements[key]
        if key in self._compiled or local(element) not in {"decision", "businessKnowledgeModel"}:
            return self._compiled.get(key)
        names = self._names(element)
        variable = child(element, "variable")
        type_name = variable.get("typeRef") if variable is not None else None
        if local(element) == "decision":
            box = self.boxes.within(element, names)
            if box is not None:
                self._compiled[key] = self.boxes.typed(box, type_name)
        else:
            logic = child(element, "encapsulatedLogic")
            if logic is not None:
                own = names | {name_of(element)}
                self._compiled[key] = self.boxes.function(logic, own, type_name)
        return self._compiled.get(key)

    # --- evaluation

    def find(self, name: str, *kinds: str) -> str | None:
        """Return the id of the element of this id or name."""
        if name in self.elements:
            return name
        wanted = " ".join(name.split())
        for key, element in self.elements.items():
            if (not kinds or local(element) in kinds) and wanted in {name_of(element), element.get("name")}:
                return key
        return None

    def evaluate(self, key: str, given: Mapping[str, Any], session: Session) -> Value:
        """Return the value of a decision, input or service.

        Raises:
            TooMuch: it takes more work than one evaluation may.
        """
        return self._value(key, {name: to_feel(value) for name, value in given.items()}, session, {})

    def _value(self, key: str, given: Values, session: Session, known: dict[tuple[int, str], Value]) -> Value:
        place = (id(self), key)
        if place in known:
            return known[place]
        element = self.elements[key]
        kind = local(element)
        name = name_of(element)
        session.run.spend(1)
        if kind == "inputData":
            value = self._input(element, given, session)
        elif kind == "decision" and name in given:
            value = self._typed(given[name], element, session)
        elif kind == "decisionService":
            value = self._service(element, given, known)
        else:
            value = self._computed(key, element, given, session, known)
        known[place] = value
        return value

    def _computed(
        self, key: str, element: Element, given: Values, session: Session, known: dict[tuple[int, str], Value]
    ) -> Value:
        box = self._box(key)
        if box is None or key in self._cyclic:
            return None
        values: Values = {}
        for model, other, name in self._required(element):
            prefix = self._prefix(model) if model is not self else ""
            there = _given_there(given, prefix) if prefix else given
            value = model._value(other, there, session, known)  # noqa: SLF001 - a model of the same family
            if prefix:
                values[prefix] = {**values.get(prefix, {}), name: value}
            else:
                values[name] = value
        if local(element) == "businessKnowledgeModel":
            function = box(values, session)
            values[name_of(element)] = function
            return function
        return box(values, session)

    def _input(self, element: Element, given: Values, session: Session) -> Value:
        name = name_of(element)
        return self._typed(given.get(name, given.get(element.get("name") or "")), element, session)

    def _typed(self, value: Value, element: Element, session: Session) -> Value:
        variable = child(element, "variable")
        type_name = variable.get("typeRef") if variable is not None else None
        fitted = self.types.fit(value, type_name, session.run)
        if fitted is WRONG:
            session.run.note(f"「{name_of(element)}」不是声明的类型「{type_name}」")
            return None
        return fitted

    # --- services

    def _service(self, element: Element, outer: Values, _known: Mapping[Any, Value]) -> Function:
        """Return a decision service as a function of its inputs."""
        places = [
            self._target(one.get("href") or "")
            for kind in ("inputData", "inputDecision")
            for one in children(element, kind)
        ]
        inputs = [place for place in places if place is not None]
        names = tuple(name_of(model.elements[key]) for model, key in inputs)

        def call(run: Run, arguments: list[Value]) -> Value:
            if len(arguments) != len(names):
                return None
            given: Values = {}
            for (model, key), name, argument in zip(inputs, names, arguments, strict=True):
                given[name] = model._typed(argument, model.elements[key], Session(run=run))  # noqa: SLF001
                if given[name] is None and argument is not None:
                    return None
            return self.serve(element, given, Session(run=run))

        return Function(names, call, name=name_of(element))

    def serve(self, element: Element, given: Values, session: Session) -> Value:
        """Return what a decision service gives for these inputs; those that are missing are null."""
        full = dict(given)
        for kind in ("inputData", "inputDecision"):
            for one in children(element, kind):
                place = self._target(one.get("href") or "")
                if place is not None:
                    full.setdefault(name_of(place[0].elements[place[1]]), None)
        results: Values = {}
        known: dict[tuple[int, str], Value] = {}
        for one in children(element, "outputDecision"):
            place = self._target(one.get("href") or "")
            if place is not None:
                model, key = place
                results[name_of(model.elements[key])] = model._value(key, full, session, known)  # noqa: SLF001
        value = next(iter(results.values()), None) if len(results) == 1 else results
        return self._typed(value, element, session)


def _given_there(given: Values, prefix: str) -> Values:
    """Return what is given to an imported model: ``prefix.name`` and the members of ``prefix`` are its own names."""
    own = {name.removeprefix(prefix + "."): value for name, value in given.items() if name.startswith(prefix + ".")}
    inner = given.get(prefix)
    return {**given, **own, **(inner if isinstance(inner, dict) else {})}


__all__ = ["DecisionError", "Model"]

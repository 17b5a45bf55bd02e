"""The FEEL texts of a release, with what each may name and what is wrong with it as a text. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

from engine import feel
from engine.bpmn.formfiles import expressions
from engine.bpmn.lint.rule import Remark
from engine.bpmn.memory import OURS
from engine.bpmn.model import ProcedureModel
from engine.bpmn.parts import Parts
from engine.bpmn.properties import ISO_DURATION
from engine.feel.checks import called
from engine.feel.nodes import Node as Part

#: What every expression of a diagram may name beside parameters and fields.
AMBIENT = OURS
#: What expressions may name at one place or another.
SOMEWHERE = AMBIENT | {"opened", "unit"}
#: Contexts that know the tasks of the diagram by their element.
_BY_ELEMENT = frozenset({"completed", "rounds", "open"})
_WORDS = re.compile(r"[^\W\d]\w*")
#: Other tools have names of several words.
_PHRASES = re.compile(r"[^\W\d]\w*(?: \w+)+")
#: Places whose FEEL says whether something happens.
_CONDITIONS = frozenset({"condition", "notify", "documents", "merges", "register", "tells"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """One text at its place. ``model`` is the key of its diagram; "" for a text of a form."""

    file: str
    element: str
    line: int
    place: str
    text: str
    names: frozenset[str]
    model: str = ""

    @property
    def said(self) -> str:
        """How a message begins that speaks of the text."""
        return f"{self.place} 里的“{self.text}”：" if self.place else f"“{self.text}”："

    @property
    def decides(self) -> bool:
        """Whether something happens or not by it."""
        return self.place in _CONDITIONS

    def remark(self, kind: str, message: str, severity: str = "") -> Remark:
        """Return a remark at the place of the text."""
        return Remark(
            kind=kind,
            message=self.said + message,
            file=self.file,
            element=self.element,
            line=self.line,
            severity=severity,
        )

    def read(self) -> Part | None:
        """Return the parsed text; names that nobody gives are said elsewhere, and read as names here."""
        for more in ((), _WORDS.findall(self.text)):
            try:
                return feel.compile(self.text, self.names | frozenset(more)).node
            except feel.FeelError:
                continue
        return None


@lru_cache(maxsize=4)
def of_diagrams(parts: Parts) -> tuple[Text, ...]:
    """Return the texts of all diagrams, but for durations that are written out."""
    return tuple(text for model in parts.models.values() for text in _of_diagram(parts, model))


def _of_diagram(parts: Parts, model: ProcedureModel) -> Iterator[Text]:
    names = parts.process_names(model) | AMBIENT | frozenset(parts.parameters)
    for one in model.expressions:
        if one.place == "timer" and ISO_DURATION.match(one.text):
            continue
        more = {"opened"} if one.knows_opened else {"unit"} if one.place == "sets" else set()
        yield Text(
            file=model.file,
            element=one.element,
            line=one.line,
            place=one.place,
            text=one.text,
            names=names | more,
            model=model.key,
        )


def unreadable(model: ProcedureModel) -> Iterator[Remark]:
    """Yield what is no FEEL whatever the names: all that can be said of the texts of a diagram that is refused."""
    for one in model.expressions:
        if one.place == "timer" and ISO_DURATION.match(one.text):
            continue
        text = Text(file=model.file, element=one.element, line=one.line, place=one.place, text=one.text, names=AMBIENT)
        words = text.names | frozenset(_WORDS.findall(one.text))
        try:
            feel.compile(text.text, words)
        except feel.FeelError as error:
            if not _compiles(text.text, words | frozenset(_PHRASES.findall(one.text))):
                yield text.remark("feel", error.sentence)


def _compiles(text: str, names: frozenset[str]) -> bool:
    try:
        feel.compile(text, names)
    except feel.FeelError:
        return False
    return True


@lru_cache(maxsize=4)
def of_forms(parts: Parts) -> tuple[Text, ...]:
    """Return the texts of all forms."""
    return tuple(
        Text(
            file=form.file,
            element=key,
            line=form.line_of(text),
            place="",
            text=text,
            names=frozenset({*form.schema["properties"], *parts.parameters, "case", "now"}),
        )
        for form in parts.forms.values()
        for key, text in expressions(form.schema)
    )


@lru_cache(maxsize=4)
def remarks(parts: Parts) -> tuple[Remark, ...]:
    """Return what is wrong with the texts: ``feel`` for none at all, ``name`` and ``fact`` for what nobody gives."""
    facts = parts.facts()
    tasks = {model.key: frozenset(model.tasks) for model in parts.models.values()}
    return tuple(
        one.remark(kind, message)
        for one in (*of_diagrams(parts), *of_forms(parts))
        for kind, message in _problems(one, tasks.get(one.model, frozenset()), facts)
    )


def _problems(one: Text, tasks: Collection[str], facts: Collection[str]) -> Iterator[tuple[str, str]]:
    try:
        compiled = feel.compile(one.text, one.names)
    except feel.FeelError as error:
        yield "name" if _would_do(one) else "feel", error.sentence
        return
    for path in sorted(compiled.paths):
        head, _, rest = path.partition(".")
        key = rest.partition(".")[0]
        if key and head in _BY_ELEMENT and head in one.names and key not in tasks:
            yield "name", f"本过程没有任务“{key}”"
        if key and head == "case" and facts and key not in facts:
            yield "fact", f"没有表单会给出个案事实“{key}”，它总是空的"


def _would_do(one: Text) -> bool:
    """Return whether nothing but the name of a value is wrong with a text; a function is no value."""
    words = frozenset(_WORDS.findall(one.text)) - one.names
    try:
        compiled = feel.compile(one.text, one.names | words)
    except feel.FeelError:
        return False
    return not words & called(compiled.node) & compiled.names

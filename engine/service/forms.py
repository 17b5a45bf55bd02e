"""A form: what is asked, what may be seen of it, and whether the answers will do. Reads and writes nothing.

Answers are JSON values, as they are kept. FEEL sees dates, instants and numbers as such.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from engine import feel
from engine.bpmn.formfiles import kind_of
from engine.core.errors import Invalid
from engine.service.answers import Rejected, accepted, missing_sentence

ZONE = ZoneInfo("Asia/Shanghai")
#: Names that every expression of a form may use beside its fields and the parameters.
AMBIENT = frozenset({"case", "now"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """One choice: what is kept, and what is shown."""

    value: str
    label: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One thing that a form asks; a column of a table is a field too."""

    key: str
    title: str
    kind: str
    required: bool = False
    options: tuple[Option, ...] = ()
    hint: str = ""
    refs: tuple[str, ...] = ()
    columns: tuple[Field, ...] = ()
    decides: bool = False
    auto: bool = False
    masked: tuple[str, ...] = ()
    sensitive: bool = False
    rows: int = 1
    visible_when: str | None = None
    required_when: str | None = None
    prefill: str | None = None
    schema: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def label_of(self, value: str) -> str:
        """Return what is shown for a choice; the value itself where it is none of them."""
        return next((option.label for option in self.options if option.value == value), value)


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """What one task asks. ``names`` are those that its expressions may use."""

    code: str
    title: str
    fields: tuple[Field, ...]
    musts: tuple[tuple[str, str, str], ...] = ()
    names: frozenset[str] = AMBIENT

    def field(self, key: str) -> Field:
        """Return the field of this key.

        Raises:
            KeyError: the form has no such field.
        """
        return next_or_key_error(self.fields, key)

    def visible(self, values: Mapping[str, Any], context: Mapping[str, Any]) -> set[str]:
        """Return the keys of the fields that are asked, given these answers.

        An answer to a field that is not asked counts as not given, so one hidden field
        can hide another.
        """
        shown = {one.key for one in self.fields}
        while True:
            seen = self._context({key: values.get(key) for key in shown}, context)
            now_shown = {f.key for f in self.fields if f.key in shown and self._asks(f, seen)}
            if now_shown == shown:
                return shown
            shown = now_shown

    def required(self, values: Mapping[str, Any], context: Mapping[str, Any]) -> set[str]:
        """Return the keys of the fields that must be answered, given these answers."""
        shown = self.visible(values, context)
        seen = self._context({key: values.get(key) for key in shown}, context)
        return {f.key for f in self.fields if f.key in shown and not f.auto and self._needs(f, seen)}

    def check(self, values: Mapping[str, Any], context: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """Return the answers that are kept: only fields that are asked, only those given.

        Raises:
            Invalid: by field, each with a sentence that names it as the page does.
        """
        context = {"now": now, **context}
        problems = {key: f"表单没有“{key}”这一项" for key in values if key not in self._keys}
        given = {k: v for k, v in values.items() if k in self._keys and not self._empty(k, v)}
        shown = self.visible(given, context)
        cleaned: dict[str, Any] = {}
        for one in self.fields:
            if one.key not in shown or one.auto or one.key not in given:
                continue
            try:
                cleaned[one.key] = accepted(one, given[one.key])
            except Rejected as rejected:
                problems[one.key] = str(rejected)
        for key in self.required(given, context) - set(given):
            problems[key] = missing_sentence(self.field(key))
        if not problems:
            problems = self._broken_rules(cleaned, shown, context)
        if problems:
            raise Invalid(self._in_order(problems))
        return cleaned

    def decisive(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the process data that the answers give; None for what was not given."""
        return {f.key: to_feel(f, values.get(f.key)) for f in self.fields if f.decides}

    def prefilled(self, context: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the form holds at first, of the facts that the case knows."""
        found = {f.key: self._evaluate(f.prefill, self._context({}, context)) for f in self.fields if f.prefill}
        return {key: to_answer(self.field(key), value) for key, value in found.items() if value is not None}

    @property
    def _keys(self) -> set[str]:
        return {one.key for one in self.fields}

    def _empty(self, key: str, value: Any) -> bool:
        # An empty table is an answer: nothing to list. Nothing chosen or attached is none.
        if isinstance(value, list) and not value:
            return self.field(key).kind != "table"
        return value is None or (isinstance(value, str) and not value.strip())

    def _context(self, values: Mapping[str, Any], context: Mapping[str, Any]) -> dict[str, Any]:
        answers = {one.key: to_feel(one, values.get(one.key)) for one in self.fields}
        return {**context, **answers}

    def _asks(self, one: Field, seen: Mapping[str, Any]) -> bool:
        return one.visible_when is None or self._evaluate(one.visible_when, seen) is True

    def _needs(self, one: Field, seen: Mapping[str, Any]) -> bool:
        if one.required:
            return True
        return one.required_when is not None and self._evaluate(one.required_when, seen) is True

    def _broken_rules(
        self, cleaned: Mapping[str, Any], shown: Collection[str], context: Mapping[str, Any]
    ) -> dict[str, str]:
        seen = self._context(cleaned, context)
        broken: dict[str, str] = {}
        for when, key, message in self.musts:
            # A rule about a field that is not asked cannot be mended, so it does not hold.
            if (not key or key in shown) and self._evaluate(when, seen) is False:
                broken.setdefault(key, message)
        return broken

    def _evaluate(self, text: str | None, seen: Mapping[str, Any]) -> Any:
        return feel.compile(text or "null", self.names).evaluate(seen)

    def _in_order(self, problems: Mapping[str, str]) -> dict[str, str]:
        order = [one.key for one in self.fields]
        place = {key: order.index(key) if key in order else len(order) for key in problems}
        return {key: problems[key] for key in sorted(problems, key=lambda key: place[key])}


def form_of(code: str, schema: Mapping[str, Any], names: Collection[str] = ()) -> Form:
    """Build the form of a merged schema, as a release holds it; ``names`` are the parameters."""
    required = frozenset(schema.get("required", ()))
    fields = tuple(_field(k, p, required=k in required) for k, p in schema["properties"].items())
    musts = tuple((m["when"], m["field"], m["message"]) for m in schema.get("x-must", ()))
    title = str(schema.get("title", code))
    known = AMBIENT.union(names, schema["properties"])
    return Form(code=code, title=title, fields=fields, musts=musts, names=known)


def neutral(one: Field, *, now: datetime, unit_key: str, area_key: str | None, attachment_id: Any) -> Any:
    """Return the answer of a field that does not matter, for the player of scenarios."""
    first = [option.value for option in one.options[:1]]
    plain: dict[str, Callable[[], Any]] = {
        "bool": lambda: False,
        "int": lambda: int(one.schema.get("minimum", 0)),
        "number": lambda: one.schema.get("minimum", 0),
        "enum": lambda: first[0],
        "multi": lambda: first,
        "table": list,
        "ref": lambda: unit_key,
        "area": lambda: area_key or "—",
        "date": lambda: now.astimezone(ZONE).date().isoformat(),
        "datetime": lambda: now.astimezone(ZONE).isoformat(timespec="seconds"),
        "file": lambda: [attachment_id],
    }
    return plain.get(one.kind, lambda: "—")()


def to_feel(one: Field, value: Any) -> Any:
    """Return an answer as FEEL sees it; None for one that does not fit its field."""
    read = _READ.get(one.kind)
    if value is None or read is None:
        return value
    try:
        return read(one, value)
    except (TypeError, ValueError, AttributeError, InvalidOperation):
        return None


def to_answer(one: Field, value: Any) -> Any:
    """Return a value of FEEL as an answer; the inverse of :func:`to_feel`."""
    if isinstance(value, datetime):
        local = value.astimezone(ZONE)
        return local.date().isoformat() if one.kind == "date" else local.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if one.kind == "int" else float(value)
    return value


def next_or_key_error(fields: tuple[Field, ...], key: str) -> Field:
    """Return the field of a key, or raise KeyError."""
    for one in fields:
        if one.key == key:
            return one
    raise KeyError(key)


def _rows_to_feel(one: Field, rows: Any) -> list[dict[str, Any]]:
    return [{column.key: to_feel(column, row.get(column.key)) for column in one.columns} for row in rows]


def _number_to_feel(one: Field, value: Any) -> Decimal | None:
    return None if isinstance(value, bool) else Decimal(str(value))


_READ: Mapping[str, Callable[[Field, Any], Any]] = {
    "date": lambda _, value: date.fromisoformat(value),
    "datetime": lambda _, value: datetime.fromisoformat(value),
    "int": _number_to_feel,
    "number": _number_to_feel,
    "table": _rows_to_feel,
}


def _field(key: str, prop: Mapping[str, Any], *, required: bool) -> Field:
    ui = prop.get("x-ui", {})
    kind = kind_of(prop)
    items = prop.get("items", {})
    values = prop.get("enum", ()) if kind == "enum" else items.get("enum", ()) if kind == "multi" else ()
    labels = ui.get("labels", {})
    needed = frozenset(items.get("required", ())) if kind == "table" else frozenset()
    columns = items.get("properties", {}) if kind == "table" else {}
    return Field(
        key=key,
        title=prop.get("title", key),
        kind=kind,
        required=required,
        options=tuple(Option(value=value, label=labels.get(value, value)) for value in values),
        hint=ui.get("hint", ""),
        refs=tuple(ui.get("refs", ())),
        columns=tuple(_field(name, column, required=name in needed) for name, column in columns.items()),
        decides=prop.get("x-decides") is True,
        auto=prop.get("x-auto", False) is not False,
        masked=tuple(prop.get("x-masked", ())),
        sensitive=prop.get("x-sensitive") is True,
        rows=int(ui.get("rows", 1)),
        visible_when=prop.get("x-visible-when"),
        required_when=prop.get("x-required-when"),
        prefill=prop.get("x-prefill"),
        schema=prop,
    )

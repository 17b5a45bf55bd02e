"""One page of fields: what is typed, what is wrong, what is shown; and the buttons within a form."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.core.errors import Invalid, ShouhuError
from web.forms.typed import FieldLike, Given, Resolve, Unreadable, name, read, rows, spread

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
ORDINALS = "一二三四五六七八九十"
#: What of a shared block is asked at once; the rest is folded until something is in it.
AT_ONCE = frozenset(
    {"child_name", "sex", "birth_date", "birth_estimated", "residence", "father_name", "mother_name", "phone"}
)
#: Who reports is asked after what happened.
LAST = ("reporter_type", "reporter_name", "reporter_phone")


@dataclass(frozen=True, kw_only=True, slots=True)
class Lookup:
    """Finds areas and units by text: key, name and a line of explanation each."""

    find: Callable[[FieldLike, str], list[tuple[str, str, str]]]
    words: Callable[[FieldLike, str], str]

    def resolve(self, field: FieldLike, text: str) -> str:
        """Return the key that a typed text means; a unit may also be plain text."""
        found = self.find(field, text)
        same = [one for one in found if one[1] == text or one[0] == text]
        fits = same if len(same) == 1 else found
        if len(fits) == 1:
            return fits[0][0]
        if field.kind == "ref":
            return text
        raise Unreadable("请点“查找”选定" if found else "没有查到这个地点，请点“查找”另选")


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """A part of a page of fields; ``rest`` is folded unless something is in it."""

    title: str
    first: list[Any]
    rest: list[Any]
    unfolded: bool = False


@dataclass(kw_only=True, slots=True)
class FormPage:
    """A form as it stands on the page."""

    form: Any
    context: Mapping[str, Any]
    lookup: Lookup
    given: Given
    problems: dict[str, str] = field(default_factory=dict)
    #: titles of the parts of a long form with the keys that belong to each; the form's own fields stand first
    parts: tuple[tuple[str, frozenset[str]], ...] = ()
    at_once: frozenset[str] = AT_ONCE
    last: tuple[str, ...] = LAST

    @classmethod
    def of_values(cls, form: Any, context: Mapping[str, Any], lookup: Lookup, values: Mapping[str, Any]) -> FormPage:
        """Open a form that holds these values."""
        return cls(form=form, context=context, lookup=lookup, given=spread(form.fields, values, lookup.words))

    def sections(self) -> list[Section]:
        """Return the fields in the order of the page: the form's own, then each part under its title."""
        elsewhere = {key for _, keys in self.parts for key in keys}
        own = [one for one in self.form.fields if one.key not in elsewhere]
        own.sort(key=lambda one: one.key in self.last)
        parts = [(title, [one for one in self.form.fields if one.key in keys]) for title, keys in self.parts]
        return [Section(title="", first=own, rest=[]), *(self._part(title, fields) for title, fields in parts)]

    def _part(self, title: str, fields: list[Any]) -> Section:
        """Fold what a part asks beside the essential; not where one of these must be answered."""
        required = self.required()
        first = [one for one in fields if one.key in self.at_once or one.key in required]
        rest = [one for one in fields if one not in first]
        if not first:
            return Section(title=title, first=rest, rest=[])
        unfolded = any(one.key in self.problems or self._filled(one.key) for one in rest)
        return Section(title=title, first=first, rest=rest, unfolded=unfolded)

    def _filled(self, key: str) -> bool:
        at = name(key)
        return any(self.given.get(one) for one in (at, f"{at}.text", f"{at}.id"))

    def answers(self) -> dict[str, Any]:
        """Read the answers of the fields that are shown; what cannot be read becomes a problem of its field."""
        everything, problems = self.read()
        shown = self.form.visible(everything, self.context)
        self.problems = {key: problem for key, problem in problems.items() if key in shown}
        return {key: value for key, value in everything.items() if key in shown}

    def read(self) -> tuple[dict[str, Any], dict[str, str]]:
        """Return all answers as typed, shown or not, and what cannot be read."""
        resolve: Resolve = self.lookup.resolve
        return read(self.form.fields, self.given, resolve)

    def shown(self) -> frozenset[str]:
        """Return the keys of the fields to show for what is typed now."""
        return frozenset(self.form.visible(self.read()[0], self.context))

    def required(self) -> frozenset[str]:
        """Return the keys that must be answered for what is typed now."""
        return frozenset(self.form.required(self.read()[0], self.context))

    def asked(self) -> frozenset[str]:
        """Return the keys of the fields on which other fields depend."""
        texts = [text for one in self.form.fields for text in (one.visible_when, one.required_when) if text]
        named = set(NAME.findall(" ".join(texts)))
        return frozenset(one.key for one in self.form.fields if one.key in named)

    def faults(self, answers: Mapping[str, Any], now: datetime) -> dict[str, str]:
        """Return everything that is wrong with the answers, what cannot be read included."""
        try:
            self.form.check(answers, self.context, now)
        except Invalid as invalid:
            return invalid.problems | self.problems
        return dict(self.problems)

    def take(self, error: ShouhuError) -> None:
        """Take over what the verb says is wrong with the fields."""
        if isinstance(error, Invalid):
            self.problems |= error.problems

    def press(self, button: str) -> None:
        """Do what a button within the form says: add or remove a row or a file, take what was looked up."""
        verb, _, rest = button.partition(":")
        key, _, more = rest.partition(":")
        at = name(key)
        if verb == "add":
            self.given[f"{at}.rows"] = str(max(rows(self.given, at), 1) + 1)
        elif verb == "drop" and more.isdecimal():
            _drop_row(self.given, at, int(more))
        elif verb == "unfile":
            _drop_file(self.given, at, more)
        elif verb == "pick":
            self.given[at] = more
            wanted = next((one for one in self.form.fields if one.key == key), None)
            words = self.lookup.words(wanted, more) if wanted is not None else more
            self.given[f"{at}.text"] = self.given[f"{at}.was"] = words

    def rows(self, at: str) -> int:
        """Return how many rows the table of this name shows, one at least."""
        return max(rows(self.given, at), 1)

    def texts(self) -> list[tuple[str, str]]:
        """Return every typed text by name, for a page that carries them along."""
        return [(key, text) for key, text in self.given.items(multi=True) if key.startswith("f.")]

    def links(self) -> list[tuple[str, str]]:
        """Return the problems as links to their fields, in the order of the form."""
        order = [one.key for section in self.sections() for one in (*section.first, *section.rest)]
        ranked = sorted(self.problems, key=lambda key: order.index(key) if key in order else len(order))
        return [(f"#f-{key}" if key else "#form", self.problems[key]) for key in ranked]


def _drop_row(given: Given, at: str, gone: int) -> None:
    count = rows(given, at)
    if not 0 <= gone < count:
        return
    for index in range(gone, count):
        for key in [key for key in given if key.startswith(f"{at}.{index}.")]:
            given.poplist(key)
        following = f"{at}.{index + 1}."
        for key in [key for key in given if key.startswith(following)]:
            given.setlist(f"{at}.{index}.{key.removeprefix(following)}", given.getlist(key))
    given[f"{at}.rows"] = str(count - 1)


def _drop_file(given: Given, at: str, gone: str) -> None:
    pairs = list(zip(given.getlist(f"{at}.id"), given.getlist(f"{at}.name"), strict=False))
    left = [(one, label) for one, label in pairs if one != gone]
    given.setlist(f"{at}.id", [one for one, _ in left])
    given.setlist(f"{at}.name", [label for _, label in left])


def ordinal(index: int) -> str:
    """Return 第一行, 第二行 … for the accessible name of a table's cell."""
    return f"第{ORDINALS[index] if index < len(ORDINALS) else index + 1}行"

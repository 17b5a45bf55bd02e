"""Fills every field of a form that is asked, with words that are found again wherever they went."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.core.errors import Invalid
from engine.service.forms import Field, Form
from tests.security.conftest import Land

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\n%%EOF\n"
AT, DAY = "2018-03-12T11:30:00+08:00", "2018-03-12"
#: How often a form may say that an answer will not do.
MOST_TRIES = 12


@dataclass
class Canaries:
    """Gives out words that stand nowhere else."""

    given: list[str] = field(default_factory=list)

    def word(self) -> str:
        self.given.append(f"金丝雀{len(self.given):04d}号")
        return self.given[-1]


@dataclass
class Filler:
    """Does tasks of a case for whoever has them; ``fixed`` answers go before invented ones."""

    land: Land
    canaries: Canaries
    fixed: Mapping[str, Any]

    def complete(self, login: str, code: str, **fixed: Any) -> None:
        """Fill in everything that the newest item of the task asks, and hand it in."""
        item = self.land.item(login, code)
        view = self.land.services.inbox.item(self.land.person(login), item.id)
        keys = {one.key for one in view.form.fields}
        answers = {key: value for key, value in {**self.fixed, **fixed}.items() if key in keys}
        for _ in range(MOST_TRIES):
            self._fill(login, item.id, view.form, view.context, answers)
            try:
                self.land.services.casework.complete(self.land.person(login), item.id, answers, view.version)
            except Invalid as invalid:
                for key in invalid.problems:
                    answers.pop(key, None)
            else:
                return
        raise AssertionError(f"{code} cannot be filled in")

    def _fill(self, login: str, item_id: int, form: Form, context: Mapping[str, Any], answers: dict[str, Any]) -> None:
        for one in form.fields:
            shown = form.visible(answers, context)
            if one.key in shown and one.key not in answers and not one.auto:
                answers[one.key] = self._answer(login, item_id, one)
        for key in set(answers) - form.visible(answers, context):
            del answers[key]

    def _answer(self, login: str, item_id: int, one: Field) -> Any:
        options = [option.value for option in one.options[:1]]
        plain = {
            "bool": False,
            "int": int(one.schema.get("minimum", 0)),
            "number": one.schema.get("minimum", 0),
            "date": DAY,
            "datetime": AT,
            "enum": options[0] if options else None,
            "multi": options,
            "area": "fh.溪口镇.上坪村",
        }
        if one.kind in plain:
            return plain[one.kind]
        if one.kind == "table":
            return [{column.key: self._answer(login, item_id, column) for column in one.columns}]
        if one.kind == "file":
            name = f"{self.canaries.word()}.pdf"
            person = self.land.person(login)
            return [self.land.services.files.attach(person, item_id, one.key, name, "x", io.BytesIO(PDF))]
        return self.canaries.word()

"""Blind indexes of a child's file: what it can be found by without being opened."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from pypinyin import Style, pinyin

from engine.adapters.vault import Vault
from engine.core import idcards, names
from engine.core.model import system
from engine.service.unit import Database, Unit
from engine.store import children as rows
from engine.store import tables

#: Which set of indexes this is; a file with a smaller number is indexed anew.
SET = 1
NAME, INITIALS, BIRTH, SCHOOL, STUDENT, ID = "name", "initials", "birth", "school", "student", "id_no"
#: How many files one run of the worker indexes.
BATCH = 500
#: A name, or initials, together with the birthday.
NAME_BIRTH, INITIALS_BIRTH = "name_birth", "initials_birth"


def digest(vault: Vault, kind: str, text: str) -> bytes:
    """Return the index of a text of one kind; an ID number keeps the index that it always had."""
    if kind == ID:
        return vault.blind_index(text)
    plain = names.plain(text) if kind in {NAME, INITIALS} else idcards.plain(text)
    return vault.blind_index(f"{kind}:{plain}")


def digests(vault: Vault, fields: Mapping[str, Any]) -> frozenset[tuple[str, bytes]]:
    """Return every (kind, index) of a file beside that of its ID number."""
    name, born = str(fields.get("child_name") or ""), fields.get("birth_date")
    letters = initials_of(name)
    said = {
        NAME: [name],
        INITIALS: letters,
        NAME_BIRTH: [pair(names.plain(name), born)] if name and born else [],
        INITIALS_BIRTH: [pair(one, born) for one in letters if born],
        BIRTH: [born],
        SCHOOL: [fields.get("school")],
        STUDENT: [fields.get("student_no")],
    }
    return frozenset((kind, digest(vault, kind, str(text))) for kind, texts in said.items() for text in texts if text)


def pair(name: str, born: Any) -> str:
    """Return a plain name, or initials, with a birthday as one text."""
    return f"{name} {born}"


def initials_of(name: str) -> tuple[str, ...]:
    """Return the plausible pinyin initials of a name; a sign with several readings gives several."""
    plain = names.plain(name)
    return names.initials(plain, {sign: _letters(sign) for sign in plain}) if plain else ()


@lru_cache(maxsize=8192)
def _letters(sign: str) -> tuple[str, ...]:
    read = pinyin(sign, style=Style.FIRST_LETTER, heteronym=True, errors="default")
    return tuple(dict.fromkeys(str(one)[:1].casefold() for one in read[0] if one))


def keep(unit: Unit, child_id: int, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Let the indexes follow a change of the file; written with the rest of the unit."""
    old, new = digests(unit.vault, before), digests(unit.vault, after)
    unit.pending.drop(tables.child_index, [_row(child_id, one) for one in sorted(old - new)])
    unit.pending.add(tables.child_index, [_row(child_id, one) for one in sorted(new - old)])


def _row(child_id: int, one: tuple[str, bytes]) -> dict[str, Any]:
    return {"kind": one[0], "digest": one[1], "child_id": child_id}


def catch_up(database: Database) -> int:
    """Index files that an older release opened, a bounded number at a time; return how many."""
    with database.unit(system("engine")) as unit:
        found = rows.unindexed(unit.connection, BATCH)
        for row in found:
            fields = unit.vault.open_record(bytes(row.sealed), row.key_id, context="child.sealed")
            keep(unit, row.id, {}, fields)
            unit.pending.change(tables.child, row.id, indexed=SET)
    return len(found)

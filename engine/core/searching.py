"""What a text that somebody searches with can be: a number, a day, a name. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from engine.core import idcards

CODE, CASE, RECEIPT, ID, STUDENT, BIRTH, NAME, INITIALS, SCHOOL = (
    *("code", "case", "receipt", "id_no", "student", "birth", "name", "initials", "school"),
)
#: Whoever asks with these means one child, and may be told that it has a file, though not what is in it.
EXACT = frozenset({ID, STUDENT})

_CODE = re.compile(r"儿-?(\d{1,12})")
_CASE = re.compile(r"[A-Z]{2,8}-\d{4}-\d{1,8}")
_RECEIPT = re.compile(r"[0-9A-F]{32}")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_BARE_DAY = re.compile(r"(19|20)\d{6}")
_CARD = re.compile(r"(?=.*\d)[0-9A-Z]{7,30}")
_INITIALS = re.compile(r"[A-Z]{2,8}")
#: A name of two signs as it stands in lists, drawn apart to the width of three.
_APART = re.compile(r"(?<!\S)([\u4e00-\u9fff])\s+([\u4e00-\u9fff])(?!\S)")
_SCHOOLS = ("学校", "小学", "中学", "校", "园", "学院")
MOST_TERMS, MOST_LENGTH = 5, 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """One thing that is asked for; ``kinds`` are what it may be, any of which will do."""

    text: str
    kinds: tuple[str, ...]


def terms(text: str) -> tuple[Term, ...]:
    """Return what a text asks for, all of it together; a receipt may be written in groups of four."""
    plain = unicodedata.normalize("NFKC", text).strip().upper()
    joined = "".join(plain.split())
    if _RECEIPT.fullmatch(joined):
        return (Term(text=joined.lower(), kinds=(RECEIPT,)),)
    return tuple(_term(one[:MOST_LENGTH]) for one in _APART.sub(r"\1\2", plain).split()[:MOST_TERMS])


def is_exact(asked: tuple[Term, ...]) -> bool:
    """Say whether this means one child: its number, or its name with its day of birth."""
    kinds = {kind for one in asked for kind in one.kinds}
    return bool(kinds & EXACT) or {NAME, BIRTH} <= kinds


def _term(text: str) -> Term:
    if found := _CODE.fullmatch(text):
        return Term(text=f"儿-{int(found[1]):05d}", kinds=(CODE,))
    if _CASE.fullmatch(text):
        return Term(text=text, kinds=(CASE,))
    if day := _day(text):
        return Term(text=day.isoformat(), kinds=(BIRTH,))
    if _CARD.fullmatch(text):
        return Term(text=idcards.plain(text), kinds=(ID, STUDENT))
    if _INITIALS.fullmatch(text):
        return Term(text=text.lower(), kinds=(INITIALS,))
    return Term(text=text, kinds=(SCHOOL,) if text.endswith(_SCHOOLS) else (NAME,))


def _day(text: str) -> date | None:
    found = _DAY.fullmatch(text)
    parts = found.groups() if found else (text[:4], text[4:6], text[6:]) if _BARE_DAY.fullmatch(text) else None
    try:
        return date(*(int(one) for one in parts)) if parts else None
    except ValueError:
        return None

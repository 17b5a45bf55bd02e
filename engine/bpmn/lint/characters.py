"""Recognises letters that look like others, and signs that nobody sees. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

#: Texts of these signs alone, which nearly all are, have nothing to be looked for.
_PLAIN = re.compile(r"[\n\r\t -~\u2014\u2018-\u201d\u2026\u3000-\u3020\u4e00-\u9fa5\uff01-\uff20]*")
_WORD = re.compile(r"[^\W\d_]+")
#: Latin letters beyond these are phonetic and mathematical ones that look like plain ones.
_LAST_LATIN = "\u024f"
#: Alphabets with letters that nobody can tell from Latin ones.
_ALIKE = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU", "MATHEMATICAL"})
#: The Greek letters among them; others stand beside Latin ones in units and formulas.
_GREEK_ALIKE = frozenset("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧορνκι")
#: Signs that no text of an office needs: pictures of faces and things, and what changes the sign before.
_PICTURES = ((0x1F000, 0x1FAFF), (0xFE00, 0xFE0F), (0xE0000, 0xE01EF))


def unseen(text: str) -> list[str]:
    """Return the signs of a text that are not seen, turn the text around, or are in no font; line breaks are fine."""
    return _once(char for char in _doubtful(text) if _is_unseen(char))


def pictures(text: str) -> list[str]:
    """Return the emoji of a text."""
    return _once(char for char in _doubtful(text) if any(first <= ord(char) <= last for first, last in _PICTURES))


def foreign_letters(text: str) -> list[str]:
    """Return the letters that are neither plain Latin nor Chinese ones."""
    return _once(char for char in _doubtful(text) if char.isalpha() and not _is_home(char))


def mixed_words(text: str) -> list[str]:
    """Return the words in which Latin letters stand beside letters of another alphabet that look like them."""
    return _once(word for word in _WORD.findall(_doubtful(text)) if len({*map(_alphabet, word)} & _ALIKE) > 1)


def is_folded(text: str) -> bool:
    """Whether another spelling of the same signs is the usual one: full-width letters, ligatures, loose accents."""
    return unicodedata.normalize("NFKC", text) != text


def shown(chars: Iterable[str]) -> str:
    """Return how to speak of signs that nobody sees or can tell apart."""
    return "、".join(f"{char if char.isalnum() else ''}（U+{ord(char):04X}）" for char in list(chars)[:3])


def _doubtful(text: str) -> str:
    return "" if _PLAIN.fullmatch(text) else text


def _is_unseen(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} and char not in "\n\r\t"


def _is_home(char: str) -> bool:
    script = _script(char)
    return script in {"CJK", "IDEOGRAPHIC"} or (script == "LATIN" and char <= _LAST_LATIN)


def _alphabet(char: str) -> str:
    script = _script(char)
    return "" if script == "GREEK" and char not in _GREEK_ALIKE else script


def _script(char: str) -> str:
    return unicodedata.name(char, "").partition(" ")[0]


def _once(found: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(found))

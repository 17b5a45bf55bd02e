"""The journal's canonical bytes and its chain; pure, and enough to verify an export without a database.

Form 1 of an entry is one JSON array in UTF-8 without spaces::

    ["shouhu-journal-1", case, seq, kind, happened, recorded, person, unit, role, on_behalf_of, body]

Instants are UTC with microseconds and ``Z``, absent values are ``null``, and ``body`` is the very
text that is stored, so that verifying never depends on how JSON is read back. An entry's hash is
SHA-256 over the hash before it (32 bytes, zero for the first) followed by these bytes.
The case and the number are part of the bytes: an entry fits in one place only.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

FORM = "shouhu-journal-1"

#: What stands before the first entry of a case.
GENESIS = bytes(32)

_UNWRITABLE = "Expected a journal value to be a text, whole number, boolean, date or a list of these, but got {0}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One entry of a case's journal; ``body`` is JSON as :func:`body_text` writes it."""

    case_id: int
    seq: int
    kind: str
    happened_at: datetime
    recorded_at: datetime
    person_id: int | None
    unit_id: int | None
    role: str | None
    on_behalf_of: str | None
    body: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Stored:
    """An entry as it is kept, with the two hashes that tie it to its place."""

    entry: Entry
    prev: bytes
    hash: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Break:
    """Where a chain first fails; ``seq`` is 0 where the head of the case does not fit."""

    case_id: int
    seq: int
    reason: str


def body_text(body: Mapping[str, object]) -> str:
    """Return a body as the canonical text that is stored and hashed.

    Raises:
        TypeError: a value has no one way to be written (a float, bytes, an object).
    """
    return _dump({str(key): _plain(value) for key, value in body.items()})


def canonical(entry: Entry) -> bytes:
    """Return the bytes of an entry that its hash covers."""
    return _dump(
        [
            FORM,
            entry.case_id,
            entry.seq,
            entry.kind,
            _instant(entry.happened_at),
            _instant(entry.recorded_at),
            entry.person_id,
            entry.unit_id,
            entry.role,
            entry.on_behalf_of,
            entry.body,
        ]
    ).encode()


def link(prev: bytes, entry: Entry) -> bytes:
    """Return the hash of an entry that follows the one with the hash ``prev``."""
    return hashlib.sha256(prev + canonical(entry)).digest()


def chain(prev: bytes, entries: Iterable[Entry]) -> list[Stored]:
    """Return the entries with their hashes, the first following ``prev``."""
    stored = []
    for entry in entries:
        here = link(prev, entry)
        stored.append(Stored(entry=entry, prev=prev, hash=here))
        prev = here
    return stored


def first_break(case_id: int, entries: Sequence[Stored], *, head: bytes, length: int) -> Break | None:
    """Return where the chain of a case first fails, or None where it is whole.

    Args:
        entries: all entries of the case in the order of their numbers.
        head: the hash that the case row holds.
        length: the number of entries that the case row holds.
    """
    prev = GENESIS
    for expected, stored in enumerate(entries, start=1):
        entry = stored.entry
        if entry.seq != expected:
            return Break(case_id=case_id, seq=expected, reason="缺少这一条，或顺序被改动")
        if stored.prev != prev:
            return Break(case_id=case_id, seq=expected, reason="与前一条的校验值不相接")
        if stored.hash != link(prev, entry):
            return Break(case_id=case_id, seq=expected, reason="内容与校验值不符，记录被改动")
        prev = stored.hash
    if len(entries) != length:
        return Break(case_id=case_id, seq=0, reason=f"个案记有{length}条，实有{len(entries)}条")
    if prev != head:
        return Break(case_id=case_id, seq=0, reason="末条校验值与个案所存不符")
    return None


def anchor_digest(heads: Iterable[tuple[int, int, bytes]]) -> str:
    """Return one digest over the heads of all cases: (case, number of entries, head), by case."""
    whole = hashlib.sha256(b"shouhu-anchor-1\n")
    for case_id, length, head in sorted(heads):
        whole.update(f"{case_id}:{length}:{head.hex()}\n".encode())
    return whole.hexdigest()


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


def _instant(value: datetime) -> str:
    if value.tzinfo is None:
        message = "Expected an instant with its offset, but got a naive one"
        raise TypeError(message)
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _plain(value: object) -> object:  # noqa: PLR0911 -- one line a kind of value
    match value:
        case None | bool() | int() | str():
            return str(value) if isinstance(value, str) else value
        case Decimal():
            return format(value, "f")
        case datetime():
            return _instant(value)
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
        case Mapping():
            return {str(key): _plain(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_plain(inner) for inner in value]
        case set() | frozenset():
            return sorted(str(inner) for inner in value)
        case _:
            raise TypeError(_UNWRITABLE.format(type(value).__name__))

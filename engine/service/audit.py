"""Proves that nobody has changed the journal: chains, heads, and anchors kept outside the database."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from engine.core.errors import NotFound
from engine.core.journal import Break, anchor_digest, first_break
from engine.core.model import system
from engine.service.unit import Database
from engine.store import evidence

AUDITOR = system("auditor")
_BATCH = 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What was found of one case; ``broken`` is None where its chain is whole."""

    number: str
    entries: int
    broken: Break | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Anchored:
    """What an anchor covers, and whether the database still agrees with it."""

    file: str
    case_count: int
    problem: str | None


class Audit:
    """The evidence of a database; ``folder`` keeps the anchors, best on another machine or medium."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._folder = folder

    def verify(self, number: str | None = None) -> Iterator[Verdict]:
        """Work every chain out again, or that of one case, and compare it with what is stored.

        Raises:
            NotFound: no case of this number.
        """
        found = False
        with self._database.unit(AUDITOR) as unit:
            for chain in evidence.chains(unit.connection, number):
                found = True
                broken = first_break(chain.case_id, chain.entries, head=chain.head, length=chain.length)
                yield Verdict(number=chain.number, entries=len(chain.entries), broken=broken)
        if number is not None and not found:
            message = f"没有编号为 {number} 的个案"
            raise NotFound(message)

    def anchor(self) -> Anchored:
        """Write the heads of all chains to a new file outside the database, and their digest into it.

        Whoever rewrites a whole chain with fitting hashes cannot rewrite the file.
        """
        with self._database.unit(AUDITOR) as unit:
            heads = evidence.heads(unit.connection)
            digest = anchor_digest(heads)
            record = {
                "form": "shouhu-anchor-1",
                "at": unit.now.isoformat(),
                "digest": digest,
                "heads": [[case_id, length, head.hex()] for case_id, length, head in heads],
            }
            path = self._folder / f"anchor-{unit.now:%Y%m%dT%H%M%S%f}Z.json"
            _write(path, record)
            evidence.add_anchor(unit.connection, at=unit.now, case_count=len(heads), digest=digest)
        return Anchored(file=path.name, case_count=len(heads), problem=None)

    def verify_anchors(self) -> list[Anchored]:
        """Compare every anchor file with the database, and the database's list with the files."""
        with self._database.unit(AUDITOR) as unit:
            listed = {row.digest for row in evidence.anchors(unit.connection)}
            results, seen = [], set()
            for path in sorted(self._folder.glob("anchor-*.json")):
                record = json.loads(path.read_text(encoding="utf-8"))
                heads = [(case_id, length, bytes.fromhex(head)) for case_id, length, head in record["heads"]]
                seen.add(anchor_digest(heads))
                # A file without its row is one whose writer was killed; it proves as much.
                whole = anchor_digest(heads) == record["digest"]
                problem = _disagreement(unit.connection, heads) if whole else "锚定文件本身被改动"
                results.append(Anchored(file=path.name, case_count=len(heads), problem=problem))
        lost = len(listed - seen)
        if lost:
            results.append(Anchored(file="", case_count=0, problem=f"有{lost}次锚定的文件不在锚定目录中"))
        return results

    def export(self, number: str) -> dict[str, Any]:
        """Return a case's journal as plain values, enough to verify it without this program.

        Raises:
            NotFound: no case of this number.
        """
        with self._database.unit(AUDITOR) as unit:
            chain = next(iter(list(evidence.chains(unit.connection, number))), None)
        if chain is None:
            message = f"没有编号为 {number} 的个案"
            raise NotFound(message)
        return {
            "form": "shouhu-journal-1",
            "case": chain.case_id,
            "number": chain.number,
            "length": chain.length,
            "head": chain.head.hex(),
            "entries": [
                asdict(stored.entry)
                | {"happened_at": stored.entry.happened_at.isoformat()}
                | {"recorded_at": stored.entry.recorded_at.isoformat()}
                | {"prev": stored.prev.hex(), "hash": stored.hash.hex()}
                for stored in chain.entries
            ],
        }


def _disagreement(connection: Connection, heads: list[tuple[int, int, bytes]]) -> str | None:
    """Return how the journal differs from what was anchored; it may only have grown since."""
    written = iter([head for head in heads if head[1] > 0])
    while batch := list(islice(written, _BATCH)):
        here = evidence.hashes_at(connection, [(case_id, length) for case_id, length, _ in batch])
        for case_id, length, head in batch:
            if here.get((case_id, length)) != head:
                return f"个案{case_id}第{length}条与锚定时不符，记录被改写"
    return None


def _write(path: Path, record: dict[str, Any]) -> None:
    """Write a file that is there whole or not at all, and is never written over."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o440)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(record, file)
        file.flush()
        os.fsync(file.fileno())

"""Whoever changes evidence behind the program's back is found."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from engine.core.errors import NotFound
from engine.core.journal import Entry, Stored, first_break, link
from engine.service.audit import Audit
from engine.service.unit import Database
from tests.conftest import REPOSITORY, Prepared
from tests.store.kit import ENGINE, World, a_case, a_world

NUMBER = "XX-2018-000001"
Tamper = Callable[..., None]


@pytest.fixture
def world(db: Database) -> World:
    made = a_world(db)
    with db.unit(made.east) as unit:
        for number in range(4):
            unit.journal(made.case_id, "event_said", {"number": number})
    with db.unit(ENGINE) as unit:
        _, other = a_case(unit, "XX-2018-000002")
        unit.journal(other, "case_opened", {"number": "XX-2018-000002"})
    return made


@pytest.fixture
def audit(db: Database, tmp_path: Path) -> Audit:
    return Audit(db, tmp_path / "anchors")


@pytest.fixture
def tamper(prepared: Prepared) -> Tamper:
    """A superuser with every trigger switched off: nothing in the database can stop them."""

    def run(*statements: str) -> None:
        with psycopg.connect(prepared.admin_url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute("ALTER TABLE journal DISABLE TRIGGER ALL")
            for statement in statements:
                connection.execute(statement)

    return run


def _broken(audit: Audit) -> list[tuple[str, int]]:
    return [(one.number, one.broken.seq) for one in audit.verify() if one.broken is not None]


def test_an_untouched_journal_is_whole(audit: Audit, world: World) -> None:
    verdicts = list(audit.verify())

    assert [(one.number, one.entries, one.broken) for one in verdicts] == [
        (NUMBER, 5, None),
        ("XX-2018-000002", 1, None),
    ]


@pytest.mark.parametrize(
    ("statement", "first"),
    [
        ("UPDATE journal SET body = '{\"number\":99}' WHERE seq = 3", 3),
        ("UPDATE journal SET kind = 'item_claimed' WHERE seq = 2", 2),
        ("UPDATE journal SET person_id = 2 WHERE seq = 2", 2),
        ("UPDATE journal SET unit_id = 1 WHERE seq = 4", 4),
        ("UPDATE journal SET happened_at = happened_at - interval '1 second' WHERE seq = 4", 4),
        ("UPDATE journal SET recorded_at = recorded_at - interval '1 microsecond' WHERE seq = 4", 4),
        ("UPDATE journal SET role = 'police' WHERE seq = 5", 5),
        ("UPDATE journal SET on_behalf_of = 'guardian' WHERE seq = 5", 5),
        ("DELETE FROM journal WHERE seq = 3", 3),
        ("DELETE FROM journal WHERE seq = 5", 0),
        ("DELETE FROM journal WHERE case_id = 1", 0),
        ("UPDATE journal SET seq = CASE seq WHEN 3 THEN -4 ELSE -3 END WHERE seq IN (3, 4)", 3),
        ('UPDATE "case" SET journal_seq = 4 WHERE id = 1', 0),
        ("UPDATE \"case\" SET journal_head = decode(repeat('11', 32), 'hex') WHERE id = 1", 0),
    ],
)
def test_the_first_entry_that_was_touched_is_named(
    statement: str, first: int, audit: Audit, world: World, tamper: Tamper
) -> None:
    if "-4" in statement:  # two entries change places
        tamper("ALTER TABLE journal DROP CONSTRAINT ck_journal_seq", statement, "UPDATE journal SET seq = abs(seq)")
    else:
        tamper(statement)

    assert _broken(audit) == [(NUMBER, first)]


def test_an_entry_moved_into_another_case_is_found_in_both(audit: Audit, world: World, tamper: Tamper) -> None:
    tamper("UPDATE journal SET case_id = 2, seq = 2 WHERE case_id = 1 AND seq = 5")

    assert _broken(audit) == [(NUMBER, 0), ("XX-2018-000002", 2)]


def test_one_case_can_be_verified_alone(audit: Audit, world: World, tamper: Tamper) -> None:
    tamper("UPDATE journal SET kind = 'x' WHERE seq = 3")

    assert [one.broken for one in audit.verify("XX-2018-000002")] == [None]
    with pytest.raises(NotFound, match="XX-2018-000003"):
        list(audit.verify("XX-2018-000003"))


def _rewrite(prepared: Prepared) -> None:
    """Change an entry and work out every later hash anew, and the head, as one who reads our source would."""
    with psycopg.connect(prepared.admin_url.replace("+psycopg", ""), autocommit=True) as admin:
        admin.execute("ALTER TABLE journal DISABLE TRIGGER ALL")
        admin.execute("UPDATE journal SET body = '{\"number\":99}' WHERE case_id = 1 AND seq = 2")
        names = [field.name for field in fields(Entry)]
        query = sql.SQL("SELECT {} FROM journal WHERE case_id = 1 ORDER BY seq")
        columns = sql.SQL(", ").join(map(sql.Identifier, names))
        head = bytes(32)
        for row in admin.execute(query.format(columns)).fetchall():
            values: dict[str, Any] = dict(zip(names, row, strict=True))
            entry, before = Entry(**values), head
            head = link(before, entry)
            admin.execute(
                "UPDATE journal SET prev = %s, hash = %s WHERE case_id = 1 AND seq = %s", (before, head, entry.seq)
            )
        admin.execute('UPDATE "case" SET journal_head = %s WHERE id = 1', (head,))


def test_a_chain_rewritten_with_fitting_hashes_is_found_by_the_anchor(
    audit: Audit, world: World, prepared: Prepared
) -> None:
    audit.anchor()
    assert [one.problem for one in audit.verify_anchors()] == [None]

    _rewrite(prepared)

    assert _broken(audit) == []  # the chain alone cannot tell
    assert ["被改写" in (one.problem or "") for one in audit.verify_anchors()] == [True]


def test_a_case_that_went_on_still_agrees_with_its_anchor(db: Database, audit: Audit, world: World) -> None:
    audit.anchor()
    with db.unit(world.east) as unit:
        unit.journal(world.case_id, "event_said", {})

    assert [one.problem for one in audit.verify_anchors()] == [None]


def test_an_anchor_file_that_was_changed_or_lost_is_noticed(audit: Audit, world: World, tmp_path: Path) -> None:
    audit.anchor()
    path = next((tmp_path / "anchors").glob("*.json"))
    record = json.loads(path.read_text())
    record["heads"][0][1] = 1
    path.chmod(0o600)
    path.write_text(json.dumps(record))
    assert "锚定文件本身" in str(audit.verify_anchors()[0].problem)

    path.unlink()
    assert "不在锚定目录" in str(audit.verify_anchors()[0].problem)


def test_an_export_verifies_without_the_database(audit: Audit, world: World) -> None:
    bundle = json.loads(json.dumps(audit.export(NUMBER)))

    entries = []
    for row in bundle["entries"]:
        prev, here = bytes.fromhex(row.pop("prev")), bytes.fromhex(row.pop("hash"))
        instants = {key: datetime.fromisoformat(row[key]) for key in ("happened_at", "recorded_at")}
        entries.append(Stored(entry=Entry(**row | instants), prev=prev, hash=here))
    head, length = bytes.fromhex(bundle["head"]), bundle["length"]
    assert first_break(bundle["case"], entries, head=head, length=length) is None
    assert len(entries) == 5


def test_a_break_of_an_empty_case_is_its_length() -> None:
    broken = first_break(1, [], head=bytes(32), length=2)

    assert broken is not None
    assert broken.seq == 0


def test_a_stranger_verifies_an_export_with_plain_python(
    db: Database, audit: Audit, world: World, prepared: Prepared, tmp_path: Path
) -> None:
    def verify(*paths: Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", str(REPOSITORY / "tools" / "verify_journal.py"), *map(str, paths)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    export, anchor = tmp_path / "export.json", tmp_path / "anchors" / audit.anchor().file
    export.write_text(json.dumps(audit.export(NUMBER)))
    assert verify(export, anchor).stdout == f"{NUMBER}: 5 entries, whole, 1 anchors\n"

    export.write_text(export.read_text().replace('{\\"number\\":2}', '{\\"number\\":3}'))
    assert (verify(export).returncode, verify(export).stdout) == (1, "entry 4 is not what was hashed\n")

    _rewrite(prepared)
    export.write_text(json.dumps(audit.export(NUMBER)))
    assert verify(export).returncode == 0
    assert (verify(export, anchor).returncode, verify(tmp_path).returncode) == (1, 2)

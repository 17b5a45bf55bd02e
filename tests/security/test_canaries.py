"""Words of families, told in every field, stand nowhere in plain text: no table, no file, no log, no address."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import structlog
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from engine.bpmn.adapter import Surroundings
from engine.core.model import system
from engine.store import views
from tests.conftest import Prepared
from tests.security.conftest import ACCEPTED, CHILD, REPORT, Land
from tests.security.filling import Canaries, Filler

SECRETS = (*(str(value) for key, value in CHILD.items() if key in {"child_name", "id_no"}), "许老师实名", "13900001111")


def dumped(prepared: Prepared) -> Iterator[tuple[str, bytes]]:
    """Yield the name of every table with all that it holds, as it lies there."""
    plain = make_url(prepared.admin_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as connection:
        tables = connection.execute(
            "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()
        for (table,) in tables:
            for row in connection.execute(f"SELECT * FROM {table}").fetchall():  # noqa: S608 -- names of our own tables
                for cell in row:
                    held = bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode()
                    yield str(table), held
                    yield str(table), unpacked(held)


def unpacked(held: bytes) -> bytes:
    """Return what compressed bytes hold, as the engine's state may be."""
    for start in range(3):
        for bits in (15, -15, 31):
            try:
                return zlib.decompress(held[start:], bits)
            except zlib.error:
                continue
    return b""


def test_the_words_of_a_family_stand_nowhere_in_plain_text(
    land: Land, prepared: Prepared, private_folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    canaries = Canaries()
    fill = Filler(land, canaries, {**CHILD, **REPORT, **ACCEPTED, "parents_found": True})
    start_words = {"place": canaries.word(), "situations": [canaries.word()], "reporter_type": canaries.word()}
    with caplog.at_level(logging.DEBUG), structlog.testing.capture_logs() as logs:
        started = land.start("teacher", fields=start_words)
        fill.complete("teacher", "P01-T2", narrative=canaries.word())
        fill.complete("police", "P01-T3")
        fill.complete("police", "P02-T1")
        for _ in range(12):
            for login in ("police", "town", "civil"):
                for row in land.services.inbox.items(land.person(login), view="working"):
                    try:
                        fill.complete(login, row.code)
                    except AssertionError:
                        continue
        event = land.services.cases.case(land.person("police"), started.case_id).events[0]
        said = {one.key: canaries.word() for one in event.fields if one.kind in {"text", "ref"}}
        said |= {one.key: "2018-03-12T11:30:00+08:00" for one in event.fields if one.kind == "datetime"}
        land.services.casework.happened(
            land.person("police"), started.case_id, event.name, said, reason=canaries.word()
        )

    assert len(canaries.given) > 20
    wanted = [word.encode() for word in (*canaries.given, *SECRETS)]
    found = [(table, word.decode()) for table, held in dumped(prepared) for word in wanted if word in held]
    assert found == []
    files = [path for path in private_folder.rglob("*") if path.is_file() and "pg" not in path.parts]
    assert not [path for path in files for word in wanted if word in path.read_bytes()]
    assert not [word for word in (*canaries.given, *SECRETS) if word in caplog.text + str(logs)]
    assert not _seen_by_the_engine(land, started.case_id, canaries)


def _seen_by_the_engine(land: Land, case_id: int, canaries: Canaries) -> list[str]:
    with land.services.database.unit(system("engine")) as unit:
        told = ""
        for one in views.instances_of(unit.connection, case_id):
            release = land.services.releases.by_id(unit.connection, one.release_id)
            around = Surroundings(parameters=release.parameters, case={}, now=unit.now)
            told += str(release.procedures[one.procedure].look(bytes(one.state), around).context)
    return [word for word in (*canaries.given, *SECRETS) if word in told]


def test_what_fails_in_the_database_does_not_say_with_which_words(land: Land) -> None:
    """An error of the database is logged; the values it was about stay out of its text."""
    with pytest.raises(DBAPIError) as failed, land.services.database.unit(system("engine")) as unit:
        unit.connection.execute(text("SELECT 1 / 0 WHERE :word <> ''"), {"word": "金丝雀在错误里"})

    assert "金丝雀在错误里" not in str(failed.value)

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
from tests.adapters.sheets import a_workbook
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


def test_the_words_of_rosters_and_relatives_stand_nowhere_in_plain_text(
    land: Land, prepared: Prepared, private_folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    canaries = Canaries()
    head = ["姓名", "出生日期", "家庭住址", "父亲姓名", "联系电话", "照料人姓名", "没人认识的列", "备注"]
    words = [[canaries.word() for _ in head] for _ in range(3)]
    for number, row in enumerate(words, start=1):
        row[1] = f"2010-01-0{number}"
    words[2][1] = canaries.word()  # a bad row
    town, services = land.person("town"), land.services
    with caplog.at_level(logging.DEBUG), structlog.testing.capture_logs() as logs:
        content = a_workbook([[*head[:-1], canaries.word()], *words], names=[canaries.word()])
        roster = services.rosters.receive(town, "fh.township.溪口镇", f"{canaries.word()}.xlsx", content)
        mapping = {0: "child_name", 1: "birth_date", 2: "address", 3: "father_name", 4: "phone", 5: "carer_name"}
        services.rosters.map_columns(town, roster, mapping, seen=1)
        services.roster_work.run()
        for found in services.rosters.differences(town, roster, "new")[0]:
            services.rosters.decide(town, roster, "accept", seqs=[found.seq])
        services.rosters.apply(town, roster, seen=services.rosters.view(town, roster).version)
        services.roster_work.run()
        view = services.file_changes.editing(town, 1, "care")
        told = {"carer_phone": canaries.word(), "change_source": "走访", "change_reason": canaries.word()}
        services.file_changes.edit(town, 1, "care", {**view.values, **told}, seen=view.version)
        kin = {key: canaries.word() for key in ("name", "phone", "address", "note")}
        services.file_changes.relate(town, 1, "carer", kin, reason=canaries.word())
        seen = services.joining.compare(town, 1, "儿-00002").versions
        services.joining.join(town, 1, "儿-00002", taken=(), reason=canaries.word(), seen=seen)
        services.finding.find(town, canaries.given[0])

    assert services.file_views.view(town, 1).relatives, "the words went through"
    wanted = [word.encode() for word in canaries.given]
    assert [(table, word.decode()) for table, held in dumped(prepared) for word in wanted if word in held] == []
    files = [path for path in private_folder.rglob("*") if path.is_file() and "pg" not in path.parts]
    assert not [path for path in files for word in wanted if word in path.read_bytes()]
    assert not [word for word in canaries.given if word in caplog.text + str(logs)]


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

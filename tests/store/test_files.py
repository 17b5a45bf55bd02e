"""A file is what its content is; it is kept encrypted and handed to those who see its case."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from engine.adapters.files import LARGEST, receive, safe_name
from engine.core.errors import Invalid, NotFound, Refused
from engine.core.model import system
from engine.service import files as kept_files
from engine.service.files import Files
from engine.service.unit import Database
from engine.store import tables as t
from tests.conftest import NOON, Clock
from tests.store.kit import ENGINE, World, a_world

PDF = b"%PDF-1.7\n%\xe2\xe3\n1 0 obj\n<<>>\nendobj\n%%EOF"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
JPEG = b"\xff\xd8\xff\xe0" + bytes(20)


def an_office_file(*parts: str) -> bytes:
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        for part in ("[Content_Types].xml", *parts):
            archive.writestr(part, "<x/>")
    return package.getvalue()


DOCX = an_office_file("word/document.xml")
XLSX = an_office_file("xl/workbook.xml")


@pytest.fixture
def world(db: Database) -> World:
    return a_world(db)


@pytest.fixture
def files(db: Database) -> Files:
    return Files(db)


@pytest.mark.parametrize(
    ("name", "content", "kept"),
    [
        ("责令书.pdf", PDF, "责令书.pdf"),
        ("照片.JPG", JPEG, "照片.JPG"),
        ("照片.jpeg", JPEG, "照片.jpeg"),
        ("图", PNG, "图.png"),
        ("表.xlsx", XLSX, "表.xlsx"),
        ("书.docx", DOCX, "书.docx"),
        ("../../etc/passwd.pdf", PDF, "passwd.pdf"),
        ("C:\\我的文档\\书.docx", DOCX, "书.docx"),
        ("照片\u202egpj.pdf", PDF, "照片gpj.pdf"),
        ("a\x00b\r\nc.pdf", PDF, "abc.pdf"),
        ("长" * 300 + ".pdf", PDF, "长" * 96 + ".pdf"),
        ("", PDF, "附件.pdf"),
        (" .pdf", PDF, "pdf.pdf"),
    ],
)
def test_a_good_file_is_received_under_a_safe_name(name: str, content: bytes, kept: str) -> None:
    assert receive(name, io.BytesIO(content), key="files").name == kept


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("空.pdf", b"", "空的"),
        ("大.pdf", PDF + bytes(LARGEST), "10MB"),
        ("页.html", b"<html><script>alert(1)</script>", "只收"),
        ("图.svg", b"<svg onload='alert(1)'/>", "只收"),
        ("图.png", b"GIF89a" + bytes(20), "只收"),
        ("图.pdf", PNG, "扩展名.pdf不符"),
        ("书.docx", XLSX, "扩展名.docx不符"),
        ("程序.exe", b"MZ" + bytes(20), "只收"),
        ("包.zip", an_office_file("a.txt"), "只收"),
        ("两样.docx", an_office_file("word/document.xml", "xl/workbook.xml"), "只收"),
        ("宏.docx", an_office_file("word/document.xml", "word/vbaProject.bin"), "宏"),
        ("坏.docx", DOCX[:40], "已损坏"),
        ("书.docx.exe", DOCX, "扩展名.exe不符"),
    ],
)
def test_a_bad_file_is_refused_at_its_field(name: str, content: bytes, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        receive(name, io.BytesIO(content), key="photo")

    assert words in refused.value.problems["photo"]


def test_a_file_that_unpacks_without_end_is_refused() -> None:
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("word/document.xml", "<x/>")
        for number in range(3):
            archive.writestr(f"word/media/{number}", bytes(80 * 1024 * 1024))

    with pytest.raises(Invalid, match="解开后过大"):
        receive("书.docx", io.BytesIO(package.getvalue()), key="files")


def test_a_large_stream_is_read_no_further_than_needed() -> None:
    stream = io.BytesIO(PDF + bytes(3 * LARGEST))

    with pytest.raises(Invalid):
        receive("大.pdf", stream, key="files")

    assert stream.tell() == LARGEST + 1


def test_a_name_is_one_part_of_a_path() -> None:
    for name in ("..", "/", "\\", "a/..", "\u200b", "....", "CON:.pdf"):
        assert not {"/", "\\", ":"} & set(safe_name(name))
        assert safe_name(name) not in {"", ".", ".."}


def _attach(files: Files, world: World, content: bytes = PDF) -> int:
    return files.attach(world.east, world.item_id, "files", "责令书.pdf", "text/html", io.BytesIO(content))


def test_a_file_is_kept_encrypted_and_comes_back_whole(db: Database, files: Files, world: World) -> None:
    attachment_id = _attach(files, world)

    opened = files.open(world.east, attachment_id)
    with db.unit(ENGINE) as unit:
        row = unit.connection.execute(select(t.attachment).where(t.attachment.c.id == attachment_id)).one()
    assert (opened.name, opened.media_type, opened.content) == ("责令书.pdf", "application/pdf", PDF)
    assert PDF[:12] not in row.content
    assert "责令书".encode() not in row.name_sealed
    assert (row.size, row.case_id, row.person_id) == (len(PDF), world.case_id, world.east.person_id)


def test_reading_a_file_leaves_a_record(db: Database, files: Files, world: World) -> None:
    attachment_id = _attach(files, world)

    files.open(world.east, attachment_id)

    with db.unit(system("auditor")) as unit:
        assert f"附件 {attachment_id}" in unit.connection.scalars(select(t.access.c.what)).all()


def test_a_unit_without_access_finds_neither_item_nor_file(db: Database, files: Files, world: World) -> None:
    attachment_id = _attach(files, world)
    with db.unit(ENGINE) as unit:
        kept_files.keep(unit, world.item_id, [attachment_id])

    with pytest.raises(NotFound):
        files.open(world.west, attachment_id)
    with pytest.raises(NotFound):
        files.attach(world.west, world.item_id, "files", "x.pdf", "", io.BytesIO(PDF))


def test_a_unit_that_may_only_read_the_case_adds_no_file(db: Database, files: Files, world: World) -> None:
    with db.unit(ENGINE) as unit:
        row = {"case_id": world.case_id, "unit_id": world.west.units[0].id, "since": unit.now, "why": "notice"}
        unit.connection.execute(t.case_access.insert().values(**row))

    with pytest.raises(NotFound):
        files.attach(world.west, world.item_id, "files", "x.pdf", "", io.BytesIO(PDF))


def test_a_file_is_its_senders_alone_until_it_is_submitted(db: Database, files: Files, world: World) -> None:
    attachment_id = _attach(files, world)
    with db.unit(ENGINE) as unit:
        row = {"case_id": world.case_id, "unit_id": world.west.units[0].id, "since": unit.now, "why": "notice"}
        unit.connection.execute(t.case_access.insert().values(**row))
    with pytest.raises(NotFound):
        files.open(world.west, attachment_id)

    with db.unit(world.east) as unit:
        kept = kept_files.keep(unit, world.item_id, [attachment_id])

    assert [one.name for one in kept] == ["责令书.pdf"]
    assert files.open(world.west, attachment_id).content == PDF
    with db.unit(world.west) as unit:
        assert [one.id for one in kept_files.of_case(unit, world.case_id)][-1] == attachment_id


def test_a_form_keeps_no_file_of_another_item_or_person(db: Database, files: Files, world: World) -> None:
    attachment_id = _attach(files, world)

    with db.unit(world.east) as unit:
        assert kept_files.keep(unit, world.item_id + 1, [attachment_id]) == []
    with db.unit(world.west) as unit, unit.acting_as("engine"):
        assert kept_files.keep(unit, world.item_id, [attachment_id]) == []


def test_an_item_that_is_done_takes_no_more_files(db: Database, files: Files, world: World) -> None:
    with db.unit(ENGINE) as unit:
        done = {"state": "completed", "done_at": NOON, "done_by": world.east.person_id}
        unit.connection.execute(update(t.work_item).values(**done))

    with pytest.raises(Refused, match="已经办结"):
        _attach(files, world)


def test_files_of_forms_never_submitted_are_let_go_after_a_week(
    db: Database, files: Files, world: World, clock: Clock
) -> None:
    dropped, kept = _attach(files, world), _attach(files, world, PDF + b"2")
    with db.unit(world.east) as unit:
        kept_files.keep(unit, world.item_id, [kept])

    clock.shift(timedelta(days=7, seconds=1))

    assert files.sweep() == 2  # with the world's own
    assert files.open(world.east, kept).content == PDF + b"2"
    with pytest.raises(NotFound):
        files.open(world.east, dropped)

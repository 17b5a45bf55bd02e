"""What a file from outside is, judged by its content; its name and declared type are hearsay."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import PurePosixPath
from typing import IO

from engine.core.errors import Invalid

#: The largest file that a form takes, in bytes.
LARGEST = 10 * 1024 * 1024
#: An office file that unpacks to more than this is a bomb, not a document.
LARGEST_UNPACKED = 200 * 1024 * 1024
MOST_PARTS = 5_000
LONGEST_NAME = 100

PDF = "application/pdf"
JPEG = "image/jpeg"
PNG = "image/png"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

#: The endings that a file of each type may have; the first is given to one that has none.
ENDINGS = {PDF: (".pdf",), JPEG: (".jpg", ".jpeg"), PNG: (".png",), DOCX: (".docx",), XLSX: (".xlsx",)}
ALLOWED = "PDF、JPG、PNG、DOCX、XLSX"

_SIGNATURES = ((b"%PDF-", PDF), (b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG))
_OFFICE_PARTS = (("word/document.xml", DOCX), ("xl/workbook.xml", XLSX))


@dataclass(frozen=True, kw_only=True, slots=True)
class Received:
    """A file that may be kept: a safe name, its type by content, and the content."""

    name: str
    media_type: str
    content: bytes = field(repr=False)

    @property
    def sha256(self) -> str:
        return sha256(self.content).hexdigest()


def receive(name: str, stream: IO[bytes], *, key: str) -> Received:
    """Read a file and judge it; no more than the limit is ever read.

    Args:
        name: as the sender calls it.
        key: the field that a refusal is about.

    Raises:
        Invalid: at ``key``; empty, too large, not of an allowed type, or its ending says otherwise.
    """
    content = stream.read(LARGEST + 1)
    if not content:
        raise Invalid({key: "文件是空的"})
    if len(content) > LARGEST:
        raise Invalid({key: f"文件超过{LARGEST // 1024 // 1024}MB，请压缩或分开上传"})
    media_type = _media_type(content, key)
    safe = safe_name(name)
    ending = PurePosixPath(safe).suffix.lower()
    if not ending:
        safe += ENDINGS[media_type][0]
    elif ending not in ENDINGS[media_type]:
        raise Invalid({key: f"文件内容与扩展名{ending}不符，请上传原文件"})
    return Received(name=safe, media_type=media_type, content=content)


def safe_name(name: str) -> str:
    """Return a name that is one path part and shows what it is: no folders, no invisible or turning signs."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    visible = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C")
    plain = "".join("_" if sign in '<>:"|?*' else sign for sign in visible).strip(" .")
    path = PurePosixPath(plain or "附件")
    return path.stem[: LONGEST_NAME - len(path.suffix)] + path.suffix[:LONGEST_NAME]


def _media_type(content: bytes, key: str) -> str:
    for signature, media_type in _SIGNATURES:
        if content.startswith(signature):
            return media_type
    if content.startswith(b"PK\x03\x04"):
        return _office_type(content, key)
    raise Invalid({key: f"只收{ALLOWED}文件"})


def _office_type(content: bytes, key: str) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
    except zipfile.BadZipFile as error:
        raise Invalid({key: "文件已损坏，打不开"}) from error
    names = {part.filename for part in parts}
    found = [media_type for part, media_type in _OFFICE_PARTS if part in names]
    if len(found) != 1 or "[Content_Types].xml" not in names:
        raise Invalid({key: f"只收{ALLOWED}文件"})
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise Invalid({key: "文件解开后过大，不收"})
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Invalid({key: "文件含有宏，不收；请另存为不含宏的文件"})
    return found[0]

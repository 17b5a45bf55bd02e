"""Reads templates of papers (.docx): their blanks, and what no template may hold. Runs nothing of them.

A template is text with blanks, ``{{child_name}}``. A table row with blanks of one table field,
``{{evidence.item}}``, is repeated for each of its rows. That is the whole language: a blank is looked up,
nothing is worked out.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from engine.bpmn.findings import Finding, ModelError
from engine.bpmn.xmltext import read_xml

SUFFIX = ".docx"
#: Below ``forms/<place>/``.
FOLDER = "documents"
#: The template of papers that have none of their own.
GENERAL = "通用文书"
MOST_BYTES = 1024 * 1024
MOST_UNPACKED = 8 * 1024 * 1024
MOST_PARTS = 100
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MAIN = "word/document.xml"
#: Parts in which blanks are filled.
WITH_BLANKS = re.compile(r"word/(document|header\d*|footer\d*)\.xml")
BLANK = re.compile(
    r"\{\{\s*([A-Za-z_][A-Za-z0-9_]*|[\u4e00-\u9fff]+)(?:\.([A-Za-z_][A-Za-z0-9_]*|[\u4e00-\u9fff]+))?\s*\}\}"
)
#: What a word processor would do with a file by itself: fields, objects, parts of other files.
_ACTING = frozenset({"fldSimple", "instrText", "fldChar", "object", "altChunk", "control", "oleObject", "subDoc"})
_CODE = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")

#: What every paper knows of itself.
HEAD = frozenset({"文书名", "文号", "机关", "地区", "个案编号", "儿童代码", "日期", "经办人", "版次"})
#: All that was answered, a row each: {{填写内容.项目}} and {{填写内容.内容}}.
ANSWERS = "填写内容"
ANSWER_COLUMNS = frozenset({"项目", "内容"})


class Unfit(Exception):
    """A template that cannot be used; the text is a sentence."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PaperFile:
    """A template as it was read: ``blanks`` are pairs of a name and a column, "" where it is no row."""

    name: str
    file: str
    content: bytes = field(repr=False)
    blanks: frozenset[tuple[str, str]] = frozenset()


def read_paper(content: bytes, *, file: str) -> PaperFile:
    """Return a template.

    Raises:
        ModelError: it holds more than text and blanks.
    """
    name = file.rpartition("/")[2].removesuffix(SUFFIX)
    try:
        parts = unpack(content)
        roots = {part: _tree(data, file) for part, data in parts.items() if part.endswith((".xml", ".rels"))}
        found = frozenset(blank for part, root in roots.items() for blank in _checked(part, root))
    except Unfit as error:
        raise ModelError([Finding(rule="paper-template", message=str(error), file=file)]) from error
    return PaperFile(name=name, file=file, content=content, blanks=found)


def unpack(content: bytes) -> dict[str, bytes]:
    """Return the parts of a .docx in their order.

    Raises:
        Unfit: it is none, is too large, or holds programs.
    """
    if len(content) > MOST_BYTES:
        raise Unfit("模板超过1兆字节；请删去图片，另存后再试")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            listed = package.infolist()
            if len(listed) > MOST_PARTS or sum(one.file_size for one in listed) > MOST_UNPACKED:
                raise Unfit("模板解开后过大；请新建文件，只保留文字")
            parts = {one.filename: package.read(one) for one in listed if not one.is_dir()}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise Unfit("打不开：模板要是 Word 的 .docx 文件，请另存为 .docx") from error
    if MAIN not in parts or "[Content_Types].xml" not in parts:
        raise Unfit("打不开：模板要是 Word 的 .docx 文件，请另存为 .docx")
    if any("vbaproject" in one.lower() or one.startswith(("word/embeddings", "word/activeX")) for one in parts):
        raise Unfit("模板里有宏或者嵌入的程序；请另存为不含宏的 .docx")
    return parts


def text_of(paragraph: etree._Element) -> str:
    """Return the text of a paragraph, whatever runs it is cut into."""
    return "".join(one.text or "" for one in texts_of(paragraph))


def texts_of(paragraph: etree._Element) -> list[etree._Element]:
    return [one for one in paragraph.iter(f"{{{W}}}t") if next(one.iterancestors(f"{{{W}}}p"), None) is paragraph]


def _tree(data: bytes, file: str) -> etree._Element:
    try:
        return read_xml(data, file=file)
    except ModelError as error:
        raise Unfit(f"模板的内容读不了：{error.findings[0].message}") from error


def _checked(part: str, root: etree._Element) -> Iterator[tuple[str, str]]:
    for one in root.iter("{*}*"):
        tag = etree.QName(one).localname
        if tag in _ACTING:
            raise Unfit("模板里有域、控件或者嵌入对象，打开时会自己运行；请删去，只留文字")
        if tag == "Relationship" and one.get("TargetMode") == "External":
            raise Unfit("模板引用了外面的文件或者网址；请删去链接和链接的图片")
    if WITH_BLANKS.fullmatch(part):
        for paragraph in root.iter(f"{{{W}}}p"):
            yield from _blanks(paragraph)


def _blanks(paragraph: etree._Element) -> Iterator[tuple[str, str]]:
    said = text_of(paragraph)
    rest = BLANK.sub("", said)
    if _CODE.search(rest):
        raise Unfit(f"“{said[:40]}”不是填空的写法：只能写 {{{{字段}}}} 或者 {{{{表格.列}}}}，不能写别的")
    in_row = next(paragraph.iterancestors(f"{{{W}}}tr"), None) is not None
    for name, column in BLANK.findall(said):
        if column and not in_row:
            raise Unfit(f"“{{{{{name}.{column}}}}}”要写在表格的一行里，这一行按内容重复")
        yield name, column

"""Looks over the bytes of an XML file before anything builds a tree of it. Opens nothing, expands nothing.

One pass with a parser that keeps nothing: what is refused here never reaches the parser that makes trees.
A text encoding is UTF-8; another name in the declaration passes where it makes no difference, with ASCII alone.
"""

from __future__ import annotations

import re
from xml.parsers import expat

from engine.bpmn.findings import Finding

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 100
MAX_ELEMENTS = 20_000
MAX_ATTRIBUTES = 100
MAX_ATTRIBUTES_IN_ALL = 50_000
MAX_TEXT = 20_000
UTF_8 = frozenset({"", "utf-8", "utf8"})
#: Encodings in which ASCII text is what it is in UTF-8; UTF-7 and EBCDIC are not among them.
SAME_FOR_ASCII = frozenset({"us-ascii", "ascii", "iso-8859-1", "latin1", "windows-1252"})

_PACKED = (b"\x1f\x8b", b"PK\x03\x04", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf")
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_DECLARED = re.compile(rb"""\A(?:\xef\xbb\xbf)?<\?xml\s[^>]*?encoding\s*=\s*["']([^"'>]*)["']""")
_VERSION = re.compile(rb"""\A(?:\xef\xbb\xbf)?<\?xml\s+version\s*=\s*["'](?!1\.0["'])""")
_XINCLUDE = ("http://www.w3.org/2001/XInclude ", "http://www.w3.org/2003/XInclude ")


class _Refused(Exception):
    def __init__(self, rule: str, message: str, line: int = 0, element: str = "") -> None:
        super().__init__(message)
        self.rule, self.message, self.line, self.element = rule, message, line, element


def guard(xml: bytes, *, file: str) -> Finding | None:
    """Return why a file may not be read, the first reason only; None where it may."""
    try:
        _bytes(xml)
        _Pass().over(xml)
    except _Refused as error:
        return Finding(rule=error.rule, message=error.message, file=file, line=error.line, element=error.element)
    return None


def _bytes(xml: bytes) -> None:
    if len(xml) > MAX_BYTES:
        raise _Refused("size", f"文件超过{MAX_BYTES // 1024 // 1024}兆字节；请把流程拆成几个，或删去工具附加的内容")
    if not xml.strip():
        raise _Refused("xml", "文件是空的")
    if xml.startswith(_PACKED):
        raise _Refused("xml", "文件是压缩包，不是XML；请解压后再上传")
    if xml.startswith(_WIDE) or b"\0" in xml:
        raise _Refused("encoding", "文件不是UTF-8编码；请在建模工具里另存为UTF-8")
    if _VERSION.match(xml):
        raise _Refused("xml", "文件须是XML 1.0；请在建模工具里重新导出", 1)
    declared = _DECLARED.match(xml)
    name = declared[1].decode("latin-1").lower() if declared else ""
    if name not in UTF_8 and not (name in SAME_FOR_ASCII and xml.isascii()):
        raise _Refused("encoding", f"文件声明的编码是“{name[:40]}”；请在建模工具里另存为UTF-8", 1)
    try:
        xml.decode("utf-8")
    except UnicodeDecodeError as error:
        line = xml.count(b"\n", 0, error.start) + 1
        raise _Refused("encoding", "文件里有不是UTF-8编码的字节；请在建模工具里另存为UTF-8", line) from error


class _Pass:
    """Counts what a file holds and stops at the first thing that is too much, or is no part of a model."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate("utf-8", " ")
        self.parser.ordered_attributes = True
        self.parser.buffer_text = False
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.StartNamespaceDeclHandler = self.namespace
        self.parser.CharacterDataHandler = self.text
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.ProcessingInstructionHandler = self.instruction
        self.parser.SkippedEntityHandler = self.entity
        self.depth = self.elements = self.attributes = self.length = 0

    def over(self, xml: bytes) -> None:
        try:
            self.parser.Parse(xml, True)
        except expat.ExpatError as error:
            unknown = error.code == expat.errors.codes[expat.errors.XML_ERROR_UNDEFINED_ENTITY]
            if unknown:
                raise _Refused("doctype", "文件里引用了实体；请直接写出文字", error.lineno) from error
            raise _Refused("xml", f"不是完整的XML：{_WORDS.get(error.code, '写法有误')}", error.lineno) from error

    def start(self, name: str, attributes: list[str]) -> None:
        self.depth, self.elements, self.length = self.depth + 1, self.elements + 1, 0
        if self.depth > MAX_DEPTH:
            self.refuse("size", f"元素嵌套超过{MAX_DEPTH}层", attributes)
        if self.elements > MAX_ELEMENTS:
            self.refuse("size", f"文件里的元素超过{MAX_ELEMENTS}个；请把流程拆成几个", attributes)
        if len(attributes) // 2 > MAX_ATTRIBUTES:
            self.refuse("size", f"一个元素的属性超过{MAX_ATTRIBUTES}个", attributes)
        self.count(len(attributes) // 2, attributes)
        if any(len(value) > MAX_TEXT for value in attributes):
            self.refuse("size", f"一处文字超过{MAX_TEXT}个字", attributes)
        if name.startswith(_XINCLUDE):
            self.refuse("xinclude", "文件里不能引入别的文件（XInclude）；请把内容写在本文件里", attributes)

    def namespace(self, *_: object) -> None:
        self.count(1)

    def count(self, attributes: int, given: list[str] | None = None) -> None:
        self.attributes += attributes
        if self.attributes > MAX_ATTRIBUTES_IN_ALL:
            self.refuse("size", f"文件里的属性超过{MAX_ATTRIBUTES_IN_ALL}个；请把流程拆成几个", given)

    def end(self, _: str) -> None:
        self.depth, self.length = self.depth - 1, 0

    def text(self, data: str) -> None:
        self.length += len(data)
        if self.length > MAX_TEXT and not data.isspace():
            self.refuse("size", f"一处文字超过{MAX_TEXT}个字")

    def doctype(self, *_: object) -> None:
        self.refuse("doctype", "文件不得带有DOCTYPE声明；请删去这一行")

    def instruction(self, target: str, _: str) -> None:
        self.refuse("instruction", f"文件里不能有处理指令“{target[:40]}”；请删去这一行")

    def entity(self, *_: object) -> None:
        self.refuse("doctype", "文件里引用了实体；请直接写出文字")

    def refuse(self, rule: str, message: str, attributes: list[str] | None = None) -> None:
        pairs = dict(zip((attributes or [])[::2], (attributes or [])[1::2], strict=False))
        raise _Refused(rule, message, self.parser.CurrentLineNumber, pairs.get("id", "")[:200])


_WORDS = {
    expat.errors.codes[code]: words
    for code, words in {
        expat.errors.XML_ERROR_NO_ELEMENTS: "没有任何元素，或文件在这里断了",
        expat.errors.XML_ERROR_UNCLOSED_TOKEN: "文件在这里断了",
        expat.errors.XML_ERROR_TAG_MISMATCH: "开始标记和结束标记不成对",
        expat.errors.XML_ERROR_DUPLICATE_ATTRIBUTE: "一个元素的同一属性写了两次",
        expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT: "结尾之后还有内容",
        expat.errors.XML_ERROR_UNBOUND_PREFIX: "用了没有声明的命名空间前缀",
        expat.errors.XML_ERROR_INVALID_TOKEN: "有不允许的字符，或标记没有写完",
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION: "CDATA没有结束",
    }.items()
}

"""Checks a tree against the schema of BPMN or DMN, and says in Chinese what is wrong and where.

The schemas are those of the installed SpiffWorkflow. It is not imported here, only its files are read.
An element in the wrong place hides what follows it from the validator; so it is taken out of a copy and the copy
looked at again, until every culprit has been named.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from lxml import etree

from engine.bpmn.findings import Finding
from engine.bpmn.xmltext import BPMN, line_of, local

#: As many findings as anybody mends in one go; the rest come when these are mended.
MOST = 100
_ROUNDS = 40
#: DMN 1.1 and 1.3. The schema of 1.2 in the package refers to types that no file of it declares.
_DMN = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "dmn/parser/schema/DMN.xsd",
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "dmn/parser/schema/DMN13.xsd",
}
_SCHEMAS = {BPMN: "bpmn/parser/schema/BPMN20.xsd", **_DMN}
#: Required by the standards and read by nobody here; their lack is told and refuses nothing.
_IDLE = frozenset({"targetNamespace", "namespace", "name"})

#: Attributes for people to read.
_FREE = frozenset({"name", "exporter", "exporterVersion", "textFormat", "location"})
_NAME = re.compile(r"\{[^}]*\}")
_ATTRIBUTE = re.compile(r"\AElement '[^']*', attribute '([^']*)'")
_NOT_ALLOWED = re.compile(r"The attribute '([^']*)' is not allowed")
_MISSING = re.compile(r"The attribute '([^']*)' is required but missing")
_EXPECTED = re.compile(r"Expected is (?:one of )?\( (.*?) \)")
_TYPE = re.compile(r"(?:atomic|union|list) type '([^']*)'")
_VALUE = re.compile(r": '(.*)' is not a valid value of", re.DOTALL)
_SET = re.compile(r"element of the set \{(.*)\}")
_SAID = {
    "SCHEMAV_CVC_ELT_1": "文件不是BPMN流程图，也不是DMN决策表：最外层是“{tag}”",
    "SCHEMAV_CVC_COMPLEX_TYPE_4": "“{tag}”缺少属性“{attribute}”；请在建模工具里补上",
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_1": "规范里“{tag}”没有属性“{attribute}”；请删去",
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_2": "规范里“{tag}”没有属性“{attribute}”；请删去",
    "SCHEMAV_CVC_COMPLEX_TYPE_2_1": "“{tag}”里不能有任何内容；请删去",
    "SCHEMAV_CVC_COMPLEX_TYPE_2_3": "“{tag}”里不能直接写文字；请删去，说明请写在documentation里",
    "SCHEMAV_CVC_TYPE_2": "“{tag}”只是规范里的总称，不能直接使用；请换成具体的元素",
    "SCHEMAV_CVC_ELT_2": "“{tag}”只是规范里的总称，不能直接使用；请换成具体的元素",
    "SCHEMAV_CVC_ELT_4_2": "“{tag}”的类型（xsi:type）在规范里没有；请删去这个属性",
    "SCHEMAV_CVC_ELT_4_3": "“{tag}”的类型（xsi:type）不能用在这里；请删去这个属性",
}
_TYPES = {
    "xs:boolean": "只能是 true 或 false",
    "xs:integer": "只能是整数",
    "xs:int": "只能是整数",
    "xs:double": "只能是数",
    "xs:ID": "须以字母开头，只含字母、数字、下划线、点和短横，且在文件里只出现一次",
    "xs:IDREF": "须是一个元素的编号",
    "xs:QName": "须是一个元素的编号",
    "xs:dateTime": "须是日期和时间",
    "xs:anyURI": "须是一个地址",
}


@dataclass(frozen=True, slots=True)
class _Error:
    """One complaint of the validator with the element that it is about."""

    kind: str
    message: str
    at: etree._Element

    @property
    def attribute(self) -> str:
        found = _ATTRIBUTE.search(self.message) or _MISSING.search(self.message)
        return _plain(found[1]) if found else ""

    @property
    def key(self) -> tuple[str, ...]:
        return (self.kind, self.at.tag, str(line_of(self.at)), self.at.get("id") or "", self.attribute)

    @property
    def unexpected(self) -> bool:
        """Whether the element is the culprit, and taking it away lets the validator go on."""
        return "is not expected" in self.message or self.kind == "SCHEMAV_CVC_TYPE_2"


def check(root: etree._Element, *, file: str) -> list[Finding]:
    """Return what the schema of the root's namespace does not allow; nothing where there is no such schema."""
    schema = _schema(local(root)[0])
    if schema is None:
        return []
    found: dict[tuple[str, ...], Finding] = {}
    tree = deepcopy(root)
    for _ in range(_ROUNDS):
        errors = list(islice(_errors(schema, tree), MOST))
        for error in errors:
            found.setdefault(error.key, _finding(error, file))
        if len(found) >= MOST or not _take_out(error.at for error in errors if error.unexpected):
            break
    return [*list(found.values())[:MOST], *_padded(root, file)]


def _padded(root: etree._Element, file: str) -> Iterator[Finding]:
    """Yield the values with blanks around them, which the schema takes for the same and nobody else does."""
    for one in root.iter(f"{{{BPMN}}}*"):
        for name, value in one.attrib.items():
            if value != value.strip() and name not in _FREE:
                message = f"“{_shown(one)}”的属性“{_plain(str(name))}”的值前后有空格；请删去空格"
                yield Finding(rule="schema", message=message, file=file, element=_id_of(one), line=line_of(one))


def _take_out(culprits: Iterable[etree._Element]) -> bool:
    """Remove elements from the tree; whether there was one to remove."""
    removed = False
    for one in culprits:
        parent: Any = one.getparent()
        if parent is not None:
            parent.remove(one)
            removed = True
    return removed


@cache
def _schema(namespace: str) -> etree.XMLSchema | None:
    name = _SCHEMAS.get(namespace)
    if name is None:
        return None
    parser = etree.XMLParser(no_network=True, load_dtd=False, resolve_entities=False)
    return etree.XMLSchema(etree.parse(str(_package() / name), parser))


def load() -> None:
    """Read all schemas now; afterwards no file is opened."""
    for namespace in _SCHEMAS:
        _schema(namespace)


def _package() -> Path:
    spec = importlib.util.find_spec("SpiffWorkflow")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("SpiffWorkflow")
    return Path(spec.origin).parent


def _errors(schema: etree.XMLSchema, tree: etree._Element) -> Iterator[_Error]:
    if schema.validate(tree):
        return
    ids: set[str] | None = None if local(tree)[0] in _DMN else {str(one) for one in _xpath(tree, "//@id")}
    log: Any = schema.error_log
    for entry in log:
        if ids is None or not _told_elsewhere(entry.message, ids):
            yield _Error(kind=entry.type_name, message=entry.message, at=_place(tree, entry.path, entry.line))


def _place(tree: etree._Element, path: str | None, line: int) -> etree._Element:
    try:
        found = _xpath(tree, path or "/*")
    except etree.XPathEvalError:
        found = [one for one in tree.iter(etree.Element) if line_of(one) == line]
    return found[0] if found else tree


def _xpath(tree: etree._Element, path: str) -> list[Any]:
    prefixes: Mapping[str, str] = {prefix: uri for prefix, uri in tree.nsmap.items() if prefix}
    found: Any = tree.getroottree().xpath(path, namespaces=prefixes)
    return list(found)


def _told_elsewhere(message: str, ids: set[str]) -> bool:
    """Ids of a diagram have rules of their own, which see all places of one; and what names an odd id is not odd."""
    if message.endswith("type 'xs:QName'."):
        value = _VALUE.search(message)
        return value is not None and value[1] in ids
    return message.endswith(("type 'xs:ID'.", "type 'xs:IDREF'."))


def _finding(error: _Error, file: str) -> Finding:
    idle = error.kind == "SCHEMAV_CVC_COMPLEX_TYPE_4" and error.attribute in _IDLE
    return Finding(
        rule="schema",
        message=_words(error),
        file=file,
        element=_id_of(error.at),
        line=line_of(error.at),
        severity="warning" if idle else "error",
    )


def _id_of(element: etree._Element) -> str:
    named = (one.get("id") for one in (element, *element.iterancestors()))
    return next((one for one in named if one), "")


def _words(error: _Error) -> str:
    tag = _shown(error.at)
    if error.kind == "SCHEMAV_ELEMENT_CONTENT":
        return _of_content(error, tag)
    said = _SAID.get(error.kind)
    return said.format(tag=tag, attribute=error.attribute) if said else _of_value(error, tag)


def _of_content(error: _Error, tag: str) -> str:
    expected = _EXPECTED.search(error.message)
    names = [_plain(one) for one in expected[1].split(", ")] if expected else []
    if not error.unexpected:
        return f"“{tag}”里缺少“{names[-1] if names else '内容'}”；请在建模工具里补上"
    if local(error.at)[0] not in _SCHEMAS:
        return f"规范里没有“{tag}”；工具附加的内容只能放在extensionElements里，请删去"
    return f"这里不能有“{tag}”：规范里没有这种元素，或者它的位置、次序不对；请删去或换成规范的元素"


def _of_value(error: _Error, tag: str) -> str:
    place = f"“{tag}”的属性“{error.attribute}”" if error.attribute else f"“{tag}”"
    value = error.at.get(error.attribute) if error.attribute else error.at.text
    if (allowed := _SET.search(error.message)) is not None:
        return f"{place}的值“{_short(value)}”不对：只能是{allowed[1].replace(chr(39), '')[:200]}之一"
    kind = _TYPE.search(error.message)
    said = _TYPES.get(kind[1], "请按规范改正") if kind else "请按规范改正"
    return f"{place}的值“{_short(value)}”不对：{said}"


def _short(value: str | None) -> str:
    text = (value or "").strip()
    return f"{text[:40]}…" if len(text) > 40 else text  # noqa: PLR2004


def _plain(name: str) -> str:
    return _NAME.sub("", name).strip()


def _shown(element: etree._Element) -> str:
    tag = local(element)[1]
    return f"{element.prefix}:{tag}" if element.prefix and "omg.org" not in local(element)[0] else tag

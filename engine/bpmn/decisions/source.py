"""Reads DMN files safely: no DOCTYPE, no entities, no network, two megabytes at most."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml import etree

from engine.core.errors import ShouhuError

MAX_BYTES = 2 * 1024 * 1024
MAX_ELEMENTS = 50_000

Element = etree._Element  # noqa: SLF001 - lxml has no public name for it


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """Something in a DMN file that cannot be used, and where it stands."""

    element: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"第 {self.line} 行 {self.element}：{self.sentence}"


class DecisionError(ShouhuError):
    """A DMN file cannot be used; ``problems`` says everything that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("；".join(str(problem) for problem in self.problems[:20]))


def read(xml: bytes) -> Element:
    """Return the root of a DMN file.

    Raises:
        DecisionError: it is too large, is no XML, or holds a DOCTYPE.
    """
    if len(xml) > MAX_BYTES:
        raise _refused(f"文件太大：最多 {MAX_BYTES // 1024 // 1024} MB")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _refused("文件不是完整的 XML") from error
    if str(getattr(root.getroottree().docinfo, "doctype", "")):
        raise _refused("文件里不能有 DOCTYPE")
    if sum(1 for _ in root.iter()) > MAX_ELEMENTS:
        raise _refused(f"文件里的元素太多：最多 {MAX_ELEMENTS} 个")
    if local(root) != "definitions" or "/DMN/" not in (etree.QName(root).namespace or ""):
        raise _refused("文件不是 DMN 决策模型")
    return root


def _refused(sentence: str) -> DecisionError:
    return DecisionError([Problem(element="definitions", line=1, sentence=sentence)])


def local(element: Element) -> str:
    """Return the element's name without its namespace."""
    return etree.QName(element).localname


def children(element: Element | None, *names: str) -> Iterator[Element]:
    """Yield the elements directly below, of these names or of any."""
    if element is None:
        return
    for child in element:
        if isinstance(child.tag, str) and (not names or local(child) in names):
            yield child


def child(element: Element | None, *names: str) -> Element | None:
    """Return the first element directly below of one of these names."""
    return next(children(element, *names), None)


def text(element: Element | None, name: str = "text") -> str | None:
    """Return the text of the first child of this name; None where there is none."""
    found = child(element, name)
    return None if found is None else "".join(str(part) for part in found.itertext())


def name_of(element: Element) -> str:
    """Return the name under which others see the element's value."""
    variable = child(element, "variable")
    name = (variable.get("name") if variable is not None else None) or element.get("name") or element.get("id") or ""
    return " ".join(name.split())


def line_of(element: Element) -> int:
    """Return the line on which the element begins."""
    line = element.sourceline
    return line if isinstance(line, int) else 0

"""Fills the blanks of a template, and reads a filled paper back for the print view. Pure: bytes in, bytes out.

What is filled in stands as text and nothing else: a blank inside an answer is not looked up again.
"""

from __future__ import annotations

import copy
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from engine.bpmn.paperfiles import BLANK, MAIN, WITH_BLANKS, W, text_of, texts_of, unpack

#: What stands in a sentence where nothing was answered, to be written by hand.
OPEN = "＿＿＿＿＿＿"
#: Packed files differ by nothing but their content.
_WHEN = (1980, 1, 1, 0, 0, 0)
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
#: Characters that XML cannot hold.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Words = Mapping[str, str]
Rows = Mapping[str, Sequence[Words]]


def fill(template: bytes, words: Words, rows: Rows) -> bytes:
    """Return the template with its blanks filled from words, and its rows repeated.

    The same content gives the same bytes.
    """
    parts = unpack(template)
    filled = {name: _filled(data, words, rows) if WITH_BLANKS.fullmatch(name) else data for name, data in parts.items()}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in filled.items():
            package.writestr(zipfile.ZipInfo(name, _WHEN), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _filled(data: bytes, words: Words, rows: Rows) -> bytes:
    root = _root(data)
    done: set[etree._Element] = set()
    for row in list(root.iter(f"{{{W}}}tr")):
        table = next((name for name, column in BLANK.findall(_row_text(row)) if column), "")
        if table:
            done |= _repeat(row, table, words, rows.get(table, ()))
    for paragraph in list(root.iter(f"{{{W}}}p")):
        if paragraph not in done:
            in_table = next(paragraph.iterancestors(f"{{{W}}}tbl"), None) is not None
            _fill_paragraph(paragraph, words, "" if in_table else OPEN)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)


def _root(data: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(data, parser)


def _row_text(row: etree._Element) -> str:
    return "\n".join(text_of(one) for one in row.iter(f"{{{W}}}p"))


def _repeat(row: etree._Element, table: str, words: Words, rows: Sequence[Words]) -> set[etree._Element]:
    """Put a filled copy of a row for each row of a table, an empty one where there is none; return what is filled."""
    done: set[etree._Element] = set()
    for given in rows or ({},):
        made = copy.deepcopy(row)
        own = {f"{table}.{column}": said for column, said in given.items()}
        for paragraph in made.iter(f"{{{W}}}p"):
            _fill_paragraph(paragraph, {**words, **own}, "")
            done.add(paragraph)
        row.addprevious(made)
    above = row.getparent()
    if above is not None:
        above.remove(row)
    return done


def _fill_paragraph(paragraph: etree._Element, words: Words, missing: str) -> None:
    """Fill the blanks of a paragraph from the last to the first, whatever runs they are cut into."""
    for found in reversed(list(BLANK.finditer(text_of(paragraph)))):
        name = f"{found[1]}.{found[2]}" if found[2] else found[1]
        said = _UNWRITABLE.sub("", words[name]) if name in words else missing
        _replace(texts_of(paragraph), found.start(), found.end(), said)
    for one in texts_of(paragraph):
        _break_lines(one)


def _replace(texts: Sequence[etree._Element], start: int, end: int, said: str) -> None:
    """Put words in the place of some characters of a paragraph: in the run in which they begin."""
    at = 0
    for one in texts:
        text = one.text or ""
        low, high = max(start - at, 0), min(end - at, len(text))
        at += len(text)
        if low >= high:
            continue
        one.text = text[:low] + said + text[high:]
        one.set(_SPACE, "preserve")
        said = ""


def _break_lines(one: etree._Element) -> None:
    """Turn line ends inside a text into breaks."""
    first, *rest = (one.text or "").splitlines() or [""]
    if not rest:
        return
    one.text = first
    here = one
    for line in rest:
        broken = etree.Element(f"{{{W}}}br")
        text = etree.Element(f"{{{W}}}t")
        text.text = line
        text.set(_SPACE, "preserve")
        here.addnext(broken)
        broken.addnext(text)
        here = text


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """A paragraph of a paper, or a table where it has ``rows``; ``style`` is the id of its style."""

    style: str = ""
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()


def sheet(paper: bytes) -> list[Block]:
    """Return what stands on a filled paper, from the first line to the last."""
    body = _root(unpack(paper)[MAIN]).find(f"{{{W}}}body")
    found: list[Block] = []
    for one in body if body is not None else ():
        tag = etree.QName(one).localname
        if tag == "p":
            found.append(Block(style=_style(one), text=_lines(one)))
        elif tag == "tbl":
            cells = ([_cell(cell) for cell in row.iter(f"{{{W}}}tc")] for row in one.iter(f"{{{W}}}tr"))
            found.append(Block(style="table", rows=tuple(tuple(row) for row in cells)))
    return found


def _style(paragraph: etree._Element) -> str:
    named = paragraph.find(f"{{{W}}}pPr/{{{W}}}pStyle")
    return str(named.get(f"{{{W}}}val") or "") if named is not None else ""


def _cell(cell: etree._Element) -> str:
    return "\n".join(_lines(one) for one in cell.iter(f"{{{W}}}p"))


def _lines(paragraph: etree._Element) -> str:
    said = {f"{{{W}}}br": "\n", f"{{{W}}}tab": "　"}
    return "".join(said.get(str(one.tag), one.text or "" if one.tag == f"{{{W}}}t" else "") for one in paragraph.iter())

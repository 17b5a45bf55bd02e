"""Makes the templates of papers from ``paper_texts``: ``python -m tools.paper_templates``.

All look alike, as official papers do (GB/T 9704): A4, name of the body in red over a red line, number, title in
a heavy face, text in 仿宋 of 16 points, lines to sign, seal and date at the end. A place whose document prints
other words gets a file of its own.
"""

from __future__ import annotations

import io
import re
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.sax.saxutils import escape

from tools.paper_texts import TEXTS, WORDINGS, Text

FORMS = Path(__file__).resolve().parents[1] / "forms"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
#: Text width of an A4 page between the margins of official papers, in twentieths of a point.
WIDTH = 8844
SONG, HEI, FANG = "宋体", "方正小标宋简体", "仿宋"
_MARKED = re.compile("［([^］]*)］")


def packed(text: Text, name: str, words: Mapping[str, str]) -> bytes:
    """Return a template as .docx; the same text gives the same bytes."""
    parts = {
        "[Content_Types].xml": _types(),
        "_rels/.rels": _relations(("officeDocument", "word/document.xml")),
        "word/document.xml": _document(text, name, words),
        "word/styles.xml": _styles(),
        "word/footer1.xml": _footer(),
        "word/_rels/document.xml.rels": _relations(("styles", "styles.xml"), ("footer", "footer1.xml")),
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        for path, content in parts.items():
            entry = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
            package.writestr(entry, content.encode(), zipfile.ZIP_DEFLATED)
    return made.getvalue()


def files() -> Iterator[tuple[Path, bytes]]:
    """Yield every template with its path: the shared ones, and those of places with words of their own."""
    for name, text in TEXTS.items():
        yield FORMS / "base/documents" / f"{name}.docx", packed(text, name, {})
        for place in text.wordings:
            yield FORMS / place / "documents" / f"{name}.docx", packed(text, name, WORDINGS[place])


def _document(text: Text, name: str, words: Mapping[str, str]) -> str:
    def say(said: str) -> str:
        return _MARKED.sub(lambda found: words.get(found[1], found[1]), said)

    body = [
        _p("Organ", "{{机关}}"),
        _p("Number", "{{文号}}"),
        _p("PaperTitle", text.title or name),
        *([_p("To", say(text.to))] if text.to else []),
        *(_p("PaperText", say(one)) for one in text.body),
        *([_facts(text.facts)] if text.facts else []),
        *([_rows(text.rows)] if text.rows else []),
        *(_p("PaperText", say(one)) for one in text.after),
        *(_p("Sign", f"{one}：＿＿＿＿＿＿＿＿　　年　月　日") for one in text.signs),
        *([_p("Seal", "{{机关}}（盖章）")] if text.seal else []),
        _p("Date", "{{日期}}"),
    ]
    page = (
        '<w:sectPr><w:footerReference w:type="default" r:id="rId2"/><w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="2098" w:right="1474" w:bottom="1985" w:left="1588" w:header="851" w:footer="1134" '
        'w:gutter="0"/></w:sectPr>'
    )
    return f"{HEAD}<w:document {W} {R}><w:body>{''.join(body)}{page}</w:body></w:document>"


def _p(style: str, said: str) -> str:
    run = f'<w:r><w:t xml:space="preserve">{escape(said)}</w:t></w:r>'
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{run}</w:p>'


def _facts(facts: tuple[tuple[str, str], ...]) -> str:
    """Return a table of labels with blanks, two pairs a row."""
    pairs = [*facts, *([("", "")] if len(facts) % 2 else [])]
    widths = (1500, 2922, 1500, 2922)
    rows = "".join(
        _row([(label, "Label"), (blank, "Cell"), (other, "Label"), (more, "Cell")], widths)
        for (label, blank), (other, more) in zip(pairs[::2], pairs[1::2], strict=True)
    )
    return _table(widths, rows)


def _rows(columns: tuple[tuple[str, str], ...]) -> str:
    """Return a table with a head and one row of blanks, which is repeated when the paper is filled."""
    narrow = len(columns) == 2  # noqa: PLR2004 - a label and what it says
    widths = (2500, WIDTH - 2500) if narrow else tuple(WIDTH // len(columns) for _ in columns)
    head = _row([(title, "Label") for title, _ in columns], widths, head=True)
    return _table(widths, head + _row([(blank, "Cell") for _, blank in columns], widths))


def _row(cells: list[tuple[str, str]], widths: tuple[int, ...], *, head: bool = False) -> str:
    repeated = "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>" if head else "<w:trPr><w:cantSplit/></w:trPr>"
    made = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>{_p(style, said)}</w:tc>'
        for (said, style), width in zip(cells, widths, strict=True)
    )
    return f"<w:tr>{repeated}{made}</w:tr>"


def _table(widths: tuple[int, ...], rows: str) -> str:
    edges = "".join(
        f'<w:{side} w:val="single" w:sz="6" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{WIDTH}" w:type="dxa"/><w:tblBorders>{edges}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>{_p("Gap", "")}'
    )


def _styles() -> str:
    line = '<w:spacing w:line="540" w:lineRule="exact"/>'
    apart = '<w:spacing w:before="480" w:line="540" w:lineRule="exact"/>'
    red = '<w:pBdr><w:bottom w:val="single" w:sz="18" w:space="8" w:color="C00000"/></w:pBdr>'
    made = [
        _style("Organ", f'{red}<w:spacing w:after="240"/><w:jc w:val="center"/>', SONG, 44, bold=True, colour="C00000"),
        _style("Number", f'{line}<w:jc w:val="center"/>', FANG, 32),
        _style("PaperTitle", '<w:spacing w:before="280" w:after="360"/><w:jc w:val="center"/>', HEI, 44, bold=True),
        _style("To", line, FANG, 32),
        _style("PaperText", f'{line}<w:ind w:firstLineChars="200" w:firstLine="640"/><w:jc w:val="both"/>', FANG, 32),
        _style("Label", '<w:spacing w:before="60" w:after="60"/><w:jc w:val="center"/>', FANG, 28),
        _style("Cell", '<w:spacing w:before="60" w:after="60"/>', FANG, 28),
        _style("Gap", '<w:spacing w:line="200" w:lineRule="exact"/>', FANG, 16),
        _style("Sign", f"<w:keepNext/>{line}", FANG, 32),
        _style("Seal", f'<w:keepNext/>{apart}<w:jc w:val="right"/>', FANG, 32),
        _style("Date", f'{line}<w:ind w:right="640"/><w:jc w:val="right"/>', FANG, 32),
        _style("Foot", '<w:jc w:val="center"/>', SONG, 18),
    ]
    return f"{HEAD}<w:styles {W}>{''.join(made)}</w:styles>"


def _style(key: str, paragraph: str, font: str, size: int, *, bold: bool = False, colour: str = "") -> str:
    """Return a style; sizes are in half points."""
    run = f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}" w:eastAsia="{font}" w:cs="{font}"/>'
    run += "<w:b/>" if bold else ""
    run += f'<w:color w:val="{colour}"/>' if colour else ""
    run += f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'
    return (
        f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{key}"><w:name w:val="{key}"/>'
        f"<w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )


def _footer() -> str:
    return f"{HEAD}<w:ftr {W}>{_p('Foot', '个案 {{个案编号}}　儿童代码 {{儿童代码}}　{{版次}}')}</w:ftr>"


def _types() -> str:
    parts = (("document", "document.main"), ("styles", "styles"), ("footer1", "footer"))
    listed = "".join(f'<Override PartName="/word/{part}.xml" ContentType="{TYPE}.{kind}+xml"/>' for part, kind in parts)
    return (
        f'{HEAD}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{listed}</Types>'
    )


def _relations(*relations: tuple[str, str]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{number}" Type="{RELATION}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(relations, 1)
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{listed}</Relationships>'


def main() -> int:
    """Write every template."""
    for path, content in files():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        print(path.relative_to(FORMS.parent))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Draws the lines of a file in which a wrong and a right model differ, for rules about what is no diagram. Pure."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

from engine.bpmn.paperfiles import SUFFIX
from engine.bpmn.paperfilling import sheet

AROUND = 3
MOST_LINES, MOST_COLUMNS = 14, 84
LINE_HEIGHT, COLUMN_WIDTH, EDGE = 20, 7.7, 10
FONT = "ui-monospace, 'Noto Sans Mono CJK SC', 'Sarasa Mono SC', monospace"
#: In place of a file that is not there.
ABSENT = "（没有这个文件）"
#: What the list of the files is called.
NAMES = "文件清单"


@dataclass(frozen=True, kw_only=True)
class Extract:
    """A few lines of a file; ``marked`` are those in which it differs from its twin."""

    file: str
    lines: tuple[str, ...]
    marked: frozenset[int]


def extract(files: Mapping[str, bytes], twins: Mapping[str, bytes], wanted: str) -> Extract:
    """Return the lines of the wanted file, or of the first that differs, around the first difference."""
    changed = [name for name in sorted({*files, *twins}) if files.get(name, b"") != twins.get(name, b"")]
    name = next((one for one in changed if wanted and one.endswith(wanted)), changed[0])
    here, there = _lines(files.get(name, b""), name), _lines(twins.get(name, b""), name)
    spans = (
        (low, high)
        for tag, low, high, _, _ in difflib.SequenceMatcher(None, here, there, autojunk=False).get_opcodes()
        if tag != "equal"
    )
    low, high = next(spans, (0, 0))
    around = MOST_LINES if name == NAMES else AROUND
    first = max(0, low - around)
    shown = here[first : min(len(here), high + around)][:MOST_LINES]
    return Extract(
        file=name.rpartition("/")[2],
        lines=tuple(_cut(line) for line in shown),
        marked=frozenset(number - first for number in range(low, high)),
    )


def names_of(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return a list of the names of some files, as if it were a file itself."""
    return {NAMES: "\n".join(sorted(files, key=str.casefold)).encode()}


def _lines(content: bytes, name: str) -> list[str]:
    if not content:
        return [ABSENT]
    if name.endswith(SUFFIX):
        return [one.text for one in sheet(content)]
    # Enough for every picture, and quick for a file that is wrong by being huge.
    text = content[:200_000].decode("utf-8", "replace")
    return ["".join(one if one.isprintable() else "�" for one in line.expandtabs(2)) for line in text.splitlines()]


def _cut(line: str) -> str:
    """Return a line that fits; wide characters take two columns."""
    kept, width = "", 0
    for one in line:
        width += _width(one)
        if width > MOST_COLUMNS:
            return kept + "…"
        kept += one
    return kept


def _width(one: str) -> int:
    return 2 if unicodedata.east_asian_width(one) in "WF" else 1


def draw(shown: Extract, *, title: str, stamp: str, colour: str) -> str:
    """Return the picture as SVG text; marked lines have the colour."""
    columns = max(sum(map(_width, line)) for line in (*shown.lines, shown.file))
    width = int(columns * COLUMN_WIDTH) + 3 * EDGE
    height = (len(shown.lines) + 1) * LINE_HEIGHT + 2 * EDGE
    rows = [_row(number, line, colour if number in shown.marked else "") for number, line in enumerate(shown.lines)]
    return "\n".join(
        [
            f"<!-- {stamp} -->",
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{width}" height="{height}"',
            f'  viewBox="0 0 {width} {height}" font-family="{FONT}" font-size="14">',
            f"<title>{escape(title)}</title>",
            f'<rect width="{width}" height="{height}" rx="4" fill="white" stroke="#999"/>',
            f'<text x="{EDGE}" y="{LINE_HEIGHT}" fill="#555">{escape(shown.file)}</text>',
            *rows,
            "</svg>\n",
        ]
    )


def _row(number: int, line: str, colour: str) -> str:
    y = (number + 2) * LINE_HEIGHT
    bar = f'<rect x="4" y="{y - 15}" width="3" height="{LINE_HEIGHT}" fill="{colour}"/>' if colour else ""
    ink = f' fill="{colour}"' if colour else ""
    return f'{bar}<text x="{2 * EDGE}" y="{y}" xml:space="preserve"{ink}>{escape(line)}</text>'

"""Draws the pictures of the rules' pages from their models: diagrams in the browser that the tests use, else lines.

``python -m tools.rule_pictures`` draws what is new or has changed; with names of rules, theirs anew.
Each picture carries the stamp of the model it was made from, so that a test can tell an old one.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lxml import etree
from playwright.sync_api import Page, sync_playwright

from tests.lint.catalogue import Example, contents, diagram_of, examples, is_shown, picture_of, read_diagram, twin_of
from tools import browsers, rule_texts
from tools.rule_texts import Extract, extract, names_of

ROOT = Path(__file__).resolve().parents[1]
VIEWER = ROOT / "node_modules/bpmn-js/dist/bpmn-navigated-viewer.production.min.js"
DRAWER = Path(__file__).parent / "rule_pictures.js"
SVG = "http://www.w3.org/2000/svg"
DI = "http://www.omg.org/spec/BPMN/20100524/DI"
RED = "#c8102e"
FONTS = "'Noto Sans CJK SC', 'Microsoft YaHei', 'PingFang SC', sans-serif"
MARGIN = 6
#: Counts up when the pictures of the same models are to look different.
LOOK = "1"
FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
#: What bpmn-js draws for the mouse alone.
UNSEEN = ("djs-hit", "djs-outline", "djs-dragger", "djs-bendpoints", "djs-segment-dragger")


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture to draw: of which diagram or lines, with what marked, and where it goes."""

    rule: str
    model: Path | Extract
    marked: tuple[str, ...]
    file: Path
    title: str

    @property
    def stamp(self) -> str:
        """What the picture was made from."""
        model = self.model.read_bytes() if isinstance(self.model, Path) else str(self.model).encode()
        made_from = "\n".join([LOOK, self.title, *self.marked]).encode() + model
        return f"made from {hashlib.sha256(made_from).hexdigest()[:16]}"

    @property
    def is_current(self) -> bool:
        return self.file.exists() and self.stamp in self.file.read_text(encoding="utf-8")


def pictures() -> Iterator[Picture]:
    """Yield every picture that the pages show."""
    for kind, word in (("wrong", "错的画法"), ("right", "对的画法")):
        for example in examples(kind):
            model = (diagram_of(example) or _lines(example)) if is_shown(example) else None
            if model is not None:
                yield Picture(
                    rule=example.rule.name,
                    model=model,
                    marked=example.culprit().elements if kind == "wrong" else (),
                    file=picture_of(example),
                    title=f"{example.rule.says}：{word}",
                )


def _lines(example: Example) -> Extract | None:
    twin = twin_of(example)
    if twin is None:
        return None
    wrong = example if example.path.name.startswith("wrong") else twin
    files, twins = contents(example), contents(twin)
    if example.is_repository and files.keys() != twins.keys():
        files, twins = names_of(files), names_of(twins)
    shown = extract(files, twins, wrong.culprit().file)
    # Both are shown, but only the wrong one has a culprit.
    return shown if wrong is example else replace(shown, marked=frozenset())


def main(names: Sequence[str]) -> int:
    """Draw what has changed, or the pictures of the named rules."""
    wanted = [one for one in pictures() if (one.rule in names if names else not one.is_current)]
    for one in wanted:
        if isinstance(one.model, Extract):
            print(one.file.relative_to(ROOT), flush=True)
            drawn = rule_texts.draw(one.model, title=one.title, stamp=one.stamp, colour=RED)
            one.file.write_text(drawn, encoding="utf-8")
    return _draw_diagrams([one for one in wanted if isinstance(one.model, Path)])


def _draw_diagrams(wanted: Sequence[Picture]) -> int:
    if not wanted:
        return 0
    program = browsers.chromium()
    if program is None:
        print(browsers.ADVICE, file=sys.stderr)
        return 1
    with sync_playwright() as play, tempfile.TemporaryDirectory() as home:
        browser = play.chromium.launch(executable_path=program, args=FLAGS, env={**os.environ, "HOME": home})
        page = browser.new_page(viewport={"width": 1600, "height": 1000})
        page.set_content("<div id='canvas' style='width:1600px;height:1000px'></div>")
        page.add_script_tag(path=str(VIEWER))
        page.add_script_tag(path=str(DRAWER))
        for one in wanted:
            print(one.file.relative_to(ROOT), flush=True)
            one.file.write_text(draw(page, one), encoding="utf-8")
        browser.close()
    return 0


def draw(page: Page, picture: Picture) -> str:
    """Return the picture of a diagram as SVG text."""
    assert isinstance(picture.model, Path)  # noqa: S101 - for the type checker
    given: dict[str, Any] = {
        "xml": read_diagram(picture.model),
        "marked": list(picture.marked),
        "colour": RED,
    }
    drawn = page.evaluate("given => drawModel(given)", given)
    root = etree.fromstring(drawn["svg"].encode())
    for lost in drawn["lost"]:
        _draw_lost(root, picture.model, lost)
    _slim(root)
    title = etree.Element(f"{{{SVG}}}title")
    title.text = picture.title
    root.insert(0, title)
    root.set("role", "img")
    root.set("font-family", FONTS)
    text = etree.tostring(root, encoding="unicode")
    return re.sub(r"(\d\.\d\d)\d+", r"\1", f"<!-- {picture.stamp} -->\n{text}\n")


def _draw_lost(root: etree._Element, model: Path, element: str) -> None:
    """Draw what the viewer leaves out: a flow whose end is missing, a node that it does not know."""
    dash = f"fill: none; stroke: {RED}; stroke-width: 3px; stroke-dasharray: 8 4"
    for drawn in etree.parse(model).iter(f"{{{DI}}}BPMNEdge", f"{{{DI}}}BPMNShape"):
        if drawn.get("bpmnElement") != element:
            continue
        points = [(float(one.get("x", 0)), float(one.get("y", 0))) for one in drawn.iterchildren("{*}waypoint")]
        for box in drawn.iterchildren("{*}Bounds"):
            x, y, width, height = (float(box.get(name, 0)) for name in ("x", "y", "width", "height"))
            points = [(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)]
        line = etree.SubElement(root, f"{{{SVG}}}polyline", points=" ".join(f"{x:g},{y:g}" for x, y in points))
        line.set("style", dash)
        _widen(root, points)


def _widen(root: etree._Element, points: list[tuple[float, float]]) -> None:
    """Make room for some points."""
    left, top, width, height = (float(one) for one in root.get("viewBox", "0 0 0 0").split())
    right = max(left + width, *(x + MARGIN for x, _ in points))
    bottom = max(top + height, *(y + MARGIN for _, y in points))
    left, top = min(left, *(x - MARGIN for x, _ in points)), min(top, *(y - MARGIN for _, y in points))
    root.set("viewBox", f"{left:g} {top:g} {right - left:g} {bottom - top:g}")
    root.set("width", f"{right - left:g}")
    root.set("height", f"{bottom - top:g}")


def _slim(root: etree._Element) -> None:
    """Take out what nobody sees."""
    for part in list(root.iter("{*}*")):
        named = set(str(part.get("class") or "").split())
        above = part.getparent()
        if above is not None and named & set(UNSEEN):
            above.remove(part)
    for part in root.iter("{*}*"):
        if "class" in part.attrib:
            del part.attrib["class"]
        style = part.get("style")
        if style is not None:
            kept = [one.strip() for one in str(style).split(";") if one.strip() and "font-family" not in one]
            halo = ["paint-order: stroke", "stroke: white", "stroke-width: 3px"]
            part.set("style", "; ".join([*kept, *(halo if etree.QName(part).localname == "text" else [])]))
        for name in [name for name in part.attrib if str(name).startswith("data-")]:
            del part.attrib[name]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

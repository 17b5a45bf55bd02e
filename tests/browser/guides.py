"""Holds a guide in ``docs/how-to`` to what the pages do: each step that it tells is done, in its order, by a test.

A guide marks its steps by ``<!-- step: NAME -->``. With SHOUHU_DRAW_GUIDES=1 the pictures that it shows are drawn anew.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from playwright.sync_api import Locator, Page

from tests.support.stack import ROOT

STEP = re.compile(r"<!-- step: ([\w-]+) -->")
PICTURE = re.compile(r"\.\./pictures/days/([\w-]+)\.png")
PICTURES = ROOT / "docs" / "pictures" / "days"
#: The browser that draws may have English menus only; a picture shows dates as one with Chinese menus does.
DATES_IN_CHINESE = """() => document.querySelectorAll("input[type=date], input[type=datetime-local]").forEach(one => {
  one.dataset.plainly = JSON.stringify([one.type, one.value]);
  const empty = one.type === "date" ? "年 / 月 / 日" : "年 / 月 / 日 --:--";
  const said = one.value.replaceAll("-", "/").replace("T", " ") || empty;
  one.type = "text"; one.value = said; })"""
DATES_AS_BEFORE = """() => document.querySelectorAll("[data-plainly]").forEach(one => {
  [one.type, one.value] = JSON.parse(one.dataset.plainly); delete one.dataset.plainly; })"""
DRAWING = os.environ.get("SHOUHU_DRAW_GUIDES") == "1"


class Guide:
    """One guide, step by step; :meth:`close` says whether all of it was done."""

    def __init__(self, name: str) -> None:
        text = (ROOT / "docs" / "how-to" / f"{name}.md").read_text(encoding="utf-8")
        self._name = name
        self._told = STEP.findall(text)
        self._shown = set(PICTURE.findall(text))
        self._done: list[str] = []

    def did(self, step: str, page: Page, *, at: Locator | None = None, whole: bool = False) -> None:
        """Note that a step was done, and draw the page where the guide shows it; ``at`` is what stands on top."""
        self._done.append(step)
        picture = f"{self._name}-{step}"
        if DRAWING and picture in self._shown:
            PICTURES.mkdir(parents=True, exist_ok=True)
            if at is not None:
                at.evaluate("one => window.scrollTo(0, one.getBoundingClientRect().top + window.scrollY - 70)")
            page.evaluate(DATES_IN_CHINESE)
            page.screenshot(path=PICTURES / f"{picture}.png", full_page=whole)
            page.evaluate(DATES_AS_BEFORE)

    def close(self) -> None:
        """Hold the guide to what was done, and its pictures to be there."""
        assert self._done == self._told
        lacking = [name for name in self._shown if not Path(PICTURES / f"{name}.png").exists()]
        assert not lacking, f"SHOUHU_DRAW_GUIDES=1 draws {lacking}"

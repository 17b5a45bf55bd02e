"""Holds a guide in ``docs/how-to`` to what the pages do: each step that it tells is done, in its order, by a test.

A guide marks its steps by ``<!-- step: NAME -->``. With SHOUHU_DRAW_GUIDES=1 the pictures that it shows are drawn anew.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from playwright.sync_api import Page

from tests.support.stack import ROOT

STEP = re.compile(r"<!-- step: ([\w-]+) -->")
PICTURE = re.compile(r"\.\./pictures/days/([\w-]+)\.png")
PICTURES = ROOT / "docs" / "pictures" / "days"
DRAWING = os.environ.get("SHOUHU_DRAW_GUIDES") == "1"


class Guide:
    """One guide, step by step; :meth:`close` says whether all of it was done."""

    def __init__(self, name: str) -> None:
        text = (ROOT / "docs" / "how-to" / f"{name}.md").read_text(encoding="utf-8")
        self._name = name
        self._told = STEP.findall(text)
        self._shown = set(PICTURE.findall(text))
        self._done: list[str] = []

    def did(self, step: str, page: Page, *, whole: bool = False) -> None:
        """Note that a step was done, and draw the page where the guide shows it."""
        self._done.append(step)
        picture = f"{self._name}-{step}"
        if DRAWING and picture in self._shown:
            PICTURES.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=PICTURES / f"{picture}.png", full_page=whole)

    def close(self) -> None:
        """Hold the guide to what was done, and its pictures to be there."""
        assert self._done == self._told
        lacking = [name for name in self._shown if not Path(PICTURES / f"{name}.png").exists()]
        assert not lacking, f"SHOUHU_DRAW_GUIDES=1 draws {lacking}"

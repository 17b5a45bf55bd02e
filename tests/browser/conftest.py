"""Chromium against the whole system, with axe on every page that is met."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Error, Page, sync_playwright

from tests.browser.walker import Walker
from tests.support.stack import ROOT, Stack, running, safe_name
from tools import browsers

FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"),
]
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs a browser; where there is none it is left out loudly."""
    here = Path(__file__).parent
    lacking = not (browsers.chromium() and browsers.has_chinese_fonts())
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if lacking and os.environ.get("CI") != "true":
                item.add_marker(pytest.mark.skip(reason=browsers.ADVICE))


@pytest.fixture(scope="session")
def stack(private_folder: Path) -> Iterator[Stack]:
    """The system without demonstration data, and an account for each unit that the cases need."""
    data = private_folder / "stack"
    data.mkdir(mode=0o755)
    with running(data, "--empty") as stack:
        yield stack


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    program = browsers.chromium()
    assert program, browsers.ADVICE
    with sync_playwright() as play, tempfile.TemporaryDirectory() as home:
        browser = play.chromium.launch(executable_path=program, args=FLAGS, env={**os.environ, "HOME": home})
        yield browser
        browser.close()


@pytest.fixture
def held_to_the_rules() -> Callable[[Page], None]:
    """Return what holds a page to WCAG 2.2 AA, to its width and to silence in its console."""
    axe = Axe()

    def meet(page: Page) -> None:
        for _ in range(3):
            try:
                return look_at(page)
            except Error:  # the page gave way to the next one while it was looked at: look at that
                page.wait_for_load_state()
        return look_at(page)

    def look_at(page: Page) -> None:
        said = axe.run(page, options=WCAG).response
        assert said["passes"], "axe looked at nothing"
        found = said["violations"]
        told = [f"{one['id']}: {one['help']} — {[node['html'][:160] for node in one['nodes'][:3]]}" for one in found]
        assert not told, f"{page.url}: {told}"
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{page.url} is {wide} px wider than the screen"

    return meet


@pytest.fixture(params=[1280, 360])
def walker(
    stack: Stack,
    chromium: Browser,
    held_to_the_rules: Callable[[Page], None],
    request: pytest.FixtureRequest,
) -> Iterator[Walker]:
    """People at a screen of this width; what they saw last is kept as a picture where the test fails."""
    walker = Walker(chromium, stack.url, request.param, held_to_the_rules)
    failed_before = request.session.testsfailed
    yield walker
    if request.session.testsfailed > failed_before:
        keep_pictures(walker, request.node.name)
    walker.close()


def keep_pictures(walker: Walker, name: str) -> None:
    """Keep what everybody saw last, for whoever looks into the failure."""
    folder = ROOT / "var" / "test-pictures"
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        for login, page in walker.signed_in.items():
            page.screenshot(path=folder / f"{safe_name(name)}-{login}.png", full_page=True)

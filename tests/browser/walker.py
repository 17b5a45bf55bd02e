"""Walks through the pages as people do: signs in by the form, finds a task in the inbox, fills it in, hands it in."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, BrowserContext, Locator, Page

from tests.support.people import PASSWORD

SHANGHAI = ZoneInfo("Asia/Shanghai")

#: What the pages of a form say about their fields; only what can be seen counts.
FIELDS = (Path(__file__).parent / "fields.js").read_text(encoding="utf-8")
#: What a phone says it is; drafts name the device they were written on.
A_PHONE = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36"
)
#: Counts what scripts ask of the server and have not yet put onto the page.
COUNT_REQUESTS = """window.asking = 0; const ask = window.fetch;
window.fetch = async (...what) => { window.asking += 1;
  try { return await ask(...what); } finally { setTimeout(() => { window.asking -= 1; }, 150); } };"""
#: How long a field may take to appear, on a machine that does much else.
PATIENCE = 10.0


@dataclass
class Walker:
    """People in one browser, each with a session of their own; ``meet`` looks at every page they meet."""

    browser: Browser
    url: str
    width: int
    meet: Callable[[Page], None]
    scripts: bool = True
    place: str = ""
    signed_in: dict[str, Page] = field(default_factory=dict)
    met: list[str] = field(default_factory=list)

    def stranger(self) -> Page:
        """Return a page of somebody who has not signed in."""
        context = self._context()
        return context.new_page()

    def person(self, login: str) -> Page:
        """Return the page of a member of staff, who signs in by the form the first time."""
        if login not in self.signed_in:
            page = self.stranger()
            self.open(page, "/sign-in")
            page.fill("#u", login)
            page.fill("#p", PASSWORD)
            page.click("button[type=submit]:has-text('登录')")
            page.wait_for_url("**/inbox*")
            self.look(page)
            self.signed_in[login] = page
        return self.signed_in[login]

    def open(self, page: Page, path: str) -> None:
        """Go to a page and look at it."""
        answer = page.goto(self.url + path)
        assert answer is not None
        assert answer.ok, f"{path} answered {answer.status}"
        self.look(page)

    def press(self, page: Page, button: Locator) -> None:
        """Press what leads to another page, and look at that."""
        with page.expect_navigation():
            button.click()
        self.look(page)

    def hand_in(self, page: Page) -> None:
        """Complete the item of the page."""
        self.press(page, page.locator("button[name=do][value=complete]"))
        assert page.locator(".note-good", has_text="已办结").count(), page.locator(".note").all_inner_texts()

    def look(self, page: Page) -> None:
        """Hold the page to what every page must be; what looks at it is a script itself."""
        self.met.append(re.sub(r"\d+", "N", page.url.removeprefix(self.url)))
        if self.scripts:
            self.meet(page)

    def report(self, jurisdiction: str, place: str, situations: Sequence[str]) -> str:
        """Report as a citizen and return the code of the receipt."""
        page = self.stranger()
        self.open(page, f"/public/{jurisdiction}/report")
        for situation in situations:
            page.check(f'[name="f.situations"][value="{situation}"]')
        page.select_option('[name="f.place"]', label=place)
        page.fill('[name="f.narrative"]', "邻居家的孩子夜里哭喊，身上有伤。")
        self.press(page, page.locator("button[value=complete]"))
        found = re.search(r"(?:[0-9A-F]{4}\s+){8}", page.inner_text("main"))
        assert found, page.inner_text("main")
        page.context.close()
        return re.sub(r"\s", "", found.group())

    def receipt(self, code: str) -> str:
        """Ask what became of a report."""
        page = self.stranger()
        self.open(page, "/public/receipt")
        page.fill("input[name=code]", code)
        self.press(page, page.locator("main form button[type=submit]"))
        said = page.inner_text("main")
        page.context.close()
        return said

    def do(self, login: str, code: str, child: str = "", **answers: Any) -> str:
        """Find a task of this code in the person's inbox, fill it in and hand it in; return the child's code."""
        page = self.person(login)
        self._find(page, login, code, child)
        self.look(page)
        child = child or page.locator(".head > div:first-child > span").inner_text().split()[0]
        self.fill(page, answers)
        with page.expect_navigation():  # what is typed is kept first, then the form is sent
            page.click("button[name=do][value=complete]")
        if not page.locator(".note-good", has_text="已办结").count():
            problems = page.locator(".note-bad, .note-near").all_inner_texts()
            raise AssertionError(f"{login} could not hand in {code}: {problems or page.inner_text('main')[:800]}")
        self.look(page)
        return child

    def _find(self, page: Page, login: str, code: str, child: str) -> None:
        seen = []
        for view in ("unit", "mine"):
            self.open(page, f"/inbox?view={view}&sort=new")
            rows = page.locator("table.feed tbody tr", has_text=re.compile(rf"{re.escape(code)}(?![\w-])"))
            if child:
                rows = rows.filter(has_text=child)
            if rows.count():
                rows.first.locator("a.t-main").click()
                page.wait_for_url("**/items/*")
                return
            seen += page.locator("table.feed .t-main + .sub").all_inner_texts()
        raise AssertionError(f"{login} has no task {code} for {child or 'anybody'}; there is {seen}")

    def fill(self, page: Page, answers: Mapping[str, Any]) -> None:
        """Give these answers, and something that fits wherever else an answer must be given."""
        left = dict(answers)
        until = time.monotonic() + PATIENCE
        while True:
            fields = {one["key"]: one for one in page.evaluate(FIELDS) if not one["readonly"]}
            ready = [one for key, one in fields.items() if key in left or self._lacks(one, answers)]
            for one in ready:
                self._answer(page, one, left.pop(one["key"], None))
            if not ready and (not left or time.monotonic() > until):
                break
            self._settle(page)
        assert not left, f"the form does not ask for {sorted(left)}; it asks for {sorted(fields)}"

    @staticmethod
    def _lacks(one: Mapping[str, Any], answers: Mapping[str, Any]) -> bool:
        return bool(one["required"] and one["key"] not in answers and not one["filled"])

    def _settle(self, page: Page) -> None:
        """Let the form show what now belongs to it."""
        if self.scripts:
            page.wait_for_timeout(250)  # the form waits a moment for the next press
            while page.evaluate("window.asking") > 0:  # the policy of the pages forbids waiting by a text of code
                page.wait_for_timeout(50)
        elif page.locator("[data-nojs] button").count():
            page.locator("[data-nojs] button").click()
            self.look(page)

    def _answer(self, page: Page, one: Mapping[str, Any], value: Any) -> None:
        at = f"f.{one['key']}"
        match one["kind"]:
            case "radio" | "checkbox":
                chosen = value if isinstance(value, list) else [value if value is not None else _first(one["options"])]
                for option in chosen:
                    page.check(f'[name="{at}"][value="{_text(option)}"]')
            case "select":
                page.select_option(f'[name="{at}"]', _text(value if value is not None else one["options"][0]))
            case "lookup":
                page.fill(f'[name="{at}.text"]', str(value or self.place))
            case "table":
                for column in one["columns"]:
                    self._cell(page, column, value)
            case "file":
                page.set_input_files(f'input[type=file][name="{at}"]', files=[A_PAPER])
            case "date" | "datetime-local" as kind:
                page.fill(f'[name="{at}"]', value or now(date_only=kind == "date"))
            case _:
                page.fill(f'[name="{at}"]', _text(value if value is not None else "1"))

    @staticmethod
    def _cell(page: Page, column: Mapping[str, Any], value: Any) -> None:
        given = (value or {}).get(column["name"].rpartition(".")[2]) if isinstance(value, dict) else None
        if column["tag"] == "SELECT":
            page.select_option(f'[name="{column["name"]}"]', _text(given or next(filter(None, column["options"]))))
        elif column["type"] in ("date", "datetime-local"):
            page.fill(f'[name="{column["name"]}"]', given or now(date_only=column["type"] == "date"))
        else:
            page.fill(f'[name="{column["name"]}"]', _text(given or "1"))

    def _context(self) -> BrowserContext:
        context = self.browser.new_context(
            viewport={"width": self.width, "height": 800},
            java_script_enabled=self.scripts,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            user_agent=A_PHONE if self.width < 600 else None,
            is_mobile=self.width < 600,
            has_touch=self.width < 600,
        )
        context.add_init_script(COUNT_REQUESTS)
        return context

    def close(self) -> None:
        for page in self.signed_in.values():
            page.context.close()


A_PAPER: Any = {
    "name": "依据.pdf",
    "mimeType": "application/pdf",
    "buffer": b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n",
}


def now(*, date_only: bool = False, ago: timedelta = timedelta(minutes=2)) -> str:
    """Return a moment just past as a field of a form takes it, in Shanghai."""
    at = datetime.now(SHANGHAI) - ago
    return f"{at:%Y-%m-%d}" if date_only else f"{at:%Y-%m-%dT%H:%M}"


def _first(options: Sequence[str]) -> str:
    """Return “no” where the answer is yes or no, else the first option."""
    return "false" if "false" in options else options[0]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)

"""The verbs of an office in the browser: each once with two people, and a colleague who stands in.

These are the steps of docs/how-to/staff.md on handing on, asking, urging, correcting and absence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest
from playwright.sync_api import Locator, Page

from engine.build import Services
from engine.core.model import Acting
from tests.browser.walker import SHANGHAI, Walker
from tests.support.people import PASSWORD, services_of
from tests.support.stack import Stack

TOWNSHIP, CIVIL = "qz.township.陆屋镇", "qz.civil_affairs"
TASK = "签收通报并组建评估组"
#: login → name, unit, whether they head it
STAFF = {
    "verbs-chen": ("陈雅琴", TOWNSHIP, False),
    "verbs-lin": ("林小满", TOWNSHIP, False),
    "verbs-zheng": ("郑主任", TOWNSHIP, True),
    "verbs-wang": ("王立", CIVIL, True),
}
CHEN, LIN, ZHENG, WANG = STAFF


@pytest.fixture(scope="module")
def services(stack: Stack) -> Iterator[Services]:
    """Staff of two townships and of civil affairs."""
    services = services_of(stack.data)
    for login, (name, unit, head) in STAFF.items():
        heads = [unit] if head else []
        services.people.add(login, name, PASSWORD, units=[unit], heads=heads, must_change=False)
    yield services
    services.close()


@dataclass
class Desk:
    """One case with the township's task, and the people who work it."""

    walker: Walker
    services: Services
    case_id: int
    item_id: int

    def at(self, login: str, path: str = "") -> Page:
        """Let somebody open a page; by itself that of the item."""
        page = self.walker.person(login)
        self.walker.open(page, path or f"/items/{self.item_id}")
        return page

    def act(self, login: str, words: str, *, reason: str = "按实际情况", path: str = "", **chosen: str) -> Page:
        """Let somebody follow the link of a verb, choose, write a reason, and do it."""
        page = self.at(login, path)
        self.press(page, page.get_by_role("link", name=re.compile(f"^{words}")).first)
        if "unit" in chosen:
            page.fill("#f-q", chosen["unit"])
            self.press(page, page.get_by_role("button", name="查找", exact=True).last)
        for label in chosen.values():
            page.get_by_label(re.compile(f"^{label}")).first.check()
        page.fill("#f-reason", reason)
        self.press(page, page.locator("main form .btn-primary"))
        return page

    def press(self, page: Page, button: Locator) -> None:
        """Press a button and look at the page that it leads to."""
        with page.expect_navigation():
            button.click()
        self.walker.look(page)

    def claim(self, login: str) -> None:
        page = self.at(login)
        self.press(page, page.get_by_role("button", name="签收", exact=True).first)


@pytest.fixture
def desk(walker: Walker, services: Services) -> Desk:
    """A child whose assessment begins: the task falls to the township."""
    acting = services.people.acting_by_login(WANG)
    child = {
        "child_name": f"虚构{walker.width}",
        "sex": "女",
        "birth_date": "2017-05-01",
        "residence": "qz.灵山县.陆屋镇.荔园村",
    }
    started = services.casework.start(acting, CIVIL, "P05", child=child)
    clerk = services.people.acting_by_login(CHEN)
    row = next(one for one in services.inbox.items(clerk, view="unit") if one.case_id == started.case_id)
    return Desk(walker=walker, services=services, case_id=started.case_id, item_id=row.id)


def said(page: Page) -> str:
    return re.sub(r"\s+", " ", page.inner_text("main"))


def test_an_item_is_handed_on_sent_back_and_taken_back(desk: Desk) -> None:
    other = next(one.name for one in desk.services.acts.asked(_acting(desk, CHEN), desk.item_id, "transfer").units)
    sun = _at_unit(desk, other)

    page = desk.act(CHEN, "转办", reason="孩子已随祖母到该处", unit=other)
    assert f"已转交{other}办理，时限不变" in said(page)
    page = desk.act(sun, "退回", reason="孩子不在本处")
    assert "已退回" in said(page)

    desk.act(CHEN, "转办", reason="再次核实", unit=other)
    page = desk.act(CHEN, "撤回", reason="由本镇办理", path="/desk")
    assert "已撤回，由本单位签收办理" in said(page)
    told = said(desk.at(CHEN, f"/cases/{desk.case_id}"))
    assert f"“{TASK}”转办，交{other}办理" in told
    assert f"“{TASK}”退回" in told
    assert f"“{TASK}”撤回" in told


def test_an_item_is_delegated_asked_about_urged_pressed_and_corrected(desk: Desk) -> None:
    desk.act(ZHENG, "委派", reason="熟悉情况", person="林小满")
    page = desk.act(LIN, "加签", reason="是否需要临时安置", person="陈雅琴")
    assert "已征求 1 份意见" in said(page)
    page = desk.act(CHEN, "提出意见", reason="祖母可以照料", path="/desk")
    assert "意见已提交" in said(page)
    assert "祖母可以照料" in said(desk.at(LIN))

    desk.act(WANG, "催办", reason="本周须办结", path=f"/cases/{desk.case_id}")
    desk.act(WANG, "督办", reason="今日反馈进度", path=f"/cases/{desk.case_id}")
    page = desk.at(LIN, "/inbox?view=mine")
    assert re.search("督办待答复 催办 1", said(page))
    page = desk.act(LIN, "答复督办", reason="明日上午入户", path="/desk")
    assert "的督办已答复" in said(page)

    page = desk.at(LIN)
    desk.walker.fill(page, {})
    desk.press(page, page.locator("button[name=do][value=complete]"))
    _correct(desk)


def _correct(desk: Desk) -> None:
    """Change the first text of the completed form, and find old and new beside each other."""
    page = desk.at(LIN)
    desk.press(page, page.get_by_role("link", name="更正", exact=True))
    field = page.locator("input[name^='f.'][type=datetime-local], input[name^='f.'][type=text]").first
    kind = field.get_attribute("type")
    now = f"{datetime.now(SHANGHAI).replace(hour=0, minute=1):%Y-%m-%dT%H:%M}"
    field.fill(now if kind == "datetime-local" else "更正后的内容")
    page.fill("#f-reason", "登记时写错")
    desk.press(page, page.locator("button[name=do][value=complete]"))
    assert "已更正" in said(page)
    assert re.search("更正为.*理由：登记时写错", said(page))


def test_ticked_rows_are_signed_for_and_given_back_with_a_sentence_each(desk: Desk) -> None:
    page = desk.at(CHEN, "/inbox?view=unit&sort=new")
    page.locator(f"input[name=item][value^='{desk.item_id}:']").check()
    desk.press(page, page.get_by_role("button", name="批量签收"))
    assert "办成 1 件" in said(page)
    page = desk.at(CHEN, "/inbox?view=mine")
    page.locator(f"input[name=item][value^='{desk.item_id}:']").check()
    desk.press(page, page.get_by_role("button", name="批量退还"))
    assert "已退还本单位" in said(page)

    page = desk.at(ZHENG, "/inbox?view=unit&sort=new")
    page.locator(f"input[name=item][value^='{desk.item_id}:']").check()
    desk.press(page, page.get_by_role("button", name="批量委派"))
    page.get_by_label(re.compile("^林小满")).check()
    page.fill("#f-reason", "值班")
    desk.press(page, page.get_by_role("button", name="确认委派"))
    assert "办成 1 件" in said(page)


def test_a_colleague_stands_in_for_who_is_away(desk: Desk) -> None:
    desk.claim(CHEN)
    page = desk.at(CHEN, "/absences")
    today = f"{datetime.now(SHANGHAI):%Y-%m-%d}"
    page.fill("#f-first", today)
    page.fill("#f-last", today)
    page.select_option("#f-substitute", label=next(one for one in _options(page) if one.startswith("林小满")))
    desk.press(page, page.locator("main form .btn-primary"))
    assert "由林小满代办" in said(page)

    page = desk.at(LIN, "/inbox?view=mine")
    assert "代陈雅琴" in said(page)
    page = desk.at(LIN)
    assert "（代陈雅琴）" in said(page)
    desk.press(page, page.get_by_role("button", name="退还", exact=True))
    assert "林小满（代陈雅琴）" in said(desk.at(LIN, f"/cases/{desk.case_id}"))

    page = desk.at(CHEN, "/absences")
    desk.press(page, page.get_by_role("button", name="提前结束").first)
    assert "已提前结束" in said(page)


def _options(page: Page) -> list[str]:
    return [one.strip() for one in page.locator("#f-substitute option").all_inner_texts()]


def _acting(desk: Desk, login: str) -> Acting:
    return desk.services.people.acting_by_login(login)


def _at_unit(desk: Desk, name: str) -> str:
    """Return the login of somebody at the unit of this name; they are added where there is nobody."""
    units = desk.services.acts.asked(_acting(desk, CHEN), desk.item_id, "transfer").units
    key = next(one.value for one in units if one.name == name)
    login = f"verbs-{desk.walker.width}"
    desk.services.people.add(login, "孙文", PASSWORD, units=[key], must_change=False)
    return login

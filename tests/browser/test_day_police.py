"""A night of the police, at the desk and on the scene: every step of docs/how-to/day-police.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.guides import Guide
from tests.browser.walker import A_PAPER, SHANGHAI, Walker, now
from tests.support.people import add_named, services_of
from tests.support.stack import Stack

POLICE, TOWNSHIP = "fh.police", "fh.township.尚田镇"
DUTY, SCENE, CLERK = "shenli", "luoxiao", "xuning"
STAFF = {DUTY: ("沈立", POLICE), SCENE: ("罗晓", POLICE), CLERK: ("徐宁", TOWNSHIP)}

STORY = "对门的孩子一个人在家，夜里哭，没有大人。"


@pytest.fixture(scope="module", autouse=True)
def staff(stack: Stack) -> Iterator[None]:
    services = services_of(stack.data)
    add_named(services, STAFF, heads=[DUTY])
    yield
    services.close()


@dataclass
class Night:
    """The officer on duty at the desk, and the one on the scene with a phone."""

    guide: Guide
    desk: Walker
    phone: Walker
    child: str = ""

    def find(self, walker: Walker, login: str, name: str, view: str) -> Page:
        """Open the task of this name of the night's child."""
        page = walker.person(login)
        walker.open(page, f"/inbox?view={view}&sort=new")
        walker.press(page, self.row(page, name).get_by_role("link", name=name, exact=True).first)
        return page

    def row(self, page: Page, name: str) -> Locator:
        """Return the row of this task of the night's child."""
        named = page.get_by_role("link", name=name, exact=True)
        return page.locator("table.feed tbody tr", has_text=self.child).filter(has=named).first


@pytest.mark.parametrize("walker", [1280], indirect=True)
def test_the_night_of_the_police_goes_as_the_guide_tells_it(walker: Walker) -> None:
    phone = Walker(walker.browser, walker.url, 360, walker.meet)
    night = Night(Guide("day-police"), walker, phone)
    be_told(night)
    accept(night)
    send_out(night)
    on_the_scene(night)
    papers(night)
    hand_over(night)
    phone.close()
    night.guide.close()


def be_told(night: Night) -> None:
    """A neighbour reports, without signing in and on a phone."""
    phone = night.phone
    page = phone.stranger()
    phone.open(page, "/public/fh/report")
    page.check('[name="f.situations"][value="S1"]')
    page.select_option('[name="f.place"]', label="尚田镇")
    page.fill('[name="f.narrative"]', STORY)
    phone.press(page, page.locator("button[value=complete]"))
    assert "回执" in page.inner_text("main")
    night.guide.did("told", page)
    page.context.close()


def accept(night: Night) -> None:
    walker = night.desk
    page = walker.person(DUTY)
    walker.open(page, "/inbox?view=unit&sort=new")
    newest = page.locator("table.feed tbody tr", has_text="受理登记").first
    night.child = newest.locator("[data-l='儿童']").inner_text().split()[0]
    walker.open(page, "/inbox?view=unit")
    assert re.search(r"剩余 1\d分", night.row(page, "受理登记").inner_text())
    night.guide.did("inbox", page)

    walker.press(page, night.row(page, "受理登记").get_by_role("link", name="受理登记").first)
    walker.press(page, page.get_by_role("link", name="各环节所填内容"))
    assert STORY in page.inner_text("main")
    night.guide.did("read", page)
    page = night.find(walker, DUTY, "受理登记", "unit")
    walker.fill(page, {"in_scope": "留守", "jurisdiction_ok": True, "imminent": True})
    night.guide.did("accept", page)
    walker.hand_in(page)
    assert "接着办理“并案与去重核对”、“出警”" in page.inner_text(".note-good")

    page = night.find(walker, DUTY, "并案与去重核对", "unit")
    walker.fill(page, {"merge_action": "新立", "merge_reason": "没有在办的个案"})
    night.guide.did("merge-check", page)
    walker.hand_in(page)


def send_out(night: Night) -> None:
    walker = night.desk
    page = night.find(walker, DUTY, "出警", "unit")
    walker.press(page, page.get_by_role("link", name="委派", exact=True))
    page.get_by_label(re.compile("^罗晓")).check()
    page.fill("#f-reason", "就近出警")
    night.guide.did("delegate", page)
    walker.press(page, page.locator("main form .btn-primary"))


def on_the_scene(night: Night) -> None:
    walker = night.phone
    page = night.find(walker, SCENE, "出警", "mine")
    walker.fill(page, {"dispatched_at": now(ago=timedelta(minutes=1)), "officers": "罗晓、张明"})
    page.get_by_role("button", name="现在").last.click()
    night.guide.did("dispatch", page)
    walker.hand_in(page)

    page = night.find(walker, SCENE, "现场调查认定情形", "unit")
    walker.fill(
        page,
        {
            "confirmed_situations": ["S1"],
            "child_state": "安全",
            "parents_reachable": True,
            "criminal": False,
        },
    )
    night.guide.did("scene", page)
    walker.hand_in(page)


def papers(night: Night) -> None:
    """Order the parents back, and take the order out on paper and back."""
    walker = night.desk
    page = night.find(walker, DUTY, "责令返回或确定受委托监护人", "unit")
    assert not page.locator("h3", has_text="监护人信息").is_visible(), "a heading of fields that are not asked"
    walker.fill(page, {"order": "立即返回", "serve_way": "电话", "reply": "返回", "interim_care": "有人照料"})
    night.guide.did("order", page)
    walker.hand_in(page)

    page = night.find(walker, DUTY, "责令返回或确定受委托监护人", "done")
    walker.press(page, page.locator(".crumb a", has_text="个案"))
    walker.press(page, page.locator("a.t-main", has_text="责令书").first)
    walker.press(page, page.get_by_role("button", name="出具，准备打印"))
    night.guide.did("paper", page)
    paper = page.url
    walker.press(page, page.get_by_role("link", name="打印", exact=True))
    assert page.get_by_role("button", name="打印").is_visible()
    night.guide.did("print", page)
    page.goto(paper)

    page.set_input_files("#sign-scan", files=[A_PAPER])
    walker.press(page, page.get_by_role("button", name="登记签名件"))
    page.fill("#serve-receiver", "孩子的父亲")
    page.check('#serve-way [value="in_person"]')
    page.fill("#serve-received_at", now())
    night.guide.did("served", page)
    walker.press(page, page.get_by_role("button", name="登记送达"))
    assert "当面送达" in page.inner_text("main")

    page = night.find(walker, DUTY, "通报镇街", "unit")
    walker.fill(page, {"summary": "孩子独自在家，安全；父母可联系，已责令返回。", "current_place": "同村姑姑家"})
    night.guide.did("tell-township", page)
    walker.hand_in(page)


def hand_over(night: Night) -> None:
    walker = night.desk
    page = night.find(walker, DUTY, "出警", "done")
    walker.press(page, page.get_by_role("link", name="更正", exact=True))
    page.fill("[name='f.officers']", "罗晓、张铭")
    page.fill("#f-reason", "姓名写错一字")
    night.guide.did("correct", page)
    walker.press(page, page.locator("button[name=do][value=complete]"))
    assert "已更正" in page.inner_text("main")

    page = night.find(walker, DUTY, "训诫", "unit")
    page.fill("#fd", f"{datetime.now(SHANGHAI) + timedelta(days=1):%Y-%m-%d}")
    page.fill("#fno", "父母明日到家，当面训诫")
    night.guide.did("follow-up", page)
    walker.press(page, page.get_by_role("button", name="保存跟进日期"))

    walker.open(page, "/inbox?view=handed")
    assert "尚未签收" in night.row(page, "签收通报并组建评估组").inner_text()
    night.guide.did("handed", page)

"""What is typed is never lost: two devices, a lost connection, an expired sign-in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from engine.build import Services
from engine.core.model import system
from tests.browser.walker import Walker
from tests.support.people import PASSWORD, add_staff, services_of
from tests.support.stack import Stack

SCHOOL, UNIT = "draft-school", "fh.school.溪口镇"
STORY = "[name='f.narrative']"


@pytest.fixture(scope="module")
def services(stack: Stack) -> Iterator[Services]:
    services = services_of(stack.data)
    add_staff(services, {SCHOOL: UNIT})
    yield services
    services.close()


@pytest.fixture
def path(services: Services) -> str:
    """The address of a report that the school has begun and not handed in."""
    teacher = services.people.acting_by_login(SCHOOL)
    child = {"child_name": "小禾", "residence": "fh.溪口镇.上坪村"}
    started = services.casework.start(teacher, UNIT, "P01", child=child)
    with services.database.unit(system("engine")) as unit:
        case = services.casework.look(unit, started.case_id)
        return f"/items/{next(one.id for one in case.items.values() if one.code == 'P01-T2')}"


def second_device(walker: Walker) -> Page:
    """Return the page of the same person at another device."""
    walker.signed_in["first"] = walker.signed_in.pop(SCHOOL)
    return walker.person(SCHOOL)


def test_a_draft_is_taken_up_on_another_device_and_the_older_page_writes_nothing_over(
    walker: Walker, path: str
) -> None:
    first = walker.person(SCHOOL)
    walker.open(first, path)
    first.fill(STORY, "三天独自在家")
    expect(first.locator("#draft-said")).to_contain_text("已保存", timeout=15_000)

    second = second_device(walker)
    walker.open(second, path)
    assert second.input_value(STORY) == "三天独自在家"
    assert "填写的草稿" in second.inner_text("main")
    second.fill(STORY, "三天独自在家，邻居送饭")
    expect(second.locator("#draft-said")).to_contain_text("已保存", timeout=15_000)

    first.fill(STORY, "已联系母亲")
    expect(first.locator("#draft-said")).to_contain_text("较新的草稿", timeout=15_000)
    walker.look(first)
    walker.open(second, path)
    assert second.input_value(STORY) == "三天独自在家，邻居送饭"

    first.get_by_role("button", name="改用本页内容").click()
    expect(first.locator("#draft-said")).to_contain_text("已保存", timeout=15_000)
    walker.open(second, path)
    assert second.input_value(STORY) == "已联系母亲"


def test_a_lost_connection_is_said_and_made_up_for(walker: Walker, path: str) -> None:
    page = walker.person(SCHOOL)
    walker.open(page, path)
    page.context.set_offline(True)
    page.fill(STORY, "信号不好")
    expect(page.locator("#draft-said")).to_contain_text("连接中断", timeout=15_000)
    page.click("button[value=complete]")
    expect(page.locator("#draft-said")).to_contain_text("没有提交", timeout=15_000)
    assert page.input_value(STORY) == "信号不好"

    page.context.set_offline(False)
    expect(page.locator("#draft-said")).to_contain_text("已保存", timeout=20_000)
    walker.open(page, path)
    assert page.input_value(STORY) == "信号不好"


def test_an_expired_sign_in_leads_back_to_everything_typed(walker: Walker, path: str) -> None:
    page = walker.person(SCHOOL)
    walker.open(page, path)
    page.context.clear_cookies()
    page.fill(STORY, "门锁着")
    expect(page.locator("#draft-said")).to_contain_text("登录已过期", timeout=15_000)
    walker.look(page)

    page.get_by_role("button", name="登录后继续").click()
    page.wait_for_selector("#p")
    walker.look(page)
    page.fill("#u", SCHOOL)
    page.fill("#p", PASSWORD)
    page.click("button[type=submit]:has-text('登录')")
    page.get_by_role("button", name="回到原处继续填写").click()
    page.wait_for_url(f"**{path}")
    assert page.input_value(STORY) == "门锁着"
    page.fill(STORY, "门锁着，母亲在外地")
    expect(page.locator("#draft-said")).to_contain_text("已保存", timeout=15_000)

"""A clerk looks for a child before opening a second file, and brings a roster into the register."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.adapters.sheets import a_workbook
from tests.browser.walker import Walker
from tests.support.people import add_staff, services_of
from tests.support.stack import Stack

TOWN, SCHOOL = "register-town", "register-school"
HEAD = ["序号", "姓名", "出生日期", "现住村", "家庭住址", "学校", "父母外出情况", "备注"]
#: How long the worker may take to come to a roster, in milliseconds.
PATIENCE = 60_000


@pytest.fixture(scope="module", autouse=True)
def staff(stack: Stack) -> Iterator[None]:
    """A clerk of a township with a register, and a teacher of its school."""
    services = services_of(stack.data)
    add_staff(services, {TOWN: "fh.township.尚田镇", SCHOOL: "fh.school.尚田镇"})
    yield
    services.close()


def roster(width: int, *, moved: str = "") -> Any:
    """Return a roster whose children no other width knows."""
    rows = [
        [
            1,
            f"叶小{_sign(width)}",
            "2012-05-01",
            "松坑村",
            moved or "3组18号",
            "尚田镇中心学校",
            "双方外出",
            "",
        ],
        [2, f"何小{_sign(width)}", "2013/6/2", "松坑村", "1组2号", "尚田镇中心学校", "其他", "随祖母"],
        [3, f"贺小{_sign(width)}", "2013-02-30", "松坑村", "", "", "", ""],
    ]
    content = a_workbook([["尚田镇花名册"], HEAD, *rows])
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return {"name": f"花名册{width}.xlsx", "mimeType": kind, "buffer": content}


def _sign(width: int) -> str:
    return "禾" if width > 1000 else "苗"


def said(page: Page) -> str:
    return re.sub(r"\s+", " ", page.inner_text("main"))


def press(walker: Walker, page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()
    page.wait_for_load_state()
    walker.look(page)


def bring(walker: Walker, page: Page, file: Any) -> None:
    """Import a roster and wait until the worker has compared it."""
    walker.open(page, "/rosters")
    page.set_input_files("input[type=file]", files=[file])
    press(walker, page, "导入核对")
    if page.get_by_role("button", name="开始核对").count():
        press(walker, page, "开始核对")
    page.locator("nav.nums").wait_for(timeout=PATIENCE)
    walker.look(page)


def carry_out(walker: Walker, page: Page) -> None:
    """Let the accepted rows be taken into the files, and wait for it."""
    page.get_by_role("button", name=re.compile("执行已接受的 2 行")).click()
    page.locator("nav.nums").wait_for(timeout=PATIENCE)
    page.get_by_role("link", name=re.compile("新增")).click()
    page.locator(".st-done", has_text="已执行").first.wait_for(timeout=PATIENCE)
    walker.look(page)


def test_a_roster_is_compared_decided_and_applied_and_changes_nothing_twice(walker: Walker) -> None:
    page = walker.person(TOWN)
    sign = _sign(walker.width)

    bring(walker, page, roster(walker.width))
    page.get_by_role("link", name=re.compile("有误")).click()
    page.wait_for_load_state()
    walker.look(page)
    assert "第5行" in said(page)
    assert "第3列“出生日期”不是日期" in said(page)
    page.get_by_role("link", name=re.compile("新增")).click()
    page.wait_for_load_state()
    press(walker, page, "全部接受")
    carry_out(walker, page)

    walker.open(page, "/register")
    assert f"叶小{sign}" in said(page)
    bring(walker, page, roster(walker.width))
    assert re.search(r"0 变更 0 新增.*1 有误 2 相同", said(page))

    bring(walker, page, roster(walker.width, moved="9组1号"))
    assert "3组18号 → 9组1号" in said(page)


def test_a_child_is_found_before_a_second_file_is_opened(walker: Walker) -> None:
    page, sign = walker.person(TOWN), _sign(walker.width)
    bring(walker, page, roster(walker.width + 1))
    page.get_by_role("link", name=re.compile("新增")).click()
    page.wait_for_load_state()
    if page.get_by_role("button", name="全部接受").count():
        press(walker, page, "全部接受")
        carry_out(walker, page)
    walker.open(page, "/cases")
    page.fill("#q", f"叶小{sign} 2012-05-01")
    page.locator("main form[role=search] button").click()
    page.wait_for_load_state()
    walker.look(page)
    assert "查到儿童 1 名" in said(page)
    page.locator("section", has_text="查到儿童").get_by_role("link", name=re.compile("儿-")).click()
    page.wait_for_load_state()
    walker.look(page)
    assert "住址、监护、就学变更" in said(page)

    at = page.url.removeprefix(walker.url)
    page.get_by_role("link", name="发起办理").first.click()
    page.wait_for_load_state()
    walker.look(page)
    press(walker, page, "发起：走访核查")
    assert "“走访核查”已发起" in said(page)
    walker.open(page, at)
    page.get_by_role("link", name="更正就学").click()
    page.wait_for_load_state()
    walker.look(page)
    page.select_option('[name="f.school_state"]', "在学")
    press(walker, page, "保存更正")
    assert "请填写“更正理由”" in said(page)
    page.select_option('[name="f.change_source"]', "学校")
    page.fill('[name="f.change_reason"]', "学校名单")
    press(walker, page, "保存更正")
    assert "已更正 1 项" in said(page)

    teacher = walker.person(SCHOOL)
    walker.open(teacher, "/cases")
    teacher.fill("#q", f"叶小{sign} 2012-05-01")
    teacher.locator("main form[role=search] button").click()
    teacher.wait_for_load_state()
    walker.look(teacher)
    assert "已有档案，不在您的查阅范围" in said(teacher)
    assert "松坑村" not in said(teacher)

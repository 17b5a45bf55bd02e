"""A paper goes out and comes back, at a desk and on a phone; notices find their way to a mailbox and another system."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.walker import A_PAPER, Walker, now
from tests.support.people import PASSWORD, add_staff, services_of
from tests.support.stack import Stack

POLICE, TOWN, ADMIN = "pp-police", "pp-town", "pp-admin"


@pytest.fixture(scope="session", autouse=True)
def staff(stack: Stack) -> Iterator[None]:
    services = services_of(stack.data)
    add_staff(services, {POLICE: "fh.police", TOWN: "fh.township.溪口镇"})
    services.people.add(ADMIN, "管理员", PASSWORD, duties=["administrator"], must_change=False)
    yield
    services.close()


def press(walker: Walker, page: Page, words: str) -> None:
    page.locator("main form button", has_text=re.compile(f"^{words}$")).click()
    page.wait_for_load_state()
    problems = page.locator(".note-bad, .note-near").all_inner_texts()
    assert not problems, problems
    walker.look(page)


def unfold(page: Page, part: str) -> None:
    if page.locator(f"#do-{part}").get_attribute("open") is None:
        page.locator(f"#do-{part} > summary").click()


def the_paper(walker: Walker, child: str) -> Page:
    """Open the receipt that was made when the police accepted the report."""
    page = walker.person(POLICE)
    walker.open(page, "/inbox?view=done")
    page.locator("table.feed tbody tr", has_text=child).first.locator("a.t-main").click()
    page.wait_for_url("**/items/*")
    page.locator(".crumb a", has_text="个案").click()
    page.wait_for_url("**/cases/*")
    page.locator("a.t-main", has_text="受理回执").first.click()
    page.wait_for_url("**/papers/*")
    walker.look(page)
    return page


def test_a_paper_is_printed_signed_served_and_filed(walker: Walker) -> None:
    walker.place = "溪口镇"
    walker.report("fh", "溪口镇", ["S1"])
    child = walker.do(POLICE, "P01-T3", in_scope="留守", jurisdiction_ok=True, imminent=False)
    page = the_paper(walker, child)
    assert "尚未出具" in page.inner_text("main")

    press(walker, page, "出具，准备打印")
    assert re.search(r"奉公〔\d{4}〕\d+号", page.inner_text("main"))
    with page.expect_download() as downloaded:
        page.get_by_role("link", name="下载文档").click()
    with zipfile.ZipFile(downloaded.value.path()) as paper:
        assert "受理回执" in paper.read("word/document.xml").decode()
    paper_page = page.url
    page.get_by_role("link", name="打印").click()
    page.wait_for_url("**/print/*")
    walker.look(page)
    assert "你（单位）关于儿童的报告已收到" in page.inner_text(".leaf")
    assert page.get_by_role("button", name="打印").is_visible()
    page.goto(paper_page)

    unfold(page, "sign")
    page.set_input_files("#sign-scan", files=[A_PAPER])
    press(walker, page, "登记签名件")
    unfold(page, "serve")
    page.fill("#serve-receiver", "报告人")
    page.check('#serve-way [value="in_person"]')
    page.fill("#serve-received_at", now())
    press(walker, page, "登记送达")
    unfold(page, "file")
    page.fill("#file-place", "档案室二号柜")
    press(walker, page, "归档")

    said = page.inner_text("main")
    assert "已归档" in said
    assert "档案室二号柜" in said
    assert "当面送达" in said
    with page.expect_download() as scan:
        page.get_by_role("link", name="下载扫描件").first.click()
    assert scan.value.path().read_bytes() == A_PAPER["buffer"]
    walker.open(page, "/papers?state=filed")
    assert "受理回执" in page.inner_text("main")


def test_a_refused_form_of_a_paper_keeps_what_was_typed(walker: Walker) -> None:
    walker.place = "溪口镇"
    walker.report("fh", "溪口镇", ["S1"])
    child = walker.do(POLICE, "P01-T3", in_scope="留守", jurisdiction_ok=True, imminent=False)
    page = the_paper(walker, child)
    press(walker, page, "出具，准备打印")
    unfold(page, "serve")
    page.fill("#serve-receiver", "报告人")
    page.check('#serve-way [value="left"]')
    page.fill("#serve-received_at", now())

    page.locator("main form button", has_text=re.compile("^登记送达$")).click()
    page.wait_for_load_state()

    walker.look(page)
    assert "留置送达须有见证人" in page.inner_text(".note-bad")
    assert page.input_value("#serve-receiver") == "报告人"
    assert page.is_checked('#serve-way [value="left"]')


def test_the_pages_of_deliveries_can_be_used_at_any_width(walker: Walker) -> None:
    page = walker.person(TOWN)
    walker.open(page, "/account/mail")
    assert "没有设置邮件服务器" in page.inner_text("main")
    admin = walker.person(ADMIN)
    walker.open(admin, "/deliveries")
    admin.fill("#h-unit", "fh.nowhere")
    admin.fill("#h-url", "https://10.0.0.1/in")
    admin.get_by_role("button", name="设置", exact=True).click()
    admin.wait_for_load_state()

    walker.look(admin)
    said = admin.inner_text("main")
    assert "没有这个单位" in said
    assert "不能发往内部网络的地址" in said
    assert admin.input_value("#h-url") == "https://10.0.0.1/in"

    admin.fill("#h-unit", "fh.welfare_institution")
    admin.fill("#h-url", "https://office.example.org/in")
    admin.get_by_role("button", name="设置", exact=True).click()
    admin.wait_for_load_state()
    walker.look(admin)
    assert "密钥只显示这一次" in admin.inner_text("main")

"""The end of a quarter of a township's clerk: every step of docs/how-to/day-clerk.md."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import FilePayload, Locator, Page

from engine.build import Services
from tests.adapters.sheets import a_workbook
from tests.browser.guides import Guide
from tests.browser.walker import SHANGHAI, Walker
from tests.support.people import add_named, seen_item, services_of
from tests.support.stack import Stack

TOWNSHIP, VILLAGE, CIVIL = "fh.township.大堰镇", "fh.village_committee.云溪村", "fh.civil_affairs"
HOME = "fh.大堰镇.云溪村"
CLERK, COLLEAGUE, DIRECTOR, OFFICER = "zhoulan", "xumeng", "dingxiuying", "luping"
STAFF = {
    CLERK: ("周岚", TOWNSHIP),
    COLLEAGUE: ("许萌", TOWNSHIP),
    DIRECTOR: ("丁秀英", VILLAGE),
    OFFICER: ("陆平", CIVIL),
}
#: name → birth date, and the home that the register has
CHILDREN = {"柳小麦": "2015-04-06", "柳小棉": "2013-10-18"}
HEAD = ["序号", "姓名", "出生日期", "现住村", "家庭住址", "学校", "父母外出情况", "户籍地"]
#: How long the worker may take to come to a roster, in milliseconds.
PATIENCE = 60_000


@pytest.fixture(scope="module")
def services(stack: Stack) -> Iterator[Services]:
    services = services_of(stack.data)
    add_named(services, STAFF)
    yield services
    services.close()


@pytest.fixture
def quarter(services: Services) -> None:
    """The census of the quarter, and two children: the village is to visit one, the other's visit is to be planned."""
    clerk = services.people.acting_by_login(CLERK)
    services.casework.start_cycle(clerk, TOWNSHIP, "P09")
    for name, born in CHILDREN.items():
        child = {"child_name": name, "sex": "女", "birth_date": born, "residence": HOME}
        case_id = services.casework.start(clerk, TOWNSHIP, "P10", child=child).case_id
        if name == "柳小麦":
            due = f"{datetime.now(SHANGHAI) + timedelta(days=3):%Y-%m-%d}"
            answers = {"visitor": VILLAGE, "visit_kind": "村干部", "due": due}
            services.casework.complete(clerk, answers=answers, **seen_item(services, case_id, "P10-T1"))


@pytest.mark.parametrize("walker", [1280], indirect=True)
def test_the_end_of_a_quarter_of_a_clerk_goes_as_the_guide_tells_it(walker: Walker, quarter: None) -> None:
    guide = Guide("day-clerk")
    page = walker.person(CLERK)
    see_what_waits(walker, guide, page)
    bring_the_roster(walker, guide, page)
    code = read_the_register(walker, guide, page)
    check_the_quarter(walker, guide, page, code)
    urge_and_leave(walker, guide, page)
    guide.close()


def see_what_waits(walker: Walker, guide: Guide, page: Page) -> None:
    walker.open(page, "/inbox?view=unit")
    guide.did("inbox", page)

    page.locator("summary", has_text="筛选和排序").click()
    page.select_option("#f1", "P09")
    press(walker, page, page.get_by_role("button", name="筛选", exact=True))
    page.fill("#fn", "季末排查")
    page.select_option("#fu", TOWNSHIP)
    press(walker, page, page.get_by_role("button", name="保存筛选"))
    assert "季末排查" in said(page)
    guide.did("filter", page)
    colleague = walker.person(COLLEAGUE)
    walker.open(colleague, "/inbox")
    assert colleague.get_by_role("link", name=re.compile("季末排查")).count()

    walker.open(page, "/inbox?view=unit")
    boxes = page.locator("input[name=item]")
    for index in range(boxes.count()):
        boxes.nth(index).check()
    press(walker, page, page.get_by_role("button", name="批量签收"))
    assert re.search(r"办成 \d 件", said(page))
    guide.did("claim", page)


def bring_the_roster(walker: Walker, guide: Guide, page: Page) -> None:
    """Compare a school's roster with the register, take over what differs, and once more with a bad row mended."""
    send(walker, page, home="4组7号", born="2013-02-30", at_columns=lambda: guide.did("columns", page))
    assert re.search(r"0 变更 2 新增.*1 有误 0 相同", said(page))
    guide.did("compare", page)
    press(walker, page, page.get_by_role("link", name=re.compile("有误")))
    assert "第3列“出生日期”不是日期" in said(page)
    guide.did("bad-row", page)
    accept(walker, page, "新增", rows=2)
    guide.did("accept", page)

    send(walker, page, home="9组1号", born="2013-02-28")
    assert re.search(r"1 变更.*1 新增.*0 有误 1 相同", said(page))
    press(walker, page, page.get_by_role("link", name=re.compile("变更")))
    assert "4组7号 → 9组1号" in said(page)
    guide.did("changed", page)
    accept(walker, page, "变更", rows=1)


def send(walker: Walker, page: Page, *, home: str, born: str, at_columns: Callable[[], None] = lambda: None) -> None:
    """Bring in a school's roster and wait until it is compared."""
    walker.open(page, "/rosters")
    page.set_input_files("input[type=file]", files=[roster(home, born)])
    press(walker, page, page.get_by_role("button", name="导入核对"))
    at_columns()
    if page.get_by_role("button", name="开始核对").count():
        press(walker, page, page.get_by_role("button", name="开始核对"))
    page.locator("nav.nums").wait_for(timeout=PATIENCE)
    walker.look(page)


def accept(walker: Walker, page: Page, kind: str, *, rows: int) -> None:
    """Accept each row of this kind, and wait until the files say so."""
    press(walker, page, page.get_by_role("link", name=re.compile(kind)).first)
    while page.get_by_role("button", name=re.compile("^接受")).count():
        press(walker, page, page.get_by_role("button", name=re.compile("^接受")).first)
    page.get_by_role("button", name=f"执行已接受的 {rows} 行").click()
    page.locator("nav.nums").wait_for(timeout=PATIENCE)
    page.get_by_role("link", name=re.compile(kind)).click()
    page.locator(".st-done", has_text="已执行").first.wait_for(timeout=PATIENCE)
    walker.look(page)


def roster(home: str, born: str) -> FilePayload:
    """Return a school's roster of three children: where the first lives and when the last was born."""
    rows = [
        [1, "柳小麦", CHILDREN["柳小麦"], "云溪村", home, "大堰镇中心学校", "双方外出", "云溪村"],
        [2, "范小满", "2014-02-11", "云溪村", "2组15号", "大堰镇中心学校", "双方外出", "云溪村"],
        [3, "邵小满", born, "云溪村", "", "", "", ""],
    ]
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    content = a_workbook([["大堰镇中心学校花名册"], HEAD, *rows])
    return {"name": "大堰镇中心学校花名册.xlsx", "mimeType": kind, "buffer": content}


def read_the_register(walker: Walker, guide: Guide, page: Page) -> str:
    """Find a child in the register, open the file, and return its code."""
    press(walker, page, page.locator("nav.mainnav").get_by_role("link", name="台账"))
    assert "范小满" in said(page)
    guide.did("register", page)
    with page.expect_download() as sheet:
        page.get_by_role("button", name="导出表格").click()
    assert sheet.value.suggested_filename.endswith(".xlsx")
    guide.did("sheet", page)

    row = page.locator("tr", has_text="柳小麦")
    press(walker, page, row.get_by_role("link").first)
    assert "9组1号" in said(page)
    guide.did("file", page)
    found = re.search(r"儿-\d+", said(page))
    assert found
    return found.group()


def check_the_quarter(walker: Walker, guide: Guide, page: Page, code: str) -> None:
    """Check, hear civil affairs on what was found, hand it on, and report the sum."""
    open_item(walker, page, "集中排查核对")
    walker.fill(page, {"verify": "变更", "child": code, "verify_note": "柳小麦搬到九组一号，随外婆居住。"})
    guide.did("check", page, at=page.locator("#form"))
    hand_in(walker, page)

    open_item(walker, page, "隐患处置")
    press(walker, page, page.get_by_role("link", name=re.compile("^加签")).first)
    page.fill("#f-q", "民政局")
    press(walker, page, page.get_by_role("button", name="查找", exact=True).last)
    page.locator("input[name=unit]").first.check()
    page.fill("#f-reason", "外婆年迈，是否先走访、再评估？")
    guide.did("ask", page)
    press(walker, page, page.locator("main form .btn-primary"))
    answer(walker)

    open_item(walker, page, "隐患处置")
    assert "先走访核实，再定帮扶" in said(page)
    walker.fill(page, {"hazard": "监护", "child": code, "more_hazards": False})
    walker.fill(page, {"forwarded_to": ["P10", "P05"]})
    guide.did("hazard", page, at=page.locator("#form"))
    hand_in(walker, page)

    open_item(walker, page, "汇总上报")
    walker.fill(page, {"summary_note": "名册核对新增两名，正在采集录入；转走访、评估各一件。"})
    hand_in(walker, page)
    walker.open(page, "/inbox?view=done")
    press(walker, page, page.locator("table.feed a.t-main", has_text="汇总上报").first)
    press(walker, page, page.locator(".crumb a", has_text="个案"))
    press(walker, page, page.locator("a.t-main", has_text="汇总表").first)
    press(walker, page, page.get_by_role("button", name="出具，准备打印"))
    press(walker, page, page.get_by_role("link", name="打印").first)
    guide.did("summary", page)


def answer(walker: Walker) -> None:
    """Let civil affairs say what it thinks."""
    officer = walker.person(OFFICER)
    walker.open(officer, "/desk")
    press(walker, officer, officer.get_by_role("link", name=re.compile("^提出意见")).first)
    officer.fill("#f-reason", "先走访核实，再定帮扶。")
    press(walker, officer, officer.locator("main form .btn-primary"))
    assert "意见已提交" in said(officer)


def urge_and_leave(walker: Walker, guide: Guide, page: Page) -> None:
    """Urge the village's visit, and let a colleague stand in."""
    walker.open(page, "/inbox?view=handed")
    row = page.locator("table.feed tbody tr", has_text="P10-T2").first
    press(walker, page, row.get_by_role("link", name=re.compile("看个案")))
    press(walker, page, page.get_by_role("link", name="催办：上门走访").first)
    page.fill("#f-reason", "季末汇总前请走访。")
    press(walker, page, page.locator("main form .btn-primary"))
    assert "已催办“上门走访”，云溪村村民委员会会收到通知" in said(page)
    guide.did("urge", page)

    page.locator("details.me summary").click()
    press(walker, page, page.get_by_role("link", name="请假与代办"))
    tomorrow = datetime.now(SHANGHAI) + timedelta(days=1)
    page.fill("#f-first", f"{tomorrow:%Y-%m-%d}")
    page.fill("#f-last", f"{tomorrow + timedelta(days=2):%Y-%m-%d}")
    choices = page.locator("#f-substitute option").all_inner_texts()
    page.select_option("#f-substitute", label=next(one for one in choices if one.startswith("许萌")))
    press(walker, page, page.get_by_role("button", name="登记请假"))
    assert "由许萌代办" in said(page)
    guide.did("absence", page)


def open_item(walker: Walker, page: Page, name: str) -> None:
    """Open one's own item of this name, or sign for one that waits at the unit."""
    for view in ("mine", "unit"):
        walker.open(page, f"/inbox?view={view}&sort=new")
        links = page.locator("table.feed a.t-main", has_text=name)
        if links.count():
            press(walker, page, links.first)
            claim = page.get_by_role("button", name="签收", exact=True)
            if claim.count():
                press(walker, page, claim.first)
            return
    raise AssertionError(f"there is no item {name}: {said(page)}")


def said(page: Page) -> str:
    return re.sub(r"\s+", " ", page.inner_text("main"))


def press(walker: Walker, page: Page, button: Locator) -> None:
    """Press what leads to another page, and look at it."""
    with page.expect_navigation():
        button.click()
    walker.look(page)


def hand_in(walker: Walker, page: Page) -> None:
    press(walker, page, page.locator("button[name=do][value=complete]"))
    assert page.locator(".note-good", has_text="已办结").count(), page.locator(".note").all_inner_texts()

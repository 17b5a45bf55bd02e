"""The day of a village's child director on a phone: every step of docs/how-to/day-village.md."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import FilePayload, Page, expect

from engine.build import Services
from tests.browser.guides import Guide
from tests.browser.walker import SHANGHAI, Walker, now
from tests.support.people import PASSWORD, add_named, seen_item, services_of
from tests.support.stack import Stack

VILLAGE, TOWNSHIP = "fh.village_committee.上坪村", "fh.township.溪口镇"
HOME = "fh.溪口镇.上坪村"
DIRECTOR, COLLEAGUE, CLERK = "heguifang", "wujinhai", "jiangmin"
STAFF = {DIRECTOR: ("何桂芳", VILLAGE), COLLEAGUE: ("吴金海", VILLAGE), CLERK: ("江敏", TOWNSHIP)}
#: name → birth date, days until the visit
CHILDREN = {"叶小禾": ("2016-03-12", 1), "叶小苗": ("2014-09-01", 20)}


@pytest.fixture(scope="module")
def services(stack: Stack) -> Iterator[Services]:
    services = services_of(stack.data)
    add_named(services, STAFF)
    yield services
    services.close()


@pytest.fixture
def visits(services: Services) -> None:
    """Two children whom the village is to visit, the first of them urged; the report of the quarter is due."""
    clerk, director = (services.people.acting_by_login(one) for one in (CLERK, DIRECTOR))
    services.casework.start_cycle(director, VILLAGE, "P09")
    for name, (born, days) in CHILDREN.items():
        child = {"child_name": name, "sex": "女", "birth_date": born, "residence": HOME}
        case_id = services.casework.start(clerk, TOWNSHIP, "P10", child=child).case_id
        due = f"{datetime.now(SHANGHAI) + timedelta(days=days):%Y-%m-%d}"
        answers = {"visitor": VILLAGE, "visit_kind": "村干部", "due": due}
        services.casework.complete(director, answers=answers, **seen_item(services, case_id, "P10-T1"))
        if days == 1:
            services.pressing.urge(clerk, seen_item(services, case_id, "P10-T2")["item_id"], reason="明天到期")


@pytest.mark.parametrize("walker", [360], indirect=True)
def test_the_day_of_a_village_child_director_goes_as_the_guide_tells_it(walker: Walker, visits: None) -> None:
    guide = Guide("day-village")
    page = sign_in(walker, guide)
    see_what_waits(walker, guide, page)
    page = visit(walker, guide, page)
    report(walker, guide, page)
    tell_of_the_quarter(walker, guide, page)
    read_and_leave(walker, guide, page)
    guide.close()


def sign_in(walker: Walker, guide: Guide) -> Page:
    page = walker.stranger()
    walker.open(page, "/sign-in")
    page.fill("#u", DIRECTOR)
    page.fill("#p", PASSWORD)
    guide.did("sign-in", page)
    walker.press(page, page.get_by_role("button", name="登录", exact=True))
    walker.signed_in[DIRECTOR] = page

    page.locator("details.me summary").click()
    guide.did("menu", page)
    walker.press(page, page.get_by_role("link", name="大字显示"))
    assert page.locator("html.big").count()
    guide.did("large-type", page)
    page.locator("details.me summary").click()
    walker.press(page, page.get_by_role("link", name="标准字号"))
    return page


def see_what_waits(walker: Walker, guide: Guide, page: Page) -> None:
    walker.press(page, page.locator("nav.nums a", has_text="待签收"))
    rows = page.locator("table.feed tbody tr:has(a.t-main)").all_inner_texts()
    assert ["催办" in one for one in rows if "上门走访" in one] == [True, False]
    assert any("村级报告" in one for one in rows)
    guide.did("inbox", page, at=page.locator("section.panel", has_text="待签收"))

    walker.press(page, page.get_by_role("link", name="上门走访").first)
    why = page.locator("section", has=page.locator("#why"))
    assert "上坪村" in why.inner_text()
    assert "依据哪一条" in why.inner_text()
    guide.did("why", page, at=why)
    walker.press(page, page.get_by_role("button", name="签收", exact=True))
    guide.did("claim", page)


def visit(walker: Walker, guide: Guide, page: Page) -> Page:
    """Begin on one phone, go on at another, and tell the township."""
    page.fill("[name='f.lives_with']", "祖母")
    page.fill("[name='f.visited_on']", now(date_only=True))
    page.check("[name='f.child_seen'][value=true]")
    expect(page.locator("#draft-said")).to_contain_text("已保存", timeout=15_000)
    guide.did("fill", page, at=page.locator("#form"))

    walker.signed_in["first"] = walker.signed_in.pop(DIRECTOR)
    page = walker.person(DIRECTOR)
    walker.open(page, "/inbox?view=mine")
    walker.press(page, page.get_by_role("link", name="上门走访").first)
    assert page.input_value("[name='f.lives_with']") == "祖母"
    guide.did("other-phone", page)

    photo: FilePayload = {"name": "屋前.jpg", "mimeType": "image/jpeg", "buffer": page.screenshot(type="jpeg")}
    page.set_input_files("input[type=file][name='f.photo']", files=photo)
    walker.fill(page, {"guard_state": "良好", "health_state": "良好", "life_state": "正常", "risks": ["无"]})
    guide.did("photo", page, at=page.locator("#f-photo-set"))
    walker.hand_in(page)
    assert "接着办理“报告镇街”" in page.inner_text(".note-good")
    guide.did("done", page)

    walker.press(page, page.get_by_role("link", name="看本单位待签收"))
    walker.press(page, page.get_by_role("link", name="报告镇街").first)
    walker.fill(page, {"report_note": "见到孩子，与祖母同住，身体好，上学正常。父母每周来电话。"})
    guide.did("tell-township", page, at=page.locator("#form"))
    walker.hand_in(page)
    return page


def report(walker: Walker, guide: Guide, page: Page) -> None:
    """Report a child who lives alone; the file that the register has already is shown."""
    walker.press(page, page.locator("nav.mainnav").get_by_role("link", name="报告情况"))
    guide.did("report", page)
    walker.fill(
        page,
        {
            "situations": ["S1"],
            "suspected": False,
            "place": "上坪村",
            "narrative": "祖母住院，孩子一个人在家三天。",
            "child_name": "叶小苗",
            "birth_date": CHILDREN["叶小苗"][0],
            "reporter_phone": "0574-0000000",
        },
    )
    with page.expect_navigation():
        page.click("button[value=complete]")
    walker.look(page)
    assert "姓名和出生日期相同" in page.inner_text("#same")
    page.locator("#same label", has_text="是同一名儿童").locator("input").check()
    guide.did("same-child", page, at=page.locator("#same"))
    walker.press(page, page.get_by_role("button", name="提交报告"))
    assert "报告已提交" in page.inner_text("main")
    guide.did("reported", page)


def tell_of_the_quarter(walker: Walker, guide: Guide, page: Page) -> None:
    walker.open(page, "/inbox?view=unit")
    walker.press(page, page.get_by_role("link", name="村级报告").first)
    walker.fill(page, {"report_period": "季度", "report_text": "本季度走访四次，新增一名，没有发现辍学。"})
    guide.did("quarter", page, at=page.locator("#form"))
    walker.hand_in(page)
    assert "接着办理" not in page.inner_text(".note-good")


def read_and_leave(walker: Walker, guide: Guide, page: Page) -> None:
    walker.press(page, page.locator("nav.mainnav").get_by_role("link", name="通知"))
    assert "有人催办" in page.inner_text("main")
    guide.did("notices", page)
    walker.press(page, page.get_by_role("button", name="全部标为已阅"))

    page.locator("details.me summary").click()
    walker.press(page, page.get_by_role("link", name="请假与代办"))
    tomorrow = datetime.now(SHANGHAI) + timedelta(days=1)
    page.fill("#f-first", f"{tomorrow:%Y-%m-%d}")
    page.fill("#f-last", f"{tomorrow + timedelta(days=4):%Y-%m-%d}")
    choices = page.locator("#f-substitute option").all_inner_texts()
    page.select_option("#f-substitute", label=next(one for one in choices if one.startswith("吴金海")))
    guide.did("absence", page, at=page.locator("main form"))
    walker.press(page, page.get_by_role("button", name="登记请假"))
    assert "由吴金海代办" in page.inner_text("main")

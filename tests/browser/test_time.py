"""Time in the browser: next year's holidays are loaded, a limit becomes final; one is suspended, resumed, extended.

These are the steps of docs/how-to/calendar.md and docs/how-to/limits.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from playwright.sync_api import FilePayload, Page

from engine.build import Services
from engine.core.model import system
from engine.service import releases
from engine.service.modelfiles import load_bundle
from tests.browser.walker import SHANGHAI, Walker
from tests.support.people import PASSWORD, add_staff, services_of
from tests.support.stack import ROOT, Stack

CODE = "qz"
TOWN, CIVIL, OFFICER = "qz-time-town", "qz-time-civil", "time-officer"
UNITS = {TOWN: "qz.township.陆屋镇", CIVIL: "qz.civil_affairs"}
PLAIN = "t_town_ack: {value: P1D, default: true}"
#: How a limit of working days may be moved; what is real stands in the jurisdictions' own files.
MOVED = (
    "t_town_ack: {{value: P{days}D, default: true, days: working, suspend: {{by: [township], default: true}},"
    " extend: {{by: [civil_affairs], most: P5D, times: 2, default: true}}}}"
)
FRIDAY = 4


@pytest.fixture(scope="module")
def services(stack: Stack) -> Iterator[Services]:
    """Staff of a township and of civil affairs, and a policy officer of no unit."""
    services = services_of(stack.data)
    add_staff(services, UNITS)
    services.people.add(OFFICER, "梁予安", PASSWORD, duties=["policy_officer"], must_change=False)
    yield services
    services.close()


@dataclass(frozen=True, kw_only=True)
class Next:
    """The year that is to be loaded, and a plan for it that is true nowhere."""

    year: int

    @property
    def file(self) -> FilePayload:
        return a_file(f"年份: {self.year}\n依据: 测试用放假安排，并非真实安排\n放假:\n  元旦: 1月1日至7日\n")


def a_file(text: str) -> FilePayload:
    return {"name": "放假安排.yaml", "mimeType": "application/yaml", "buffer": text.encode()}


@pytest.fixture
def coming(services: Services) -> Next:
    """The first year without a plan, and a limit that runs into the January of it."""
    officer = services.people.acting_by_login(OFFICER)
    until = services.calendars.years(officer).published_until
    assert until is not None
    year = until.year + 1
    today = datetime.now(SHANGHAI).date()
    length = sum((today + timedelta(days=n)).weekday() <= FRIDAY for n in range((date(year, 1, 20) - today).days))
    publish(services, MOVED.format(days=length))
    return Next(year=year)


def publish(services: Services, parameter: str) -> None:
    """Put a release into force in which the limit of the first task is this parameter."""
    bundle = load_bundle(ROOT, CODE)
    path = next(path for path in bundle if path.endswith("jurisdiction.yaml"))
    text = bundle[path].decode()
    assert PLAIN in text
    with services.database.unit(system("admin")) as unit:
        given = {**bundle, path: text.replace(PLAIN, parameter).encode()}
        releases.publish(unit.connection, CODE, given, now=unit.now, effective_at=unit.now)


def a_case(services: Services, width: int) -> tuple[int, str]:
    """Open a procedure for a child as civil affairs do, and return the case and its number."""
    acting = services.people.acting_by_login(CIVIL)
    child = {
        "child_name": f"虚构{width}",
        "sex": "女",
        "birth_date": "2017-05-01",
        "residence": "qz.灵山县.陆屋镇.荔园村",
    }
    started = services.casework.start(acting, UNITS[CIVIL], "P05", child=child)
    return started.case_id, started.number


def the_item(walker: Walker, number: str) -> Page:
    """Open the township's task of this case by its case page, as staff do."""
    page = walker.person(TOWN)
    walker.open(page, "/cases")
    page.get_by_role("link", name=number).click()
    page.wait_for_url("**/cases/*")
    walker.look(page)
    page.locator("table .t-main", has_text="签收通报并组建评估组").click()
    page.wait_for_url("**/items/*")
    walker.look(page)
    return page


def said(page: Page) -> str:
    return re.sub(r"\s+", " ", page.inner_text("main"))


def send(walker: Walker, page: Page, button: str) -> None:
    page.get_by_role("button", name=button, exact=True).click()
    page.wait_for_load_state()
    walker.look(page)


def test_next_year_is_loaded_and_a_provisional_limit_becomes_final(
    walker: Walker, services: Services, coming: Next
) -> None:
    _, number = a_case(services, walker.width)
    before = said(the_item(walker, number))
    assert "暂定" in before
    assert f"{coming.year}年放假安排尚未公布" in before

    page = walker.person(OFFICER)
    page.get_by_role("link", name="日历").click()
    page.wait_for_url("**/calendars")
    walker.look(page)
    assert f"放假安排已公布到 {coming.year - 1}年12月31日" in said(page)
    page.set_input_files("input[type=file]", files=[a_file("放假: 13月1日\n")])
    send(walker, page, "预览")
    assert re.search(r"没有接收： 第1行.*没有任何改动", said(page))
    page.set_input_files("input[type=file]", files=[coming.file])
    send(walker, page, "预览")
    row = re.sub(r"\s+", " ", page.locator("table tbody tr", has_text=number).inner_text())
    assert re.search(r"签收通报并组建评估组.*陆屋镇人民政府.*暂定.*确定", row)
    send(walker, page, "确认生效")
    assert f"{coming.year}年放假安排已生效" in said(page)
    assert "元旦 1月1日至" in said(page)

    after = said(the_item(walker, number))
    assert "暂定" not in after
    assert "测试用放假安排" in after
    assert "元旦" in after


def test_a_limit_is_suspended_resumed_and_extended_by_those_who_may(
    walker: Walker, services: Services, coming: Next
) -> None:
    case_id, number = a_case(services, walker.width + 1)

    page = the_item(walker, number)
    page.get_by_role("link", name="中止计时").click()
    walker.look(page)
    send(walker, page, "确认中止计时")
    assert "请写明理由" in said(page)
    page.fill("#f-reason", "家长住院，暂不能入户")
    send(walker, page, "确认中止计时")
    assert "已中止计时" in said(page)
    walker.open(page, "/inbox?view=unit")
    assert "已中止计时" in said(page)

    page = the_item(walker, number)
    page.get_by_role("link", name="恢复计时").click()
    walker.look(page)
    page.fill("#f-reason", "家长已出院")
    send(walker, page, "确认恢复计时")
    assert "已恢复计时，应于" in said(page)
    assert page.get_by_role("link", name="延期").count() == 0

    page = walker.person(CIVIL)
    walker.open(page, f"/cases/{case_id}")
    page.get_by_role("link", name="延期").click()
    walker.look(page)
    page.fill("#f-length", "50")
    page.fill("#f-reason", "评估组尚缺学校成员")
    send(walker, page, "确认延期")
    assert "5个工作日" in said(page)
    assert page.input_value("#f-reason") == "评估组尚缺学校成员"
    page.fill("#f-length", "3")
    send(walker, page, "确认延期")
    told = said(page)
    assert "已延期，应于" in told
    for words in ("中止计时", "恢复计时，", "延期3个工作日，"):
        assert f"“签收通报并组建评估组”{words}" in told

"""Whole cases in the browser: from a stranger's report to the court's decision, at a desk and on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.browser.walker import Walker
from tests.support.people import add_staff, services_of
from tests.support.stack import Stack

FENGHUA = {
    "fh-police": "fh.police",
    "fh-civil": "fh.civil_affairs",
    "fh-town": "fh.township.溪口镇",
    "fh-women": "fh.womens_federation",
    "fh-court": "fh.court",
}
DALIAN = {
    "dl-police": "dl.police.jinzhou",
    "dl-civil": "dl.civil_affairs",
    "dl-town": "dl.township.登沙河街道",
    "dl-court": "dl.court.jinzhou",
}


@pytest.fixture(scope="session", autouse=True)
def staff(stack: Stack) -> Iterator[None]:
    """An account for each unit that takes part."""
    services = services_of(stack.data)
    add_staff(services, {**FENGHUA, **DALIAN})
    yield
    services.close()


@dataclass(frozen=True)
class Ended:
    """What the page of the case says at the end."""

    text: str


def the_case(walker: Walker, login: str, child: str) -> Ended:
    page = walker.person(login)
    walker.open(page, "/inbox?view=done")
    page.locator("table.feed tbody tr", has_text=child).first.locator("a.t-main").click()
    page.wait_for_url("**/items/*")
    walker.look(page)
    page.locator(".crumb a", has_text="个案").click()
    page.wait_for_url("**/cases/*")
    walker.look(page)
    return Ended(re.sub(r"\s+", " ", page.inner_text("main")))


def test_a_child_of_fenghua_is_reported_by_a_neighbour_and_gets_a_new_guardian(walker: Walker) -> None:
    walker.place = "溪口镇"
    receipt = walker.report("fh", "溪口镇", ["S4"])

    child = walker.do("fh-police", "P01-T3", in_scope="其他未成年人", jurisdiction_ok=True, imminent=True)
    assert child
    walker.do("fh-police", "P01-T4", child, merge_action="新立")
    walker.do("fh-police", "P02-T1", child)
    walker.do(
        "fh-police",
        "P02-T2",
        child,
        confirmed_situations=["S4"],
        child_state="危险",
        parents_reachable=True,
        remove=False,
        criminal=False,
    )
    walker.do("fh-police", "P02-S4-T", child, injured=True, threatened=True, place_needed=False)
    walker.do("fh-police", "P02-T10", child)
    walker.do("fh-town", "P05-T1", child)
    walker.do("fh-police", "P06-T3", child, measure_step="批评教育")
    walker.do("fh-police", "P06-T8", child, reformed="未改")
    walker.do("fh-civil", "P07-T1", child, ground=["G1"], g1_unattended=True, g1_danger=True, g1_unreformed=True)
    walker.do("fh-civil", "P07-T2", child, applicant="奉化区妇女联合会")
    walker.do("fh-women", "P07-T3", child, court_ref="奉化区人民法院", request="撤销监护人资格，另行指定监护人")
    walker.do("fh-court", "P07-T6", child, outcome="撤销")
    walker.do("fh-court", "P07-T7", child, new_guardian_type="近亲属", new_guardian="祖母")
    walker.do("fh-town", "P07-T9", child)

    assert "撤销并指定新监护人" in the_case(walker, "fh-town", child).text
    assert "已处置" in walker.receipt(receipt)


def test_an_abandoned_child_of_dalian_is_reported_by_a_neighbour_and_gets_a_new_guardian(walker: Walker) -> None:
    walker.place = "登沙河街道"
    receipt = walker.report("dl", "登沙河街道", ["S7"])

    child = walker.do("dl-police", "P01-T3", in_scope="其他未成年人", jurisdiction_ok=True, imminent=True)
    walker.do("dl-police", "P01-T4", child, merge_action="新立")
    walker.do("dl-police", "P02-T1", child)
    walker.do(
        "dl-police",
        "P02-T2",
        child,
        confirmed_situations=["S7"],
        child_state="危险",
        parents_reachable=True,
        remove=False,
        criminal=False,
    )
    walker.do("dl-police", "P06-G2", child, can_live_independently=False, degree="特别轻微")
    walker.do("dl-police", "P02-T10", child)
    walker.do("dl-town", "P05-T1", child)
    walker.do("dl-police", "P06-T3", child, measure_step="批评教育")
    walker.do("dl-police", "P06-T8", child, reformed="未改")
    walker.do("dl-civil", "P07-T1", child, ground=["G1"], g1_unattended=True, g1_danger=True, g1_unreformed=True)
    walker.do("dl-civil", "P07-T2", child, applicant="金普新区民政局")
    walker.do("dl-civil", "P07-T3", child, court_ref="金州区法院", request="撤销监护人资格，另行指定监护人")
    walker.do("dl-court", "P07-T6", child, outcome="撤销")
    walker.do("dl-court", "P07-T7", child, new_guardian_type="近亲属", new_guardian="外祖母")
    walker.do("dl-town", "P07-T9", child)

    assert "撤销并指定新监护人" in the_case(walker, "dl-town", child).text
    assert "已处置" in walker.receipt(receipt)


@pytest.mark.parametrize("walker", [1280], indirect=True)
def test_a_report_is_accepted_without_javascript(walker: Walker) -> None:
    walker.scripts = False
    walker.place = "溪口镇"
    walker.report("fh", "溪口镇", ["S1"])

    child = walker.do("fh-police", "P01-T3", in_scope="其他未成年人", jurisdiction_ok=True, imminent=False)

    walker.do("fh-police", "P01-T4", child, merge_action="新立")

"""The calendar of working days: who may open it, a year at a glance, loading the next one."""

from __future__ import annotations

import gzip
import io
import re
from datetime import date

import pytest

from tests.web.conftest import Staff
from tests.web.fakes import CHEN, FakeServices, as_person
from tests.web.latin import latin_in, plain
from tests.web.time_fakes import PLAN, a_move
from web.calendars.months import days, months, rests

LARGEST_PAGE = 60 * 1024


@pytest.fixture
def officer(staff: Staff, services: FakeServices) -> Staff:
    """A policy officer, who acts for no unit."""
    services.people.acting = as_person(CHEN, units=(), duties=frozenset({"policy_officer"}))
    return staff


def preview_of(officer: Staff, content: bytes = PLAN, name: str = "2027.yaml") -> str:
    answer = officer.submit("/calendars", {"file": (io.BytesIO(content), name), "do": "preview"})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return str(answer.get_data(as_text=True))


def carried(page: str) -> dict[str, str]:
    found = re.findall(
        r'<input type="hidden" name="(csrf_token|once|draft|seen)" value="([^"]*)"', page.partition("<main")[2]
    )
    return dict(found)


def test_only_who_looks_after_calendars_finds_them(staff: Staff, services: FakeServices) -> None:
    answers = [staff.get(path) for path in ("/calendars", "/calendars/2026", "/nowhere")]
    sent = staff.submit("/calendars", {"file": (io.BytesIO(PLAN), "2027.yaml"), "do": "preview"}, page="/report")

    assert [one.status_code for one in [*answers, sent]] == [404] * 4
    assert len({one.get_data(as_text=True).split("<main")[1] for one in [*answers, sent]}) == 1
    assert "/calendars" not in staff.text("/inbox")


@pytest.mark.parametrize("duty", ["policy_officer", "administrator"])
def test_the_navigation_leads_there_for_those_who_may(staff: Staff, services: FakeServices, duty: str) -> None:
    services.people.acting = as_person(CHEN, duties=frozenset({duty}))

    assert '<a href="/calendars">日历</a>' in staff.text("/inbox")


def test_each_year_stands_with_its_source_and_the_last_is_named(officer: Staff) -> None:
    page = officer.text("/calendars")

    assert "放假安排已公布到 2026年12月31日" in page
    assert "国务院办公厅关于2026年部分节假日安排的通知" in page
    assert re.search(r"放假 7 天，.*周末上班 1 天", page)
    assert "第 2 次载入" in page


def test_without_any_year_the_page_says_what_that_means(officer: Staff, services: FakeServices) -> None:
    services.calendars.published = None

    assert "还没有任何一年的放假安排" in officer.text("/calendars")


def test_a_year_shows_every_month_with_rest_and_shift_marked_in_words(officer: Staff) -> None:
    page = officer.text("/calendars/2026")

    assert page.count("<table>") == 12
    assert page.count('class="day-rest">') == 7 + 1
    assert '<td class="day-rest">1<b>休</b></td>' in page
    assert '<td class="day-shift">10<b>班</b></td>' in page
    assert "国庆节 10月1日至7日，7天" in page
    assert "10月10日（周六）" in page
    assert len(gzip.compress(page.encode())) < LARGEST_PAGE


def test_a_year_that_nobody_published_is_no_page(officer: Staff) -> None:
    assert officer.get("/calendars/2031").status_code == 404


def test_a_file_shows_first_which_limits_move(officer: Staff, services: FakeServices) -> None:
    page = preview_of(officer)

    shown = plain(page)
    assert "尚未生效" in shown
    assert "受影响的时限 1 件" in shown
    assert "FH-2026-0173 调查评估 P05-T2 青溪镇人民政府 2027年1月8日 24:00 暂定 2027年1月11日 24:00 确定" in shown
    assert "元旦 1月1日至3日，3天" in shown
    assert "2月20日（周六）" in shown
    assert services.calendars.loaded == []


def test_confirming_loads_what_was_previewed_and_counts_what_moved(officer: Staff, services: FakeServices) -> None:
    page = preview_of(officer)

    answer = officer.client.post("/calendars", data={**carried(page), "do": "confirm"})

    assert answer.location == "/calendars/2027"
    assert services.calendars.loaded == [PLAN]
    assert "2027年放假安排已生效，1个个案的时限已重新推算：1件到期时间有变，1件由暂定转为确定。" in officer.text(
        "/calendars"
    )


def test_what_a_colleague_loaded_since_the_preview_is_not_overwritten(officer: Staff, services: FakeServices) -> None:
    fields = {**carried(preview_of(officer)), "do": "confirm"}
    services.calendars.in_force = 8

    answer = officer.client.post("/calendars", data=fields)

    assert answer.status_code == 409
    assert "在您预览之后有了改动" in answer.get_data(as_text=True)
    assert services.calendars.loaded == []


def test_confirming_twice_loads_once(officer: Staff, services: FakeServices) -> None:
    fields = {**carried(preview_of(officer)), "do": "confirm"}

    answers = [officer.client.post("/calendars", data=fields) for _ in range(2)]

    assert [one.location for one in answers] == ["/calendars/2027"] * 2
    assert len(services.calendars.loaded) == 1


def test_what_was_previewed_cannot_be_exchanged(officer: Staff, services: FakeServices) -> None:
    fields = carried(preview_of(officer))
    other = preview_of(officer, PLAN.replace(b"2027-01-01", b"2027-01-08"))
    mixed = fields["draft"].partition(".")[0] + "." + carried(other)["draft"].partition(".")[2]

    for text in (mixed, "abc", "."):
        answer = officer.client.post("/calendars", data={**fields, "draft": text, "do": "confirm"})
        assert answer.status_code == 409
        assert "请重新选择文件" in answer.get_data(as_text=True)
    assert services.calendars.loaded == []


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"off: []", "2027.yaml", "“2027.yaml”没有接收： 第1行：没有写明年份，请补写"),
        (b"", "", "还没有选择文件，请先选择再预览"),
        (b"year " * 20_000, "照片.yaml", "“照片.yaml”没有接收： 文件超过 64 千字节"),
    ],
)
def test_a_refused_file_says_where_and_what_next(officer: Staff, content: bytes, name: str, said: str) -> None:
    answer = officer.submit("/calendars", {"file": (io.BytesIO(content), name), "do": "preview"})

    page = plain(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert said in page
    assert "没有任何改动" in page
    assert "各年安排" in page


def test_a_year_that_is_replaced_shows_only_what_differs(officer: Staff, services: FakeServices) -> None:
    services.calendars.replaces = True

    page = preview_of(officer)

    assert "确认后以这份为准" in page
    assert "有变化的日子" in page
    assert "<dt>不再放假</dt><dd>1月4日（周一）</dd>" in page


def test_a_file_that_moves_nothing_says_so(officer: Staff, services: FakeServices) -> None:
    services.calendars.moves, services.calendars.same = [], True

    page = preview_of(officer)
    officer.client.post("/calendars", data={**carried(page), "do": "confirm"})

    assert "没有在办事项的时限受影响" in page
    assert "与现行的2027年安排相同" in page
    assert "没有变化" in officer.text("/calendars")


def test_a_preview_of_a_thousand_limits_is_light(officer: Staff, services: FakeServices) -> None:
    services.calendars.moves = [a_move(case_number=f"FH-2026-{number:04}") for number in range(1000)]

    assert len(gzip.compress(preview_of(officer).encode())) < LARGEST_PAGE


def test_a_preview_survives_an_ended_session(officer: Staff) -> None:
    fields = carried(preview_of(officer))

    again = officer.client.post("/calendars", data={**fields, "do": "update"}).get_data(as_text=True)

    assert "受影响的时限 1 件" in again


def test_the_calendar_is_in_chinese(officer: Staff) -> None:
    pages = [officer.text("/calendars"), officer.text("/calendars/2026"), preview_of(officer, name="放假安排.yaml")]

    assert [latin_in(page) for page in pages] == [[], [], []]


def test_the_months_of_a_year_hold_every_day_once() -> None:
    cells = [cell for month in months(2027, [], []) for week in month.weeks for cell in week if cell]

    assert len(cells) == 365
    assert sum(cell.kind == "free" for cell in cells) == 104


def test_free_days_are_told_with_the_weekends_that_join_them() -> None:
    off = [date(2027, 1, 1), date(2027, 2, 8), date(2027, 2, 9), date(2027, 5, 3)]
    work = [date(2027, 2, 7)]

    assert rests(2027, off, work) == ["1月1日至3日，3天", "2月8日至9日，2天", "5月1日至3日，3天"]
    assert days(2027, work) == ["2月7日（周日）"]


def test_a_plan_that_begins_in_the_year_before_says_so() -> None:
    off = [date(2018, 12, 31), date(2019, 1, 1)]

    assert rests(2019, off, [date(2018, 12, 29)]) == ["上年12月30日至1月1日，3天"]
    assert days(2019, [date(2018, 12, 29)]) == ["上年12月29日（周六）"]

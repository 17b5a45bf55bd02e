"""Why something is due when it is, and 延期, 中止计时 and 恢复计时 by those who may."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

from engine.core.errors import Refused
from engine.core.listing import LimitState
from tests.web.conftest import Staff
from tests.web.fakes import NOW, FakeServices, a_row
from tests.web.latin import latin_in, plain
from tests.web.time_fakes import a_change, a_limit

DUE = datetime(2026, 11, 23, 16, tzinfo=UTC)
SINCE = datetime(2026, 11, 18, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("path", ["/items/41", "/cases/5"])
def test_every_due_time_tells_how_it_was_reckoned(staff: Staff, services: FakeServices, path: str) -> None:
    skipped = [(date(2026, 12, 31), "周四放假"), *[(date(2027, 1, day), "放假") for day in (1, 2, 3)]]
    services.inbox.limit = a_limit(
        rolls=[(date(2026, 11, 21), date(2026, 11, 23)), (date(2026, 12, 6), date(2026, 12, 4))],
        suspended="3天",
        beside=["3天，11月20日 24:00 到时，提醒本单位。"],
        skipped=[*skipped, (date(2027, 1, 9), "周六")],
        changes=[a_change()],
    )

    page = plain(staff.text(path))

    assert "10个工作日" in page
    assert "次日起算，遇休息日顺延至下一工作日" in page
    assert "11月9日 10:40" in page
    assert "第一日为 11月10日（周二）" in page
    assert "共 5 天" in page
    assert "顺延 末日原为 11月21日（周六），遇休息日顺延至 11月23日（周一）" in page
    assert "提前 末日原为 12月6日（周日），遇休息日提前至 12月4日（周五）" in page
    assert "中止 共 3天，不计入" in page
    assert "另有时限 3天，11月20日 24:00 到时，提醒本单位。" in page
    assert "国务院办公厅关于2026年部分节假日安排的通知" in page
    assert "本区设定（文件只写“及时”）" in page
    assert re.search(
        r"延期 3个工作日 .*区民政局 王立 由 11月20日 24:00 改为 11月25日 24:00 理由：司法鉴定尚未出具", page
    )


def test_a_provisional_due_time_says_so_in_every_list_and_why(staff: Staff, services: FakeServices) -> None:
    services.inbox.rows = [a_row(provisional=True, due_at=datetime(2027, 1, 8, 16, tzinfo=UTC))]
    services.inbox.limit = a_limit(provisional=True, guessed_years=(2027,))

    for path in ("/inbox", "/cases/5", "/items/41"):
        assert re.search(r'应于 2027年1月8日 24:00 <span class="tag"[^>]*>暂定', staff.text(path)), path
    assert "2027年放假安排尚未公布" in staff.text("/items/41")


def test_a_final_due_time_is_not_called_provisional(staff: Staff, services: FakeServices) -> None:
    services.inbox.limit = a_limit()

    assert "暂定" not in staff.text("/inbox") + staff.text("/items/41") + staff.text("/cases/5")


def test_a_suspended_limit_stands_apart_and_says_since_when(staff: Staff, services: FakeServices) -> None:
    services.inbox.rows = [a_row(suspended_since=SINCE, due_at=None), a_row(id=42, name="回访")]
    services.inbox.limit = a_limit(suspended_since=SINCE, due_at=None, last_day=None)

    listed = plain(staff.text("/inbox"))
    assert "已中止计时 1 恢复前不计入时限" in listed
    assert "已中止计时 自 11月18日 09:30 起" in listed
    assert "已中止计时 自 11月18日 09:30 起" in plain(staff.text("/cases/5"))
    assert "自 11月18日 09:30 起不计入时限" in plain(staff.text("/items/41"))
    staff.text("/inbox?limit=hold")
    assert services.inbox.asked.limit is LimitState.HOLD


@pytest.mark.parametrize(("left", "words"), [(3, "剩余 3 个工作日"), (0, "剩余 4天13小时"), (None, "剩余 4天13小时")])
def test_what_is_left_is_counted_in_working_days_where_the_limit_is(
    staff: Staff, services: FakeServices, left: int | None, words: str
) -> None:
    services.inbox.rows = [a_row(opened_at=NOW, due_at=DUE, working_days_left=left)]

    assert words in staff.text("/inbox")


def test_only_what_one_may_do_is_offered(staff: Staff, services: FakeServices) -> None:
    services.inbox.limit = a_limit()

    page = staff.text("/items/41")
    assert 'href="/items/41/limit/extend"' in page
    assert 'href="/items/41/limit/suspend"' in page
    assert 'href="/items/41/limit/resume"' not in page
    assert 'href="/items/41/limit/extend?from=case"' in staff.text("/cases/5")

    services.limits.verbs = frozenset()
    assert "/limit/" not in staff.text("/items/41") + staff.text("/cases/5")


def test_who_may_not_gets_the_answer_of_a_page_that_does_not_exist(staff: Staff, services: FakeServices) -> None:
    services.limits.verbs = frozenset()

    paths = ["/items/41/limit/extend", "/items/41/limit/abolish", "/items/9/limit/extend", "/nowhere"]
    answers = [staff.get(path) for path in paths]
    sent = staff.submit("/items/41/limit/extend", {"length": "3", "reason": "因故", "do": "do_it"}, page="/report")

    assert [one.status_code for one in [*answers, sent]] == [404] * 5
    assert len({one.get_data(as_text=True).split("<main")[1] for one in [*answers, sent]}) == 1
    assert services.limits.asked_of == []


def test_a_limit_is_extended_by_a_length_with_a_reason(staff: Staff, services: FakeServices) -> None:
    page = plain(staff.text("/items/41/limit/extend"))
    assert "一次最多 5个工作日" in page
    assert "不晚于 11月30日（周一）" in page
    assert "还可以延 1 次" in page

    answer = staff.submit("/items/41/limit/extend", {"length": " 3 ", "reason": "等待鉴定", "do": "do_it"})

    assert answer.location == "/items/41"
    assert services.limits.asked_of == [("extend", ("3", None, "等待鉴定", 0))]
    assert "“调查评估”已延期，应于 11月27日 24:00 前办结" in staff.text("/items/41")


def test_a_limit_is_extended_until_a_day_from_the_page_of_the_case(staff: Staff, services: FakeServices) -> None:
    fields = {"until": "2026-11-27", "reason": "等待鉴定", "do": "do_it", "from": "case"}

    answer = staff.submit("/items/41/limit/extend", fields)

    assert answer.location == "/cases/5"
    assert services.limits.asked_of == [("extend", ("", date(2026, 11, 27), "等待鉴定", 0))]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"reason": "等待鉴定"}, "请填写延长多久，或者延至哪一日"),
        ({"length": "3", "until": "2026-11-27", "reason": "等待鉴定"}, "只填一项"),
        ({"until": "下周五", "reason": "等待鉴定"}, "日期请写成"),
        ({"length": "3"}, "请写明理由"),
        ({"length": "50", "reason": "等待鉴定"}, "一次最多延长 5个工作日，请改小"),
    ],
)
def test_a_refused_extension_keeps_everything_typed(
    staff: Staff, services: FakeServices, typed: dict[str, str], said: str
) -> None:
    answer = staff.submit("/items/41/limit/extend", {**typed, "do": "do_it"})

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert said in plain(page)
    assert all(text in page.partition("<form")[2] for text in typed.values())
    assert services.limits.asked_of == []


@pytest.mark.parametrize(
    ("verb", "before", "said"),
    [
        ("suspend", None, "“调查评估”已中止计时，恢复前不计入时限"),
        ("resume", SINCE, "“调查评估”已恢复计时，应于 11月27日 24:00 前办结"),
    ],
)
def test_a_limit_is_suspended_and_resumed_with_a_reason(
    staff: Staff, services: FakeServices, verb: str, before: datetime | None, said: str
) -> None:
    services.limits.verbs, services.limits.suspended_since = frozenset({verb}), before

    nothing = staff.submit(f"/items/41/limit/{verb}", {"do": "do_it"})
    assert nothing.status_code == 422
    assert "请写明理由" in nothing.get_data(as_text=True)

    assert staff.submit(f"/items/41/limit/{verb}", {"reason": "等待鉴定", "do": "do_it"}).location == "/items/41"
    assert services.limits.asked_of == [(verb, ("等待鉴定", 0))]
    assert said in staff.text("/inbox")


def test_a_form_sent_twice_extends_once(staff: Staff, services: FakeServices) -> None:
    fields = staff.hidden("/items/41/limit/extend") | {"length": "3", "reason": "等待鉴定", "do": "do_it"}

    answers = [staff.client.post("/items/41/limit/extend", data=fields) for _ in range(2)]

    assert [one.location for one in answers] == ["/items/41", "/items/41"]
    assert len(services.limits.asked_of) == 1


def test_a_limit_changed_meanwhile_is_told_and_the_page_can_be_sent_again(staff: Staff, services: FakeServices) -> None:
    fields = staff.hidden("/items/41/limit/extend") | {"length": "3", "reason": "等待鉴定", "do": "do_it"}
    services.limits.refuses = Refused("“调查评估”的时限已于今日 10:20 由王立延期")
    services.limits.seen = 1

    answer = staff.client.post("/items/41/limit/extend", data=fields)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "没有办理：“调查评估”的时限已于今日 10:20 由王立延期" in page
    assert 'name="version" value="1"' in page
    assert "等待鉴定" in page


@pytest.mark.parametrize("reason", ["他人已中止", "已办结"])
def test_what_was_typed_stays_where_nothing_can_be_done_any_more(
    staff: Staff, services: FakeServices, reason: str
) -> None:
    fields = staff.hidden("/items/41/limit/extend") | {"length": "3", "reason": "等待鉴定", "do": "do_it"}
    if reason == "已办结":
        services.limits.nothing = Refused("“调查评估”已于今日 10:22 办结，不能再延期")
    else:
        services.limits.verbs, services.limits.suspended_since = frozenset({"resume"}), SINCE

    answer = staff.client.post("/items/41/limit/extend", data=fields)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert ("办结" if reason == "已办结" else "请先恢复计时") in page
    assert "等待鉴定" in page
    assert 'value="do_it"' not in page


def test_what_was_typed_survives_an_ended_session(staff: Staff, services: FakeServices) -> None:
    fields = staff.hidden("/items/41/limit/extend") | {"length": "3", "reason": "等待鉴定"}

    back = staff.client.post("/items/41/limit/extend", data={**fields, "do": "update"}).get_data(as_text=True)

    assert 'value="3"' in back
    assert "等待鉴定" in back
    assert services.limits.asked_of == []


@pytest.mark.parametrize("hostile", ['"><script>alert(1)</script>', "</textarea><img src=x>"])
def test_what_was_typed_is_shown_as_text(staff: Staff, hostile: str) -> None:
    typed = {"length": hostile, "until": hostile, "reason": hostile, "do": "do_it"}

    page = staff.submit("/items/41/limit/extend", typed).get_data(as_text=True)

    assert "<script>alert" not in page
    assert "<img src=x" not in page


@pytest.mark.parametrize("verb", ["extend", "suspend", "resume"])
def test_the_pages_of_the_verbs_are_in_chinese(staff: Staff, services: FakeServices, verb: str) -> None:
    services.inbox.limit = a_limit(provisional=True, guessed_years=(2027,), changes=[a_change()])
    services.limits.verbs = frozenset({verb})

    pages = [staff.text(f"/items/41/limit/{verb}"), staff.text("/items/41"), staff.text("/cases/5")]

    assert [latin_in(page) for page in pages] == [[], [], []]

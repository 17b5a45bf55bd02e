"""The case page, events, the child's file, downloads."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from types import SimpleNamespace

from tests.web.conftest import Staff
from tests.web.fakes import NAME, NOW, XML, FakeServices, a_row
from web.cases.pages import told_once


def test_a_case_tells_its_story_in_words_beside_the_diagram(staff: Staff) -> None:
    page = staff.get("/cases/5").get_data(as_text=True)

    for words in (
        "办理经过",
        "签收通报并组建评估组",
        "程序图：评估帮扶",
        "正在办理",
        "处置通报",
        "入户照片.jpg",
        "王立",
    ):
        assert words in page
    assert "异常，待处理" in page
    assert "相应程序尚未开通" in page


def test_the_diagram_is_given_each_step_with_a_word_for_its_state(staff: Staff) -> None:
    page = staff.get("/cases/5").get_data(as_text=True)

    found = re.search(r'<script type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found
    data = json.loads(found[1])
    assert data["xml"] == XML
    assert data["trail"] == {
        "ack": {"state": "done", "words": "已办结"},
        "assess": {"state": "now", "words": "临期 剩余 1天13小时"},
    }


def test_an_event_needs_its_reason_and_keeps_what_was_typed(staff: Staff, services: FakeServices) -> None:
    path = "/cases/5/events/parent_returned"

    refused = staff.submit(path, {"f.returned_at": "2026-11-18T09:00", "do": "complete"})
    assert refused.status_code == 422
    assert "请写明理由" in refused.get_data(as_text=True)
    assert 'value="2026-11-18T09:00"' in refused.get_data(as_text=True)

    fields = {"f.returned_at": "2026-11-18T09:00", "reason": "母亲到村委会签字", "do": "complete"}
    assert staff.submit(path, fields).location == "/cases/5"
    said = {"returned_at": "2026-11-18T09:00:00+08:00"}
    assert services.casework.asked == [("happened", ("parent_returned", said, "母亲到村委会签字"))]


def test_a_file_is_handed_out_as_an_attachment_whatever_it_is(staff: Staff) -> None:
    answer = staff.get("/files/8")

    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
    assert "\n" not in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_the_childs_file_says_that_the_reading_is_recorded(staff: Staff) -> None:
    page = staff.get("/children/2").get_data(as_text=True)

    assert NAME in page
    assert "本次查阅已记录" in page


def test_searching_finds_cases_by_number(staff: Staff) -> None:
    page = staff.get("/cases?q=FH-2026-0173").get_data(as_text=True)

    assert 'href="/cases/5"' in page
    assert "查到 1 件" in page


def test_what_was_answered_can_be_read_by_those_who_follow(staff: Staff) -> None:
    page = staff.get("/cases/5/answers").get_data(as_text=True)

    assert "提交强制报告" in page
    assert "仅公安机关可见" in page
    assert "电话　无人接听<br>短信　未回复" in page
    assert 'href="/cases/5/answers"' in staff.get("/items/41").get_data(as_text=True)


def test_one_notice_to_several_units_is_one_line_of_the_story() -> None:
    def line(words: str, at: datetime = NOW) -> SimpleNamespace:
        return SimpleNamespace(at=at, kind="evt", words=words, sub="学校")

    told = told_once(
        [
            line("“受理登记”已办结，通知民政局"),
            line("形成文书：受理回执"),
            line("“受理登记”已办结，通知教育局"),
            line("“受理登记”已办结，通知妇联", NOW + timedelta(hours=1)),
        ]
    )

    assert [one.words for one in told] == [
        "“受理登记”已办结，通知民政局、教育局",
        "形成文书：受理回执",
        "“受理登记”已办结，通知妇联",
    ]


def test_what_is_not_known_of_a_child_is_said_with_what_to_ask_for(staff: Staff) -> None:
    page = staff.get("/cases/5").get_data(as_text=True)

    assert "姓名不详" in page
    assert "请顺便问清姓名、父母或者其他监护人的电话" in page


def test_only_tasks_of_ones_own_units_lead_to_their_page(staff: Staff, services: FakeServices) -> None:
    services.inbox.rows = [a_row(id=41), a_row(id=43, unit_name="奉化公安分局", holder_id=9)]

    page = staff.get("/cases/5").get_data(as_text=True)

    assert 'href="/items/41"' in page
    assert 'href="/items/43"' not in page

"""Reports: by staff in the name of their unit, by anybody with a receipt."""

from __future__ import annotations

import re

from tests.web.conftest import Staff
from tests.web.fakes import FakeServices

STAFF_REPORT = {"f.situations": ["S1"], "f.reporter_name": "许老师", "do": "complete"}
PUBLIC_REPORT = {
    "f.situations": ["S3"],
    "f.place": "fh.青溪镇",
    "detail": "村口小店旁",
    "f.narrative": "孩子独自走在路上",
    "f.anonymous": "true",
    "do": "complete",
}


def test_a_report_without_name_or_number_is_taken_at_once(staff: Staff, services: FakeServices) -> None:
    answer = staff.submit("/report", STAFF_REPORT)

    assert answer.location == "/cases/5"
    assert services.casework.asked == [
        ("start", ("fh.township.青溪镇", "P01", {})),
        ("complete", {"situations": ["S1"], "reporter_name": "许老师"}),
    ]


def test_what_is_known_of_the_child_goes_to_the_childs_file(staff: Staff, services: FakeServices) -> None:
    staff.submit("/report", STAFF_REPORT | {"f.child_name": "小禾"})

    assert services.casework.asked[0] == ("start", ("fh.township.青溪镇", "P01", {"child_name": "小禾"}))


def test_an_incomplete_report_starts_nothing_and_keeps_what_was_typed(staff: Staff, services: FakeServices) -> None:
    answer = staff.submit("/report", {"f.child_name": "小禾", "f.situations": ["S1"], "do": "complete"})

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "请填写“报告人”" in page
    assert 'value="小禾"' in page
    assert services.casework.asked == []


def test_a_report_sent_twice_is_one_report(staff: Staff, services: FakeServices) -> None:
    fields = staff.hidden("/report") | STAFF_REPORT

    answers = [staff.client.post("/report", data=fields) for _ in range(2)]

    assert [one.location for one in answers] == ["/cases/5", "/cases/5"]
    assert [verb for verb, _ in services.casework.asked] == ["start", "complete"]


def test_anybody_can_report_and_sees_the_receipt_once(nobody: Staff, services: FakeServices) -> None:
    fields = nobody.hidden("/public/fh/report") | PUBLIC_REPORT

    answer = nobody.client.post("/public/fh/report", data=fields)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "7C3A 09D4 2FE1 B86B<br>5AC0 1D4E 6F9A 3B72" in page
    assert services.casework.asked == [
        (
            "report_public",
            {
                "situations": ["S3"],
                "place": "fh.青溪镇",
                "narrative": "地点：村口小店旁。孩子独自走在路上",
                "anonymous": True,
                "channel": "其他",
                "received_by": "fh.police",
            },
        )
    ]
    again = nobody.client.post("/public/fh/report", data=fields)
    assert again.location == "/public/receipt?again=1"
    assert len(services.casework.asked) == 1


def test_an_incomplete_public_report_is_returned_filled(nobody: Staff) -> None:
    answer = nobody.submit("/public/fh/report", {"f.situations": ["S3"], "detail": "村口", "do": "complete"})

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="S3" checked' in page
    assert 'value="村口"' in page
    assert re.search(r'id="f-narrative-e">请填写“案情”', page)


def test_a_receipt_tells_three_words_and_nothing_else(nobody: Staff) -> None:
    answer = nobody.submit("/public/receipt", {"code": "7C3A 09D4 2FE1 B86B 5AC0 1D4E 6F9A 3B72"})

    page = answer.get_data(as_text=True)
    main = page[page.index("<main") : page.index("</main>")]
    assert re.findall(r'class="done"><strong>(\w+)', main) == ["已收到", "已受理"]
    assert "已处置" in main
    assert "FH-" not in main


def test_an_unknown_receipt_is_not_found(nobody: Staff) -> None:
    for code in ("0" * 32, "abc"):
        answer = nobody.submit("/public/receipt", {"code": code})
        assert answer.status_code == 404
        assert "没有这个回执号" in answer.get_data(as_text=True)


def test_a_jurisdiction_that_is_not_there_has_no_page(nobody: Staff) -> None:
    assert nobody.get("/public/xx/report").status_code == 404


def test_too_many_reports_from_one_place_are_slowed_down_and_lose_nothing(nobody: Staff) -> None:
    fields = nobody.hidden("/public/fh/report") | {"f.narrative": "孩子独自走在路上", "do": "update"}

    answers = [nobody.client.post("/public/fh/report", data=fields) for _ in range(11)]

    assert answers[9].status_code == 200
    assert answers[10].status_code == 429
    assert 'name="f.narrative" value="孩子独自走在路上"' in answers[10].get_data(as_text=True)


def test_who_reports_is_filled_in_and_asked_last(staff: Staff) -> None:
    page = staff.get("/report").get_data(as_text=True)

    assert 'value="陈雅琴"' in page
    assert page.index("情形") < page.index("发现地点") < page.index(">报告人 ")


def test_what_a_report_need_not_say_is_folded_until_something_is_in_it(staff: Staff) -> None:
    empty = staff.get("/report").get_data(as_text=True)
    assert '<details class="fold"><summary>其他儿童信息 1 项' in empty
    assert empty.index('name="f.child_name"') < empty.index('<details class="fold">') < empty.index('name="f.id_no"')

    typed = staff.submit("/report", {"f.id_no": "330283201609010023", "do": "update"}).get_data(as_text=True)
    assert '<details class="fold" open>' in typed

"""The task page: every kind of field, and nothing that was typed is ever lost."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest

from tests.web.conftest import Staff
from tests.web.fakes import FakeServices, a_row

FILLED = {"f.safety": "有风险", "f.findings": "姑姑夜班", "f.visited": "2026-11-16", "do": "complete"}


def done(services: FakeServices) -> Any:
    return dict(services.casework.asked)["complete"]


def test_a_filled_form_is_submitted_with_values_of_every_kind(staff: Staff, services: FakeServices) -> None:
    answer = staff.submit(
        "/items/41",
        FILLED
        | {
            "f.situations": ["S1", "S3"],
            "f.poor": "false",
            "f.age": "９",
            "f.distance": "3.5",
            "f.seen_at": "2026-11-16T15:10",
            "f.place": "fh.青溪镇",
            "f.place.was": "青溪镇",
            "f.place.text": "青溪镇",
            "f.carer.text": "姑姑",
            "f.contact_log.rows": "2",
            "f.contact_log.0.way": "电话",
            "f.contact_log.0.time": "2026年11月10日 9:28",
            "f.contact_log.1.way": "",
        },
    )

    assert answer.location == "/inbox"
    assert done(services) == {
        "safety": "有风险",
        "findings": "姑姑夜班",
        "visited": "2026-11-16",
        "situations": ["S1", "S3"],
        "poor": False,
        "age": 9,
        "distance": 3.5,
        "seen_at": "2026-11-16T15:10:00+08:00",
        "place": "fh.青溪镇",
        "carer": "姑姑",
        "contact_log": [{"way": "电话", "time": "2026-11-10T09:28:00+08:00"}],
    }


def test_who_completes_an_item_is_told_what_goes_on_at_their_own_unit_alone(staff: Staff) -> None:
    staff.submit("/items/41", FILLED)

    page = staff.text("/inbox")
    assert "接着办理“制定帮扶方案”，在“待签收”中" in page
    assert "核实户籍" not in page


def test_what_is_missing_is_named_at_the_field_and_linked_above(staff: Staff, services: FakeServices) -> None:
    answer = staff.submit("/items/41", {"f.child_view": "想让妈妈早点回来", "do": "complete"})

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "有 3 处需要改正" in page
    assert '<a href="#f-safety">请选择“安全处境”</a>' in page
    assert re.search(r'id="f-findings-e">请填写“评估发现”', page)
    assert "想让妈妈早点回来" in page
    assert services.casework.asked == []


def test_what_cannot_be_read_is_said_and_kept(staff: Staff) -> None:
    answer = staff.submit("/items/41", FILLED | {"f.age": "九岁", "f.seen_at": "上周一", "f.visited": "2026-02-30"})

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "请填写整数" in page
    assert 'value="九岁"' in page
    assert "时间请写成 2026-11-19 10:20 这样" in page
    assert "日期请写成 2026-11-19 这样" in page


def test_a_field_that_depends_on_another_appears_without_script(staff: Staff) -> None:
    before = staff.get("/items/41").get_data(as_text=True)
    after = staff.submit("/items/41", {"f.safety": "危险", "do": "update"}).get_data(as_text=True)

    assert "更新表单" in before
    assert 'data-f="danger_note" data-off' in before
    assert re.search(r'<label for="f-danger_note">危险情况 <span class="req">（必填）', after)


def test_an_answer_to_a_hidden_field_is_not_kept(staff: Staff, services: FakeServices) -> None:
    staff.submit("/items/41", FILLED | {"f.danger_note": "夜间独居"})

    assert "danger_note" not in done(services)


def test_a_table_grows_and_shrinks_by_buttons_and_keeps_its_cells(staff: Staff) -> None:
    rows = {"f.contact_log.rows": "2", "f.contact_log.0.result": "无人接听", "f.contact_log.1.result": "未回复"}

    grown = staff.submit("/items/41", rows | {"do": "add:contact_log"}).get_data(as_text=True)
    assert 'name="f.contact_log.rows" value="3"' in grown
    assert 'aria-label="第三行 结果"' in grown

    shrunk = staff.submit("/items/41", rows | {"do": "drop:contact_log:0"}).get_data(as_text=True)
    assert 'name="f.contact_log.rows" value="1"' in shrunk
    assert "未回复" in shrunk
    assert "无人接听" not in shrunk


def test_an_area_is_found_on_a_page_that_brings_everything_back(staff: Staff) -> None:
    typed = {"f.findings": "姑姑夜班", "f.place.text": "青溪"}

    search = staff.submit("/items/41", typed | {"do": "find:place"}).get_data(as_text=True)
    assert "查找：地点" in search
    assert 'name="f.findings" value="姑姑夜班"' in search
    assert 'value="pick:place:fh.青溪镇"' in search
    assert 'name="version" value="2"' in search

    back = staff.submit("/items/41", typed | {"do": "pick:place:fh.青溪镇"}).get_data(as_text=True)
    assert 'name="f.place" value="fh.青溪镇"' in back
    assert "姑姑夜班" in back


def test_a_place_that_fits_more_than_one_area_must_be_chosen(staff: Staff) -> None:
    answer = staff.submit("/items/41", FILLED | {"f.place.text": "青溪"})

    assert answer.status_code == 422
    assert "请点“查找”选定" in answer.get_data(as_text=True)


def test_a_stale_submit_says_who_did_what_and_keeps_the_text(staff: Staff, services: FakeServices) -> None:
    fields = staff.hidden("/items/41") | FILLED
    services.inbox.rows = [a_row(state="completed", version=3, holder_name="徐宁", done_at=services.now)]

    answer = staff.client.post("/items/41", data=fields)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "没有提交：“调查评估”已于 今日 10:22 由青溪镇人民政府徐宁办结" in page
    assert "姑姑夜班" in page
    assert 'value="complete"' not in page


def test_a_form_changed_meanwhile_can_be_submitted_again_with_its_text(staff: Staff, services: FakeServices) -> None:
    fields = staff.hidden("/items/41") | FILLED
    services.inbox.rows = [a_row(version=5)]

    answer = staff.client.post("/items/41", data=fields)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert 'name="version" value="5"' in page
    assert "姑姑夜班" in page


def test_a_form_sent_twice_is_done_once_and_answered_the_same(staff: Staff, services: FakeServices) -> None:
    fields = staff.hidden("/items/41") | FILLED

    answers = [staff.client.post("/items/41", data=fields) for _ in range(2)]

    assert [one.location for one in answers] == ["/inbox", "/inbox"]
    assert len(services.casework.asked) == 1


def test_files_are_stored_at_once_and_survive_a_refused_form(staff: Staff, services: FakeServices) -> None:
    files = {"f.photo": [(io.BytesIO(b"picture"), "入户照片.jpg"), (io.BytesIO(b"film"), "家访录像.mov")]}

    answer = staff.submit("/items/41", {"do": "complete", "f.findings": "姑姑夜班"} | files)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "“家访录像.mov”未收：不是可接收的文件类型" in page
    assert 'name="f.photo.id" value="101"' in page
    assert "入户照片.jpg" in page
    assert services.files.taken == ["入户照片.jpg"]


def test_a_stored_file_is_part_of_the_answer_until_it_is_removed(staff: Staff, services: FakeServices) -> None:
    stored = {"f.photo.id": ["101", "102"], "f.photo.name": ["甲.jpg", "乙.jpg"]}

    without = staff.submit("/items/41", stored | {"do": "unfile:photo:101"}).get_data(as_text=True)
    assert "乙.jpg" in without
    assert "甲.jpg" not in without

    staff.submit("/items/41", FILLED | stored)
    assert done(services)["photo"] == [101, 102]


def test_the_five_questions_are_answered(staff: Staff) -> None:
    page = staff.get("/items/41").get_data(as_text=True)

    for question in ("为什么是我", "为什么是现在", "什么时候到期", "依据哪一条", "办完之后"):
        assert f"<dt>{question}</dt>" in page
    assert "<strong>11月20日 24:00</strong>，剩余 1天13小时" in page


def test_a_done_item_shows_what_was_answered_and_asks_nothing(staff: Staff, services: FakeServices) -> None:
    services.inbox.rows = [a_row(state="completed", done_at=services.now)]
    services.inbox.values = {"safety": "有风险", "situations": ["S1"], "poor": True}

    page = staff.get("/items/41").get_data(as_text=True)

    assert "此件已由徐宁于今日 10:24办结" in page
    assert "<dt>情形</dt><dd>独居</dd>" in page
    assert "提交办结" not in page


@pytest.mark.parametrize("hostile", ['"><script>alert(1)</script>', "</textarea><img src=x>"])
def test_what_was_typed_is_shown_as_text(staff: Staff, hostile: str) -> None:
    typed = {"f.findings": hostile, "f.child_view": hostile, "f.place.text": hostile}

    for button in ("update", "complete", "find:place"):
        page = staff.submit("/items/41", typed | {"do": button}).get_data(as_text=True)
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_a_film_of_forty_megabytes_is_refused_by_name_and_the_form_is_kept(staff: Staff) -> None:
    fields = staff.hidden("/items/41") | {"do": "complete", "f.findings": "姑姑夜班"}
    parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{text}' for name, text in fields.items()]
    parts.append('Content-Disposition: form-data; name="f.photo"; filename="film.mov"\r\n\r\n' + "0" * 40 * 1024 * 1024)
    body = "".join(f"--xx\r\n{part}\r\n" for part in parts) + "--xx--\r\n"

    answer = staff.client.post("/items/41", data=body.encode(), content_type="multipart/form-data; boundary=xx")

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "“film.mov”未收" in page
    assert "姑姑夜班" in page

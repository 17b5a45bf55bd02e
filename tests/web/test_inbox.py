"""待办: what waits, in which order, in which words; claiming and giving back."""

from __future__ import annotations

import re
from datetime import timedelta

from engine.core.errors import Refused
from engine.core.listing import LimitState, Sort, View, Wanted
from tests.web.conftest import Staff
from tests.web.fakes import NAME, NOW, FakeServices, a_row


def test_items_stand_under_how_late_they_are(staff: Staff, services: FakeServices) -> None:
    services.inbox.rows = [
        a_row(id=1, name="回访", due_at=NOW - timedelta(days=2, hours=10)),
        a_row(id=2, name="评估"),
        a_row(id=3, name="方案", opened_at=NOW, due_at=NOW + timedelta(days=9)),
        a_row(id=4, name="判决", due_at=None),
    ]

    page = staff.get("/inbox").get_data(as_text=True)

    order = [page.index(word) for word in ("已超期 1", "超期 2天10小时", "临期 1", "时限内 1", "剩余 9天", "无时限 1")]
    assert order == sorted(order)
    assert "应于 11月20日 24:00" in page


def test_the_strip_shows_only_what_is_late(staff: Staff, services: FakeServices) -> None:
    page = staff.get("/inbox").get_data(as_text=True)

    assert 'href="/inbox?view=mine&amp;limit=over"' in page
    staff.get("/inbox?view=mine&limit=over")
    assert services.inbox.asked == Wanted(view=View.MINE, limit=LimitState.OVER)


def test_an_address_that_asks_for_nothing_leaves_the_list_to_the_persons_own_filter(
    staff: Staff, services: FakeServices
) -> None:
    for address, wanted in (
        ("/inbox", None),
        ("/inbox?view=unit&sort=new&page=3", Wanted(view=View.UNIT, sort=Sort.NEW, page=3)),
        ("/inbox?area=2&risk=3&case=5.6&follow=1", Wanted(area_id=2, risk=3, case_ids=(5, 6), follow_up=True)),
        ("/inbox?view=x&limit=x&procedure=';--&area=x&page=99999999999999999999999", Wanted(page=1)),
    ):
        staff.get(address)
        assert services.inbox.wanted == wanted, address


def test_a_number_is_looked_for_by_form_and_the_address_holds_the_case_alone(staff: Staff) -> None:
    found = staff.submit("/inbox/find", {"q": "FH-2026-0173", "view": "unit"}, page="/inbox")
    missed = staff.submit("/inbox/find", {"q": "FH-2026-9999"}, page="/inbox")

    assert found.location == "/inbox?view=unit&case=5"
    assert missed.status_code == 422
    assert 'value="FH-2026-9999"' in missed.get_data(as_text=True)


def test_a_day_to_look_again_is_kept_and_a_past_one_comes_back_with_its_note(
    staff: Staff, services: FakeServices
) -> None:
    page = "/items/41"
    kept = staff.submit(f"{page}/follow-up", {"on_day": "2026-11-23", "note": "问家长"}, page=page)
    past = staff.submit(f"{page}/follow-up", {"on_day": "2026-11-18", "note": "问老师"}, page=page)

    assert kept.location == page
    assert services.follow_ups.days[41].note == "问家长"
    assert past.status_code == 422
    assert "不能早于今日" in past.get_data(as_text=True)
    assert "问老师" in past.get_data(as_text=True)


def test_an_empty_list_names_the_filter(staff: Staff, services: FakeServices) -> None:
    services.inbox.rows = []

    page = staff.get("/inbox?procedure=P05").get_data(as_text=True)

    assert "没有符合条件的事项" in page
    assert "评估帮扶" in page
    assert "清除筛选" in page


def test_no_list_title_or_address_names_a_child(staff: Staff) -> None:
    for path in ("/inbox", "/cases", "/notices"):
        assert NAME not in staff.get(path).get_data(as_text=True)
    for path in ("/cases/5", "/children/2", "/items/41"):
        page = staff.get(path).get_data(as_text=True)
        assert NAME not in page[: page.index("</title>")]


def test_claiming_leads_to_the_form(staff: Staff, services: FakeServices) -> None:
    services.inbox.rows = [a_row(state="open", holder_id=None, holder_name=None)]

    answer = staff.submit("/items/41/claim", {"version": "2"}, page="/inbox")

    assert answer.location == "/items/41"
    assert services.casework.asked == [("claim", 41)]


def test_an_item_that_a_colleague_took_is_refused_by_name(staff: Staff, services: FakeServices) -> None:
    services.inbox.rows = [a_row(state="open", holder_id=None, holder_name=None)]
    services.casework.refuses = Refused("“调查评估”已由青溪镇人民政府徐宁签收")

    answer = staff.submit("/items/41/claim", {"version": "2"}, page="/inbox")

    assert answer.status_code == 409
    assert "徐宁签收" in answer.get_data(as_text=True)


def test_an_item_can_be_given_back_to_the_unit(staff: Staff, services: FakeServices) -> None:
    answer = staff.submit("/items/41/release", {"version": "2"}, page="/items/41")

    assert answer.status_code == 302
    assert services.casework.asked == [("release", 41)]


def test_missing_and_forbidden_look_alike(staff: Staff) -> None:
    answers = [staff.get(path) for path in ("/items/9", "/cases/6", "/nowhere")]

    assert [one.status_code for one in answers] == [404, 404, 404]
    assert len({one.get_data(as_text=True).split("<main")[1] for one in answers}) == 1


def test_notices_lead_to_their_case_and_to_the_item_if_it_is_theirs(staff: Staff) -> None:
    page = staff.get("/notices").get_data(as_text=True)

    assert "“调查评估”时限已用去八成" in page
    assert "儿-04182" in page
    assert len(re.findall(r'href="/notices/\d+"', page)) == 2
    assert 'href="/items/41"' in page
    assert 'href="/items/40"' not in page

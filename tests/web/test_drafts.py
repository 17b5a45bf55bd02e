"""What is typed into a task is kept: by the script, by the button, past a sign-in; and never written over unseen."""

from __future__ import annotations

import json
import re
from html import unescape

from tests.web.conftest import Staff
from tests.web.fakes import FakeServices

ITEM = "/items/41"
TYPED = {"f.findings": "家访，门锁着"}


def test_the_script_is_told_when_and_as_which_version_it_was_kept(staff: Staff, services: FakeServices) -> None:
    kept = staff.submit(f"{ITEM}/draft", {**TYPED, "draft": "0"}, page=ITEM)

    assert kept.get_json() == {"said": "已保存 10:24", "version": 1}
    assert services.drafts.drafts[41].texts == [("f.findings", "家访，门锁着")]


def test_a_second_device_is_told_of_the_newer_draft_and_writes_nothing_over(
    staff: Staff, services: FakeServices
) -> None:
    staff.submit(f"{ITEM}/draft", {"f.findings": "手机", "draft": "0"}, page=ITEM)

    second = staff.submit(f"{ITEM}/draft", {"f.findings": "电脑", "draft": "0"}, page=ITEM)
    by_button = staff.submit(ITEM, {"f.findings": "电脑", "draft": "0", "do": "save"}, page=ITEM)

    assert second.status_code == by_button.status_code == 409
    assert second.get_json()["version"] == 1
    assert "较新的草稿" in second.get_json()["said"]
    page = by_button.get_data(as_text=True)
    assert "没有暂存" in page
    assert "电脑" in page
    assert 'value="save:1"' in page
    assert services.drafts.drafts[41].texts == [("f.findings", "手机")]

    staff.submit(ITEM, {"f.findings": "电脑", "draft": "0", "do": "save:1"}, page=ITEM)
    assert services.drafts.drafts[41].texts == [("f.findings", "电脑")]


def test_a_draft_is_taken_up_when_the_item_is_opened_again_and_can_be_given_up(
    staff: Staff, services: FakeServices
) -> None:
    saved = staff.submit(ITEM, {**TYPED, "do": "save"}, page=ITEM)
    assert "已保存 10:24" in saved.get_data(as_text=True)

    page = staff.text(ITEM)
    assert "家访，门锁着" in page
    assert "在电脑上填写的草稿" in page

    staff.submit(ITEM, {"do": "anew"}, page=ITEM)
    assert services.drafts.drafts == {}
    assert "家访，门锁着" not in staff.text(ITEM)


def test_a_script_whose_session_is_over_learns_it_and_a_form_comes_back_filled(
    staff: Staff, services: FakeServices
) -> None:
    hidden = staff.hidden(ITEM)
    services.people.epoch += 1

    assert staff.client.post(f"{ITEM}/draft", data={**hidden, **TYPED}).status_code == 401
    sent = staff.client.post(ITEM, data={**hidden, **TYPED, "f.files.id": "7", "do": "complete"})
    assert sent.status_code == 401
    kept = re.search(r'name="kept" value="([^"]*)"', sent.get_data(as_text=True))
    assert kept is not None
    assert ["f.findings", "家访，门锁着"] in json.loads(unescape(kept[1]))
    assert ["f.files.id", "7"] in json.loads(unescape(kept[1]))


def test_a_draft_ends_with_its_item(staff: Staff, services: FakeServices) -> None:
    services.drafts.save(services.people.acting, 41, [("f.findings", "x")], seen=0, where="电脑")

    staff.submit(
        ITEM, {"f.safety": "有风险", "f.findings": "姑姑夜班", "f.visited": "2026-11-16", "do": "complete"}, page=ITEM
    )

    assert services.casework.asked[-1][0] == "complete"
    assert services.drafts.drafts == {}

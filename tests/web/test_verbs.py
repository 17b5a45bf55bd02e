"""转办, 委派, 退回, 撤回, 加签, 催办, 督办 by form: with a reason, once however often pressed, nothing typed lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Clock
from tests.web.latin import latin_in
from tests.web.verbs import CIVIL, TOWNSHIP, WEST, Office, an_office, said

DO = {"do": "do_it"}
WHY = {"reason": "现场在该所辖区", **DO}


@pytest.fixture
def office(private_folder: Path, database_url: str, clock: Clock) -> Iterator[Office]:
    made = an_office(private_folder, database_url, clock)
    yield made
    made.services.close()


def test_an_item_is_transferred_once_however_often_the_button_is_pressed(office: Office) -> None:
    item, officer = office.report(), office.at("officer")
    path = f"/items/{item}/act/transfer"
    assert "西镇公安分局" in said(officer.get(path))
    fields = officer.hidden(path) | {"unit": WEST, **WHY}

    answers = [officer.client.post(path, data=fields) for _ in range(2)]

    assert [one.location for one in answers] == ["/desk", "/desk"]
    desk = said(officer.get("/desk"))
    assert "已转交西镇公安分局办理，时限不变" in desk
    assert "已转出、委派 1 件" in desk
    west = office.at("west")
    assert "受理" in said(west.get("/inbox?view=unit")) or office.ids("west") == [item]
    assert "转办 西镇公安分局" in said(west.get(f"/items/{item}"))


def test_what_was_typed_stays_where_the_item_has_changed_or_something_is_missing(office: Office) -> None:
    item, officer = office.report(), office.at("officer")
    path = f"/items/{item}/act/transfer"
    fields = officer.hidden(path)

    missing = officer.client.post(path, data={**fields, **WHY})
    assert missing.status_code == 422
    assert "请选择一个可以办理此事的单位" in said(missing)
    assert "现场在该所辖区" in said(missing)

    office.services.casework.claim(office.services.people.acting_by_login("officer"), item, 1)
    stale = officer.client.post(path, data={**fields, "unit": WEST, **WHY})
    page = stale.get_data(as_text=True)
    assert stale.status_code == 409
    assert "有了变化" in page
    assert "现场在该所辖区" in page
    assert f'value="{WEST}" checked' in page


def test_who_may_not_gets_the_answer_of_a_page_that_does_not_exist(office: Office) -> None:
    item, clerk = office.report(), office.at("clerk")
    paths = [f"/items/{item}/act/{verb}" for verb in ("transfer", "delegate", "return", "consult", "urge", "press")]
    paths += ["/items/999/act/urge", f"/items/{item}/act/abolish", "/acts/999"]

    answers = [clerk.get(path) for path in paths]
    sent = [clerk.submit(path, {"unit": WEST, **WHY}, page="/report") for path in paths]

    assert {one.status_code for one in [*answers, *sent]} == {404}
    assert len({one.get_data(as_text=True).split("<main")[1] for one in answers}) == 1


def test_the_head_delegates_the_colleague_sends_it_back_and_the_head_has_it(office: Office) -> None:
    item, chief, mate = office.report(), office.at("chief"), office.at("mate")

    given = chief.submit(f"/items/{item}/act/delegate", {"person": office.person("mate"), **WHY})
    assert given.location == f"/items/{item}"
    assert office.ids("mate", "mine") == [item]

    back = mate.submit(f"/items/{item}/act/return", {"reason": "须回避", **DO})
    assert "已退回郑局长" in said(mate.get(back.location))
    assert office.ids("chief", "mine") == [item]


def test_a_transfer_is_withdrawn_from_the_desk(office: Office) -> None:
    item, officer = office.report(), office.at("officer")
    officer.submit(f"/items/{item}/act/transfer", {"unit": WEST, **WHY})
    assert f"/items/{item}/act/withdraw" in officer.text("/desk")

    answer = officer.submit(f"/items/{item}/act/withdraw", {"reason": "转错了", **DO})

    assert answer.location == f"/items/{item}"
    assert "已撤回，由本单位签收办理" in said(officer.get(answer.location))


def test_opinions_are_asked_of_a_unit_and_a_colleague_and_both_are_needed(office: Office) -> None:
    item, officer = office.claimed(), office.at("officer")
    path = f"/items/{item}/act/consult"
    asked = officer.submit(path, {"unit": TOWNSHIP, "person": office.person("mate"), "reason": "是否安置", **DO})
    assert "已征求 2 份意见" in said(officer.get(asked.location))
    assert "等待加签 2" in said(officer.get("/inbox"))

    early = officer.submit(f"/items/{item}", {"f.urgent": "false", "do": "complete"})
    assert early.status_code == 409
    assert "2 份加签（会签）意见没有收到" in said(early)

    for login, words in (("clerk", "祖母可照料"), ("mate", "同意")):
        person = office.at(login)
        assert "协办与督办 1" in said(person.get("/inbox"))
        act = person.text("/desk").split("/acts/")[1].split('"')[0]
        assert "是否安置" in said(person.get(f"/acts/{act}"))
        assert person.submit(f"/acts/{act}", {"reason": words, **DO}).location == "/desk"
    shown = said(officer.get(f"/items/{item}"))
    assert "祖母可照料" in shown
    assert officer.submit(f"/items/{item}", {"f.urgent": "false", "do": "complete"}).location == "/inbox"


def test_an_item_is_urged_from_the_page_of_the_case_and_not_again_at_once(office: Office) -> None:
    item, teacher = office.claimed(), office.at("teacher")
    case_page = teacher.text("/cases/1")
    assert f"/items/{item}/act/urge?from=case" in case_page

    answer = teacher.submit(f"/items/{item}/act/urge", {"reason": "孩子还在等", **DO})
    assert answer.location == "/cases/1"
    again = teacher.submit(f"/items/{item}/act/urge", {"reason": "再催", **DO})

    assert again.status_code == 409
    assert "以后可以再催" in said(again)
    officer = office.at("officer")
    assert "催办 1" in said(officer.get("/inbox"))
    assert "被催办 1 件" in said(officer.get("/desk"))


def test_an_instruction_is_shown_until_it_is_answered(office: Office) -> None:
    item, lead, officer = office.claimed(), office.at("lead"), office.at("officer")

    lead.submit(f"/items/{item}/act/press", {"reason": "今日反馈", **DO})
    assert "督办待答复" in said(officer.get(f"/items/{item}"))
    act = officer.text("/desk").split("/acts/")[1].split('"')[0]
    nothing = officer.submit(f"/acts/{act}", {"reason": " ", **DO})
    assert nothing.status_code == 422
    officer.submit(f"/acts/{act}", {"reason": "下午四时前受理", **DO})

    assert "督办待答复" not in said(officer.get(f"/items/{item}"))
    story = said(lead.get("/cases/1"))
    assert "答复对“accept”的督办" in story or "的督办" in story
    twice = officer.submit(f"/acts/{act}", {"reason": "再答", **DO}, page="/report")
    assert twice.status_code == 409
    assert "再答" in said(twice)


def test_units_are_found_by_name_without_a_script(office: Office) -> None:
    item, officer = office.claimed(), office.at("officer")

    page = officer.submit(
        f"/items/{item}/act/consult", {"unit": CIVIL, "q": "东镇", "reason": "是否安置", "do": "update"}
    ).get_data(as_text=True)

    assert f'value="{CIVIL}" checked' in page
    assert f'value="{TOWNSHIP}"' in page
    assert "是否安置" in page


@pytest.mark.parametrize("hostile", ['"><script>alert(1)</script>', "</textarea><img src=x>"])
def test_what_was_typed_is_shown_as_text(office: Office, hostile: str) -> None:
    item, officer = office.claimed(), office.at("officer")

    page = officer.submit(
        f"/items/{item}/act/consult", {"unit": hostile, "q": hostile, "reason": hostile, **DO}
    ).get_data(as_text=True)

    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_several_items_are_done_at_once_with_a_sentence_for_each(office: Office) -> None:
    """One is another's already, and one is none of theirs: the rest is done all the same."""
    first, second, third = (office.report() for _ in range(3))
    chief_acting = office.services.people.acting_by_login("chief")
    office.services.casework.claim(chief_acting, second, 1)
    officer = office.at("officer")
    fields = officer.hidden("/inbox?view=unit") | {"verb": "claim", **DO}
    items = [f"{first}:1", f"{second}:1", f"{third}:1", "999:1", "nonsense", "1:2:3"]

    answer = officer.client.post("/inbox/bulk", data={**fields, "item": items})

    words = said(answer)
    assert answer.status_code == 200
    assert "办成 2 件，没有办成 2 件" in words
    assert "现由试验区公安分局郑局长办理" in words
    assert "没有这件待办，或者不属于您的单位" in words
    assert office.ids("officer", "mine") == [first, third]
    again = officer.client.post("/inbox/bulk", data={**fields, "item": items})
    assert again.location == "/inbox?view=mine"


def test_many_are_delegated_by_the_head_after_a_reason_was_asked(office: Office) -> None:
    items = [f"{office.report()}:1" for _ in range(2)]
    chief = office.at("chief")
    start = chief.hidden("/inbox?view=unit") | {"verb": "delegate", "item": items, **DO}

    asked = chief.client.post("/inbox/bulk", data=start)
    assert "委派给谁" in said(asked)
    nothing = chief.client.post("/inbox/bulk", data={**start, "reason": "", "person": ""})
    assert nothing.status_code == 422
    done = chief.client.post("/inbox/bulk", data={**start, "reason": "值班", "person": office.person("mate")})

    assert "办成 2 件" in said(done)
    assert len(office.ids("mate", "mine")) == 2


def test_a_colleague_who_is_no_head_delegates_nothing_in_bulk_either(office: Office) -> None:
    item, officer = office.report(), office.at("officer")
    start = officer.hidden("/inbox?view=unit") | {"verb": "delegate", "item": [f"{item}:1"], **DO}

    answer = officer.client.post("/inbox/bulk", data={**start, "reason": "x", "person": office.person("mate")})

    assert "没有办成 1 件" in said(answer)
    assert "负责人" in said(answer)
    assert office.ids("mate", "mine") == []


def test_many_are_urged_and_given_back(office: Office) -> None:
    item, officer = office.claimed(), office.at("officer")
    mate = office.at("mate")
    urge = mate.hidden("/inbox?view=working") | {"verb": "urge", "item": [f"{item}:2"], "reason": "快", **DO}
    assert "办成 1 件" in said(mate.client.post("/inbox/bulk", data=urge))

    back = officer.hidden("/inbox") | {"verb": "release", "item": [f"{item}:2"], **DO}
    assert "已退还本单位" in said(officer.client.post("/inbox/bulk", data=back))
    assert office.ids("officer", "mine") == []


def test_nothing_ticked_and_no_such_verb_do_nothing(office: Office) -> None:
    officer = office.at("officer")
    office.report()
    fields = officer.hidden("/inbox?view=unit") | DO

    assert officer.client.post("/inbox/bulk", data={**fields, "verb": "claim"}).status_code == 409
    assert officer.client.post("/inbox/bulk", data={**fields, "verb": "abolish"}).status_code == 404


def test_the_pages_of_the_verbs_are_in_chinese(office: Office) -> None:
    """The small jurisdiction names its tasks in Latin letters; nothing else may be."""
    office.report()
    item = office.claimed()
    lead = office.at("lead")
    lead.submit(f"/items/{item}/act/press", {"reason": "今日反馈", **DO})

    for login, verbs in {
        "officer": ("transfer", "consult"),
        "chief": ("transfer", "delegate", "urge"),
        "lead": ("urge",),
    }.items():
        person = office.at(login)
        asked = [f"/items/{item}/act/{verb}" for verb in verbs]
        answers = re.findall(r"/acts/\d+", person.text("/desk"))
        for path in ("/desk", "/inbox?view=unit", "/inbox?view=working", *asked, *answers):
            latin = set(latin_in(person.text(path))) - {"accept", "report", "ask", "visit", "P", "XX-"}
            assert (path, latin) == (path, set())


def test_a_correction_is_made_by_form_and_stands_beside_what_it_corrects(office: Office) -> None:
    item, officer = office.claimed(), office.at("officer")
    officer.submit(f"/items/{item}", {"f.urgent": "false", "do": "complete"})
    path = f"/items/{item}/correct"
    assert path in officer.text(f"/items/{item}")

    nothing = officer.submit(path, {"f.urgent": "true", "do": "complete"})
    assert nothing.status_code == 422
    assert "更正的理由" in said(nothing)
    fields = officer.hidden(path) | {"f.urgent": "true", "reason": "登记时看错", "do": "complete"}
    answers = [officer.client.post(path, data=fields) for _ in range(2)]

    assert [one.location for one in answers] == ["/cases/1/answers"] * 2
    page = said(officer.get("/cases/1/answers"))
    assert "更正" in page
    assert "登记时看错" in page
    assert page.count("登记时看错") == 1
    assert "更正“" in said(officer.get("/cases/1"))
    assert office.at("clerk").get(path).status_code == 404

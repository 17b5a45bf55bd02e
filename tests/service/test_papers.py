"""Papers are printed from what was answered, kept as they were issued, and followed until they lie in the archive."""

from __future__ import annotations

import io
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import insert, select

from engine.core.errors import Invalid, NotFound, Refused
from engine.core.model import Acting, system
from engine.service import acts
from engine.service.files import Files
from engine.service.papers import Papers
from engine.service.replay import differences
from engine.service.unit import Database
from engine.store import casework as rows
from engine.store import tables as t
from tests.conftest import Clock
from tests.service.mini import P01, Town
from tests.service.papers import PDF, POLICE, SCHOOL, a_report, text_of, town_with_papers

TOWNSHIP = "xx.township.东镇"
#: The report notes who the reporter is, as the real one does.
NAMED = P01.replace(b'name="role" value="school"', b'name="role" value="@starter"', 1).replace(
    b'name="documents"', b'name="sets" value="reporter_unit: unit"/><spiffworkflow:property name="documents"', 1
)
SERVED = {"receiver": "家长", "way": "in_person", "received_at": "2018-03-12T11:00:00+08:00"}


@pytest.fixture
def place(db: Database) -> tuple[Town, Papers]:
    return town_with_papers(db)


@pytest.fixture
def town(place: tuple[Town, Papers]) -> Town:
    return place[0]


@pytest.fixture
def papers(place: tuple[Town, Papers]) -> Papers:
    return place[1]


@pytest.fixture
def teacher(town: Town) -> Acting:
    return town.person("teacher", SCHOOL)


@pytest.fixture
def paper(town: Town, papers: Papers, teacher: Acting) -> int:
    a_report(town, teacher)
    return papers.lines(teacher, "made")[0].id


def scan() -> tuple[str, io.BytesIO]:
    return "签名件.pdf", io.BytesIO(PDF)


def test_a_paper_bears_the_mark_of_its_unit_the_year_and_the_next_number(
    town: Town, papers: Papers, teacher: Acting
) -> None:
    for _ in range(3):
        a_report(town, teacher)

    numbers = [one.number for one in papers.lines(teacher, "made")]

    assert numbers == ["东小〔2018〕1号", "东小〔2018〕2号", "东小〔2018〕3号"]


def test_numbers_have_no_gaps_and_no_doubles_whoever_counts_at_once_and_fails(db: Database) -> None:
    barrier = Barrier(2)

    def count(fails: bool) -> None:
        barrier.wait(10)
        for _ in range(10):
            with suppress(ZeroDivisionError), db.unit(system("engine")) as unit:
                rows.next_number(unit.connection, "文号:某", 2018)
                if fails:
                    raise ZeroDivisionError

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(count, [False, True]))

    with db.unit(system("engine")) as unit:
        assert rows.next_number(unit.connection, "文号:某", 2018) == 11


def test_papers_made_at_once_have_numbers_of_their_own(town: Town, papers: Papers, teacher: Acting) -> None:
    with ThreadPoolExecutor(4) as pool:
        started = [town.casework.start(teacher, SCHOOL, "P01", child={"residence": "xx.东镇"}) for _ in range(6)]
        items = [one.items[0] for one in started]
        list(pool.map(lambda item: town.casework.complete(teacher, item, {"narrative": "急"}, 1), items))

    numbers = sorted(str(one.number) for one in papers.lines(teacher, "made"))

    assert numbers == [f"东小〔2018〕{number}号" for number in range(1, 7)]


def test_an_issued_paper_is_filled_from_the_answers_and_the_childs_file(
    papers: Papers, teacher: Acting, paper: int
) -> None:
    version = papers.issue(teacher, paper, seen=0)

    said = text_of(papers.content(teacher, paper, version).content)

    assert "东镇小学 东小〔2018〕1号" in said
    assert "小试" in said
    assert "独自在家" in said
    assert "经过" in said
    assert "2018年3月12日" in said
    assert "{{" not in said


def test_what_is_answered_is_never_looked_up_as_a_blank(town: Town, papers: Papers, teacher: Acting) -> None:
    a_report(town, teacher, narrative="{{child_name}} {% raw %} {{填写内容.内容}}")
    paper = papers.lines(teacher, "made")[0].id

    papers.issue(teacher, paper, seen=0)

    said = text_of(papers.content(teacher, paper, 1).content)
    assert said.count("{{child_name}} {% raw %} {{填写内容.内容}}") == 2


def test_what_was_issued_stays_as_it_stood(db: Database, papers: Papers, teacher: Acting, paper: int) -> None:
    papers.issue(teacher, paper, seen=0)
    first = papers.content(teacher, paper, 1).content
    with db.unit(teacher) as unit:
        digest = unit.connection.scalar(select(t.paper_issue.c.digest))

    papers.issue(teacher, paper, seen=1, reason="姓名写错")

    assert papers.content(teacher, paper, 1).content == first
    assert "第2版" in text_of(papers.content(teacher, paper, 2).content)
    assert papers.paper(teacher, paper).versions[0].digest == digest


def test_a_new_version_says_what_was_set_right(
    db: Database, town: Town, papers: Papers, teacher: Acting, paper: int
) -> None:
    papers.issue(teacher, paper, seen=0)
    set_right(db, teacher, "narrative", "独自在家", "和奶奶在家")

    papers.issue(teacher, paper, seen=1, reason="经过写错")

    assert "独自在家" in text_of(papers.content(teacher, paper, 1).content)
    said = text_of(papers.content(teacher, paper, 2).content)
    assert "和奶奶在家" in said
    assert "独自在家" not in said


def set_right(db: Database, acting: Acting, field: str, old: str, new: str) -> None:
    """Correct one answer of the report, as the verb records it."""
    words = json.dumps({"reason": "写错", "changes": {field: [old, new]}}).encode()
    with db.unit(system("engine")) as unit:
        item = unit.connection.execute(select(t.work_item).where(t.work_item.c.code == "P01-T2")).one()
        sealed, key_id = unit.vault.seal(words, context=acts.WORDS)
        by = {"person_id": acting.person_id, "unit_id": item.unit_id, "role": "school"}
        values = {"case_id": item.case_id, "work_item_id": item.id, "kind": "correct", "at": unit.now, **by}
        unit.connection.execute(insert(t.item_act).values(**values, sealed=sealed, key_id=key_id, digest="0" * 64))


def test_a_second_version_takes_a_reason(papers: Papers, teacher: Acting, paper: int) -> None:
    papers.issue(teacher, paper, seen=0)

    with pytest.raises(Invalid) as refused:
        papers.issue(teacher, paper, seen=1)

    assert refused.value.problems == {"reason": "再次出具须说明更正的事由"}


def test_a_paper_goes_from_the_printer_to_the_archive(
    papers: Papers, teacher: Acting, paper: int, clock: Clock
) -> None:
    papers.issue(teacher, paper, seen=0)
    papers.act(teacher, paper, "sign", {}, seen=1, scan=scan())
    papers.act(teacher, paper, "serve", SERVED, seen=2)
    papers.act(teacher, paper, "file", {"place": "档案室二柜"}, seen=3)
    clock.shift(timedelta(days=30))
    papers.act(teacher, paper, "move", {"place": "区档案馆", "reason": "期满移交"}, seen=4)

    view = papers.paper(teacher, paper)

    assert view.line.state == "filed"
    assert view.place == "区档案馆"
    assert [one.kind for one in view.done] == ["issue", "sign", "serve", "file", "move"]
    assert dict(view.done[2].details)["送达方式"] == "当面送达"
    assert view.may == {"move"}
    file_id = view.done[1].scan
    assert file_id is not None
    assert papers.scan(teacher, paper, file_id).content == PDF


@pytest.mark.parametrize("act", ["sign", "serve", "file", "move"])
def test_nothing_is_done_with_a_paper_that_was_never_printed(
    papers: Papers, teacher: Acting, paper: int, act: str
) -> None:
    details = {**SERVED, "place": "柜", "reason": "移"}

    with pytest.raises(Refused):
        papers.act(teacher, paper, act, details, seen=0, scan=scan())


def test_a_signed_paper_comes_with_its_scan(papers: Papers, teacher: Acting, paper: int) -> None:
    papers.issue(teacher, paper, seen=0)

    with pytest.raises(Invalid):
        papers.act(teacher, paper, "sign", {}, seen=1)
    with pytest.raises(Invalid):
        papers.act(teacher, paper, "sign", {}, seen=1, scan=("签名件.pdf", io.BytesIO(b"MZ not a scan")))


def test_who_refuses_a_paper_has_it_left_before_a_witness(papers: Papers, teacher: Acting, paper: int) -> None:
    papers.issue(teacher, paper, seen=0)

    with pytest.raises(Invalid) as refused:
        papers.act(teacher, paper, "serve", {**SERVED, "way": "left"}, seen=1)
    papers.act(teacher, paper, "serve", {**SERVED, "way": "left", "witness": "村干部"}, seen=1)

    assert "witness" in refused.value.problems


def test_a_paper_is_not_received_before_it_was_made_known(papers: Papers, teacher: Acting, paper: int) -> None:
    papers.issue(teacher, paper, seen=0)
    tomorrow = {**SERVED, "received_at": "2018-03-13T11:00:00+08:00"}

    for told in (tomorrow, {**SERVED, "received_at": "昨天"}, {**SERVED, "receiver": ""}):
        with pytest.raises(Invalid):
            papers.act(teacher, paper, "serve", told, seen=1)


def test_a_form_that_is_sent_twice_is_recorded_once(papers: Papers, teacher: Acting, paper: int) -> None:
    papers.issue(teacher, paper, seen=0)
    papers.act(teacher, paper, "serve", SERVED, seen=1)

    with pytest.raises(Refused, match="刚刚有新的登记"):
        papers.act(teacher, paper, "serve", SERVED, seen=1)


def test_other_units_read_a_paper_and_do_nothing_with_it(
    town: Town, papers: Papers, teacher: Acting, paper: int
) -> None:
    officer = town.person("officer", POLICE)
    papers.issue(teacher, paper, seen=0)

    assert papers.paper(officer, paper).may == frozenset()
    assert papers.content(officer, paper, 1).content
    with pytest.raises(Refused):
        papers.act(officer, paper, "serve", SERVED, seen=1)


def test_who_has_no_part_in_the_case_finds_no_paper(town: Town, papers: Papers, teacher: Acting, paper: int) -> None:
    papers.issue(teacher, paper, seen=0)
    stranger = town.person("stranger", "xx.police.西镇")

    for look in (papers.paper, papers.sheet, papers.content):
        with pytest.raises(NotFound):
            look(stranger, paper, *([] if look == papers.paper else [1]))


@pytest.mark.parametrize(("login", "unit_key", "whole"), [("clerk", TOWNSHIP, False), ("police", POLICE, True)])
def test_a_reporter_is_told_by_their_paper_to_the_police_alone(
    db: Database, login: str, unit_key: str, whole: bool
) -> None:
    """The township has a part in the case and learns that there is a report, not whose."""
    town, papers = town_with_papers(db, P01=NAMED)
    teacher, officer = town.person("teacher", SCHOOL), town.person("officer", POLICE)
    reader = town.person(login, unit_key)
    a_report(town, teacher)
    paper = papers.lines(teacher, "made")[0].id
    papers.issue(teacher, paper, seen=0)
    papers.act(teacher, paper, "sign", {}, seen=1, scan=scan())
    item = town.item(officer, "P01-T3")
    town.casework.complete(officer, item.id, {"urgent": True}, item.version)
    own = papers.paper(teacher, paper).done[1].scan
    assert own is not None

    seen = papers.paper(reader, paper)

    assert seen.whole is bool(seen.done) is bool(seen.blocks) is ("东镇小学" in seen.line.unit_name) is whole
    if not whole:
        with pytest.raises(NotFound):
            papers.content(reader, paper, 1)
        with pytest.raises(NotFound):
            papers.scan(reader, paper, own)


def test_a_scan_is_opened_with_its_paper_and_nowhere_else(
    db: Database, town: Town, papers: Papers, teacher: Acting, paper: int
) -> None:
    papers.issue(teacher, paper, seen=0)
    papers.act(teacher, paper, "sign", {}, seen=1, scan=scan())
    filed = papers.paper(teacher, paper).done[1].scan
    assert filed is not None

    with pytest.raises(NotFound):
        Files(db).open(teacher, filed)
    with pytest.raises(NotFound):
        papers.scan(teacher, paper, filed + 1)


def test_each_reading_of_a_paper_is_recorded(
    db: Database, town: Town, papers: Papers, teacher: Acting, paper: int
) -> None:
    papers.issue(teacher, paper, seen=0)
    papers.content(teacher, paper, 1)
    papers.sheet(teacher, paper, 1)

    with db.unit(teacher) as unit:
        read = list(unit.connection.scalars(select(t.access.c.what).order_by(t.access.c.id)))

    assert read[-2:] == [f"文书 {paper} 第1版"] * 2


def test_the_journal_tells_what_the_tables_hold_of_papers_and_no_words(
    db: Database, papers: Papers, teacher: Acting, paper: int
) -> None:
    papers.issue(teacher, paper, seen=0)
    papers.act(teacher, paper, "sign", {"note": "母亲代签"}, seen=1, scan=scan())
    papers.act(teacher, paper, "serve", SERVED, seen=2)

    with db.unit(system("engine")) as unit:
        case_id = unit.connection.execute(select(t.case.c.id)).scalar_one()
        bodies = "".join(unit.connection.scalars(select(t.journal.c.body)))
        assert differences(unit.connection, case_id) == []

    assert "paper_served" not in bodies
    assert not any(word in bodies for word in ("母亲", "家长", "小试"))


def test_a_paper_without_a_template_is_not_printed(db: Database) -> None:
    town, papers = town_with_papers(db, b"")
    teacher = town.person("teacher", SCHOOL)
    a_report(town, teacher)
    paper = papers.lines(teacher, "made")[0].id

    with pytest.raises(Refused, match="模板"):
        papers.issue(teacher, paper, seen=0)
    assert papers.paper(teacher, paper).blocks == []

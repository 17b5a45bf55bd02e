"""What is typed and not handed in is kept for its writer alone, and never written over unseen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from engine.core.errors import Invalid, NotFound, Refused
from engine.core.model import Acting, system
from engine.service.drafts import KEPT, LARGEST, Drafts, NewerDraft
from engine.service.inboxrows import InboxRow
from engine.service.unit import Database
from engine.store import tables as t
from tests.conftest import Clock
from tests.service.mini import Town, a_town

SCHOOL, POLICE, TOWNSHIP = "xx.school.东镇", "xx.police", "xx.township.东镇"
TYPED = [("f.narrative", "小试独自在家"), ("f.files.id", "7")]


@pytest.fixture
def town(db: Database) -> Town:
    return a_town(db)


@pytest.fixture
def teacher(town: Town) -> Acting:
    return town.person("teacher", SCHOOL)


@pytest.fixture
def report(town: Town, teacher: Acting) -> InboxRow:
    town.casework.start(teacher, SCHOOL, "P01", child={"child_name": "小试", "residence": "xx.东镇"})
    row: InboxRow = town.item(teacher, "P01-T2")
    return row


def test_a_draft_comes_back_as_it_was_typed_and_lies_sealed(db: Database, teacher: Acting, report: InboxRow) -> None:
    drafts = Drafts(db)

    first = drafts.save(teacher, report.id, TYPED, seen=0, where="手机")
    second = drafts.save(teacher, report.id, TYPED[:1], seen=first.version, where="电脑")

    found = drafts.of(teacher, report.id)
    assert found is not None
    assert (found.texts, found.where, found.version) == ([TYPED[0]], "电脑", second.version)
    with db.unit(system("engine")) as unit:
        sealed = unit.connection.execute(select(t.draft.c.sealed)).scalar_one()
    assert "小试".encode() not in bytes(sealed)


def test_two_devices_never_write_over_one_another_unseen(db: Database, teacher: Acting, report: InboxRow) -> None:
    drafts = Drafts(db)
    drafts.save(teacher, report.id, [("f.narrative", "手机")], seen=0, where="手机")

    with pytest.raises(NewerDraft, match="在手机上保存过较新的草稿") as refused:
        drafts.save(teacher, report.id, [("f.narrative", "电脑")], seen=0, where="电脑")

    assert refused.value.draft.texts == [("f.narrative", "手机")]
    kept = drafts.save(teacher, report.id, [("f.narrative", "电脑")], seen=refused.value.draft.version, where="电脑")
    assert kept.version == 2


def test_a_draft_is_its_writers_alone_and_needs_an_item_of_theirs(
    db: Database, town: Town, teacher: Acting, report: InboxRow
) -> None:
    drafts = Drafts(db)
    colleague, clerk = town.person("colleague", SCHOOL), town.person("clerk", TOWNSHIP)
    drafts.save(teacher, report.id, TYPED, seen=0, where="电脑")

    assert drafts.of(colleague, report.id) is None
    assert drafts.save(colleague, report.id, TYPED, seen=0, where="电脑").version == 1
    with pytest.raises(NotFound):
        drafts.save(clerk, report.id, TYPED, seen=0, where="电脑")
    with pytest.raises(Invalid, match="太多"):
        drafts.save(teacher, report.id, [("f.narrative", "长" * LARGEST)], seen=1, where="电脑")


def test_what_was_done_meanwhile_takes_no_draft_and_old_ones_are_swept(
    db: Database, town: Town, teacher: Acting, report: InboxRow, clock: Clock
) -> None:
    drafts, colleague = Drafts(db), town.person("colleague", SCHOOL)
    drafts.save(teacher, report.id, TYPED, seen=0, where="电脑")
    town.casework.complete(colleague, report.id, {"narrative": "独自在家"}, report.version)

    with pytest.raises(Refused, match="已经办结"):
        drafts.save(teacher, report.id, TYPED, seen=1, where="电脑")
    assert drafts.of(teacher, report.id) is not None
    assert drafts.sweep() == 0
    clock.shift(KEPT + timedelta(days=1))
    assert drafts.sweep() == 1
    with db.unit(system("engine")) as unit:
        assert unit.connection.scalar(select(func.count()).select_from(t.draft)) == 0

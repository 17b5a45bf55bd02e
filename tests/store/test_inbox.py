"""What the inbox counts, as the people who read it would."""

from __future__ import annotations

from datetime import timedelta

from engine.service.unit import Database
from tests.conftest import Clock
from tests.service.mini import a_town

SCHOOL, POLICE = "xx.school.东镇", "xx.police"
VIEWS = ("mine", "unit", "working", "urged", "handed", "done")
NONE = dict.fromkeys((*VIEWS, "over", "near", "follow", "notices"), 0)


def test_an_item_is_counted_where_it_stands_and_as_late_as_it_is(db: Database, clock: Clock) -> None:
    """The police have an hour to accept a report."""
    town = a_town(db)
    teacher, officer, colleague = (
        town.person("teacher", SCHOOL),
        town.person("officer", POLICE),
        town.person("colleague", POLICE),
    )
    town.casework.start(teacher, SCHOOL, "P01", child={"child_name": "小试", "residence": "xx.东镇"})
    report = town.item(teacher, "P01-T2")
    town.casework.complete(teacher, report.id, {"narrative": "独自在家"}, report.version)
    assert town.inbox.counts(teacher) == NONE | {"done": 1, "handed": 1}
    assert town.inbox.counts(officer) == NONE | {"unit": 1, "working": 1}

    item = town.item(officer, "P01-T3")
    town.casework.claim(officer, item.id, item.version)
    held = NONE | {"mine": 1, "working": 1}
    assert town.inbox.counts(officer) == held
    assert town.inbox.counts(colleague) == held | {"mine": 0}

    clock.shift(timedelta(minutes=48))
    assert town.inbox.counts(officer) == held | {"near": 1}

    clock.shift(timedelta(minutes=12))
    assert town.inbox.counts(officer) == held | {"over": 1}

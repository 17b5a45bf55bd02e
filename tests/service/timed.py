"""The small jurisdiction with a visit that is counted in working days and may be suspended and extended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from engine.core.deadlines import end_of
from engine.core.model import Acting, system
from engine.service.inboxrows import InboxRow
from engine.service.replay import differences
from engine.service.unit import Database
from engine.store import tables
from tests.conftest import Clock
from tests.service.mini import JURISDICTION, Town, a_town

SCHOOL, POLICE, TOWNSHIP, CIVIL = "xx.school.东镇", "xx.police", "xx.township.东镇", "xx.civil_affairs"
SHANGHAI = ZoneInfo("Asia/Shanghai")

#: What the visit's limit says beside its value; tests replace parts of it.
VISIT = (
    "days: working, default: true, suspend: {by: [civil_affairs], default: true},"
    " extend: {by: [civil_affairs, township], most: P5D, times: 1, default: true}"
)
#: The autumn of 2018: 中秋 and 国庆 with the weekend that is worked for it.
AUTUMN = """
年份: 2018
名称: 2018年放假安排
依据: 国办发明电〔2017〕12号
放假:
  中秋节: [2018-09-22..2018-09-24]
  国庆节: [2018-10-01..2018-10-07]
上班: [2018-09-29, 2018-09-30]
"""
NEXT_YEAR = """
年份: 2019
依据: 国办发明电〔2018〕15号
放假: {元旦: [2018-12-30..2019-01-01], 春节: [2019-02-04..2019-02-10]}
上班: [2018-12-29, 2019-02-02, 2019-02-03]
"""


def at(text: str) -> datetime:
    """Return an instant of Shanghai: ``2018-09-26 10:00``."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def last(text: str) -> datetime:
    """Return 24:00 of a day of Shanghai."""
    return end_of(date.fromisoformat(text))


@dataclass(kw_only=True)
class Stage:
    """The small town on a day, with people and a child that was reported."""

    town: Town
    db: Database
    clock: Clock
    teacher: Acting
    officer: Acting
    clerk: Acting
    office: Acting

    def visit(self) -> InboxRow:
        """Report a child, accept the report, and return the visit that falls to the township."""
        self.town.casework.start(self.teacher, SCHOOL, "P01", child={"child_name": "小试", "residence": "xx.东镇"})
        report = self.town.item(self.teacher, "P01-T2")
        self.town.casework.complete(self.teacher, report.id, {"narrative": "独自在家"}, report.version)
        accept = self.town.item(self.officer, "P01-T3")
        self.town.casework.complete(self.officer, accept.id, {"urgent": True}, accept.version)
        return self.item()

    def item(self) -> InboxRow:
        row: InboxRow = self.town.item(self.clerk, "P02-T1")
        return row

    def move(self, text: str) -> None:
        """Let time pass until then; what falls due on the way is done."""
        self.clock.now = at(text)
        self.town.casework.fire_due()

    def load(self, content: str, *, by: Acting | None = None) -> Any:
        return self.town.calendars.load(by or system("admin"), content.encode(), "plan.yaml")

    def preview(self, content: str) -> Any:
        return self.town.calendars.preview(system("admin"), content.encode(), "plan.yaml")

    def kinds(self, case_id: int) -> list[str]:
        with self.db.unit(system("engine")) as unit:
            wanted = select(tables.journal.c.kind).where(tables.journal.c.case_id == case_id)
            return list(unit.connection.scalars(wanted.order_by(tables.journal.c.seq)))

    def notices(self) -> list[tuple[str, str]]:
        """Return unit and kind of every notice, in order."""
        with self.db.unit(system("engine")) as unit:
            wanted = select(tables.unit.c.key, tables.notice.c.kind)
            joined = wanted.join(tables.unit, tables.unit.c.id == tables.notice.c.unit_id)
            return [(row.key, row.kind) for row in unit.connection.execute(joined.order_by(tables.notice.c.id))]

    def ladder(self, item_id: int) -> list[tuple[int, datetime]]:
        """Return stage and instant of the rungs that wait."""
        with self.db.unit(system("engine")) as unit:
            wanted = select(tables.timer.c.stage, tables.timer.c.due_at)
            mine = wanted.where(tables.timer.c.work_item_id == item_id, tables.timer.c.kind == "ladder")
            return [(row.stage, row.due_at) for row in unit.connection.execute(mine)]

    def drawn(self, name: str) -> datetime | None:
        """Return when a timer of the diagram falls due, or None where none waits."""
        with self.db.unit(system("engine")) as unit:
            wanted = select(tables.timer.c.due_at).where(tables.timer.c.kind == "bpmn", tables.timer.c.name == name)
            due: datetime | None = unit.connection.scalar(wanted)
            return due

    def watched(self, item_id: int) -> datetime | None:
        """Return when a limit that is watched beside an item comes."""
        with self.db.unit(system("engine")) as unit:
            wanted = select(tables.timer.c.due_at).where(tables.timer.c.kind == "watch")
            due: datetime | None = unit.connection.scalar(wanted.where(tables.timer.c.work_item_id == item_id))
            return due

    def due_of(self, item_id: int) -> datetime | None:
        with self.db.unit(system("engine")) as unit:
            due: datetime | None = unit.connection.scalar(
                select(tables.work_item.c.due_at).where(tables.work_item.c.id == item_id)
            )
            return due

    def differences(self, case_id: int) -> list[str]:
        """Return where journal and tables disagree."""
        with self.db.unit(system("engine")) as unit:
            return differences(unit.connection, case_id)


def a_stage(
    db: Database,
    clock: Clock,
    now: str,
    *,
    visit: str = VISIT,
    value: str = "P5D",
    also: Mapping[str, str] = MappingProxyType({}),
    **diagrams: bytes,
) -> Stage:
    """Put up the small town on a day; ``also`` replaces other lines of its file, ``diagrams`` its procedures."""
    clock.now = at(now)
    rules = JURISDICTION.replace("t_visit: {value: P5D, default: true}", f"t_visit: {{value: {value}, {visit}}}")
    for before, after in also.items():
        assert before in rules
        rules = rules.replace(before, after)
    town = a_town(db, jurisdiction=rules, **diagrams)
    return Stage(
        town=town,
        db=db,
        clock=clock,
        teacher=town.person("teacher", SCHOOL),
        officer=town.person("officer", POLICE),
        clerk=town.person("clerk", TOWNSHIP),
        office=town.person("office", CIVIL),
    )

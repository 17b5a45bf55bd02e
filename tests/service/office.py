"""The small jurisdiction with its people at work: two police units, their head, a township, and civil affairs above."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from engine.core.model import Acting, system
from engine.service.acts import Doors
from engine.service.actviews import ActReads
from engine.service.consulting import Consulting
from engine.service.correcting import Correcting
from engine.service.directory import Directories
from engine.service.discretion import Discretions
from engine.service.handing import Handing
from engine.service.inboxrows import InboxRow
from engine.service.itemview import ItemView
from engine.service.passwords import NOBODY
from engine.service.pressing import Pressing
from engine.service.replay import differences
from engine.service.unit import Database
from engine.store import tables
from tests.conftest import Clock
from tests.service.mini import Town, a_town

SCHOOL, POLICE, WEST, TOWNSHIP, CIVIL = (
    *("xx.school.东镇", "xx.police", "xx.police.西镇"),
    *("xx.township.东镇", "xx.civil_affairs"),
)
WHY = "现场在该所辖区"


@dataclass(kw_only=True)
class Office:
    """The town with the verbs of an office; ``chief`` heads the police of the district, ``lead`` civil affairs."""

    town: Town
    db: Database
    clock: Clock
    handing: Handing
    consulting: Consulting
    pressing: Pressing
    correcting: Correcting
    acts: ActReads
    teacher: Acting
    officer: Acting
    colleague: Acting
    chief: Acting
    west: Acting
    clerk: Acting
    lead: Acting

    def report(self) -> InboxRow:
        """Let the teacher report a child, and return the task of accepting it, which falls to the district's police."""
        self.town.casework.start(self.teacher, SCHOOL, "P01", child={"child_name": "小试", "residence": "xx.东镇"})
        item = self.town.item(self.teacher, "P01-T2")
        self.town.casework.complete(self.teacher, item.id, {"narrative": "独自在家"}, item.version)
        return self.item(self.officer)

    def claimed(self) -> InboxRow:
        """Return the task of accepting a report, in the officer's hands."""
        item = self.report()
        self.town.casework.claim(self.officer, item.id, item.version)
        return self.item(self.officer)

    def item(self, acting: Acting, code: str = "P01-T3") -> InboxRow:
        found: InboxRow = self.town.item(acting, code)
        return found

    def view(self, acting: Acting, code: str = "P01-T3") -> ItemView:
        return self.town.inbox.item(acting, self.item(acting, code).id)

    def mine(self, acting: Acting) -> list[str]:
        return [one.code for one in self.town.inbox.items(acting, view="mine")]

    def told(self, acting: Acting) -> list[str]:
        return [one.kind for one in self.town.inbox.notices(acting)]

    def journal(self, case_id: int) -> list[str]:
        with self.db.unit(system("engine")) as unit:
            wanted = select(tables.journal.c.kind).where(tables.journal.c.case_id == case_id)
            return list(unit.connection.scalars(wanted.order_by(tables.journal.c.seq)))

    def differences(self, case_id: int) -> list[str]:
        """Return where the tables of the case and its journal disagree."""
        with self.db.unit(system("engine")) as unit:
            return differences(unit.connection, case_id)


def a_member(town: Town, login: str, unit: str, *, head: bool = False) -> Acting:
    """Return a new person of a unit, or its head."""
    heads = (unit,) if head else ()
    town.people.add(login, f"{login}某", units=(unit,), heads=heads, must_change=False, password_hash=NOBODY)
    return town.people.acting_by_login(login)


def an_office(db: Database, clock: Clock) -> Office:
    town = a_town(db)
    releases, directories = town.releases, Directories()
    doors = Doors(
        database=db,
        releases=releases,
        directories=directories,
        discretions=Discretions(releases, directories),
    )
    return Office(
        town=town,
        db=db,
        clock=clock,
        handing=Handing(doors),
        consulting=Consulting(doors),
        pressing=Pressing(doors),
        correcting=Correcting(doors),
        acts=ActReads(doors),
        teacher=a_member(town, "teacher", SCHOOL),
        officer=a_member(town, "officer", POLICE),
        colleague=a_member(town, "colleague", POLICE),
        chief=a_member(town, "chief", POLICE, head=True),
        west=a_member(town, "west", WEST),
        clerk=a_member(town, "clerk", TOWNSHIP),
        lead=a_member(town, "lead", CIVIL, head=True),
    )

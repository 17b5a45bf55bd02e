"""Thin stand-ins for limits and calendars: one limit in working days, and the plan of one fictional year."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from engine.core.errors import Invalid, NotFound, Refused
from engine.core.model import Acting

STARTED = datetime(2026, 11, 9, 2, 40, tzinfo=UTC)
OLD_DUE = datetime(2027, 1, 8, 16, tzinfo=UTC)
NEW_DUE = datetime(2027, 1, 11, 16, tzinfo=UTC)
EVERYTHING = frozenset({"extend", "suspend"})
SOURCE = "2027年放假安排（测试用，并非真实安排）"
PLAN = b"""year: 2027
source: \xe6\xb5\x8b\xe8\xaf\x95\xe7\x94\xa8
off: [2027-01-01]
work: []
"""


def a_change(**changes: Any) -> SimpleNamespace:
    defaults: dict[str, Any] = {
        "id": 1,
        "kind": "extend",
        "at": datetime(2026, 11, 18, 1, 30, tzinfo=UTC),
        "by": "王立",
        "unit_name": "区民政局",
        "reason": "司法鉴定尚未出具",
        "length": "3个工作日",
        "until": None,
        "before": datetime(2026, 11, 20, 16, tzinfo=UTC),
        "due": datetime(2026, 11, 25, 16, tzinfo=UTC),
        "source": "本区设定",
    }
    return SimpleNamespace(**defaults | changes)


def a_limit(**changes: Any) -> SimpleNamespace:
    """How a limit of ten working days was reckoned; a test names only what it is about."""
    defaults: dict[str, Any] = {
        "name": "t_assess_done",
        "length": "10个工作日",
        "rule": ("次日起算", "遇休息日顺延至下一工作日"),
        "start": STARTED,
        "first_day": date(2026, 11, 10),
        "last_day": date(2026, 11, 23),
        "rolls": [],
        "suspended": "",
        "beside": [],
        "skipped": [(date(2026, 11, day), "周六" if day % 7 == 0 else "周日") for day in (14, 15, 21, 22)],
        "calendars": ("国务院办公厅关于2026年部分节假日安排的通知",),
        "provisional": False,
        "guessed_years": (),
        "due_at": datetime(2026, 11, 23, 16, tzinfo=UTC),
        "suspended_since": None,
        "working": True,
        "working_days_left": 2,
        "clause": "本区设定（文件只写“及时”）",
        "changes": (),
    }
    return SimpleNamespace(**defaults | changes)


def a_may(*verbs: str, **changes: Any) -> SimpleNamespace:
    given: dict[str, Any] = {"verbs": frozenset(verbs), "most": "5个工作日", "left": 1, "source": "本区设定"}
    return SimpleNamespace(**given | changes)


@dataclass
class FakeLimits:
    """One item whose limit the test's person may change as far as the test says."""

    inbox: Any
    verbs: frozenset[str] = EVERYTHING
    suspended_since: datetime | None = None
    seen: int = 0
    asked_of: list[tuple[str, Any]] = field(default_factory=list)
    refuses: Exception | None = None
    nothing: Exception | None = None

    def may(self, acting: Acting, item_id: int) -> Any:
        return a_may(*self.verbs)

    def of_case(self, acting: Acting, case_id: int) -> dict[int, Any]:
        return {41: (self.inbox.limit, a_may(*self.verbs))} if self.inbox.limit else {}

    def asked(self, acting: Acting, item_id: int) -> Any:
        if item_id != 41 or (not self.verbs and self.nothing is None):
            raise NotFound("没有这件待办")
        if self.nothing is not None:
            raise self.nothing
        return SimpleNamespace(
            item_id=41,
            name="调查评估",
            code="P05-T2",
            case_id=5,
            case_number="FH-2026-0173",
            child_code="儿-04182",
            unit_name="青溪镇人民政府",
            due_at=None if self.suspended_since else datetime(2026, 11, 23, 16, tzinfo=UTC),
            provisional=False,
            suspended_since=self.suspended_since,
            working=True,
            may=a_may(*self.verbs),
            latest=date(2026, 11, 30),
            seen=self.seen,
            changes=[a_change()],
        )

    def extend(
        self, acting: Acting, item_id: int, *, length: str, until: date | None, reason: str, seen: int
    ) -> datetime:
        if length == "50":
            raise Invalid({"length": "一次最多延长 5个工作日，请改小"})
        self._note("extend", (length, until, reason, seen))
        return datetime(2026, 11, 27, 16, tzinfo=UTC)

    def suspend(self, acting: Acting, item_id: int, *, reason: str, seen: int) -> None:
        self._note("suspend", (reason, seen))

    def resume(self, acting: Acting, item_id: int, *, reason: str, seen: int) -> datetime:
        self._note("resume", (reason, seen))
        return datetime(2026, 11, 27, 16, tzinfo=UTC)

    def _note(self, verb: str, what: Any) -> None:
        if self.refuses is not None:
            raise self.refuses
        self.asked_of.append((verb, what))


@dataclass
class FakeCalendars:
    """2026 is published; a file for 2027 moves one limit."""

    loaded: list[bytes] = field(default_factory=list)
    moves: list[Any] = field(default_factory=list)
    same: bool = False
    replaces: bool = False
    published: date | None = date(2026, 12, 31)
    in_force: int = 7

    def __post_init__(self) -> None:
        self.moves.append(a_move())

    def years(self, acting: Acting) -> Any:
        return SimpleNamespace(years=[_line()], published_until=self.published)

    def year(self, acting: Acting, year: int) -> Any:
        if year != 2026:
            raise NotFound("没有这一年")
        earlier = [SimpleNamespace(loaded_at=STARTED, loaded_by="梁予安", source="草案")]
        off = [(day, "国庆节") for day in _OFF]
        return SimpleNamespace(line=_line(), off=off, work=[(date(2026, 10, 10), "国庆节")], earlier=earlier)

    def preview(self, acting: Acting, content: bytes, file: str) -> Any:
        if b"year" not in content:
            raise Invalid({"file": "第1行：没有写明年份，请补写 year"})
        return SimpleNamespace(
            year=2027,
            seen=self.in_force,
            names={date(2027, 1, 1): "元旦"},
            title="",
            source=SOURCE,
            replaces=self.replaces,
            same=self.same,
            added_off=[date(2027, 1, 1)],
            removed_off=[date(2027, 1, 4)] if self.replaces else [],
            added_work=[date(2027, 2, 20)],
            removed_work=[],
            moves=self.moves,
        )

    def load(self, acting: Acting, content: bytes, file: str, *, seen: int | None = None) -> Any:
        if seen != self.in_force:
            raise Refused("2027年的放假安排在您预览之后有了改动")
        self.loaded.append(content)
        moved = len(self.moves)
        return SimpleNamespace(year=2027, same=self.same, moved=moved, made_final=moved, cases=moved, failed=0)


_OFF = [date(2026, 10, day) for day in range(1, 8)]


def _line() -> Any:
    return SimpleNamespace(
        year=2026,
        title="",
        source="国务院办公厅关于2026年部分节假日安排的通知",
        off=7,
        work=1,
        loaded_by="演示政策专员",
        loaded_at=STARTED,
        versions=2,
    )


def a_move(**changes: Any) -> SimpleNamespace:
    defaults: dict[str, Any] = {
        "case_id": 5,
        "case_number": "FH-2026-0173",
        "item_id": 41,
        "name": "调查评估",
        "code": "P05-T2",
        "unit_name": "青溪镇人民政府",
        "old": OLD_DUE,
        "new": NEW_DUE,
        "was_provisional": True,
        "is_provisional": False,
    }
    return SimpleNamespace(**defaults | changes)

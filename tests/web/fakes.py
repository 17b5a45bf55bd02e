"""Thin stand-ins for the services: the CONTRACT's shapes with one child's case, and what was asked of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import IO, Any

from engine.core.errors import Invalid, NotFound, Refused
from engine.core.listing import Wanted
from engine.core.model import Acting, ActingUnit
from engine.service.casework import Done, Next
from engine.service.drafts import Draft, NewerDraft
from engine.service.forms import Form, form_of
from tests.web.forms import ALL_KINDS, BLOCK, CITIZEN, REPORT
from tests.web.time_fakes import FakeCalendars, FakeLimits, a_may

NOW = datetime(2026, 11, 19, 2, 24, tzinfo=UTC)  # 10:24 in Shanghai
NAME = "叶小禾"
PASSWORD = "correct horse battery"
TOWN = ActingUnit(
    id=7,
    key="fh.township.青溪镇",
    name="青溪镇人民政府",
    roles=frozenset({"township"}),
    head=False,
    jurisdiction="fh",
    area_key="fh.青溪镇",
)
CHEN = Acting(person_id=3, name="陈雅琴", units=(TOWN,))
XML = '<?xml version="1.0"?><definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>'


def a_row(**changes: Any) -> SimpleNamespace:
    """A work item as a list shows it; a test names only what it is about."""
    defaults: dict[str, Any] = {
        "id": 41,
        "name": "调查评估",
        "code": "P05-T2",
        "element": "assess",
        "instance_id": 9,
        "procedure": "P05",
        "procedure_name": "评估帮扶",
        "case_id": 5,
        "child_code": "儿-04182",
        "child_line": "女，9岁，青溪村",
        "flags": (),
        "opened_at": NOW - timedelta(days=8),
        "due_at": datetime(2026, 11, 20, 16, 0, tzinfo=UTC),
        "state": "claimed",
        "stage": 80,
        "unit_name": "青溪镇人民政府",
        "source_name": "奉化公安分局",
        "holder_id": 3,
        "holder_name": "陈雅琴",
        "version": 2,
        "done_at": None,
        "provisional": False,
        "suspended_since": None,
        "working_days_left": None,
        "risk": 0,
        "follow_on": None,
    }
    return SimpleNamespace(**defaults | changes)


@dataclass
class FakePeople:
    """One person with one password."""

    acting: Acting = CHEN
    epoch: int = 1
    must_change: bool = False
    ended: bool = False
    fails: Exception | None = None

    def sign_in(self, login: str, password: str, now: datetime) -> Any:
        return self._found() if (login, password) == ("chen", PASSWORD) else None

    def session(self, person_id: int) -> Any:
        if self.fails is not None:
            raise self.fails
        if person_id != self.acting.person_id or self.ended:
            raise NotFound("没有这个人")
        return self._found()

    def sign_out(self, acting: Acting) -> None:
        self.epoch += 1

    def change_password(self, acting: Acting, old: str, new: str) -> int:
        if old != PASSWORD:
            raise Invalid({"old": "原密码不对"})
        self.epoch, self.must_change = self.epoch + 1, False
        return self.epoch

    def _found(self) -> Any:
        return SimpleNamespace(acting=self.acting, epoch=self.epoch, must_change=self.must_change)


@dataclass
class FakeDirectory:
    """One jurisdiction with two townships."""

    fails: Exception | None = None

    def jurisdictions(self) -> list[tuple[str, str]]:
        if self.fails is not None:
            raise self.fails
        return [("fh", "宁波市奉化区")]

    def place_name(self, jurisdiction: str) -> str | None:
        return dict(self.jurisdictions()).get(jurisdiction)

    def form(self, jurisdiction: str, code: str) -> Form:
        schema = {"P01-T2": REPORT, "P01-T2c": CITIZEN}.get(code, ALL_KINDS)
        return form_of(code, schema)

    def context(self, jurisdiction: str) -> Mapping[str, Any]:
        return {"case": {}}

    def block_keys(self, jurisdiction: str, *blocks: str) -> frozenset[str]:
        return frozenset(BLOCK) if "B-CHILD" in blocks else frozenset()

    def places(self, jurisdiction: str) -> list[Any]:
        return self.areas(jurisdiction, "镇")

    def areas(self, jurisdiction: str, text: str) -> list[Any]:
        known = {"fh.青溪镇": "青溪镇", "fh.云岭镇": "云岭镇", "fh.青溪镇.青溪村": "青溪村"}
        return [SimpleNamespace(key=k, name=n, sub="奉化区") for k, n in known.items() if text in n]

    def units(self, jurisdiction: str, text: str, roles: Any) -> list[Any]:
        known = {"fh.police": "奉化公安分局", "fh.civil_affairs": "奉化区民政局"}
        return [SimpleNamespace(key=k, name=n, sub="奉化区") for k, n in known.items() if text in n]

    def name_of(self, jurisdiction: str, key: str) -> str | None:
        every = [*self.areas(jurisdiction, ""), *self.units(jurisdiction, "", ())]
        return next((one.name for one in every if one.key == key), None)

    def serving(self, jurisdiction: str, roles: Any, area: str | None) -> str:
        return "fh.police"


@dataclass
class FakeInbox:
    """The rows that a test gives; the item asked for is the row of this id."""

    rows: list[Any] = field(default_factory=lambda: [a_row()])
    schema: Mapping[str, Any] = field(default_factory=lambda: ALL_KINDS)
    form: Form | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=lambda: {"case": {}})
    limit: Any = None
    limits: Any = None
    wanted: Any = None
    asked: Any = None

    def waiting(self, acting: Acting) -> int:
        return len(self.rows)

    def listing(self, acting: Acting, wanted: Wanted | None = None, *, filter_id: int | None = None) -> Any:
        self.wanted, self.asked = wanted, wanted or Wanted()
        counts = dict.fromkeys(("unit", "working", "urged", "handed", "done", "over", "follow", "notices"), 0)
        return SimpleNamespace(
            wanted=self.asked,
            by=None,
            rows=self.rows,
            more=False,
            today=(),
            counts=counts | {"mine": len(self.rows), "near": 1},
            place="宁波市奉化区",
            procedures=[("P05", "评估帮扶")],
            areas=[(2, "青溪镇")],
            filters=[],
        )

    def find(self, acting: Acting, text: str) -> tuple[int, ...]:
        if text != "FH-2026-0173":
            raise Invalid({"q": "没有查到"})
        return (5,)

    def item(self, acting: Acting, item_id: int) -> Any:
        row = next((one for one in self.rows if one.id == item_id), None)
        if row is None:
            raise NotFound("没有这件待办")
        mine = row.state == "claimed" and row.holder_id == acting.person_id
        why = SimpleNamespace(
            me="评估由镇街牵头。\n会同：区民政局",
            now="收到通报。",
            until="10 个自然日",
            clause="三（四）",
            next="制定方案",
        )
        return SimpleNamespace(
            row=row,
            case_id=5,
            case_number="FH-2026-0173",
            child_id=2,
            jurisdiction="fh",
            form=self.form or form_of(row.code, self.schema),
            values=self.values,
            context=self.context,
            why=why,
            limit=self.limit,
            may=self.limits.may(acting, item_id) if self.limits and self.limit else a_may(),
            references=[],
            attachments=[],
            version=row.version,
            may_claim=row.state == "open",
            may_release=mine,
            may_complete=mine,
            done_by="徐宁" if row.state == "completed" else None,
        )

    def notices(self, acting: Acting) -> list[Any]:
        common = {"at": NOW, "case_id": 5, "case_number": "FH-2026-0173", "child_code": "儿-04182", "read_at": None}
        mine = SimpleNamespace(id=1, sentence="“调查评估”时限已用去八成", work_item_id=41, theirs=True, **common)
        told = SimpleNamespace(id=2, sentence="“制定帮扶方案”已办结，请知悉", work_item_id=40, theirs=False, **common)
        return [mine, told]

    def read_notices(self, acting: Acting) -> None: ...


@dataclass
class FakeCasework:
    """Notes what it is asked; refuses what the test says."""

    inbox: FakeInbox
    asked: list[tuple[str, Any]] = field(default_factory=list)
    refuses: Exception | None = None

    def claim(self, acting: Acting, item_id: int, seen: int) -> None:
        self._note("claim", item_id)
        self.inbox.rows = [a_row(state="claimed", holder_id=acting.person_id)]

    def release(self, acting: Acting, item_id: int, seen: int) -> None:
        self._note("release", item_id)

    def complete(self, acting: Acting, item_id: int, answers: Any, seen: int, attachments: Any = ()) -> Done:
        row = self.inbox.item(acting, item_id).row
        if row.state == "completed":
            raise Refused("“调查评估”已于 今日 10:22 由青溪镇人民政府徐宁办结，不能再次提交")
        if seen != row.version:
            raise Refused("“调查评估”在您打开之后有了变化")
        form = self.inbox.item(acting, item_id).form
        self._note("complete", form.check(answers, self.inbox.context, NOW))
        there = Next(id=51, name="核实户籍", unit_name="奉化公安分局")
        return Done(case_id=9, items=(Next(id=50, name="制定帮扶方案", unit_name=TOWN.name), there))

    def start(self, acting: Acting, unit_key: str, procedure: str, *, child: Any, fields: Any) -> Any:
        self._note("start", (unit_key, procedure, child))
        self.inbox.rows = [a_row(id=42, code="P01-T2", name="提交强制报告", version=1)]
        self.inbox.schema = REPORT
        return SimpleNamespace(case_id=5, number="FH-2026-0174", items=(42,))

    def report(self, acting: Acting, unit_key: str, procedure: str, code: str, **given: Any) -> Any:
        self.start(acting, unit_key, procedure, child=given["child"], fields=given["known"])
        self.complete(acting, 42, given["answers"], 1)
        return SimpleNamespace(case_id=5, number="FH-2026-0174", items=(42,))

    def report_public(self, jurisdiction: str, procedure: str, answers: Any, child: Any, *, press: str) -> str:
        self._note("report_public", answers)
        return "7c3a09d42fe1b86b5ac01d4e6f9a3b72"

    def happened(self, acting: Acting, case_id: int, event: str, answers: Any, *, reason: str) -> None:
        self._note("happened", (event, answers, reason))

    def _note(self, verb: str, what: Any) -> None:
        if self.refuses is not None:
            raise self.refuses
        self.asked.append((verb, what))


@dataclass
class FakeCases:
    """One case."""

    inbox: FakeInbox

    def search(self, acting: Acting, text: str) -> list[Any]:
        one = SimpleNamespace(
            id=5,
            number="FH-2026-0173",
            child_code="儿-04182",
            child_line="女，9岁，青溪村",
            procedures="评估帮扶",
            opened_at=NOW,
            closed_at=None,
        )
        return [one]

    def case(self, acting: Acting, case_id: int) -> Any:
        if case_id != 5:
            raise NotFound("没有这个个案")
        entry = SimpleNamespace(at=NOW, kind="done", words="签收通报并组建评估组：青溪镇 陈雅琴", sub="用时 1天4小时")
        instance = SimpleNamespace(
            id=9,
            procedure="P05",
            name="评估帮扶",
            release_number=2,
            started_at=NOW,
            ended_at=None,
            end_name=None,
            xml=XML,
            trail={"assess": "now", "ack": "done"},
        )
        return SimpleNamespace(
            id=5,
            number="FH-2026-0173",
            state="open",
            child=SimpleNamespace(id=2, code="儿-04182", name=NAME, line="女，9岁，青溪镇青溪村"),
            flags=("姓名不详", "父母电话不详"),
            facts=[("情形", "独居")],
            timeline=[entry],
            items=self.inbox.rows,
            instances=[instance],
            documents=[SimpleNamespace(id=31, state="printed", name="处置通报", number="奉公通〔2026〕31号", at=NOW)],
            attachments=[SimpleNamespace(id=8, name="入户照片.jpg", media_type="image/jpeg", size=421888, at=NOW)],
            events=[SimpleNamespace(name="parent_returned", label="父母返回")],
            readers=[SimpleNamespace(name="王立", unit="区民政局", at=NOW, what="个案")],
            notices=[],
            awaiting=[SimpleNamespace(label="开立社会救助", at=NOW)],
            incidents=[SimpleNamespace(sentence="时限到期后未能继续", at=NOW, resolved_at=None)],
        )

    def event(self, acting: Acting, case_id: int, name: str) -> Any:
        if name != "parent_returned":
            raise NotFound("没有这个事件")
        schema = {
            "properties": {
                "returned_at": {
                    "title": "返回时间",
                    "type": "string",
                    "format": "date-time",
                    "x-ui": {"kind": "datetime"},
                }
            },
            "required": ["returned_at"],
        }
        return SimpleNamespace(
            name=name,
            label="父母返回",
            form=form_of(name, schema),
            context={"case": {}},
            jurisdiction="fh",
            case_id=5,
            case_number="FH-2026-0173",
        )


class FakeFileViews:
    """One child's file."""

    def view(self, acting: Acting, child_id: int) -> Any:
        case = SimpleNamespace(id=5, number="FH-2026-0173", opened_at=NOW, closed_at=None)
        section = SimpleNamespace(key="basic", title="基本信息", pairs=[("姓名", NAME), ("性别", "女")], empty=3)
        plain = {"may_edit": False, "may_merge": False, "risk": "中", "flags": [], "absent_since": None}
        scope = {"in_scope": True, "why": "属于留守儿童：9周岁", "listed": "2026年9月1日起在册"}
        empty: dict[str, Any] = {"relatives": [], "history": [], "merged": [], "merged_into": None, "whole": True}
        known = {"id": 2, "code": "儿-04182", "name": NAME, "line": "女，9岁", "cases": [case], "sections": [section]}
        return SimpleNamespace(**known, **plain, **scope, **empty)


class FakeSubmissions:
    """One form that was handed in."""

    def of_case(self, acting: Acting, case_id: int) -> tuple[str, list[Any]]:
        one = SimpleNamespace(
            item_id=40,
            name="提交强制报告",
            code="P01-T2",
            procedure_name="强制报告",
            by="仅公安机关可见",
            at=NOW,
            answers=[("情形", "独居"), ("联系记录", "电话　无人接听\n短信　未回复")],
        )
        return "FH-2026-0173", [one]


@dataclass
class FakeFiles:
    """Takes pictures, refuses films."""

    taken: list[str] = field(default_factory=list)

    def attach(self, acting: Acting, item_id: int, key: str, name: str, media_type: str, stream: IO[bytes]) -> int:
        if name.endswith(".mov"):
            raise Invalid({key: "不是可接收的文件类型"})
        self.taken.append(name)
        return 100 + len(self.taken)

    def open(self, acting: Acting, attachment_id: int) -> Any:
        return SimpleNamespace(name="入户 照片\r\n.html", media_type="text/html", content=b"<script>")


@dataclass
class FakeReceipts:
    """One receipt."""

    def look_up(self, code: str) -> str:
        if code != "7c3a09d42fe1b86b5ac01d4e6f9a3b72":
            raise NotFound("没有这个回执号")
        return "已受理"


class FakeFinding:
    """Finds nobody."""

    def find(self, _acting: Acting, _text: str) -> SimpleNamespace:
        return SimpleNamespace(readable=[], keepers=[], more=False)

    def doubles(self, *_asked: Any) -> list[Any]:
        return []


class FakeMail:
    """No mail server, nothing to send, nothing opened."""

    offered = False

    def mine(self, acting: Acting) -> tuple[str, bool]:
        return "", False

    def readings(self, acting: Acting, case_id: int) -> dict[int, list[Any]]:
        return {}

    def mornings(self, acting: Acting) -> list[Any]:
        return []

    def opened_all(self, acting: Acting) -> None:
        return


class FakePapers:
    """No unit has a paper."""

    def lines(self, acting: Acting, state: str) -> list[Any]:
        return []

    def counts(self, acting: Acting) -> dict[str, int]:
        return {}


@dataclass
class FakeDrafts:
    """One person's drafts, each with its version."""

    drafts: dict[int, Any] = field(default_factory=dict)

    def of(self, acting: Acting, item_id: int) -> Any:
        return self.drafts.get(item_id)

    def save(self, acting: Acting, item_id: int, texts: Any, *, seen: int, where: str) -> Any:
        before = self.drafts.get(item_id)
        if before is not None and before.version != seen:
            raise NewerDraft(before)
        self.drafts[item_id] = Draft(texts=list(texts), at=NOW, where=where, version=seen + 1)
        return self.drafts[item_id]

    def drop(self, acting: Acting, item_id: int) -> None:
        self.drafts.pop(item_id, None)


@dataclass
class FakeFollowUps:
    """Days to look again."""

    days: dict[int, Any] = field(default_factory=dict)

    def set(self, acting: Acting, item_id: int, on_day: Any, note: str) -> None:
        if on_day < NOW.date():
            raise Invalid({"on_day": "跟进日期不能早于今日"})
        self.days[item_id] = SimpleNamespace(on_day=on_day, note=note)

    def drop(self, acting: Acting, item_id: int) -> None:
        self.days.pop(item_id, None)

    def of(self, acting: Acting, item_id: int) -> Any:
        return self.days.get(item_id)


class FakeRosters:
    """Knows no roster."""

    def keeps_register(self, _acting: Acting) -> bool:
        return False

    def units_of(self, _acting: Acting) -> list[Any]:
        return []

    def listed(self, _acting: Acting) -> list[Any]:
        return []


class FakeStarts:
    """Nothing may be started; starting is tried on the database."""

    def for_child(self, acting: Acting, child_id: int) -> Any:
        return SimpleNamespace(child_id=child_id, code="儿-04182", line="女，9岁", jurisdiction="fh", offers=[])

    def cycles(self, acting: Acting) -> list[Any]:
        return []


class FakeActs:
    """Nobody asks, urges or has handed anything on; the verbs themselves are tried on the database."""

    def waiting_count(self, acting: Acting) -> int:
        return 0

    def of_case(self, acting: Acting, case_id: int) -> dict[int, frozenset[str]]:
        return {}


class FakeServices:
    """All of them together."""

    def __init__(self) -> None:
        self.now = NOW
        self.people = FakePeople()
        self.inbox = FakeInbox()
        self.casework = self.reports = FakeCasework(self.inbox)
        self.cases = FakeCases(self.inbox)
        self.limits = self.inbox.limits = FakeLimits(self.inbox)
        self.acts = FakeActs()
        self.starts = FakeStarts()
        self.absences = None
        self.handing = self.consulting = self.pressing = self.correcting = self.bulk = None
        self.calendars = FakeCalendars()
        self.files = FakeFiles()
        self.finding = FakeFinding()
        self.file_views = FakeFileViews()
        self.file_changes = self.joining = SimpleNamespace()
        self.papers = FakePapers()
        self.filters, self.follow_ups, self.drafts = SimpleNamespace(), FakeFollowUps(), FakeDrafts()
        self.rosters = self.ledger = FakeRosters()
        self.mailboxes = self.outbox = self.notices = FakeMail()
        self.receipts = FakeReceipts()
        self.directory = FakeDirectory()
        self.submissions = FakeSubmissions()
        self.broken = False

    @property
    def fail(self) -> Exception | None:
        return self.people.fails

    @fail.setter
    def fail(self, error: Exception) -> None:
        self.people.fails = self.directory.fails = error

    def clock(self) -> datetime:
        return self.now

    def ready(self) -> None:
        if self.broken:
            raise RuntimeError("no database")


def as_person(acting: Acting, **changes: Any) -> Acting:
    """Return the person with changes."""
    return replace(acting, **changes)

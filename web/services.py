"""What the pages ask of the services: shapes only, so that pages and services meet in one place.

The services hand over frozen objects with these attributes; nothing here is instantiated.
All instants are aware UTC. Words are Chinese and name no child unless the line says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol


class InboxRow(Protocol):
    """One work item as a list shows it."""

    id: int
    name: str
    code: str
    procedure_name: str
    case_id: int
    child_code: str
    child_line: str  # 男，12岁，上坪村
    flags: Sequence[str]  # what is not known of the child: 姓名不详
    opened_at: datetime
    due_at: datetime | None
    state: str  # open claimed completed cancelled
    stage: int  # 0, 80, 100 or 200
    unit_name: str
    source_name: str | None
    holder_id: int | None
    holder_name: str | None
    version: int
    done_at: datetime | None
    provisional: bool  # the due time was reckoned beyond the last published year
    suspended_since: datetime | None  # nothing is counted since; there is no due time then
    working_days_left: int | None  # where the limit is in working days
    risk: int  # 0 to 3, as the case last said
    follow_on: date | None  # when the person wants to look at it again


class Why(Protocol):
    """The five answers of the card 办理说明; a second line may follow a newline."""

    me: str
    now: str
    until: str
    clause: str
    next: str


class Change(Protocol):
    """What somebody with authority did to a limit."""

    kind: str  # extend suspend resume
    at: datetime
    by: str
    unit_name: str
    reason: str
    length: str  # how much longer, in words
    before: datetime | None
    due: datetime | None


class LimitView(Protocol):
    """How a due time was reckoned, from the first day to the last."""

    length: str  # 10个工作日
    rule: Sequence[str]  # 次日起算, 遇休息日顺延
    start: datetime
    first_day: date | None
    last_day: date | None
    rolls: Sequence[tuple[date, date]]
    skipped: Sequence[tuple[date, str]]  # what was not counted, and why: 周六, 放假
    calendars: Sequence[str]  # sources of the years that were looked at
    provisional: bool
    guessed_years: Sequence[int]
    due_at: datetime | None
    suspended_since: datetime | None
    clause: str
    changes: Sequence[Change]
    suspended: str  # what pauses left out: 3天
    beside: Sequence[str]  # further limits, a sentence each


class May(Protocol):
    """What a person may do to a limit."""

    verbs: frozenset[str]  # extend suspend resume
    most: str  # 5个工作日; empty where nothing bounds it
    left: int | None
    source: str


class Asked(Protocol):
    """What the page of such a verb shows."""

    item_id: int
    name: str
    code: str
    case_id: int
    case_number: str
    child_code: str
    unit_name: str
    due_at: datetime | None
    provisional: bool
    suspended_since: datetime | None
    working: bool
    may: May
    latest: date | None
    seen: int
    changes: Sequence[Change]


class ActView(Protocol):
    """What somebody did with an item beside doing it."""

    id: int
    kind: str
    name: str  # 转办
    at: datetime
    by: str
    unit_name: str
    to: str
    words: str
    of_act_id: int | None
    ended: bool


class Choice(Protocol):
    """A unit or a person to choose."""

    value: str
    name: str
    sub: str


class ActAsked(Protocol):
    """What the page of a verb on an item shows."""

    verb: str
    title: str
    item_id: int
    name: str
    code: str
    case_id: int
    case_number: str
    child_code: str
    unit_name: str
    holder_name: str | None
    due_at: datetime | None
    version: int
    units: Sequence[Choice]
    people: Sequence[Choice]
    questions: Sequence[Choice]
    act: ActView | None
    back_to: str
    theirs: bool


class ToCorrect(Protocol):
    """What the page of a correction shows."""

    item_id: int
    name: str
    code: str
    case_id: int
    case_number: str
    child_code: str
    unit_name: str
    jurisdiction: str
    form: Any  # engine.service.forms.Form
    values: Mapping[str, Any]
    context: Mapping[str, Any]
    seen: int
    decides: Sequence[str]


class ItemView(Protocol):
    """One work item with its form."""

    row: InboxRow
    case_id: int
    case_number: str
    child_id: int | None
    jurisdiction: str
    form: Any  # engine.service.forms.Form
    values: Mapping[str, Any]  # prefilled, or what was submitted once it is done
    context: Mapping[str, Any]  # what x-visible-when and x-required-when see besides the form
    why: Why
    limit: LimitView | None
    may: May
    references: Sequence[Any]  # (label, case-page anchor or None)
    attachments: Sequence[Any]
    version: int
    may_claim: bool
    may_release: bool
    may_complete: bool
    done_by: str | None
    acts: Sequence[ActView]
    verbs: frozenset[str]  # transfer delegate return withdraw consult cancel urge press


class Services(Protocol):
    """Everything `create_app` is given; `engine.build` makes it."""

    def clock(self) -> datetime:
        """Return the instant, in UTC."""

    def ready(self) -> None:
        """Raise unless the database answers."""

    @property
    def people(self) -> Any: ...
    @property
    def casework(self) -> Any: ...
    @property
    def starts(self) -> Any: ...
    @property
    def reports(self) -> Any: ...
    @property
    def inbox(self) -> Any: ...
    @property
    def filters(self) -> Any: ...
    @property
    def drafts(self) -> Any: ...
    @property
    def follow_ups(self) -> Any: ...
    @property
    def cases(self) -> Any: ...
    @property
    def limits(self) -> Any: ...
    @property
    def absences(self) -> Any: ...
    @property
    def acts(self) -> Any: ...
    @property
    def handing(self) -> Any: ...
    @property
    def consulting(self) -> Any: ...
    @property
    def pressing(self) -> Any: ...
    @property
    def correcting(self) -> Any: ...
    @property
    def bulk(self) -> Any: ...
    @property
    def calendars(self) -> Any: ...
    @property
    def files(self) -> Any: ...
    @property
    def finding(self) -> Any: ...
    @property
    def mailboxes(self) -> Any: ...
    @property
    def outbox(self) -> Any: ...
    @property
    def notices(self) -> Any: ...
    @property
    def file_views(self) -> Any: ...
    @property
    def file_changes(self) -> Any: ...
    @property
    def joining(self) -> Any: ...
    @property
    def papers(self) -> Any: ...
    @property
    def receipts(self) -> Any: ...
    @property
    def ledger(self) -> Any: ...
    @property
    def rosters(self) -> Any: ...
    @property
    def submissions(self) -> Any: ...
    @property
    def directory(self) -> Any: ...

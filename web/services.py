"""What the pages ask of the services: shapes only, so that pages and services meet in one place.

The services hand over frozen objects with these attributes; nothing here is instantiated.
All instants are aware UTC. Words are Chinese and name no child unless the line says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
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


class Why(Protocol):
    """The five answers of the card 办理说明; a second line may follow a newline."""

    me: str
    now: str
    until: str
    clause: str
    next: str


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
    references: Sequence[Any]  # (label, case-page anchor or None)
    attachments: Sequence[Any]
    version: int
    may_claim: bool
    may_release: bool
    may_complete: bool
    done_by: str | None


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
    def inbox(self) -> Any: ...
    @property
    def cases(self) -> Any: ...
    @property
    def files(self) -> Any: ...
    @property
    def receipts(self) -> Any: ...
    @property
    def submissions(self) -> Any: ...
    @property
    def directory(self) -> Any: ...

"""What the pages of a case and a child show, as plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from engine.bpmn.directory import Event
from engine.service import files
from engine.service.forms import Form
from engine.service.inboxrows import InboxRow
from engine.service.timeline import Entry


@dataclass(frozen=True, kw_only=True, slots=True)
class ChildLine:
    """Whom a case is about, as the head of its page shows it; an area has no ``id``, and its name for a code."""

    id: int | None
    code: str
    name: str
    line: str


@dataclass(frozen=True, kw_only=True, slots=True)
class InstanceView:
    """A procedure of the case: its diagram and the state of each element."""

    id: int
    key: str
    name: str
    xml: str
    trail: Mapping[str, str]
    started_at: datetime
    ended_at: datetime | None
    end_name: str | None
    release_number: int


@dataclass(frozen=True, kw_only=True, slots=True)
class EventView:
    """An event that the person may say, with the form that asks for it."""

    name: str
    label: str
    form: Form
    context: Mapping[str, Any]
    jurisdiction: str
    case_id: int
    case_number: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Awaited:
    """A message that no published procedure answers yet."""

    label: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseView:
    """Everything that the page of a case shows."""

    id: int
    number: str
    jurisdiction: str
    child: ChildLine
    flags: Sequence[str]
    facts: Sequence[tuple[str, str]]
    timeline: Sequence[Entry]
    items: Sequence[InboxRow]
    instances: Sequence[InstanceView]
    documents: Sequence[Row[Any]]
    attachments: Sequence[files.Attached]
    events: Sequence[Event]
    notices: Sequence[Row[Any]]
    awaiting: Sequence[Awaited]
    incidents: Sequence[Row[Any]]
    readers: Sequence[Row[Any]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A case in a list."""

    id: int
    number: str
    child_code: str
    child_line: str
    procedures: str
    opened_at: datetime
    closed_at: datetime | None

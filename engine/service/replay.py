"""Compares the tables of a case with what its journal tells; they must say the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection

from engine.core.replay import DoesNotFit, Story, fold
from engine.store import evidence
from engine.store.evidence import CaseTables

#: What is counted of an item beside its state.
COUNTERS = ("consulted", "pressed", "urged")


def differences(connection: Connection, case_id: int) -> list[str]:
    """Return in words where the tables of a case and its journal disagree; empty where they agree.

    What the journal leaves out on purpose is not compared: answers, process data, timers.
    """
    try:
        story = fold(stored.entry for stored in evidence.entries_of(connection, case_id))
    except DoesNotFit as error:
        return [str(error)]
    tables = evidence.tables_of(connection, case_id)
    return [*_case(story, tables), *_instances(story, tables), *_items(story, tables), *_others(story, tables)]


def _case(story: Story, tables: CaseTables) -> Iterator[str]:
    row = tables.case
    told = {name: getattr(story, name) for name in ("number", "state", "opened_at", "merged_into")}
    told |= {"closed_at": story.closed_at if story.state == "closed" else row.closed_at, "child": story.child}
    held = {"number": row.number, "state": row.state, "opened_at": row.opened_at, "closed_at": row.closed_at}
    yield from _compared("case", told, held | {"merged_into": row.merged_into_number, "child": row.child_id})


def _instances(story: Story, tables: CaseTables) -> Iterator[str]:
    told = {key: (one.procedure, one.started_at, one.ended_at) for key, one in story.instances.items()}
    held = {row.id: (row.procedure, row.started_at, row.ended_at) for row in tables.instances}
    yield from _compared("instance", told, held)


def _items(story: Story, tables: CaseTables) -> Iterator[str]:
    told = {
        key: {
            "code": one.code,
            "role": one.role,
            "state": one.state,
            "due_at": one.due_at,
            "provisional": one.provisional,
            "suspended_at": one.suspended_at,
            **{name: getattr(one, name) for name in COUNTERS},
            "done_at": one.done_at,
            "done_by": one.done_by,
            # Whoever held an item that was cancelled is of no more consequence.
            "person_id": None if one.state == "cancelled" else one.person_id,
            # A task that several units may do bears, once done, the unit that did it.
            "unit": None if one.state == "completed" else one.unit,
        }
        for key, one in story.items.items()
    }
    held = {
        row.id: {
            "code": row.code,
            "role": row.role,
            "state": row.state,
            "due_at": row.due_at,
            "provisional": row.provisional,
            "suspended_at": row.suspended_at,
            **{name: getattr(row, name) for name in COUNTERS},
            "done_at": row.done_at,
            "done_by": row.done_by,
            "person_id": None if row.state == "cancelled" else row.person_id,
            "unit": None if row.state == "completed" else row.unit_key,
        }
        for row in tables.items
    }
    for key in sorted(told.keys() | held.keys()):
        yield from _compared(f"item {key}", told.get(key, {}), held.get(key, {}))


def _others(story: Story, tables: CaseTables) -> Iterator[str]:
    documents = {row.id: (row.name, row.state) for row in tables.documents}
    yield from _compared("document", dict(story.documents), documents)
    issues = {row.id: (row.document_id, row.version, row.digest) for row in tables.paper_issues}
    yield from _compared("paper issue", dict(story.paper_issues), issues)
    steps = {row.id: (row.document_id, row.kind, row.digest) for row in tables.paper_steps}
    yield from _compared("paper step", dict(story.paper_steps), steps)
    yield from _compared("file", dict.fromkeys(story.files, True), dict.fromkeys(tables.files, True))
    yield from _compared("incident", dict.fromkeys(story.incidents, True), dict.fromkeys(tables.incidents, True))
    changes = {row.id: (row.work_item_id, row.kind, row.digest) for row in tables.limit_changes}
    yield from _compared("limit change", dict(story.limit_changes), changes)
    acts = {row.id: (row.work_item_id, row.kind, row.digest) for row in tables.acts}
    yield from _compared("act", dict(story.acts), acts)
    held = Counter((str(row.unit_key), row.about, row.kind) for row in tables.notices)
    yield from _compared("notice", dict(Counter(story.notices)), dict(held))


def _compared(what: str, told: Mapping[Any, Any], held: Mapping[Any, Any]) -> Iterator[str]:
    for key in sorted(told.keys() | held.keys(), key=str):
        if told.get(key) != held.get(key):
            yield f"{what} {key}: the journal tells {told.get(key)!r}, the table holds {held.get(key)!r}"

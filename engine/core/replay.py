"""Folds the journal of a case into what the tables should hold: history is the journal, tables are its shadow.

Pure: entries in, a value out. An entry that does not fit what came before is an error, since then
either the journal or the program that wrote it is wrong.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from engine.core.journal import Entry


class DoesNotFit(Exception):
    """An entry says what cannot have happened after the entries before it."""

    def __init__(self, entry: Entry, reason: str) -> None:
        super().__init__(f"Entry {entry.seq} ({entry.kind}) of case {entry.case_id}: {reason}")
        self.seq = entry.seq


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """A work item as the journal tells it; ``unit`` is the key of the unit that it was routed or moved to."""

    code: str
    role: str
    unit: str
    state: str = "open"
    person_id: int | None = None
    due_at: datetime | None = None
    provisional: bool = False
    suspended_at: datetime | None = None
    opened_at: datetime | None = None
    done_at: datetime | None = None
    done_by: int | None = None
    submission: int | None = None
    consulted: int = 0
    pressed: int = 0
    urged: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Instance:
    """A procedure of the case as the journal tells it."""

    procedure: str
    started_at: datetime
    ended_at: datetime | None = None
    end: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """A case as its journal tells it."""

    number: str | None = None
    child: int | None = None
    state: str = "none"
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    merged_into: str | None = None
    items: Mapping[int, Item] = field(default_factory=dict)
    instances: Mapping[int, Instance] = field(default_factory=dict)
    documents: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    paper_issues: Mapping[int, tuple[int, int, str]] = field(default_factory=dict)
    paper_steps: Mapping[int, tuple[int, str, str]] = field(default_factory=dict)
    files: frozenset[int] = frozenset()
    incidents: frozenset[int] = frozenset()
    notices: tuple[tuple[str, str, str], ...] = ()
    limit_changes: Mapping[int, tuple[int, str, str]] = field(default_factory=dict)
    acts: Mapping[int, tuple[int, str, str]] = field(default_factory=dict)


Body = Mapping[str, Any]
Step = Callable[[Story, Entry, Body], Story]


def fold(entries: Iterable[Entry]) -> Story:
    """Return the case as its journal tells it.

    Kinds that change nothing here (what was said, decided, thrown, delivered) are passed over.

    Raises:
        DoesNotFit: for the first entry that cannot have happened.
    """
    story = Story()
    for entry in entries:
        step = _STEPS.get(entry.kind)
        if step is not None:
            if story.state == "none" and entry.kind != "case_opened":
                raise DoesNotFit(entry, "nothing comes before the case is opened")
            story = step(story, entry, json.loads(entry.body))
    return story


def _case_opened(story: Story, entry: Entry, body: Body) -> Story:
    if story.state != "none":
        raise DoesNotFit(entry, "a case is opened once")
    number, child = body.get("number"), body.get("child")
    return replace(story, number=number, child=child, state="open", opened_at=entry.happened_at)


def _case_closed(story: Story, entry: Entry, body: Body) -> Story:
    if story.state != "open":
        raise DoesNotFit(entry, f"only an open case is closed, and this one is {story.state}")
    return replace(story, state="closed", closed_at=entry.happened_at)


def _child_moved(story: Story, entry: Entry, body: Body) -> Story:
    """Two files of one child were joined or parted: the case is of the other from here on."""
    if story.child != body["before"]:
        raise DoesNotFit(entry, f"the case was of child {story.child}")
    return replace(story, child=body["child"])


def _case_merged(story: Story, entry: Entry, body: Body) -> Story:
    """Joined to another case, what ran here has ended; the other case only takes note of it."""
    if body.get("into") is None:
        return story
    ended = {
        key: one if one.ended_at else replace(one, ended_at=entry.happened_at) for key, one in story.instances.items()
    }
    return replace(story, state="merged", merged_into=body["into"], instances=ended)


def _instance_started(story: Story, entry: Entry, body: Body) -> Story:
    if body["instance"] in story.instances:
        raise DoesNotFit(entry, f"instance {body['instance']} has started before")
    started = Instance(procedure=body["procedure"], started_at=entry.happened_at)
    return replace(story, instances={**story.instances, body["instance"]: started})


def _instance_ended(story: Story, entry: Entry, body: Body) -> Story:
    running = story.instances.get(body["instance"])
    if running is None or running.ended_at is not None:
        raise DoesNotFit(entry, f"instance {body['instance']} does not run")
    ended = replace(running, ended_at=entry.happened_at, end=body.get("end"))
    return replace(story, instances={**story.instances, body["instance"]: ended})


def _item_opened(story: Story, entry: Entry, body: Body) -> Story:
    if body["item"] in story.items:
        raise DoesNotFit(entry, f"item {body['item']} was opened before")
    opened = Item(
        code=body["code"],
        role=body["role"],
        unit=body["unit"],
        due_at=_instant(body.get("due")),
        provisional=body.get("provisional", False),
        opened_at=entry.happened_at,
    )
    return replace(story, items={**story.items, body["item"]: opened})


def _item_claimed(story: Story, entry: Entry, body: Body) -> Story:
    return _changed(story, entry, body, {"open"}, state="claimed", person_id=body["person"])


def _item_released(story: Story, entry: Entry, body: Body) -> Story:
    return _changed(story, entry, body, {"claimed"}, state="open", person_id=None)


def _item_completed(story: Story, entry: Entry, body: Body) -> Story:
    done: dict[str, Any] = {"done_at": entry.happened_at, "done_by": entry.person_id, "person_id": entry.person_id}
    return _changed(story, entry, body, UNDER_WAY, state="completed", submission=body.get("submission"), **done)


def _item_cancelled(story: Story, entry: Entry, body: Body) -> Story:
    return _changed(story, entry, body, UNDER_WAY, state="cancelled", done_at=entry.happened_at)


def _item_moved(story: Story, entry: Entry, body: Body) -> Story:
    moved = _changed(story, entry, body, UNDER_WAY, state="open", person_id=None, unit=body["unit"])
    if body.get("opened_at") is None:
        return moved
    item = replace(moved.items[body["item"]], opened_at=_instant(body["opened_at"]))
    return replace(moved, items={**moved.items, body["item"]: item})


def _item_transferred(story: Story, entry: Entry, body: Body) -> Story:
    placed = _changed(story, entry, body, UNDER_WAY, state="open", person_id=None, unit=body["unit"])
    return _acted(placed, entry, body)


def _item_delegated(story: Story, entry: Entry, body: Body) -> Story:
    return _acted(_changed(story, entry, body, UNDER_WAY, state="claimed", person_id=body["person"]), entry, body)


def _item_went_back(story: Story, entry: Entry, body: Body) -> Story:
    """Let an item go back to a unit, or to whoever delegated it, or to nobody in particular of its unit."""
    if body.get("unit") is not None:
        return _item_transferred(story, entry, body)
    person = body.get("person")
    held = {"state": "open" if person is None else "claimed", "person_id": person}
    return _acted(_changed(story, entry, body, UNDER_WAY, **held), entry, body)


def _item_handed_over(story: Story, entry: Entry, body: Body) -> Story:
    return _changed(story, entry, body, {"claimed"}, person_id=body["person"])


def _counted(name: str, by: int) -> Step:
    """Return the step of an act that something of an item is counted by."""

    def step(story: Story, entry: Entry, body: Body) -> Story:
        item = story.items.get(body["item"])
        count = getattr(item, name, 0) + by
        if count < 0:
            raise DoesNotFit(entry, f"item {body['item']} has nothing {name} to end")
        states = {*UNDER_WAY, "completed", "cancelled"} if entry.kind == "press_answered" else UNDER_WAY
        return _acted(_changed(story, entry, body, states, **{name: count}), entry, body)

    return step


def _item_corrected(story: Story, entry: Entry, body: Body) -> Story:
    return _acted(_changed(story, entry, body, {"completed"}), entry, body)


def _acted(story: Story, entry: Entry, body: Body) -> Story:
    """Note an act on an item; one act is told once."""
    if body["act"] in story.acts:
        raise DoesNotFit(entry, f"act {body['act']} was told before")
    return replace(story, acts={**story.acts, body["act"]: (body["item"], ACTS[entry.kind], body["digest"])})


def _due_changed(story: Story, entry: Entry, body: Body) -> Story:
    due = {"due_at": _instant(body.get("due")), "provisional": body.get("provisional", False)}
    return _changed(story, entry, body, UNDER_WAY, **due)


def _limit_suspended(story: Story, entry: Entry, body: Body) -> Story:
    item = story.items.get(body["item"])
    if item is not None and item.suspended_at is not None:
        raise DoesNotFit(entry, f"the limit of item {body['item']} is suspended already")
    return _limit_changed(story, entry, body, "suspend", suspended_at=entry.happened_at)


def _limit_resumed(story: Story, entry: Entry, body: Body) -> Story:
    item = story.items.get(body["item"])
    if item is not None and item.suspended_at is None:
        raise DoesNotFit(entry, f"the limit of item {body['item']} is not suspended")
    return _limit_changed(story, entry, body, "resume", suspended_at=None)


def _limit_extended(story: Story, entry: Entry, body: Body) -> Story:
    return _limit_changed(story, entry, body, "extend")


def _limit_changed(story: Story, entry: Entry, body: Body, kind: str, **changes: Any) -> Story:
    """Note a change of a limit; what it did to the due time is told by ``due_changed`` after it."""
    changed = _changed(story, entry, body, UNDER_WAY, **changes)
    return replace(
        changed, limit_changes={**changed.limit_changes, body["change"]: (body["item"], kind, body["digest"])}
    )


def _document_made(story: Story, entry: Entry, body: Body) -> Story:
    return replace(story, documents={**story.documents, body["document"]: (body["name"], "made")})


def _paper_dealt_with(story: Story, entry: Entry, body: Body) -> Story:
    """Note an act on a paper, and the version that it has issued."""
    known = story.documents.get(body["document"])
    if known is None:
        raise DoesNotFit(entry, f"document {body['document']} was never made")
    steps = {**story.paper_steps, body["step"]: (body["document"], _ACTS[entry.kind], body["digest"])}
    issues = dict(story.paper_issues)
    if entry.kind == "paper_issued":
        issues[body["issue"]] = (body["document"], body["version"], body["content"])
    documents = {**story.documents, body["document"]: (known[0], body["state"])}
    return replace(story, documents=documents, paper_steps=steps, paper_issues=issues)


def _file_attached(story: Story, entry: Entry, body: Body) -> Story:
    return replace(story, files=story.files | {body["attachment"]})


def _incident_opened(story: Story, entry: Entry, body: Body) -> Story:
    return replace(story, incidents=story.incidents | {body["incident"]})


def _notice_sent(story: Story, entry: Entry, body: Body) -> Story:
    told = (str(body.get("unit")), str(body["about"]), str(body["notice"]))
    return replace(story, notices=(*story.notices, told))


#: Kind of entry → kind of the act that it tells.
ACTS: Mapping[str, str] = {
    "item_transferred": "transfer",
    "item_delegated": "delegate",
    "item_returned": "return",
    "item_withdrawn": "withdraw",
    "item_consulted": "consult",
    "consult_cancelled": "cancel",
    "opinion_given": "opinion",
    "item_urged": "urge",
    "item_pressed": "press",
    "press_answered": "answer",
    "item_corrected": "correct",
}

#: An item on which something can still happen.
UNDER_WAY = frozenset({"open", "claimed"})

#: What was done with a paper, by the kind of its entry.
_ACTS = {
    "paper_issued": "issue",
    "paper_signed": "sign",
    "paper_served": "serve",
    "paper_filed": "file",
    "paper_moved": "move",
}

_STEPS: Mapping[str, Step] = {
    "case_opened": _case_opened,
    "case_closed": _case_closed,
    "case_merged": _case_merged,
    "children_joined": _child_moved,
    "children_parted": _child_moved,
    "instance_started": _instance_started,
    "instance_ended": _instance_ended,
    "item_opened": _item_opened,
    "item_claimed": _item_claimed,
    "item_released": _item_released,
    "item_completed": _item_completed,
    "item_cancelled": _item_cancelled,
    "item_moved": _item_moved,
    "item_transferred": _item_transferred,
    "item_delegated": _item_delegated,
    "item_returned": _item_went_back,
    "item_withdrawn": _item_went_back,
    "item_handed_over": _item_handed_over,
    "item_consulted": _counted("consulted", 1),
    "opinion_given": _counted("consulted", -1),
    "consult_cancelled": _counted("consulted", -1),
    "item_urged": _counted("urged", 1),
    "item_pressed": _counted("pressed", 1),
    "press_answered": _counted("pressed", -1),
    "item_corrected": _item_corrected,
    "due_changed": _due_changed,
    "limit_suspended": _limit_suspended,
    "limit_resumed": _limit_resumed,
    "limit_extended": _limit_extended,
    "document_made": _document_made,
    **dict.fromkeys(_ACTS, _paper_dealt_with),
    "file_attached": _file_attached,
    "incident_opened": _incident_opened,
    "notice_sent": _notice_sent,
}


def _changed(story: Story, entry: Entry, body: Body, states: Iterable[str], **changes: Any) -> Story:
    """Return the story with the entry's item changed, if it is in one of these states."""
    item = story.items.get(body["item"])
    if item is None:
        raise DoesNotFit(entry, f"item {body['item']} was never opened")
    if item.state not in states:
        raise DoesNotFit(entry, f"item {body['item']} is {item.state}")
    return replace(story, items={**story.items, body["item"]: replace(item, **changes)})


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)

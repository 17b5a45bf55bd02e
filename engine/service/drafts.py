"""What somebody has typed into a task and not handed in yet: kept for them alone, and never written over unseen."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.core.errors import Invalid, NotFound, Refused
from engine.core.model import Acting, system
from engine.service.telling import shown
from engine.service.unit import Database, Unit
from engine.store import casework as items
from engine.store import drafts as rows
from engine.store import inbox

CONTEXT = "draft.sealed"
#: What a form of the largest table holds, several times over.
LARGEST = 512 * 1024
#: How long a draft outlives its item, for whoever was overtaken by a colleague.
KEPT = timedelta(days=30)


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """What was typed, as names and texts; ``where``: on what kind of device, in words."""

    texts: Sequence[tuple[str, str]]
    at: datetime
    where: str
    version: int


class NewerDraft(Refused):
    """The person has saved another draft since this page was opened, mostly on another device."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(f"您 {shown(draft.at)} 在{draft.where}上保存过较新的草稿，本页内容没有覆盖它")
        self.draft = draft


class Drafts:
    """Keeps drafts; each is one person's alone."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, acting: Acting, item_id: int, texts: Iterable[tuple[str, str]], *, seen: int, where: str) -> Draft:
        """Keep what is typed over the draft of version ``seen``; 0 where the page has seen none.

        Raises:
            NotFound: no such item, or not one of theirs. NewerDraft: there is one that the page has not seen.
            Refused: the item is closed. Invalid: it is too much.
        """
        kept = [(name, text) for name, text in texts]
        record = json.dumps({"texts": kept, "where": where}, ensure_ascii=False).encode()
        if len(record) > LARGEST:
            raise Invalid({"": "填写的内容太多，不能暂存；请把长的内容作为附件上传"})
        with self._database.unit(acting) as unit:
            _require_open(unit, acting, item_id)
            sealed = unit.vault.seal(record, context=CONTEXT)
            own = {"work_item_id": item_id, "person_id": acting.person_id}
            values = {"sealed": sealed.sealed, "key_id": sealed.key_id, "at": unit.now}
            version = rows.save(unit.connection, seen=seen, **own, **values)
            if version is None:
                newer = _of(unit, acting, item_id)
                raise NewerDraft(newer) if newer else NotFound("没有这件待办")
            return Draft(texts=kept, at=unit.now, where=where, version=version)

    def of(self, acting: Acting, item_id: int) -> Draft | None:
        """Return what the person has typed into an item and not handed in."""
        with self._database.unit(acting) as unit:
            return _of(unit, acting, item_id)

    def drop(self, acting: Acting, item_id: int) -> None:
        """Forget a draft: the item is done, or the person begins anew."""
        with self._database.unit(acting) as unit:
            rows.drop(unit.connection, item_id, acting.person_id or 0)

    def sweep(self) -> int:
        """Delete the drafts of items that were closed some time ago; return how many."""
        with self._database.unit(system("clock")) as unit:
            return rows.drop_of_closed(unit.connection, unit.now - KEPT)


def _of(unit: Unit, acting: Acting, item_id: int) -> Draft | None:
    row = rows.of_item(unit.connection, item_id, acting.person_id or 0)
    if row is None:
        return None
    record = json.loads(unit.vault.open(bytes(row.sealed), row.key_id, context=CONTEXT))
    texts = [(str(name), str(text)) for name, text in record["texts"]]
    return Draft(texts=texts, at=row.at, where=record["where"], version=row.version)


def _require_open(unit: Unit, acting: Acting, item_id: int) -> None:
    row = inbox.row_of(unit.connection, item_id)
    if row is None or not items.may_claim(unit.connection, item_id, acting.unit_ids):
        raise NotFound("没有这件待办，或者不属于您的单位")
    if row.state not in items.UNDER_WAY:
        raise Refused(f"“{row.name}”已经办结或者取消，不再暂存；填写的内容还在本页，可复制另作他用")

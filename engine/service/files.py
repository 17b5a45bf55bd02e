"""Files of a work item: taken in, kept encrypted, handed out to those who may see the case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import IO

from engine.adapters import files as outside
from engine.core.errors import NotFound, Refused
from engine.core.model import Acting, system
from engine.service.discretion import Discretions
from engine.service.unit import Database, Unit
from engine.store import paper
from engine.store.schema import AnyRow

#: A file that came with a form which was never submitted is let go after this.
UNKEPT_FOR = timedelta(days=7)
#: More files than this on one item are a mistake or an attack.
MOST_FILES = 50

NO_FILE = "没有找到这个附件，或者您无权查看"

_CONTENT = "attachment.content"
_NAME = "attachment.name_sealed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Attached:
    """A file as a list shows it."""

    id: int
    case_id: int
    work_item_id: int | None
    field: str
    name: str
    media_type: str
    size: int
    sha256: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """A file to be handed out, as an attachment and never shown in place."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


class Files:
    """The files of a database; ``discretions`` say what is kept from those who may read a case."""

    def __init__(self, database: Database, discretions: Discretions | None = None) -> None:
        self._database = database
        self._discretions = discretions

    def attach(self, acting: Acting, item_id: int, key: str, name: str, media_type: str, stream: IO[bytes]) -> int:
        """Take in a file for a field of an item under way and return its id.

        It is kept when the form is submitted with it, else let go after a week. What the sender
        says of its type is not believed.

        Raises:
            NotFound: no such item, or not one of the person's units.
            Invalid: at ``key``; too large, empty, or of a kind that is not taken.
            Refused: the item is done, or has too many files.
        """
        received = outside.receive(name, stream, key=key)
        with self._database.unit(acting) as unit:
            item = paper.item_for_files(unit.connection, item_id, acting.unit_ids)
            if item is None:
                raise NotFound("没有找到这件待办，或者不归您的单位办理")
            if item.state not in {"open", "claimed"}:
                raise Refused("这件待办已经办结或撤销，不能再添加附件")
            if item.files >= MOST_FILES:
                raise Refused(f"每件待办最多{MOST_FILES}个附件")
            sealed, key_id = unit.vault.seal(received.content, context=_CONTENT)
            return paper.add_attachment(
                unit.connection,
                case_id=item.case_id,
                work_item_id=item_id,
                person_id=acting.person_id,
                field=key,
                name_sealed=unit.vault.seal(received.name.encode(), context=_NAME).sealed,
                media_type=received.media_type,
                size=len(received.content),
                sha256=received.sha256,
                key_id=key_id,
                content=sealed,
                at=unit.now,
            )

    def open(self, acting: Acting, attachment_id: int) -> Opened:
        """Return a file and record that the person read it.

        Raises:
            NotFound: no such file, or of a case that the person's units may not see; one that was
                not submitted yet is its sender's alone.
        """
        with self._database.unit(acting) as unit:
            row = paper.attachment_with_content(unit.connection, attachment_id)
            if row is None or not (row.kept or row.person_id == acting.person_id):
                raise NotFound(NO_FILE)
            self._require_shown(unit, acting, row)
            unit.read(row.case_id, f"附件 {attachment_id}", unit_id=next(iter(acting.unit_ids), None))
            content = unit.vault.open(bytes(row.content), row.key_id, context=_CONTENT)
            return Opened(name=_name(unit, row), media_type=row.media_type, content=content)

    def _require_shown(self, unit: Unit, acting: Acting, row: AnyRow) -> None:
        """Refuse a file of what the person is not shown of the case; one's own is never kept back."""
        if self._discretions is None or row.work_item_id is None or row.person_id == acting.person_id:
            return
        kept = self._discretions.of(unit, acting, row.case_id)
        item = paper.item_of_file(unit.connection, row.work_item_id)
        if item is None or not (kept.shows(item.procedure) and kept.shows_of(item.unit_id)):
            raise NotFound(NO_FILE)

    def sweep(self) -> int:
        """Let go of files whose form was never submitted; return how many."""
        with self._database.unit(system("clock")) as unit:
            return paper.drop_unkept(unit.connection, unit.now - UNKEPT_FOR)


def keep(unit: Unit, item_id: int, attachment_ids: Sequence[int]) -> list[Attached]:
    """Keep files with the submission of their item, and return those that were kept.

    Ids of other items' files, and of files that another person attached, are passed over: nothing
    typed into a form moves a file from one case to another. The caller journals each
    (``file_attached`` with id, field, size and digest; never the name).
    """
    if not attachment_ids:
        return []
    rows = paper.keep_attachments(unit.connection, item_id, attachment_ids, unit.acting.person_id)
    return [_attached(unit, row) for row in rows]


def of_case(unit: Unit, case_id: int) -> list[Attached]:
    """Return the kept files of a case that the unit may see, oldest first."""
    return [_attached(unit, row) for row in paper.attachments_of(unit.connection, case_id)]


def of_item(unit: Unit, item_id: int) -> list[Attached]:
    """Return the files of an item that are kept, or that the acting person has attached."""
    rows = paper.attachments_of_item(unit.connection, item_id, unit.acting.person_id)
    return [_attached(unit, row) for row in rows]


def _attached(unit: Unit, row: AnyRow) -> Attached:
    return Attached(
        id=row.id,
        case_id=row.case_id,
        work_item_id=row.work_item_id,
        field=row.field,
        name=_name(unit, row),
        media_type=row.media_type,
        size=row.size,
        sha256=row.sha256,
        at=row.at,
    )


def _name(unit: Unit, row: AnyRow) -> str:
    return unit.vault.open(bytes(row.name_sealed), row.key_id, context=_NAME).decode()

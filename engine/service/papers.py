"""Papers of a case: issued, printed, signed, served, filed. What was issued is kept as it stood."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import IO, Any

from sqlalchemy import Row

from engine.adapters import files as outside
from engine.bpmn import paperfilling
from engine.bpmn.paperfilling import Block
from engine.core import papers as rules
from engine.core.errors import Invalid, NotFound, Refused
from engine.core.model import Acting
from engine.service import papersteps
from engine.service.directory import Directories
from engine.service.discretion import REPORTER, Discretions
from engine.service.files import Opened
from engine.service.paperviews import Done, PaperLine, PaperView, Version
from engine.service.paperwords import NO_PAPER, Paper, PaperDesk
from engine.service.releases import Releases
from engine.service.unit import Database, Unit
from engine.store import paper as attachments
from engine.store import papers as rows
from engine.store import views

_ISSUED = "paper_issue.sealed"
_CONTENT, _NAME = "attachment.content", "attachment.name_sealed"
#: Act → the kind of its entry in the journal.
_KINDS: Mapping[str, str] = {
    rules.ISSUE: "paper_issued",
    rules.SIGN: "paper_signed",
    rules.SERVE: "paper_served",
    rules.FILE: "paper_filed",
    rules.MOVE: "paper_moved",
}
_SCANS = frozenset({outside.PDF, outside.JPEG, outside.PNG})
NOT_WHOLE = "这份文书含有只有公安机关或者填写人可见的内容，您不能查看"
CHANGED = "这份文书刚刚有新的登记，请核对后再提交"


class Papers:
    """The verbs on papers; only the unit that made one deals with it, others read."""

    def __init__(
        self, database: Database, releases: Releases, directories: Directories, discretions: Discretions
    ) -> None:
        self._database = database
        self._desk = PaperDesk(releases, directories, discretions)

    def lines(self, acting: Acting, state: str) -> list[PaperLine]:
        """Return the papers of the person's units that are in a state, the oldest first."""
        with self._database.unit(acting) as unit:
            found = rows.papers_of_units(unit.connection, acting.unit_ids, state)
            return [_line(one, one.unit_name) for one in found]

    def counts(self, acting: Acting) -> dict[str, int]:
        """Return how many papers of the person's units are in each state."""
        with self._database.unit(acting) as unit:
            return rows.counts_of_units(unit.connection, acting.unit_ids)

    def paper(self, acting: Acting, document_id: int) -> PaperView:
        """Return a paper with what was done with it, and what stands on it or would.

        Raises:
            NotFound: no such paper, or not theirs to see.
        """
        with self._database.unit(acting) as unit:
            paper = self._desk.fetch(unit, acting, document_id)
            unit.read(paper.row.case_id, f"文书 {document_id}", unit_id=next(iter(acting.unit_ids), None))
            issues = rows.issues_of(unit.connection, document_id)
            steps = rows.steps_of(unit.connection, document_id)
            told = [papersteps.opened(unit, one) for one in steps] if paper.whole else []
            own = paper.whole and paper.own in acting.unit_ids
            hidden = paper.kept.hides(paper.row.unit_id, paper.row.code)
            people = views.names_of_people(unit.connection, sorted({one.person_id for one in steps}))
            return PaperView(
                line=_line(paper.row, REPORTER if hidden else paper.row.unit_name),
                whole=paper.whole,
                place=next((str(one["place"]) for one in reversed(told) if one.get("place")), ""),
                versions=[Version(number=one.version, at=one.at, digest=one.digest) for one in issues],
                done=[_done(one, said, people) for one, said in zip(steps, told, strict=False)],
                may=rules.possible(paper.row.state) if own else frozenset(),
                blocks=self._blocks(unit, paper, len(issues)) if paper.whole else (),
                seen=len(steps),
                ways=rules.WAYS,
            )

    def issue(self, acting: Acting, document_id: int, *, seen: int, reason: str = "") -> int:
        """Keep the paper as it reads now, and return the number of its version; a second one takes a reason.

        Raises:
            NotFound: as :meth:`paper`. Invalid: no reason was given.
            Refused: not theirs, not now, or nothing on it has changed.
        """
        with self._database.unit(acting) as unit:
            paper, state = self._opened(unit, acting, document_id, rules.ISSUE, seen)
            before = rows.issues_of(unit.connection, document_id)
            told = papersteps.checked(rules.ISSUE, {"reason": reason}, now=unit.now)
            if before and not told:
                raise Invalid({"reason": "再次出具须说明更正的事由"})
            version = len(before) + 1
            content = self._desk.filled(unit, paper, version=version)
            box, key_id = unit.vault.seal(content, context=_ISSUED)
            digest = sha256(content).hexdigest()
            common = self._common(unit, acting, paper)
            issue_id = rows.add_issue(
                unit.connection, {**common, "version": version, "sealed": box, "key_id": key_id, "digest": digest}
            )
            more = {"issue": issue_id, "version": version, "content": digest}
            self._record(unit, acting, paper, rules.ISSUE, state, told=told, more=more)
            return version

    def act(
        self,
        acting: Acting,
        document_id: int,
        act: str,
        details: Mapping[str, str],
        *,
        seen: int,
        scan: tuple[str, IO[bytes]] | None = None,
    ) -> None:
        """Record that a paper was signed, served, filed or moved, with the scan that proves it.

        Raises:
            NotFound: as :meth:`paper`. Invalid: by field; nothing has changed.
            Refused: not theirs, or not now.
        """
        if act not in rules.ACTS or act == rules.ISSUE:
            raise NotFound(NO_PAPER)
        with self._database.unit(acting) as unit:
            paper, state = self._opened(unit, acting, document_id, act, seen)
            told = papersteps.checked(act, details, now=unit.now)
            if act == rules.SIGN and scan is None:
                raise Invalid({"scan": "请上传签名件的扫描件或者照片"})
            attachment_id = self._keep(unit, acting, paper, act, *scan) if scan else None
            self._record(unit, acting, paper, act, state, told=told, attachment_id=attachment_id)

    def content(self, acting: Acting, document_id: int, version: int) -> Opened:
        """Return an issued version as .docx, and record that it was read.

        Raises:
            NotFound: no such version, or not theirs to see.
        """
        with self._database.unit(acting) as unit:
            paper, content = self._issued(unit, acting, document_id, version)
            said = paper.row.number or str(document_id)
            name = outside.safe_name(f"{paper.row.name} {said}.docx")
            return Opened(name=name, media_type=outside.DOCX, content=content)

    def sheet(self, acting: Acting, document_id: int, version: int) -> tuple[str, list[Block]]:
        """Return name and text of an issued version, to be printed.

        Raises:
            NotFound: as :meth:`content`.
        """
        with self._database.unit(acting) as unit:
            paper, content = self._issued(unit, acting, document_id, version)
            return paper.row.name, paperfilling.sheet(content)

    def scan(self, acting: Acting, document_id: int, attachment_id: int) -> Opened:
        """Return a scan that was filed with a paper.

        Raises:
            NotFound: no such scan, or not theirs to see.
        """
        with self._database.unit(acting) as unit:
            paper = self._desk.fetch(unit, acting, document_id)
            row = rows.scan_row(unit.connection, document_id, attachment_id)
            if row is None or not paper.whole:
                raise NotFound(NO_PAPER)
            unit.read(paper.row.case_id, f"文书附件 {attachment_id}", unit_id=next(iter(acting.unit_ids), None))
            name = unit.vault.open(bytes(row.name_sealed), row.key_id, context=_NAME).decode()
            content = unit.vault.open(bytes(row.content), row.key_id, context=_CONTENT)
            return Opened(name=name, media_type=row.media_type, content=content)

    def _issued(self, unit: Unit, acting: Acting, document_id: int, version: int) -> tuple[Paper, bytes]:
        paper = self._desk.fetch(unit, acting, document_id)
        row = rows.issue_row(unit.connection, document_id, version)
        if row is None or not paper.whole:
            raise NotFound(NO_PAPER)
        unit.read(paper.row.case_id, f"文书 {document_id} 第{version}版", unit_id=next(iter(acting.unit_ids), None))
        return paper, unit.vault.open(bytes(row.sealed), row.key_id, context=_ISSUED)

    def _blocks(self, unit: Unit, paper: Paper, versions: int) -> list[Block]:
        """Return what stands on the latest version; before the first, what would."""
        row = rows.issue_row(unit.connection, paper.row.id, versions) if versions else None
        if row is not None:
            return paperfilling.sheet(unit.vault.open(bytes(row.sealed), row.key_id, context=_ISSUED))
        try:
            return paperfilling.sheet(self._desk.filled(unit, paper, version=1))
        except Refused:
            return []

    def _opened(self, unit: Unit, acting: Acting, document_id: int, act: str, seen: int) -> tuple[Paper, str]:
        """Return a paper whose case is locked, for its own unit, with its state after the act."""
        found = self._desk.fetch(unit, acting, document_id)
        unit.lock_case(found.row.case_id)
        paper = self._desk.fetch(unit, acting, document_id)
        if paper.own not in acting.unit_ids:
            raise Refused(f"这份文书由{paper.row.unit_name}出具和保管，您的单位只能查看")
        if not paper.whole:
            raise Refused(NOT_WHOLE)
        state = rules.after(paper.row.state, act)
        if len(rows.steps_of(unit.connection, document_id)) != seen:
            raise Refused(CHANGED)
        return paper, state

    def _common(self, unit: Unit, acting: Acting, paper: Paper) -> dict[str, Any]:
        return {
            "case_id": paper.row.case_id,
            "document_id": paper.row.id,
            "at": unit.now,
            "person_id": acting.person_id,
            "unit_id": paper.own,
        }

    def _record(
        self,
        unit: Unit,
        acting: Acting,
        paper: Paper,
        act: str,
        state: str,
        *,
        told: Mapping[str, str],
        attachment_id: int | None = None,
        more: Mapping[str, object] | None = None,
    ) -> None:
        """Write the step, the paper's state and the journal's entry, which holds numbers and digests alone."""
        closed = papersteps.sealed(unit, told)
        common = self._common(unit, acting, paper)
        step_id = rows.add_step(unit.connection, {**common, "kind": act, "attachment_id": attachment_id, **closed})
        rows.set_state(unit.connection, paper.row.id, state)
        body = {"document": paper.row.id, "name": paper.row.name, "code": paper.row.code, "step": step_id}
        body |= {"digest": closed["digest"], "state": state, **(more or {})}
        unit.journal(paper.row.case_id, _KINDS[act], body, unit_id=paper.own)

    def _keep(self, unit: Unit, acting: Acting, paper: Paper, act: str, name: str, stream: IO[bytes]) -> int:
        """Keep a scan with the paper, and journal it as any file."""
        received = outside.receive(name, stream, key="scan")
        if received.media_type not in _SCANS:
            raise Invalid({"scan": "扫描件只收 PDF、JPG、PNG 文件"})
        box, key_id = unit.vault.seal(received.content, context=_CONTENT)
        field = f"{attachments.OF_A_PAPER}{paper.row.id}.{act}"
        attachment_id = attachments.add_attachment(
            unit.connection,
            case_id=paper.row.case_id,
            work_item_id=paper.row.work_item_id,
            person_id=acting.person_id,
            field=field,
            name_sealed=unit.vault.seal(received.name.encode(), context=_NAME).sealed,
            media_type=received.media_type,
            size=len(received.content),
            sha256=received.sha256,
            key_id=key_id,
            content=box,
            at=unit.now,
            kept=True,
        )
        body = {"attachment": attachment_id, "field": field, "size": len(received.content), "digest": received.sha256}
        unit.journal(paper.row.case_id, "file_attached", {**body, "code": paper.row.code}, unit_id=paper.own)
        return attachment_id


def _line(row: Row[Any], unit_name: str) -> PaperLine:
    return PaperLine(
        id=row.id,
        case_id=row.case_id,
        case_number=row.case_number,
        name=row.name,
        number=row.number,
        unit_name=unit_name,
        at=row.at,
        state=row.state,
    )


def _done(row: Row[Any], told: Mapping[str, Any], people: Mapping[int, str]) -> Done:
    return Done(
        kind=row.kind,
        at=row.at,
        by=people.get(row.person_id, ""),
        unit_name=row.unit_name,
        details=papersteps.in_words(told),
        scan=row.attachment_id,
    )

"""The unit of work: one transaction for one acting person; the only place that commits."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from psycopg.pq import TransactionStatus
from sqlalchemy import URL, Connection, Transaction, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError

from engine.adapters.vault import Vault
from engine.core.errors import NotFound, ShouhuError
from engine.core.journal import GENESIS, Entry, body_text, chain
from engine.core.model import Acting
from engine.store import evidence, tables
from engine.store.pending import Pending
from engine.store.schema import AnyRow

#: Nothing of ours runs longer; what does is ended rather than left to hold locks.
_OPTIONS = "-c timezone=UTC -c statement_timeout=30s -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s"
_CONTEXT = text(
    "SELECT set_config('app.actor', :actor, true), set_config('app.person', :person, true),"
    " set_config('app.units', :units, true)"
)
_ACTOR = text("SELECT set_config('app.actor', :actor, true)")


class Unavailable(ShouhuError):
    """The database cannot be reached; nothing was changed, and trying again later is safe."""

    def __init__(self) -> None:
        super().__init__("数据库暂时连接不上，什么都没有改动，请稍后再试。")


def driver_url(url: str) -> URL:
    """Return the URL with the driver that we use, whatever it was written with."""
    return make_url(url).set(drivername="postgresql+psycopg")


class _Chain:
    """The end of a case's journal as it is held by this unit, with the entries not yet written."""

    def __init__(self, seq: int, head: bytes) -> None:
        self.seq = seq
        self.head = head
        self.entries: list[Entry] = []


class Unit:
    """One transaction; see :meth:`Database.unit`."""

    def __init__(self, connection: Connection, acting: Acting, vault: Vault, now: datetime) -> None:
        self.connection = connection
        self.acting = acting
        self.vault = vault
        self.now = now
        self.pending = Pending()
        self._actor = acting.actor
        self._chains: dict[int, _Chain] = {}

    @property
    def actor(self) -> str:
        """For whom the database answers now: ``person`` or a system actor."""
        return self._actor

    @contextmanager
    def acting_as(self, actor: str) -> Iterator[None]:
        """Let the database answer as a system actor for the writes that cross units.

        The acting person stays who did it in the journal. Entries made inside are written inside.
        """
        before = self._actor
        if before == actor:
            yield
            return
        self._answer_as(actor)
        try:
            yield
            self.flush()
        finally:
            self._answer_as(before)

    def go_on_as(self, actor: str) -> None:
        """Let the database answer as a system actor from here to the end of the unit.

        For a verb that has decided what the person may do; it saves the way back of ``acting_as``.
        """
        self.flush()
        self._answer_as(actor)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what happens inside, the journal with it, where it raises."""
        self.flush()
        kept = {case_id: (held.seq, held.head) for case_id, held in self._chains.items()}
        actor = self._actor
        try:
            with self.connection.begin_nested():
                yield
                self.flush()
        except BaseException:
            self.pending.forget()
            self._chains = {case_id: _Chain(seq, head) for case_id, (seq, head) in kept.items()}
            self._actor = actor
            raise

    def lock_case(self, case_id: int) -> AnyRow:
        """Return the case, locked until the end; first in every verb that changes one.

        Raises:
            NotFound: there is none, or the acting person may not see it.
        """
        row = evidence.lock_case(self.connection, case_id)
        if row is None:
            message = "没有找到这个个案，或您无权查看。"
            raise NotFound(message)
        self.hold(case_id, seq=row.journal_seq, head=row.journal_head)
        return row

    def hold(self, case_id: int, *, seq: int = 0, head: bytes = GENESIS) -> None:
        """Take note of where the journal of a locked case ends, as the case row says.

        A case that this unit inserted is locked already: ``hold(case_id)``.
        """
        self._chains.setdefault(case_id, _Chain(seq, bytes(head)))

    def journal(
        self,
        case_id: int,
        kind: str,
        body: Mapping[str, object],
        *,
        happened_at: datetime | None = None,
        unit_id: int | None = None,
        role: str | None = None,
        on_behalf_of: str | None = None,
    ) -> int:
        """Append an entry to the case's chain and return its number.

        Entries are written together at the end, at the end of ``acting_as``, or by :meth:`flush`;
        so are the rows in ``pending``.
        Personal values never belong in ``body``; a submission's or attachment's id does.

        Raises:
            NotFound: the case was not locked before, and cannot be seen.
            TypeError: the body holds what has no one way to be written (a float, bytes).
        """
        if case_id not in self._chains:
            self.lock_case(case_id)
        held = self._chains[case_id]
        entry = Entry(
            case_id=case_id,
            seq=held.seq + len(held.entries) + 1,
            kind=kind,
            happened_at=happened_at or self.now,
            recorded_at=self.now,
            person_id=self.acting.person_id,
            unit_id=unit_id,
            role=role,
            on_behalf_of=on_behalf_of,
            body=body_text(body),
        )
        held.entries.append(entry)
        return entry.seq

    def read(self, case_id: int, what: str, *, unit_id: int | None = None) -> None:
        """Record that the acting person read a child's file; system actors leave no such record."""
        if self.acting.person_id is not None:
            evidence.add_access(
                self.connection,
                case_id=case_id,
                person_id=self.acting.person_id,
                unit_id=unit_id,
                at=self.now,
                what=what,
            )

    def flush(self) -> None:
        """Write the rows gathered so far, and the entries made: one statement a case."""
        for case_id, held in self._chains.items():
            if held.entries:
                stored = chain(held.head, held.entries)
                changes = self.pending.take(tables.case, case_id)
                evidence.append(self.connection, case_id, before=held.seq, entries=stored, changes=changes)
                held.seq, held.head, held.entries = stored[-1].entry.seq, stored[-1].hash, []
        self.pending.write(self.connection)

    def _answer_as(self, actor: str) -> None:
        driver: Any = self.connection.connection.driver_connection
        if driver.info.transaction_status != TransactionStatus.INERROR:
            self.connection.execute(_ACTOR, {"actor": actor})
        self._actor = actor


class Database:
    """A pool of connections of the application role."""

    def __init__(self, url: str, vault: Vault, clock: Callable[[], datetime], *, pool_size: int = 8) -> None:
        self.vault = vault
        self.clock = clock
        self.engine = create_engine(
            driver_url(url),
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_use_lifo=True,
            hide_parameters=True,  # errors are logged; the words that they were about are not
            connect_args={"options": _OPTIONS, "application_name": "shouhu", "connect_timeout": 10},
        )

    @contextmanager
    def unit(self, acting: Acting, *, now: datetime | None = None) -> Iterator[Unit]:
        """Open one transaction for the acting person; commit at the end, undo all where it raises.

        Args:
            acting: for whom the database answers; no unit and no system actor: no rows.
            now: the instant of the verb; absent: the clock is read once.

        Raises:
            Unavailable: the database cannot be reached.
        """
        connection, transaction = self._open(acting)
        try:
            unit = Unit(connection, acting, self.vault, now or self.clock())
            yield unit
            unit.flush()
            transaction.commit()
        except BaseException:
            with contextlib.suppress(DBAPIError):
                transaction.rollback()
            raise
        finally:
            connection.close()

    def close(self) -> None:
        """Let go of all connections; used after a fork and at the end."""
        self.engine.dispose()

    def _open(self, acting: Acting) -> tuple[Connection, Transaction]:
        """Begin a transaction with its context; a connection that died in the pool is replaced once."""
        try:
            return self._begin(acting)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise Unavailable from error
        try:
            return self._begin(acting)
        except OperationalError as error:
            raise Unavailable from error

    def _begin(self, acting: Acting) -> tuple[Connection, Transaction]:
        connection = self.engine.connect()
        try:
            transaction = connection.begin()
            context = {
                "actor": acting.actor,
                "person": "" if acting.person_id is None else str(acting.person_id),
                "units": ",".join(map(str, acting.unit_ids)),
            }
            connection.execute(_CONTEXT, context)
        except BaseException:
            connection.close()
            raise
        return connection, transaction

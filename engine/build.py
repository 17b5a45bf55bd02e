"""Puts the parts together once, at the start of a process; whoever needs one is handed it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, text

from engine.adapters.mail import Mailer
from engine.adapters.vault import Vault
from engine.core.model import system
from engine.service.absences import Absences
from engine.service.acts import Doors
from engine.service.actviews import ActReads
from engine.service.audit import Audit
from engine.service.bulk import Bulk
from engine.service.cadences import Cadences
from engine.service.calendars import Calendars
from engine.service.cases import Cases
from engine.service.casework import Casework
from engine.service.consulting import Consulting
from engine.service.correcting import Correcting
from engine.service.courier import Courier
from engine.service.database import check_keys, require_current
from engine.service.directory import Directories
from engine.service.discretion import Discretions
from engine.service.drafts import Drafts
from engine.service.enrolling import Enrolling
from engine.service.filechanges import FileChanges
from engine.service.files import Files
from engine.service.fileviews import FileViews
from engine.service.filters import Filters
from engine.service.finding import Finding
from engine.service.followups import FollowUps
from engine.service.handing import Handing
from engine.service.inbox import Inbox
from engine.service.joining import Joining
from engine.service.ledger import Ledger
from engine.service.limits import Limits
from engine.service.lookups import Lookups
from engine.service.mailboxes import Mailboxes
from engine.service.notices import Notices
from engine.service.outbox import Outbox
from engine.service.papers import Papers
from engine.service.people import People
from engine.service.pressing import Pressing
from engine.service.receipts import Receipts
from engine.service.releases import Releases
from engine.service.reports import Reports
from engine.service.rosters import Rosters
from engine.service.rosterwork import RosterWork
from engine.service.starts import Starts
from engine.service.submissions import Submissions
from engine.service.unit import Database
from engine.settings import Settings


def wall_clock() -> datetime:
    """Return the time of day in UTC: the only place that reads it for the services."""
    return datetime.now(UTC)


@dataclass(kw_only=True)
class Services:
    """Every service of one process, over one pool of connections."""

    clock: Callable[[], datetime]
    database: Database
    releases: Releases
    people: People
    casework: Casework
    starts: Starts
    cadences: Cadences
    reports: Reports
    inbox: Inbox
    filters: Filters
    drafts: Drafts
    follow_ups: FollowUps
    cases: Cases
    limits: Limits
    absences: Absences
    acts: ActReads
    handing: Handing
    consulting: Consulting
    pressing: Pressing
    correcting: Correcting
    bulk: Bulk
    calendars: Calendars
    files: Files
    finding: Finding
    file_views: FileViews
    file_changes: FileChanges
    joining: Joining
    papers: Papers
    courier: Courier
    mailboxes: Mailboxes
    outbox: Outbox
    notices: Notices
    receipts: Receipts
    rosters: Rosters
    ledger: Ledger
    roster_work: RosterWork
    enrolling: Enrolling
    directory: Lookups
    submissions: Submissions
    audit: Audit

    def ready(self) -> None:
        """Raise where the database does not answer, so that no work is sent here."""
        with self.database.unit(system("clock")) as unit:
            unit.connection.execute(text("SELECT 1"))

    def close(self) -> None:
        """Let go of the connections, at the end and in a process that was forked off."""
        self.database.close()


def build(settings: Settings, clock: Callable[[], datetime] = wall_clock) -> Services:
    """Build the services of a process; nothing is connected yet."""
    vault = Vault.load(settings.keys)
    database = Database(settings.database_url, vault, clock, pool_size=settings.web_threads)
    releases, directories = Releases(), Directories()
    casework = Casework(database, releases, directories)
    discretions = Discretions(releases, directories)
    inbox = Inbox(database, releases, directories, casework, discretions)
    doors = Doors(database=database, releases=releases, directories=directories, discretions=discretions)
    handing, pressing = Handing(doors), Pressing(doors)
    mailer = _mailer(settings)
    return Services(
        clock=clock,
        database=database,
        releases=releases,
        people=People(database, demonstration=settings.demonstration),
        casework=casework,
        starts=Starts(database, releases, discretions),
        cadences=Cadences(database, releases, directories),
        reports=Reports(database, releases, directories),
        inbox=inbox,
        filters=Filters(database),
        drafts=Drafts(database),
        follow_ups=FollowUps(database),
        cases=Cases(database, releases, directories),
        calendars=Calendars(database, releases, directories),
        limits=Limits(database, releases, directories, discretions),
        absences=Absences(database, releases),
        acts=ActReads(doors),
        handing=handing,
        consulting=Consulting(doors),
        pressing=pressing,
        correcting=Correcting(doors),
        bulk=Bulk(database, casework, handing, pressing),
        files=Files(database, discretions),
        finding=Finding(database, directories, discretions),
        courier=Courier(database, mailer=mailer, base_url=settings.base_url, private=settings.hook_private),
        mailboxes=Mailboxes(database, mailer),
        outbox=Outbox(database, private=settings.hook_private),
        notices=Notices(database),
        file_views=FileViews(database, releases, directories, discretions),
        file_changes=FileChanges(database, releases, directories, discretions),
        joining=Joining(database, releases, directories, discretions),
        papers=Papers(database, releases, directories, discretions),
        receipts=Receipts(database),
        rosters=Rosters(database, releases, directories),
        ledger=Ledger(database, releases, directories),
        roster_work=RosterWork(database, releases, directories),
        enrolling=Enrolling(database, releases, directories),
        directory=Lookups(database, releases, directories),
        submissions=Submissions(database, releases, directories),
        audit=Audit(database, settings.anchors),
    )


def _mailer(settings: Settings) -> Mailer | None:
    """Return what sends mail; None where no server and sender are set."""
    if not (settings.smtp_host and settings.smtp_from):
        return None
    return Mailer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        sender=settings.smtp_from,
        user=settings.smtp_user,
        password=settings.smtp_password,
        security=settings.smtp_security,
    )


def check(services: Services) -> None:
    """Refuse to start on a database of another revision, or without its keys.

    Raises:
        DatabaseUnfit, VaultError: with a sentence.
    """
    with services.database.unit(system("clock")) as unit:
        connection: Connection = unit.connection
        require_current(connection)
        check_keys(connection, services.database.vault)

"""Reads the model files, publishes them as releases, and gives the release in force. Never changes a file.

A release is one bundle of files, kept by their digests. The files seed the first release; from
then on the database is the truth, and changed files become a draft.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from threading import Lock

from sqlalchemy import Connection, Row, func, select
from sqlalchemy.dialects.postgresql import insert

from engine.bpmn import gate
from engine.bpmn.directory import AreaEntry, UnitEntry
from engine.bpmn.release import Release, restore_release
from engine.core.errors import NotFound
from engine.service import almanac
from engine.service.forms import Form, form_of
from engine.service.modelfiles import jurisdictions, load_bundle
from engine.store import org
from engine.store.releases import in_force
from engine.store.tables import artifact, blob, release

#: Since when the first release of a jurisdiction is in force: the clock of a demonstration may stand in the past.
EVER = datetime.fromisoformat("2000-01-01T00:00:00+08:00")


@dataclass(frozen=True, kw_only=True, slots=True)
class Seeded:
    """What became of the files of one jurisdiction: ``published``, ``draft`` or ``unchanged``."""

    jurisdiction: str
    number: int
    state: str


def digest_of(bundle: Mapping[str, bytes]) -> str:
    """Return the digest of a bundle: of its paths and the digests of its contents."""
    lines = (f"{path}\0{hashlib.sha256(content).hexdigest()}\n" for path, content in sorted(bundle.items()))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def publish(
    connection: Connection, jurisdiction: str, bundle: Mapping[str, bytes], *, now: datetime, effective_at: datetime
) -> Release:
    """Publish a bundle with its areas and units; it is in force from ``effective_at``.

    Raises:
        ModelError: it cannot run; nothing has changed, and the old release stays in force.
    """
    compiled = gate.admit(jurisdiction, bundle)
    row = _store(connection, jurisdiction, bundle, state="published", published_at=now, effective_at=effective_at)
    write_areas(connection, jurisdiction, compiled.areas)
    write_units(connection, jurisdiction, compiled.units)
    return replace(compiled, id=row.id, number=row.number)


def draft(connection: Connection, jurisdiction: str, bundle: Mapping[str, bytes]) -> int:
    """Keep a bundle as a draft, without a check, and return its number."""
    return int(_store(connection, jurisdiction, bundle, state="draft").number)


def seed(connection: Connection, root: Path, *, now: datetime, only: Iterable[str] = ()) -> list[Seeded]:
    """Publish the files of every jurisdiction that has no release yet; keep changed files as a draft.

    The calendars of the files come first, unless the database has some.

    Raises:
        ModelError: the first files of a jurisdiction, or a calendar, cannot run.
    """
    almanac.seed(connection, root, now=now)
    chosen = set(only) or set(jurisdictions(root))
    return [_seed_one(connection, root, code, now) for code in sorted(chosen)]


def _seed_one(connection: Connection, root: Path, code: str, now: datetime) -> Seeded:
    bundle = load_bundle(root, code)
    known = connection.execute(
        select(release.c.number, release.c.digest).where(release.c.jurisdiction == code).order_by(release.c.number)
    ).all()
    if not known:
        made = publish(connection, code, bundle, now=now, effective_at=EVER)
        return Seeded(jurisdiction=code, number=made.number, state="published")
    same = next((row.number for row in known if row.digest == digest_of(bundle)), None)
    if same is not None:
        return Seeded(jurisdiction=code, number=same, state="unchanged")
    return Seeded(jurisdiction=code, number=draft(connection, code, bundle), state="draft")


class Releases:
    """Gives compiled releases; each is compiled once a process, since a release never changes."""

    def __init__(self) -> None:
        self._compiled: dict[int, Release] = {}
        self._forms: dict[tuple[int, str], Form] = {}
        self._lock = Lock()

    def in_force(self, connection: Connection, jurisdiction: str, now: datetime) -> Release:
        """Return the release of a jurisdiction that is in force.

        Raises:
            NotFound: nothing has been published there that is in force by now.
        """
        return self.found(connection, connection.scalar(select(in_force(jurisdiction, now))))

    def found(self, connection: Connection, release_id: int | None) -> Release:
        """Return the release that a query has found to be in force.

        Raises:
            NotFound: it has found none.
        """
        if release_id is None:
            raise NotFound("本地区还没有生效的程序")
        return self.by_id(connection, release_id)

    def by_id(self, connection: Connection, release_id: int) -> Release:
        """Return a release by its id.

        Raises:
            NotFound: there is no such release.
        """
        known = self._compiled.get(release_id)
        if known is not None:
            return known
        with self._lock:
            if release_id not in self._compiled:
                self._compiled[release_id] = _compile(connection, release_id)
            return self._compiled[release_id]

    def form(self, compiled: Release, code: str) -> Form:
        """Return a form of a release.

        Raises:
            NotFound: the release has no such form.
        """
        key = (compiled.id, code)
        if key not in self._forms:
            if code not in compiled.forms:
                raise NotFound("没有这张表单")
            self._forms[key] = form_of(code, compiled.forms[code], compiled.names)
        return self._forms[key]

    def names(self, connection: Connection, now: datetime) -> list[tuple[str, str]]:
        """Return code and name of every jurisdiction that has a release in force."""
        codes = connection.execute(
            select(release.c.jurisdiction)
            .where(release.c.state == "published", release.c.effective_at <= now)
            .distinct()
        ).scalars()
        return [(code, self.in_force(connection, code, now).name) for code in sorted(codes)]


def _compile(connection: Connection, release_id: int) -> Release:
    row = connection.execute(select(release).where(release.c.id == release_id)).one_or_none()
    if row is None:
        raise NotFound("没有这个版本")
    files = connection.execute(
        select(artifact.c.path, blob.c.content)
        .join(blob, blob.c.sha256 == artifact.c.sha256)
        .where(artifact.c.release_id == release_id)
    ).all()
    bundle = {path: bytes(content) for path, content in files}
    return replace(restore_release(row.jurisdiction, bundle), id=row.id, number=row.number)


def _store(
    connection: Connection,
    jurisdiction: str,
    bundle: Mapping[str, bytes],
    *,
    state: str,
    published_at: datetime | None = None,
    effective_at: datetime | None = None,
) -> Row[tuple[int, int]]:
    number = select(func.coalesce(func.max(release.c.number), 0) + 1).where(release.c.jurisdiction == jurisdiction)
    row = connection.execute(
        release.insert()
        .values(
            jurisdiction=jurisdiction,
            number=number.scalar_subquery(),
            state=state,
            digest=digest_of(bundle),
            published_at=published_at,
            effective_at=effective_at,
        )
        .returning(release.c.id, release.c.number)
    ).one()
    digests = {path: hashlib.sha256(content).hexdigest() for path, content in bundle.items()}
    contents = {digests[path]: content for path, content in bundle.items()}
    blobs = [{"sha256": digest, "content": content} for digest, content in contents.items()]
    connection.execute(insert(blob).on_conflict_do_nothing(), blobs)
    artifacts = [{"release_id": row.id, "path": path, "sha256": digest} for path, digest in digests.items()]
    connection.execute(artifact.insert(), artifacts)
    return row


def write_areas(connection: Connection, jurisdiction: str, areas: Iterable[AreaEntry]) -> None:
    """Bring areas up to these, parents before their children; what is not named stays as it is."""
    generations: dict[int, list[AreaEntry]] = {}
    for one in areas:
        generations.setdefault(one.key.count("."), []).append(one)
    ids = {row.key: row.id for row in org.areas_of(connection, jurisdiction)}
    for depth in sorted(generations):
        rows = [
            {
                "key": one.key,
                "name": one.name,
                "level": one.level,
                "parent_id": ids[one.parent] if one.parent else None,
                "jurisdiction": jurisdiction,
            }
            for one in generations[depth]
        ]
        org.put_areas(connection, rows)
        ids = {row.key: row.id for row in org.areas_of(connection, jurisdiction)}


def write_units(connection: Connection, jurisdiction: str, units: Iterable[UnitEntry]) -> None:
    """Bring units up to these; what is not named stays as it is."""
    ids = {row.key: row.id for row in org.areas_of(connection, jurisdiction)}
    rows = [
        {
            "key": one.key,
            "name": one.name,
            "area_id": ids[one.area],
            "roles": list(one.roles),
            "jurisdiction": jurisdiction,
        }
        for one in units
    ]
    if rows:
        org.put_units(connection, rows)

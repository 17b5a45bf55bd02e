"""Publishing: what is refused changes nothing, what is published stays as it was."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select, update

from engine.bpmn.findings import ModelError
from engine.core.errors import NotFound
from engine.core.model import system
from engine.service.modelfiles import load_bundle
from engine.service.releases import Releases, digest_of, draft, publish, seed
from engine.service.unit import Database
from engine.store.tables import area, artifact, blob, release, unit
from tests.conftest import NOON, Clock
from tests.models.test_release import JURISDICTION, a_bundle, a_form

ADMIN = system("admin")


def publish_now(connection: Connection, bundle: dict[str, bytes], *, later: timedelta = timedelta(0)) -> int:
    return publish(connection, "xx", bundle, now=NOON, effective_at=NOON + later).number


def write(root: Path, bundle: dict[str, bytes]) -> None:
    for path, content in bundle.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)


def count(connection: Connection, table: object) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()  # type: ignore[arg-type]


def test_a_published_bundle_is_in_force_with_its_areas_and_units(db: Database) -> None:
    with db.unit(ADMIN) as work:
        publish_now(work.connection, a_bundle())

        found = Releases().in_force(work.connection, "xx", NOON)

        assert (found.jurisdiction, found.number, list(found.procedures)) == ("xx", 1, ["P00"])
        assert work.connection.execute(select(area.c.key).order_by(area.c.key)).scalars().all() == ["xx", "xx.甲镇"]
        assert work.connection.execute(select(unit.c.key).order_by(unit.c.key)).scalars().all() == [
            "xx.police",
            "xx.school.甲镇",
        ]


def test_a_bundle_with_errors_is_refused_whole_and_the_old_one_stays_in_force(db: Database) -> None:
    with db.unit(ADMIN) as work:
        publish_now(work.connection, a_bundle())

        with pytest.raises(ModelError):
            publish_now(work.connection, a_bundle(role="court"))

        assert count(work.connection, release) == 1
        assert Releases().in_force(work.connection, "xx", NOON).number == 1


def test_what_was_published_goes_on_although_a_later_program_would_refuse_it(db: Database) -> None:
    """An upgrade brings new rules; cases that run on an old release must not stop for it."""
    with db.unit(ADMIN) as work:
        number = draft(work.connection, "xx", a_bundle(role="court"))
        in_force = {"state": "published", "published_at": NOON, "effective_at": NOON}
        work.connection.execute(update(release).where(release.c.number == number).values(**in_force))

        found = Releases().in_force(work.connection, "xx", NOON)

        assert found.procedures["P00"].model.tasks["ask"].role == "court"


def test_a_later_release_is_in_force_from_its_day_and_the_earlier_one_can_still_be_read(db: Database) -> None:
    changed = a_bundle({"forms/base/P00-ask.json": a_form(title="新询问")})
    with db.unit(ADMIN) as work:
        publish_now(work.connection, a_bundle())
        publish_now(work.connection, changed, later=timedelta(days=1))
        releases = Releases()

        today = releases.in_force(work.connection, "xx", NOON)
        tomorrow = releases.in_force(work.connection, "xx", NOON + timedelta(days=1))

        assert (today.number, tomorrow.number) == (1, 2)
        assert tomorrow.forms["P00-ask"]["title"] == "新询问"
        assert releases.by_id(work.connection, today.id).forms["P00-ask"]["title"] == "询问"


def test_the_same_content_is_kept_once(db: Database) -> None:
    bundle = a_bundle()
    with db.unit(ADMIN) as work:
        publish_now(work.connection, bundle)
        publish_now(work.connection, bundle)

        assert count(work.connection, blob) == len(set(bundle.values()))
        assert count(work.connection, artifact) == 2 * len(bundle)


def test_a_release_is_compiled_once_a_process(db: Database) -> None:
    with db.unit(ADMIN) as work:
        publish_now(work.connection, a_bundle())
        releases = Releases()

        assert releases.in_force(work.connection, "xx", NOON) is releases.in_force(work.connection, "xx", NOON)


def test_a_jurisdiction_without_a_release_is_not_found(db: Database) -> None:
    with db.unit(ADMIN) as work, pytest.raises(NotFound):
        Releases().in_force(work.connection, "xx", NOON)


def test_the_files_seed_the_first_release_and_changed_files_become_a_draft(db: Database, tmp_path: Path) -> None:
    write(tmp_path, a_bundle())
    with db.unit(ADMIN) as work:
        first = seed(work.connection, tmp_path, now=NOON)
        again = seed(work.connection, tmp_path, now=NOON)
        write(tmp_path, {"processes/xx/jurisdiction.yaml": JURISDICTION.replace("PT1H", "PT2H").encode()})
        changed = seed(work.connection, tmp_path, now=NOON)

        assert [one.state for one in (*first, *again, *changed)] == ["published", "unchanged", "draft"]
        assert Releases().in_force(work.connection, "xx", NOON).number == 1


def test_a_bundle_holds_the_files_of_the_jurisdiction_and_of_all_and_no_others(tmp_path: Path) -> None:
    write(tmp_path, a_bundle({"processes/yy/jurisdiction.yaml": "code: yy", "processes/base/notes.txt": "—"}))

    assert load_bundle(tmp_path, "xx") == a_bundle()


def test_a_digest_tells_two_bundles_apart_and_knows_the_same_one() -> None:
    bundle = a_bundle()
    moved = {path.replace("forms/base", "forms/xx"): content for path, content in bundle.items()}

    assert digest_of(bundle) == digest_of(dict(reversed(bundle.items())))
    assert digest_of(bundle) != digest_of(moved)


def test_a_form_of_a_release_is_built_once_and_a_missing_one_is_not_found(db: Database, clock: Clock) -> None:
    with db.unit(ADMIN) as work:
        publish_now(work.connection, a_bundle())
        releases = Releases()
        found = releases.in_force(work.connection, "xx", clock())

        assert releases.form(found, "P00-ask") is releases.form(found, "P00-ask")
        with pytest.raises(NotFound):
            releases.form(found, "P00-none")

"""Schema changes, numbered and reversible; run as the owner of the database, never as the application."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

_HERE = Path(__file__).parent


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring the database to a revision; what is there already is left alone."""
    command.upgrade(_config(connection), revision)


def downgrade(connection: Connection, revision: str) -> None:
    """Take the database back to a revision (``base``: to nothing)."""
    command.downgrade(_config(connection), revision)


def current(connection: Connection) -> str | None:
    """Return the revision of the database, or None where it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


def head() -> str:
    """Return the revision that this program expects."""
    revision = ScriptDirectory(str(_HERE)).get_current_head()
    assert revision is not None  # noqa: S101 -- the folder ships with revisions
    return revision


def revisions() -> list[str]:
    """Return every revision, oldest first."""
    return [script.revision for script in ScriptDirectory(str(_HERE)).walk_revisions()][::-1]


def describe(revision: str) -> str:
    """Return what a revision says about itself."""
    script = ScriptDirectory(str(_HERE)).get_revision(revision)
    assert script is not None  # noqa: S101 -- asked of a revision that is listed
    return f"{script.doc}\n\n{script.longdoc}"


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.attributes["connection"] = connection
    return config

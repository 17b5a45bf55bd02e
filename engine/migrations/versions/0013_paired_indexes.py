"""Find a child by name or initials together with its birthday in one look.

A roster of 50,000 rows asks for each of them whether somebody has this name and this birthday; met as two
indexes each question walks all namesakes. The pair is one index more, and says less than its two halves.
Safe with the previous release, which never writes the new kinds. Takes ACCESS EXCLUSIVE on ``child_index``
for the length of a catalogue change and a scan of one check.
"""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"

KINDS = ("name", "initials", "birth", "school", "student")
PAIRS = ("name_birth", "initials_birth")


def upgrade() -> None:
    _allow((*KINDS, *PAIRS))
    # Files of before get the new kinds from the worker.
    op.execute("SELECT set_config('app.actor', 'engine', true)")
    op.execute("UPDATE child SET indexed = 0 WHERE indexed <> 0")


def downgrade() -> None:
    op.execute("SELECT set_config('app.actor', 'engine', true)")
    op.execute("DELETE FROM child_index WHERE kind IN ('name_birth', 'initials_birth')")
    _allow(KINDS)


def _allow(kinds: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{one}'" for one in kinds)
    op.execute("ALTER TABLE child_index DROP CONSTRAINT ck_child_index_kind")
    op.execute(f"ALTER TABLE child_index ADD CONSTRAINT ck_child_index_kind CHECK (kind IN ({listed}))")

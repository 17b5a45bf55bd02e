"""Let a draft say which of its versions a page has seen, so that two devices never write over one another.

Safe with the previous release, which writes no drafts. Takes ACCESS EXCLUSIVE on ``draft`` for the
length of a catalogue change.
"""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.execute("ALTER TABLE draft ADD COLUMN version INTEGER DEFAULT 1 NOT NULL")


def downgrade() -> None:
    op.execute("ALTER TABLE draft DROP COLUMN version")

"""Let a case wait for the child's birthdays.

The 16th and 18th birthdays change what the law asks; they belong to the case and to no instance
of a procedure, so their timers have neither an instance nor a token.
Safe with the previous release, which neither sets such a timer nor reads one before it is due.
Takes ACCESS EXCLUSIVE on ``timer`` for the length of a catalogue change and a scan of its checks.
"""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.execute("ALTER TABLE timer ALTER COLUMN instance_id DROP NOT NULL")
    op.execute("ALTER TABLE timer DROP CONSTRAINT ck_timer_kind")
    op.execute("ALTER TABLE timer DROP CONSTRAINT ck_timer_bpmn_has_a_token")
    op.execute(
        "ALTER TABLE timer ADD CONSTRAINT ck_timer_kind CHECK (kind IN ('bpmn', 'watch', 'ladder', 'birthday')),"
        " ADD CONSTRAINT ck_timer_item CHECK ((kind IN ('watch', 'ladder')) = (work_item_id IS NOT NULL)),"
        " ADD CONSTRAINT ck_timer_instance CHECK ((kind = 'birthday') = (instance_id IS NULL))"
    )


def downgrade() -> None:
    # The owner is bound by row-level security too: without an actor there are no rows to delete.
    op.execute("SELECT set_config('app.actor', 'engine', true)")
    op.execute("DELETE FROM timer WHERE kind = 'birthday'")
    op.execute("ALTER TABLE timer DROP CONSTRAINT ck_timer_instance")
    op.execute("ALTER TABLE timer DROP CONSTRAINT ck_timer_item")
    op.execute("ALTER TABLE timer DROP CONSTRAINT ck_timer_kind")
    op.execute(
        "ALTER TABLE timer ADD CONSTRAINT ck_timer_kind CHECK (kind IN ('bpmn', 'watch', 'ladder')),"
        " ADD CONSTRAINT ck_timer_bpmn_has_a_token CHECK ((kind = 'bpmn') = (work_item_id IS NULL))"
    )
    op.execute("ALTER TABLE timer ALTER COLUMN instance_id SET NOT NULL")

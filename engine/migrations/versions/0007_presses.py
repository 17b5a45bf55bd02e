"""Let two presses of a report's button at the same instant make one report.

``press`` holds the digest of a form's token and the case that it has led to, for a day; the
second of two simultaneous requests waits at its key and then finds the case of the first.
Safe with the previous release, which never writes it. Locks nothing that exists.
"""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"

ACTOR = "(SELECT app_actor())"


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE press (
            digest TEXT NOT NULL,
            case_id BIGINT,
            at TIMESTAMP WITH TIME ZONE NOT NULL,
            CONSTRAINT pk_press PRIMARY KEY (digest),
            CONSTRAINT ck_press_digest CHECK (digest ~ '^[0-9a-f]{64}$'),
            CONSTRAINT fk_press_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
        )
        """
    )
    op.execute("CREATE INDEX ix_press_at ON press (at)")
    op.execute("CREATE INDEX ix_press_case_id ON press (case_id)")
    op.execute("ALTER TABLE press ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY casework ON press FOR ALL USING ({ACTOR} = 'engine') WITH CHECK ({ACTOR} = 'engine')")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON press TO shouhu_app")


def downgrade() -> None:
    op.execute("DROP TABLE press")

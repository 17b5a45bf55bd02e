"""Let the working-day calendar arrive each year, and limits be suspended, resumed and extended.

``calendar`` holds each year's plan as it was published; what was loaded last for a year is in
force, and what it replaced stays as history. ``limit_change`` holds what people did to the limit
of an item, with their reason sealed; ``work_item`` says beside its due time whether that rests on
guessed weekends (``provisional``) and since when it is suspended (then it has none).

Safe with the previous release, which reads and writes neither table and leaves both columns at
their defaults. Takes ACCESS EXCLUSIVE on ``work_item`` for the length of a catalogue change and a
scan of one check.
"""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"

TABLES = (
    """
    CREATE TABLE calendar (
        id BIGINT GENERATED ALWAYS AS IDENTITY,
        jurisdiction TEXT DEFAULT '' NOT NULL,
        year INTEGER NOT NULL,
        title TEXT NOT NULL,
        source TEXT NOT NULL,
        content TEXT NOT NULL,
        digest TEXT NOT NULL,
        person_id BIGINT,
        loaded_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_calendar PRIMARY KEY (id),
        CONSTRAINT ck_calendar_digest CHECK (digest ~ '^[0-9a-f]{64}$'),
        CONSTRAINT ck_calendar_year CHECK (year BETWEEN 1949 AND 2999),
        CONSTRAINT fk_calendar_person_id FOREIGN KEY(person_id) REFERENCES person (id)
    )
    """,
    "CREATE INDEX ix_calendar_jurisdiction_year_id ON calendar (jurisdiction, year, id)",
    """
    CREATE TABLE limit_change (
        id BIGINT GENERATED ALWAYS AS IDENTITY,
        case_id BIGINT NOT NULL,
        work_item_id BIGINT NOT NULL,
        kind TEXT NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        length TEXT,
        until DATE,
        due_before TIMESTAMP WITH TIME ZONE,
        due_after TIMESTAMP WITH TIME ZONE,
        source TEXT NOT NULL,
        sealed BYTEA NOT NULL,
        key_id TEXT NOT NULL,
        digest TEXT NOT NULL,
        person_id BIGINT NOT NULL,
        unit_id BIGINT NOT NULL,
        role TEXT NOT NULL,
        CONSTRAINT pk_limit_change PRIMARY KEY (id),
        CONSTRAINT ck_limit_change_kind CHECK (kind IN ('suspend', 'resume', 'extend')),
        CONSTRAINT ck_limit_change_extend CHECK ((kind = 'extend') = (num_nonnulls(length, until) = 1)),
        CONSTRAINT ck_limit_change_digest CHECK (digest ~ '^[0-9a-f]{64}$'),
        CONSTRAINT fk_limit_change_case_id FOREIGN KEY(case_id) REFERENCES "case" (id),
        CONSTRAINT fk_limit_change_work_item_id FOREIGN KEY(work_item_id) REFERENCES work_item (id),
        CONSTRAINT fk_limit_change_person_id FOREIGN KEY(person_id) REFERENCES person (id),
        CONSTRAINT fk_limit_change_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id)
    )
    """,
    "CREATE INDEX ix_limit_change_work_item_id ON limit_change (work_item_id)",
    "CREATE INDEX ix_limit_change_case_id ON limit_change (case_id)",
)
ADDED = ("calendar", "limit_change")

ACTOR = "(SELECT app_actor())"
CASEWORK = f"{ACTOR} IN ('engine', 'clock')"
OWN_CASE = (
    f"{ACTOR} = 'person' AND EXISTS (SELECT FROM case_access a WHERE a.case_id = limit_change.case_id"
    " AND a.unit_id = ANY ((SELECT app_units())::bigint[]))"
)
POLICIES = (
    f"CREATE POLICY everyone ON calendar FOR SELECT USING ({ACTOR} IS NOT NULL)",
    f"CREATE POLICY admin ON calendar FOR INSERT WITH CHECK ({ACTOR} = 'admin')",
    f"CREATE POLICY casework ON limit_change FOR ALL USING ({CASEWORK}) WITH CHECK ({CASEWORK})",
    f"CREATE POLICY person ON limit_change FOR SELECT USING ({OWN_CASE})",
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    for table in ADDED:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER append_only")
        op.execute(f"GRANT SELECT, INSERT ON {table} TO shouhu_app")
    for statement in POLICIES:
        op.execute(statement)
    op.execute(
        "ALTER TABLE work_item ADD COLUMN provisional BOOLEAN DEFAULT false NOT NULL,"
        " ADD COLUMN suspended_at TIMESTAMP WITH TIME ZONE,"
        " ADD CONSTRAINT ck_work_item_suspended CHECK (suspended_at IS NULL OR due_at IS NULL)"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE work_item DROP COLUMN suspended_at, DROP COLUMN provisional")
    for table in ADDED[::-1]:
        op.execute(f"DROP TABLE {table}")

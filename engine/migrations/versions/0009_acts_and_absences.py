"""Let an item be handed on, asked about, pressed and corrected, and let somebody stand in for who is away.

``item_act`` holds what people did with an item beside doing it, with their words sealed; rows are only
added, and what ends an act (a return, an answer) names it, once. ``work_item`` counts beside that what
is still unanswered and how often somebody urged, so that no list looks into acts. ``absence`` says who
is away and who stands in; it holds no case.

Safe with the previous release, which reads and writes neither table and leaves the counters at zero.
Takes ACCESS EXCLUSIVE on ``work_item`` for the length of a catalogue change and a scan of one check.
"""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"

TABLES = (
    """
    CREATE TABLE item_act (
        id BIGINT GENERATED ALWAYS AS IDENTITY,
        case_id BIGINT NOT NULL,
        work_item_id BIGINT NOT NULL,
        kind TEXT NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        person_id BIGINT NOT NULL,
        unit_id BIGINT NOT NULL,
        role TEXT NOT NULL,
        to_unit_id BIGINT,
        to_person_id BIGINT,
        of_act_id BIGINT,
        sealed BYTEA NOT NULL,
        key_id TEXT NOT NULL,
        digest TEXT NOT NULL,
        CONSTRAINT pk_item_act PRIMARY KEY (id),
        CONSTRAINT ck_item_act_kind CHECK (kind IN ('transfer', 'delegate', 'consult', 'return', 'withdraw',
            'cancel', 'opinion', 'answer', 'urge', 'press', 'correct')),
        CONSTRAINT ck_item_act_directed CHECK (
            (kind IN ('transfer', 'delegate', 'consult')) = (to_unit_id IS NOT NULL)),
        CONSTRAINT ck_item_act_ending CHECK (
            (kind IN ('return', 'withdraw', 'cancel', 'opinion', 'answer')) = (of_act_id IS NOT NULL)),
        CONSTRAINT ck_item_act_digest CHECK (digest ~ '^[0-9a-f]{64}$'),
        CONSTRAINT fk_item_act_case_id FOREIGN KEY(case_id) REFERENCES "case" (id),
        CONSTRAINT fk_item_act_work_item_id FOREIGN KEY(work_item_id) REFERENCES work_item (id),
        CONSTRAINT fk_item_act_person_id FOREIGN KEY(person_id) REFERENCES person (id),
        CONSTRAINT fk_item_act_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id),
        CONSTRAINT fk_item_act_to_unit_id FOREIGN KEY(to_unit_id) REFERENCES unit (id),
        CONSTRAINT fk_item_act_to_person_id FOREIGN KEY(to_person_id) REFERENCES person (id),
        CONSTRAINT fk_item_act_of_act_id FOREIGN KEY(of_act_id) REFERENCES item_act (id)
    )
    """,
    "CREATE INDEX ix_item_act_work_item_id ON item_act (work_item_id)",
    "CREATE INDEX ix_item_act_case_id ON item_act (case_id)",
    "CREATE INDEX ix_item_act_to_unit_id_kind ON item_act (to_unit_id, kind) WHERE to_unit_id IS NOT NULL",
    "CREATE INDEX ix_item_act_unit_id_kind ON item_act (unit_id, kind)",
    "CREATE UNIQUE INDEX uq_item_act_of_act_id ON item_act (of_act_id) WHERE of_act_id IS NOT NULL",
    """
    CREATE TABLE absence (
        id BIGINT GENERATED ALWAYS AS IDENTITY,
        person_id BIGINT NOT NULL,
        substitute_id BIGINT,
        since TIMESTAMP WITH TIME ZONE NOT NULL,
        until TIMESTAMP WITH TIME ZONE NOT NULL,
        procedures TEXT[] DEFAULT '{}' NOT NULL,
        recorded_by BIGINT NOT NULL,
        recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
        ended_at TIMESTAMP WITH TIME ZONE,
        ended_by BIGINT,
        CONSTRAINT pk_absence PRIMARY KEY (id),
        CONSTRAINT ck_absence_until_after_since CHECK (until > since),
        CONSTRAINT ck_absence_not_for_oneself CHECK (substitute_id <> person_id),
        CONSTRAINT fk_absence_person_id FOREIGN KEY(person_id) REFERENCES person (id),
        CONSTRAINT fk_absence_substitute_id FOREIGN KEY(substitute_id) REFERENCES person (id),
        CONSTRAINT fk_absence_recorded_by FOREIGN KEY(recorded_by) REFERENCES person (id),
        CONSTRAINT fk_absence_ended_by FOREIGN KEY(ended_by) REFERENCES person (id)
    )
    """,
    "CREATE INDEX ix_absence_person_id_until ON absence (person_id, until)",
    "CREATE INDEX ix_absence_substitute_id_until ON absence (substitute_id, until)",
)

ACTOR = "(SELECT app_actor())"
CASEWORK = f"{ACTOR} IN ('engine', 'clock')"
OWN_CASE = (
    f"{ACTOR} = 'person' AND EXISTS (SELECT FROM case_access a WHERE a.case_id = item_act.case_id"
    " AND a.unit_id = ANY ((SELECT app_units())::bigint[]))"
)
POLICIES = (
    f"CREATE POLICY casework ON item_act FOR ALL USING ({CASEWORK}) WITH CHECK ({CASEWORK})",
    f"CREATE POLICY person ON item_act FOR SELECT USING ({OWN_CASE})",
    f"CREATE POLICY everyone ON absence FOR SELECT USING ({ACTOR} IS NOT NULL)",
    f"CREATE POLICY admin ON absence FOR ALL USING ({ACTOR} = 'admin') WITH CHECK ({ACTOR} = 'admin')",
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    for table in ("item_act", "absence"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON item_act"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute("ALTER TABLE item_act ENABLE ALWAYS TRIGGER append_only")
    op.execute("GRANT SELECT, INSERT ON item_act TO shouhu_app")
    op.execute("GRANT SELECT, INSERT, UPDATE ON absence TO shouhu_app")
    for statement in POLICIES:
        op.execute(statement)
    op.execute(
        "ALTER TABLE work_item ADD COLUMN consulted SMALLINT DEFAULT 0 NOT NULL,"
        " ADD COLUMN pressed SMALLINT DEFAULT 0 NOT NULL, ADD COLUMN urged SMALLINT DEFAULT 0 NOT NULL,"
        " ADD CONSTRAINT ck_work_item_counters CHECK (least(consulted, pressed, urged) >= 0)"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE work_item DROP COLUMN consulted, DROP COLUMN pressed, DROP COLUMN urged")
    op.execute("DROP TABLE absence")
    op.execute("DROP TABLE item_act")

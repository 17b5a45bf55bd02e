"""Let a case be about an area, cycles begin by the clock once a period, and children stand in the register.

``case.subject`` says whether a case is a child's or an area's; an area has one open case. ``occurrence``
holds what is due once for one unit or child in one period; ``register_entry`` which children stand in the
register, and why or why not. Occurrences are for the engine and the clock alone; an entry is seen by whoever
sees a case of the child.

Safe with the previous release, whose lists join the child and so pass over cases of areas; it writes none.
Takes ACCESS EXCLUSIVE on ``case`` for the length of catalogue changes, a scan of three checks, and the making
of a partial index that has no row yet. The way back refuses where a case of an area exists: the release
before could not show it.
"""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"

ACTOR = "(SELECT app_actor())"
CASEWORK = f"{ACTOR} IN ('engine', 'clock')"
SEES_THE_CHILD = f"{ACTOR} = 'person' AND EXISTS (SELECT FROM \"case\" c WHERE c.child_id = register_entry.child_id)"

UP = (
    "ALTER TABLE \"case\" ADD COLUMN subject TEXT DEFAULT 'child' NOT NULL, ALTER COLUMN child_id DROP NOT NULL",
    """
    ALTER TABLE "case"
        ADD CONSTRAINT ck_case_subject CHECK (subject IN ('child', 'area')),
        ADD CONSTRAINT ck_case_child CHECK ((subject = 'child') = (child_id IS NOT NULL)),
        ADD CONSTRAINT ck_case_area CHECK (subject <> 'area' OR area_id IS NOT NULL)
    """,
    "CREATE UNIQUE INDEX uq_case_open_area ON \"case\" (area_id) WHERE subject = 'area' AND state = 'open'",
    """
    CREATE TABLE occurrence (
        id BIGINT GENERATED ALWAYS AS IDENTITY,
        jurisdiction TEXT NOT NULL,
        cadence TEXT NOT NULL,
        period TEXT NOT NULL,
        unit_id BIGINT,
        child_id BIGINT,
        due_at TIMESTAMP WITH TIME ZONE NOT NULL,
        begun_at TIMESTAMP WITH TIME ZONE,
        skipped_at TIMESTAMP WITH TIME ZONE,
        instance_id BIGINT,
        CONSTRAINT pk_occurrence PRIMARY KEY (id),
        CONSTRAINT ck_occurrence_subject CHECK (num_nonnulls(unit_id, child_id) = 1),
        CONSTRAINT ck_occurrence_begun_or_skipped CHECK (begun_at IS NULL OR skipped_at IS NULL),
        CONSTRAINT fk_occurrence_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id),
        CONSTRAINT fk_occurrence_child_id FOREIGN KEY(child_id) REFERENCES child (id),
        CONSTRAINT fk_occurrence_instance_id FOREIGN KEY(instance_id) REFERENCES instance (id)
    )
    """,
    """
    CREATE UNIQUE INDEX uq_occurrence_unit ON occurrence (jurisdiction, cadence, period, unit_id)
    WHERE unit_id IS NOT NULL
    """,
    """
    CREATE UNIQUE INDEX uq_occurrence_child ON occurrence (jurisdiction, cadence, period, child_id)
    WHERE child_id IS NOT NULL
    """,
    "CREATE INDEX ix_occurrence_due ON occurrence (due_at) WHERE begun_at IS NULL AND skipped_at IS NULL",
    "CREATE INDEX ix_occurrence_unit_id ON occurrence (unit_id)",
    "CREATE INDEX ix_occurrence_child_id ON occurrence (child_id)",
    "CREATE INDEX ix_occurrence_instance_id ON occurrence (instance_id)",
    """
    CREATE TABLE register_entry (
        child_id BIGINT NOT NULL,
        state TEXT NOT NULL,
        in_scope BOOLEAN NOT NULL,
        why TEXT NOT NULL,
        since DATE NOT NULL,
        reason TEXT,
        exit_on DATE,
        case_id BIGINT NOT NULL,
        decided_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_register_entry PRIMARY KEY (child_id),
        CONSTRAINT ck_register_entry_state CHECK (state IN ('listed', 'exited', 'outside')),
        CONSTRAINT ck_register_entry_exit CHECK ((state = 'exited') = (exit_on IS NOT NULL)),
        CONSTRAINT fk_register_entry_child_id FOREIGN KEY(child_id) REFERENCES child (id),
        CONSTRAINT fk_register_entry_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
    )
    """,
    "CREATE INDEX ix_register_entry_state ON register_entry (state)",
    "CREATE INDEX ix_register_entry_case_id ON register_entry (case_id)",
    "ALTER TABLE occurrence ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
    "ALTER TABLE register_entry ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
    f"CREATE POLICY casework ON occurrence FOR ALL USING ({CASEWORK}) WITH CHECK ({CASEWORK})",
    f"CREATE POLICY casework ON register_entry FOR ALL USING ({CASEWORK}) WITH CHECK ({CASEWORK})",
    f"CREATE POLICY person ON register_entry FOR SELECT USING ({SEES_THE_CHILD})",
    "GRANT SELECT, INSERT, UPDATE ON occurrence, register_entry TO shouhu_app",
)
DOWN = (
    """
    DO $$
    BEGIN
        IF EXISTS (SELECT FROM "case" WHERE subject = 'area') THEN
            RAISE EXCEPTION 'Expected no case of an area, but there are some; the release before cannot show them';
        END IF;
    END $$
    """,
    "DROP TABLE register_entry",
    "DROP TABLE occurrence",
    "DROP INDEX uq_case_open_area",
    """
    ALTER TABLE "case"
        DROP CONSTRAINT ck_case_area, DROP CONSTRAINT ck_case_child, DROP CONSTRAINT ck_case_subject,
        ALTER COLUMN child_id SET NOT NULL, DROP COLUMN subject
    """,
)


def upgrade() -> None:
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN:
        op.execute(statement)

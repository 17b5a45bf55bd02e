"""Keep papers as they were issued, and what became of each.

``document.state`` says how far a paper has come; ``paper_issue`` holds what stood on each version, sealed,
and ``paper_step`` what was done with it: printed, signed, served, filed, moved. Both are only added to.

Safe with the previous release, which reads and writes neither table and leaves the column at its default.
Takes ACCESS EXCLUSIVE on ``document`` for the length of a catalogue change and the making of one index.
"""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"

TABLES = (
    """
    CREATE TABLE paper_issue (
        id BIGINT GENERATED ALWAYS AS IDENTITY,
        case_id BIGINT NOT NULL,
        document_id BIGINT NOT NULL,
        version INTEGER NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        person_id BIGINT NOT NULL,
        unit_id BIGINT NOT NULL,
        sealed BYTEA NOT NULL,
        key_id TEXT NOT NULL,
        digest TEXT NOT NULL,
        CONSTRAINT pk_paper_issue PRIMARY KEY (id),
        CONSTRAINT uq_paper_issue_document_id_version UNIQUE (document_id, version),
        CONSTRAINT ck_paper_issue_digest CHECK (digest ~ '^[0-9a-f]{64}$'),
        CONSTRAINT fk_paper_issue_case_id FOREIGN KEY(case_id) REFERENCES "case" (id),
        CONSTRAINT fk_paper_issue_document_id FOREIGN KEY(document_id) REFERENCES document (id),
        CONSTRAINT fk_paper_issue_person_id FOREIGN KEY(person_id) REFERENCES person (id),
        CONSTRAINT fk_paper_issue_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id)
    )
    """,
    "CREATE INDEX ix_paper_issue_case_id ON paper_issue (case_id)",
    """
    CREATE TABLE paper_step (
        id BIGINT GENERATED ALWAYS AS IDENTITY,
        case_id BIGINT NOT NULL,
        document_id BIGINT NOT NULL,
        kind TEXT NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        person_id BIGINT NOT NULL,
        unit_id BIGINT NOT NULL,
        attachment_id BIGINT,
        sealed BYTEA NOT NULL,
        key_id TEXT NOT NULL,
        digest TEXT NOT NULL,
        CONSTRAINT pk_paper_step PRIMARY KEY (id),
        CONSTRAINT ck_paper_step_kind CHECK (kind IN ('issue', 'sign', 'serve', 'file', 'move')),
        CONSTRAINT ck_paper_step_digest CHECK (digest ~ '^[0-9a-f]{64}$'),
        CONSTRAINT fk_paper_step_case_id FOREIGN KEY(case_id) REFERENCES "case" (id),
        CONSTRAINT fk_paper_step_document_id FOREIGN KEY(document_id) REFERENCES document (id),
        CONSTRAINT fk_paper_step_person_id FOREIGN KEY(person_id) REFERENCES person (id),
        CONSTRAINT fk_paper_step_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id),
        CONSTRAINT fk_paper_step_attachment_id FOREIGN KEY(attachment_id) REFERENCES attachment (id)
    )
    """,
    "CREATE INDEX ix_paper_step_document_id ON paper_step (document_id)",
    "CREATE INDEX ix_paper_step_case_id ON paper_step (case_id)",
    "CREATE INDEX ix_paper_step_attachment_id ON paper_step (attachment_id)",
)
ADDED = ("paper_issue", "paper_step")

ACTOR = "(SELECT app_actor())"
CASEWORK = f"{ACTOR} IN ('engine', 'clock')"
OWN_CASE = (
    f"{ACTOR} = 'person' AND EXISTS (SELECT FROM case_access a WHERE a.case_id = {{table}}.case_id"
    " AND a.unit_id = ANY ((SELECT app_units())::bigint[]))"
)
OWN = " AND person_id = (SELECT app_person()) AND unit_id = ANY ((SELECT app_units())::bigint[])"


def upgrade() -> None:
    op.execute(
        "ALTER TABLE document ADD COLUMN state TEXT DEFAULT 'made' NOT NULL,"
        " ADD CONSTRAINT ck_document_state CHECK (state IN ('made', 'printed', 'signed', 'served', 'filed'))"
    )
    op.execute("CREATE INDEX ix_document_work_item_id ON document (work_item_id)")
    for statement in TABLES:
        op.execute(statement)
    for table in ADDED:
        own = OWN_CASE.format(table=table)
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY casework ON {table} FOR ALL USING ({CASEWORK}) WITH CHECK ({CASEWORK})")
        op.execute(f"CREATE POLICY person ON {table} FOR SELECT USING ({own})")
        op.execute(f"CREATE POLICY person_adds ON {table} FOR INSERT WITH CHECK ({own}{OWN})")
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER append_only")
        op.execute(f"GRANT SELECT, INSERT ON {table} TO shouhu_app")


def downgrade() -> None:
    for table in ADDED[::-1]:
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP INDEX ix_document_work_item_id")
    op.execute("ALTER TABLE document DROP COLUMN state")

"""Keep the evidence, what was filled in and attached, and what was told.

Answers and files are stored encrypted; the journal is the only history.
Safe with the previous release, which knows none of these tables. Locks nothing but the tables it makes.
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"

TABLES = (
    """
    CREATE TABLE journal (
        id BIGINT GENERATED ALWAYS AS IDENTITY,
        case_id BIGINT NOT NULL,
        seq BIGINT NOT NULL,
        kind TEXT NOT NULL,
        happened_at TIMESTAMP WITH TIME ZONE NOT NULL,
        recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
        person_id BIGINT,
        unit_id BIGINT,
        role TEXT,
        on_behalf_of TEXT,
        body TEXT NOT NULL,
        prev BYTEA NOT NULL,
        hash BYTEA NOT NULL,
        CONSTRAINT pk_journal PRIMARY KEY (id),
        CONSTRAINT uq_journal_case_id_seq UNIQUE (case_id, seq),
        CONSTRAINT ck_journal_seq CHECK (seq > 0),
        CONSTRAINT ck_journal_chain CHECK (octet_length(prev) = 32 AND octet_length(hash) = 32),
        CONSTRAINT ck_journal_body CHECK (body IS JSON OBJECT),
        CONSTRAINT fk_journal_case_id FOREIGN KEY(case_id) REFERENCES "case" (id),
        CONSTRAINT fk_journal_person_id FOREIGN KEY(person_id) REFERENCES person (id),
        CONSTRAINT fk_journal_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id)
    )
    """,
    "CREATE INDEX ix_journal_kind_happened_at ON journal (kind, happened_at)",
    """
    CREATE TABLE anchor (
        id BIGINT GENERATED ALWAYS AS IDENTITY,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        case_count INTEGER NOT NULL,
        digest TEXT NOT NULL,
        CONSTRAINT pk_anchor PRIMARY KEY (id),
        CONSTRAINT ck_anchor_case_count CHECK (case_count >= 0),
        CONSTRAINT ck_anchor_digest CHECK (digest ~ '^[0-9a-f]{64}$')
    )
    """,
    """
    CREATE TABLE access (
        id BIGINT GENERATED ALWAYS AS IDENTITY,
        case_id BIGINT NOT NULL,
        person_id BIGINT NOT NULL,
        unit_id BIGINT,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        what TEXT NOT NULL,
        CONSTRAINT pk_access PRIMARY KEY (id),
        CONSTRAINT fk_access_case_id FOREIGN KEY(case_id) REFERENCES "case" (id),
        CONSTRAINT fk_access_person_id FOREIGN KEY(person_id) REFERENCES person (id),
        CONSTRAINT fk_access_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id)
    )
    """,
    "CREATE INDEX ix_access_case_id_at ON access (case_id, at)",
    "CREATE INDEX ix_access_person_id_at ON access (person_id, at)",
    """
    CREATE TABLE submission (
        id BIGINT GENERATED ALWAYS AS IDENTITY,
        case_id BIGINT NOT NULL,
        instance_id BIGINT,
        work_item_id BIGINT,
        code TEXT NOT NULL,
        person_id BIGINT,
        unit_id BIGINT,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        sealed BYTEA NOT NULL,
        key_id TEXT NOT NULL,
        digest TEXT NOT NULL,
        CONSTRAINT pk_submission PRIMARY KEY (id),
        CONSTRAINT ck_submission_digest CHECK (digest ~ '^[0-9a-f]{64}$'),
        CONSTRAINT fk_submission_case_id FOREIGN KEY(case_id) REFERENCES "case" (id),
        CONSTRAINT fk_submission_instance_id FOREIGN KEY(instance_id) REFERENCES instance (id),
        CONSTRAINT fk_submission_work_item_id FOREIGN KEY(work_item_id) REFERENCES work_item (id),
        CONSTRAINT fk_submission_person_id FOREIGN KEY(person_id) REFERENCES person (id),
        CONSTRAINT fk_submission_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id)
    )
    """,
    "CREATE INDEX ix_submission_case_id_code ON submission (case_id, code)",
    "CREATE UNIQUE INDEX uq_submission_work_item ON submission (work_item_id) WHERE work_item_id IS NOT NULL",
    """
    CREATE TABLE draft (
        work_item_id BIGINT NOT NULL,
        person_id BIGINT NOT NULL,
        sealed BYTEA NOT NULL,
        key_id TEXT NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_draft PRIMARY KEY (work_item_id, person_id),
        CONSTRAINT fk_draft_work_item_id FOREIGN KEY(work_item_id) REFERENCES work_item (id) ON DELETE CASCADE,
        CONSTRAINT fk_draft_person_id FOREIGN KEY(person_id) REFERENCES person (id)
    )
    """,
    """
    CREATE TABLE document (
        id BIGINT GENERATED ALWAYS AS IDENTITY,
        case_id BIGINT NOT NULL,
        instance_id BIGINT,
        work_item_id BIGINT,
        name TEXT NOT NULL,
        number TEXT,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_document PRIMARY KEY (id),
        CONSTRAINT fk_document_case_id FOREIGN KEY(case_id) REFERENCES "case" (id),
        CONSTRAINT fk_document_instance_id FOREIGN KEY(instance_id) REFERENCES instance (id),
        CONSTRAINT fk_document_work_item_id FOREIGN KEY(work_item_id) REFERENCES work_item (id)
    )
    """,
    "CREATE INDEX ix_document_case_id ON document (case_id)",
    "CREATE UNIQUE INDEX uq_document_number ON document (number) WHERE number IS NOT NULL",
    """
    CREATE TABLE attachment (
        id BIGINT GENERATED ALWAYS AS IDENTITY,
        case_id BIGINT NOT NULL,
        work_item_id BIGINT,
        person_id BIGINT,
        field TEXT NOT NULL,
        name_sealed BYTEA NOT NULL,
        media_type TEXT NOT NULL,
        size INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        key_id TEXT NOT NULL,
        content BYTEA NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        kept BOOLEAN DEFAULT false NOT NULL,
        CONSTRAINT pk_attachment PRIMARY KEY (id),
        CONSTRAINT ck_attachment_sha256 CHECK (sha256 ~ '^[0-9a-f]{64}$'),
        CONSTRAINT ck_attachment_media_type CHECK (
            media_type IN (
                'application/pdf',
                'image/jpeg',
                'image/png',
                'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
                'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
            )
        ),
        CONSTRAINT ck_attachment_size CHECK (size BETWEEN 1 AND 10485760),
        CONSTRAINT fk_attachment_case_id FOREIGN KEY(case_id) REFERENCES "case" (id),
        CONSTRAINT fk_attachment_work_item_id FOREIGN KEY(work_item_id) REFERENCES work_item (id),
        CONSTRAINT fk_attachment_person_id FOREIGN KEY(person_id) REFERENCES person (id)
    )
    """,
    # What is encrypted does not shrink; trying costs time on every write and read.
    "ALTER TABLE attachment ALTER COLUMN content SET STORAGE EXTERNAL",
    "CREATE INDEX ix_attachment_case_id ON attachment (case_id)",
    "CREATE INDEX ix_attachment_unkept ON attachment (at) WHERE kept IS false",
    "CREATE INDEX ix_attachment_work_item_id ON attachment (work_item_id)",
    """
    CREATE TABLE receipt (
        digest TEXT NOT NULL,
        case_id BIGINT NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_receipt PRIMARY KEY (digest),
        CONSTRAINT ck_receipt_digest CHECK (digest ~ '^[0-9a-f]{64}$'),
        CONSTRAINT fk_receipt_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
    )
    """,
    "CREATE INDEX ix_receipt_case_id ON receipt (case_id)",
    """
    CREATE TABLE counter (
        name TEXT NOT NULL,
        year INTEGER NOT NULL,
        value BIGINT NOT NULL,
        CONSTRAINT pk_counter PRIMARY KEY (name, year),
        CONSTRAINT ck_counter_value CHECK (value > 0)
    )
    """,
    """
    CREATE TABLE notice (
        id BIGINT GENERATED ALWAYS AS IDENTITY,
        case_id BIGINT NOT NULL,
        unit_id BIGINT,
        person_id BIGINT,
        work_item_id BIGINT,
        about TEXT NOT NULL,
        kind TEXT NOT NULL,
        sentence TEXT NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        read_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_notice PRIMARY KEY (id),
        CONSTRAINT ck_notice_to_somebody CHECK (unit_id IS NOT NULL OR person_id IS NOT NULL),
        CONSTRAINT fk_notice_case_id FOREIGN KEY(case_id) REFERENCES "case" (id),
        CONSTRAINT fk_notice_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id),
        CONSTRAINT fk_notice_person_id FOREIGN KEY(person_id) REFERENCES person (id),
        CONSTRAINT fk_notice_work_item_id FOREIGN KEY(work_item_id) REFERENCES work_item (id)
    )
    """,
    "CREATE INDEX ix_notice_case_id ON notice (case_id)",
    "CREATE INDEX ix_notice_person_unread ON notice (person_id, at) WHERE read_at IS NULL",
    "CREATE INDEX ix_notice_unit_unread ON notice (unit_id, at) WHERE read_at IS NULL",
    "CREATE INDEX ix_notice_work_item_id ON notice (work_item_id)",
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("notice")
    op.drop_table("counter")
    op.drop_table("receipt")
    op.drop_table("attachment")
    op.drop_table("document")
    op.drop_table("draft")
    op.drop_table("submission")
    op.drop_table("access")
    op.drop_table("anchor")
    op.drop_table("journal")

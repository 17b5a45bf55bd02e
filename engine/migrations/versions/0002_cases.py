"""Keep children, cases, procedure instances and their work.

Work items, timers and subscriptions are narrow projections with the indexes that inbox and clock
poll, so that no list ever opens an instance.
Safe with the previous release, which knows none of these tables. Locks nothing but the tables it makes.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"

TABLES = (
    """
    CREATE TABLE child (
        id BIGINT GENERATED ALWAYS AS IDENTITY,
        code TEXT NOT NULL,
        jurisdiction TEXT NOT NULL,
        area_id BIGINT,
        sealed BYTEA NOT NULL,
        key_id TEXT NOT NULL,
        id_no_index BYTEA,
        merged_into BIGINT,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        version INTEGER DEFAULT 1 NOT NULL,
        CONSTRAINT pk_child PRIMARY KEY (id),
        CONSTRAINT ck_child_not_merged_into_itself CHECK (merged_into <> id),
        CONSTRAINT ck_child_id_no_index CHECK (octet_length(id_no_index) = 32),
        CONSTRAINT uq_child_code UNIQUE (code),
        CONSTRAINT fk_child_area_id FOREIGN KEY(area_id) REFERENCES area (id),
        CONSTRAINT fk_child_merged_into FOREIGN KEY(merged_into) REFERENCES child (id)
    )
    """,
    "CREATE INDEX ix_child_id_no_index ON child (id_no_index) WHERE id_no_index IS NOT NULL",
    "CREATE INDEX ix_child_merged_into ON child (merged_into) WHERE merged_into IS NOT NULL",
    """
    CREATE TABLE "case" (
        id BIGINT GENERATED ALWAYS AS IDENTITY,
        number TEXT NOT NULL,
        child_id BIGINT NOT NULL,
        jurisdiction TEXT NOT NULL,
        area_id BIGINT,
        place_area_id BIGINT,
        state TEXT DEFAULT 'open' NOT NULL,
        merged_into BIGINT,
        facts TEXT DEFAULT '{}' NOT NULL,
        opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
        closed_at TIMESTAMP WITH TIME ZONE,
        journal_seq BIGINT DEFAULT 0 NOT NULL,
        journal_head BYTEA DEFAULT decode(repeat('00', 32), 'hex') NOT NULL,
        version INTEGER DEFAULT 1 NOT NULL,
        flags TEXT[] DEFAULT '{}' NOT NULL,
        CONSTRAINT pk_case PRIMARY KEY (id),
        CONSTRAINT ck_case_state CHECK (state IN ('open', 'closed', 'merged')),
        CONSTRAINT ck_case_merged CHECK ((state = 'merged') = (merged_into IS NOT NULL)),
        CONSTRAINT ck_case_not_merged_into_itself CHECK (merged_into <> id),
        CONSTRAINT ck_case_open_has_no_end CHECK (state <> 'open' OR closed_at IS NULL),
        CONSTRAINT ck_case_closed_has_an_end CHECK (state <> 'closed' OR closed_at IS NOT NULL),
        CONSTRAINT ck_case_journal_seq CHECK (journal_seq >= 0),
        CONSTRAINT ck_case_journal_head CHECK (octet_length(journal_head) = 32),
        CONSTRAINT ck_case_facts CHECK (facts IS JSON OBJECT AND octet_length(facts) <= 65536),
        CONSTRAINT uq_case_number UNIQUE (number),
        CONSTRAINT fk_case_child_id FOREIGN KEY(child_id) REFERENCES child (id),
        CONSTRAINT fk_case_area_id FOREIGN KEY(area_id) REFERENCES area (id),
        CONSTRAINT fk_case_place_area_id FOREIGN KEY(place_area_id) REFERENCES area (id),
        CONSTRAINT fk_case_merged_into FOREIGN KEY(merged_into) REFERENCES "case" (id)
    )
    """,
    'CREATE INDEX ix_case_child_id ON "case" (child_id)',
    'CREATE INDEX ix_case_jurisdiction_opened_at ON "case" (jurisdiction, opened_at)',
    'CREATE INDEX ix_case_merged_into ON "case" (merged_into) WHERE merged_into IS NOT NULL',
    """
    CREATE TABLE instance (
        id BIGINT GENERATED ALWAYS AS IDENTITY,
        case_id BIGINT NOT NULL,
        procedure TEXT NOT NULL,
        release_id BIGINT NOT NULL,
        state BYTEA NOT NULL,
        codec TEXT NOT NULL,
        version INTEGER DEFAULT 1 NOT NULL,
        started_at TIMESTAMP WITH TIME ZONE NOT NULL,
        ended_at TIMESTAMP WITH TIME ZONE,
        end_name TEXT,
        ends TEXT[] DEFAULT '{}' NOT NULL,
        started_by_unit_id BIGINT,
        unit_overrides TEXT DEFAULT '{}' NOT NULL,
        status TEXT DEFAULT 'running' NOT NULL,
        CONSTRAINT pk_instance PRIMARY KEY (id),
        CONSTRAINT ck_instance_status CHECK (status IN ('running', 'ended', 'stuck', 'cancelled')),
        CONSTRAINT ck_instance_ended CHECK ((status IN ('ended', 'cancelled')) = (ended_at IS NOT NULL)),
        CONSTRAINT ck_instance_unit_overrides CHECK (
            unit_overrides IS JSON OBJECT AND octet_length(unit_overrides) <= 65536
        ),
        CONSTRAINT fk_instance_case_id FOREIGN KEY(case_id) REFERENCES "case" (id),
        CONSTRAINT fk_instance_release_id FOREIGN KEY(release_id) REFERENCES release (id),
        CONSTRAINT fk_instance_started_by_unit_id FOREIGN KEY(started_by_unit_id) REFERENCES unit (id)
    )
    """,
    "CREATE INDEX ix_instance_case_id_procedure ON instance (case_id, procedure)",
    "CREATE INDEX ix_instance_release_id ON instance (release_id)",
    """
    CREATE TABLE work_item (
        id BIGINT GENERATED ALWAYS AS IDENTITY,
        case_id BIGINT NOT NULL,
        instance_id BIGINT NOT NULL,
        token UUID NOT NULL,
        element TEXT NOT NULL,
        code TEXT NOT NULL,
        name TEXT NOT NULL,
        procedure TEXT NOT NULL,
        role TEXT NOT NULL,
        unit_id BIGINT NOT NULL,
        jurisdiction TEXT NOT NULL,
        state TEXT DEFAULT 'open' NOT NULL,
        person_id BIGINT,
        opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
        due_at TIMESTAMP WITH TIME ZONE,
        limit_name TEXT,
        limit_start TIMESTAMP WITH TIME ZONE,
        stage SMALLINT DEFAULT 0 NOT NULL,
        done_at TIMESTAMP WITH TIME ZONE,
        done_by BIGINT,
        version INTEGER DEFAULT 1 NOT NULL,
        source_unit_id BIGINT,
        CONSTRAINT pk_work_item PRIMARY KEY (id),
        CONSTRAINT ck_work_item_state CHECK (state IN ('open', 'claimed', 'completed', 'cancelled')),
        CONSTRAINT ck_work_item_open_is_nobodys CHECK (state <> 'open' OR person_id IS NULL),
        CONSTRAINT ck_work_item_claimed_is_somebodys CHECK (state <> 'claimed' OR person_id IS NOT NULL),
        CONSTRAINT ck_work_item_done CHECK ((state IN ('completed', 'cancelled')) = (done_at IS NOT NULL)),
        CONSTRAINT ck_work_item_stage CHECK (stage BETWEEN 0 AND 3),
        CONSTRAINT fk_work_item_case_id FOREIGN KEY(case_id) REFERENCES "case" (id),
        CONSTRAINT fk_work_item_instance_id FOREIGN KEY(instance_id) REFERENCES instance (id),
        CONSTRAINT fk_work_item_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id),
        CONSTRAINT fk_work_item_person_id FOREIGN KEY(person_id) REFERENCES person (id),
        CONSTRAINT fk_work_item_done_by FOREIGN KEY(done_by) REFERENCES person (id),
        CONSTRAINT fk_work_item_source_unit_id FOREIGN KEY(source_unit_id) REFERENCES unit (id)
    )
    """,
    "CREATE INDEX ix_work_item_case_id ON work_item (case_id)",
    "CREATE INDEX ix_work_item_done_by ON work_item (done_by, done_at) WHERE state = 'completed'",
    "CREATE INDEX ix_work_item_instance_id_token ON work_item (instance_id, token)",
    "CREATE INDEX ix_work_item_person_due ON work_item (person_id, due_at) WHERE state IN ('open', 'claimed')",
    "CREATE INDEX ix_work_item_unit_done ON work_item (unit_id, done_at) WHERE state = 'completed'",
    "CREATE INDEX ix_work_item_unit_due ON work_item (unit_id, due_at) WHERE state IN ('open', 'claimed')",
    """
    CREATE TABLE work_item_unit (
        work_item_id BIGINT NOT NULL,
        unit_id BIGINT NOT NULL,
        role TEXT NOT NULL,
        CONSTRAINT pk_work_item_unit PRIMARY KEY (work_item_id, unit_id),
        CONSTRAINT fk_work_item_unit_work_item_id FOREIGN KEY(work_item_id) REFERENCES work_item (id) ON DELETE CASCADE,
        CONSTRAINT fk_work_item_unit_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id)
    )
    """,
    "CREATE INDEX ix_work_item_unit_unit_id_work_item_id ON work_item_unit (unit_id, work_item_id)",
    """
    CREATE TABLE timer (
        id BIGINT GENERATED ALWAYS AS IDENTITY,
        case_id BIGINT NOT NULL,
        instance_id BIGINT NOT NULL,
        token UUID,
        element TEXT,
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        due_at TIMESTAMP WITH TIME ZONE NOT NULL,
        work_item_id BIGINT,
        stage SMALLINT DEFAULT 0 NOT NULL,
        CONSTRAINT pk_timer PRIMARY KEY (id),
        CONSTRAINT ck_timer_kind CHECK (kind IN ('bpmn', 'watch', 'ladder')),
        CONSTRAINT ck_timer_bpmn_has_a_token CHECK ((kind = 'bpmn') = (work_item_id IS NULL)),
        CONSTRAINT ck_timer_token CHECK (kind <> 'bpmn' OR token IS NOT NULL),
        CONSTRAINT ck_timer_stage CHECK (stage BETWEEN 0 AND 3),
        CONSTRAINT fk_timer_case_id FOREIGN KEY(case_id) REFERENCES "case" (id),
        CONSTRAINT fk_timer_instance_id FOREIGN KEY(instance_id) REFERENCES instance (id),
        CONSTRAINT fk_timer_work_item_id FOREIGN KEY(work_item_id) REFERENCES work_item (id)
    )
    """,
    "CREATE INDEX ix_timer_case_id ON timer (case_id)",
    "CREATE INDEX ix_timer_due_at ON timer (due_at)",
    "CREATE INDEX ix_timer_instance_id ON timer (instance_id)",
    "CREATE INDEX ix_timer_work_item_id ON timer (work_item_id) WHERE work_item_id IS NOT NULL",
    """
    CREATE TABLE subscription (
        instance_id BIGINT NOT NULL,
        case_id BIGINT NOT NULL,
        message TEXT NOT NULL,
        CONSTRAINT pk_subscription PRIMARY KEY (instance_id, message),
        CONSTRAINT fk_subscription_instance_id FOREIGN KEY(instance_id) REFERENCES instance (id),
        CONSTRAINT fk_subscription_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
    )
    """,
    "CREATE INDEX ix_subscription_case_id_message ON subscription (case_id, message)",
    """
    CREATE TABLE awaiting (
        id BIGINT GENERATED ALWAYS AS IDENTITY,
        case_id BIGINT NOT NULL,
        message TEXT NOT NULL,
        from_instance_id BIGINT,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        delivered_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_awaiting PRIMARY KEY (id),
        CONSTRAINT fk_awaiting_case_id FOREIGN KEY(case_id) REFERENCES "case" (id),
        CONSTRAINT fk_awaiting_from_instance_id FOREIGN KEY(from_instance_id) REFERENCES instance (id)
    )
    """,
    "CREATE INDEX ix_awaiting_case_id ON awaiting (case_id)",
    "CREATE INDEX ix_awaiting_pending ON awaiting (message) WHERE delivered_at IS NULL",
    """
    CREATE TABLE incident (
        id BIGINT GENERATED ALWAYS AS IDENTITY,
        case_id BIGINT NOT NULL,
        instance_id BIGINT,
        kind TEXT NOT NULL,
        sentence TEXT NOT NULL,
        detail TEXT DEFAULT '' NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        resolved_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_incident PRIMARY KEY (id),
        CONSTRAINT fk_incident_case_id FOREIGN KEY(case_id) REFERENCES "case" (id),
        CONSTRAINT fk_incident_instance_id FOREIGN KEY(instance_id) REFERENCES instance (id)
    )
    """,
    "CREATE INDEX ix_incident_case_id ON incident (case_id)",
    "CREATE INDEX ix_incident_unresolved ON incident (at) WHERE resolved_at IS NULL",
    """
    CREATE TABLE case_access (
        case_id BIGINT NOT NULL,
        unit_id BIGINT NOT NULL,
        since TIMESTAMP WITH TIME ZONE NOT NULL,
        why TEXT NOT NULL,
        CONSTRAINT pk_case_access PRIMARY KEY (case_id, unit_id),
        CONSTRAINT fk_case_access_case_id FOREIGN KEY(case_id) REFERENCES "case" (id),
        CONSTRAINT fk_case_access_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id)
    )
    """,
    "CREATE INDEX ix_case_access_unit_id_case_id ON case_access (unit_id, case_id)",
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("case_access")
    op.drop_table("incident")
    op.drop_table("awaiting")
    op.drop_table("subscription")
    op.drop_table("timer")
    op.drop_table("work_item_unit")
    op.drop_table("work_item")
    op.drop_table("instance")
    op.drop_table("case")
    op.drop_table("child")

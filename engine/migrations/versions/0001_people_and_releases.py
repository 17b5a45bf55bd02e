"""Say who there is and what runs: areas, units, people, keys and releases.

The ground that everything else refers to; it holds no case data, and so no row is hidden here.
Safe with the previous release: there is none. Locks nothing but the tables it makes.
"""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None

TABLES = (
    """
    CREATE TABLE area (
        id BIGINT GENERATED ALWAYS AS IDENTITY,
        key TEXT NOT NULL,
        name TEXT NOT NULL,
        level TEXT NOT NULL,
        parent_id BIGINT,
        jurisdiction TEXT NOT NULL,
        CONSTRAINT pk_area PRIMARY KEY (id),
        CONSTRAINT ck_area_not_its_own_parent CHECK (parent_id <> id),
        CONSTRAINT ck_area_key_in_jurisdiction CHECK (key = jurisdiction OR starts_with(key, jurisdiction || '.')),
        CONSTRAINT uq_area_key UNIQUE (key),
        CONSTRAINT fk_area_parent_id FOREIGN KEY(parent_id) REFERENCES area (id)
    )
    """,
    "CREATE INDEX ix_area_jurisdiction ON area (jurisdiction)",
    "CREATE INDEX ix_area_parent_id ON area (parent_id)",
    """
    CREATE TABLE unit (
        id BIGINT GENERATED ALWAYS AS IDENTITY,
        key TEXT NOT NULL,
        name TEXT NOT NULL,
        area_id BIGINT NOT NULL,
        roles TEXT[] DEFAULT '{}' NOT NULL,
        jurisdiction TEXT NOT NULL,
        ended_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_unit PRIMARY KEY (id),
        CONSTRAINT ck_unit_key_in_jurisdiction CHECK (starts_with(key, jurisdiction || '.')),
        CONSTRAINT uq_unit_key UNIQUE (key),
        CONSTRAINT fk_unit_area_id FOREIGN KEY(area_id) REFERENCES area (id)
    )
    """,
    "CREATE INDEX ix_unit_area_id ON unit (area_id)",
    "CREATE INDEX ix_unit_jurisdiction ON unit (jurisdiction)",
    """
    CREATE TABLE person (
        id BIGINT GENERATED ALWAYS AS IDENTITY,
        login TEXT NOT NULL,
        name TEXT NOT NULL,
        password_hash TEXT NOT NULL,
        duties TEXT[] DEFAULT '{}' NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        ended_at TIMESTAMP WITH TIME ZONE,
        must_change BOOLEAN DEFAULT false NOT NULL,
        session_epoch INTEGER DEFAULT 1 NOT NULL,
        CONSTRAINT pk_person PRIMARY KEY (id),
        CONSTRAINT ck_person_login CHECK (login = lower(login) AND login ~ '^[a-z0-9][a-z0-9._@-]{1,63}$'),
        CONSTRAINT ck_person_ended_after_created CHECK (ended_at >= created_at),
        CONSTRAINT ck_person_duties_apart CHECK (
            ('administrator' = ANY (duties))::int
            + ('auditor' = ANY (duties))::int
            + ('security_officer' = ANY (duties))::int <= 1
        ),
        CONSTRAINT uq_person_login UNIQUE (login)
    )
    """,
    """
    CREATE TABLE membership (
        id BIGINT GENERATED ALWAYS AS IDENTITY,
        person_id BIGINT NOT NULL,
        unit_id BIGINT NOT NULL,
        head BOOLEAN DEFAULT false NOT NULL,
        since TIMESTAMP WITH TIME ZONE NOT NULL,
        until TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_membership PRIMARY KEY (id),
        CONSTRAINT ck_membership_until_after_since CHECK (until >= since),
        CONSTRAINT fk_membership_person_id FOREIGN KEY(person_id) REFERENCES person (id),
        CONSTRAINT fk_membership_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id)
    )
    """,
    "CREATE INDEX ix_membership_unit_id ON membership (unit_id)",
    "CREATE UNIQUE INDEX uq_membership_current ON membership (person_id, unit_id) WHERE until IS NULL",
    """
    CREATE TABLE vault_key (
        id TEXT NOT NULL,
        purpose TEXT NOT NULL,
        "check" BYTEA NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_vault_key PRIMARY KEY (id),
        CONSTRAINT ck_vault_key_purpose CHECK (purpose IN ('data', 'index'))
    )
    """,
    """
    CREATE TABLE release (
        id BIGINT GENERATED ALWAYS AS IDENTITY,
        jurisdiction TEXT NOT NULL,
        number INTEGER NOT NULL,
        state TEXT NOT NULL,
        effective_at TIMESTAMP WITH TIME ZONE,
        published_at TIMESTAMP WITH TIME ZONE,
        digest TEXT NOT NULL,
        CONSTRAINT pk_release PRIMARY KEY (id),
        CONSTRAINT uq_release_jurisdiction_number UNIQUE (jurisdiction, number),
        CONSTRAINT ck_release_number CHECK (number > 0),
        CONSTRAINT ck_release_state CHECK (state IN ('draft', 'checked', 'approved', 'published', 'withdrawn')),
        CONSTRAINT ck_release_digest CHECK (digest ~ '^[0-9a-f]{64}$'),
        CONSTRAINT ck_release_published CHECK (
            state <> 'published'
            OR (published_at IS NOT NULL AND effective_at IS NOT NULL)
        )
    )
    """,
    "CREATE INDEX ix_release_in_force ON release (jurisdiction, effective_at) WHERE state = 'published'",
    """
    CREATE TABLE blob (
        sha256 TEXT NOT NULL,
        content BYTEA NOT NULL,
        CONSTRAINT pk_blob PRIMARY KEY (sha256),
        CONSTRAINT ck_blob_sha256 CHECK (sha256 ~ '^[0-9a-f]{64}$')
    )
    """,
    """
    CREATE TABLE artifact (
        release_id BIGINT NOT NULL,
        path TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        CONSTRAINT pk_artifact PRIMARY KEY (release_id, path),
        CONSTRAINT fk_artifact_release_id FOREIGN KEY(release_id) REFERENCES release (id),
        CONSTRAINT fk_artifact_sha256 FOREIGN KEY(sha256) REFERENCES blob (sha256)
    )
    """,
    "CREATE INDEX ix_artifact_sha256 ON artifact (sha256)",
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("artifact")
    op.drop_table("blob")
    op.drop_table("release")
    op.drop_table("vault_key")
    op.drop_table("membership")
    op.drop_table("person")
    op.drop_table("unit")
    op.drop_table("area")

"""Give a child a file of its own: indexes to find it by, readers, changes, relations; and take in rosters.

``child_index`` holds blind indexes (HMAC) of name, initials, birth date, school and student number, so that
a child is found before a second file is opened; ``child.indexed`` says which files still lack theirs.
``child_access`` lets the units that keep the register of a place read a file that has no case.
``child_change`` says what changed in a file, with the values sealed, and is only ever added to, like
``child_look``, the record of who searched and read. ``relation`` holds parents, carers and siblings.
``roster``, ``roster_row`` and ``roster_mapping`` hold spreadsheets of a unit until their rows are decided.

Safe with the previous release, which knows none of these tables; files that it opens meanwhile are indexed
later by ``indexed = 0``. Takes ACCESS EXCLUSIVE on ``child`` for the length of a catalogue change.
"""

# ruff: noqa: E501 -- the statements as the tables are described

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"

TABLES = (
    """
    CREATE TABLE child_index (
        kind TEXT NOT NULL,
        digest BYTEA NOT NULL,
        child_id BIGINT NOT NULL,
        CONSTRAINT pk_child_index PRIMARY KEY (kind, digest, child_id),
        CONSTRAINT ck_child_index_kind CHECK (kind IN ('name', 'initials', 'birth', 'school', 'student')),
        CONSTRAINT ck_child_index_digest CHECK (octet_length(digest) = 32),
        CONSTRAINT fk_child_index_child_id FOREIGN KEY(child_id) REFERENCES child (id)
    )
    """,
    "CREATE INDEX ix_child_index_child_id ON child_index (child_id)",
    """
    CREATE TABLE child_access (
        child_id BIGINT NOT NULL,
        unit_id BIGINT NOT NULL,
        since TIMESTAMP WITH TIME ZONE NOT NULL,
        why TEXT NOT NULL,
        CONSTRAINT pk_child_access PRIMARY KEY (child_id, unit_id),
        CONSTRAINT fk_child_access_child_id FOREIGN KEY(child_id) REFERENCES child (id),
        CONSTRAINT fk_child_access_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id)
    )
    """,
    "CREATE INDEX ix_child_access_unit_id_child_id ON child_access (unit_id, child_id)",
    """
    CREATE TABLE child_change (
        id BIGINT GENERATED ALWAYS AS IDENTITY,
        child_id BIGINT NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        person_id BIGINT,
        unit_id BIGINT,
        kind TEXT NOT NULL,
        keys TEXT DEFAULT '' NOT NULL,
        sealed BYTEA NOT NULL,
        key_id TEXT NOT NULL,
        digest TEXT NOT NULL,
        CONSTRAINT pk_child_change PRIMARY KEY (id),
        CONSTRAINT ck_child_change_digest CHECK (digest ~ '^[0-9a-f]{64}$'),
        CONSTRAINT ck_child_change_kind CHECK (kind IN ('opened', 'answered', 'edited', 'roster', 'related', 'merged', 'parted')),
        CONSTRAINT fk_child_change_child_id FOREIGN KEY(child_id) REFERENCES child (id),
        CONSTRAINT fk_child_change_person_id FOREIGN KEY(person_id) REFERENCES person (id),
        CONSTRAINT fk_child_change_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id)
    )
    """,
    "CREATE INDEX ix_child_change_child_id_id ON child_change (child_id, id)",
    """
    CREATE TABLE relation (
        id BIGINT GENERATED ALWAYS AS IDENTITY,
        child_id BIGINT NOT NULL,
        kind TEXT NOT NULL,
        other_id BIGINT,
        sealed BYTEA NOT NULL,
        key_id TEXT NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        ended_at TIMESTAMP WITH TIME ZONE,
        version INTEGER DEFAULT 1 NOT NULL,
        CONSTRAINT pk_relation PRIMARY KEY (id),
        CONSTRAINT ck_relation_not_its_own CHECK (other_id <> child_id),
        CONSTRAINT ck_relation_kind CHECK (kind IN ('father', 'mother', 'carer', 'sibling', 'grandparent', 'other')),
        CONSTRAINT fk_relation_child_id FOREIGN KEY(child_id) REFERENCES child (id),
        CONSTRAINT fk_relation_other_id FOREIGN KEY(other_id) REFERENCES child (id)
    )
    """,
    "CREATE INDEX ix_relation_child_id ON relation (child_id)",
    "CREATE INDEX ix_relation_other_id ON relation (other_id) WHERE other_id IS NOT NULL",
    """
    CREATE TABLE child_look (
        id BIGINT GENERATED ALWAYS AS IDENTITY,
        person_id BIGINT NOT NULL,
        unit_id BIGINT,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        kind TEXT NOT NULL,
        child_id BIGINT,
        asked TEXT[] DEFAULT '{}' NOT NULL,
        found INTEGER DEFAULT 0 NOT NULL,
        withheld INTEGER DEFAULT 0 NOT NULL,
        CONSTRAINT pk_child_look PRIMARY KEY (id),
        CONSTRAINT ck_child_look_kind CHECK (kind IN ('search', 'doubles', 'read', 'list')),
        CONSTRAINT fk_child_look_person_id FOREIGN KEY(person_id) REFERENCES person (id),
        CONSTRAINT fk_child_look_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id),
        CONSTRAINT fk_child_look_child_id FOREIGN KEY(child_id) REFERENCES child (id)
    )
    """,
    "CREATE INDEX ix_child_look_child_id ON child_look (child_id) WHERE child_id IS NOT NULL",
    "CREATE INDEX ix_child_look_person_id_at ON child_look (person_id, at)",
    """
    CREATE TABLE roster (
        id BIGINT GENERATED ALWAYS AS IDENTITY,
        jurisdiction TEXT NOT NULL,
        unit_id BIGINT NOT NULL,
        person_id BIGINT NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        name_sealed BYTEA NOT NULL,
        key_id TEXT NOT NULL,
        digest TEXT NOT NULL,
        content BYTEA,
        kind TEXT NOT NULL,
        state TEXT NOT NULL,
        header_digest TEXT,
        header_sealed BYTEA,
        mapping TEXT DEFAULT '{}' NOT NULL,
        done INTEGER DEFAULT 0 NOT NULL,
        total INTEGER DEFAULT 0 NOT NULL,
        problem TEXT DEFAULT '' NOT NULL,
        changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
        version INTEGER DEFAULT 1 NOT NULL,
        CONSTRAINT pk_roster PRIMARY KEY (id),
        CONSTRAINT ck_roster_digest CHECK (digest ~ '^[0-9a-f]{64}$'),
        CONSTRAINT ck_roster_kind CHECK (kind IN ('xlsx', 'csv')),
        CONSTRAINT ck_roster_state CHECK (state IN ('received', 'mapping', 'queued', 'reading', 'ready', 'applying', 'done', 'failed')),
        CONSTRAINT ck_roster_mapping CHECK (mapping IS JSON OBJECT AND octet_length(mapping) <= 16384),
        CONSTRAINT fk_roster_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id),
        CONSTRAINT fk_roster_person_id FOREIGN KEY(person_id) REFERENCES person (id)
    )
    """,
    "CREATE INDEX ix_roster_unit_id_id ON roster (unit_id, id)",
    "CREATE INDEX ix_roster_work ON roster (id) WHERE state IN ('received', 'queued', 'reading', 'applying')",
    """
    CREATE TABLE roster_row (
        roster_id BIGINT NOT NULL,
        seq INTEGER NOT NULL,
        sheet INTEGER NOT NULL,
        line INTEGER NOT NULL,
        digest BYTEA NOT NULL,
        sealed BYTEA NOT NULL,
        key_id TEXT NOT NULL,
        outcome TEXT NOT NULL,
        child_id BIGINT,
        keys TEXT DEFAULT '' NOT NULL,
        problem TEXT DEFAULT '' NOT NULL,
        decision TEXT,
        applied_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_roster_row PRIMARY KEY (roster_id, seq),
        CONSTRAINT ck_roster_row_outcome CHECK (outcome IN ('same', 'changed', 'new', 'missing', 'bad')),
        CONSTRAINT ck_roster_row_decision CHECK (decision IN ('accept', 'reject')),
        CONSTRAINT ck_roster_row_missing CHECK ((outcome = 'missing') = (line = 0)),
        CONSTRAINT fk_roster_row_roster_id FOREIGN KEY(roster_id) REFERENCES roster (id) ON DELETE CASCADE,
        CONSTRAINT fk_roster_row_child_id FOREIGN KEY(child_id) REFERENCES child (id)
    )
    """,
    "CREATE INDEX ix_roster_row_child_id ON roster_row (child_id) WHERE child_id IS NOT NULL",
    "CREATE INDEX ix_roster_row_roster_id_outcome_seq ON roster_row (roster_id, outcome, seq)",
    """
    CREATE TABLE roster_mapping (
        unit_id BIGINT NOT NULL,
        header_digest TEXT NOT NULL,
        mapping TEXT NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_roster_mapping PRIMARY KEY (unit_id, header_digest),
        CONSTRAINT ck_roster_mapping_mapping CHECK (mapping IS JSON OBJECT AND octet_length(mapping) <= 16384),
        CONSTRAINT fk_roster_mapping_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id)
    )
    """,
)
BOUND = (
    *("child_index", "child_access", "child_change", "relation", "child_look"),
    *("roster", "roster_row", "roster_mapping"),
)
APPEND_ONLY = ("child_change", "child_look")

ACTOR = "(SELECT app_actor())"
PERSON = "(SELECT app_person())"
IN_UNITS = "unit_id = ANY ((SELECT app_units())::bigint[])"
MINE = f"{ACTOR} = 'person' AND {IN_UNITS}"
# The policies of "child" and "roster" apply inside.
OF_A_CHILD = f"{ACTOR} = 'person' AND EXISTS (SELECT FROM child c WHERE c.id = child_id)"
OF_A_ROSTER = f"{ACTOR} = 'person' AND EXISTS (SELECT FROM roster r WHERE r.id = roster_id)"
IN_REGISTER = f"{ACTOR} = 'person' AND EXISTS (SELECT FROM child_access a WHERE a.child_id = child.id AND a.{IN_UNITS})"


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    op.execute("ALTER TABLE child ADD COLUMN indexed SMALLINT DEFAULT 0 NOT NULL")
    op.execute("CREATE INDEX ix_child_unindexed ON child (id) WHERE indexed = 0")
    for table in BOUND:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
        _policy(table, "casework", "ALL", f"{ACTOR} IN ('engine', 'clock')")
    _policy("child", "register", "SELECT", IN_REGISTER)
    _policy("child_access", "person", "SELECT", MINE)
    for table in ("child_change", "relation"):
        _policy(table, "person", "SELECT", OF_A_CHILD)
    _policy("child_look", "person", "SELECT", f"{ACTOR} = 'person' AND person_id = {PERSON}")
    _policy("child_look", "person_adds", "INSERT", f"{ACTOR} = 'person' AND person_id = {PERSON}")
    _policy("child_look", "auditor", "SELECT", f"{ACTOR} = 'auditor'")
    _policy("roster", "person", "ALL", MINE)
    _policy("roster_row", "person", "ALL", OF_A_ROSTER)
    _policy("roster_mapping", "person", "ALL", MINE)
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER append_only")
    op.execute("GRANT SELECT, INSERT ON child_change, child_look TO shouhu_app")
    op.execute("GRANT SELECT, INSERT, DELETE ON child_index, child_access TO shouhu_app")
    op.execute("GRANT SELECT, INSERT, UPDATE ON relation TO shouhu_app")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON roster, roster_row, roster_mapping TO shouhu_app")


def downgrade() -> None:
    op.execute("DROP POLICY register ON child")
    for table in ("roster_mapping", "roster_row", "roster", *BOUND[:5]):
        op.execute(f"DROP TABLE {table}")
    op.execute("ALTER TABLE child DROP COLUMN indexed")


def _policy(table: str, name: str, command: str, condition: str) -> None:
    using = "" if command == "INSERT" else f" USING ({condition})"
    check = "" if command in {"SELECT", "DELETE"} else f" WITH CHECK ({condition})"
    op.execute(f"CREATE POLICY {name} ON {table} FOR {command}{using}{check}")

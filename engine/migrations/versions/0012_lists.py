"""Let lists stay fast however much is open, and let people keep filters and days to look again.

``work_item_unit.main`` says which candidate is the item's own unit, so that what a unit may claim
beside another's is found by a small index and the rest by the unit's own, in the order of the list.
Triggers keep it; ``work_item.risk`` is written by the program. ``saved_filter`` and ``default_filter``
hold no case data; ``follow_up`` is one person's, with a sealed note.

Safe with the previous release: it never writes the new columns, and the triggers keep ``main`` for
it too. Takes ACCESS EXCLUSIVE on ``work_item`` and ``work_item_unit`` while the indexes are built.
"""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"

TABLES = (
    """
    CREATE TABLE follow_up (
        work_item_id BIGINT NOT NULL,
        person_id BIGINT NOT NULL,
        on_day DATE NOT NULL,
        sealed BYTEA NOT NULL,
        key_id TEXT NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_follow_up PRIMARY KEY (work_item_id, person_id),
        CONSTRAINT fk_follow_up_work_item_id FOREIGN KEY(work_item_id) REFERENCES work_item (id) ON DELETE CASCADE,
        CONSTRAINT fk_follow_up_person_id FOREIGN KEY(person_id) REFERENCES person (id)
    )
    """,
    "CREATE INDEX ix_follow_up_person_id_on_day ON follow_up (person_id, on_day)",
    """
    CREATE TABLE saved_filter (
        id BIGINT GENERATED ALWAYS AS IDENTITY,
        person_id BIGINT NOT NULL,
        unit_id BIGINT,
        name TEXT NOT NULL,
        wanted TEXT NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_saved_filter PRIMARY KEY (id),
        CONSTRAINT ck_saved_filter_name CHECK (char_length(name) BETWEEN 1 AND 40),
        CONSTRAINT ck_saved_filter_wanted CHECK (wanted IS JSON OBJECT AND octet_length(wanted) <= 65536),
        CONSTRAINT fk_saved_filter_person_id FOREIGN KEY(person_id) REFERENCES person (id),
        CONSTRAINT fk_saved_filter_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id)
    )
    """,
    "CREATE UNIQUE INDEX uq_saved_filter_own ON saved_filter (person_id, name)",
    "CREATE INDEX ix_saved_filter_unit_id ON saved_filter (unit_id) WHERE unit_id IS NOT NULL",
    """
    CREATE TABLE default_filter (
        person_id BIGINT NOT NULL,
        filter_id BIGINT NOT NULL,
        CONSTRAINT pk_default_filter PRIMARY KEY (person_id),
        CONSTRAINT fk_default_filter_person_id FOREIGN KEY(person_id) REFERENCES person (id),
        CONSTRAINT fk_default_filter_filter_id FOREIGN KEY(filter_id) REFERENCES saved_filter (id) ON DELETE CASCADE
    )
    """,
    "CREATE INDEX ix_default_filter_filter_id ON default_filter (filter_id)",
)
ADDED = ("follow_up", "saved_filter", "default_filter")

UNDER_WAY = "state IN ('open', 'claimed')"
COLUMNS = (
    (
        "ALTER TABLE work_item ADD COLUMN risk SMALLINT DEFAULT 0 NOT NULL,"
        " ADD CONSTRAINT ck_work_item_risk CHECK (risk BETWEEN 0 AND 3)"
    ),
    "ALTER TABLE work_item_unit ADD COLUMN main BOOLEAN DEFAULT false NOT NULL",
    "UPDATE work_item_unit u SET main = true FROM work_item i WHERE i.id = u.work_item_id AND i.unit_id = u.unit_id",
    f"CREATE INDEX ix_work_item_unit_opened ON work_item (unit_id, opened_at) WHERE {UNDER_WAY}",
    f"CREATE INDEX ix_work_item_unit_risk ON work_item (unit_id, risk DESC, due_at) WHERE {UNDER_WAY}",
    (
        f"CREATE INDEX ix_work_item_unit_urged ON work_item (unit_id, due_at)"
        f" WHERE {UNDER_WAY} AND greatest(urged, pressed) > 0"
    ),
    f"CREATE INDEX ix_work_item_source_unit_due ON work_item (source_unit_id, due_at) WHERE {UNDER_WAY}",
    "CREATE INDEX ix_work_item_unit_beside ON work_item_unit (unit_id, work_item_id) WHERE main IS false",
)
TRIGGERS = (
    """
    CREATE FUNCTION mark_main() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.main := EXISTS (SELECT FROM work_item i WHERE i.id = NEW.work_item_id AND i.unit_id = NEW.unit_id);
        RETURN NEW;
    END $$
    """,
    """
    CREATE FUNCTION move_main() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE work_item_unit SET main = (unit_id = NEW.unit_id) WHERE work_item_id = NEW.id;
        RETURN NULL;
    END $$
    """,
    "CREATE TRIGGER mark_main BEFORE INSERT OR UPDATE ON work_item_unit FOR EACH ROW EXECUTE FUNCTION mark_main()",
    (
        "CREATE TRIGGER move_main AFTER UPDATE OF unit_id ON work_item FOR EACH ROW"
        " WHEN (OLD.unit_id <> NEW.unit_id) EXECUTE FUNCTION move_main()"
    ),
)

ACTOR = "(SELECT app_actor())"
PERSON = "(SELECT app_person())"
CASEWORK = f"{ACTOR} IN ('engine', 'clock')"
OWN_ITEM = f"{ACTOR} = 'person' AND EXISTS (SELECT FROM work_item i WHERE i.id = work_item_id)"
OWN = f"{ACTOR} = 'person' AND person_id = {PERSON}"
IN_UNITS = "unit_id = ANY ((SELECT app_units())::bigint[])"
OF_UNIT = f"{ACTOR} = 'person' AND {IN_UNITS}"
POLICIES = (
    f"CREATE POLICY casework ON follow_up FOR ALL USING ({CASEWORK}) WITH CHECK ({CASEWORK})",
    (
        f"CREATE POLICY person ON follow_up FOR ALL USING ({OWN_ITEM} AND person_id = {PERSON})"
        f" WITH CHECK ({OWN_ITEM} AND person_id = {PERSON})"
    ),
    # The author's own, and what is shared in a unit for those of the unit; a row stays its author's.
    (
        f"CREATE POLICY person ON saved_filter FOR ALL USING ({OWN} OR {OF_UNIT})"
        f" WITH CHECK ({ACTOR} = 'person' AND (unit_id IS NULL OR {IN_UNITS}))"
    ),
    f"CREATE POLICY person_adds ON saved_filter AS RESTRICTIVE FOR INSERT WITH CHECK (person_id = {PERSON})",
    f"CREATE POLICY person ON default_filter FOR ALL USING ({OWN}) WITH CHECK ({OWN})",
)


def upgrade() -> None:
    # The owner is bound by the policies too; as the engine it sees the rows that it marks.
    op.execute("SELECT set_config('app.actor', 'engine', true)")
    for statement in (*TABLES, *COLUMNS, *TRIGGERS):
        op.execute(statement)
    op.execute("SELECT set_config('app.actor', '', true)")
    for table in ADDED:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO shouhu_app")
    for statement in POLICIES:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TRIGGER move_main ON work_item")
    op.execute("DROP TRIGGER mark_main ON work_item_unit")
    op.execute("DROP FUNCTION move_main(), mark_main()")
    op.execute("DROP INDEX ix_work_item_unit_beside, ix_work_item_source_unit_due")
    op.execute("DROP INDEX ix_work_item_unit_urged, ix_work_item_unit_risk, ix_work_item_unit_opened")
    op.execute("ALTER TABLE work_item_unit DROP COLUMN main")
    op.execute("ALTER TABLE work_item DROP COLUMN risk")
    for table in ADDED[::-1]:
        op.execute(f"DROP TABLE {table}")

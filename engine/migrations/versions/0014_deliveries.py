"""Let notices leave by mail and webhook, count each unit's morning once a day, and know who opened which notice.

``delivery`` is the outbox: the worker makes its rows from notices that are not ``spread`` yet, so that no verb
writes more than before. Notices from before are taken as spread: nobody is sent the past.

Safe with the previous release, whose notices get ``spread`` false by default and are sent by the new worker.
Takes ACCESS EXCLUSIVE on ``notice`` for the length of catalogue changes and the making of one partial index.
"""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"

TABLES = (
    """
    CREATE TABLE mail_address (
        person_id BIGINT NOT NULL,
        sealed BYTEA NOT NULL,
        key_id TEXT NOT NULL,
        code_digest BYTEA,
        code_until TIMESTAMP WITH TIME ZONE,
        tries INTEGER DEFAULT 0 NOT NULL,
        verified_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_mail_address PRIMARY KEY (person_id),
        CONSTRAINT fk_mail_address_person_id FOREIGN KEY(person_id) REFERENCES person (id)
    )
    """,
    """
    CREATE TABLE webhook (
        unit_id BIGINT NOT NULL,
        url TEXT NOT NULL,
        sealed BYTEA NOT NULL,
        key_id TEXT NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        person_id BIGINT NOT NULL,
        CONSTRAINT pk_webhook PRIMARY KEY (unit_id),
        CONSTRAINT ck_webhook_url CHECK (url ~ '^https?://'),
        CONSTRAINT fk_webhook_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id),
        CONSTRAINT fk_webhook_person_id FOREIGN KEY(person_id) REFERENCES person (id)
    )
    """,
    """
    CREATE TABLE daily_digest (
        id BIGINT GENERATED ALWAYS AS IDENTITY,
        unit_id BIGINT NOT NULL,
        day DATE NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        open INTEGER NOT NULL,
        near INTEGER NOT NULL,
        overdue INTEGER NOT NULL,
        urged INTEGER NOT NULL,
        CONSTRAINT pk_daily_digest PRIMARY KEY (id),
        CONSTRAINT uq_daily_digest_unit_id_day UNIQUE (unit_id, day),
        CONSTRAINT fk_daily_digest_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id)
    )
    """,
    """
    CREATE TABLE delivery (
        id BIGINT GENERATED ALWAYS AS IDENTITY,
        key TEXT NOT NULL,
        channel TEXT NOT NULL,
        notice_id BIGINT,
        digest_id BIGINT,
        person_id BIGINT,
        unit_id BIGINT,
        state TEXT DEFAULT 'waiting' NOT NULL,
        tries INTEGER DEFAULT 0 NOT NULL,
        made_at TIMESTAMP WITH TIME ZONE NOT NULL,
        next_at TIMESTAMP WITH TIME ZONE NOT NULL,
        sent_at TIMESTAMP WITH TIME ZONE,
        error TEXT,
        CONSTRAINT pk_delivery PRIMARY KEY (id),
        CONSTRAINT uq_delivery_key UNIQUE (key),
        CONSTRAINT ck_delivery_channel CHECK (channel IN ('mail', 'hook')),
        CONSTRAINT ck_delivery_state CHECK (state IN ('waiting', 'sent', 'dead')),
        CONSTRAINT ck_delivery_of_one_thing CHECK (num_nonnulls(notice_id, digest_id) = 1),
        CONSTRAINT ck_delivery_to_person CHECK ((channel = 'mail') = (person_id IS NOT NULL)),
        CONSTRAINT ck_delivery_to_unit CHECK ((channel = 'hook') = (unit_id IS NOT NULL)),
        CONSTRAINT fk_delivery_notice_id FOREIGN KEY(notice_id) REFERENCES notice (id),
        CONSTRAINT fk_delivery_digest_id FOREIGN KEY(digest_id) REFERENCES daily_digest (id),
        CONSTRAINT fk_delivery_person_id FOREIGN KEY(person_id) REFERENCES person (id),
        CONSTRAINT fk_delivery_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id)
    )
    """,
    "CREATE INDEX ix_delivery_waiting ON delivery (next_at) WHERE state = 'waiting'",
    "CREATE INDEX ix_delivery_dead ON delivery (id) WHERE state = 'dead'",
    "CREATE INDEX ix_delivery_notice_id ON delivery (notice_id)",
    """
    CREATE TABLE notice_reading (
        notice_id BIGINT NOT NULL,
        person_id BIGINT NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_notice_reading PRIMARY KEY (notice_id, person_id),
        CONSTRAINT fk_notice_reading_notice_id FOREIGN KEY(notice_id) REFERENCES notice (id),
        CONSTRAINT fk_notice_reading_person_id FOREIGN KEY(person_id) REFERENCES person (id)
    )
    """,
)
ADDED = ("mail_address", "webhook", "daily_digest", "delivery", "notice_reading")
GRANTS = {
    "mail_address": "SELECT, INSERT, UPDATE, DELETE",
    "webhook": "SELECT, INSERT, UPDATE, DELETE",
    "daily_digest": "SELECT, INSERT",
    "delivery": "SELECT, INSERT, UPDATE",
    "notice_reading": "SELECT, INSERT",
}

ACTOR = "(SELECT app_actor())"
PERSON = "(SELECT app_person())"
OWN_UNIT = f"{ACTOR} = 'person' AND unit_id = ANY ((SELECT app_units())::bigint[])"
#: The policy of ``notice`` applies inside.
OWN_NOTICE = f"{ACTOR} = 'person' AND EXISTS (SELECT FROM notice n WHERE n.id = notice_id)"
SELF = f"{ACTOR} = 'person' AND person_id = {PERSON}"
POLICIES = (
    f"CREATE POLICY person ON mail_address FOR ALL USING ({SELF}) WITH CHECK ({SELF})",
    f"CREATE POLICY clock ON mail_address FOR SELECT USING ({ACTOR} = 'clock')",
    f"CREATE POLICY admin ON webhook FOR ALL USING ({ACTOR} = 'admin') WITH CHECK ({ACTOR} = 'admin')",
    f"CREATE POLICY clock ON webhook FOR SELECT USING ({ACTOR} = 'clock')",
    f"CREATE POLICY clock ON daily_digest FOR ALL USING ({ACTOR} = 'clock') WITH CHECK ({ACTOR} = 'clock')",
    f"CREATE POLICY person ON daily_digest FOR SELECT USING ({OWN_UNIT})",
    f"CREATE POLICY clock ON delivery FOR ALL USING ({ACTOR} = 'clock') WITH CHECK ({ACTOR} = 'clock')",
    f"CREATE POLICY admin ON delivery FOR SELECT USING ({ACTOR} = 'admin')",
    f"CREATE POLICY admin_resends ON delivery FOR UPDATE USING ({ACTOR} = 'admin') WITH CHECK ({ACTOR} = 'admin')",
    f"CREATE POLICY person ON notice_reading FOR SELECT USING ({OWN_NOTICE})",
    f"CREATE POLICY person_adds ON notice_reading FOR INSERT WITH CHECK ({OWN_NOTICE} AND person_id = {PERSON})",
)


def upgrade() -> None:
    op.execute("ALTER TABLE notice ADD COLUMN spread BOOLEAN DEFAULT true NOT NULL")
    op.execute("ALTER TABLE notice ALTER COLUMN spread SET DEFAULT false")
    op.execute("CREATE INDEX ix_notice_not_spread ON notice (id) WHERE spread = false")
    for statement in TABLES:
        op.execute(statement)
    for table in ADDED:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
        op.execute(f"GRANT {GRANTS[table]} ON {table} TO shouhu_app")
    for statement in POLICIES:
        op.execute(statement)


def downgrade() -> None:
    for table in ("notice_reading", "delivery", "daily_digest", "webhook", "mail_address"):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP INDEX ix_notice_not_spread")
    op.execute("ALTER TABLE notice DROP COLUMN spread")

"""Let the database say a second time who may read what, and keep evidence as it was written.

The program asks for the rows that a person may see; from here on the database answers with no
others, whatever the query. A transaction says for whom it runs (``app.actor``, ``app.person``,
``app.units``, each by ``SET LOCAL``); one that says nothing sees nothing. FORCE binds the owner too.

- ``person``: the cases that one of their units has access to; what they write bears their own id.
- ``engine``, ``clock``: every case, since routing and timers cross units.
- ``public``: receipts, and how far the case behind one has come.
- ``auditor``: journal, record of reads and the heads of cases.
- ``admin``: units and people, and incidents; no case.

The journal, its anchors, the record of reads and the receipts are only ever added to: by grant
for the application, by trigger for everyone, and the trigger also holds for replication roles.
Empty settings count as none, because a pooled connection leaves the empty string behind.

Safe with the previous release, which knows none of these tables. Takes ACCESS EXCLUSIVE on each
table for the length of one catalogue change.
"""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"

#: Tables whose rows name their case.
OF_A_CASE = (
    "instance",
    "work_item",
    "timer",
    "subscription",
    "awaiting",
    "incident",
    "document",
    "attachment",
    "receipt",
    "notice",
)
#: The same, but what a person adds must bear that person's id.
BY_A_PERSON = ("journal", "access", "submission")
OF_AN_ITEM = ("work_item_unit", "draft")
CASE_TABLES = ("child", "case", "case_access", *OF_A_CASE, *BY_A_PERSON, *OF_AN_ITEM)
DIRECTORY = ("area", "unit", "person", "membership")
APPEND_ONLY = ("journal", "anchor", "access", "receipt")

FUNCTIONS = (
    """
    CREATE FUNCTION app_actor() RETURNS text STABLE PARALLEL SAFE LANGUAGE sql
    RETURN nullif(current_setting('app.actor', true), '')
    """,
    """
    CREATE FUNCTION app_person() RETURNS bigint STABLE PARALLEL SAFE LANGUAGE sql
    RETURN nullif(current_setting('app.person', true), '')::bigint
    """,
    """
    CREATE FUNCTION app_units() RETURNS bigint[] STABLE PARALLEL SAFE LANGUAGE sql
    RETURN string_to_array(nullif(current_setting('app.units', true), ''), ',')::bigint[]
    """,
    """
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'Expected % to be added to only, but got %', TG_TABLE_NAME, TG_OP
            USING ERRCODE = 'restrict_violation';
    END $$
    """,
)

# In a sub-select each is worked out once a query, not once a row.
ACTOR = "(SELECT app_actor())"
PERSON = "(SELECT app_person())"
IN_UNITS = "unit_id = ANY ((SELECT app_units())::bigint[])"
OWN_CASE = f"{ACTOR} = 'person' AND EXISTS (SELECT FROM case_access a WHERE a.case_id = {{}} AND a.{IN_UNITS})"
OWN_ITEM = f"{ACTOR} = 'person' AND EXISTS (SELECT FROM work_item i WHERE i.id = work_item_id)"
CASEWORK = f"{ACTOR} IN ('engine', 'clock')"
RECEIPTED = f"{ACTOR} = 'public' AND EXISTS (SELECT FROM receipt r WHERE r.case_id = {{}})"

GRANTS = {
    "SELECT": (
        *CASE_TABLES,
        *DIRECTORY,
        *APPEND_ONLY,
        "vault_key",
        "release",
        "blob",
        "artifact",
        "counter",
        "alembic_version",
    ),
    "INSERT": (*CASE_TABLES, *DIRECTORY, *APPEND_ONLY, "release", "blob", "artifact", "counter"),
    "UPDATE": (
        *("child", "case", "instance", "work_item", "work_item_unit", "timer", "awaiting", "incident"),
        *("document", "attachment", "notice", "draft", "release", "counter"),
        *DIRECTORY,
    ),
    "DELETE": ("work_item_unit", "timer", "subscription", "draft", "attachment"),
}


def upgrade() -> None:
    for statement in FUNCTIONS:
        op.execute(statement)
    for table in (*CASE_TABLES, *DIRECTORY):
        op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
        op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
    for table in CASE_TABLES:
        _policy(table, "casework", "ALL", CASEWORK)
    _policies_of_persons()
    _policies_of_others()
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER append_only")
    op.execute("GRANT USAGE ON SCHEMA public TO shouhu_app")
    for privilege, tables in GRANTS.items():
        listed = ", ".join(f'"{table}"' for table in sorted(set(tables)))
        op.execute(f"GRANT {privilege} ON {listed} TO shouhu_app")


def downgrade() -> None:
    for privilege, tables in GRANTS.items():
        listed = ", ".join(f'"{table}"' for table in sorted(set(tables)))
        op.execute(f"REVOKE {privilege} ON {listed} FROM shouhu_app")
    op.execute("REVOKE USAGE ON SCHEMA public FROM shouhu_app")
    for table in APPEND_ONLY:
        op.execute(f"DROP TRIGGER append_only ON {table}")
    op.execute(
        """
        DO $$
        DECLARE found record;
        BEGIN
            FOR found IN SELECT policyname, tablename FROM pg_policies WHERE schemaname = current_schema() LOOP
                EXECUTE format('DROP POLICY %I ON %I', found.policyname, found.tablename);
            END LOOP;
        END $$
        """
    )
    for table in (*CASE_TABLES, *DIRECTORY):
        op.execute(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY')
        op.execute(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY')
    for function in ("refuse_change", "app_units", "app_person", "app_actor"):
        op.execute(f"DROP FUNCTION {function}()")


def _policies_of_persons() -> None:
    _policy("case_access", "person", "SELECT", f"{ACTOR} = 'person' AND {IN_UNITS}")
    _policy("case", "person", "ALL", OWN_CASE.format('"case".id'))
    # A child is seen by whoever sees a case of it; the policy of "case" applies inside.
    _policy(
        "child",
        "person",
        "SELECT",
        f"{ACTOR} = 'person' AND EXISTS (SELECT FROM \"case\" c WHERE c.child_id = child.id)",
    )
    _policy(
        "child",
        "person_updates",
        "UPDATE",
        f"{ACTOR} = 'person' AND EXISTS (SELECT FROM \"case\" c WHERE c.child_id = child.id)",
    )
    for table in OF_A_CASE:
        _policy(table, "person", "ALL", OWN_CASE.format(f"{table}.case_id"))
    for table in BY_A_PERSON:
        _policy(table, "person", "SELECT", OWN_CASE.format(f"{table}.case_id"))
        own = f"{OWN_CASE.format(f'{table}.case_id')} AND person_id = {PERSON}"
        _policy(table, "person_adds", "INSERT", own)
    _policy("work_item_unit", "person", "SELECT", OWN_ITEM)
    _policy("draft", "person", "ALL", f"{OWN_ITEM} AND person_id = {PERSON}")


def _policies_of_others() -> None:
    _policy("receipt", "public", "SELECT", f"{ACTOR} = 'public'")
    _policy("case", "public", "SELECT", RECEIPTED.format('"case".id'))
    _policy("instance", "public", "SELECT", RECEIPTED.format("instance.case_id"))
    for table in ("case", "journal", "access"):
        _policy(table, "auditor", "SELECT", f"{ACTOR} = 'auditor'")
    _policy("incident", "admin", "SELECT", f"{ACTOR} = 'admin'")
    for table in DIRECTORY:
        _policy(table, "everyone", "SELECT", f"{ACTOR} IS NOT NULL")
        _policy(table, "admin", "ALL", f"{ACTOR} = 'admin'")


def _policy(table: str, name: str, command: str, condition: str) -> None:
    using = "" if command == "INSERT" else f" USING ({condition})"
    check = "" if command in {"SELECT", "DELETE"} else f" WITH CHECK ({condition})"
    op.execute(f'CREATE POLICY {name} ON "{table}" FOR {command}{using}{check}')

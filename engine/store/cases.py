"""Children, cases, procedure instances and the narrow projections that pages and clock read."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    Uuid,
    and_,
    func,
    text,
)

from engine.store.schema import (
    both_or_neither,
    identity,
    metadata,
    moment,
    one_of,
    reference,
    small_json,
    words,
)

child = Table(
    "child",
    metadata,
    identity(),
    Column("code", Text, nullable=False, unique=True),
    Column("jurisdiction", Text, nullable=False),
    reference("area_id", "area.id", nullable=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("id_no_index", LargeBinary),
    reference("merged_into", "child.id", nullable=True),
    moment("created_at"),
    Column("version", Integer, nullable=False, server_default=text("1")),
    # With which set of indexes the file was indexed last; 0: not at all.
    Column("indexed", SmallInteger, nullable=False, server_default=text("0")),
    CheckConstraint("merged_into <> id", name="not_merged_into_itself"),
    CheckConstraint("octet_length(id_no_index) = 32", name="id_no_index"),
)
Index(None, child.c.id_no_index, postgresql_where=child.c.id_no_index.is_not(None))
Index("ix_child_unindexed", child.c.id, postgresql_where=child.c.indexed == 0)
Index(None, child.c.merged_into, postgresql_where=child.c.merged_into.is_not(None))

case = Table(
    "case",
    metadata,
    identity(),
    Column("number", Text, nullable=False, unique=True),
    Column("subject", Text, nullable=False, server_default=text("'child'")),
    reference("child_id", "child.id", nullable=True),
    Column("jurisdiction", Text, nullable=False),
    reference("area_id", "area.id", nullable=True),
    reference("place_area_id", "area.id", nullable=True),
    Column("state", Text, nullable=False, server_default=text("'open'")),
    reference("merged_into", "case.id", nullable=True),
    Column("facts", Text, nullable=False, server_default=text("'{}'")),
    moment("opened_at"),
    moment("closed_at", nullable=True),
    Column("journal_seq", BigInteger, nullable=False, server_default=text("0")),
    Column("journal_head", LargeBinary, nullable=False, server_default=text("decode(repeat('00', 32), 'hex')")),
    Column("version", Integer, nullable=False, server_default=text("1")),
    words("flags"),
    one_of("subject", "child", "area"),
    both_or_neither("child", "subject = 'child'", "child_id IS NOT NULL"),
    CheckConstraint("subject <> 'area' OR area_id IS NOT NULL", name="area"),
    one_of("state", "open", "closed", "merged"),
    both_or_neither("merged", "state = 'merged'", "merged_into IS NOT NULL"),
    CheckConstraint("merged_into <> id", name="not_merged_into_itself"),
    CheckConstraint("state <> 'open' OR closed_at IS NULL", name="open_has_no_end"),
    CheckConstraint("state <> 'closed' OR closed_at IS NOT NULL", name="closed_has_an_end"),
    CheckConstraint("journal_seq >= 0", name="journal_seq"),
    CheckConstraint("octet_length(journal_head) = 32", name="journal_head"),
    small_json("facts"),
)
Index(None, case.c.child_id)
Index(None, case.c.jurisdiction, case.c.opened_at)
#: An area has one open case: its cycles stand beside one another.
Index(
    "uq_case_open_area",
    case.c.area_id,
    unique=True,
    postgresql_where=and_(case.c.subject == "area", case.c.state == "open"),
)
Index(None, case.c.merged_into, postgresql_where=case.c.merged_into.is_not(None))

instance = Table(
    "instance",
    metadata,
    identity(),
    reference("case_id", "case.id"),
    Column("procedure", Text, nullable=False),
    reference("release_id", "release.id"),
    Column("state", LargeBinary, nullable=False),
    Column("codec", Text, nullable=False),
    Column("version", Integer, nullable=False, server_default=text("1")),
    moment("started_at"),
    moment("ended_at", nullable=True),
    Column("end_name", Text),
    words("ends"),
    reference("started_by_unit_id", "unit.id", nullable=True),
    Column("unit_overrides", Text, nullable=False, server_default=text("'{}'")),
    Column("status", Text, nullable=False, server_default=text("'running'")),
    one_of("status", "running", "ended", "stuck", "cancelled"),
    both_or_neither("ended", "status IN ('ended', 'cancelled')", "ended_at IS NOT NULL"),
    small_json("unit_overrides"),
)
Index(None, instance.c.case_id, instance.c.procedure)
Index(None, instance.c.release_id)

work_item = Table(
    "work_item",
    metadata,
    identity(),
    reference("case_id", "case.id"),
    reference("instance_id", "instance.id"),
    Column("token", Uuid, nullable=False),
    Column("element", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("procedure", Text, nullable=False),
    Column("role", Text, nullable=False),
    reference("unit_id", "unit.id"),
    Column("jurisdiction", Text, nullable=False),
    Column("state", Text, nullable=False, server_default=text("'open'")),
    reference("person_id", "person.id", nullable=True),
    moment("opened_at"),
    moment("due_at", nullable=True),
    Column("limit_name", Text),
    moment("limit_start", nullable=True),
    Column("stage", SmallInteger, nullable=False, server_default=text("0")),
    moment("done_at", nullable=True),
    reference("done_by", "person.id", nullable=True),
    Column("version", Integer, nullable=False, server_default=text("1")),
    reference("source_unit_id", "unit.id", nullable=True),
    Column("provisional", Boolean, nullable=False, server_default=text("false")),
    moment("suspended_at", nullable=True),
    # How many opinions and instructions are still unanswered, and how often somebody urged.
    Column("consulted", SmallInteger, nullable=False, server_default=text("0")),
    Column("pressed", SmallInteger, nullable=False, server_default=text("0")),
    Column("urged", SmallInteger, nullable=False, server_default=text("0")),
    # How much danger the child was in when the case last said so, 0 to 3: kept here for the order of lists.
    Column("risk", SmallInteger, nullable=False, server_default=text("0")),
    one_of("state", "open", "claimed", "completed", "cancelled"),
    CheckConstraint("state <> 'open' OR person_id IS NULL", name="open_is_nobodys"),
    CheckConstraint("state <> 'claimed' OR person_id IS NOT NULL", name="claimed_is_somebodys"),
    both_or_neither("done", "state IN ('completed', 'cancelled')", "done_at IS NOT NULL"),
    CheckConstraint("stage BETWEEN 0 AND 3", name="stage"),
    CheckConstraint("risk BETWEEN 0 AND 3", name="risk"),
    CheckConstraint("suspended_at IS NULL OR due_at IS NULL", name="suspended"),
    CheckConstraint("least(consulted, pressed, urged) >= 0", name="counters"),
)
_under_way = work_item.c.state.in_(("open", "claimed"))
Index("ix_work_item_unit_opened", work_item.c.unit_id, work_item.c.opened_at, postgresql_where=_under_way)
Index(
    "ix_work_item_unit_risk",
    work_item.c.unit_id,
    work_item.c.risk.desc(),
    work_item.c.due_at,
    postgresql_where=_under_way,
)
Index(
    "ix_work_item_unit_urged",
    work_item.c.unit_id,
    work_item.c.due_at,
    postgresql_where=and_(_under_way, func.greatest(work_item.c.urged, work_item.c.pressed) > 0),
)
Index("ix_work_item_source_unit_due", work_item.c.source_unit_id, work_item.c.due_at, postgresql_where=_under_way)
Index("ix_work_item_unit_due", work_item.c.unit_id, work_item.c.due_at, postgresql_where=_under_way)
Index("ix_work_item_person_due", work_item.c.person_id, work_item.c.due_at, postgresql_where=_under_way)
Index(
    "ix_work_item_unit_done",
    work_item.c.unit_id,
    work_item.c.done_at,
    postgresql_where=work_item.c.state == "completed",
)
Index(
    "ix_work_item_done_by", work_item.c.done_by, work_item.c.done_at, postgresql_where=work_item.c.state == "completed"
)
Index(None, work_item.c.case_id)
Index(None, work_item.c.instance_id, work_item.c.token)

#: Every unit that may claim the item; its main one is among them.
work_item_unit = Table(
    "work_item_unit",
    metadata,
    Column("work_item_id", BigInteger, ForeignKey("work_item.id", ondelete="CASCADE"), primary_key=True),
    reference("unit_id", "unit.id", primary_key=True),
    Column("role", Text, nullable=False),
    # Whether it is the item's own unit; the database keeps it by a trigger.
    Column("main", Boolean, nullable=False, server_default=text("false")),
)
Index(None, work_item_unit.c.unit_id, work_item_unit.c.work_item_id)
Index(
    "ix_work_item_unit_beside",
    work_item_unit.c.unit_id,
    work_item_unit.c.work_item_id,
    postgresql_where=work_item_unit.c.main.is_(False),
)

timer = Table(
    "timer",
    metadata,
    identity(),
    reference("case_id", "case.id"),
    reference("instance_id", "instance.id", nullable=True),
    Column("token", Uuid),
    Column("element", Text),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    moment("due_at"),
    reference("work_item_id", "work_item.id", nullable=True),
    Column("stage", SmallInteger, nullable=False, server_default=text("0")),
    one_of("kind", "bpmn", "watch", "ladder", "birthday"),
    both_or_neither("item", "kind IN ('watch', 'ladder')", "work_item_id IS NOT NULL"),
    both_or_neither("instance", "kind = 'birthday'", "instance_id IS NULL"),
    CheckConstraint("kind <> 'bpmn' OR token IS NOT NULL", name="token"),
    CheckConstraint("stage BETWEEN 0 AND 3", name="stage"),
)
Index(None, timer.c.due_at)
Index(None, timer.c.instance_id)
Index(None, timer.c.case_id)
Index(None, timer.c.work_item_id, postgresql_where=timer.c.work_item_id.is_not(None))

#: What a running instance waits for now.
subscription = Table(
    "subscription",
    metadata,
    reference("instance_id", "instance.id", primary_key=True),
    reference("case_id", "case.id"),
    Column("message", Text, primary_key=True),
)
Index(None, subscription.c.case_id, subscription.c.message)

#: Messages that no published procedure answers yet.
awaiting = Table(
    "awaiting",
    metadata,
    identity(),
    reference("case_id", "case.id"),
    Column("message", Text, nullable=False),
    reference("from_instance_id", "instance.id", nullable=True),
    moment("at"),
    moment("delivered_at", nullable=True),
)
Index(None, awaiting.c.case_id)
Index("ix_awaiting_pending", awaiting.c.message, postgresql_where=awaiting.c.delivered_at.is_(None))

incident = Table(
    "incident",
    metadata,
    identity(),
    reference("case_id", "case.id"),
    reference("instance_id", "instance.id", nullable=True),
    Column("kind", Text, nullable=False),
    Column("sentence", Text, nullable=False),
    Column("detail", Text, nullable=False, server_default=text("''")),
    moment("at"),
    moment("resolved_at", nullable=True),
)
Index(None, incident.c.case_id)
Index("ix_incident_unresolved", incident.c.at, postgresql_where=incident.c.resolved_at.is_(None))

#: Which units may read a case, since when and why.
case_access = Table(
    "case_access",
    metadata,
    reference("case_id", "case.id", primary_key=True),
    reference("unit_id", "unit.id", primary_key=True),
    moment("since"),
    Column("why", Text, nullable=False),
)
Index(None, case_access.c.unit_id, case_access.c.case_id)

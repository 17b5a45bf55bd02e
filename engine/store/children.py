"""What belongs to a child's file beside the row itself: indexes, readers, changes, relations, and who looked."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Integer, LargeBinary, Table, Text, text

from engine.store.schema import hex_digest, identity, metadata, moment, one_of, reference, words

#: Blind indexes of a child's file: equal texts have equal digests, and nobody without the key can make one.
child_index = Table(
    "child_index",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("digest", LargeBinary, primary_key=True),
    reference("child_id", "child.id", primary_key=True),
    one_of("kind", "name", "initials", "birth", "school", "student"),
    CheckConstraint("octet_length(digest) = 32", name="digest"),
)
Index(None, child_index.c.child_id)

#: Which units keep the register in which the child stands, and so may read its file.
child_access = Table(
    "child_access",
    metadata,
    reference("child_id", "child.id", primary_key=True),
    reference("unit_id", "unit.id", primary_key=True),
    moment("since"),
    Column("why", Text, nullable=False),
)
Index(None, child_access.c.unit_id, child_access.c.child_id)

#: Every change of a child's file; the values before and after, the reason and the source lie sealed.
child_change = Table(
    "child_change",
    metadata,
    identity(),
    reference("child_id", "child.id"),
    moment("at"),
    reference("person_id", "person.id", nullable=True),
    reference("unit_id", "unit.id", nullable=True),
    Column("kind", Text, nullable=False),
    words("keys"),
    Column("sealed", LargeBinary, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("digest", Text, nullable=False),
    hex_digest("digest"),
    one_of("kind", "opened", "answered", "edited", "roster", "related", "merged", "parted"),
)
Index(None, child_change.c.child_id, child_change.c.id)

#: Who belongs to the child; a brother or sister may have a file too.
relation = Table(
    "relation",
    metadata,
    identity(),
    reference("child_id", "child.id"),
    Column("kind", Text, nullable=False),
    reference("other_id", "child.id", nullable=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("key_id", Text, nullable=False),
    moment("at"),
    moment("ended_at", nullable=True),
    Column("version", Integer, nullable=False, server_default=text("1")),
    CheckConstraint("other_id <> child_id", name="not_its_own"),
    one_of("kind", "father", "mother", "carer", "sibling", "grandparent", "other"),
)
Index(None, relation.c.child_id)
Index(None, relation.c.other_id, postgresql_where=relation.c.other_id.is_not(None))

#: Who looked for children, and who read a file; only ever added to.
child_look = Table(
    "child_look",
    metadata,
    identity(),
    reference("person_id", "person.id"),
    reference("unit_id", "unit.id", nullable=True),
    moment("at"),
    Column("kind", Text, nullable=False),
    reference("child_id", "child.id", nullable=True),
    words("asked"),
    Column("found", Integer, nullable=False, server_default=text("0")),
    Column("withheld", Integer, nullable=False, server_default=text("0")),
    one_of("kind", "search", "doubles", "read", "list"),
)
Index(None, child_look.c.person_id, child_look.c.at)
Index(None, child_look.c.child_id, postgresql_where=child_look.c.child_id.is_not(None))

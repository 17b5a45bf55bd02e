"""Which keys this database was sealed with: ids and check values, never a key."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, Table, Text

from engine.store.schema import metadata, moment, one_of

vault_key = Table(
    "vault_key",
    metadata,
    Column("id", Text, primary_key=True),
    Column("purpose", Text, nullable=False),
    Column("check", LargeBinary, nullable=False),
    moment("created_at"),
    one_of("purpose", "data", "index"),
)

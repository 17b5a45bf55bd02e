"""What all tables share: the MetaData, constraint names and a few column builders.

Import ``engine.store.tables`` where every table is needed (migrations, tests).
"""

from __future__ import annotations

from typing import Any, TypeAlias

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    MetaData,
    Row,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

#: A row of whatever columns were asked for.
AnyRow: TypeAlias = Row[*tuple[Any, ...]]

#: Names are derived, so that a migration can name what it changes.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = MetaData(naming_convention=NAMES)

#: Process data and facts hold decision variables only; more than this is a form's answer gone astray.
FACTS_LIMIT = 65_536


def identity() -> Column[int]:
    """Return the primary key that the database numbers."""
    return Column("id", BigInteger, Identity(always=True), primary_key=True)


def reference(name: str, target: str, *, nullable: bool = False, primary_key: bool = False) -> Column[Any]:
    """Return a column that refers to the id of a row elsewhere."""
    return Column(name, BigInteger, ForeignKey(target), nullable=nullable, primary_key=primary_key)


def moment(name: str, *, nullable: bool = False) -> Column[Any]:
    """Return an instant: aware on the way in, UTC in the database."""
    return Column(name, DateTime(timezone=True), nullable=nullable)


def words(name: str) -> Column[Any]:
    """Return a list of texts, empty at first."""
    return Column(name, ARRAY(Text), nullable=False, server_default=text("'{}'"))


def one_of(column: str, *values: str) -> CheckConstraint:
    """Return a check that the column holds one of the words."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def hex_digest(column: str) -> CheckConstraint:
    """Return a check that the column holds a SHA-256 in lower-case hexadecimal."""
    return CheckConstraint(f"{column} ~ '^[0-9a-f]{{64}}$'", name=column)


def small_json(column: str) -> CheckConstraint:
    """Return a check that the text is one JSON object of bounded size."""
    return CheckConstraint(
        f"{column} IS JSON OBJECT AND octet_length({column}) <= {FACTS_LIMIT}",
        name=column,
    )


def both_or_neither(name: str, left: str, right: str) -> CheckConstraint:
    """Return a check that two conditions hold together or not at all."""
    return CheckConstraint(f"({left}) = ({right})", name=name)

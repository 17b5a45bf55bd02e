"""Rows that a unit of work has yet to write, kept together until they go in one statement. Never commits.

A verb touches many rows a little. Gathered here, a row that was changed three times is changed
once, and rows of one table are inserted together. A row whose id must be known at once is
inserted at once instead (:func:`engine.store.casework.add`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Literal, TypeAlias

from sqlalchemy import Connection, Table, TextClause, text
from sqlalchemy.dialects import postgresql

from engine.store.schema import metadata

#: Tables in which a row that is there already stays as it is.
KEPT = frozenset({"case_access", "child_access", "child_index"})

_Verb: TypeAlias = Literal["insert", "update", "delete"]
#: What one part of the statement does: the verb, the table, the columns it is given.
_Part: TypeAlias = tuple[_Verb, str, tuple[str, ...]]
_Row: TypeAlias = Mapping[str, Any]

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


class Pending:
    """The rows of one unit of work that are not written yet."""

    def __init__(self) -> None:
        self._new: dict[_Part, list[_Row]] = {}
        self._gone: dict[_Part, list[_Row]] = {}
        self._changed: dict[tuple[str, int], dict[str, Any]] = {}

    def add(self, table: Table, rows: Iterable[_Row]) -> None:
        """Insert these rows when all is written."""
        for row in rows:
            self._new.setdefault(("insert", table.name, tuple(row)), []).append(row)

    def drop(self, table: Table, keys: Iterable[_Row]) -> None:
        """Delete the rows with these keys when all is written; a row cannot be added again beside it."""
        for key in keys:
            self._gone.setdefault(("delete", table.name, tuple(key)), []).append(key)

    def change(self, table: Table, row_id: int, **values: Any) -> None:
        """Change a row that is in the database; what was said last of a column holds."""
        self._changed.setdefault((table.name, row_id), {}).update(values)

    def changes(self, table: Table, row_id: int) -> bool:
        """Say whether a change of this row is not written yet."""
        return (table.name, row_id) in self._changed

    def take(self, table: Table, row_id: int) -> dict[str, Any]:
        """Return the changes of one row, for the caller to write."""
        return self._changed.pop((table.name, row_id), {})

    def forget(self) -> None:
        """Let go of everything: the transaction is undone up to where it was gathered."""
        self._new, self._gone, self._changed = {}, {}, {}

    def write(self, connection: Connection) -> None:
        """Write everything gathered in one statement; nothing where nothing was gathered."""
        parts: list[_Part] = []
        given: dict[str, Any] = {}
        for (table, row_id), values in self._changed.items():
            given |= {_name(len(parts), key): value for key, value in {"id": row_id, **values}.items()}
            parts.append(("update", table, tuple(values)))
        for part, rows in (*self._gone.items(), *self._new.items()):
            given |= {_name(len(parts), column): [row[column] for row in rows] for column in part[2]}
            parts.append(part)
        self.forget()
        if parts:
            connection.execute(_statement(tuple(parts)), given)


@cache
def _statement(parts: tuple[_Part, ...]) -> TextClause:
    """Return one statement that does all parts; each sees the rows as they were before it."""
    *first, last = (_sql(index, part) for index, part in enumerate(parts))
    named = ", ".join(f"part{index} AS ({sql})" for index, sql in enumerate(first))
    return text(f"WITH {named} {last}" if named else last)


def _sql(index: int, part: _Part) -> str:
    verb, name, columns = part
    table = f'"{name}"'
    listed = ", ".join(columns)
    if verb == "update":
        values = ", ".join(f"{column} = {_given(index, name, column)}" for column in columns)
        return f"UPDATE {table} SET {values} WHERE id = {_given(index, name, 'id')}"  # noqa: S608 - names of ours
    rows = f"SELECT * FROM unnest({', '.join(_given(index, name, column, '[]') for column in columns)})"  # noqa: S608
    if verb == "delete":
        return f"DELETE FROM {table} WHERE ({listed}) IN ({rows})"  # noqa: S608
    kept = " ON CONFLICT DO NOTHING" if name in KEPT else ""
    return f"INSERT INTO {table} ({listed}) {rows}{kept}"


def _given(index: int, table: str, column: str, many: str = "") -> str:
    """Return a parameter of the column's type; a list of them where ``many`` is ``[]``."""
    kind = metadata.tables[table].c[column].type.compile(dialect=_DIALECT)
    return f"CAST(:{_name(index, column)} AS {kind}{many})"


def _name(index: int, column: str) -> str:
    return f"p{index}_{column}"

"""The SQL of the embedded store: tables made from kinds, and from the columns of derived rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from devices.schema import Field, FieldType, Kind
from ingest.core.rows import Rows

BATCH = "batch"
"""Name of the relation that is merged into a table; its columns have the table's names. Floats
have NaN for absent; of a kind, states are codes and booleans 0 and 1, as in a frame."""

_TYPES = {
    FieldType.GAUGE: "DOUBLE",
    FieldType.COUNTER: "DOUBLE",
    FieldType.STATE: "VARCHAR",
    FieldType.BOOLEAN: "BOOLEAN",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table, and how a batch gets into it.

    Attributes:
        name: As it is.
        tags: Columns that identify a row together with `ts`, which is in UTC.
        values: SQL expression over `BATCH` of every other column, by its name.
        types: SQL type of every column.
    """

    name: str
    tags: tuple[str, ...]
    values: Mapping[str, str]
    types: Mapping[str, str]

    def create(self) -> str:
        """Return the statement that creates the table if it is not there."""
        declared = _listed(
            f"{quoted(name)} {sql_type}{'' if name in self.values else ' NOT NULL'}"
            for name, sql_type in self.types.items()
        )
        return f"CREATE TABLE IF NOT EXISTS {quoted(self.name)} ({declared})"

    def add_column(self, name: str) -> str:
        """Return the statement that adds a column which is new."""
        return f"ALTER TABLE {quoted(self.name)} ADD COLUMN {quoted(name)} {self.types[name]}"

    def replace(self) -> tuple[str, str]:
        """Return the statements that put `BATCH` in the place of the rows of its identities.

        That is several times faster than merging, and right for rows that are always written
        whole. The first statement has the parameters of `merge`, the second none.
        """
        table, identity = quoted(self.name), _listed(["ts", *map(quoted, self.tags)])
        delete = f"""
            DELETE FROM {table} WHERE ts BETWEEN ? AND ?
            AND ({identity}) IN (SELECT {identity} FROM {BATCH})
        """  # noqa: S608 - every name is quoted
        insert = f"INSERT INTO {table} BY NAME SELECT {_listed(self._batch())} FROM {BATCH}"  # noqa: S608 - as above
        return delete, insert

    def _batch(self) -> list[str]:
        values = (f"{value} AS {quoted(name)}" for name, value in self.values.items())
        return ["ts", *map(quoted, self.tags), *values]

    def merge(self) -> str:
        """Return the statement that merges `BATCH`.

        A row that is there keeps the values that the batch does not have. Its two parameters are
        the least and the greatest timestamp of the batch; with them the database looks only at
        the part of the table that can hold any of its rows.
        """
        identity = ["ts", *map(quoted, self.tags)]
        values = [quoted(name) for name in self.values]
        same = " AND ".join(f"old.{name} = new.{name}" for name in identity)
        updates = _listed(f"{name} = coalesce(new.{name}, old.{name})" for name in values)
        columns = [*identity, *values]
        return f"""
            MERGE INTO {quoted(self.name)} AS old
            USING (SELECT {_listed(self._batch())} FROM {BATCH}) AS new
            ON {same} AND old.ts BETWEEN ? AND ?
            WHEN MATCHED THEN UPDATE SET {updates}
            WHEN NOT MATCHED THEN INSERT ({_listed(columns)})
                VALUES ({_listed(f"new.{name}" for name in columns)})
        """  # noqa: S608 - every name is quoted


def table_of_kind(kind: Kind) -> Table:
    """Return the table of a kind's readings."""
    tags = ("site", "device")
    return Table(
        name=kind.name,
        tags=tags,
        values={field.name: _converted(field) for field in kind.fields},
        types=_identity(tags) | {field.name: _TYPES[field.type] for field in kind.fields},
    )


def table_of_rows(rows: Rows) -> Table:
    """Return the table of derived rows, as far as these rows tell its columns."""
    tags = tuple(rows.tags)
    types = {
        name: "DOUBLE" if isinstance(values, np.ndarray) else "VARCHAR"
        for name, values in rows.columns.items()
    }
    return Table(
        name=rows.measurement,
        tags=tags,
        values={name: f"CAST({quoted(name)} AS {sql_type})" for name, sql_type in types.items()},
        types=_identity(tags) | types,
    )


def quoted(name: str) -> str:
    """Return a name as SQL wants it, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def _identity(tags: Iterable[str]) -> dict[str, str]:
    return dict.fromkeys(tags, "VARCHAR") | {"ts": "TIMESTAMP"}


def _converted(field: Field) -> str:
    if field.type is FieldType.STATE:
        words = _listed(f"'{word}'" for word in field.states)
        return f"[{words}][CAST({field.name} AS INTEGER) + 1]"
    return f"CAST({field.name} AS {_TYPES[field.type]})"


def _listed(items: Iterable[str]) -> str:
    return ", ".join(items)

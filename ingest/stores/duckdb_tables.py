"""The SQL of the embedded store: one table a kind, made from the kind's schema."""

from collections.abc import Iterable

from devices.schema import Field, FieldType, Kind

IDENTITY = {"site": "VARCHAR", "device": "VARCHAR", "ts": "TIMESTAMP"}
BATCH = "batch"
"""Name of the relation whose columns are `site`, `device`, `ts` and the fields as a frame has
them: floats, NaN for absent, states as codes."""

_TYPES = {
    FieldType.GAUGE: "DOUBLE",
    FieldType.COUNTER: "DOUBLE",
    FieldType.STATE: "VARCHAR",
    FieldType.BOOLEAN: "BOOLEAN",
}


def columns(kind: Kind) -> dict[str, str]:
    """Return the SQL type of every column of a kind's table, by name; `ts` is in UTC."""
    return IDENTITY | {field.name: _TYPES[field.type] for field in kind.fields}


def create_table(kind: Kind) -> str:
    """Return the statement that creates a kind's table if it is not there."""
    declared = ", ".join(
        f"{name} {sql_type}{' NOT NULL' if name in IDENTITY else ''}"
        for name, sql_type in columns(kind).items()
    )
    return f'CREATE TABLE IF NOT EXISTS "{kind.name}" ({declared})'


def add_column(kind: Kind, name: str) -> str:
    """Return the statement that adds a column for a field that is new in the kind."""
    return f'ALTER TABLE "{kind.name}" ADD COLUMN {name} {columns(kind)[name]}'


def merge(kind: Kind) -> str:
    """Return the statement that merges `BATCH` into a kind's table.

    A reading that is there keeps the fields that the batch does not have. Its two parameters are
    the least and the greatest timestamp of the batch; with them the database looks only at the
    part of the table that can hold any of its readings.
    """
    fields = [field.name for field in kind.fields]
    batch = _listed(["site", "device", "ts", *(_converted(field) for field in kind.fields)])
    updates = _listed(f"{name} = coalesce(new.{name}, old.{name})" for name in fields)
    return f"""
        MERGE INTO "{kind.name}" AS old
        USING (SELECT {batch} FROM {BATCH}) AS new
        ON old.ts = new.ts AND old.device = new.device AND old.site = new.site
            AND old.ts BETWEEN ? AND ?
        WHEN MATCHED THEN UPDATE SET {updates}
        WHEN NOT MATCHED THEN INSERT ({_listed(columns(kind))})
            VALUES ({_listed(f"new.{name}" for name in columns(kind))})
    """  # noqa: S608 - kinds and fields are named in code, by rules that leave nothing to quote


def _converted(field: Field) -> str:
    if field.type is FieldType.STATE:
        words = _listed(f"'{word}'" for word in field.states)
        return f"[{words}][CAST({field.name} AS INTEGER) + 1] AS {field.name}"
    return f"CAST({field.name} AS {_TYPES[field.type]}) AS {field.name}"


def _listed(items: Iterable[str]) -> str:
    return ", ".join(items)

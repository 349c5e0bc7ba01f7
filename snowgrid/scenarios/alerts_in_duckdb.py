"""The alerts of a stretch of time, out of a DuckDB file."""

from pathlib import Path

from ingest.stores.duckdb_file import connect
from snowgrid.scenarios.alert_story import COLUMNS, ToldAlert


def alerts_in_duckdb(path: Path) -> list[ToldAlert]:
    """Return the alerts that a database file holds; only while no service runs."""
    asked = f"SELECT epoch_ms(ts), {', '.join(COLUMNS)} FROM alert"  # noqa: S608 - names of ours
    with connect(path) as connection:
        return [ToldAlert(*row) for row in connection.execute(asked).fetchall()]

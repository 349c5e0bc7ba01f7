"""The page of limits says what the code does."""

from pathlib import Path

import pytest

from ingest import log_limit
from ingest.aggregation import row_writer, touched
from ingest.alerts import alertmanager_output, store_output, webhook_output
from ingest.core import decode, sequence, sources
from ingest.rollups import rollups, span
from ingest.settings import Settings
from ingest.settings_sources import settings_of
from ingest.spool import reader, spool
from ingest.stores import duckdb_file, feed, influxdb, shipper

PAGE = Path("docs/limits.md").read_text(encoding="utf-8")
MIB = 1024 * 1024
ROWS = [row for row in PAGE.splitlines() if row.startswith("| ")]


@pytest.mark.parametrize(
    ("what", "bound"),
    [
        ("devices known", f"{sources.MOST_DEVICES:,}"),
        ("readings decoded together", f"{decode.MOST_ELEMENTS:,}"),
        ("missing sequence numbers", f"{sequence.MOST_REMEMBERED:,}"),
        ("lines waiting for InfluxDB, in memory", f"{spool.MEMORY_BYTES // MIB} MiB"),
        ("lines waiting for InfluxDB, in memory", f"{influxdb.ROWS_MEMORY_BYTES // MIB} MiB each"),
        ("write calls under way", f"{(shipper.MOST_BODY_BYTES + 1) // MIB} MiB"),
        ("ranges shipped ahead", f"{reader.MOST_LIVE_RANGES}"),
        ("DuckDB's own buffers", duckdb_file.OPTIONS["memory_limit"].replace("MB", " MB")),
        ("open windows of a kind", f"{rollups.LEAST_BEHIND} or a million"),
        ("rows of windows that close", f"{row_writer.ENOUGH_ROWS:,}"),
        ("late spans", f"{span.MOST_SPANS:,}"),
        ("places where late readings", f"{touched.MOST_PLACES}"),
        ("transitions of alerts", f"{webhook_output.MOST_WAITING:,} for the webhook"),
        ("transitions of alerts", f"{store_output.MOST_WAITING:,} for the store"),
        ("alerts told to Alertmanager", f"{alertmanager_output.MOST_ALERTS:,}"),
        ("warnings and errors", f"{log_limit.MOST_LINES} a minute"),
        ("sorts of log lines", f"{log_limit.MOST_SORTS:,}"),
    ],
)
def test_a_bound_is_the_one_of_the_code(what: str, bound: str):
    (row,) = [row for row in ROWS if row.startswith(f"| {what}")]
    assert bound in row.split("|")[2]


def test_shares_are_those_of_the_code():
    assert feed.MOST_LIVE_IN_A_ROW == 7
    assert "each eighth is of the backlog" in PAGE
    assert spool.CROWDED == 0.9
    assert "nine tenths full" in PAGE
    assert rollups.MOST_BEHIND_ROWS == 1_000_000


def test_settings_that_are_named_exist():
    known = {key for key, _ in settings_of(Settings)}
    named = {name.strip(" `") for row in ROWS[1:] for name in row.split("|")[3].split(",")}
    assert named - {"", "---", "setting"} <= known

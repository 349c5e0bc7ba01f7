"""What a database holds of rollups, and the command that computes them anew."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from tests.end_to_end.databases import InDuckdb, InInfluxdb, Kept

WINDOWS = ("1s", "2s")
SETTINGS = {
    "rollups__windows": ",".join(WINDOWS),
    "rollups__lateness_s": 0.3,
    "rollups__idle_s": 0.3,
    "rollups__early_s": 1.0,
    "rollups__repair_s": 0.3,
}
TIMEOUT_S = 60.0

Rows = list[dict[str, Any]]


def rollups_of(kept: Kept, kind: str) -> dict[str, Rows]:
    """Return all rollups of a kind by measurement; of DuckDB only while no service runs."""
    names = [f"{kind}{place}_{suffix}" for place in ("", "_site") for suffix in WINDOWS]
    return {name: _rows(kept, name) for name in names}


def _rows(kept: Kept, name: str) -> Rows:
    if isinstance(kept, InInfluxdb):
        rows: Rows = list(kept.database.rollups.rows(name))
    else:
        assert isinstance(kept, InDuckdb)
        with duckdb.connect(str(kept.path), read_only=True) as connection:
            result = connection.execute(f'SELECT * REPLACE (epoch_ms(ts) AS ts) FROM "{name}"')
            columns = [column[0] for column in result.description]
            rows = [dict(zip(columns, row, strict=True)) for row in result.fetchall()]
    return sorted(rows, key=lambda row: [str(row.get(key)) for key in ("time", "ts", "device")])


def open_spans(service_folder: Path, kept: Kept) -> list[list[object]]:
    """Return what a service would repair after a crash now."""
    file = service_folder / "spool" / "rollups.json"
    if isinstance(kept, InDuckdb):
        file = kept.path.with_name(f"{kept.path.stem}-rollups.json")
    spans: list[list[object]] = json.loads(file.read_bytes())["spans"]
    return spans


def rebuild(
    settings: Mapping[str, object], kept: Kept, *arguments: str
) -> subprocess.CompletedProcess[str]:
    """Run `snowgrid rollup rebuild` with the settings of a service, by dotted key."""
    env = {
        f"SNOWGRID_{key.upper().replace('.', '__')}": str(value) for key, value in settings.items()
    }
    if isinstance(kept, InInfluxdb):
        env.pop("SNOWGRID_STORE__INFLUXDB__TOKEN_FILE", None)
        env["SNOWGRID_STORE__INFLUXDB__TOKEN"] = kept.database.token
    return subprocess.run(
        [sys.executable, "-m", "snowgrid", "rollup", "rebuild", *arguments],
        env={"COLUMNS": "80", "PATH": os.environ["PATH"]} | env,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )

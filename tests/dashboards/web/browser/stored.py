"""The tests' evening in a DuckDB file, quickly."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from ingest.core.rows import Rows
from ingest.stores.duckdb_file import DuckdbFile
from tests.dashboards.grafana.evening import evening


def store_evening(file: DuckdbFile) -> None:
    """Write it; a table at a time, as each write costs the same however many rows it has."""
    file.commit(evening().frames)
    file.commit_rows([*_by_measurement(evening().rows)])


def _by_measurement(rows: Iterable[Rows]) -> Iterable[Rows]:
    gathered: dict[str, list[Rows]] = defaultdict(list)
    for each in rows:
        gathered[each.measurement].append(each)
    return map(_joined, gathered.values())


def _joined(parts: Sequence[Rows]) -> Rows:
    first = parts[0]
    return Rows(
        bucket=first.bucket,
        measurement=first.measurement,
        tags={name: [tag for part in parts for tag in part.tags[name]] for name in first.tags},
        ts_ms=np.concatenate([part.ts_ms for part in parts]),
        columns={name: _column(name, parts) for name in first.columns},
    )


def _column(
    name: str, parts: Sequence[Rows]
) -> np.ndarray[tuple[int], np.dtype[np.float64]] | list[str | None]:
    if isinstance(parts[0].columns[name], np.ndarray):
        return np.concatenate([np.asarray(part.columns[name], np.float64) for part in parts])
    return [text for part in parts for text in part.columns[name]]

"""The worked example of docs/rollups.md is what comes out."""

from pathlib import Path

import numpy as np
import pytest

from devices.registry import kind_named
from devices.schema import FieldType
from ingest.rollups.history import History
from ingest.rollups.recompute import recompute
from ingest.rollups.span import Span
from ingest.rollups.tiers import Tiers

DOCUMENT = Path(__file__).parents[3] / "docs" / "rollups.md"
GUN = kind_named("snow_gun")
MIDNIGHT_MS = 1_770_000_000_000 // 86_400_000 * 86_400_000


def table(begin: str, end: str) -> list[dict[str, str]]:
    """Return the rows of the table between two comments of the document."""
    text = DOCUMENT.read_text(encoding="utf-8")
    part = text.split(f"<!-- {begin} -->")[1].split(f"<!-- {end} -->")[0].strip()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in part.splitlines()]
    return [dict(zip(cells[0], row, strict=True)) for row in cells[2:]]


def moment_ms(clock: str) -> int:
    hours, minutes, seconds = map(int, clock.split(":"))
    return MIDNIGHT_MS + ((hours * 60 + minutes) * 60 + seconds) * 1_000


def number(name: str, text: str) -> float:
    field = GUN.fields[GUN.column[name]]
    return field.states.index(text) if field.type is FieldType.STATE else float(text)


def test_the_worked_example_is_what_comes_out():
    readings = table("example: readings", "example: rollups")
    values = np.full((len(readings), len(GUN.fields)), np.nan)
    for place, reading in enumerate(readings):
        for name in reading.keys() - {"time"}:
            values[place, GUN.column[name]] = number(name, reading[name])
    history = History(
        devices=["gun-001"],
        device=np.zeros(len(readings), np.int32),
        ts_ms=np.array([moment_ms(reading["time"]) for reading in readings]),
        values=values,
    )
    span = Span(GUN.name, "wanlong", moment_ms("12:00:00"))
    computed = {
        (rows.measurement, int(rows.ts_ms[0])): rows.columns
        for rows in recompute(GUN, span, Tiers(), history)
    }
    documented = table("example: rollups", "end of example")
    assert len(documented) == 3
    for row in documented:
        columns = computed[row.pop("measurement"), moment_ms(row.pop("time"))]
        for name, text in row.items():
            assert columns[name][0] == pytest.approx(float(text)), name

"""Rows are made part by part, while readings are taken: they are the same as if at once."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.core.rows import Rows
from ingest.rollups import kind_rollups
from ingest.rollups.rollups import Closed
from tests.ingest.rollups.runs import (
    START_MS,
    Found,
    Reading,
    Service,
    all_recomputed,
    exact,
    read,
    recomputed,
)
from tests.ingest.rollups.strategies import many_readings


@pytest.fixture(autouse=True)
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kind_rollups, "DEVICES_AT_ONCE", 2)


class SlowService(Service):
    """Takes readings before it has written all rows of the windows that have closed."""

    def __init__(self) -> None:
        super().__init__()
        self._closed: Closed | None = None

    def take(self, readings: list[Reading], now_ms: int | None = None) -> None:  # type: ignore[override]
        super().take(readings, now_ms)
        if self._closed and (rows := next(self._closed.rows, None)):
            self.found.update(read([rows]))

    def advance(self, now_ms: int | None = None) -> Found:
        self._finish_writing()
        self.now_ms = self.now_ms if now_ms is None else now_ms
        for closed in self.rollups.advance(self.now_ms):
            self._closed = closed
        return {}

    def finish(self) -> Found:
        found = super().finish()
        self._finish_writing()
        return found

    def _finish_writing(self) -> None:
        if self._closed:
            self.found.update(read(self._closed.rows))
            for span in self._closed.dirty:
                self.found.update(recomputed(self.stored, span))
            self._closed = None


@given(many_readings, st.integers(1, 5))
@settings(max_examples=60)
def test_readings_taken_while_rows_are_made_are_in_no_row_of_a_closed_window(sent, batch):
    sent = sorted(sent, key=lambda reading: reading.ts_ms)
    service = SlowService()
    for start in range(0, len(sent), batch):
        service.take(sent[start : start + batch])
        service.advance()
    assert exact(service.finish()) == exact(all_recomputed(sent))


def fleet(devices: int, ts_ms: int, value: float = 1.0) -> list[Reading]:
    return [Reading(f"s-{n % 3}", f"d-{n}", ts_ms, value) for n in range(devices)]


def test_a_site_is_in_one_part_and_a_part_is_no_larger_than_its_site():
    service = Service()
    service.take(fleet(12, START_MS + 1))
    (closed,) = service.rollups.advance(START_MS + 200_000)
    rows = [each for each in closed.rows if each.measurement.endswith("_1m")]
    sites = [each.tags["site"] for each in rows if "device" not in each.tags]
    assert sites == [["s-0"], ["s-1"], ["s-2"]]
    assert [len(each) for each in rows if "device" in each.tags] == [2] * 6


def test_devices_that_join_while_early_values_are_made_wait_for_the_next_ones():
    service = Service()
    service.take(fleet(3, START_MS + 1))
    parts = service.rollups.early(service.now_ms)
    rows: list[Rows] = list(next(parts))
    service.take(fleet(200, START_MS + 2, value=9.0))
    assert list(service.rollups.early(service.now_ms))
    for part in parts:
        rows += part
    found = read(rows)
    assert {key[1] for key in found if key[0] == "mast_1m"} == {
        (f"s-{n}", f"d-{n}") for n in range(3)
    }
    first = found["mast_1m", ("s-0", "d-0"), START_MS]
    assert first["power_w_max"] == 1.0

"""Whatever times readings have, few windows are open and few spans remembered."""

import random

import pytest

from ingest.rollups import repairs, rollups
from ingest.rollups.rollups import LEAST_BEHIND
from ingest.rollups.tiers import HOUR_MS, MINUTE_MS
from tests.ingest.rollups.runs import LATENESS_MS, START_MS, Reading, Service, all_recomputed, exact

HOURS = 12


def scattered(count: int, device: str) -> list[Reading]:
    rng = random.Random(7)  # noqa: S311 - the same each time
    return [
        Reading(
            "ridge", device, START_MS + rng.randrange(HOURS * HOUR_MS), float(n % 100), mode="on"
        )
        for n in range(count)
    ]


def test_a_kind_that_was_first_heard_long_ago_does_not_open_a_window_for_each_minute_since(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(rollups, "FOLD_READINGS", 100)
    monkeypatch.setattr(rollups, "MOST_BEHIND_ROWS", 1_000)
    service = Service()
    service.take([Reading("ridge", "a", START_MS, 1.0)])
    service.advance()
    now = Reading("ridge", "a", START_MS + HOURS * HOUR_MS, 2.0)
    service.take([now, *scattered(200, "b")])
    (stream,) = service.rollups._streams.values()
    most = LEAST_BEHIND + LATENESS_MS // MINUTE_MS + 2
    assert len(list(stream.windows.windows)) <= most
    assert exact(service.finish()) == exact(all_recomputed(service.stored))


def test_spans_without_end_take_no_memory_without_end(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(rollups, "FOLD_READINGS", 100)
    monkeypatch.setattr(repairs, "MOST_SPANS", 5)
    service = Service()
    service.take([Reading("ridge", "a", START_MS + HOURS * HOUR_MS, 1.0)])
    service.advance()
    service.take(scattered(200, "b"))
    assert len(service.rollups.open_spans()) <= 5 + 2
    assert service.rollups.given_up > 0

"""The service's own figures as rows in the store, so that boards need no Prometheus.

Measurement `snowgrid_service`, tag `instance`. Counts are since the service's start, as in the
metrics; levels are as of now.
"""

from collections.abc import Mapping

import numpy as np

from ingest.core.ledger import Account
from ingest.core.rejection import REASONS
from ingest.core.rows import Bucket, Rows
from ingest.rollups.tiers import Tiers
from ingest.vitals import Vitals

MEASUREMENT = "snowgrid_service"
TIERS_MEASUREMENT = "snowgrid_tiers"
MOST_POINTS = 2_000  # of a series, that a board reads
FOREVER_MS = 100 * 366 * 86_400_000
DAY_MS = 86_400_000


def figures_row(vitals: Vitals, *, instance: str, now_ms: int) -> Rows:
    """Return the row of this moment.

    Args:
        vitals: State of the service.
        instance: Name of this service among others.
        now_ms: Wall clock, Unix milliseconds.
    """
    return Rows(
        bucket=Bucket.RAW,
        measurement=MEASUREMENT,
        tags={"instance": [instance]},
        ts_ms=np.array([now_ms], dtype=np.int64),
        columns={name: np.array([float(value)]) for name, value in figures(vitals).items()},
    )


def figures(vitals: Vitals) -> Mapping[str, float]:
    """Return the figures by column."""
    ledger, state = vitals.ledger, vitals.store_state()
    rejected = ledger.readings.rejected
    return {
        **_account("messages", ledger.messages),
        **_account("readings", ledger.readings),
        **{f"rejected_{reason}": rejected[reason] for reason in REASONS},
        "readings_stored": state.stored,
        "readings_refused": state.refused,
        "readings_lost": state.lost,
        "readings_waiting": state.waiting,
        "waiting_bytes": state.waiting_bytes,
        "dead_letter_bytes": vitals.dead_letter_bytes,
        "unknown_fields": ledger.unknown_fields.total(),
        "lost_upstream": vitals.lost_upstream,
        "devices": vitals.devices,
        "connected": vitals.connected,
        "alerts_firing": len(vitals.firing()),
        "rollup_spans_waiting": vitals.rollups.backlog,
        "rollup_spans_repaired": vitals.rollups.repaired,
        **({} if vitals.lag_s is None else {"lag_s": vitals.lag_s}),
    }


def _account(name: str, account: Account) -> dict[str, float]:
    return {
        f"{name}_received": account.received,
        f"{name}_committed": account.committed,
        f"{name}_rejected": account.rejected.total(),
        f"{name}_skipped": account.skipped,
        f"{name}_in_flight": account.in_flight,
    }


def tier_rows(tiers: Tiers, *, now_ms: int) -> Rows:
    """Return which tier a board reads a range of time by, for readers that can only query.

    A row a tier, the shortest first: the longest range that it suits with `MOST_POINTS` points.
    They stand at the beginning of the day, so that writing them again the same day changes
    nothing, and the database's retention never takes the last ones.
    """
    longest_ms = [float(length_ms * MOST_POINTS) for length_ms in tiers.lengths_ms]
    longest_ms[-1] = FOREVER_MS
    day_ms = now_ms // DAY_MS * DAY_MS
    return Rows(
        bucket=Bucket.ROLLUP,
        measurement=TIERS_MEASUREMENT,
        tags={},
        ts_ms=day_ms + np.arange(len(longest_ms), dtype=np.int64),
        columns={"tier": list(tiers.suffixes), "longest_ms": np.array(longest_ms)},
    )

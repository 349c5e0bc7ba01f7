"""What the rollups of a service work with."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from time import monotonic

from devices.schema import Kind
from ingest.clock import wall_clock_ms
from ingest.rollups.tiers import Tiers
from ingest.stores.base import Store
from ingest.stores.raw import RawReader


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """The parts and the clocks that taking, writing and repairing share.

    Attributes:
        kinds: Kinds by name.
        tiers: Window lengths.
        store: Where rows go.
        reader: Where readings come from when a span is repaired.
        retention_days: How long raw readings are kept; what is older cannot be repaired.
        now_ms: Wall clock, Unix milliseconds.
        clock: Monotonic seconds.
        sleep: Waits.
    """

    kinds: Mapping[str, Kind]
    tiers: Tiers
    store: Store
    reader: RawReader
    retention_days: float
    now_ms: Callable[[], int] = wall_clock_ms
    clock: Callable[[], float] = monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

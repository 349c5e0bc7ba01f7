"""The chapters, in the order of the book."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from bench.book import core, rival, services
from bench.book.findings import Findings
from bench.book.scale import Scale


class Entry(NamedTuple):
    """A chapter.

    Attributes:
        measure: Finds the figures.
        program: Of the bench that does it, for those who want to turn its knobs.
        most_s: When to give it up.
    """

    measure: Callable[[Scale], Findings]
    program: str
    most_s: float


CONTENTS: Mapping[str, Entry] = {
    "hot-path": Entry(core.of_hot_path, "bench.hot_path", 120),
    "end-to-end": Entry(services.of_end_to_end, "bench.end_to_end", 180),
    "telegraf": Entry(rival.of_telegraf, "bench.telegraf.contest", 300),
    "windows": Entry(core.of_windows, "bench.windows", 120),
    "rules": Entry(core.of_rules, "bench.rules", 120),
    "payload": Entry(core.of_payload, "bench.payload", 180),
    "devices": Entry(core.of_devices, "bench.device_count", 240),
    "memory": Entry(services.of_memory, "bench.memory", 240),
    "latency": Entry(services.of_latency, "bench.latency", 240),
    "workers": Entry(services.of_workers, "bench.workers", 240),
    "replay": Entry(services.of_replay, "bench.replay", 150),
    "start": Entry(services.of_start, "bench.start_spooled", 150),
    "load": Entry(services.of_load, "bench.load", 120),
}

"""How much more two workers take than one, when neither broker nor database is the limit.

Both are a stand-in of next to no cost. One service takes the whole stream; two workers share the
same messages by site, once without a rest and once with one worker that has the rest and leaves
alone what the other takes.

The ratio of wall-clock times needs two idle cores. The one of processor time does not: it holds
what one service spends against what the busier of the two spends, which is how much sooner they
would be done on cores of their own.
"""

import json
import statistics
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from bench.figures import Figures, arguments, show
from bench.service import Ingest, send, start
from bench.stand_in import site_name
from tests.servers.process import free_port

SITES = 20
CPU = "process_cpu_seconds_total"
NOTES = {
    "one_messages_per_s": "one service, wall clock",
    "two_messages_per_s": "two workers, wall clock",
    "wall_ratio": "of these two; only with two cores to themselves is it what it should be",
    "cpu_ratio": "processor time of one to that of the busier of two: want 1.7",
    "rest_wall_ratio": "wall_ratio, when one of the two has the rest",
    "rest_cpu_ratio": "cpu_ratio, when one of the two has the rest",
    "one_cpu_us": "processor time a message, one service",
    "two_cpu_us": "both workers together",
    "rest_cpu_us": "both workers together, one with the rest",
    "stand_in_cpu_us": "of broker and database, which the others have to share the cores with",
}


@dataclass(frozen=True, slots=True)
class Address:
    """Where a service subscribes."""

    host: str
    port: int


class Run(NamedTuple):
    """Seconds until all was acknowledged, and processor seconds of each process."""

    wall_s: float
    workers_s: list[float]
    stand_in_s: float


def run(folder: Path, workers: int, topics: str, messages: int, batch: int) -> Run:
    """Play the stream once to so many workers."""
    port, store_port = free_port(), free_port()
    flags = {
        "--port": port,
        "--store-port": store_port,
        "--connections": workers,
        "--sites": SITES,
        "--messages": messages,
        "--batch": batch,
    }
    stand_in = start("bench.stand_in", *(word for pair in flags.items() for word in pair))
    settings = {
        "mqtt.topics": topics,
        "mqtt.keep_alive_s": 3_600,
        "store.kind": "influxdb",
        "store.influxdb.url": f"http://127.0.0.1:{store_port}",
        "alerts.mqtt": False,
        "service.workers": workers,
    }
    names = [CPU] if workers == 1 else [f'{CPU}{{worker="{n + 1}"}}' for n in range(workers)]
    try:
        with Ingest(Address("127.0.0.1", port), folder, settings) as ingest:
            for name in names:
                ingest.wait_for(name, 0.001)
            ingest.wait_for("snowgrid_mqtt_subscribed", 1)
            before = ingest.metrics()
            send(stand_in)
            told = _line(stand_in)
            ingest.wait_for("snowgrid_store_readings_stored_total", messages * batch)
            after = ingest.metrics()
    finally:
        stand_in.kill()
    spent = [after[name] - before[name] for name in names]
    return Run(told["elapsed_s"], spent, told["stand_in_cpu_s"])


def _line(process: subprocess.Popen[str]) -> dict[str, float]:
    assert process.stdout  # noqa: S101 - it was opened as a pipe
    told: dict[str, float] = json.loads(process.stdout.readline())
    return told


def measure(messages: int, batch: int, rounds: int, folder: Path) -> Figures:
    """Run one and two in turn, and return the figures; ratios are medians of the rounds."""
    by_site = ",".join(f"telemetry/{site_name(number)}/#" for number in range(SITES))
    ways = {
        "one": (1, "telemetry/#"),
        "two": (2, by_site),
        "rest": (2, f"{by_site},telemetry/#"),
    }
    runs: dict[str, list[Run]] = defaultdict(list)
    for number in range(rounds):
        for way, (workers, topics) in ways.items():
            there = folder / f"{way}-{number}"
            runs[way].append(run(there, workers, topics, messages, batch))
    figures: Figures = {
        "one_messages_per_s": round(messages / _median(each.wall_s for each in runs["one"])),
        "two_messages_per_s": round(messages / _median(each.wall_s for each in runs["two"])),
    }
    for way, prefix in (("two", ""), ("rest", "rest_")):
        pairs = list(zip(runs["one"], runs[way], strict=True))
        wall = _median(one.wall_s / two.wall_s for one, two in pairs)
        cpu = _median(sum(one.workers_s) / max(two.workers_s) for one, two in pairs)
        figures |= {f"{prefix}wall_ratio": round(wall, 2), f"{prefix}cpu_ratio": round(cpu, 2)}
    for way, each in runs.items():
        cpu_us = _median(sum(one.workers_s) for one in each) / messages * 1e6
        figures[f"{way}_cpu_us"] = round(cpu_us, 2)
    stand_in_us = _median(one.stand_in_s for one in runs["one"]) / messages * 1e6
    return figures | {"stand_in_cpu_us": round(stand_in_us, 2)}


def _median(values: Iterable[float]) -> float:
    return statistics.median(values)


def main() -> None:
    """Parse the arguments, measure, print."""
    parser = arguments(__doc__)
    parser.add_argument("--messages", type=int, default=300_000, help="messages a run (300000)")
    parser.add_argument("--batch", type=int, default=1, help="readings a message, an array (1)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds; medians are shown (3)")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(asked.messages, asked.batch, asked.rounds, Path(folder))
    show(figures, NOTES, as_json=asked.json)


if __name__ == "__main__":
    main()

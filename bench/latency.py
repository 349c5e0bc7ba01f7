"""How long a reading takes from when it was due to the database's answer, by the load.

`snowgrid load` publishes by the clock into mosquitto, `snowgrid ingest` ships to VictoriaMetrics,
all on this machine. First more is published than anybody can take, which tells the rate at which
readings are stored then; that is called saturation here. Then parts of that rate are asked for.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from bench.figures import Figures, arguments, show
from bench.servers import servers
from bench.service import MOST_S, POLL_S, Ingest, into_influxdb
from devices.load.histogram import Histogram
from snowgrid.loading.figures import achieved_per_s
from snowgrid.loading.result import read_report
from tests.servers.mosquitto import Mosquitto

STORED = "snowgrid_store_readings_stored_total"
TOO_MUCH_PER_S, TOO_MUCH_S = 80_000, 1.5
WARMUP_S = 1.0
PARTS = (0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 1.0, 1.1)
DEVICES = 2_000
SETTLING_PER_S, SETTLING_S = 2_000, 2.0  # the database meets the devices
NOTES = {
    "saturation_per_s": "readings stored while more is published than can be taken",
    "load_70_p50_ms": "from due to stored at that part of saturation, half are faster",
    "load_70_p99_ms": "the slowest in a hundred",
    "load_70_puback_p99_ms": "from due to acknowledged by the broker",
    "load_70_achieved_per_s": "messages that were acknowledged",
}


class Step(NamedTuple):
    """A load, and its latencies in milliseconds."""

    achieved_per_s: float
    p50_ms: float
    p99_ms: float
    puback_p99_ms: float


class Load:
    """Publishes at a rate and asks the service what became of it.

    Args:
        broker: Where to.
        ingest: The service that takes it.
        folder: Of reports.
        seed: Of the devices.
    """

    def __init__(self, broker: Mosquitto, ingest: Ingest, folder: Path, seed: int) -> None:
        self._broker = broker
        self._ingest = ingest
        self._folder = folder
        self._seed = seed

    def saturation_per_s(self) -> float:
        """Publish too much and return how many readings a second are stored meanwhile."""
        progress: list[tuple[float, float]] = []
        publishing = self._start(TOO_MUCH_PER_S, TOO_MUCH_S, self._folder / "saturation.json")
        deadline = time.perf_counter() + MOST_S
        while publishing.poll() is None and time.perf_counter() < deadline:
            stored = self._ingest.metrics().get(STORED, 0.0)
            if stored and (not progress or stored > progress[-1][1]):
                progress.append((time.perf_counter(), stored))
            time.sleep(POLL_S)
        publishing.kill()
        publishing.wait()
        if len(progress) < 2:
            raise SystemExit("snowgrid load: too little was stored to tell a rate")
        (began_at, first), (ended_at, last) = progress[0], progress[-1]
        return (last - first) / (ended_at - began_at)

    def step(self, rate: float, seconds: float) -> Step:
        """Publish evenly and return how long that took."""
        file = self._folder / f"{rate:.0f}.json"
        self._start(rate, seconds, file).wait(MOST_S)
        report = read_report(file)
        if report.stored is None:
            raise SystemExit(f"snowgrid load: the service did not tell: {report.notes}")
        stored, puback = Histogram.of(report.stored), Histogram.of(report.load.latency)
        return Step(
            achieved_per_s=achieved_per_s(report),
            p50_ms=stored.percentile_s(50) * 1e3,
            p99_ms=stored.percentile_s(99) * 1e3,
            puback_p99_ms=puback.percentile_s(99) * 1e3,
        )

    def _start(self, rate: float, seconds: float, file: Path) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "snowgrid", "load", "--broker", self._broker.url]
        command += ["--service", self._ingest.metrics_url, "--json", str(file)]
        load = {
            "--rate": rate,
            "--duration": seconds,
            "--warmup": WARMUP_S,
            "--drain": MOST_S,
            "--devices": DEVICES,
            "--seed": self._seed,
        }
        options = [word for name, value in load.items() for word in (name, f"{value:g}")]
        return subprocess.Popen([*command, *options], stdout=subprocess.DEVNULL)


def measure(parts: Sequence[float], seconds: float, folder: Path, *, seed: int = 1) -> Figures:
    """Find saturation, ask for parts of it, and return the figures.

    Args:
        parts: Of saturation.
        seconds: For each of them, besides a second to warm up.
        folder: Of all files.
        seed: Of the devices.
    """
    with (
        servers(folder, "in memory") as (broker, store),
        Ingest(broker, folder, into_influxdb(store)) as ingest,
    ):
        ingest.wait_for("snowgrid_mqtt_subscribed", 1)
        load = Load(broker, ingest, folder, seed)
        load.step(SETTLING_PER_S, SETTLING_S)
        saturation = load.saturation_per_s()
        steps = {part: load.step(round(part * saturation), seconds) for part in parts}
    figures: Figures = {"saturation_per_s": round(saturation)}
    for part, step in steps.items():
        name = f"load_{round(part * 100)}"
        figures |= {f"{name}_{unit}": round(value, 1) for unit, value in step._asdict().items()}
    return figures


def main() -> None:
    """Parse the arguments, measure, print."""
    parser = arguments(__doc__)
    help_text = "parts of saturation (0.1 … 1.1)"
    parser.add_argument("--parts", type=float, nargs="+", default=PARTS, help=help_text)
    parser.add_argument("--seconds", type=float, default=6, help="for each of them (6)")
    parser.add_argument("--seed", type=int, default=1, help="of the devices (1)")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(asked.parts, asked.seconds, Path(folder), seed=asked.seed)
    show(figures, NOTES, as_json=asked.json)


if __name__ == "__main__":
    main()

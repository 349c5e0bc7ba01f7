"""Whether a start takes longer, or more memory, when much waits in the spool.

The database is away, so that nothing is shipped meanwhile. One reading waits at the broker; the
clock runs from the start of `snowgrid ingest` until that reading is durable.
"""

import statistics
import tempfile
import time
from pathlib import Path

from bench.backlog import BATCH, fill, lines_of
from bench.figures import Figures, arguments, show
from bench.processes import MIB, most_resident_mib
from bench.service import Ingest, finish, send, start
from tests.servers.mosquitto import Mosquitto
from tests.servers.process import free_port

BLOCK = 4 * BATCH  # readings that are made; they are appended over and over
NOTES = {
    "empty_s": "process start to the first durable reading, nothing in the spool, median",
    "empty_mib": "the most that was resident then",
    "ratio": "the largest spool to none",
}


def start_s(broker: Mosquitto, ingest: Ingest) -> float:
    """Return the seconds from a start to the first reading that is durable."""
    publisher = start("bench.publisher", "--port", broker.port, "--devices", 1, "--messages", 1)
    send(publisher)
    finish(publisher)
    started = time.perf_counter()
    with ingest:
        return ingest.wait_for("snowgrid_readings_committed_total", 1) - started


def measure(sizes: list[int], rounds: int, folder: Path, *, seed: int = 1) -> Figures:
    """Start with spools of so many readings, smallest first, and return the figures."""
    batches = lines_of(BLOCK, "bench-spooled", seed=seed)
    figures: Figures = {}
    medians = []
    nowhere = {"store.influxdb.url": f"http://127.0.0.1:{free_port()}", "log.level": "error"}
    with Mosquitto(folder / "broker") as broker:
        for readings in [0, *sizes]:
            place = folder / f"{readings}"
            size_bytes = fill(place / "spool", batches, readings // BLOCK)
            ingest = Ingest(broker, place, nowhere)
            with ingest:  # makes the session
                ingest.wait_for("snowgrid_mqtt_subscribed", 1)
                resident_mib = most_resident_mib(ingest.pid)
            medians.append(statistics.median(start_s(broker, ingest) for _ in range(rounds)))
            name = f"spooled_{readings}" if readings else "empty"
            figures[f"{name}_s"] = round(medians[-1], 3)
            figures[f"{name}_mib"] = round(resident_mib, 1)
            if readings:
                figures[f"{name}_spool_mib"] = round(size_bytes / MIB)
    return figures | {"ratio": round(medians[-1] / medians[0], 3)}


def main() -> None:
    """Parse the arguments, measure, print."""
    parser = arguments(__doc__)
    parser.add_argument(
        "--sizes",
        type=int,
        nargs="+",
        default=[200_000, 2_000_000, 10_000_000],
        help=f"readings in the spool, in blocks of {BLOCK} (200000 2000000 10000000)",
    )
    parser.add_argument("--rounds", type=int, default=3, help="starts with each (3)")
    parser.add_argument("--seed", type=int, default=1, help="of the devices (1)")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(asked.sizes, asked.rounds, Path(folder), seed=asked.seed)
    show(figures, NOTES, as_json=asked.json)


if __name__ == "__main__":
    main()

"""How long it takes from starting the service to the first stored reading.

One reading waits at the broker, in the queue of the service's session. Then `snowgrid ingest` is
started, and the clock runs until its database, VictoriaMetrics or a DuckDB file, has the reading.
"""

import statistics
import tempfile
import time
from pathlib import Path

from bench.figures import arguments, show
from bench.service import Ingest, Settings, finish, into_duckdb, into_influxdb, send, start
from tests.servers.mosquitto import Mosquitto
from tests.servers.victoria_metrics import VictoriaMetrics

NOTES = {
    "influxdb_s": "process start to the first reading in VictoriaMetrics, median of the rounds",
    "influxdb_most_s": "the slowest round",
    "duckdb_s": "the same with a DuckDB file",
    "duckdb_most_s": "the slowest round",
}


def first_stored_s(broker: Mosquitto, folder: Path, settings: Settings) -> float:
    """Return the seconds that one start took."""
    publisher = start("bench.publisher", "--port", broker.port, "--devices", 1, "--messages", 1)
    send(publisher)
    finish(publisher)
    started = time.perf_counter()
    with Ingest(broker, folder, settings) as ingest:
        return ingest.wait_for("snowgrid_store_readings_stored_total", 1) - started


def measure(rounds: int, folder: Path) -> dict[str, float]:
    """Start the service `rounds` times with each store, and return the figures."""
    figures = {}
    with Mosquitto(folder / "broker") as broker, VictoriaMetrics(folder / "store") as store:
        for name, settings in {
            "influxdb": into_influxdb(store),
            "duckdb": into_duckdb(folder),
        }.items():
            with Ingest(broker, folder / name, settings) as ingest:  # makes the session
                ingest.wait_for("snowgrid_mqtt_subscribed", 1)
            taken = [first_stored_s(broker, folder / name, settings) for _ in range(rounds)]
            figures[f"{name}_s"] = round(statistics.median(taken), 3)
            figures[f"{name}_most_s"] = round(max(taken), 3)
    return figures


def main() -> None:
    """Parse the arguments, measure, print."""
    parser = arguments(__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="starts with each store (5)")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(asked.rounds, Path(folder))
    show(figures, NOTES, as_json=asked.json)


if __name__ == "__main__":
    main()

"""How much memory the service needs to know very many devices, and whether it stays at that.

All devices report once, so that all are known; then they report again and again, and the resident
memory of `snowgrid ingest`, which ships to VictoriaMetrics or writes a DuckDB file, is read after
every round.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from bench.figures import Figures, arguments, show
from bench.service import Ingest, finish, into_duckdb, into_influxdb, send, start
from tests.servers.mosquitto import Mosquitto
from tests.servers.victoria_metrics import VictoriaMetrics

MIB = 1024 * 1024
NOTES = {
    "devices": "known to the service",
    "empty_mib": "resident before the first reading",
    "known_mib": "resident when every device has reported once",
    "most_mib": "the most that was resident after any round",
    "growth_mib": "last round against the second one",
    "bytes_per_device": "what knowing a device costs, buffers included",
}


def resident_mib(ingest: Ingest) -> float:
    """Return the resident memory of the service."""
    return ingest.metrics()["process_resident_memory_bytes"] / MIB


def publisher_of(broker: Mosquitto, devices: int) -> subprocess.Popen[str]:
    """Prepare a round in which every device reports once."""
    traffic = ["--devices", devices, "--messages", devices]
    return start("bench.publisher", "--port", broker.port, *traffic)


def measure(kind: str, devices: int, rounds: int, folder: Path) -> Figures:
    """Let all devices report `rounds` times and return the figures."""
    resident = []
    with (
        Mosquitto(folder / "broker") as broker,
        VictoriaMetrics(folder / "store") as store,
        Ingest(
            broker,
            folder / "service",
            into_duckdb(folder) if kind == "duckdb" else into_influxdb(store),
        ) as ingest,
    ):
        ingest.wait_for("snowgrid_mqtt_subscribed", 1)
        empty_mib = resident_mib(ingest)
        for number in range(1, rounds + 1):
            publisher = publisher_of(broker, devices)
            send(publisher)
            ingest.wait_for("snowgrid_store_readings_stored_total", number * devices)
            finish(publisher)
            resident.append(resident_mib(ingest))
            print(f"  round {number}: {resident[-1]:.0f} MiB", file=sys.stderr)
        known = ingest.metrics()["snowgrid_devices"]
    return {
        "devices": round(known),
        "empty_mib": round(empty_mib, 1),
        "known_mib": round(resident[0], 1),
        "most_mib": round(max(resident), 1),
        "growth_mib": round(resident[-1] - resident[min(1, rounds - 1)], 1),
        "bytes_per_device": round((resident[0] - empty_mib) * MIB / known),
    }


def main() -> None:
    """Parse the arguments, measure, print; exit code 1 where it takes more than it may."""
    parser = arguments(__doc__)
    parser.add_argument("--store", choices=("influxdb", "duckdb"), default="influxdb")
    parser.add_argument("--devices", type=int, default=100_000, help="how many (100000)")
    parser.add_argument("--rounds", type=int, default=8, help="reports of each (8)")
    parser.add_argument("--most-mib", type=float, default=800, help="what it may take (800)")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(asked.store, asked.devices, asked.rounds, Path(folder))
    show(figures, NOTES, as_json=asked.json)
    sys.exit(1 if figures["most_mib"] > asked.most_mib else 0)


if __name__ == "__main__":
    main()

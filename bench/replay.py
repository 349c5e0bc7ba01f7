"""How fast the service ships what it kept while its database was away.

A spool is filled, the service is started while the database is down, and then the database comes
back. The limit it is held against is the database alone, given the same lines in batches of the
same size by a program that does nothing else.
"""

import http.client
import tempfile
import time
from pathlib import Path

from bench.backlog import BATCH, FIELD, KIND, fill, lines_of
from bench.figures import Figures, arguments, show
from bench.processes import cpu_s
from bench.servers import servers
from bench.service import POLL_S, Ingest, into_influxdb
from tests.servers.victoria_metrics import VictoriaMetrics

WRITE = "/api/v2/write?org=bench&bucket=telemetry&precision=ms"
STORED = "snowgrid_store_readings_stored_total"
MOST_S = 300.0
NOTES = {
    "readings": "in the spool",
    "spool_mib": "its size",
    "shipped_per_s": "readings, from the first confirmed to the last",
    "store_alone_per_s": "readings, by a program that only writes batches of the same size",
    "ratio": "snowgrid to the store alone",
    "noticed_s": "from the database's return to the first reading confirmed",
    "ship_cpu_us": "processor time of snowgrid ingest for each of them",
    "missing": "readings not in the database afterwards",
}


def store_alone_s(store: VictoriaMetrics, batches: list[bytes]) -> float:
    """Return the seconds that the database takes for all batches, one after the other."""
    connection = http.client.HTTPConnection(store.host, store.port, timeout=MOST_S)
    started = time.perf_counter()
    for batch in batches:
        connection.request("POST", WRITE, batch, {"Authorization": "Token bench"})
        answer = connection.getresponse()
        answer.read()
        if answer.status != http.HTTPStatus.NO_CONTENT:
            raise SystemExit(f"the database answers {answer.status}")
    elapsed_s = time.perf_counter() - started
    connection.close()
    return elapsed_s


def shipped(ingest: Ingest, readings: int) -> tuple[float, float]:
    """Return the moment of the first progress, and the rate from then to the last reading."""
    progress: list[tuple[float, float]] = []
    deadline = time.perf_counter() + MOST_S
    while not progress or progress[-1][1] < readings:
        if time.perf_counter() > deadline:
            raise SystemExit(f"{progress[-1:]} of {readings} readings were shipped in {MOST_S} s")
        time.sleep(POLL_S / 5)
        stored = ingest.metrics().get(STORED, 0.0)
        if stored and (not progress or stored > progress[-1][1]):
            progress.append((time.perf_counter(), stored))
    (first_at, already), (last_at, all_of_them) = progress[0], progress[-1]
    rate = (all_of_them - already) / (last_at - first_at) if len(progress) > 1 else 0.0
    return first_at, rate


def measure(readings: int, folder: Path, *, seed: int = 1) -> Figures:
    """Ship a backlog and return the figures."""
    batches = lines_of(readings, "bench-back", seed=seed)
    alone = lines_of(readings, "bench-alone", seed=seed)
    size_bytes = fill(folder / "spool", batches)
    with servers(folder, "in memory") as (broker, store):
        alone_s = store_alone_s(store, alone)
        store.stop()
        settings = {**into_influxdb(store), "mqtt.client_id": "bench-replay"}
        with Ingest(broker, folder, settings) as ingest:
            ingest.wait_for("snowgrid_mqtt_subscribed", 1)
            store.start()
            back_at, cpu_before_s = time.perf_counter(), cpu_s(ingest.pid)
            first_at, rate = shipped(ingest, readings)
            spent_s = cpu_s(ingest.pid) - cpu_before_s
        missing = readings - store.count(KIND, FIELD, site="bench-back")
    return {
        "readings": readings,
        "spool_mib": round(size_bytes / 1024 / 1024, 1),
        "shipped_per_s": round(rate),
        "store_alone_per_s": round(readings / alone_s),
        "ratio": round(rate * alone_s / readings, 3),
        "noticed_s": round(first_at - back_at, 2),
        "ship_cpu_us": round(spent_s / readings * 1e6, 2),
        "missing": missing,
    }


def main() -> None:
    """Parse the arguments, measure, print."""
    parser = arguments(__doc__)
    help_text = f"in the spool, whole batches of {BATCH} (600000)"
    parser.add_argument("--readings", type=int, default=600_000, help=help_text)
    parser.add_argument("--seed", type=int, default=1, help="of the devices (1)")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(asked.readings, Path(folder), seed=asked.seed)
    show(figures, NOTES, as_json=asked.json)


if __name__ == "__main__":
    main()

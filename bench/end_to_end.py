"""How fast the service takes a real broker's stream into a real database.

A publisher sends as fast as mosquitto lets it; `snowgrid ingest` subscribes, spools and ships to
VictoriaMetrics. It is held against a bare subscriber that only acknowledges: same broker, same
messages, in turn with it in the same run. At the end every reading must be in the database.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from bench.figures import Figures, arguments, show
from bench.servers import servers
from bench.service import Ingest, finish, into_influxdb, send, start
from tests.servers.mosquitto import Mosquitto

KIND, FIELD = "smart_meter", "voltage_l1_v"
NOTES = {
    "messages_per_s": "publish to acknowledged, by snowgrid ingest, median of the rounds",
    "bare_messages_per_s": "the same by a subscriber that only acknowledges",
    "ratio": "snowgrid to bare, median of the pairs",
    "stored_per_s": "publish to the last reading confirmed by the database",
    "ingest_cpu_us": "processor time of snowgrid ingest per message, shipping included",
    "missing": "readings published and not in the database",
}


def bare_round(broker: Mosquitto, traffic: list[object]) -> float:
    """Return the seconds until the bare subscriber has everything."""
    subscriber = start("bench.bare_subscriber", "--port", broker.port, *traffic[:2])
    publisher = start("bench.publisher", "--port", broker.port, *traffic)
    started = time.perf_counter()
    send(publisher)
    finish(subscriber)
    elapsed_s = time.perf_counter() - started
    finish(publisher)
    return elapsed_s


class Round(NamedTuple):
    """Seconds until the service had acknowledged everything, until all was stored; processor."""

    taken_s: float
    stored_s: float
    cpu_s: float


def service_round(broker: Mosquitto, ingest: Ingest, traffic: list[object]) -> Round:
    """Send a stream to the service."""
    ingest.wait_for("snowgrid_mqtt_subscribed", 1)
    publisher = start("bench.publisher", "--port", broker.port, *traffic)
    before = ingest.metrics()["process_cpu_seconds_total"]
    started = time.perf_counter()
    send(publisher)
    messages = float(str(traffic[1]))
    seen_at = ingest.wait_for("snowgrid_messages_committed_total", messages)
    taken_s = seen_at - ingest.metrics()["snowgrid_last_commit_age_seconds"] - started
    stored_s = ingest.wait_for("snowgrid_store_readings_stored_total", messages) - started
    spent_s = ingest.metrics()["process_cpu_seconds_total"] - before
    finish(publisher)
    return Round(taken_s, stored_s, spent_s)


def measure(  # noqa: PLR0913 - what a run can differ in
    messages: int, rounds: int, fields: int, folder: Path, *, together: bool = False, seed: int = 1
) -> Figures:
    """Run bare subscriber and service in turn, and return the figures."""
    bare, taken, stored, cpu, missing = [], [], [], [], 0
    with servers(folder, "on disk" if together else "aside") as (broker, store):
        for number in range(rounds):
            site = f"bench-{number}"
            traffic: list[object] = ["--messages", messages, "--fields", fields, "--site", site]
            traffic += ["--seed", seed]
            bare.append(bare_round(broker, traffic))
            # Without a session, or the broker would queue the bare rounds for the service.
            settings = {"mqtt.session_expiry_s": 0, **into_influxdb(store)}
            with Ingest(broker, folder / site, settings) as ingest:
                run = service_round(broker, ingest, traffic)
            taken.append(run.taken_s)
            stored.append(run.stored_s)
            cpu.append(run.cpu_s)
            missing += messages - store.count(KIND, FIELD, site=site)
    return {
        "messages_per_s": round(messages / statistics.median(taken)),
        "bare_messages_per_s": round(messages / statistics.median(bare)),
        "ratio": round(statistics.median(b / t for b, t in zip(bare, taken, strict=True)), 3),
        "stored_per_s": round(messages / statistics.median(stored)),
        "ingest_cpu_us": round(statistics.median(cpu) / messages * 1e6, 2),
        "missing": missing,
    }


def main() -> None:
    """Parse the arguments, measure, print; exit code 1 if a reading is missing."""
    parser = arguments(__doc__)
    parser.add_argument("--messages", type=int, default=300_000, help="messages a round (300000)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds; medians are shown (3)")
    parser.add_argument("--fields", type=int, default=7, help="fields a reading (7; 0 is all)")
    parser.add_argument("--seed", type=int, default=1, help="of the devices (1)")
    parser.add_argument(
        "--together", action="store_true", help="let the database have its share of cores and disk"
    )
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(
            asked.messages,
            asked.rounds,
            asked.fields,
            Path(folder),
            together=asked.together,
            seed=asked.seed,
        )
    show(figures, NOTES, as_json=asked.json)
    sys.exit(1 if figures["missing"] else 0)


if __name__ == "__main__":
    main()

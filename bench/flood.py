"""What a million devices that somebody made up do to the memory of the service.

Every message is of a device that was never heard before. As many are taken in as the registry has
room for, the others become dead letters; the resident memory is shown as they pour in.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

from bench.figures import Figures, arguments, show
from bench.service import Ingest, into_influxdb
from tests.servers.flood import Message, flood
from tests.servers.mosquitto import Mosquitto
from tests.servers.victoria_metrics import VictoriaMetrics

MIB = 1024 * 1024
ROUNDS = 20
NOTES = {
    "devices": "made up, one message each",
    "known": "taken in by the registry",
    "empty_mib": "resident before the first reading",
    "full_mib": "resident when the registry is full",
    "most_mib": "the most that was resident after any round",
    "growth_mib": "most of the second half of the rounds against most of the first half",
    "dead_letters_mib": "on disk in the end",
    "messages_per_s": "taken, from the first to the last",
}


def made_up() -> Iterator[Message]:
    """Yield readings of devices without end."""
    now_ms = time.time_ns() // 1_000_000
    for number in count():
        payload = f'{{"ts":{now_ms},"seq":0,"voltage_l1_v":230.{number % 10}}}'.encode()
        yield f"telemetry/flood/smart_meter/made-up-{number}", payload


def measure(devices: int, max_devices: int, folder: Path) -> Figures:
    """Pour devices in and return the figures."""
    messages, a_round = made_up(), devices // ROUNDS
    resident: list[float] = []
    full: list[float] = []
    with (
        Mosquitto(folder / "broker") as broker,
        VictoriaMetrics(folder / "store") as store,
        Ingest(
            broker,
            folder / "service",
            {"validation.max_devices": max_devices, **into_influxdb(store)},
        ) as ingest,
    ):
        ingest.wait_for("snowgrid_mqtt_subscribed", 1)
        empty_mib = _resident_mib(ingest)
        begun = time.perf_counter()
        for number in range(1, ROUNDS + 1):
            asyncio.run(flood(broker.host, broker.port, islice(messages, a_round)))
            ingest.wait_for("snowgrid_messages_received_total", number * a_round)
            resident.append(_resident_mib(ingest))
            known = ingest.metrics()["snowgrid_devices"]
            if known >= max_devices:
                full.append(resident[-1])
            print(
                f"  {number * a_round:>9,} devices: {resident[-1]:.0f} MiB, {known:,.0f} known",
                file=sys.stderr,
            )
        elapsed_s = time.perf_counter() - begun
        end = ingest.metrics()
    return {
        "devices": ROUNDS * a_round,
        "known": round(end["snowgrid_devices"]),
        "empty_mib": round(empty_mib, 1),
        "full_mib": round((full or resident)[0], 1),
        "most_mib": round(max(resident), 1),
        "growth_mib": round(max(resident[ROUNDS // 2 :]) - max(resident[: ROUNDS // 2]), 1),
        "dead_letters_mib": round(end["snowgrid_deadletters_bytes"] / MIB, 1),
        "messages_per_s": round(ROUNDS * a_round / elapsed_s),
    }


def _resident_mib(ingest: Ingest) -> float:
    return ingest.metrics()["process_resident_memory_bytes"] / MIB


def main() -> None:
    """Parse the arguments, measure, print."""
    parser = arguments(__doc__)
    parser.add_argument("--devices", type=int, default=1_000_000, help="made up (1000000)")
    parser.add_argument("--max-devices", type=int, default=50_000, help="taken in (50000)")
    parser.add_argument("--dir", type=Path, help="where files are written (a temporary folder)")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.dir) as folder:
        figures = measure(asked.devices, asked.max_devices, Path(folder))
    show(figures, NOTES, as_json=asked.json)


if __name__ == "__main__":
    main()

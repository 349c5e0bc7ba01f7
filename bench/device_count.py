"""What a message costs, and a device weighs, by the number of devices.

The whole path of `bench.hot_path` with rollups and the default rules on, in a process of its own
for each fleet. All devices report once, so that all are known; then so many messages are timed.
What is sent is made by another process and read from a file, so that all memory is the service's.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import uvloop

from bench.figures import Figures, arguments, show
from bench.hot_path import codec_alone, new_decoder, whole_path
from bench.traffic import CHUNK_BYTES, now, payloads, publishes
from bench.windows import FULL_CORE_PER_S, IDLE_MS, LATENESS_MS
from devices.load.publisher import resident_bytes
from devices.registry import kinds
from ingest.clock import wall_clock_ms
from ingest.core.frame import Frame
from ingest.core.sources import MOST_DEVICES
from ingest.rollups.rollups import Rollups
from ingest.rollups.tiers import Tiers
from ingest.rules.engine import Engine
from ingest.rules.files import load_rules
from ingest.settings_stores import SpoolSettings
from ingest.spool.spool import Spool

KIND = "smart_meter"
FLEETS = (1_000, 10_000, 100_000, 1_000_000)
KNOWN, TIMED = "known", "timed"
MOST_S = 300.0
NOTES = {
    "devices_1000_cpu_us": "processor time of a message, all threads",
    "devices_1000_codec_us": "of that the MQTT codec alone takes, on the same bytes",
    "devices_1000_bytes": "resident memory that grew until all had reported, for each device",
}


def make(folder: Path, devices: int, messages: int, seed: int) -> None:
    """Write what all devices report first, and the messages that are timed."""
    pairs = payloads(
        KIND,
        devices,
        devices + messages,
        now(),
        fields=7,
        seed=seed,
        interval_s=devices / FULL_CORE_PER_S,
    )
    packets = publishes(pairs)
    for name, count in ((KNOWN, devices), (TIMED, messages)):
        with (folder / name).open("wb") as file:
            for _ in range(count):
                file.write(next(packets))


def chunks(file: Path) -> Iterator[bytes]:
    """Yield a file as the reads of a socket give it."""
    with file.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            yield chunk


def take(folder: Path, devices: int, messages: int) -> Figures:
    """Take both files all the way to acknowledgements, and return cost and memory."""
    rollups = Rollups(Tiers(), lateness_ms=LATENESS_MS, idle_ms=IDLE_MS)
    engine = Engine(load_rules([], kinds()), kinds())
    decoder = new_decoder(max(devices, MOST_DEVICES))

    def watch(frames: Sequence[Frame]) -> None:
        rollups.take(frames, wall_clock_ms())
        engine.take(frames, wall_clock_ms())

    with Spool(SpoolSettings(dir=folder / f"spool-{devices}")) as spool:
        before_bytes = resident_bytes()
        for name, count in ((KNOWN, devices), (TIMED, messages)):
            begun_s = time.process_time()
            path = whole_path(chunks(folder / name), count, spool, decoder=decoder, on_frames=watch)
            uvloop.run(path)
            spent_s = time.process_time() - begun_s
            if name == KNOWN:
                grown_bytes = resident_bytes() - before_bytes
    begun_s = time.process_time()
    codec_alone(chunks(folder / TIMED))
    codec_s = time.process_time() - begun_s
    return {
        "cpu_us": round(spent_s / messages * 1e6, 2),
        "codec_us": round(codec_s / messages * 1e6, 2),
        "bytes": round(grown_bytes / devices),
    }


def measure(fleets: Sequence[int], messages: int, folder: Path, *, seed: int = 1) -> Figures:
    """Measure fleets of so many devices, and return the figures."""
    figures: Figures = {}
    for devices in fleets:
        for step in ("make", "take"):
            command = [sys.executable, "-m", "bench.device_count", "--step", step]
            sizes = ["--fleets", devices, "--messages", messages, "--seed", seed, "--dir", folder]
            said = subprocess.run(
                [*command, *map(str, sizes)],
                check=True,
                stdout=subprocess.PIPE,
                text=True,
                timeout=MOST_S,
            ).stdout
        taken: Figures = json.loads(said)
        figures |= {f"devices_{devices}_{name}": value for name, value in taken.items()}
    return figures


def main() -> None:
    """Parse the arguments, measure, print."""
    parser = arguments(__doc__)
    parser.add_argument(
        "--fleets", type=int, nargs="+", default=FLEETS, help="devices (1000 … 1000000)"
    )
    parser.add_argument("--messages", type=int, default=200_000, help="that are timed (200000)")
    parser.add_argument("--seed", type=int, default=1, help="of the devices (1)")
    parser.add_argument("--dir", type=Path, help="where files are written (a temporary folder)")
    parser.add_argument("--step", choices=("make", "take"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.step == "make":
        make(asked.dir, asked.fleets[0], asked.messages, asked.seed)
        return
    if asked.step == "take":
        print(json.dumps(take(asked.dir, asked.fleets[0], asked.messages)))
        return
    with tempfile.TemporaryDirectory(dir=asked.dir) as folder:
        figures = measure(asked.fleets, asked.messages, Path(folder), seed=asked.seed)
    show(figures, NOTES, as_json=asked.json)


if __name__ == "__main__":
    main()

"""What a message costs by what is in it: fields of a reading, and readings of a message.

The whole path of `bench.hot_path`, against the MQTT codec alone on the same bytes. Everything is
processor time of all threads, so a rate is that of one core which does nothing else.
"""

import statistics
import tempfile
import time
from pathlib import Path

import uvloop

from bench.figures import Figures, arguments, show
from bench.hot_path import codec_alone, whole_path
from bench.traffic import Message, chunks_of, now, payloads, uploads
from ingest.settings_stores import SpoolSettings
from ingest.spool.spool import Spool

KIND = "smart_meter"
DEVICES = 1_000
FIELDS = (1, 2, 4, 7, 11, 16)
BATCHES = (1, 2, 5, 10, 50, 100, 300)  # more than that is larger than a payload may be
NOTES = {
    "fields_7_us": "a message of one reading with so many fields",
    "batch_50_per_s": "readings a second, so many in a message",
    "batch_50_ratio": "its readings a second to those of messages with one reading",
}


def cpu_s(messages: list[Message], rounds: int, folder: Path) -> tuple[float, float]:
    """Return what the whole path and the codec alone take of a core for them, medians."""
    chunks = chunks_of(messages)
    whole, codec = [], []
    for number in range(rounds):
        with Spool(SpoolSettings(dir=folder / f"{number}")) as spool:
            begun_s = time.process_time()
            uvloop.run(whole_path(chunks, len(messages), spool))
            done_s = time.process_time()
        codec_alone(chunks)
        whole.append(done_s - begun_s)
        codec.append(time.process_time() - done_s)
    return statistics.median(whole), statistics.median(codec)


def by_fields(messages: int, rounds: int, folder: Path, *, seed: int = 1) -> Figures:
    """Return what messages of one reading cost, by the number of its fields."""
    figures = {}
    for fields in FIELDS:
        traffic = payloads(KIND, DEVICES, messages, now(), fields=fields, seed=seed)
        whole_s, codec_s = cpu_s(list(traffic), rounds, folder / f"fields-{fields}")
        figures[f"fields_{fields}_us"] = round(whole_s / messages * 1e6, 2)
        figures[f"fields_{fields}_codec_us"] = round(codec_s / messages * 1e6, 2)
    return figures


def by_batch(readings: int, rounds: int, folder: Path, *, seed: int = 1) -> Figures:
    """Return how many readings a second go through, by the number of them in a message."""
    figures: Figures = {}
    single_per_s = 0.0
    for batch in BATCHES:
        devices = min(DEVICES, readings // batch)
        traffic = payloads(
            KIND, devices, readings // batch * batch, now(), fields=7, seed=seed, interval_s=0.2
        )
        messages = list(uploads(traffic, batch)) if batch > 1 else list(traffic)
        whole_s, _ = cpu_s(messages, rounds, folder / f"batch-{batch}")
        per_s = len(messages) * batch / whole_s
        single_per_s = single_per_s or per_s
        figures[f"batch_{batch}_per_s"] = round(per_s)
        figures[f"batch_{batch}_ratio"] = round(per_s / single_per_s, 3)
    return figures


def main() -> None:
    """Parse the arguments, measure, print."""
    parser = arguments(__doc__)
    parser.add_argument("--readings", type=int, default=200_000, help="a round (200000)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds; medians are shown (3)")
    parser.add_argument("--seed", type=int, default=1, help="of the devices (1)")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        figures = {
            **by_fields(asked.readings, asked.rounds, folder, seed=asked.seed),
            **by_batch(asked.readings, asked.rounds, folder, seed=asked.seed),
        }
    show(figures, NOTES, as_json=asked.json)


if __name__ == "__main__":
    main()

"""What alert rules cost on top of the hot path, as a share of it, in the same run.

Payloads are decoded, encoded and appended to the spool as the service does; the same frames then
go through the engine. Rules are spread over all kinds, as in a deployment, and once more all
about the one kind that is sent, which is the worst that can be.
"""

import statistics
import tempfile
import time
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from typing import NamedTuple

from bench.figures import Figures, arguments, show
from bench.hot_path import BATCH, new_decoder
from bench.traffic import chunks_of, now, payloads
from devices.mqtt.packets import PacketReader
from devices.registry import kinds
from ingest.clock import wall_clock_ms
from ingest.core.frame import Frame
from ingest.core.line_protocol import encode
from ingest.rules.engine import Engine
from ingest.rules.files import load_rules
from ingest.rules.rule import Rule
from ingest.settings_stores import SpoolSettings
from ingest.spool.spool import Spool

ONE_IN = 50

NOTES = {
    "hot_path_us": "per message: MQTT bytes to spool, one stage after the other, no rules",
    "rules_us": "per message: rules spread over all kinds",
    "share": "of the hot path that these rules cost",
    "same_kind_us": "per message: as many rules, all about the kind that is sent",
    "same_kind_share": "of the hot path that those rules cost",
    "firing_us": "per message: as rules_us, while one device in fifty is in alarm",
    "snapshot_ms": "to save the state of the rules spread over all kinds",
    "snapshot_bytes": "its size",
}


class Hot(NamedTuple):
    """The hot path's seconds, and the frames that came out of it."""

    elapsed_s: float
    frames: list[list[Frame]]


def hot_path(chunks: Sequence[bytes], spool: Spool) -> Hot:
    """Take MQTT bytes all the way into the spool."""
    reader, decoder, frames = PacketReader(), new_decoder(), []
    started = time.perf_counter()
    packets = [packet for chunk in chunks for packet in reader.feed(chunk)]
    for start in range(0, len(packets), BATCH.max_messages):
        batch = packets[start : start + BATCH.max_messages]
        decoded = decoder.decode(batch, wall_clock_ms())  # type: ignore[arg-type]  # all publishes
        spool.append(b"".join(map(encode, decoded.frames)), decoded.readings)
        frames.append(decoded.frames)
    return Hot(time.perf_counter() - started, frames)


def evaluation(rules: Sequence[Rule], frames: Sequence[Sequence[Frame]]) -> tuple[float, Engine]:
    """Return the seconds that the rules take for these frames, and the engine."""
    engine = Engine(rules, kinds())
    started = time.perf_counter()
    for batch in frames:
        engine.take(batch, wall_clock_ms())
    return time.perf_counter() - started, engine


def in_alarm(frames: Sequence[Sequence[Frame]]) -> list[list[Frame]]:
    """Return the same readings, with the highest possible value from some of the devices."""
    return [[_raised(frame) for frame in batch] for batch in frames]


def _raised(frame: Frame) -> Frame:
    values = frame.values.copy()
    values[frame.device % ONE_IN == 0, 0] = frame.kind.fields[0].hard[1]
    return replace(frame, values=values)


def some_rules(count: int, kind: str = "") -> list[Rule]:
    """Return so many rules, about all kinds in turn or about one, the same again if need be."""
    waiting: dict[str, deque[Rule]] = defaultdict(deque)
    for rule in load_rules([], kinds()):
        if kind in {"", rule.kind}:
            waiting[rule.kind].append(rule)
    chosen: list[Rule] = []
    for rules in islice(cycle(waiting.values()), count):
        chosen.append(replace(rules[0], name=f"{rules[0].name}-{len(chosen)}"))
        rules.rotate(-1)
    return chosen


def measure(kind: str, chunks: Sequence[bytes], rounds: int, rules: int, folder: Path) -> Figures:
    """Run everything `rounds` times and return the figures."""
    sets = {"rules_us": some_rules(rules), "same_kind_us": some_rules(rules, kind)}
    spent: dict[str, list[float]] = defaultdict(list)
    for number in range(rounds):
        with Spool(SpoolSettings(dir=folder / f"{number}")) as spool:
            hot = hot_path(chunks, spool)
        messages = sum(len(frame) for batch in hot.frames for frame in batch)
        spent["hot_path_us"].append(hot.elapsed_s / messages * 1e6)
        for name, chosen in sets.items():
            spent[name].append(evaluation(chosen, hot.frames)[0] / messages * 1e6)
        alarm = in_alarm(hot.frames)
        spent["firing_us"].append(evaluation(sets["rules_us"], alarm)[0] / messages * 1e6)
    engine = evaluation(sets["rules_us"], alarm)[1]
    started = time.perf_counter()
    snapshot = engine.snapshot()
    figures = {name: statistics.median(each) for name, each in spent.items()} | {
        "share": statistics.median(ratios(spent["rules_us"], spent["hot_path_us"])),
        "same_kind_share": statistics.median(ratios(spent["same_kind_us"], spent["hot_path_us"])),
        "snapshot_ms": (time.perf_counter() - started) * 1e3,
        "snapshot_bytes": len(snapshot),
    }
    return {name: round(value, 3) for name, value in figures.items()}


def ratios(parts: Sequence[float], wholes: Sequence[float]) -> list[float]:
    """Return the share that each part is of its whole."""
    return [part / whole for part, whole in zip(parts, wholes, strict=True)]


def main() -> None:
    """Parse the arguments, measure, print."""
    parser = arguments(__doc__)
    parser.add_argument("--kind", default="smart_meter", help="device kind (smart_meter)")
    parser.add_argument("--devices", type=int, default=1_000, help="devices in turn (1000)")
    parser.add_argument("--fields", type=int, default=7, help="fields a reading (7; 0 is all)")
    parser.add_argument("--messages", type=int, default=100_000, help="messages a round (100000)")
    parser.add_argument("--rules", type=int, default=100, help="rules (100)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds; medians are shown (5)")
    parser.add_argument("--seed", type=int, default=1, help="of the devices (1)")
    asked = parser.parse_args()
    traffic = payloads(
        asked.kind, asked.devices, asked.messages, now(), fields=asked.fields, seed=asked.seed
    )
    chunks = chunks_of(traffic)
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(asked.kind, chunks, asked.rounds, asked.rules, Path(folder))
    show(figures, NOTES, as_json=asked.json)


if __name__ == "__main__":
    main()

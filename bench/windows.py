"""What windows cost on the way of a message, for a small fleet and for a very large one.

The whole path of `bench.hot_path` runs with and without rollups in turn, so that their share is
one of the same minute on the same machine. Devices report as often as fills one core in real time.
A run is shorter than a minute; what closing a minute's windows and encoding their rows costs is
measured after it, and added by the run's share of a minute. All devices are known beforehand.
"""

import itertools
import statistics
import tempfile
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path

import mqtt5
import uvloop

from bench.figures import Figures, arguments, show
from bench.hot_path import new_decoder, whole_path
from bench.traffic import chunks_of, now, payloads, publishes
from devices.mqtt.packets import PacketReader
from devices.registry import kind_named
from ingest.clock import wall_clock_ms
from ingest.core.decode import Decoder
from ingest.core.frame import Frame
from ingest.core.row_lines import encode_rows
from ingest.rollups.carry import Carry
from ingest.rollups.layout import Layout
from ingest.rollups.rollups import Rollups
from ingest.rollups.tiers import Tiers
from ingest.rollups.window import Window
from ingest.settings_stores import SpoolSettings
from ingest.spool.spool import Spool

LATENESS_MS = 10_000
IDLE_MS = 30_000
FULL_CORE_PER_S = 150_000  # messages in real time, about what fills a core
FAR_MS = 24 * 3_600_000  # closes every window
MINUTE_S = 60

NOTES = {
    "messages_per_s": "with windows, small fleet",
    "messages_per_s_bare": "without windows, small fleet",
    "messages_per_s_large": "with windows, large fleet",
    "messages_per_s_large_bare": "without windows, large fleet",
    "large_to_small": "rate of the large fleet to that of the small one, with windows",
    "windows_share": "what windows add to the path, small fleet",
    "windows_share_large": "what windows add to the path, large fleet",
    "fold_us": "per message: into the windows, small fleet",
    "fold_us_large": "per message: into the windows, large fleet",
    "close_us": "per row of a closed window, small fleet: computed and encoded",
    "close_us_large": "per row of a closed window, large fleet",
    "window_bytes": "memory per device and window",
    "carry_bytes": "memory per device between readings",
}


class Windows:
    """Rollups as the service drives them, and the time they take.

    Attributes:
        spent_s: In folding.
    """

    def __init__(self, known: Sequence[Frame]) -> None:
        self._rollups = Rollups(Tiers(), lateness_ms=LATENESS_MS, idle_ms=IDLE_MS)
        self._rollups.take(known, wall_clock_ms())
        deque(self._rollups.early(wall_clock_ms()), maxlen=0)  # they are folded in
        self.spent_s = 0.0

    def take(self, frames: Sequence[Frame]) -> None:
        """Take a batch."""
        started = time.perf_counter()
        self._rollups.take(frames, wall_clock_ms())
        self.spent_s += time.perf_counter() - started

    def close(self) -> float:
        """Close everything and return the seconds for each row."""
        started = time.perf_counter()
        closed = self._rollups.advance(wall_clock_ms() + FAR_MS)
        encoded = sum(encode_rows(part).count(b"\n") for each in closed for part in each.rows)
        return (time.perf_counter() - started) / encoded


class Fleet:
    """Traffic of one fleet, and what came of it round by round.

    Args:
        kind: Device kind.
        devices: How many.
        messages: How many messages a round.
        fields: The first so many fields of the kind are sent; 0 sends all.
        seed: Of the devices.
    """

    def __init__(
        self, kind: str, devices: int, messages: int, *, fields: int = 7, seed: int = 1
    ) -> None:
        pairs = payloads(
            kind,
            devices,
            devices + messages,
            now(),
            fields=fields,
            seed=seed,
            interval_s=devices / FULL_CORE_PER_S,
        )
        known = b"".join(publishes(itertools.islice(pairs, devices)))
        self.messages = messages
        self.bare_s: list[float] = []
        self.windows_s: list[float] = []
        self.fold_s: list[float] = []
        self.row_s: list[float] = []
        self._devices = devices
        self._known = [p for p in PacketReader().feed(known) if isinstance(p, mqtt5.PublishPacket)]
        self._chunks = chunks_of(pairs)

    def run(self, folder: Path) -> None:
        """Send everything without windows, then with them."""
        self.bare_s.append(self._path(folder / "bare", self._decoder()[0], None))
        decoder, frames = self._decoder()
        windows = Windows(frames)
        self.windows_s.append(self._path(folder / "windows", decoder, windows.take))
        self.fold_s.append(windows.spent_s)
        self.row_s.append(windows.close())

    def rate(self, seconds: Sequence[float]) -> int:
        """Return the median of the rounds as messages per second."""
        return round(self.messages / statistics.median(seconds))

    def with_windows_s(self) -> list[float]:
        """Return what each round took, its share of closing windows included."""
        return [
            whole + self._closing_s(whole, row)
            for whole, row in zip(self.windows_s, self.row_s, strict=True)
        ]

    def share(self) -> float:
        """Return what windows add to the path, median of the rounds."""
        rounds = zip(self.windows_s, self.fold_s, self.row_s, strict=True)
        return round(
            statistics.median(
                (fold + self._closing_s(whole, row)) / (whole - fold) for whole, fold, row in rounds
            ),
            3,
        )

    def _closing_s(self, run_s: float, row_s: float) -> float:
        """Return what closing windows costs in a stretch of real time."""
        tiers = Tiers().lengths_ms
        rows_per_minute = self._devices * sum(tiers[0] / length_ms for length_ms in tiers)
        return rows_per_minute * row_s * run_s / MINUTE_S

    def _decoder(self) -> tuple[Decoder, list[Frame]]:
        """Return a decoder that knows all devices, and the readings it knows them from."""
        decoder = new_decoder()
        return decoder, decoder.decode(self._known, wall_clock_ms()).frames

    def _path(
        self, folder: Path, decoder: Decoder, take: Callable[[Sequence[Frame]], None] | None
    ) -> float:
        with Spool(SpoolSettings(dir=folder)) as spool:
            path = whole_path(self._chunks, self.messages, spool, decoder=decoder, on_frames=take)
            return uvloop.run(path)


def memory(kind_name: str) -> dict[str, int]:
    """Return what a device takes in memory."""
    layout = Layout(kind_named(kind_name), Tiers().span_ms)
    window = Window(layout, 0, Tiers().span_ms, devices=1)
    return {
        "window_bytes": window.bytes_per_device,
        "carry_bytes": Carry(layout).bytes_per_device,
    }


def measure(small: Fleet, large: Fleet, rounds: int, folder: Path) -> Figures:
    """Run both fleets in turn and return the figures."""
    for number in range(rounds):
        small.run(folder / f"small-{number}")
        large.run(folder / f"large-{number}")
    both = zip(small.with_windows_s(), large.with_windows_s(), strict=True)
    micro = 1e6 / small.messages
    return {
        "messages_per_s": small.rate(small.with_windows_s()),
        "messages_per_s_bare": small.rate(small.bare_s),
        "messages_per_s_large": large.rate(large.with_windows_s()),
        "messages_per_s_large_bare": large.rate(large.bare_s),
        "large_to_small": round(statistics.median(few / many for few, many in both), 3),
        "windows_share": small.share(),
        "windows_share_large": large.share(),
        "fold_us": round(statistics.median(small.fold_s) * micro, 3),
        "fold_us_large": round(statistics.median(large.fold_s) * micro, 3),
        "close_us": round(statistics.median(small.row_s) * 1e6, 1),
        "close_us_large": round(statistics.median(large.row_s) * 1e6, 1),
    }


def main() -> None:
    """Parse the arguments, measure, print."""
    parser = arguments(__doc__)
    parser.add_argument("--kind", default="smart_meter", help="device kind (smart_meter)")
    parser.add_argument("--small", type=int, default=1_000, help="devices (1000)")
    parser.add_argument("--large", type=int, default=100_000, help="devices (100000)")
    parser.add_argument("--fields", type=int, default=7, help="fields a reading (7; 0 is all)")
    parser.add_argument("--messages", type=int, default=200_000, help="messages a round (200000)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds; medians are shown (5)")
    parser.add_argument("--seed", type=int, default=1, help="of the devices (1)")
    parser.add_argument("--dir", type=Path, help="where the spool is written (a temporary folder)")
    asked = parser.parse_args()
    small, large = (
        Fleet(asked.kind, devices, asked.messages, fields=asked.fields, seed=asked.seed)
        for devices in (asked.small, asked.large)
    )
    with tempfile.TemporaryDirectory(dir=asked.dir) as folder:
        figures = measure(small, large, asked.rounds, Path(folder))
    show({**figures, **memory(asked.kind)}, NOTES, as_json=asked.json)


if __name__ == "__main__":
    main()

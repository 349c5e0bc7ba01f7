"""How fast one core takes MQTT packets all the way to acknowledged, durable line protocol.

One process, no broker and no database: packets encoded beforehand go through the very objects of
the service (link, inbox, decoder, encoder, spool with fsync) and come out as acknowledgements.
The limit it is held against is the MQTT codec alone, reading the same packets and acknowledging
them, in the same run.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Self

import mqtt5
import uvloop

from bench.figures import Figures, arguments, show
from bench.traffic import Message, chunks_of, now, payloads, values_in
from devices.mqtt.packets import PacketReader
from devices.registry import kinds
from ingest.clock import wall_clock_ms
from ingest.core.decode import Decoder
from ingest.core.frame import Frame
from ingest.core.line_protocol import encode
from ingest.core.payload import PayloadLimits
from ingest.core.plausibility import TimeWindow
from ingest.core.rejection import DeadLetter
from ingest.core.sources import MOST_DEVICES
from ingest.mqtt.inbox import Inbox
from ingest.mqtt.link import Link
from ingest.pipeline import Pipeline
from ingest.settings import BatchSettings
from ingest.settings_stores import SpoolSettings
from ingest.spool.spool import Spool
from ingest.stores.base import StoreState
from ingest.tuning import tuned
from ingest.vitals import Vitals

BATCH = BatchSettings()

NOTES = {
    "messages_per_s": "the whole path, median of the rounds",
    "values_per_s": "fields of them",
    "codec_messages_per_s": "the MQTT codec alone: read, acknowledge",
    "ratio": "whole path to codec alone",
    "codec_us": "per message: MQTT bytes to publishes, PUBACKs to bytes",
    "decode_us": "per message: payload to validated frame",
    "encode_us": "per message: frame to line protocol",
    "spool_us": "per message: append and fsync, beside the other stages",
    "whole_us": "per message: all of it",
}


class SpoolOnly:
    """A store that nobody ships from."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    async def commit(self, frames: Sequence[Frame]) -> None:
        """Append the frames' lines to the spool."""
        lines = b"".join(map(encode, frames))
        await asyncio.to_thread(self._spool.append, lines, sum(map(len, frames)))

    def state(self) -> StoreState:
        """Say that everything waits."""
        return StoreState(stored=0, refused=0, waiting=self._spool.waiting)

    async def drain(self) -> None:
        """Nothing will ever change."""


class NoDeadLetters:
    """The bench sends good readings only."""

    size_bytes = 0

    def append(self, letters: list[DeadLetter]) -> None:
        """Stop the run: a reading was rejected."""
        raise AssertionError(f"{letters[0].reason}: {letters[0].message}")


class Sink(asyncio.Transport):
    """A transport that counts the acknowledgements written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.acknowledged = 0
        self.reading = asyncio.Event()
        self.reading.set()
        self.done = asyncio.Event()
        self.expected = 0

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Count PUBACKs."""
        self.acknowledged += len(data) // 4
        if self.acknowledged == self.expected:
            self.done.set()

    def is_reading(self) -> bool:
        """Tell whether the feed may go on."""
        return self.reading.is_set()

    def is_closing(self) -> bool:
        """Never."""
        return False

    def pause_reading(self) -> None:
        """Hold the feed."""
        self.reading.clear()

    def resume_reading(self) -> None:
        """Let it go on."""
        self.reading.set()


async def whole_path(
    chunks: Iterable[bytes],
    messages: int,
    spool: Spool,
    *,
    decoder: Decoder | None = None,
    on_frames: Callable[[Sequence[Frame]], None] | None = None,
) -> float:
    """Return the seconds from the first byte in to the last acknowledgement out.

    Args:
        chunks: The stream, as reads of a socket.
        messages: How many publishes are in it.
        spool: Where lines end.
        decoder: One that knows the devices already; None for a new one.
        on_frames: Gets what is durable, as in the service.
    """
    vitals = Vitals(started_at=0, broker="bench")
    inbox = Inbox(BATCH)
    pipeline = Pipeline(
        inbox,
        decoder or new_decoder(),
        SpoolOnly(spool),
        NoDeadLetters(),
        vitals,
        now_ms=wall_clock_ms,
        on_frames=on_frames,
    )
    link, sink = Link(inbox.put), Sink()
    sink.expected = messages
    link.connection_made(sink)
    running = asyncio.create_task(pipeline.run())
    with tuned():
        started = time.perf_counter()
        feeding = asyncio.create_task(feed(chunks, link, sink))
        await asyncio.wait([feeding, running], return_when=asyncio.FIRST_COMPLETED)
        elapsed_s = time.perf_counter() - started
        if running.done():
            feeding.cancel()
            running.result()
        running.cancel()
        await asyncio.wait([running])
    return elapsed_s


async def feed(chunks: Iterable[bytes], link: Link, sink: Sink) -> None:
    """Return when everything has gone in and every acknowledgement has come out."""
    for chunk in chunks:
        await sink.reading.wait()
        link.data_received(chunk)
        await asyncio.sleep(0)
    await sink.done.wait()


def codec_alone(chunks: Iterable[bytes]) -> float:
    """Return the seconds that the least subscriber takes: topic and payload, and a PUBACK."""
    with tuned():  # as the service is
        started = time.perf_counter()
        reader, seen = PacketReader(), list[tuple[str, bytes]]()
        for chunk in chunks:
            for packet in reader.feed(chunk):
                if isinstance(packet, mqtt5.PublishPacket) and packet.packet_id is not None:
                    seen.append((packet.topic, packet.payload))
                    mqtt5.PubAckPacket(packet.packet_id).write()
            seen.clear()
        return time.perf_counter() - started


def stages(chunks: Sequence[bytes], spool: Spool) -> dict[str, float]:
    """Return the seconds that each stage takes alone, one batch after the other."""
    reader, decoder = PacketReader(), new_decoder()
    packets = [
        packet
        for chunk in chunks
        for packet in reader.feed(chunk)
        if isinstance(packet, mqtt5.PublishPacket)
    ]
    spent = dict.fromkeys(("decode_us", "encode_us", "spool_us"), 0.0)
    for start in range(0, len(packets), BATCH.max_messages):
        batch = packets[start : start + BATCH.max_messages]
        moments = [time.perf_counter()]
        decoded = decoder.decode(batch, wall_clock_ms())
        moments.append(time.perf_counter())
        lines = b"".join(map(encode, decoded.frames))
        moments.append(time.perf_counter())
        spool.append(lines, decoded.readings)
        moments.append(time.perf_counter())
        for stage, (before, after) in zip(spent, pairwise(moments), strict=True):
            spent[stage] += after - before
    return spent


def new_decoder(max_devices: int = MOST_DEVICES) -> Decoder:
    """Return the decoder as the service makes it by default, but for how many devices it takes."""
    return Decoder(kinds(), PayloadLimits(), TimeWindow(), max_devices)


def measure(pairs: list[Message], rounds: int, folder: Path) -> Figures:
    """Run everything `rounds` times and return the figures."""
    messages = len(pairs)
    values = values_in(pairs)
    chunks = chunks_of(pairs)
    whole, codec, per_stage = [], [], []
    for number in range(rounds):
        codec.append(codec_alone(chunks))
        for what in ("stages", "whole"):
            settings = SpoolSettings(dir=folder / f"{what}-{number}")
            with Spool(settings) as spool:
                if what == "stages":
                    per_stage.append(stages(chunks, spool))
                else:
                    whole.append(uvloop.run(whole_path(chunks, messages, spool)))
    whole_s, codec_s = statistics.median(whole), statistics.median(codec)
    return {
        "messages_per_s": round(messages / whole_s),
        "values_per_s": round(values / whole_s),
        "codec_messages_per_s": round(messages / codec_s),
        "ratio": round(statistics.median(c / w for c, w in zip(codec, whole, strict=True)), 3),
        "codec_us": round(codec_s / messages * 1e6, 2),
        **{
            stage: round(statistics.median(s[stage] for s in per_stage) / messages * 1e6, 2)
            for stage in per_stage[0]
        },
        "whole_us": round(whole_s / messages * 1e6, 2),
        "payload_bytes": round(sum(len(payload) for _, payload in pairs) / messages),
        "values_per_message": round(values / messages, 1),
    }


def main() -> None:
    """Parse the arguments, measure, print."""
    parser = arguments(__doc__)
    parser.add_argument("--kind", default="smart_meter", help="device kind (smart_meter)")
    parser.add_argument("--devices", type=int, default=1_000, help="devices in turn (1000)")
    parser.add_argument("--fields", type=int, default=7, help="fields a reading (7; 0 is all)")
    parser.add_argument("--messages", type=int, default=200_000, help="messages a round (200000)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds; medians are shown (5)")
    parser.add_argument("--seed", type=int, default=1, help="of the devices (1)")
    parser.add_argument("--dir", type=Path, help="where the spool is written (a temporary folder)")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.dir) as folder:
        traffic = payloads(
            asked.kind,
            asked.devices,
            asked.messages,
            now(),
            fields=asked.fields,
            seed=asked.seed,
        )
        figures = measure(list(traffic), asked.rounds, Path(folder))
    show(figures, NOTES, as_json=asked.json)


if __name__ == "__main__":
    main()

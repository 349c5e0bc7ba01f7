"""Fills a spool as a service does whose database is down."""

from pathlib import Path

from bench.hot_path import new_decoder
from bench.traffic import chunks_of, now, payloads
from devices.mqtt.packets import PacketReader
from ingest.clock import wall_clock_ms
from ingest.core.line_protocol import encode
from ingest.settings_stores import SpoolSettings
from ingest.spool.spool import Spool

KIND, FIELD = "smart_meter", "voltage_l1_v"
BATCH = 5_000


def lines_of(readings: int, site: str, *, devices: int = 1_000, seed: int = 1) -> list[bytes]:
    """Return line protocol of so many readings, in batches.

    Args:
        readings: How many, in whole batches.
        site: Where the devices stand.
        devices: How many, in turn.
        seed: Of their model.
    """
    traffic = payloads(KIND, devices, readings, now(), site=site, fields=7, seed=seed)
    reader, decoder = PacketReader(), new_decoder()
    packets = [packet for chunk in chunks_of(traffic) for packet in reader.feed(chunk)]
    return [
        b"".join(
            map(encode, decoder.decode(packets[at : at + BATCH], wall_clock_ms()).frames)  # type: ignore[arg-type]  # all publishes
        )
        for at in range(0, len(packets), BATCH)
    ]


def fill(folder: Path, batches: list[bytes], times: int = 1) -> int:
    """Append batches to a spool, over and over if so asked; return its size in bytes.

    Args:
        folder: Of the spool, which must not be in use.
        batches: Line protocol.
        times: How often each is appended.
    """
    with Spool(SpoolSettings(dir=folder, sync=False)) as spool:
        for _ in range(times):
            for batch in batches:
                spool.append(batch, batch.count(b"\n"))
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())

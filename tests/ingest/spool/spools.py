"""What the tests of the spool share."""

from pathlib import Path

from ingest.settings_stores import SpoolSettings
from ingest.spool.segment_reader import Record
from ingest.spool.spool import Spool

MIB = 1024 * 1024


def open_spool(
    folder: Path,
    *,
    segment_bytes: int = MIB,
    max_bytes: int = 64 * MIB,
    memory_bytes: int = MIB,
    live_first: bool = False,
    sync: bool = True,
) -> Spool:
    settings = SpoolSettings(
        dir=folder, segment_bytes=segment_bytes, max_bytes=max_bytes, sync=sync
    )
    return Spool(settings, memory_bytes=memory_bytes, live_first=live_first)


def lines(first: int, count: int) -> bytes:
    """Distinct lines that say their own number."""
    return b"".join(b"m,device=d v=%d %d\n" % (n, n) for n in range(first, first + count))


def read_all(spool: Spool, most_bytes: int = 64) -> list[Record]:
    """Read to the end, in small helpings, from wherever the reader may."""
    records: list[Record] = []
    while spool.unread:
        records += spool.read_memory(most_bytes) or spool.read_disk(most_bytes)
    return records


def payload_of(records: list[Record]) -> bytes:
    return b"".join(record.payload for record in records)


def crash(spool: Spool) -> None:
    """Give up a spool as a killed process does: nothing is written any more."""
    spool._lock.release()
    spool._appender.close()


def segment_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.spool"))

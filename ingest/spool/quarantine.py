"""Bytes of the spool that are damaged, set aside for a person to look at."""

import logging

from ingest.spool.segment_reader import Damage, SegmentReader

FOLDER = "damaged"

log = logging.getLogger(__name__)


def set_aside(reader: SegmentReader, damage: Damage) -> None:
    """Copy a damaged stretch into a file of its own, named after where it was.

    A copy that fails is logged and no more: the stream must go on, and the points in the
    stretch are lost with or without it.
    """
    segment = reader.path
    length = damage.end_offset - damage.offset
    copy = segment.parent / FOLDER / f"{segment.stem}-from-{damage.offset}-{length}-bytes.bin"
    log.error(
        "%s: %d damaged bytes at offset %d, checksums do not match; the disk may be failing. "
        "They are set aside in %s, and the records behind them go on",
        segment,
        length,
        damage.offset,
        copy,
    )
    try:
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(reader.bytes_at(damage.offset, length))
    except OSError as error:
        log.error("%s could not be written: %s", copy, error)  # noqa: TRY400 - no stack needed

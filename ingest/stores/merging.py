"""Readings of one identity made one, the later value of each field winning."""

from dataclasses import replace

import numpy as np

from ingest.core.frame import Frame


def merge_repeats(frame: Frame) -> Frame:
    """Return the frame with one reading for each device and timestamp.

    Fields absent from the later reading keep the value of the earlier one. A frame without
    repeats is returned as it is; of another one the readings come sorted by device and time.
    """
    order = np.lexsort((frame.ts_ms, frame.device))
    device, ts_ms = frame.device[order], frame.ts_ms[order]
    is_first = np.ones(len(frame), np.bool_)
    is_first[1:] = (device[1:] != device[:-1]) | (ts_ms[1:] != ts_ms[:-1])
    if is_first.all():
        return frame
    values = frame.values[order]
    row = np.arange(len(frame))
    first_row = np.maximum.accumulate(np.where(is_first, row, 0))
    # Per value, the last row of its reading so far in which it is present.
    source_row = np.where(np.isnan(values), first_row[:, np.newaxis], row[:, np.newaxis])
    np.maximum.accumulate(source_row, axis=0, out=source_row)
    is_last = np.append(is_first[1:], np.True_)
    return replace(
        frame,
        device=device[is_last],
        ts_ms=ts_ms[is_last],
        seq=frame.seq[order][is_last],
        values=np.take_along_axis(values, source_row, axis=0)[is_last],
    )

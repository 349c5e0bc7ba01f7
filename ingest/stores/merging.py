"""Readings of one identity made one, the later value of each field winning."""

from dataclasses import replace

import numpy as np

from ingest.core.frame import Frame
from ingest.core.repeats import merged_runs, starts_of_runs


def merge_repeats(frame: Frame) -> Frame:
    """Return the frame with one reading for each device and timestamp.

    Fields absent from the later reading keep the value of the earlier one. A frame without
    repeats is returned as it is; of another one the readings come sorted by device and time.
    """
    order = np.lexsort((frame.ts_ms, frame.device))
    device, ts_ms = frame.device[order], frame.ts_ms[order]
    is_first = starts_of_runs(device, ts_ms)
    if is_first.all():
        return frame
    is_last = np.append(is_first[1:], np.True_)
    return replace(
        frame,
        device=device[is_last],
        ts_ms=ts_ms[is_last],
        seq=frame.seq[order][is_last],
        values=merged_runs(frame.values[order], is_first),
    )

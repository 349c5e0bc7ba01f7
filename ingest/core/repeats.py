"""Readings of one device and one moment made one."""

import numpy as np
from numpy.typing import NDArray


def starts_of_runs(*columns: NDArray[np.generic]) -> NDArray[np.bool_]:
    """Tell of each row whether it differs from the one before in any of the columns."""
    is_first = np.ones(len(columns[0]), np.bool_)
    is_first[1:] = columns[0][1:] != columns[0][:-1]
    for column in columns[1:]:
        is_first[1:] |= column[1:] != column[:-1]
    return is_first


def merged_runs(values: NDArray[np.float64], is_first: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return one row for each run of rows, the last value of each field that is present in it.

    Args:
        values: Shape (n, fields), NaN where a field is absent.
        is_first: Shape (n,), True where a run begins.
    """
    row = np.arange(len(values))
    first_row = np.maximum.accumulate(np.where(is_first, row, 0))
    # Per value, the last row of its run so far in which it is present.
    source_row = np.where(np.isnan(values), first_row[:, np.newaxis], row[:, np.newaxis])
    np.maximum.accumulate(source_row, axis=0, out=source_row)
    is_last = np.append(is_first[1:], np.True_)
    return np.take_along_axis(values, source_row, axis=0)[is_last]

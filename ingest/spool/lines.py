"""Cutting blocks of lines without looking at each line from Python."""

from collections.abc import Iterator

import numpy as np

NEWLINE = ord("\n")


def cut(payload: bytes, *, max_lines: int, max_bytes: int) -> Iterator[tuple[bytes, int]]:
    r"""Cut a block of lines into parts of whole lines.

    Args:
        payload: Lines, each ended by `\n`.
        max_lines: Most lines of a part.
        max_bytes: Largest part in bytes; a single line that is longer makes a part of its own.

    Yields:
        Parts in order, with the number of their lines.
    """
    lines = payload.count(b"\n")
    if lines <= max_lines and len(payload) <= max_bytes:
        yield payload, lines
        return
    ends = np.flatnonzero(np.frombuffer(payload, np.uint8) == NEWLINE) + 1
    done, start = 0, 0
    while done < lines:
        fitting = int(np.searchsorted(ends, start + max_bytes, side="right"))
        until = max(min(fitting, done + max_lines), done + 1)
        end = int(ends[until - 1])
        yield payload[start:end], until - done
        done, start = until, end


def halve(payload: bytes) -> tuple[bytes, bytes]:
    """Cut a block of lines near its middle; the second half is empty if it is a single line."""
    middle = payload.rfind(b"\n", 0, len(payload) // 2) + 1
    if middle == 0:
        middle = payload.find(b"\n") + 1
    return payload[:middle], payload[middle:]

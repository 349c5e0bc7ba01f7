"""How the service fared in the course of a run: memory, files, latency, part by part."""

from collections.abc import Sequence

import msgspec

from snowgrid.loading.service import ServiceFigures
from snowgrid.loading.stored import latency_of

PARTS = 20


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a run.

    Attributes:
        at_s: When it ended, from the beginning of the run.
        memory_bytes: The most that the service had resident.
        open_files: The most files and connections that it had open.
        spooled: The most readings that waited in its spool.
        stored_p99_s: From due to confirmed by the database, of what was due in this part; 0 if
            nothing was.
    """

    at_s: float
    memory_bytes: int
    open_files: int
    spooled: int
    stored_p99_s: float


def course_of(
    done: Sequence[ServiceFigures],
    begin_s: float,
    due_by_s: Sequence[int],
    from_s: float,
    to_s: float,
) -> list[Part]:
    """Return a run in equal parts; those in which the service did not answer are left out.

    Args:
        done: What it had done since the beginning, in the order of time.
        begin_s: When that was, by the clock of `done`.
        due_by_s: Readings sent, by the second in which they were due.
        from_s: Where the first part begins, seconds from the beginning.
        to_s: Where the last one ends.
    """
    counted = [(figures.at_s - begin_s, figures.finished) for figures in done]
    length_s = (to_s - from_s) / PARTS
    parts = []
    for number in range(PARTS):
        begins_s = from_s + number * length_s
        ends_s = begins_s + length_s
        within = [f for f in done if begins_s <= f.at_s - begin_s < ends_s]
        if within:
            latency = latency_of(counted, due_by_s, begins_s, ends_s)
            parts.append(
                Part(
                    at_s=ends_s,
                    memory_bytes=max(figures.memory_bytes for figures in within),
                    open_files=max(figures.open_files for figures in within),
                    spooled=max(figures.spooled for figures in within),
                    stored_p99_s=latency.percentile_s(99) if len(latency) else 0.0,
                )
            )
    return parts

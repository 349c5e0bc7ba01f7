"""Compares the rollups of a store with what was sent: every reading in its window, once."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np

from snowgrid.loading.expected import Place, slices
from snowgrid.loading.sending import Sending
from snowgrid.loading.window_counts import WindowCounts, Windows, counted_field
from snowgrid.loading.window_readers import Counted, WindowReader
from snowgrid.loading.windows_found import WindowsFound, added_windows

QUIET_MS = 3_600_000  # windows farther apart than this are asked for apart


class Scope(NamedTuple):
    """How windows can be judged.

    Attributes:
        ours: Whether nobody else ever wrote into the store, so that nothing else may be in it.
        from_ms: Windows that began earlier may hold others' readings.
        settled_ms: Windows that begin later may lack readings still: what comes late is put into
            them when the longest window around them is over. Never do they hold too many.
    """

    ours: bool
    from_ms: float
    settled_ms: int


async def verify_windows(
    reader: WindowReader, sendings: Iterable[Sending], scope: Scope
) -> WindowsFound:
    """Compare.

    Args:
        reader: Of the store; entered.
        sendings: What was sent, by publishers with devices of their own each.
        scope: Which windows are judged.

    Raises:
        StoreError: The store does not answer.
    """
    parts: list[WindowsFound] = []
    for sending in sendings:
        counts = WindowCounts(reader.length_ms)
        for span in slices(sending):
            for place, sent in span.sent.items():
                counts.add(place, sent)
        for place, wanted in counts.places().items():
            parts += [
                _compared(place, part, await _there(reader, place, part), scope)
                for part in _spans(wanted)
            ]
    return added_windows(parts)


async def _there(reader: WindowReader, place: Place, wanted: Windows) -> Counted:
    first_ms, last_ms = int(wanted.start_ms.min()), int(wanted.start_ms.max())
    field = counted_field(wanted.kind)
    return await reader.counts(place, field, first_ms, last_ms + reader.length_ms)


def _compared(place: Place, wanted: Windows, there: Counted, scope: Scope) -> WindowsFound:
    known = set(wanted.names)
    names = zip(there.device, there.start_ms.tolist(), strict=True)
    found = dict(zip(names, there.readings.tolist(), strict=True))
    findings: list[str] = []
    columns = wanted.device, wanted.start_ms, wanted.least, wanted.most
    for device, start_ms, least, most in zip(*map(list, columns), strict=True):
        name = wanted.names[device]
        count = found.pop((name, start_ms), 0)
        lacks = count < least and start_ms < scope.settled_ms
        if lacks or (count > most and start_ms >= scope.from_ms):
            findings.append(_said(place, name, start_ms, f"counts {count:,}, want {least:,}"))
    if scope.ours:
        findings += [
            _said(place, name, start_ms, f"counts {count:,}, where nothing was measured")
            for (name, start_ms), count in found.items()
            if count and name in known
        ]
    return WindowsFound(windows=len(wanted.device), wrong=len(findings), findings=findings)


def _spans(wanted: Windows) -> Iterator[Windows]:
    """Cut windows where there is nothing for long."""
    order = np.argsort(wanted.start_ms, kind="stable")
    (quiet,) = (np.diff(wanted.start_ms[order]) > QUIET_MS).nonzero()
    for rows in np.split(order, quiet + 1):
        if len(rows):
            yield wanted._replace(
                device=wanted.device[rows],
                start_ms=wanted.start_ms[rows],
                least=wanted.least[rows],
                most=wanted.most[rows],
            )


def _said(place: Place, device: str, start_ms: int, what: str) -> str:
    at = datetime.fromtimestamp(int(start_ms) / 1_000, UTC).isoformat(timespec="seconds")
    return f"window {place.kind} {place.site}/{device} at {at} {what}"

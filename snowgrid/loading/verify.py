"""Compares a store with what was sent: every reading once, every value as it was, nothing else."""

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from devices.faults.lots import NO_FAULT, Codes
from ingest.rollups.history import History
from ingest.stores.raw import RawReader
from snowgrid.loading.expected import (
    Place,
    Sent,
    may_be_there,
    slices,
    was_acknowledged,
)
from snowgrid.loading.sending import Sending
from snowgrid.loading.verification import (
    MOST_EXAMPLES,
    FaultFound,
    FieldCount,
    Finding,
    Verification,
)

TS_BITS = 42  # of a key: Unix milliseconds until the year 2109, and two million devices

Keys = NDArray[np.int64]
Rows = NDArray[np.intp]
Flags = NDArray[np.bool_]


async def verify(reader: RawReader, store: str, sending: Sending) -> Verification:
    """Compare.

    Args:
        reader: Of the store; entered.
        store: What to call it.
        sending: What was sent.

    Raises:
        StoreError: The store does not answer.
    """
    tally = _Tally(store)
    for span in slices(sending):
        for place, sent in span.sent.items():
            there = await reader.history(sent.kind, place.site, span.from_ms, span.to_ms)
            tally.compare(place, sent, there, whole=span.whole)
    return tally.verification()


class _Tally:
    def __init__(self, store: str) -> None:
        self._store = store
        self._counts: Counter[str] = Counter()
        self._missing: Counter[str] = Counter()
        self._altered: Counter[str] = Counter()
        self._findings: list[Finding] = []
        self._devices: set[tuple[Place, int]] = set()
        self._faults: dict[int, FaultFound] = {}

    def compare(self, place: Place, sent: Sent, there: History, *, whole: bool) -> None:
        """Compare readings of a kind, a site and a span of time.

        Args:
            place: Kind and site.
            sent: What was sent.
            there: What the store holds.
            whole: Whether nothing else may be there.
        """
        found = _Found.of(sent, there)
        must = was_acknowledged(sent.outcome)
        keys = _keys(sent.device, sent.ts_ms)
        at, is_there = _looked_up(found.keys, keys)
        self._counts["acknowledged"] += int(must.sum())
        self._counts["present"] += int((must & is_there).sum())
        self._take("missing", place, sent, (must & ~is_there).nonzero()[0])
        comparable = is_there & _once(keys)
        rows = found.rows[at[comparable]]
        altered = self._compare_values(place, sent, there, comparable, rows)
        self._count_faults(sent.fault, must & is_there & ~altered, must & ~is_there, altered)
        self._look_at_rows(place, sent, there, found, whole=whole)

    def verification(self) -> Verification:
        """Return what was found."""
        return Verification(
            store=self._store,
            acknowledged=self._counts["acknowledged"],
            present=self._counts["present"],
            missing=self._counts["missing"],
            doubled=self._counts["doubled"],
            altered=self._counts["altered"],
            unexpected=self._counts["unexpected"],
            devices=len(self._devices),
            fields={
                name: FieldCount(missing=self._missing[name], altered=self._altered[name])
                for name in sorted(self._missing.keys() | self._altered.keys())
            },
            faults=self._faults,
            findings=self._findings,
        )

    def _count_faults(self, fault: Codes, present: Flags, missing: Flags, altered: Flags) -> None:
        for code in np.unique(fault[fault != NO_FAULT]).tolist():
            of_code = fault == code
            self._faults[code] = self._faults.get(code, FaultFound()) + FaultFound(
                present=int((present & of_code).sum()),
                missing=int((missing & of_code).sum()),
                altered=int((altered & of_code).sum()),
            )

    def _compare_values(
        self, place: Place, sent: Sent, there: History, comparable: Flags, rows: Rows
    ) -> Flags:
        """Take down values that are others, and return which readings have any."""
        (present,) = comparable.nonzero()
        wanted, got = sent.values[present], there.values[rows]
        differs = ~((wanted == got) | (np.isnan(wanted) & np.isnan(got)))
        gone = differs & np.isnan(got)
        for column, field in enumerate(sent.kind.fields):
            name = f"{place.kind}.{field.name}"
            self._missing[name] += int(gone[:, column].sum())
            self._altered[name] += int((differs & ~gone)[:, column].sum())
        self._missing, self._altered = +self._missing, +self._altered
        (bad,) = differs.any(axis=1).nonzero()

        def detail(index: int) -> tuple[str, str]:
            column = int(differs[bad[index]].argmax())
            values = (
                f"sent {wanted[bad[index], column]:.12g}, there is {got[bad[index], column]:.12g}"
            )
            return sent.kind.fields[column].name, values

        self._take("altered", place, sent, present[bad], detail)
        altered = np.zeros(len(comparable), np.bool_)
        altered[present[bad]] = True
        return altered

    def _look_at_rows(
        self, place: Place, sent: Sent, there: History, found: "_Found", *, whole: bool
    ) -> None:
        """Find rows that are there too often, or that nobody sent."""
        left = sent.rows(may_be_there(sent.outcome))
        known = np.unique(_keys(left.device, left.ts_ms))
        _, was_sent = _looked_up(known, found.keys)
        if whole:
            self._take_rows("unexpected", place, sent, there, found.rows[~was_sent])
        again = np.zeros(len(found.keys), np.bool_)
        again[1:] = found.keys[1:] == found.keys[:-1]
        self._take_rows("doubled", place, sent, there, found.rows[again & was_sent])

    def _take_rows(self, what: str, place: Place, sent: Sent, there: History, rows: Rows) -> None:
        numbers = {name: number for number, name in enumerate(sent.names)}
        names = [there.devices[index] for index in there.device[rows].tolist()]
        self._note(what, place, sent, [numbers[name] for name in names], there.ts_ms[rows])

    def _take(
        self,
        what: str,
        place: Place,
        sent: Sent,
        rows: Rows,
        detail: Callable[[int], tuple[str, str]] = lambda _: ("", ""),
    ) -> None:
        self._note(what, place, sent, sent.device[rows].tolist(), sent.ts_ms[rows], detail)

    def _note(  # noqa: PLR0913, PLR0917 - what a finding consists of
        self,
        what: str,
        place: Place,
        sent: Sent,
        devices: list[int],
        ts_ms: Keys,
        detail: Callable[[int], tuple[str, str]] = lambda _: ("", ""),
    ) -> None:
        self._counts[what] += len(devices)
        self._devices.update((place, device) for device in devices)
        room = max(0, MOST_EXAMPLES - len(self._findings))
        for index, device in enumerate(devices[:room]):
            field, text = detail(index)
            self._findings.append(
                Finding(
                    what=what,
                    kind=place.kind,
                    site=place.site,
                    device=sent.names[device],
                    ts_ms=int(ts_ms[index]),
                    field=field,
                    detail=text,
                )
            )


class _Found(NamedTuple):
    """Rows of the store that belong to devices of the load, sorted by key."""

    keys: Keys
    rows: Rows

    @classmethod
    def of(cls, sent: Sent, there: History) -> "_Found":
        numbers = {name: number for number, name in enumerate(sent.names)}
        known = np.array([numbers.get(name, -1) for name in there.devices], np.int64)
        device = known[there.device] if len(known) else np.empty(0, np.int64)
        (rows,) = (device >= 0).nonzero()
        keys = _keys(device[rows], there.ts_ms[rows])
        order = np.argsort(keys, kind="stable")
        return cls(keys[order], rows[order])


def _keys(device: Keys, ts_ms: Keys) -> Keys:
    return (device << TS_BITS) | ts_ms


def _once(keys: Keys) -> Flags:
    """Tell which keys are there once.

    A clock that goes wrong may give two readings of a device one time; the store then has one of
    them, and which is not said.
    """
    _, place, counts = np.unique(keys, return_inverse=True, return_counts=True)
    return np.asarray(counts[place] == 1)


def _looked_up(keys: Keys, wanted: Keys) -> tuple[Rows, NDArray[np.bool_]]:
    """Return where in sorted keys each wanted one is, and whether it is there at all."""
    if not len(keys):
        return np.zeros(len(wanted), np.intp), np.zeros(len(wanted), np.bool_)
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return at, keys[at] == wanted

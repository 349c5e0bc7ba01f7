"""Adds up the faults of a load that was sent, by making it again and looking at its outcomes."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from devices.faults.catalog import AnyFault, Gap, OutOfOrder, Silent, UnknownField, WrongSite
from devices.load.block import Ints, Portion
from snowgrid.loading.fates import (
    CODE,
    FATES,
    REJECTED_FROM,
    STORED,
    WITH_ITS_MESSAGE,
    WITHHELD,
    Fates,
)
from snowgrid.loading.fault_counts import FaultAccount, FaultCount, Range
from snowgrid.loading.lost import Lost
from snowgrid.loading.sending import Sending


def account_of(sending: Sending, cut: Mapping[int, int]) -> FaultAccount:
    """Add up.

    Args:
        sending: By one publisher.
        cut: Connections that storms broke, by the fault's place in the plan, from 1.
    """
    tally = _Tally(sending)
    for portion, number, fates in sending.portions_of(sending.workload()):
        tally.take(portion, number, fates)
    return tally.account(cut)


class _Tally:
    def __init__(self, sending: Sending) -> None:
        workload = sending.workload()
        self._entries: Sequence[AnyFault] = workload.faults.entries
        self._devices = workload.devices
        self._last = workload.schedule.total - 1
        self._deliveries = sending.outcomes.deliveries()
        (came,) = sending.outcomes.furthest().nonzero()
        self._end = int(came[-1]) + 1 if len(came) else 0  # where the load was stopped
        self._sent: Counter[int] = Counter()
        self._refused: Counter[int] = Counter()
        self._hit: dict[int, set[int]] = {}
        self._fates = np.zeros((len(self._entries) + 1, len(FATES)), np.int64)
        self._rejected = np.zeros((len(FATES), 2), np.int64)
        self._unknown = np.zeros(2, np.int64)
        self._lost, self._lost_elsewhere = Lost(self._devices), Lost(self._devices)

    def take(self, portion: Portion, number: Ints, fates: Fates) -> None:
        """Take the readings of one round of some devices."""
        self._take_numbers(portion, number, fates)
        for code, entry in enumerate(self._entries, start=1):
            (rows,) = (portion.fault == code).nonzero()
            if len(rows):
                self._take_fault(code, entry, number[rows], fates[rows])

    def account(self, cut: Mapping[int, int]) -> FaultAccount:
        """Return what was added up."""
        return FaultAccount(
            faults=[self._count(code, cut) for code in range(1, len(self._entries) + 1)],
            rejected={
                FATES[fate]: Range(*self._rejected[fate].tolist())
                for fate in range(REJECTED_FROM, len(FATES))
                if self._rejected[fate].any()
            },
            unknown_fields=Range(*self._unknown.tolist()),
            lost_upstream=self._lost.count + self._lost_elsewhere.count,
        )

    def _count(self, code: int, cut: Mapping[int, int]) -> FaultCount:
        return FaultCount(
            fault=label_of(self._entries[code - 1]),
            sent=self._sent[code] + cut.get(code, 0),
            devices=len(self._hit.get(code, ())),
            refused=self._refused[code],
            fates={
                FATES[fate]: count
                for fate, count in enumerate(self._fates[code].tolist())
                if count and FATES[fate] != WITH_ITS_MESSAGE
            },
        )

    def _take_fault(self, code: int, entry: AnyFault, number: Ints, fates: Fates) -> None:
        if isinstance(entry, Gap | Silent):
            due = number < self._end
            self._take_messages(code, number[due], np.ones(self._last + 1, np.uint16))
            self._fates[code, CODE[WITHHELD]] += np.count_nonzero(due)
            return
        self._take_messages(code, number, self._deliveries.sent)
        counts = np.stack([self._deliveries.least[number], self._deliveries.most[number]], axis=1)
        np.add.at(self._rejected, fates, counts.astype(np.int64))
        self._fates[code] += np.bincount(fates[counts[:, 0] > 0], minlength=len(FATES))
        if isinstance(entry, UnknownField):
            self._unknown += counts[fates == CODE[STORED]].sum(axis=0, dtype=np.int64)

    def _take_messages(self, code: int, number: Ints, sent: NDArray[np.uint16]) -> None:
        messages = np.unique(number)
        self._sent[code] += int(sent[messages].sum(dtype=np.int64))
        self._refused[code] += int(self._deliveries.refused[messages].sum(dtype=np.int64))
        self._hit.setdefault(code, set()).update((messages % self._devices).tolist())

    def _take_numbers(self, portion: Portion, number: Ints, fates: Fates) -> None:
        """Take down the devices' own numbers of what came and was good."""
        came = (fates == CODE[STORED]) & (self._deliveries.least[number] > 0)
        at, elsewhere = 2 * number, np.zeros(len(number), np.bool_)
        for code, entry in enumerate(self._entries, start=1):
            of_entry = portion.fault == code
            if isinstance(entry, OutOfOrder):
                due = np.minimum(number + entry.behind * self._devices, self._last)
                at = np.where(of_entry, 2 * due + (due > number), at)  # after what is due then
            elsewhere |= of_entry & isinstance(entry, WrongSite)
        device = number % self._devices
        for rows, lost in (
            (came & ~elsewhere, self._lost),
            (came & elsewhere, self._lost_elsewhere),
        ):
            lost.take(device[rows], portion.seq[rows], at[rows])


def label_of(entry: AnyFault) -> str:
    """Return what tells faults of a plan apart: the name, and the main parameter."""
    for key in entry.parameters():
        value = getattr(entry, key)
        return f"{entry.name()} {_duration(value) if key.endswith('_s') else f'{value:,g}'}"
    return entry.name()


def _duration(seconds: float) -> str:
    for unit, size_s in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds >= size_s and seconds % size_s == 0:
            return f"{seconds / size_s:g}{unit}"
    return f"{seconds:g}s"

"""What must become of each reading of a load, by the contract and not by the service's own code.

It is written without a look at how the service decides, so a mistake there is not repeated here.
"""

import numpy as np
from numpy.typing import NDArray

from devices.faults.catalog import (
    AnyFault,
    BadTopic,
    Gap,
    Garbage,
    Oversized,
    Silent,
    Truncated,
    UnknownField,
    UnknownKind,
    WrongType,
)
from devices.faults.plan import FaultPlan
from devices.load.block import Ints, Portion
from devices.schema import Kind
from snowgrid.loading.limits import Limits

STORED = "stored"
WITHHELD = "never sent"  # by the device, or lost before the broker
WITH_ITS_MESSAGE = (
    "with its message"  # the message counts as one, and another reading stands for it
)
FATES = (
    *(STORED, WITHHELD, WITH_ITS_MESSAGE),
    *("topic", "kind", "size", "json", "schema", "range", "future", "stale"),
)
CODE = {fate: code for code, fate in enumerate(FATES)}
REJECTED_FROM = CODE["topic"]  # fates from here on are reasons of dead letters

Fates = NDArray[np.uint8]

OF_THE_MESSAGE: dict[type[AnyFault], str] = {
    Garbage: "json",
    Truncated: "json",
    Oversized: "size",
    BadTopic: "topic",
    UnknownKind: "kind",
}


def fates_of(portion: Portion, due_ms: Ints, plan: FaultPlan, limits: Limits) -> Fates:
    """Return what must become of readings that reach the service.

    Args:
        portion: The readings.
        due_ms: When their messages are due, shape (n,), Unix milliseconds.
        plan: Whose faults the readings show.
        limits: What the service takes.

    Returns:
        Shape (n,), places in `FATES`.
    """
    fates = np.full(len(portion.fault), CODE[STORED], np.uint8)
    if not portion.fault.any():
        return fates
    last = np.append(portion.device[1:] != portion.device[:-1], np.True_)
    fates = _plausible(portion, due_ms, limits)
    for code, entry in enumerate(plan.entries, start=1):
        of_entry = portion.fault == code
        if of_entry.any():
            _judge(entry, fates, of_entry, last, limits)
    return fates


def _judge(
    entry: AnyFault,
    fates: Fates,
    of_entry: NDArray[np.bool_],
    last: NDArray[np.bool_],
    limits: Limits,
) -> None:
    """Have a fault that spoils messages decide, whatever the readings in them are like."""
    if (reason := OF_THE_MESSAGE.get(type(entry))) is not None:
        fates[of_entry] = CODE[WITH_ITS_MESSAGE]
        fates[of_entry & last] = CODE[reason]
    elif isinstance(entry, Gap | Silent):
        fates[of_entry] = CODE[WITHHELD]
    elif isinstance(entry, WrongType):
        fates[of_entry & last] = CODE["schema"]
    elif isinstance(entry, UnknownField) and limits.reject_unknown:
        fates[of_entry] = CODE["schema"]


def _plausible(portion: Portion, due_ms: Ints, limits: Limits) -> Fates:
    """Judge times and values, as if all messages were well-formed."""
    ahead_s = (portion.ts_ms - due_ms) / 1_000
    low, high = _hard_ranges(portion.block.kind)
    outside = ((portion.values < low) | (portion.values > high)).any(axis=1)
    conditions = (
        ahead_s > limits.max_future_s,
        -ahead_s > limits.max_age_s,
        np.asarray(outside),
    )
    reasons = [CODE[reason] for reason in ("future", "stale", "range")]
    return np.select(conditions, reasons, CODE[STORED]).astype(np.uint8)


def _hard_ranges(kind: Kind) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    low, high = np.array([field.hard for field in kind.fields], np.float64).T
    return low, high

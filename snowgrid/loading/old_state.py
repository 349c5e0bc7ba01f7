"""Retained telemetry that a broker keeps from before: old state, which a service must skip.

A broker hands it out to those who subscribe anew, so it has to be there before the service is.
"""

import asyncio
import time
from collections.abc import Sequence

from msgspec.structs import replace

from devices.errors import LoadInvalid
from devices.faults.catalog import Retained
from devices.load.plan import LoadPlan
from devices.load.publisher import Publisher
from devices.load.workload import LoadMessage, Workload
from snowgrid.loading.order import BrokerOrder, LoadOrder

MOST_MESSAGES = 100
RATE_PER_S = 1_000.0
AGE_S = 3_600.0


async def leave_old_state(order: LoadOrder, broker: BrokerOrder) -> int:
    """Have a broker keep readings of an hour ago, if devices of the load retain theirs.

    Args:
        order: The load.
        broker: That nobody uses yet.

    Returns:
        How many messages it keeps.

    Raises:
        LoadInvalid: The broker does not take them.
    """
    if not any(isinstance(entry, Retained) for entry in order.faults.entries):
        return 0
    fleet = order.make_fleet()
    messages = min(MOST_MESSAGES, fleet.device_count)
    plan = LoadPlan(
        rate_per_s=RATE_PER_S, duration_s=messages / RATE_PER_S, seed=order.seed, connections=1
    )
    publisher = Publisher(Workload(fleet, plan), plan, broker.address(), stage=_retained)
    await publisher.open()
    start_ms = int((time.time() - AGE_S) * 1_000)
    report = await publisher.publish(start_ms, time.monotonic(), asyncio.Event())
    if report.acknowledged < report.intended:
        raise LoadInvalid(f"{broker.url} does not keep retained messages; leave out `retained`")
    return report.acknowledged


def _retained(messages: Sequence[LoadMessage]) -> list[LoadMessage]:
    return [replace(message, retain=True) for message in messages]

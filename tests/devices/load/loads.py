"""Small loads for tests."""

import asyncio
import time

from devices.gateways.broker import BrokerAddress
from devices.load.crowd import crowd_of
from devices.load.plan import LoadPlan
from devices.load.publisher import Publisher
from devices.load.report import LoadReport
from devices.load.workload import Workload
from devices.registry import kind_named

START_MS = 1_790_000_000_000


def plan_of(**given) -> LoadPlan:
    """Return a plan of 500 messages in half a second, but for what is given."""
    return LoadPlan(**{"rate_per_s": 1_000.0, "duration_s": 0.5, "connections": 4} | given)


def workload_of(plan: LoadPlan, devices: int = 200, kind: str = "server") -> Workload:
    return Workload(crowd_of(kind_named(kind), devices), plan)


async def publish(publisher: Publisher, stop: asyncio.Event | None = None) -> LoadReport:
    """Connect and publish at once."""
    await publisher.open()
    now_ms = time.time_ns() // 1_000_000
    return await publisher.publish(now_ms, time.monotonic(), stop or asyncio.Event())


def publisher_at(port: int, plan: LoadPlan, **given) -> Publisher:
    return Publisher(workload_of(plan), plan, BrokerAddress(host="127.0.0.1", port=port), **given)

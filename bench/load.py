"""How fast one process makes load, what it costs, and what a very large one holds.

It publishes at QoS 1, by the clock, into the embedded broker, from one core; devices are stepped
and encoded meanwhile. The limit it is held against is the same messages made and not sent.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import time

import uvloop

from bench.figures import Figures, arguments, show
from devices.gateways.broker import BrokerAddress
from devices.load.crowd import crowd_of
from devices.load.histogram import Histogram
from devices.load.plan import LoadPlan
from devices.load.publisher import Publisher, resident_bytes
from devices.load.report import LoadReport
from devices.load.workload import Workload
from devices.registry import kind_named
from snowgrid.demo.broker import HOST, embedded_broker

MIB = 1024 * 1024
LEAD_S = 1.0
NOTES = {
    "asked_per_s": "messages a second that were due",
    "messages_per_s": "acknowledged, from the first due to the last acknowledgement",
    "publish_cpu_us": "processor time of a message, from the model to its acknowledgement",
    "make_cpu_us": "of that to make it: model, JSON, topic",
    "messages_per_core_s": "what one core could publish at that",
    "p50_ms": "from due to acknowledged",
    "p99_ms": "from due to acknowledged",
    "crowd_mib": "the most that was resident while so many devices made a reading each",
    "crowd_s": "for that",
}


async def publish(plan: LoadPlan, workload: Workload) -> LoadReport:
    """Publish into a broker of its own."""
    async with embedded_broker() as broker:
        publisher = Publisher(workload, plan, BrokerAddress(host=HOST, port=broker.port))
        await publisher.open()
        start_ms = int((time.time() + LEAD_S) * 1_000)
        return await publisher.publish(start_ms, time.monotonic() + LEAD_S, asyncio.Event())


def make(workload: Workload) -> tuple[int, float]:
    """Make all messages and send none; return how many, and the processor time in seconds."""
    begun_s = time.process_time()
    count = sum(len(messages) for messages in workload.messages(int(time.time() * 1_000)))
    return count, time.process_time() - begun_s


def make_crowd(kind: str, devices: int) -> None:
    """Have a crowd make a reading each; print seconds and MiB."""
    plan = LoadPlan(rate_per_s=devices, duration_s=1.0)
    begun_s = time.perf_counter()
    make(Workload(crowd_of(kind_named(kind), devices), plan))
    print(json.dumps([time.perf_counter() - begun_s, resident_bytes() / MIB]))


def crowd(kind: str, devices: int) -> tuple[float, float]:
    """Return seconds and MiB of a crowd, in a process of its own."""
    command = [sys.executable, "-m", "bench.load", "--kind", kind, "--only-make", str(devices)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    took_s, resident_mib = json.loads(said)
    return took_s, resident_mib


def measure(kind: str, devices: int, plan: LoadPlan, crowd_devices: int) -> Figures:
    """Make the messages, make and publish them, have a crowd make some; return the figures."""
    fleet = crowd_of(kind_named(kind), devices)
    count, make_s = make(Workload(fleet, plan))
    report = uvloop.run(publish(plan, Workload(fleet, plan)))
    latency = Histogram.of(report.latency)
    publish_us = report.cpu_s / report.sent * 1e6
    took_s, resident_mib = crowd(kind, crowd_devices)
    return {
        "asked_per_s": round(plan.rate_per_s),
        "messages_per_s": round(report.acknowledged / report.elapsed_s),
        "publish_cpu_us": round(publish_us, 2),
        "make_cpu_us": round(make_s / count * 1e6, 2),
        "messages_per_core_s": round(1e6 / publish_us),
        "p50_ms": round(latency.percentile_s(50) * 1e3, 1),
        "p99_ms": round(latency.percentile_s(99) * 1e3, 1),
        "crowd_mib": round(resident_mib),
        "crowd_s": round(took_s, 1),
    }


def main() -> None:
    """Parse the arguments, measure, print."""
    parser = arguments(__doc__)
    parser.add_argument("--kind", default="smart_meter", help="device kind (smart_meter)")
    parser.add_argument("--devices", type=int, default=10_000, help="devices (10000)")
    parser.add_argument("--rate", type=float, default=100_000, help="messages a second (100000)")
    parser.add_argument("--duration", type=float, default=5, help="seconds (5)")
    parser.add_argument("--connections", type=int, default=4, help="connections (4)")
    parser.add_argument("--seed", type=int, default=0, help="of weather and devices (0)")
    parser.add_argument("--crowd", type=int, default=1_000_000, help="a large crowd (1000000)")
    parser.add_argument("--only-make", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.only_make:
        make_crowd(asked.kind, asked.only_make)
        return
    plan = LoadPlan(
        rate_per_s=asked.rate,
        duration_s=asked.duration,
        connections=asked.connections,
        seed=asked.seed,
    )
    figures = measure(asked.kind, asked.devices, plan, asked.crowd)
    show(figures, NOTES, as_json=asked.json)


if __name__ == "__main__":
    main()

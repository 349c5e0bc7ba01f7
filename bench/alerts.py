"""How long after a reading is published its alert is there over MQTT, alone and under load.

Through a real mosquitto, `snowgrid ingest` takes readings evenly at a rate and evaluates rules on
every one of them, all about the kind that is sent, which is the worst that can be. Meanwhile some
devices go over a threshold in turn, and each alert is timed from before its publish to its arrival
at a subscriber of `alert/#`: broker, commit with fsync, rules, broker again.
"""

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path

import aiomqtt
import numpy as np

from bench.figures import arguments, show
from bench.servers import servers
from bench.service import Ingest, finish, into_duckdb, into_influxdb, send, start
from devices.encode import telemetry_topic
from devices.registry import kind_named
from devices.schema import FieldType
from tests.eventually import eventually
from tests.servers.mosquitto import Mosquitto

KIND, FIELD = "smart_meter", "voltage_l1_v"
CALM_V, HIGH_V, LIMIT_V = 220.0, 400.0, 300.0
SITE, RULE = "bench-alerts", "too-high"
PROBES = 200  # devices that go over the threshold in turn, each every four seconds
PER_S = 100  # readings of theirs, every other one too high
SETTLE_S = 2.0
PATIENCE_S = 10.0
NOTES = {
    "p50_ms": "publish of a reading to its alert, half of them are faster",
    "p99_ms": "the slowest in a hundred",
    "max_ms": "the slowest",
    "alone_p50_ms": "as p50_ms, while nobody else publishes",
    "alone_p99_ms": "as p99_ms, while nobody else publishes",
    "alerts": "timed",
    "missing": "readings over the threshold whose alert did not come",
    "messages_per_s": "that were published meanwhile",
}

Sent = tuple[str, int]
"""A probe's device, and the timestamp of its reading: the alert tells both."""


def rules(many: int) -> str:
    """Return a file of rules as JSON, which is YAML: the one that is timed, and its company."""
    fields = [field for field in kind_named(KIND).fields if field.type is FieldType.GAUGE]
    company = [
        {
            "name": f"company-{number}",
            "kind": KIND,
            "field": fields[number % len(fields)].name,
            "above": fields[number % len(fields)].hard[1],
        }
        for number in range(many - 1)
    ]
    timed = {"name": RULE, "kind": KIND, "field": FIELD, "above": LIMIT_V, "flap": False}
    return json.dumps({"rules": [timed, *company]})


class Probes:
    """Devices that go over a threshold and come back, and the times at which that is told."""

    def __init__(self, broker: Mosquitto) -> None:
        self._broker = broker
        self._numbers = count()
        self.sent_at: dict[Sent, float] = {}
        self.heard_at: dict[Sent, float] = {}

    def _client(self) -> aiomqtt.Client:
        return aiomqtt.Client(self._broker.host, self._broker.port)

    async def listen(self) -> None:
        """Note when each alert comes, until cancelled."""
        async with self._client() as client:
            await client.subscribe(f"alert/{SITE}/+/+/{RULE}", qos=1)
            async for message in client.messages:
                heard_at = time.perf_counter()
                if isinstance(message.payload, bytes) and message.payload:
                    told = json.loads(message.payload)
                    sent = told["device"], told["changed"]
                    if told["state"] == "firing" and sent in self.sent_at:
                        self.heard_at.setdefault(sent, heard_at)

    async def play(self, going_on: Callable[[], bool]) -> None:
        """Publish readings evenly as long as that is so."""
        async with self._client() as client:
            started = time.perf_counter()
            for turn in count():
                await asyncio.sleep(started + turn / PER_S - time.perf_counter())
                if not going_on():
                    return
                await self._publish(client)

    async def _publish(self, client: aiomqtt.Client) -> None:
        number = next(self._numbers)
        device, high = f"p-{number % PROBES}", number // PROBES % 2
        ts_ms = time.time_ns() // 1_000_000
        payload = {"ts": ts_ms, FIELD: HIGH_V if high else CALM_V}
        topic = telemetry_topic(SITE, KIND, device)
        if high:
            self.sent_at[device, ts_ms] = time.perf_counter()
        await client.publish(topic, json.dumps(payload), qos=1)

    async def times_ms(self) -> list[float]:
        """Return how long each alert took, when all have come or none comes any more."""
        with suppress(TimeoutError):
            await eventually(lambda: len(self.heard_at) == len(self.sent_at), within_s=PATIENCE_S)
        return [(at - self.sent_at[sent]) * 1e3 for sent, at in self.heard_at.items()]


async def timed(broker: Mosquitto, going_on: Callable[[], bool]) -> tuple[list[float], int]:
    """Return the milliseconds that alerts took while that was so, and how many did not come."""
    probes = Probes(broker)
    listening = asyncio.create_task(probes.listen())
    await probes.play(going_on)
    times_ms = await probes.times_ms()
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    return times_ms, len(probes.sent_at) - len(times_ms)


def lasting(seconds: float) -> Callable[[], bool]:
    """Return a question that is answered with yes for so long."""
    until = time.perf_counter() + seconds
    return lambda: time.perf_counter() < until


def measure(rate: int, seconds: float, many: int, store: str, folder: Path) -> dict[str, float]:
    """Time alerts alone and under load, and return the figures."""
    file = folder / "rules.yaml"
    file.write_text(rules(many), encoding="utf-8")
    with servers(folder) as (broker, database):
        into = into_duckdb(folder) if store == "duckdb" else into_influxdb(database)
        alerts = {"alerts.rules": file, "alerts.defaults": "false", "alerts.log": "false"}
        with Ingest(broker, folder, {**into, **alerts}) as ingest:
            ingest.wait_for("snowgrid_mqtt_subscribed", 1)
            time.sleep(SETTLE_S)  # the alerts' own connection looks first what the broker retains
            alone_ms, missing_alone = asyncio.run(timed(broker, lasting(seconds)))
            traffic = ["--messages", round(rate * (seconds + SETTLE_S)), "--rate", rate]
            publisher = start("bench.publisher", "--port", broker.port, *traffic)
            send(publisher)
            time.sleep(SETTLE_S)
            loaded_ms, missing = asyncio.run(timed(broker, lambda: publisher.poll() is None))
            published = finish(publisher)
    half, slow = np.percentile(loaded_ms, [50, 99])
    alone_half, alone_slow = np.percentile(alone_ms, [50, 99])
    return {
        "p50_ms": round(float(half), 2),
        "p99_ms": round(float(slow), 2),
        "max_ms": round(max(loaded_ms), 2),
        "alone_p50_ms": round(float(alone_half), 2),
        "alone_p99_ms": round(float(alone_slow), 2),
        "alerts": len(loaded_ms),
        "missing": missing + missing_alone,
        "messages_per_s": round(published["messages"] / published["elapsed_s"]),
    }


def main() -> None:
    """Parse the arguments, measure, print; exit code 1 if an alert is missing."""
    parser = arguments(__doc__)
    parser.add_argument("--rate", type=int, default=10_000, help="messages a second (10000)")
    parser.add_argument("--seconds", type=float, default=10, help="to time, twice (10)")
    parser.add_argument("--rules", type=int, default=100, help="rules (100)")
    parser.add_argument(
        "--store", choices=["influxdb", "duckdb"], default="influxdb", help="database (influxdb)"
    )
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(asked.rate, asked.seconds, asked.rules, asked.store, Path(folder))
    show(figures, NOTES, as_json=asked.json)
    sys.exit(1 if figures["missing"] else 0)


if __name__ == "__main__":
    main()

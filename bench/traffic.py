"""Traffic to measure with: readings of a real device kind, as MQTT packets."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

import mqtt5
import numpy as np

from devices.encode import ReadingEncoder, encode_upload, telemetry_topic
from devices.environment.region import Region
from devices.environment.site import Site
from devices.model import Population
from devices.readings import finish
from devices.registry import kind_named

SITE = Site(
    name="bench",
    title="Bench",
    elevation_m=13.0,
    latitude_deg=39.5,
    longitude_deg=116.7,
    exposure=0.3,
)
PACKET_IDS = 65_535
CHUNK_BYTES = 256 * 1024  # what a socket read gives under load

Message = tuple[str, bytes]
"""Topic and payload."""


def payloads(  # noqa: PLR0913 - what traffic can differ in
    kind_name: str,
    devices: int,
    messages: int,
    end: datetime,
    *,
    site: str = SITE.name,
    fields: int = 0,
    seed: int = 1,
    interval_s: float = 1.0,
) -> Iterator[Message]:
    """Yield topic and payload of readings, one a message, the devices in turn.

    Args:
        kind_name: Device kind.
        devices: How many of it.
        messages: How many messages in all.
        end: Time of the last round of readings.
        site: Its name in the topics.
        fields: Send only the first so many fields of the kind; 0 sends all.
        seed: Of the devices' model.
        interval_s: Time from one round to the next.
    """
    kind = kind_named(kind_name)
    names = tuple(f"d-{number:06d}" for number in range(devices))
    population = Population(
        names=names,
        elevation_m=np.full(devices, SITE.elevation_m),
        exposure=np.full(devices, SITE.exposure),
    )
    model = kind.model(population, np.random.default_rng(seed))
    environment, encoder = Region(seed).at(SITE), ReadingEncoder(kind)
    topics = [telemetry_topic(site, kind_name, name) for name in names]
    rounds = -(-messages // devices)
    left = messages
    for number in range(rounds):
        now = end - timedelta(seconds=(rounds - 1 - number) * interval_s)
        values = finish(kind, model.step(now, interval_s if number else 0.0, environment))
        if fields:
            values[:, fields:] = np.nan
        seq = np.full(devices, number)
        encoded = encoder.encode(int(now.timestamp() * 1000), seq, values)
        yield from list(zip(topics, encoded, strict=True))[:left]
        left -= devices


def uploads(pairs: Iterable[Message], readings: int) -> Iterator[Message]:
    """Yield the same readings as arrays of so many, each of one device, as from a backlog."""
    waiting: dict[str, list[bytes]] = defaultdict(list)
    for topic, payload in pairs:
        waiting[topic].append(payload)
        if len(waiting[topic]) == readings:
            yield topic, encode_upload(waiting.pop(topic))


def values_in(messages: Iterable[Message]) -> int:
    """Return how many fields readings have, one a message, `ts` and `seq` aside."""
    return sum(payload.count(b":") - 2 for _, payload in messages)


def chunks_of(pairs: Iterable[Message]) -> list[bytes]:
    """Return QoS 1 PUBLISH packets as the reads of a socket give them."""
    stream = b"".join(publishes(pairs))
    return [stream[at : at + CHUNK_BYTES] for at in range(0, len(stream), CHUNK_BYTES)]


def publishes(pairs: Iterable[Message]) -> Iterator[bytes]:
    """Yield QoS 1 PUBLISH packets, ready for the wire."""
    for number, (topic, payload) in enumerate(pairs):
        yield mqtt5.PublishPacket(
            topic,
            payload,
            qos=mqtt5.QoS.AT_LEAST_ONCE,
            packet_id=number % PACKET_IDS + 1,
        ).write()


def now() -> datetime:
    """Return the current time, to whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)

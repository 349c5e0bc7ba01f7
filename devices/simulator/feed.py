"""From simulated turns to the messages of each gateway."""

from collections.abc import Mapping
from typing import NamedTuple

from devices.encode import ReadingEncoder, telemetry_topic
from devices.fleets.fleet import DeviceGroup, Fleet, Gateway
from devices.gateways.outbox import Message
from devices.gateways.publisher import Publisher
from devices.simulator.progress import SimulatorProgress
from devices.simulator.simulation import Turn


class Route(NamedTuple):
    """Where a device's readings go."""

    topic: str
    publisher: Publisher


class Feed:
    """Encodes turns and gives each reading to the publisher of its device's gateway."""

    def __init__(
        self, fleet: Fleet, publishers: Mapping[Gateway, Publisher], progress: SimulatorProgress
    ) -> None:
        self._progress = progress
        self._kinds = [group.kind.name for group in fleet.groups]
        encoders = {group.kind.name: ReadingEncoder(group.kind) for group in fleet.groups}
        self._encoders = [encoders[kind] for kind in self._kinds]
        self._routes = [_routes(group, publishers) for group in fleet.groups]

    def give(self, turn: Turn) -> None:
        """Pass a turn's readings on."""
        kind = self._kinds[turn.group]
        routes = self._routes[turn.group]
        payloads = self._encoders[turn.group].encode(turn.ts_ms, turn.seq, turn.values)
        self._progress.made[kind] += len(payloads)
        for device, payload in zip(turn.devices.tolist(), payloads, strict=True):
            topic, publisher = routes[device]
            publisher.put(Message(topic, payload, kind))


def _routes(group: DeviceGroup, publishers: Mapping[Gateway, Publisher]) -> list[Route]:
    return [
        Route(
            telemetry_topic(group.site, group.kind.name, name),
            publishers[Gateway(site=group.site, name=gateway)],
        )
        for name, gateway in zip(group.names, group.gateways, strict=True)
    ]

"""From simulated turns to the messages of each gateway."""

from collections.abc import Mapping

from devices.encode import ReadingEncoder, telemetry_topic
from devices.fleets.fleet import DeviceGroup, Fleet, Gateway
from devices.gateways.outbox import Message
from devices.gateways.publisher import Publisher
from devices.simulator.afflictions import Afflictions
from devices.simulator.progress import SimulatorProgress
from devices.simulator.simulation import Turn


class Routes:
    """Where the readings of a group's devices go.

    Topics are put together as they are needed: a group may have a million devices, and most of
    them are silent most of the time.
    """

    def __init__(self, group: DeviceGroup, publishers: Mapping[Gateway, Publisher]) -> None:
        self._topic = telemetry_topic(group.site, group.kind.name, "")
        self._names = group.names
        self._gateways = group.gateways
        self._publishers = {
            name: publishers[Gateway(site=group.site, name=name)] for name in set(group.gateways)
        }

    def of(self, device: int) -> tuple[str, Publisher]:
        """Return the topic of a device, and the publisher of its gateway."""
        return self._topic + self._names[device], self._publishers[self._gateways[device]]


class Feed:
    """Encodes turns and gives each reading to the publisher of its device's gateway.

    Args:
        fleet: What is played.
        publishers: Of its gateways.
        progress: Told how many readings are made.
        afflictions: What goes wrong on the way; None for nothing.
    """

    def __init__(
        self,
        fleet: Fleet,
        publishers: Mapping[Gateway, Publisher],
        progress: SimulatorProgress,
        afflictions: Afflictions | None = None,
    ) -> None:
        self._afflictions = afflictions
        self._progress = progress
        self._kinds = [group.kind.name for group in fleet.groups]
        encoders = {group.kind.name: ReadingEncoder(group.kind) for group in fleet.groups}
        self._encoders = [encoders[kind] for kind in self._kinds]
        self._routes = [Routes(group, publishers) for group in fleet.groups]

    def give(self, turn: Turn) -> None:
        """Pass a turn's readings on."""
        if self._afflictions:
            self._give_afflicted(turn, self._afflictions)
            return
        kind = self._kinds[turn.group]
        routes = self._routes[turn.group]
        payloads = self._encoders[turn.group].encode(turn.ts_ms, turn.seq, turn.values)
        self._progress.made[kind] += len(payloads)
        for device, payload in zip(turn.devices.tolist(), payloads, strict=True):
            topic, publisher = routes.of(device)
            publisher.put(Message(topic, payload, kind))

    def _give_afflicted(self, turn: Turn, afflictions: Afflictions) -> None:
        kind, routes = self._kinds[turn.group], self._routes[turn.group]
        faults, ts_ms, values = afflictions.distorted(turn)
        payloads = self._encoders[turn.group].encode(ts_ms, turn.seq, values)
        self._progress.made[kind] += len(payloads)
        columns = turn.devices.tolist(), faults.tolist(), payloads
        for device, fault, payload in zip(*columns, strict=True):
            topic, publisher = routes.of(device)
            for message in afflictions.delivered(fault, Message(topic, payload, kind)):
                publisher.put(message)

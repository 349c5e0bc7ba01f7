"""Everything that one publisher says, in order: equal plan, fleet and start give equal bytes.

All devices speak in turn, round after round: message `n` is that of device `n % devices`, in round
`n // devices`, and its last reading is made the millisecond it is due. No clock is consulted, so
the same readings can be made again afterwards, to compare them with what is stored.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import cycle, pairwise

import msgspec
import numpy as np

from devices.encode import ReadingEncoder, encode_upload
from devices.environment.region import Region, SiteEnvironment
from devices.errors import LoadInvalid
from devices.faults.distortion import Distortion
from devices.fleets.fleet import DeviceGroup, Fleet
from devices.load.block import Block, Portion
from devices.load.plan import LoadPlan
from devices.simulator.simulation import EPOCH, MILLISECOND

BLOCK = 2_000  # devices: enough for numpy, and few enough to be stepped between two sends
PIECE = 200  # messages encoded at once


class LoadMessage(msgspec.Struct, frozen=True, gc=False):
    """A message to be sent.

    Attributes:
        number: Which of the publisher's messages, from 0; when it is due follows from it.
        device: Which of the publisher's devices it is of, from 0.
        readings: How many readings it holds, as the service counts them.
        topic: Where it goes.
        payload: What it says.
        fault: Which of the plan's faults it shows, from 1; 0 for none.
        due: Number of the message whose time it shares, where it is a copy or was held up; -1
            where its own number says when it is due.
        retain: Whether the broker is to keep it.
    """

    number: int
    device: int
    readings: int
    topic: str
    payload: bytes
    fault: int = 0
    due: int = -1
    retain: bool = False


Stage = Callable[[Sequence[LoadMessage]], Sequence[LoadMessage]]
"""What may be done to messages between the devices and the publisher.

It returns messages in the order in which they are due, and at the very end, when it is given none,
those that it has held up.
"""


def unchanged(messages: Sequence[LoadMessage]) -> Sequence[LoadMessage]:
    """Return messages as the devices made them."""
    return messages


class Workload:
    """The messages of one shard.

    Args:
        fleet: All devices, those of other shards included.
        plan: How much of what.

    Attributes:
        devices: How many of the devices are this shard's.
        schedule: When their messages are due.
        batch: Readings in a message.
        spacing_ms: Time between them.
        blocks: The devices, in the order in which they speak.
        faults: What goes wrong.
    """

    def __init__(self, fleet: Fleet, plan: LoadPlan) -> None:
        groups = plan.shard.of(fleet)
        self.devices = sum(map(len, groups))
        if not self.devices:
            raise LoadInvalid(f"--shard {plan.shard}: the fleet has fewer devices than shards")
        self.schedule = plan.schedule(self.devices / fleet.device_count)
        self.spacing_ms = plan.spacing_ms(fleet.device_count)
        self.batch = plan.batch
        self._seed = plan.seed
        self.faults = plan.faults
        self._fleet = fleet
        self.blocks = _blocks(groups, plan.seed)
        kinds = {block.kind.name: block.kind for block in self.blocks}
        self._encoders = {name: ReadingEncoder(kind) for name, kind in kinds.items()}

    def portions(self, start_ms: int) -> Iterator[Portion]:
        """Yield all readings, in the order of their messages; call it or `messages` once.

        Args:
            start_ms: When the first message is due, Unix milliseconds.
        """
        environments = self._environments(start_ms)
        distortions = {id(block): self._distortion(block, start_ms) for block in self.blocks}
        first = 0
        for block in cycle(self.blocks):
            if first >= self.schedule.total:
                return
            portion = self._portion(block, first, start_ms, environments[block.group.site])
            distortion = distortions[id(block)]
            yield portion.distorted(distortion) if distortion else portion
            first += len(block)

    def messages(self, start_ms: int) -> Iterator[list[LoadMessage]]:
        """Yield all messages, some at a time, in the order in which they are due; call it once.

        Args:
            start_ms: When the first message is due, Unix milliseconds.
        """
        for portion in self.portions(start_ms):
            for piece in portion.pieces(PIECE):
                yield self._encoded(piece)

    def _environments(self, start_ms: int) -> dict[str, SiteEnvironment]:
        start = EPOCH + start_ms * MILLISECOND
        region = Region(self._seed, [event.starting(start) for event in self._fleet.events])
        return {site.place.name: region.at(site.place) for site in self._fleet.sites}

    def _distortion(self, block: Block, start_ms: int) -> Distortion | None:
        if not self.faults:
            return None
        topics = [block.topic + name for name in block.group.names]
        return Distortion(self.faults, self._seed, block.kind, topics, start_ms)

    def _portion(
        self, block: Block, first: int, start_ms: int, environment: SiteEnvironment
    ) -> Portion:
        numbers = np.arange(first, first + len(block), dtype=np.float64)
        due_ms = (self.schedule.times_s(numbers) * 1_000).astype(np.int64)
        portion = block.measure(
            environment,
            first,
            start_ms + due_ms,
            batch=self.batch,
            spacing_ms=self.spacing_ms,
        )
        if first + len(block) <= self.schedule.total:
            return portion
        return portion.rows(portion.device < self.schedule.total - first)

    def _encoded(self, piece: Portion) -> list[LoadMessage]:
        payloads = self._encoders[piece.block.kind.name].encode(
            piece.ts_ms, piece.seq, piece.values
        )
        device, begins, counts = np.unique(piece.device, return_index=True, return_counts=True)
        if self.batch > 1:
            bounds = [*begins.tolist(), len(payloads)]
            payloads = [encode_upload(payloads[begin:end]) for begin, end in pairwise(bounds)]
        numbers = device + piece.first
        topic, names = piece.block.topic, piece.block.group.names
        topics = [topic + names[index] for index in device.tolist()]
        return list(
            map(
                LoadMessage,
                numbers.tolist(),
                (numbers % self.devices).tolist(),
                counts.tolist(),
                topics,
                payloads,
                piece.fault[begins].tolist(),
            )
        )


def _blocks(groups: Sequence[DeviceGroup], seed: int) -> list[Block]:
    """Return the groups' devices in blocks, shuffled, so that kinds and sites take turns."""
    blocks = [Block(part, seed) for group in groups for part in _parts(group)]
    order = np.random.default_rng(seed).permutation(len(blocks))
    return [blocks[index] for index in order.tolist()]


def _parts(group: DeviceGroup) -> Iterator[DeviceGroup]:
    for begin in range(0, len(group), BLOCK):
        chosen = slice(begin, begin + BLOCK)
        yield replace(group, names=group.names[chosen], gateways=group.gateways[chosen])

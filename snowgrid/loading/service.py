"""The service as it tells of itself at `/metrics`, before, during and after a load."""

import asyncio
from collections.abc import Callable
from typing import Self

import aiohttp
import msgspec
from prometheus_client.parser import text_string_to_metric_families

from ingest.errors import ConfigError

TIMEOUT_S = 5.0
SAMPLE_S = 0.1
QUIET_S = 0.3  # a service whose figures stand so long has nothing left of what came before
STILL_S = 8.0  # a service whose figures stand so long has done what it can


class ServiceFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What the service has done since its start, or in a span of time.

    Attributes:
        at_s: When it said so, by the monotonic clock.
        received: Readings taken from the broker.
        committed: Readings made durable.
        rejected: Readings set aside as dead letters, by reason.
        skipped: Readings that were retained.
        in_flight: Readings neither durable nor set aside.
        balance: What its books do not account for.
        stored: Readings that the database has confirmed.
        refused: Readings that the database refused.
        lost: Readings that the disk lost.
        spooled: Readings on disk, not yet in the database.
        unknown_fields: Fields dropped as their kinds do not have them.
        lost_upstream: Readings that devices counted and nobody received.
        devices: Devices heard of; in a span of time, before it.
        backlog: Spans of rollups that wait to be computed anew.
        cpu_s: Processor time.
        memory_bytes: Resident.
        open_files: Files and connections.
    """

    at_s: float
    received: int
    committed: int
    rejected: dict[str, int]
    skipped: int
    in_flight: int
    balance: int
    stored: int
    refused: int
    lost: int
    spooled: int
    unknown_fields: int
    lost_upstream: int
    devices: int
    backlog: int
    cpu_s: float
    memory_bytes: int
    open_files: int

    @property
    def settled(self) -> int:
        """Readings of which it is known what became of them."""
        return self.committed + sum(self.rejected.values()) + self.skipped

    @property
    def finished(self) -> int:
        """Readings that are in the store, or never get there."""
        return self.settled - self.committed + self.stored + self.refused

    @property
    def moved(self) -> tuple[int, int, int]:
        """What changes as long as there is work."""
        return self.received, self.settled, self.stored

    def since(self, before: "ServiceFigures") -> "ServiceFigures":
        """Return what was done after an earlier moment; levels stay as they are."""
        return msgspec.structs.replace(
            self,
            received=self.received - before.received,
            committed=self.committed - before.committed,
            rejected={
                reason: count - before.rejected.get(reason, 0)
                for reason, count in self.rejected.items()
                if count > before.rejected.get(reason, 0)
            },
            skipped=self.skipped - before.skipped,
            stored=self.stored - before.stored,
            refused=self.refused - before.refused,
            lost=self.lost - before.lost,
            unknown_fields=self.unknown_fields - before.unknown_fields,
            lost_upstream=self.lost_upstream - before.lost_upstream,
            devices=before.devices,
            cpu_s=self.cpu_s - before.cpu_s,
        )


class Service:
    """A running service; enter it to connect.

    Args:
        url: Of its metrics.
        clock: Monotonic seconds.
    """

    def __init__(self, url: str, clock: Callable[[], float]) -> None:
        self.url = url
        self._clock = clock
        self.samples: list[ServiceFigures] = []

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_S))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def figures(self) -> ServiceFigures:
        """Ask for the figures of this moment.

        Raises:
            ConfigError: It does not answer, or it is no Snowgrid.
        """
        try:
            async with self._session.get(self.url) as response:
                response.raise_for_status()
                text = await response.text()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise ConfigError(
                f"--service {self.url}: no answer ({error or type(error).__name__}); "
                "does the service run, and is http.enabled on?"
            ) from error
        return read_figures(text, self._clock(), self.url)

    async def subscribed(self) -> bool:
        """Tell whether it runs and takes messages."""
        try:
            async with self._session.get(self.url) as response:
                return says_subscribed(await response.text())
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def watch(self) -> None:
        """Take samples until cancelled; a question that is not answered is asked again."""
        while True:
            try:
                self.samples.append(await self.figures())
            except ConfigError:
                if not self.samples:
                    raise
            await asyncio.sleep(SAMPLE_S)

    async def quiet(self, most_s: float) -> ServiceFigures:
        """Wait until nothing is left of what came before, `most_s` at the most; return the figures.

        Raises:
            ConfigError: It does not answer.
        """
        last, deadline_s = await self.figures(), self._clock() + most_s
        while self._clock() < deadline_s:
            await asyncio.sleep(QUIET_S)
            now = await self.figures()
            if now.moved == last.moved and not now.in_flight:
                return now
            last = now
        return last

    async def settle(
        self, before: ServiceFigures, readings: int, most_s: float, *, repairs_s: float = 0.0
    ) -> ServiceFigures:
        """Wait until it has stored so many more readings; return what it then says.

        It is not waited for longer than `most_s`, nor when nothing moves any more.

        Args:
            before: What it said before them.
            readings: How many.
            most_s: How long.
            repairs_s: How long its rollups must have had nothing to repair, after that.
        """
        begun_s = moved_s = busy_s = self._clock()
        last = await self.figures()
        while (now_s := self._clock()) - begun_s < most_s:
            done = last.since(before)
            all_there = done.settled >= readings and done.stored + done.refused >= done.committed
            still_s = STILL_S if last.in_flight or not all_there else 0.0
            if now_s - moved_s < still_s or (repairs_s and last.backlog):
                busy_s = now_s
            if now_s - busy_s >= repairs_s and now_s - moved_s >= still_s:
                break
            await asyncio.sleep(SAMPLE_S)
            now = await self.figures()
            if now.moved != last.moved:
                moved_s = self._clock()
            last = now
        return last


def says_subscribed(text: str) -> bool:
    """Tell whether an answer of `/metrics` says that the service takes messages."""
    return any(line.startswith("snowgrid_mqtt_subscribed 1") for line in text.splitlines())


def read_figures(text: str, at_s: float, url: str) -> ServiceFigures:
    """Read the answer of `/metrics`.

    Raises:
        ConfigError: It is not that of a Snowgrid service.
    """
    values: dict[str, float] = {}
    rejected: dict[str, int] = {}
    unknown_fields = 0
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if sample.name == "snowgrid_readings_rejected_total":
                rejected[sample.labels["reason"]] = int(sample.value)
            elif sample.name == "snowgrid_unknown_fields_total":
                unknown_fields += int(sample.value)
            elif not sample.labels:
                values[sample.name] = sample.value
    if "snowgrid_readings_received_total" not in values:
        raise ConfigError(f"--service {url}: no Snowgrid service answers there")

    def whole(name: str) -> int:
        return int(values.get(name, 0))

    return ServiceFigures(
        at_s=at_s,
        received=whole("snowgrid_readings_received_total"),
        committed=whole("snowgrid_readings_committed_total"),
        rejected={reason: count for reason, count in rejected.items() if count},
        skipped=whole("snowgrid_readings_skipped_total"),
        in_flight=whole("snowgrid_readings_in_flight"),
        balance=whole("snowgrid_readings_balance"),
        stored=whole("snowgrid_store_readings_stored_total"),
        refused=whole("snowgrid_store_readings_refused_total"),
        lost=whole("snowgrid_store_readings_lost_total"),
        spooled=whole("snowgrid_spool_readings"),
        unknown_fields=unknown_fields,
        lost_upstream=whole("snowgrid_readings_lost_upstream"),
        devices=whole("snowgrid_devices"),
        backlog=whole("snowgrid_rollups_backlog"),
        cpu_s=values.get("process_cpu_seconds_total", 0.0),
        memory_bytes=whole("process_resident_memory_bytes"),
        open_files=whole("process_open_fds"),
    )

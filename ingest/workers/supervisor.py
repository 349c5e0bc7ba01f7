"""Runs workers side by side: one plan, one endpoint, one end.

Workers start in an order in which nothing falls between: who takes a part has its subscription
before the worker of the rest leaves that part alone. Then what former members left is emptied.
"""

import asyncio
import logging
import shutil
import signal
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from ingest.errors import ConfigError
from ingest.http import answering
from ingest.settings import Settings, load_settings
from ingest.spool.lock import FolderLock
from ingest.workers.child import Child, WorkerFailed
from ingest.workers.front import Front, application_of
from ingest.workers.members import FILE as RECORD
from ingest.workers.members import FOLDER, Member, Plan, Record, RecordFile, overrides_of, plan_of
from ingest.workers.order import Order
from ingest.workers.reloading import Reloading

logger = logging.getLogger(__name__)

SCRAPE_S = 10.0
LAST_LOOK_S = 2.0
KILL_S = 10.0  # beyond `service.drain_s`: closing the spool, telling alerts
ENOUGH_READINGS = 1_000.0  # to deal by what was counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """How a worker's process is started.

    Attributes:
        command: Takes its order from standard input.
        config: File of settings, as this process was given it.
        overrides: Settings of the command line, by dotted key.
    """

    command: Sequence[str]
    config: Path | None
    overrides: Mapping[str, object]


def is_needed(settings: Settings) -> bool:
    """Tell whether there are several workers, or were and have left something."""
    return settings.service.workers > 1 or (
        settings.store.kind == "influxdb" and RecordFile(settings.store.spool.dir).exists
    )


async def supervise(
    settings: Settings, kinds: Sequence[str], launch: Launch, stop: asyncio.Event
) -> int:
    """Run the workers until `stop` is set, then have them stop in order.

    Args:
        settings: All of them.
        kinds: Names of the device kinds.
        launch: Starts a process.
        stop: Set it to stop.

    Returns:
        Exit code: 0, or what a worker failed with.

    Raises:
        ConfigError: The stream cannot be cut into so many parts, or another supervisor runs.
    """
    async with AsyncExitStack() as stack:
        _lock(stack, settings.store.spool.dir / FOLDER)
        file = RecordFile(settings.store.spool.dir)
        record = file.read(settings)
        plan = plan_of(settings, kinds, record)
        file.write(Record(members=(*plan.workers, *plan.former), readings=record.readings))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        supervisor = Supervisor(settings, plan, launch, file, session)
        stack.callback(supervisor.close)
        if settings.http.enabled:
            application = application_of(supervisor.front, supervisor.reloading.reload)
            url = await stack.enter_async_context(answering(application, settings.http))
            logger.info("metrics and health", extra={"url": url})
        return await supervisor.run(stop)


def _lock(stack: AsyncExitStack, folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        stack.callback(FolderLock(folder).release)
    except OSError as error:
        raise ConfigError(f"store.spool.dir: {folder}: {error.strerror}") from error


class Supervisor:
    """Several processes.

    Args:
        settings: All of them.
        plan: Who runs.
        launch: Starts a process.
        file: Kept up to date.
        session: Asks the processes.

    Attributes:
        front: Speaks for all.
        reloading: Has all reload.
    """

    def __init__(
        self,
        settings: Settings,
        plan: Plan,
        launch: Launch,
        file: RecordFile,
        session: aiohttp.ClientSession,
    ) -> None:
        self._settings = settings
        self._plan = plan
        self._launch = launch
        self._file = file
        self._former = list(plan.former)
        self._running: list[asyncio.Task[bool] | asyncio.Task[None]] = []
        self._failed = asyncio.Event()
        self._code = 0
        self._children = [
            self._child(str(number), member) for number, member in enumerate(plan.workers, start=1)
        ]
        self.front = Front(self._children, session)
        self.reloading = Reloading(settings, self._read, self._children, session)
        self._reload_asked = asyncio.Event()

    def _child(self, name: str, member: Member, *, former: bool = False) -> Child:
        launch = self._launch
        workers = len(self._plan.workers)
        given = {key: value for key, value in launch.overrides.items() if value is not None}
        order = Order(
            name=name,
            config=str(launch.config) if launch.config else None,
            overrides={**given, **overrides_of(member, workers, self._settings)},
            listening=-1,
            former=former,
        )
        return Child(launch.command, order)

    async def run(self, stop: asyncio.Event) -> int:
        """Work until `stop` is set or a worker fails; returns the exit code."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGHUP, self._reload_asked.set)
        async with asyncio.TaskGroup() as tasks:
            beginning = tasks.create_task(self._begin(tasks), name="workers.begin")
            reloading = tasks.create_task(self._reload(), name="workers.reload")
            counting = tasks.create_task(self._count(), name="workers.count")
            stopping = tasks.create_task(stop.wait(), name="workers.stop")
            failing = tasks.create_task(self._failed.wait(), name="workers.failed")
            await asyncio.wait((stopping, failing), return_when=asyncio.FIRST_COMPLETED)
            for task in (beginning, reloading, counting, stopping, failing):
                task.cancel()
            await self._end()
        loop.remove_signal_handler(signal.SIGHUP)
        self._remember()
        return self._code

    def close(self) -> None:
        """End what still runs, at once."""
        for child in self._children:
            child.close()

    async def _begin(self, tasks: asyncio.TaskGroup) -> None:
        """Start workers one after the other, then have emptied what others left."""
        for child in list(self._children):
            self._running.append(tasks.create_task(self._keep(child), name=f"workers.{child.name}"))
            await self.front.until_subscribed(child)
        for member in self._plan.former:
            child = self._child(f"former-{member.client_id}", member, former=True)
            self._children.append(child)
            keeping = self._empty(child, member)
            self._running.append(tasks.create_task(keeping, name=f"workers.{child.name}"))

    async def _keep(self, child: Child) -> bool:
        """Keep a process running, and return whether it ended by itself, with all done."""
        try:
            return await child.run()
        except WorkerFailed as failure:
            logger.error("%s; stopping all", failure)  # noqa: TRY400 - it has said why
            self._code = failure.exit_code
            self._failed.set()
            return False

    async def _empty(self, child: Child, member: Member) -> None:
        """Have a former member emptied, and forget it."""
        logger.info(
            "emptying what a former worker left",
            extra={"client_id": member.client_id, "spool": member.folder},
        )
        if not await self._keep(child):
            return
        self._children.remove(child)
        child.close()
        await asyncio.to_thread(_clear, Path(member.folder), self._settings.store.spool.dir)
        self._former.remove(member)
        self._remember()
        logger.info("nothing of it is left", extra={"client_id": member.client_id})

    def _remember(self) -> None:
        """Keep who may still have something, and what came by kind."""
        readings = self.front.readings()
        if sum(readings.values()) < ENOUGH_READINGS:
            readings = dict(self._plan.readings)
        if self._former or len(self._plan.workers) > 1:
            members = (*self._plan.workers, *self._former)
            self._file.write(Record(members=members, readings=readings))
        else:
            self._file.delete()

    async def _count(self) -> None:
        """Look at the counters every so often, so that little is forgotten of one that dies."""
        while True:
            await asyncio.sleep(SCRAPE_S)
            await self.front.metrics()

    async def _reload(self) -> None:
        """Have all reload whenever SIGHUP asks for it."""
        while True:
            await self._reload_asked.wait()
            self._reload_asked.clear()
            await self.reloading.reload()

    def _read(self) -> Settings:
        return load_settings(self._launch.config, self._launch.overrides)

    async def _end(self) -> None:
        """Stop all in order; who takes too long is ended, and loses nothing either."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_LOOK_S):
                await self.front.metrics()
        for child in self._children:
            child.stop()
        if self._running:
            timeout_s = self._settings.service.drain_s + KILL_S
            _, late = await asyncio.wait(self._running, timeout=timeout_s)
            if late:
                logger.warning("workers did not stop in time and are ended")
            for child in self._children:
                child.signal(signal.SIGKILL)


def _clear(folder: Path, spool: Path) -> None:
    """Delete what an emptied member kept; the folder of a service that ran alone has ours in it."""
    if folder != spool:
        shutil.rmtree(folder, ignore_errors=True)
        return
    for path in spool.iterdir():
        if path.is_file() and path.name != RECORD:
            path.unlink()

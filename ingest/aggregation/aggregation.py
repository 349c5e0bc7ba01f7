"""Rollups of the running service: takes readings, writes windows, has wrong ones repaired."""

import asyncio
import logging
from collections.abc import Sequence

from ingest.aggregation.figures import RollupFigures
from ingest.aggregation.repairer import Repairer
from ingest.aggregation.row_writer import RowWriter
from ingest.aggregation.surroundings import Surroundings
from ingest.aggregation.unsettled import Announced, Unsettled
from ingest.core.frame import Frame
from ingest.rollups.rollups import Rollups
from ingest.rollups.span import Span
from ingest.settings_rollups import RollupSettings
from ingest.stores.base import ReadingSink
from ingest.throttle import Throttle

log = logging.getLogger(__name__)

TICK_S = 1.0
SAY_S = 60.0
EARLY_SHARE = 0.1  # of the time, at the most, goes into early values; a large fleet has fewer


class Aggregation:
    """Computes rollups as readings come, and leaves none of them wrong for good.

    Args:
        settings: Windows and times.
        around: Store, reader and clocks.
        unsettled: What is repaired after a crash; announced to before readings are committed.
        figures: Filled on the way.
    """

    def __init__(
        self,
        settings: RollupSettings,
        around: Surroundings,
        unsettled: Unsettled,
        figures: RollupFigures,
    ) -> None:
        self._settings = settings
        self._around = around
        self._unsettled = unsettled
        self._figures = figures
        self._repairer = Repairer(around, settings.repair_s, figures)
        self._rollups = Rollups(
            around.tiers,
            lateness_ms=_ms(settings.lateness_s),
            idle_ms=_ms(settings.idle_s),
        )
        self._throttle = Throttle(SAY_S, around.clock)
        self._unwritten: frozenset[Span] = frozenset()  # as far as is known while windows close
        self._early_at = around.clock() + settings.early_s

    @property
    def sink(self) -> ReadingSink:
        """Where readings are to be committed: the store, after their spans are announced."""
        return Announced(self._around.store, self._unsettled)

    async def begin(self) -> None:
        """Learn what an earlier run left open; to be called before anything is taken.

        Raises:
            ConfigError: The file that says so cannot be read.
        """
        left_open = await self._unsettled.load()
        # Not before the window has closed in which the service began to listen: it lacks what
        # came before, and would overwrite what the repair wrote.
        first_closes_s = self._around.tiers.lengths_ms[0] / 1000 + self._settings.lateness_s
        self._repairer.mark(left_open, after_s=first_closes_s)

    def take(self, frames: Sequence[Frame]) -> None:
        """Take readings that were announced and have become durable; quick."""
        self._rollups.take(frames, self._around.now_ms())
        self._repairer.taken(frames)
        self._unsettled.taken()

    def adopt(self, settings: RollupSettings) -> None:
        """Go by other times from now on; windows keep their lengths."""
        self._settings = settings
        self._repairer.quiet_s = settings.repair_s
        self._rollups.adopt(lateness_ms=_ms(settings.lateness_s), idle_ms=_ms(settings.idle_s))

    async def tick(self) -> None:
        """Write the windows whose time has come, and now and then what the open ones hold.

        Never two at a time, so that no early row comes after its final one.
        """
        await self._close()
        begun = self._around.clock()
        if self._settings.early_s and begun >= self._early_at:
            if not self._around.store.state().rows.waiting:  # they would be of no use later
                await self._write_early()
            ended = self._around.clock()
            pause_s = max(self._settings.early_s, (ended - begun) / EARLY_SHARE)
            self._early_at = begun + pause_s

    async def repair_next(self) -> bool:
        """Repair the next span that is due, and tell whether there was one."""
        return await self._repairer.repair_next()

    async def run(self) -> None:
        """Close windows and repair spans until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._keep_time(), name="ingest.rollups.close")
            tasks.create_task(self._repairer.run(), name="ingest.rollups.repair")

    async def finish(self) -> None:
        """Write what the open windows hold so far; the next run repairs them."""
        await self._write_early()
        await self._settle()

    async def _keep_time(self) -> None:
        while True:
            await self._around.sleep(TICK_S)
            await self.tick()

    async def _close(self) -> None:
        self._unwritten = self._unsettled.spans
        writer = RowWriter(self._around.store, self._figures)
        dirty: set[Span] = set()
        for closed in self._rollups.advance(self._around.now_ms()):
            await writer.take(closed.rows)
            dirty |= closed.dirty
        sites = writer.sites
        written = await writer.flush()
        if written is None:
            self._repairer.mark(self._unsettled.spans)
        else:
            self._figures.rows += written
        self._repairer.closed(sites)
        self._repairer.mark(dirty)
        self._unwritten = frozenset()
        self._tell_given_up(self._rollups.given_up + self._repairer.given_up)
        await self._settle()

    def _tell_given_up(self, given_up: int) -> None:
        if given_up > self._figures.given_up and self._throttle.admit() is not None:
            log.warning(
                "late readings are of too many hours and sites to repair all their rollups; "
                "rebuild what is missing by `snowgrid rollup rebuild`",
                extra={"spans": given_up},
            )
        self._figures.given_up = given_up

    async def _write_early(self) -> None:
        writer = RowWriter(self._around.store, self._figures)
        for part in self._rollups.early(self._around.now_ms()):
            await writer.take(part)
        await writer.flush()

    async def _settle(self) -> None:
        unfinished = self._rollups.open_spans() | self._repairer.spans | self._unwritten
        await self._unsettled.settle(unfinished)


def _ms(seconds: float) -> int:
    return round(seconds * 1000)

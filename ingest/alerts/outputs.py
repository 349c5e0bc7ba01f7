"""Those who are told of alerts: each made from its settings, and exchanged when they change."""

import asyncio
from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from ingest.alerts.output import Output
from ingest.rules.alert import Alert, AlertState

FAREWELL_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """An output that the settings ask for.

    Attributes:
        name: Of its sort; there is one of each.
        made_from: All its settings: equal ones make an equal output.
        make: Makes it; raises ConfigError where a file that it needs cannot be used.
    """

    name: str
    made_from: Hashable
    make: Callable[[], Output]


@dataclass(slots=True)
class Made:
    """An output, and what it was made from; `task` runs it, from some time on."""

    output: Output
    made_from: Hashable
    task: asyncio.Task[None] | None = None


class Outputs:
    """All outputs of a service.

    Args:
        plan: Which; made at once.
    """

    def __init__(self, plan: Sequence[Planned]) -> None:
        self._made: Mapping[str, Made] = {}
        self._made = self.prepare(plan)
        self._tasks: asyncio.TaskGroup | None = None

    @property
    def complaints(self) -> tuple[str, ...]:
        """What keeps outputs from telling."""
        complaints = (made.output.complaint for made in self._made.values())
        return tuple(filter(None, complaints))

    def tell(self, transitions: Sequence[Alert], firing: Sequence[Alert]) -> None:
        """Have all of them told; see `Output`."""
        for made in self._made.values():
            made.output.tell(transitions, firing)

    async def run(self) -> None:
        """Let all of them tell until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            for made in self._made.values():
                self._start(made, tasks)
            await asyncio.Event().wait()  # others may come

    async def finish(self) -> None:
        """Return when each has told everything; the caller sets the deadline."""
        await asyncio.gather(*(made.output.finish() for made in self._made.values()))

    def prepare(self, plan: Sequence[Planned]) -> Mapping[str, Made]:
        """Make what `adopt` is to exchange; what is there already is taken along.

        Raises:
            ConfigError: A file that an output needs cannot be used.
        """
        prepared = {}
        for each in plan:
            there = self._made.get(each.name)
            same = there is not None and there.made_from == each.made_from
            made = there if there and same else Made(each.make(), each.made_from)
            prepared[each.name] = made
        return prepared

    def adopt(self, prepared: Mapping[str, Made], firing: Sequence[Alert], now_ms: int) -> None:
        """Tell only these from now on.

        Those that are new begin with all that fires. Those that go are told that it is over, since
        they would never hear, and have a moment to pass it on.

        Args:
            prepared: By `prepare`.
            firing: All that fires now.
            now_ms: Wall clock, Unix milliseconds.
        """
        before, self._made = self._made, prepared
        over = [
            replace(alert, state=AlertState.RESOLVED, changed_ms=now_ms, resolved_ms=now_ms)
            for alert in firing
        ]
        for name, made in prepared.items():
            if made is not before.get(name):
                made.output.tell((), firing)
                self._exchange(before.get(name), made)
        for name, made in before.items():
            if name not in prepared:
                if made.task and not made.task.done():  # the log has no list to be kept right
                    made.output.tell(over, ())
                self._exchange(made, None)

    def _exchange(self, old: Made | None, new: Made | None) -> None:
        if self._tasks:  # else `run` starts those that are there then
            self._tasks.create_task(self._succeed(old, new, self._tasks), name="ingest.alerts.swap")

    async def _succeed(self, old: Made | None, new: Made | None, tasks: asyncio.TaskGroup) -> None:
        """End an output before its successor begins: they may write to the same place."""
        if old and old.task:
            with suppress(TimeoutError):
                async with asyncio.timeout(FAREWELL_S):
                    await old.output.finish()
            old.task.cancel()
            await asyncio.wait([old.task])
        if new:
            self._start(new, tasks)

    def _start(self, made: Made, tasks: asyncio.TaskGroup) -> None:
        name = f"ingest.alerts.{type(made.output).__name__}"
        made.task = tasks.create_task(made.output.run(), name=name)

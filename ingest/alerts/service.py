"""Evaluates the rules on what is committed, and has every output told."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from ingest.alerts.outputs import Made, Outputs
from ingest.alerts.state_file import StateFile
from ingest.core.frame import Frame
from ingest.rules.alert import Alert, AlertState
from ingest.rules.evaluator import Evaluator
from ingest.rules.rule import Rule

logger = logging.getLogger(__name__)

TICK_S = 0.5
SAVE_S = 5.0


class AlertService:
    """Joins the evaluator, its outputs and the file that keeps its state.

    Attributes:
        outputs: All who are told.

    Args:
        evaluator: Of the rules.
        outputs: All who are told.
        file: Survives a restart.
        now_ms: Wall clock, Unix milliseconds.
    """

    def __init__(
        self,
        evaluator: Evaluator,
        outputs: Outputs,
        file: StateFile,
        *,
        now_ms: Callable[[], int],
    ) -> None:
        self._evaluator = evaluator
        self.outputs = outputs
        self._file = file
        self._now_ms = now_ms
        self._told: dict[tuple[str, str, str, str], Alert] = {}
        self._resume()

    @property
    def evaluator(self) -> Evaluator:
        """The rules, to be asked what is active and why."""
        return self._evaluator

    @property
    def complaints(self) -> tuple[str, ...]:
        """What keeps outputs from telling."""
        return self.outputs.complaints

    @property
    def firing(self) -> tuple[Alert, ...]:
        """All alerts that fire now, in the order in which they were told."""
        return tuple(self._told.values())

    def take(self, frames: Sequence[Frame]) -> None:
        """Take readings that have become durable; quick."""
        self._tell(self._evaluator.take(frames, self._now_ms()))

    async def run(self) -> None:
        """Let time pass for the rules, and outputs tell, until cancelled; then keep the state."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self.outputs.run(), name="ingest.alerts.outputs")
                tasks.create_task(self._tick(), name="ingest.alerts.tick")
        finally:
            self._save(self._evaluator.snapshot(), self.firing)

    async def finish(self) -> None:
        """Return when every output has told everything; the caller sets the deadline."""
        await self.outputs.finish()

    def adopt(self, rules: Iterable[Rule], outputs: Mapping[str, Made]) -> None:
        """Go on with other rules and outputs.

        What fires by a rule that decides the same as before goes on firing. What fired by one that
        changed or is gone is told as resolved.

        Args:
            rules: All of them.
            outputs: As `self.outputs` has prepared them.
        """
        self._evaluator.adopt(rules)
        self._tell(self._untold())
        self.outputs.adopt(outputs, self.firing, self._now_ms())

    def _resume(self) -> None:
        """Go on where the last run ended; what fired then and fires no more was resolved since."""
        state = self._file.read()
        if state.snapshot:
            try:
                self._evaluator.restore(state.snapshot)
            except ValueError as error:
                logger.warning("alerts start anew", extra={"reason": str(error)})
        self._told = {alert.identity: alert for alert in state.told}
        self._tell(self._untold(), from_before=True)

    def _untold(self) -> tuple[Alert, ...]:
        """Return what makes those who were told something else agree with the evaluator."""
        active = {alert.identity: alert for alert in self._evaluator.active()}
        now_ms = self._now_ms()
        gone = [
            replace(alert, state=AlertState.RESOLVED, changed_ms=now_ms, resolved_ms=now_ms)
            for alert in self._told.values()
            if alert.identity not in active or active[alert.identity].state is not AlertState.FIRING
        ]
        begun = [
            alert
            for alert in active.values()
            if alert.state is AlertState.FIRING and alert.identity not in self._told
        ]
        return (*gone, *begun)

    def _tell(self, transitions: Sequence[Alert], *, from_before: bool = False) -> None:
        for alert in transitions:
            self._told.pop(alert.identity, None)
            if alert.state is AlertState.FIRING:
                self._told[alert.identity] = alert
        if not transitions and not from_before:
            return
        firing = self.firing
        if from_before:
            self.outputs.tell((), firing)
        if transitions:
            self.outputs.tell(transitions, firing)

    async def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        saved_at = loop.time()
        while True:
            await asyncio.sleep(TICK_S)
            self._tell(self._evaluator.advance(self._now_ms()))
            if loop.time() - saved_at >= SAVE_S:
                saved_at = loop.time()
                await asyncio.to_thread(self._save, self._evaluator.snapshot(), self.firing)

    def _save(self, snapshot: bytes, told: Sequence[Alert]) -> None:
        try:
            self._file.write(snapshot, told)
        except OSError as error:
            logger.warning("the state of alerts was not kept", extra={"reason": str(error)})
